//! Odd values, and what the reference makes of them. Each case says one thing that was seen there; where
//! `MESH_TEST_ISTIOCTL` names istioctl 1.30.3, everything that the case renders is compared with it.

use std::collections::BTreeMap;
use std::process::Command;

use mesh::config::{self, Inputs, Source};
use mesh::render::{Target, render};
use mesh::yaml;
use serde_json::{Value, json};

use crate::render::{comparable, same};

/// What is below `spec`, the object to look at, where in it, and what is there.
type Case = (&'static str, &'static str, &'static str, Value);

fn cases() -> Vec<Case> {
    const ISTIOD: &str = "Deployment istio-system/istiod";
    const INGRESS: &str = "Deployment istio-system/istio-ingressgateway";
    const ZTUNNEL: &str = "DaemonSet istio-system/ztunnel";
    const CONTAINER: &str = "/spec/template/spec/containers/0";
    let env = |name: &str, value: Value| json!({"env": {"name": name, "value": value}});
    let mount = |value: Value| json!({"mount": value});
    let image = |value: &str| json!({"image": value});
    vec![
        // A variable without a value is there, and empty; numbers are Go's floats.
        ("values: {pilot: {env: {A: null}}}", ISTIOD, CONTAINER, env("A", "".into())),
        ("values: {pilot: {env: {A: 12345678}}}", ISTIOD, CONTAINER, env("A", "1.2345678e+07".into())),
        ("values: {pilot: {env: {A: 123456}}}", ISTIOD, CONTAINER, env("A", "123456".into())),
        ("values: {gateways: {istio-ingressgateway: {env: {A: null}}}}", INGRESS, CONTAINER, env("A", "".into())),
        (
            "values: {gateways: {istio-ingressgateway: {injectionTemplate: gateway, env: {A: null}}}}",
            INGRESS,
            CONTAINER,
            env("A", Value::Null),
        ),
        (
            "components: {cni: {enabled: true}}, values: {cni: {env: {A: null}}}",
            "ConfigMap istio-system/istio-cni-config",
            "/data/A",
            "".into(),
        ),
        // A Secret is mounted wherever it is said to be, nowhere included.
        (
            "values: {gateways: {istio-ingressgateway: {secretVolumes: [{name: a, secretName: b}]}}}",
            INGRESS,
            CONTAINER,
            mount(json!({"name": "a", "mountPath": null, "readOnly": true})),
        ),
        // Nothing is no name.
        ("values: {global: {istioNamespace: null}}", INGRESS, CONTAINER, env("CA_ADDR", "istiod..svc:15012".into())),
        // A preset named for ztunnel alone.
        (
            "components: {ztunnel: {enabled: true}}, values: {ztunnel: {profile: ambient}}",
            ZTUNNEL,
            CONTAINER,
            image("registry.istio.io/release/ztunnel:1.30.3-distroless"),
        ),
        (
            "components: {ztunnel: {enabled: true}}, values: {ztunnel: {platform: openshift}}",
            ZTUNNEL,
            CONTAINER,
            json!({"securityContext": {"type": "spc_t"}}),
        ),
    ]
}

fn rendered(input: &str) -> BTreeMap<String, Value> {
    let text = format!("kind: IstioOperator\nspec: {{{input}}}\n");
    let inputs =
        Inputs { files: vec![Source { name: "f.yaml".to_owned(), text }], sets: Vec::new(), ..Inputs::default() };
    let bundle = config::load(&inputs).and_then(|config| render(&config, &Target::default()));
    let bundle = bundle.unwrap_or_else(|error| panic!("{input}: {error}"));
    bundle.generate_set().into_iter().map(|object| comparable(object.value().clone())).collect()
}

/// Whether what is at a place is what is wanted: of a container a variable, a mount, the image, or the SELinux options.
fn holds(found: &Value, want: &Value) -> bool {
    let among = |list: &str, want: &Value| {
        let name = &want["name"];
        found[list].as_array().is_some_and(|all| all.iter().find(|one| one["name"] == *name) == Some(want))
    };
    if want.get("env").is_some() {
        return among("env", &want["env"]);
    }
    if want.get("mount").is_some() {
        return among("volumeMounts", &want["mount"]);
    }
    match want.get("securityContext") {
        Some(context) => found["securityContext"]["seLinuxOptions"] == *context,
        None if want.is_object() => found["image"] == want["image"],
        None => found == want,
    }
}

#[test]
fn odd_values_render_as_the_reference_renders_them() {
    for (input, object, pointer, want) in cases() {
        let objects = rendered(input);
        let object = objects.get(object).unwrap_or_else(|| panic!("{input}: no {object}"));
        let found = object.pointer(pointer).unwrap_or_else(|| panic!("{input}: nothing at {pointer}"));
        assert!(holds(found, &want), "{input}: want {want}, got {found:#}");
    }
}

#[test]
fn what_istiod_would_refuse_is_refused_before() {
    let table = [
        ("values: {global: {tracer: {stackdriver: {debug: false}}}}", "removed-value"),
        ("meshConfig: {defaultConfig: {tracing: {stackdriver: {maxNumberOfAttributes: 3}}}}", "removed-value"),
        ("unvalidatedValues: {telemetry: {v2: {prometheus: {configOverride: {gateway: {}}}}}}", "removed-value"),
        ("meshConfig: {proxyListenPort: 0}", "bad-mesh-config"),
        ("meshConfig: {connectTimeout: 2h}", "bad-mesh-config"),
        ("meshConfig: {trustDomain: a_b}", "bad-mesh-config"),
        ("meshConfig: {defaultConfig: {discoveryAddress: nowhere}}", "bad-mesh-config"),
        ("values: {meshConfig: {meshMTLS: {ecdhCurves: [P-256]}}}", "bad-mesh-config"),
    ];
    for (input, id) in table {
        let inputs = |force| {
            let text = format!("kind: IstioOperator\nspec: {{{input}}}\n");
            Inputs { files: vec![Source { name: "f.yaml".to_owned(), text }], force, ..Inputs::default() }
        };
        let rendered = |force| config::load(&inputs(force)).and_then(|config| render(&config, &Target::default()));
        let error = rendered(false).expect_err("a refusal");
        assert_eq!(error.id(), id, "{input}: {error}");
        assert!(error.to_string().contains("f.yaml:2:"), "{input}: {error}");
        let forced = rendered(true).expect("nothing but warnings");
        assert!(forced.warnings.iter().any(|warning| warning.contains("ignored: --force")), "{input}");
    }
}

#[test]
fn whole_manifests_of_odd_values_equal_the_reference() {
    let Some(istioctl) = std::env::var_os("MESH_TEST_ISTIOCTL") else {
        #[expect(clippy::print_stderr, reason = "says that the test did not run")]
        {
            eprintln!("skipped: MESH_TEST_ISTIOCTL names no istioctl");
        }
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("f.yaml");
    for (input, ..) in cases() {
        std::fs::write(&file, format!("kind: IstioOperator\nspec: {{{input}}}\n")).expect("a written file");
        let output = Command::new(&istioctl).args(["manifest", "generate", "-f"]).arg(&file).output();
        let output = output.expect("istioctl runs");
        assert!(output.status.success(), "{input}: {}", String::from_utf8_lossy(&output.stderr));
        // One that is built from a source checkout names no release.
        let text = String::from_utf8_lossy(&output.stdout);
        let text = text.replace("registry.istio.io/testing", "registry.istio.io/release").replace(":latest", ":1.30.3");
        let want = yaml::documents("istioctl", &text).expect("YAML");
        let want: BTreeMap<String, Value> = want.into_iter().map(comparable).collect();
        let got = rendered(input);
        assert!(want.keys().eq(got.keys()), "{input}: other objects");
        for (name, want) in want.iter().filter(|(name, _)| !name.starts_with("CustomResourceDefinition")) {
            assert!(same(want, &got[name]), "{input}: {name}: want {want:#}, got {:#}", got[name]);
        }
    }
}
