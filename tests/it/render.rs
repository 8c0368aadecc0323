//! What is rendered, against what the reference gives: the goldens of `manifest generate`, and what is live after an
//! installation. They are looked for in `MESH_REFERENCE` (default `../shared`); without them a test says that it did not
//! run.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use mesh::config::{self, Inputs, Source};
use mesh::error::Result;
use mesh::object::Object;
use mesh::render::{Bundle, Target, render};
use mesh::yaml;
use serde_json::{Value, json};

pub(crate) fn golden(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("MESH_REFERENCE")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let path = root.join("golden").join(path);
    if path.exists() {
        return Some(path);
    }
    #[expect(clippy::print_stderr, reason = "says that the test did not run")]
    {
        eprintln!("skipped: no {}; MESH_REFERENCE names the folder of the reference", path.display());
    }
    None
}

fn bundle(arguments: &str, folder: &Path) -> Result<Bundle> {
    let mut inputs = Inputs::default();
    let mut words = arguments.lines();
    while let Some(flag) = words.next() {
        let value = words.next().expect("a value").to_owned();
        match flag {
            "--set" => inputs.sets.push(value),
            "--revision" => inputs.revision = Some(value),
            "-f" => {
                let text = std::fs::read_to_string(folder.join(&value)).expect("an input file");
                inputs.files.push(Source { name: value, text });
            }
            other => panic!("{other} is no flag of the goldens"),
        }
    }
    render(&config::load(&inputs)?, &Target::default())
}

/// An object by what names it, comparable: CRDs without descriptions, YAML and JSON in ConfigMaps parsed, of the injection
/// templates only the names.
pub(crate) fn comparable(mut object: Value) -> (String, Value) {
    let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    let key = format!("{} {}/{}", text("/kind"), text("/metadata/namespace"), text("/metadata/name"));
    match object["kind"].as_str() {
        Some("CustomResourceDefinition") => without_descriptions(&mut object),
        Some("ConfigMap") => {
            for (name, value) in object["data"].as_object_mut().into_iter().flatten() {
                let parsed = value.as_str().and_then(|text| yaml::document("value", text).ok());
                let Some(mut parsed) = parsed.filter(|parsed| parsed.is_object() || parsed.is_array()) else {
                    continue;
                };
                if name == "config"
                    && let Some(templates) = parsed["templates"].as_object()
                {
                    parsed["templates"] = templates.keys().cloned().collect::<BTreeSet<_>>().into_iter().collect();
                }
                *value = parsed;
            }
        }
        _ => {}
    }
    (key, object)
}

fn without_descriptions(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, value| name != "description" || !value.is_string());
            fields.values_mut().for_each(without_descriptions);
        }
        Value::Array(items) => items.iter_mut().for_each(without_descriptions),
        _ => {}
    }
}

/// 1 and 1.0 are one number.
pub(crate) fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}

#[test]
fn as_many_cases_as_ever_equal_the_reference() {
    let Some(cases) = golden("manifest") else { return };
    let floor = include_str!("../parity.toml");
    let floor = |key: &str| {
        let line = floor.lines().find_map(|line| line.strip_prefix(key)?.trim().strip_prefix('='));
        line.and_then(|number| number.trim().parse::<usize>().ok()).unwrap_or_else(|| panic!("no {key}"))
    };
    let (mut whole, mut total, mut differing) = (0, 0, Vec::new());
    for case in std::fs::read_dir(cases).expect("the cases") {
        let case = case.expect("a case").path();
        total += 1;
        let arguments = std::fs::read_to_string(case.join("args")).expect("the arguments");
        let rendered = bundle(&arguments, &case);
        let equal = match std::fs::read_to_string(case.join("expected.yaml")) {
            Err(_) => rendered.is_err(),
            Ok(expected) => rendered.is_ok_and(|bundle| equals(&bundle, &expected)),
        };
        whole += usize::from(equal);
        if !equal {
            differing.push(case.file_name().unwrap_or_default().to_string_lossy().into_owned());
        }
    }
    assert!(whole >= floor("manifest_cases"), "{whole} of {total}; these differ: {differing:?}");
}

fn equals(bundle: &Bundle, expected: &str) -> bool {
    let wanted: BTreeMap<_, _> =
        yaml::documents("expected.yaml", expected).expect("YAML").into_iter().map(comparable).collect();
    let with_crds = wanted.keys().any(|key| key.starts_with("CustomResourceDefinition"));
    let objects = bundle.generate_set();
    let objects = objects.iter().filter(|object| with_crds || object.kind() != "CustomResourceDefinition");
    let got: BTreeMap<_, _> = objects.map(|object| comparable(object.value().clone())).collect();
    wanted.len() == got.len() && wanted.iter().all(|(key, wanted)| got.get(key).is_some_and(|got| same(wanted, got)))
}

/// What an API server stores differs from what is sent: it adds defaults, and istiod closes its webhooks.
#[test]
fn an_installation_has_what_the_reference_leaves_live() -> Result<()> {
    for profile in ["demo", "default", "minimal"] {
        let Some(file) = golden(&format!("live/{profile}.json")) else { return Ok(()) };
        let live: BTreeMap<String, Value> =
            serde_json::from_str(&std::fs::read_to_string(file).expect("readable")).expect("JSON");
        let bundle = bundle(&format!("--set\nprofile={profile}"), Path::new(""))?;
        assert!(bundle.takes_default(false) && bundle.takes_default(true));
        let set = bundle.install_set(true);
        let mut missing: BTreeSet<&str> = live.keys().map(String::as_str).collect();
        missing.retain(|key| {
            !matches!(
                *key,
                "Namespace /default" | "ServiceAccount default/default" | "ServiceAccount istio-system/default"
            )
        });
        for object in set.objects() {
            let (key, wanted) = comparable(object.value().clone());
            let live = live.get(&key).unwrap_or_else(|| panic!("{profile}: {key} is not live"));
            missing.remove(key.as_str());
            let mut differences = Vec::new();
            contained("", &wanted, live, &mut differences);
            assert!(differences.is_empty(), "{profile}: {key}: {differences:#?}");
            if object.kind() != "Namespace" {
                let labels = |object: &Value| object.pointer("/metadata/labels").cloned();
                assert_eq!(labels(object.value()), labels(live), "{profile}: {key}");
            }
        }
        assert!(missing.is_empty(), "{profile}: {missing:?}");
    }
    Ok(())
}

fn contained(path: &str, wanted: &Value, live: &Value, differences: &mut Vec<String>) {
    match (wanted, live) {
        (Value::Object(wanted), Value::Object(live)) => {
            for (key, wanted) in wanted {
                let path = format!("{path}.{key}");
                match live.get(key) {
                    _ if key == "failurePolicy" => {}
                    // What is empty is not stored.
                    None if *wanted == json!({}) || *wanted == json!("") => {}
                    None => differences.push(format!("{path} is not live")),
                    Some(live) => contained(&path, wanted, live, differences),
                }
            }
        }
        (Value::Array(wanted), Value::Array(live)) if wanted.len() == live.len() => {
            for (index, (wanted, live)) in wanted.iter().zip(live).enumerate() {
                contained(&format!("{path}[{index}]"), wanted, live, differences);
            }
        }
        _ if same(wanted, live) || is_same_quantity(wanted, live) => {}
        _ => differences.push(format!("{path}: want {wanted}, live {live}")),
    }
}

/// The server writes quantities the shortest way: `2000m` is 2, `1024Mi` is 1Gi.
fn is_same_quantity(wanted: &Value, live: &Value) -> bool {
    let canonical = [("2000m", "2"), ("1024Mi", "1Gi"), ("2048Mi", "2Gi")];
    canonical.iter().any(|(long, short)| wanted == long && live == short)
}

#[test]
fn twice_the_same_bytes() -> Result<()> {
    let text = || -> Result<String> {
        let bundle =
            bundle("--set\nprofile=ambient\n--set\nvalues.pilot.env.B=1\n--set\nvalues.pilot.env.A=2", Path::new(""))?;
        let install = bundle.install_set(true);
        let objects = bundle.generate_set().into_iter().chain(install.objects());
        objects.map(|object| yaml::text(object.value())).collect()
    };
    assert_eq!(text()?, text()?);
    Ok(())
}

#[test]
fn no_object_comes_twice_and_none_has_a_null_once_installed() -> Result<()> {
    let gateways =
        "--set\nprofile=demo\n--set\nvalues.global.networkPolicy.enabled=true\n--set\nvalues.revisionTags[0]=prod";
    let set = bundle(gateways, Path::new(""))?.install_set(true);
    let mut seen = BTreeSet::new();
    for object in set.objects() {
        assert!(seen.insert(object.id()), "{} twice", object.id());
        assert!(!has_null(object.value()), "{}", object.id());
    }
    Ok(())
}

fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(map) => map.values().any(has_null),
        Value::Array(list) => list.iter().any(has_null),
        _ => false,
    }
}

#[test]
fn the_default_tag_goes_to_whom_it_belongs() -> Result<()> {
    let named = |objects: &[Object]| objects.iter().map(|object| object.name().to_owned()).collect::<Vec<_>>();
    let injector = |set: &mesh::render::InstallSet| {
        let webhooks = set.objects().find(|object| {
            object.name().starts_with("istio-sidecar-injector") && object.kind() == "MutatingWebhookConfiguration"
        });
        webhooks.expect("an injector").at("/webhooks/0/namespaceSelector").cloned()
    };
    let tag = ["istio-revision-tag-default", "istiod-default-validator", "istiod-revision-tag-default"];
    let never = Some(json!({"matchLabels": {"istio.io/deactivated": "never-match"}}));

    let default = bundle("--set\nprofile=minimal", Path::new(""))?;
    assert!(default.takes_default(true), "without a revision it is the default");
    assert_eq!(named(&default.install_set(true).default_tag), tag);
    assert_eq!(injector(&default.install_set(true)), never);
    let without = default.install_set(false);
    assert!(without.default_tag.is_empty());
    assert_ne!(injector(&without), never);

    let canary = bundle("--set\nprofile=minimal\n--set\nrevision=canary", Path::new(""))?;
    assert!(!canary.takes_default(true), "another revision has it");
    assert!(canary.takes_default(false), "nobody has it");
    let set = canary.install_set(true);
    assert_eq!(named(&set.default_tag), tag);
    assert_ne!(injector(&set), never, "its own webhooks serve its own name");
    assert_eq!(set.default_tag[0].text("/webhooks/0/clientConfig/service/name"), Some("istiod-canary"));
    assert_eq!(set.default_tag[0].label("istio.io/rev"), Some("canary"));

    let managed = bundle("--set\nprofile=minimal\n--set\nvalues.global.operatorManageWebhooks=true", Path::new(""))?;
    assert!(!managed.takes_default(false));
    let off = bundle("--set\nprofile=empty", Path::new(""))?;
    assert!(!off.takes_default(false));
    Ok(())
}

#[test]
fn a_value_that_breaks_a_template_is_named() {
    let error = bundle("--set\nvalues.pilot.rollingMaxSurge=a: b", Path::new("")).expect_err("no YAML");
    assert_eq!(error.id(), "bad-template-output");
    assert!(error.to_string().starts_with("Istiod: "), "{error}");
}

#[test]
fn an_installation_with_a_name_labels_its_objects_with_it() -> Result<()> {
    let text = "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata: {name: mine}\nspec: {profile: minimal}\n";
    let files = vec![Source { name: "in.yaml".into(), text: text.into() }];
    let bundle = render(&config::load(&Inputs { files, ..Inputs::default() })?, &Target::default())?;
    let set = bundle.install_set(true);
    for object in set.objects().filter(|object| object.kind() != "Namespace") {
        assert_eq!(object.label("install.operator.istio.io/owning-resource"), Some("mine"), "{}", object.id());
    }
    Ok(())
}

/// Every image of a manifest, and of what is injected by it, comes from there, and every account has the credentials.
#[test]
fn everything_can_come_from_a_registry_of_ones_own() -> Result<()> {
    let sets = ["profile=ambient", "values.gateways.istio-ingressgateway.enabled=true"].map(str::to_owned).to_vec();
    let inputs = Inputs {
        sets,
        registry: Some("registry.example.com/istio".to_owned()),
        image_pull_secret: Some("regcred".to_owned()),
        ..Inputs::default()
    };
    let bundle = render(&config::load(&inputs)?, &Target::default())?;
    let set = bundle.install_set(true);
    let (mut images, mut accounts) = (0, 0);
    for object in set.objects() {
        let containers = object.list("/spec/template/spec/containers").iter();
        for image in containers.filter_map(|container| container["image"].as_str()).filter(|image| *image != "auto") {
            assert!(image.starts_with("registry.example.com/istio/"), "{}: {image}", object.id());
            images += 1;
        }
        if object.kind() == "ServiceAccount" && object.name() != "istio-reader-service-account" {
            assert_eq!(object.list("/imagePullSecrets"), [json!({"name": "regcred"})], "{}", object.id());
            accounts += 1;
        }
    }
    assert!(images >= 3 && accounts >= 3, "{images} images, {accounts} accounts");
    let injector =
        set.objects().find(|object| object.name() == "istio-sidecar-injector" && object.kind() == "ConfigMap");
    let values: Value =
        yaml::document("values", injector.and_then(|one| one.text("/data/values")).unwrap_or_default())?;
    assert_eq!(values.pointer("/global/imagePullSecrets"), Some(&json!(["regcred"])));
    assert_eq!(values.pointer("/global/hub"), Some(&json!("registry.example.com/istio")));
    Ok(())
}
