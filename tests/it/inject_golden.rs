//! Injection compared with the reference's: our templates, given the values and the mesh of its installations, into the
//! workloads of `golden/inject`, field by field.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use mesh::inject::{Injector, MeshInputs};
use mesh::yaml;
use serde_json::{Map, Value, json};

/// The folder of facts about the reference, which is not part of the project: `MESH_REFERENCE`, else `../shared`. Says so
/// where it is not there.
#[expect(clippy::print_stderr, reason = "a test that is skipped has to say so")]
pub(crate) fn reference() -> Option<PathBuf> {
    let folder = std::env::var_os("MESH_REFERENCE").map_or_else(|| PathBuf::from("../shared"), PathBuf::from);
    if folder.join("golden/inject").is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: no golden/inject below {} (MESH_REFERENCE names another folder)", folder.display());
    None
}

/// The count that `tests/parity.toml` keeps under this key.
pub(crate) fn kept(key: &str) -> usize {
    let lines = include_str!("../parity.toml").lines();
    let found = lines.filter_map(|line| line.split_once('=')).find(|(name, _)| name.trim() == key);
    found.and_then(|(_, count)| count.trim().parse().ok()).unwrap_or_else(|| panic!("parity.toml keeps no {key}"))
}

/// Our templates, as ConfigMap `istio-sidecar-injector` has them.
pub(crate) fn config() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/injection");
    let mut templates = Map::new();
    for entry in fs::read_dir(folder).expect("the injection templates") {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        templates.insert(name, fs::read_to_string(&path).expect("a readable template").into());
    }
    json!({"policy": "enabled", "defaultTemplates": ["sidecar"], "templates": templates}).to_string()
}

/// What the reference's installation gives its injector.
struct Installation {
    values: Value,
    mesh: String,
}

fn installation(reference: &Path, args: &[String]) -> Installation {
    let profile = if args.iter().any(|arg| arg == "profile=demo") { "profile-demo" } else { "profile-default" };
    let manifest = reference.join(format!("golden/manifest/{profile}/expected.yaml"));
    let text = fs::read_to_string(manifest).expect("the reference's manifest");
    let objects = yaml::documents(profile, &text).expect("YAML");
    let data = |name: &str, key: &str| -> String {
        let found = objects.iter().find(|object| object["kind"] == "ConfigMap" && object["metadata"]["name"] == name);
        found.expect("a ConfigMap")["data"][key].as_str().expect("text").to_owned()
    };
    let mut values: Value = serde_json::from_str(&data("istio-sidecar-injector", "values")).expect("JSON");
    if args.iter().any(|arg| arg == "components.cni.enabled=true") {
        values["pilot"]["cni"]["enabled"] = true.into();
    }
    Installation { values, mesh: data("istio", "mesh") }
}

/// What the comparison leaves out: Go writes empty structs that say nothing, and the status annotation is compared as
/// JSON.
pub(crate) fn comparable(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let empty = |key: &str, value: &Value| {
                let often_empty = ["status", "strategy", "updateStrategy", "resources"].contains(&key);
                (key == "creationTimestamp" && value.is_null()) || (often_empty && *value == json!({}))
            };
            let kept = map.into_iter().filter(|(key, value)| !empty(key, value));
            let compared = kept.map(|(key, value)| match value.as_str() {
                Some(text) if key == "sidecar.istio.io/status" => (key, serde_json::from_str(text).unwrap_or(value)),
                _ => (key, comparable(value)),
            });
            Value::Object(compared.collect())
        }
        Value::Array(list) => list.into_iter().map(comparable).collect(),
        other => other,
    }
}

pub(crate) fn differences(path: &str, want: &Value, got: &Value, found: &mut Vec<String>) {
    match (want, got) {
        (Value::Object(want), Value::Object(got)) => {
            for key in want.keys().chain(got.keys().filter(|key| !want.contains_key(*key))) {
                let null = Value::Null;
                differences(
                    &format!("{path}.{key}"),
                    want.get(key).unwrap_or(&null),
                    got.get(key).unwrap_or(&null),
                    found,
                );
            }
        }
        (Value::Array(want), Value::Array(got)) if want.len() == got.len() => {
            for (index, (want, got)) in want.iter().zip(got).enumerate() {
                differences(&format!("{path}[{index}]"), want, got, found);
            }
        }
        _ if want == got => {}
        _ => found.push(format!("{path}: want {want}, got {got}")),
    }
}

fn injected(injector: &Injector, text: &str) -> mesh::error::Result<Vec<Value>> {
    let documents = yaml::documents("in.yaml", text)?;
    documents.into_iter().map(|document| Ok(injector.inject(document)?.object)).collect()
}

/// The injector of an installation made with these arguments.
pub(crate) fn injector(reference: &Path, config: &str, args: &[String]) -> Injector {
    let installation = installation(reference, args);
    let inputs = MeshInputs {
        config,
        values: &installation.values.to_string(),
        mesh: &installation.mesh,
        native_sidecars: args.iter().any(|arg| arg == "--native-sidecars=true"),
        ..MeshInputs::default()
    };
    Injector::new(&inputs).expect("our own templates")
}

fn check(case: &Path, injector: &Injector) -> Vec<String> {
    let read = |name: &str| fs::read_to_string(case.join(name)).ok();
    let got = injected(injector, &read("in.yaml").expect("a workload"));
    match (read("expected.yaml"), got) {
        (None, Err(_)) => Vec::new(),
        (None, Ok(_)) => vec!["the reference refuses it, we do not".to_owned()],
        (Some(_), Err(error)) => vec![error.to_string()],
        (Some(want), Ok(got)) => {
            let want = yaml::documents("expected.yaml", &want).expect("YAML");
            let again = got.iter().map(|object| injector.inject(object.clone()).map(|outcome| outcome.object));
            let again: Vec<Value> = again.collect::<Result<_, _>>().expect("an injected workload can be injected");
            let mut found = Vec::new();
            let compare = |list: Vec<Value>| comparable(Value::Array(list));
            differences("", &compare(want), &compare(got.clone()), &mut found);
            if read("in.yaml").is_some_and(|text| !text.contains("sidecar.istio.io/status")) {
                differences("again", &compare(got), &compare(again), &mut found);
            }
            found
        }
    }
}

#[test]
fn workloads_are_injected_as_the_reference_injects_them() {
    let Some(reference) = reference() else { return };
    let config = config();
    let (mut equal, mut wrong) = (0, Vec::new());
    let mut injectors = HashMap::new();
    let mut cases: Vec<PathBuf> = fs::read_dir(reference.join("golden/inject"))
        .expect("cases")
        .map(|entry| entry.expect("a case").path())
        .collect();
    cases.sort();
    let only = std::env::var("MESH_ONLY").unwrap_or_default();
    for case in cases.iter().filter(|case| case.to_string_lossy().contains(&only)) {
        let args = fs::read_to_string(case.join("args")).expect("arguments");
        let args: Vec<String> = args.lines().map(str::to_owned).collect();
        let injector = injectors.entry(args.clone()).or_insert_with(|| injector(&reference, &config, &args));
        let found = check(case, injector);
        if found.is_empty() {
            equal += 1;
        } else {
            let shown: Vec<String> = found.iter().take(6).map(|line| line.chars().take(600).collect()).collect();
            wrong.push(format!(
                "{}:\n    {}",
                case.file_name().expect("a name").to_string_lossy(),
                shown.join("\n    ")
            ));
        }
    }
    assert!(wrong.is_empty(), "injected {equal}/{}\n{}", cases.len(), wrong.join("\n"));
    assert!(!only.is_empty() || equal >= kept("injected"), "only {equal} workloads were compared");
}
