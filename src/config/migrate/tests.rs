mod refused;

use serde_json::{Value, json};

use super::*;
use crate::config::retired::{self, Retired, Successor};
use crate::config::schema::{self, Type};
use crate::config::{ComponentKind, Inputs, load};

const HEAD: &str = "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\n";

fn source(text: &str) -> Source {
    Source { name: "old.yaml".to_owned(), text: text.to_owned() }
}

fn run(text: &str) -> Migrated {
    migrate(&source(text), &|_| Ok(())).expect("YAML")
}

fn accepted(text: &str) -> Result<()> {
    let config = load(&Inputs { files: vec![source(text)], ..Inputs::default() })?;
    ComponentKind::ALL.iter().try_for_each(|kind| config.instances(*kind).map(|_| ()))
}

/// What a file may have at a path of today.
fn sample(kind: &Type) -> Value {
    match kind {
        Type::Bool => json!(true),
        Type::Int | Type::Uint | Type::Number | Type::IntOrString | Type::Quantity => json!(7),
        Type::Duration => json!("5s"),
        Type::Enum(words) => json!(words.split('|').next()),
        Type::List(inner) => json!([sample(inner)]),
        Type::Map(inner) => json!({ "some": sample(inner) }),
        Type::Struct(..) => match kind.fields().first() {
            Some(field) => json!({ field.name: sample(&field.kind) }),
            None => json!({}),
        },
        Type::Any | Type::String => json!("x"),
    }
}

fn value_for(field: &Retired) -> Value {
    match field.successor {
        Successor::Value(old, _) => old.into(),
        Successor::Target(..) => json!(80),
        Successor::Address(..) => json!({ "enabled": true, "host": "collector", "port": 9000 }),
        Successor::Element(..) => json!({ "enabled": true }),
        Successor::Moved(to) if !to.starts_with('.') => {
            let to: Vec<Place> = to.replace('*', "cniBinDir").split('.').map(Place::key).collect();
            sample(&schema::find(&schema::document(), &to).unwrap_or_else(|| panic!("{to:?}")).kind)
        }
        Successor::Moved(_) if field.path.ends_with("elector") => json!({ "matchLabels": { "a": "b" } }),
        Successor::Moved(_) => json!("x"),
        Successor::Gone => json!([true]),
        Successor::Refused => json!(true),
    }
}

/// A file that has that field.
fn file_with(field: &Retired) -> String {
    let mut value = value_for(field);
    let mut above = "";
    for step in field.path.rsplit('.') {
        let (key, is_list) = step.strip_suffix("[]").map_or((step, false), |key| (key, true));
        let key = if key != "*" {
            key
        } else if above.is_empty() {
            "cniBinDir"
        } else {
            "pilot"
        };
        if is_list {
            // No element is one without this.
            let needed = match key {
                "env" => "name",
                "overlays" => "kind",
                _ => "type",
            };
            let mut element = json!({ needed: "some" });
            element.as_object_mut().expect("a map").extend(value.as_object().expect("a map").clone());
            value = json!([element]);
        }
        value = json!({ key: value });
        above = step;
    }
    let mut document = json!({ "apiVersion": "install.istio.io/v1alpha1", "kind": "IstioOperator" });
    document.as_object_mut().expect("a map").extend(value.as_object().expect("a map").clone());
    yaml::text(&document).expect("YAML")
}

#[test]
fn every_field_of_old_is_refused_before_and_accepted_after() {
    let mut wrong = Vec::new();
    for field in retired::all() {
        let old = file_with(field);
        // The version is not looked at, and whether an object exists shows when it is rendered.
        let is_taken = field.path == "apiVersion" || field.path.ends_with("overlays[].name");
        if accepted(&old).is_ok() != is_taken {
            wrong.push(format!("{}: not refused before:\n{old}", field.path));
        }
        let migrated = run(&old);
        if migrated.is_current() || migrated.has_left() {
            wrong.push(format!("{}: {:?}\n{old}", field.path, migrated.changes));
        }
        if let Err(error) = accepted(&migrated.text) {
            wrong.push(format!("{}: refused: {error}\n{old}\n{}", field.path, migrated.text));
        }
        let again = run(&migrated.text);
        if !again.is_current() || again.text != migrated.text {
            wrong.push(format!("{}: changes again: {:?}", field.path, again.changes));
        }
    }
    assert!(wrong.is_empty(), "{}: {}", wrong.len(), wrong.join("\n"));
}

#[test]
fn an_error_names_the_field_and_the_command() {
    let error =
        accepted(&format!("{HEAD}spec:\n  addonComponents:\n    kiali:\n      enabled: true\n")).expect_err("old");
    assert!(error.to_string().starts_with("old.yaml:4:3: `addonComponents` was removed in Istio 1.8: "), "{error}");
    assert_eq!(error.hints(), ["rewrite it for today: mesh migrate -f old.yaml"]);
    let error = accepted("apiVersion: install.istio.io/v1alpha2\nkind: IstioControlPlane\n").expect_err("old");
    assert_eq!(error.hints(), ["rewrite it for today: mesh migrate -f old.yaml"]);
    let sets = vec!["values.global.useMCP=true".to_owned()];
    let error = load(&Inputs { sets, ..Inputs::default() }).expect_err("old");
    assert!(error.to_string().contains("`values.global.useMCP` was removed in Istio 1.23: `meshConfig.configSources`"));
    assert!(error.hints().is_empty(), "{:?}", error.hints());
}

const OLD: &str = "\
# Our mesh.
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata:
    name: \"mesh\" # quoted
spec:
    profile: 'demo'

    # What we look at it with.
    addonComponents:
        kiali:
            enabled: true
        # for the dashboards
        grafana: {enabled: true}
    components:
        citadel:
            enabled: false
        # Two at least.
        pilot:
            k8s:
                hpaSpec:
                    minReplicas: 2
                    metrics:
                    - resource:
                        name: cpu
                        targetAverageUtilization: 80 # percent
                      type: Resource
    values:
        global:
            proxy:
                # to stdout
                accessLogFile: \"/dev/stdout\" # all of it
            mtls:
                auto: true
                enabled: true
            tag: 1.30.0
";

const NEW: &str = "\
# Our mesh.
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata:
    name: \"mesh\" # quoted
spec:
    profile: 'demo'

    # What we look at it with.
    # mesh migrate: spec.addonComponents.kiali was removed in 1.8: Kiali is installed by its own chart or operator
    # for the dashboards
    # mesh migrate: spec.addonComponents.grafana was removed in 1.8: Grafana is installed by its own chart; dashboards are in samples/addons
    components:
        # mesh migrate: spec.components.citadel was removed in 1.7: istiod signs certificates
        # Two at least.
        pilot:
            k8s:
                hpaSpec:
                    minReplicas: 2
                    metrics:
                    - resource:
                        name: cpu
                        target:
                          type: Utilization
                          averageUtilization: 80 # percent
                      type: Resource
    values:
        global:
            # mesh migrate: spec.values.global.mtls was removed in 1.7: a PeerAuthentication object says where mutual TLS is a must
            tag: 1.30.0
    meshConfig:
      # to stdout
      accessLogFile: \"/dev/stdout\" # all of it
      enableAutoMtls: true
";

#[test]
fn comments_order_and_spelling_stay() {
    let migrated = run(OLD);
    assert_eq!(migrated.text, NEW, "{:#?}", migrated.changes);
    let told: Vec<(usize, &str)> = migrated.changes.iter().map(|change| (change.line, change.path.as_str())).collect();
    let want = [
        (11, "spec.addonComponents.kiali"),
        (14, "spec.addonComponents.grafana"),
        (16, "spec.components.citadel"),
        (26, "spec.components.pilot.k8s.hpaSpec.metrics[0].resource.targetAverageUtilization"),
        (32, "spec.values.global.proxy.accessLogFile"),
        (33, "spec.values.global.mtls"),
        (34, "spec.values.global.mtls.auto"),
    ];
    assert_eq!(told, want);
    accepted(&migrated.text).expect("a file of today");
}

#[test]
fn line_breaks_of_windows_stay() {
    let migrated = run(&OLD.replace('\n', "\r\n"));
    assert_eq!(migrated.text, NEW.replace('\n', "\r\n"));
}

#[test]
fn a_file_without_a_last_line_break_gets_none_too_few() {
    let migrated = run(&format!("{HEAD}spec:\n  values:\n    global:\n      trustDomain: a.b"));
    assert_eq!(migrated.text, format!("{HEAD}spec:\n  meshConfig:\n    trustDomain: a.b"));
    let untouched = format!("{HEAD}spec:\n  profile: demo");
    assert_eq!(run(&untouched).text, untouched);
}

#[test]
fn what_is_current_stays_to_the_byte() {
    let text = format!("%YAML 1.1\n---\n\n{HEAD}\nspec:   \n  values: {{global: {{tag: 1.30}}}}\n\n# the end\n");
    let migrated = run(&text);
    assert!(migrated.is_current() && migrated.operators == 1, "{:?}", migrated.changes);
    assert_eq!(migrated.text, text);
}

#[test]
fn other_documents_of_a_stream_pass() {
    let other = "kind: ConfigMap\ndata: {addonComponents: x}\nspec:\n  addonComponents: 1\n";
    let old = format!("{HEAD}spec:\n  hub: h\n  resourceSuffix: x\n");
    let text = format!("--- # first\n{other}---\n{old}---\n{other}--- \n{old}...\n");
    let migrated = run(&text);
    let gone = "  # mesh migrate: spec.resourceSuffix was removed in 1.24: `revision` tells control planes apart\n";
    assert_eq!(migrated.text, text.replace("  resourceSuffix: x\n", gone));
    assert_eq!(migrated.changes.iter().map(|change| change.line).collect::<Vec<_>>(), [11, 22]);
    assert_eq!(migrated.operators, 2);
}

#[test]
fn what_no_line_can_be_taken_out_of_is_left_and_told() {
    let table = [
        "spec: {addonComponents: {kiali: {enabled: true}}}\n",
        "spec:\n  values:\n    global: {useMCP: true, hub: a}\n",
        "spec:\n  values:\n    global: &g\n      useMCP: true\n      hub: a\n  unvalidatedValues:\n    x: *g\n",
        "spec:\n  values:\n    global:\n      useMCP: &on true\n    pilot:\n      autoscaleEnabled: *on\n",
        "x: &x\n  useMCP: true\nspec:\n  values:\n    global:\n      <<: *x\n",
        "spec:\n  meshConfig: {rootNamespace: a}\n  values:\n    global:\n      trustDomain: b\n      hub: a\n",
    ];
    for text in table {
        let text = format!("{HEAD}{text}");
        let migrated = run(&text);
        assert!(migrated.has_left(), "{text}{:?}\n{}", migrated.changes, migrated.text);
        assert_eq!(migrated.text, text, "{:?}", migrated.changes);
        assert!(migrated.changes.iter().all(|change| change.line >= 3), "{:?}", migrated.changes);
    }
}

/// A line with an anchor goes with what it is in, once nothing else is left there.
#[test]
fn what_could_not_go_is_tried_again_when_what_stood_beside_it_has_gone() {
    let text = "kind: IstioOperator\nspec:\n  profile: demo\n  values:\n    &a global:\n      policyCheckFailOpen: false\n    mixer:\n      enabled: true\n";
    let migrated = run(text);
    assert!(!migrated.has_left(), "{migrated:?}");
    assert_eq!(migrated.changes.len(), 2, "{migrated:?}");
    assert!(run(&migrated.text).is_current(), "{migrated:?}");
}

#[test]
fn what_is_in_braces_goes_with_the_key_before_them_unless_it_has_a_successor() {
    let migrated = run(&format!("{HEAD}spec:\n  hub: h\n  addonComponents: {{kiali: {{enabled: true}}}} # nice\n"));
    assert!(!migrated.has_left() && migrated.changes.len() == 1, "{:?}", migrated.changes);
    assert_eq!(migrated.changes[0].path, "spec.addonComponents");
    accepted(&migrated.text).expect("a file of today");

    let text =
        format!("{HEAD}spec:\n  values:\n    global:\n      mtls: {{auto: true, enabled: true}}\n      hub: h\n");
    let migrated = run(&text);
    assert_eq!(migrated.text, text);
    let told: Vec<_> = migrated.changes.iter().map(|change| change.path.as_str()).collect();
    assert_eq!(told, ["spec.values.global.mtls.auto"]);
    assert!(migrated.has_left());
}

#[test]
fn what_took_the_place_counts_where_it_is_set() {
    let text =
        format!("{HEAD}spec:\n  meshConfig:\n    trustDomain: new\n  values:\n    global:\n      trustDomain: old\n");
    let migrated = run(&text);
    assert_eq!(migrated.changes[0].done, Done::Superseded("spec.meshConfig.trustDomain".to_owned()));
    assert!(
        migrated.text.starts_with(&format!("{HEAD}spec:\n  meshConfig:\n    trustDomain: new\n  # mesh migrate: "))
    );
}

#[test]
fn a_control_plane_of_the_first_form_becomes_an_operator() {
    let text = "\
apiVersion: install.istio.io/v1alpha2
kind: IstioControlPlane
spec:
  profile: sds # with certificates
  defaultNamespace: mesh
  trafficManagement:
    enabled: true
    components:
      pilot:
        k8s:
          replicaCount: 2
  gateways:
    components:
      ingressGateway:
        enabled: true
        k8s:
          hpaSpec:
            metrics:
              - type: Resource
                resource:
                  name: cpu
                  targetAverageUtilization: 60
  telemetry:
    enabled: true
";
    let want = "\
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
spec:
  profile: default # with certificates
  # mesh migrate: spec.telemetry was removed in 1.5: Mixer is gone; proxies do its work: Telemetry and AuthorizationPolicy objects
  values:
    global:
      istioNamespace: mesh
  components:
    pilot:
      enabled: true
      k8s:
        replicaCount: 2
    ingressGateways:
    - name: istio-ingressgateway
      enabled: true
      k8s:
        hpaSpec:
          metrics:
            - type: Resource
              resource:
                name: cpu
                target:
                  type: Utilization
                  averageUtilization: 60
";
    let migrated = run(text);
    let mut lines = [migrated.text.lines().collect::<Vec<_>>(), want.lines().collect()];
    lines.iter_mut().for_each(|lines| lines.sort_unstable());
    assert_eq!(lines[0], lines[1], "{}\n{:#?}", migrated.text, migrated.changes);
    accepted(&migrated.text).expect("a file of today");
}

#[test]
fn metrics_of_pods_and_objects_are_reshaped() {
    let text = format!(
        "{HEAD}spec:
  components:
    ingressGateways:
    - k8s:
        hpaSpec:
          metrics:
          - object:
              metricName: hits
              targetValue: 10k
              target:
                apiVersion: v1
                kind: Service
                name: web
            type: Object
          - pods:
              targetAverageValue: 100
              metricName: load
              selector:
                matchLabels: {{a: b}}
            type: Pods
      name: istio-ingressgateway
"
    );
    let migrated = run(&text);
    assert!(!migrated.has_left(), "{}\n{:#?}", migrated.text, migrated.changes);
    let tree = yaml::document("new", &migrated.text).expect("YAML");
    assert_eq!(
        tree["spec"]["components"]["ingressGateways"][0]["k8s"]["hpaSpec"]["metrics"],
        json!([
            {
                "type": "Object",
                "object": {
                    "describedObject": {"apiVersion": "v1", "kind": "Service", "name": "web"},
                    "metric": {"name": "hits"},
                    "target": {"type": "Value", "value": "10k"},
                },
            },
            {
                "type": "Pods",
                "pods": {
                    "metric": {"name": "load", "selector": {"matchLabels": {"a": "b"}}},
                    "target": {"type": "AverageValue", "averageValue": 100},
                },
            },
        ]),
        "{}",
        migrated.text
    );
    accepted(&migrated.text).expect("a file of today");
}
