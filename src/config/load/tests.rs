//! What `load` makes of whole inputs.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use serde_json::{Value, json};

use super::*;

fn with(sets: &[&str]) -> Result<Config> {
    load(&Inputs { sets: sets.iter().map(|set| (*set).to_owned()).collect(), ..Inputs::default() })
}

/// A file; the kind comes last, so that lines are counted as they are written here.
fn file(text: &str) -> Inputs {
    let kind = if text.contains("kind: Istio") || text.contains("kind: Pod") { "" } else { "\nkind: IstioOperator\n" };
    Inputs { files: vec![Source { name: "f.yaml".to_owned(), text: format!("{text}{kind}") }], ..Inputs::default() }
}

fn names(config: &Config) -> Vec<String> {
    let of = |kind| config.instances(kind).unwrap();
    let instances = ComponentKind::ALL.into_iter().flat_map(of);
    instances.map(|one| format!("{:?} {}/{}", one.component, one.namespace, one.name)).collect()
}

#[test]
fn profiles_turn_components_on() -> Result<()> {
    let table = [
        ("default", "base pilot ingressGateways"),
        ("demo", "base pilot ingressGateways egressGateways"),
        ("minimal", "base pilot"),
        ("empty", ""),
        ("ambient", "base pilot cni ztunnel"),
        ("preview", "base pilot ingressGateways"),
        ("remote", "base pilot"),
        ("stable", "base pilot ingressGateways"),
        ("openshift", "base pilot ingressGateways cni"),
        ("openshift-ambient", "base pilot cni ztunnel"),
    ];
    for (profile, want) in table {
        let config = with(&[&format!("profile={profile}")])?;
        let on = ComponentKind::ALL.into_iter().filter(|kind| !config.instances(*kind).unwrap().is_empty());
        assert_eq!(on.map(ComponentKind::key).collect::<Vec<_>>().join(" "), want, "{profile}");
        assert_eq!(config.profile, profile);
    }
    Ok(())
}

#[test]
fn layers_come_in_order() -> Result<()> {
    let mut inputs =
        file("spec: {hub: one, values: {global: {hub: two, proxy: {logLevel: debug}}, pilot: {image: p}}}");
    inputs.files.push(Source {
        name: "g.yaml".to_owned(),
        text: "kind: IstioOperator\nspec: {values: {pilot: {image: q}}}".to_owned(),
    });
    inputs.sets = vec!["values.pilot.image=r".to_owned(), "profile=demo".to_owned()];
    let config = load(&inputs)?;
    let istiod = &config.instances(ComponentKind::ControlPlane)?[0];
    // User values win over the operator level, flags over files; the profile is read last and wins over neither.
    assert_eq!(istiod.values["global"]["hub"], "two");
    assert_eq!(istiod.values["image"], "r");
    assert_eq!(istiod.values["global"]["proxy"]["logLevel"], "debug");
    assert_eq!(istiod.values["autoscaleEnabled"], false);
    assert_eq!(istiod.values["traceSampling"], 100);
    assert_eq!(istiod.values["global"]["proxy"]["resources"]["limits"]["cpu"], "2000m");
    assert_eq!(istiod.given["profile"], "demo");
    assert_eq!(istiod.given.get("image"), None);
    Ok(())
}

/// The two levels that say the same, and which of them counts.
#[test]
fn operator_level_and_values() -> Result<()> {
    let config = load(&file(
        "spec:
  hub: a
  revision: a
  meshConfig: {rootNamespace: a}
  values:
    global: {hub: b}
    revision: b
    meshConfig: {rootNamespace: b, trustDomain: b}
    pilot: {enabled: false, cni: {enabled: true, provider: multus}}
",
    ))?;
    let given = config.instances(ComponentKind::ControlPlane)?.remove(0).given;
    assert_eq!((&given["global"]["hub"], &given["revision"]), (&json!("b"), &json!("b")));
    assert_eq!(given["meshConfig"], json!({"rootNamespace": "a", "trustDomain": "b"}));
    assert_eq!(given["pilot"], json!({"enabled": true, "cni": {"enabled": false, "provider": "multus"}}));
    Ok(())
}

#[test]
fn presets_come_in_order() -> Result<()> {
    let sets = ["profile=openshift", "compatibilityVersion=1.27", "values.cni.cniBinDir=/mine"];
    let config = with(&sets)?;
    let cni = &config.instances(ComponentKind::Cni)?[0];
    assert_eq!(cni.namespace, "kube-system");
    assert_eq!(cni.values["cniBinDir"], "/mine");
    assert_eq!(cni.values["cniConfDir"], "/etc/cni/multus/net.d");
    assert_eq!(cni.values["ambient"]["reconcileIptablesOnStartup"], false);
    assert_eq!(cni.values["ambient"]["dnsCapture"], true);
    let istiod = &config.instances(ComponentKind::ControlPlane)?[0];
    assert_eq!(istiod.values["trustedZtunnelNamespace"], "kube-system");
    assert_eq!(istiod.values["env"]["DISABLE_SHADOW_HOST_SUFFIX"], "false");
    assert_eq!(istiod.values["env"].get("ENABLE_NATIVE_SIDECARS"), None);
    Ok(())
}

#[test]
fn ztunnel_sees_its_values_at_the_root() -> Result<()> {
    let config = with(&["profile=ambient", "values.ztunnel.logLevel=debug", "values.global.network=n1", "revision=r"])?;
    let ztunnel = &config.instances(ComponentKind::Ztunnel)?[0].values;
    assert_eq!(ztunnel["logLevel"], "debug");
    assert_eq!(ztunnel["network"], "n1");
    assert_eq!(ztunnel["variant"], "distroless");
    assert_eq!(ztunnel["revision"], "r");
    assert_eq!(ztunnel["hub"], "registry.istio.io/release");
    assert_eq!(ztunnel["resourceName"], "ztunnel");
    Ok(())
}

#[test]
fn gateways_are_any_number_by_name_and_namespace() -> Result<()> {
    let config = load(&file(
        "spec:
  components:
    ingressGateways:
    - {name: a, namespace: n1, label: {x: why}, k8s: {service: {type: NodePort, ports: [{port: 8080, name: h}]}}}
    - {name: a, namespace: n2, tag: 1.5, hub: mine}
    - {name: c, enabled: false}
  values: {gateways: {istio-egressgateway: {enabled: true}}}
",
    ))?;
    let on = ["Core istio-system/", "ControlPlane istio-system/", "IngressGateway n1/a", "IngressGateway n2/a"];
    assert_eq!(names(&config)[..4], on);
    assert_eq!(names(&config)[4], "EgressGateway istio-system/istio-egressgateway");
    let gateways = config.instances(ComponentKind::IngressGateway)?;
    let values = &gateways[0].values["gateways"]["istio-ingressgateway"];
    assert_eq!(values["name"], "a");
    assert_eq!(values["labels"], json!({"app": "istio-ingressgateway", "istio": "ingressgateway", "x": "why"}));
    assert_eq!(values["ports"], json!([{"port": 8080, "name": "h", "targetPort": 0}]));
    assert_eq!(gateways[0].k8s, json!({"service": {"type": "NodePort"}}));
    assert_eq!(gateways[1].values["gateways"]["istio-ingressgateway"]["tag"], 1.5);
    assert_eq!(gateways[1].values["gateways"]["istio-ingressgateway"]["hub"], "mine");
    Ok(())
}

#[test]
fn values_with_nothing_below_hide_the_profiles_values() -> Result<()> {
    let istiod = load(&file("spec:\n  values:\n"))?.instances(ComponentKind::ControlPlane)?.remove(0);
    assert_eq!(istiod.given, json!({}));
    let istiod = load(&file("spec:\n"))?.instances(ComponentKind::ControlPlane)?.remove(0);
    assert_eq!(istiod.given["pilot"], json!({"enabled": true, "cni": {"enabled": false}}));
    Ok(())
}

#[test]
fn overlays_know_where_they_are_from() -> Result<()> {
    let config = load(&file(
        "spec:
  components:
    pilot:
      k8s:
        overlays:
        - kind: Deployment
          name: istiod
          patches:
          - {path: 'spec.a.[name:x].b', value: 1}
          - {path: spec.c}
",
    ))?;
    let istiod = config.instances(ComponentKind::ControlPlane)?.remove(0);
    assert_eq!(istiod.k8s, json!({}));
    assert_eq!(istiod.overlays[0].origin, "f.yaml:6:11");
    assert_eq!(istiod.overlays[0].patches[0].value, Some(json!(1)));
    assert_eq!(istiod.overlays[0].patches[1].value, None);
    Ok(())
}

#[test]
fn images_and_secrets_from_flags() -> Result<()> {
    let mut inputs =
        file("spec: {hub: a, values: {pilot: {hub: b}}, components: {ingressGateways: [{name: g, hub: c}]}}");
    inputs.registry = Some("mirror.example.com/istio".to_owned());
    inputs.image_pull_secret = Some("regcred".to_owned());
    let config = load(&inputs)?;
    for kind in [ComponentKind::ControlPlane, ComponentKind::IngressGateway] {
        let values = config.instances(kind)?.remove(0).values;
        assert_eq!(values["global"]["hub"], "mirror.example.com/istio");
        assert_eq!(values["global"]["imagePullSecrets"], json!(["regcred"]));
        let own = if kind == ComponentKind::ControlPlane { "/hub" } else { "/gateways/istio-ingressgateway/hub" };
        assert_eq!(values.pointer(own).and_then(Value::as_str), Some("mirror.example.com/istio"));
    }
    Ok(())
}

#[test]
fn gke_is_found_out() -> Result<()> {
    let mut inputs = Inputs { detected_platform: Some("gke".to_owned()), ..Inputs::default() };
    assert!(load(&inputs)?.instances(ComponentKind::Cni)?.is_empty());
    inputs.sets = vec!["components.cni.enabled=true".to_owned()];
    let cni = load(&inputs)?.instances(ComponentKind::Cni)?.remove(0);
    assert_eq!(cni.namespace, "kube-system");
    assert_eq!(cni.values["cniBinDir"], "");
    assert_eq!(cni.values["resourceQuotas"]["enabled"], false);
    inputs.sets = vec!["components.cni.enabled=true".to_owned(), "components.cni.namespace=mine".to_owned()];
    assert_eq!(load(&inputs)?.instances(ComponentKind::Cni)?.remove(0).namespace, "mine");
    Ok(())
}

#[test]
fn a_detected_platform_is_over_the_profile_and_below_what_the_user_says() -> Result<()> {
    let platform = |found: &str, sets: &[&str]| -> Result<(String, usize)> {
        let sets = sets.iter().map(|set| (*set).to_owned()).collect();
        let config = load(&Inputs { detected_platform: Some(found.to_owned()), sets, ..Inputs::default() })?;
        Ok((config.text("values.global.platform").unwrap_or("none").to_owned(), config.warnings.len()))
    };
    assert_eq!(platform("k3s", &[])?, ("k3s".to_owned(), 0));
    assert_eq!(platform("k3s", &["profile=openshift"])?, ("k3s".to_owned(), 0));
    // Said, as both are known.
    assert_eq!(platform("k3s", &["values.global.platform=k3d"])?, ("k3d".to_owned(), 1));
    assert_eq!(platform("k3s", &["values.global.platform=k3s"])?, ("k3s".to_owned(), 0));
    assert_eq!(platform("kind", &[])?, ("none".to_owned(), 0));
    let config = load(&Inputs { detected_platform: Some("aks".to_owned()), ..Inputs::default() })?;
    let annotations = config.get("values.sidecarInjectorWebhookAnnotations");
    assert_eq!(annotations, Some(&json!({"admissions.enforcer/disabled": "true"})));
    Ok(())
}

#[test]
fn the_revision_flag() -> Result<()> {
    let mut inputs = Inputs { revision: Some("canary".to_owned()), ..Inputs::default() };
    assert_eq!(load(&inputs)?.revision(), "canary");
    inputs.sets = vec!["revision=canary".to_owned()];
    assert_eq!(load(&inputs)?.revision(), "canary");
    inputs.sets = vec!["revision=other".to_owned()];
    assert_eq!(load(&inputs).unwrap_err().id(), "two-revisions");
    inputs = Inputs { revision: Some("default".to_owned()), ..Inputs::default() };
    assert_eq!(load(&inputs)?.revision(), "");
    inputs.revision = Some("Not_A_Label".to_owned());
    assert_eq!(load(&inputs).unwrap_err().id(), "bad-revision");
    Ok(())
}

/// A file or a `--set`, the id of the error, a part of its message.
#[test]
fn refusals_name_their_place() {
    let files = [
        ("spec: {profile: nope}", "unknown-profile", "f.yaml:1:8: unknown profile `nope`"),
        ("spec:\n  values:\n    global: {platform: nope}", "unknown-platform", "f.yaml:3:14: unknown platform"),
        ("spec:\n  compatibilityVersion: '1.2'", "unknown-compatibility-version", "f.yaml:2:3: unknown compat"),
        ("spec: {values: {profile: minimal}}", "unknown-profile", "f.yaml:1:17"),
        ("kind: Pod\nspec: {}", "not-an-operator", "f.yaml:1:1: the kind is \"Pod\""),
        ("spec: 1", "not-an-operator", "f.yaml:1:1: `spec` has to be a map"),
        ("metadata:\nspec: text", "not-an-operator", "f.yaml:2:1: `spec` has to be a map"),
        ("kind: IstioOperator\n---\nkind: IstioOperator\n", "two-operators", "f.yaml:3:1: a second document"),
        ("spec: {a: 1, a: 2}", "bad-yaml", "f.yaml:1:14"),
        ("spec: [", "bad-yaml", "f.yaml:"),
        ("spec:\0", "bad-yaml", "f.yaml:1: a NUL byte"),
        (
            "spec: {values: {global: {pilotCertProvider: kubernetes}}}",
            "bad-value",
            "f.yaml:1:26: values.global.pilotCertProvider",
        ),
    ];
    for (text, id, message) in files {
        let error = load(&file(text)).and_then(|config| config.instances(ComponentKind::ControlPlane)).unwrap_err();
        assert_eq!(error.id(), id, "{text}: {error}");
        assert!(error.to_string().contains(message), "{text}: {error}");
        assert_eq!(error.kind().exit_code(), 2);
    }
    for (text, message) in [("- 1", "the document is no map"), ("spec: {}", "there is no `kind`")] {
        let files = vec![Source { name: "f.yaml".to_owned(), text: text.to_owned() }];
        let error = load(&Inputs { files, ..Inputs::default() }).unwrap_err();
        assert!(error.id() == "not-an-operator" && error.to_string().contains(message), "{text}: {error}");
    }
    let sets = [
        ("tag=", "bad-value", "--set tag=: `tag` is empty"),
        ("profile=nope", "unknown-profile", "--set profile=nope: unknown profile"),
        ("profile", "bad-set", "--set profile: there is no `=`"),
        ("components.ingressGateways.[name:istio-ingressgateway].enabled=false", "bad-set", "no element whose `name`"),
    ];
    for (set, id, message) in sets {
        let error = with(&[set]).unwrap_err();
        assert_eq!(error.id(), id, "{set}: {error}");
        assert!(error.to_string().contains(message), "{set}: {error}");
    }
}

/// `--set` bends a value to the schema: lists of one, and quoted numbers where strings are wanted.
#[test]
fn flags_fit_the_schema() -> Result<()> {
    let config = with(&[
        "values.global.imagePullSecrets=regcred",
        "values.pilot.ipFamilies=",
        "meshConfig.defaultServiceExportTo=.",
        "values.global.proxy.excludeInboundPorts=\"15020\"",
        "values.global.proxy.logLevel=\"debug\"",
        "values.pilot.env.A=1",
    ])?;
    assert_eq!(config.get("values.global.imagePullSecrets"), Some(&json!(["regcred"])));
    assert_eq!(config.get("values.pilot.ipFamilies"), Some(&json!([])));
    assert_eq!(config.get("meshConfig.defaultServiceExportTo"), Some(&json!(["."])));
    assert_eq!(config.text("values.global.proxy.excludeInboundPorts"), Some("15020"));
    assert_eq!(config.text("values.global.proxy.logLevel"), Some("\"debug\""));
    assert_eq!(config.get("values.pilot.env.A"), Some(&json!(1)));
    let error = with(&["values.global.proxy.excludeInboundPorts=15020"]).unwrap_err();
    assert!(error.to_string().contains("has to be a string, not 15020"), "{error}");
    Ok(())
}

#[test]
fn values_know_where_they_are_from() -> Result<()> {
    let mut inputs = file("spec:\n  profile: demo\n  values:\n    global:\n      network: net\n      platform: k3s\n");
    inputs.sets = vec!["values.pilot.image=x".to_owned(), "compatibilityVersion=1.28".to_owned()];
    let config = load(&inputs)?;
    let table = [
        ("values.global.network", Some("f.yaml:5:7")),
        ("values.pilot.image", Some("--set values.pilot.image=x")),
        ("values.cni.cniBinDir", Some("platform k3s")),
        ("values.cni.ambient.reconcileIptablesOnStartup", Some("compatibility version 1.28")),
        ("values.pilot.traceSampling", Some("profile demo")),
        ("hub", Some("profile default")),
        ("values.pilot.keepaliveMaxServerConnectionAge", None),
    ];
    for (path, want) in table {
        assert_eq!(config.origin(path).as_deref(), want, "{path}");
    }
    Ok(())
}

/// A spec, a part of the message; with `--force` it is a warning.
#[test]
fn rules_of_the_reference() {
    let table = [
        ("spec: {hub: Docker.io/X}", "bad-value", "`hub`"),
        ("spec: {tag: a b}", "bad-value", "`tag`"),
        ("spec: {revision: a.b}", "bad-value", "`revision`"),
        ("spec: {values: {global: {proxy: {includeIPRanges: 10.0.0.0/33}}}}", "bad-value", "no address range"),
        ("spec: {values: {global: {proxy: {excludeInboundPorts: '80,x'}}}}", "bad-value", "`x` is no port"),
        ("spec: {components: {egressGateways: [{name: A_b}]}}", "bad-value", "no name of a gateway"),
        ("spec: {components: {egressGateways: [{name: a.b}]}}", "bad-value", "no name of a gateway"),
        ("spec: {values: {global: {imagePullPolicy: Sometimes}}}", "bad-value", "none of Always"),
        ("spec: {values: {global: {remotePilotAddress: 'host:15012'}}}", "bad-value", "no address"),
        (
            "spec: {components: {ingressGateways: [{name: g, k8s: {service: {ports: [{port: 80}]}}}]}}",
            "privileged-port",
            "port 80 of gateway g goes to port 0",
        ),
        (
            "spec: {values: {gateways: {istio-ingressgateway: {ingressPorts: [{port: 8080, targetPort: 80}]}}}}",
            "privileged-port",
            "port 8080 of ingressPorts goes to port 80",
        ),
    ];
    for (text, id, message) in table {
        let error = load(&file(text)).unwrap_err();
        assert_eq!(error.id(), id, "{text}: {error}");
        assert!(error.to_string().contains(message) && error.to_string().starts_with("f.yaml:1:"), "{text}: {error}");
        let forced = load(&Inputs { force: true, ..file(text) }).unwrap();
        assert!(forced.warnings.iter().any(|warning| warning.contains(message)), "{text}: {:?}", forced.warnings);
    }
    let accepted = [
        "spec: {components: {ingressGateways: [{name: g, k8s: {service: {ports: [{port: 8080}]}}}]}}",
        "spec: {components: {ingressGateways: [{name: g, k8s: {service: {ports: [{port: 80, targetPort: http}]}}}]}}",
        "spec: {components: {ingressGateways: [{name: g, k8s: {service: {ports: [{port: 80, targetPort: 8080}]}}}]}}",
        "spec: {components: {ingressGateways: [{name: g, k8s: {service: {ports: [{port: 80}]}}}]},
                values: {gateways: {istio-ingressgateway: {runAsRoot: true}}}}",
    ];
    for text in accepted {
        assert_eq!(load(&file(text)).unwrap().warnings, Vec::<String>::new(), "{text}");
    }
}

/// What is taken with a word of warning.
#[test]
fn warnings_name_their_place() {
    let table = [
        (
            "spec: {meshConfig: {enableTracng: true}}",
            "f.yaml:1:21: `meshConfig.enableTracng` is not a known key; did you",
        ),
        ("spec: {values: {ztunnel: {logLevl: x}}}", "`values.ztunnel.logLevl` is not a known key"),
        ("spec: {namespace: x}", "f.yaml:1:8: `namespace` has no effect"),
        ("spec:\n  values:", "f.yaml:2:3: `values` is empty"),
        ("spec: {components: {istiodRemote: {enabled: true}}}", "`components.istiodRemote` has no effect"),
        ("spec: {components: {pilot: {k8s: {volumes: [{name: x}]}}}}", "has `k8s.volumes`, which is not rendered"),
        ("spec: {components: {ingressGateways: [{enabled: true}]}}", "has a gateway without a name"),
        (
            "spec: {components: {pilot: {k8s: {replicaCount: 2}}}, values: {pilot: {autoscaleEnabled: true}}}",
            "`components.pilot.k8s.replicaCount` does nothing",
        ),
    ];
    for (text, message) in table {
        let warnings = load(&file(text)).unwrap().warnings;
        assert!(warnings.len() == 1 && warnings[0].contains(message), "{text}: {warnings:?}");
    }
}

#[test]
fn of_a_second_document_it_is_said_where_it_belongs() {
    let hint_of = |text: &str| {
        let files = vec![Source { name: "f.yaml".to_owned(), text: text.to_owned() }];
        load(&Inputs { files, ..Inputs::default() }).unwrap_err().hints().concat()
    };
    let operator = "kind: IstioOperator\n";
    assert!(hint_of(&format!("{operator}---\n{operator}")).contains("give both with -f"));
    for other in ["kind: Namespace\n", "a: 1\n", "- 1\n"] {
        for text in [format!("{operator}---\n{other}"), format!("{other}---\n{operator}")] {
            assert!(hint_of(&text).ends_with("apply the rest with kubectl"), "{text}");
        }
    }
}

#[test]
fn several_problems_are_said_at_once() {
    let error = load(&file("spec:\n  nope: 1\n  hub: 2\n  values: {pilot: {imge: x}}")).unwrap_err();
    assert_eq!(error.to_string(), "f.yaml:2:3: `nope` is not a known key");
    assert!(error.hints().iter().any(|hint| hint.starts_with("also: f.yaml:3:3: `hub` has to be a string")));
    assert!(error.hints().iter().any(|hint| hint.contains("`values.pilot.imge` is not a known key")));
}

#[test]
fn given_profiles_replace_the_built_in_ones() -> Result<()> {
    let profile = |name: &str, text: &str| Source { name: name.to_owned(), text: text.to_owned() };
    let default = "spec: {hub: h, tag: t, components: {pilot: {enabled: true}}, values: {a: 1}}";
    let profiles = vec![profile("default", default), profile("mine", "spec: {values: {b: 2}}")];
    let inputs = Inputs { profiles: Some(profiles), sets: vec!["profile=mine".to_owned()], ..Inputs::default() };
    let istiod = load(&inputs)?.instances(ComponentKind::ControlPlane)?.remove(0);
    assert_eq!(istiod.values, istiod.given);
    let want = json!({"a": 1, "b": 2, "global": {"hub": "h", "tag": "t"}, "pilot": {"enabled": true, "cni": {"enabled": false}}});
    assert_eq!(istiod.given, want);
    Ok(())
}

#[test]
fn the_hint_to_quote_keeps_the_value_and_can_be_typed() -> Result<()> {
    let hint = |inputs: &Inputs| load(inputs).unwrap_err().hints()[0].clone();
    let sets = [
        ("values.pilot.image=08", "quote it: --set 'values.pilot.image=\"08\"'"),
        ("values.pilot.image=0130", "quote it: --set 'values.pilot.image=\"0130\"'"),
        ("values.pilot.image=1e3", "quote it: --set 'values.pilot.image=\"1e3\"'"),
        ("values.pilot.image=true", "quote it: --set 'values.pilot.image=\"true\"'"),
    ];
    for (set, want) in sets {
        let inputs = Inputs { sets: vec![set.to_owned()], ..Inputs::default() };
        assert_eq!(hint(&inputs), want);
        // As a shell hands it on, it does what it says.
        let typed = want.trim_start_matches("quote it: --set ").trim_matches('\'');
        let value = set.split('=').next_back();
        assert_eq!(with(&[typed])?.text("values.pilot.image"), value, "{typed}");
    }
    for (written, want) in [("08", "08"), ("0130", "0130"), ("1e3", "1e3"), ("yes", "yes"), ("1_000", "1_000")] {
        let inputs = file(&format!("spec:\n  values: {{pilot: {{image: {written}, env: {{A: b}}}}}}"));
        if load(&inputs).is_err() {
            assert_eq!(hint(&inputs), format!("quote it: \"{want}\""));
        }
    }
    assert_eq!(hint(&file("spec:\n  hub: 0130 # octal")), "quote it: \"0130\"");
    Ok(())
}

#[test]
fn quotes_do_not_stay_in_the_value_of_a_free_map() -> Result<()> {
    let config = with(&["values.pilot.env.A=\"true\"", "values.pilot.env.B=\"text\"", "unvalidatedValues.x=\"08\""])?;
    assert_eq!(config.get("values.pilot.env"), Some(&json!({"A": "true", "B": "\"text\""})));
    assert_eq!(config.get("unvalidatedValues.x"), Some(&json!("08")));
    Ok(())
}

#[test]
fn a_key_of_the_values_that_stands_beside_them_is_found() {
    let table = [
        ("spec: {ownerName: me}", "did you mean `values.ownerName` (a string)?"),
        ("spec: {Hub: a}", "did you mean `hub` (a string)?"),
        ("spec: {values: {accessLogFile: /dev/stdout}}", "did you mean `meshConfig.accessLogFile` (a string)?"),
        ("spec: {values: {hubb: a}}", "the keys there are"),
    ];
    for (text, want) in table {
        let error = load(&file(text)).unwrap_err();
        assert!(error.hints()[0].starts_with(want), "{text}: {:?}", error.hints());
    }
}

#[test]
fn a_gateway_is_called_by_text() {
    for name in ["\"123\"", "\"true\"", "\"null\"", "\"1e3\""] {
        let text = format!("spec:\n  components:\n    ingressGateways:\n    - enabled: true\n      name: {name}");
        let error = load(&file(&text)).unwrap_err();
        assert!(error.to_string().starts_with("f.yaml:5:7: "), "{error}");
    }
    assert!(with(&["components.ingressGateways[0].name=null"]).is_err());
}
