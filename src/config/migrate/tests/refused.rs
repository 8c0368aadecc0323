//! What install refuses: what of it is mended, and what is told.

use super::*;
use crate::render::{Target, render};

fn run_and_render(text: &str) -> Migrated {
    migrate(&source(text), &|config| render(config, &Target::default()).map(drop)).expect("YAML")
}

#[test]
fn what_is_no_yaml_is_told_with_its_line_in_the_file() {
    let error = migrate(&source("kind: Service\n---\nkind: IstioOperator\nspec: [\n"), &|_| Ok(())).expect_err("open");
    assert!(error.id() == "bad-yaml" && error.to_string().starts_with("old.yaml:4:"), "{error}");
}

#[test]
fn of_a_document_with_a_key_twice_nothing_is_taken_and_the_others_go_on() {
    let twice = format!(
        "{HEAD}spec:\n  hub: a\n  resourceSuffix: x\n  hub: b\n  values:\n    global: {{tag: a}}\n    global:\n      trustDomain: c\n"
    );
    let migrated = run(&format!("{twice}---\n{HEAD}spec:\n  resourceSuffix: x\n  hub: h\n"));
    let told: Vec<_> = migrated.changes.iter().map(|one| (one.line, one.path.as_str(), &one.done)).collect();
    let [
        (4, "spec.hub", Done::Left(why)),
        (8, "spec.values.global", Done::Left(_)),
        (15, "spec.resourceSuffix", Done::Removed),
    ] = told.as_slice()
    else {
        panic!("{told:?}")
    };
    assert!(why.contains("again in line 6"), "{why}");
    assert!(migrated.text.starts_with(&twice) && migrated.has_left(), "{}", migrated.text);
    let again = run(&migrated.text);
    assert!(again.text == migrated.text && again.changes.len() == 2, "{:?}", again.changes);

    // The last `global` has nothing but what is gone: without it the first one would count.
    let text = format!("{HEAD}spec:\n  values:\n    global:\n      x\n    global:\n      policyCheckFailOpen: false\n");
    assert_eq!(run(&text).text, text);
}

#[test]
fn what_is_in_no_table_is_told() {
    let migrated =
        run(&format!("{HEAD}spec:\n  hub: h\n  nonsense: 1\n  values:\n    pilot:\n      autoscaleEnabled: x\n"));
    let told: Vec<_> =
        migrated.changes.iter().map(|change| (change.line, change.path.as_str(), change.since)).collect();
    assert_eq!(told, [(5, "spec.nonsense", None), (8, "spec.values.pilot.autoscaleEnabled", None)]);
    assert!(migrated.has_left());
}

/// What to do about the one thing that was found, which is left at this line and path, for this reason.
fn only_left<'a>(migrated: &'a Migrated, (line, path, why): (usize, &str, &str)) -> &'a str {
    let [Change { line: at, path: place, done: Done::Left(what), now, .. }] = migrated.changes.as_slice() else {
        panic!("{:?}", migrated.changes)
    };
    assert!((*at, place.as_str()) == (line, path) && what.contains(why), "{at} {place}: {what}");
    assert!(!what.starts_with(':'), "{what}");
    now
}

#[test]
fn what_is_refused_all_the_same_is_told() {
    let table = [
        ("spec:\n  profile: asm-gcp\n", 4, "spec.profile", "unknown profile `asm-gcp`"),
        // What is in braces is not taken out.
        ("spec:\n  values: {global: null, pilot: {}}\n", 4, "spec.values.global", "cannot be null"),
        (
            "spec:\n  components:\n    ingressGateways:\n    - name: a\n      enabled: true\n      k8s:\n        service:\n          ports:\n          - port: 80\n",
            11,
            "spec.components.ingressGateways[0].k8s.service.ports[0]",
            "only root may listen on",
        ),
    ];
    for (text, line, path, why) in table {
        let text = format!("{HEAD}{text}");
        let migrated = run(&text);
        assert_eq!(migrated.text, text);
        let now = only_left(&migrated, (line, path, why));
        let known = path == "spec.profile";
        assert_eq!(now.contains("there are: ambient, default, demo"), known, "{now}");
    }
}

#[test]
fn what_is_refused_for_its_quotes_loses_them() {
    let old = format!(
        "{HEAD}spec:
  components:
    pilot:
      enabled: 'true' # on
      k8s:
        replicaCount: \"2\" # \"2\" of them
        hpaSpec: {{maxReplicas: \"5\"}}
        env:
        - {{name: \"A\", value: \"2\"}}
  values:
    pilot:
      autoscaleMin: \"3\"
      autoscaleEnabled: 'false'
      traceSampling: '0.5'
      env: {{B: \"true\"}}
    global:
      logAsJson: \"yes\"
"
    );
    assert!(accepted(&old).is_err());
    let migrated = run(&old);
    let new =
        old.replace("'true' #", "true #").replace("replicaCount: \"2\"", "replicaCount: 2").replace("'false'", "false");
    assert_eq!(migrated.text, new, "{:#?}", migrated.changes);
    let told: Vec<_> = migrated.changes.iter().map(|one| (one.line, &one.done, one.now.as_str())).collect();
    let is = |text: &str| Done::Translated(text.to_owned());
    assert_eq!(told[0], (6, &is("true"), "it has to be true or false, not \"true\""));
    assert_eq!(told[1].1, &is("2"));
    // What is in braces, and what is not as it would be written, is told.
    let left: Vec<_> =
        migrated.changes.iter().filter(|one| matches!(one.done, Done::Left(_))).map(|one| one.path.as_str()).collect();
    assert_eq!(left, ["spec.components.pilot.k8s.hpaSpec.maxReplicas", "spec.values.global.logAsJson"]);
    // The rest is taken with quotes: it stays as it is.
    let rest = new.replace("{maxReplicas: \"5\"}", "{maxReplicas: 5}").replace("\"yes\"", "true");
    accepted(&rest).expect("a file of today");
    assert!(run(&rest).is_current());
}

#[test]
fn what_is_refused_without_quotes_gets_them() {
    let old = format!(
        "{HEAD}spec:
  meshConfig:
    defaultConfig:
      proxyMetadata:
        A: false # off
        B: 10
        C: 0.85
        D: 1.50
        E: {{}}
"
    );
    assert!(accepted(&old).is_err());
    let migrated = run(&old);
    let new = old.replace("A: false", "A: \"false\"").replace("B: 10", "B: \"10\"").replace("C: 0.85", "C: \"0.85\"");
    assert_eq!(migrated.text, new, "{:#?}", migrated.changes);
    assert_eq!(migrated.changes[0].now, "it has to be a string, not false");
    // Which text `1.50` was meant to be, nobody knows; and a map is none.
    let left: Vec<&str> = migrated.changes.iter().filter(|one| one.is_left()).map(|one| one.path.as_str()).collect();
    let below = |key: &str| format!("spec.meshConfig.defaultConfig.proxyMetadata.{key}");
    assert_eq!(left, [below("D"), below("E")]);
}

#[test]
fn what_is_refused_for_being_empty_is_taken_out() {
    let old = "spec:\n  hub: h\n  values:\n    # of all\n    global:\n    pilot:\n      image: # none\n      cni: {}\n";
    assert!(accepted(&format!("{HEAD}{old}")).is_err());
    let migrated = run(&format!("{HEAD}{old}"));
    let said = "was taken out: it was empty, and Istio's charts need it: they have it now by default";
    let new = format!(
        "{HEAD}spec:\n  hub: h\n  values:\n    # of all\n    # mesh migrate: spec.values.global {said}\n    pilot:\n      \
         # mesh migrate: spec.values.pilot.image {said}\n      cni: {{}}\n"
    );
    assert_eq!(migrated.text, new, "{:#?}", migrated.changes);
    let told: Vec<_> = migrated.changes.iter().map(|one| (one.line, one.path.as_str(), &one.done)).collect();
    assert_eq!(told, [(7, "spec.values.global", &Done::Removed), (9, "spec.values.pilot.image", &Done::Removed)]);
    accepted(&migrated.text).expect("a file of today");
    assert!(run(&migrated.text).is_current());
    // Where it is not refused it stays: the component that needs it is off.
    let off = format!("{HEAD}spec:\n  profile: empty\n  values:\n    pilot:\n      image:\n");
    assert!(run(&off).is_current());
}

#[test]
fn what_is_refused_no_earlier_than_when_it_is_rendered_is_told() {
    let table = [
        ("spec:\n  meshConfig:\n    trustDomain: Example.COM\n", 6, "spec.meshConfig", "must be a DNS name"),
        ("spec:\n  values:\n    profile: minimal\n", 7, "spec.values.profile", "wants a profile that has values"),
        (
            "spec:\n  components:\n    pilot:\n      k8s:\n        overlays:\n        - kind: Deployment\n          name: nope\n",
            10,
            "spec.components.pilot.k8s.overlays[0]",
            "Istiod has no Deployment named `nope`",
        ),
    ];
    // The second document of a stream has its own lines, and no other's.
    let before = "kind: Service\n---\n";
    for (text, line, path, why) in table {
        let migrated = run_and_render(&format!("{before}{HEAD}{text}"));
        let now = only_left(&migrated, (line, path, why));
        assert_eq!(now.contains("there "), path != "spec.meshConfig", "{now}");
    }
    // What is refused of it depends on charts that are not here.
    let own = format!("{HEAD}spec:\n  installPackagePath: ./charts\n  profile: mine\n");
    assert!(run_and_render(&own).is_current());
}
