#![expect(clippy::unwrap_used, reason = "a test may fail")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::*;
use crate::yaml;

#[test]
fn every_crd_has_its_place() -> Result<()> {
    let crds = crds()?;
    let names: Vec<&str> = crds.iter().map(|crd| crd["metadata"]["name"].as_str().unwrap()).collect();
    assert_eq!(names.len(), 15);
    assert!(names.is_sorted(), "{names:?}");
    for crd in &crds {
        let spec = &crd["spec"];
        let name = format!("{}.{}", spec["names"]["plural"].as_str().unwrap(), spec["group"].as_str().unwrap());
        assert_eq!(crd["metadata"]["name"], name);
        let versions = spec["versions"].as_array().unwrap();
        assert!(versions.iter().all(|version| version["served"] == true), "{name}");
        assert_eq!(versions.iter().filter(|version| version["storage"] == true).count(), 1, "{name}");
    }
    Ok(())
}

#[test]
fn twice_the_same_bytes() -> Result<()> {
    let text = || -> Result<String> { Ok(serde_json::to_string(&crds()?).unwrap()) };
    assert_eq!(text()?, text()?);
    Ok(())
}

/// `notation.json` is generated: `MESH_UPDATE=1 cargo test --lib crds` writes it anew.
#[test]
fn notation_is_that_of_the_templates() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/core/crds");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "yaml"));
    files.sort();
    let (mut shared, mut kinds) = (String::new(), Vec::new());
    for file in files {
        let name = file.file_stem().unwrap().to_str().unwrap();
        let notation = yaml::document(name, &std::fs::read_to_string(&file).unwrap()).unwrap();
        if name == "shared" {
            shared = notation.to_string();
        } else {
            assert_eq!(notation["kind"].as_str().unwrap().to_ascii_lowercase(), name, "a file is named like its kind");
            kinds.push(notation.to_string());
        }
    }
    // A line a file, for diffs that show which.
    let wanted = format!("{{\"shared\":{shared},\n\"kinds\":[\n{}\n]}}\n", kinds.join(",\n"));
    if std::env::var_os("MESH_UPDATE").is_some() {
        std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/render/crds/notation.json"), &wanted).unwrap();
    } else {
        assert!(NOTATION == wanted, "templates/core/crds has changed: run `MESH_UPDATE=1 cargo test --lib crds`");
    }
}

#[test]
fn kinds_and_their_fields_are_described() -> Result<()> {
    for crd in crds()? {
        let name = crd["metadata"]["name"].as_str().unwrap();
        for version in crd["spec"]["versions"].as_array().unwrap() {
            let schema = &version["schema"]["openAPIV3Schema"];
            let mut described = vec![(String::new(), &schema["description"])];
            let fields = schema["properties"]["spec"]["properties"].as_object().unwrap();
            described.extend(fields.iter().map(|(field, schema)| (format!(".spec.{field}"), &schema["description"])));
            for (field, description) in described {
                let text = description.as_str().unwrap_or_else(|| panic!("{name}{field}: no description"));
                assert!(text.ends_with('.') && !text.contains('\n') && text.len() <= 120, "{name}{field}: {text}");
            }
        }
    }
    Ok(())
}

/// Every `$ref` is known to resolve once [`crds`] succeeds; here, that no named type is left over.
#[test]
fn every_type_is_used() {
    let Notation { shared, kinds } = serde_json::from_str(NOTATION).unwrap();
    let mut used = BTreeSet::from(["Status".to_owned()]);
    collect_references(&Value::Object(shared.types.clone()), &mut used);
    for kind in kinds {
        let mut here = BTreeSet::new();
        collect_references(&kind.spec, &mut here);
        collect_references(&Value::Object(kind.types.clone()), &mut here);
        for name in kind.types.keys() {
            assert!(here.remove(name), "{}: nothing uses {name}", kind.kind);
            assert!(!shared.types.contains_key(name), "{}: {name} hides a shared type", kind.kind);
        }
        used.extend(here);
    }
    let defined: BTreeSet<String> = shared.types.keys().cloned().collect();
    assert_eq!(defined, used);
}

fn collect_references(short: &Value, found: &mut BTreeSet<String>) {
    match short {
        Value::Object(keywords) => {
            found.extend(keywords.get("$ref").and_then(Value::as_str).map(str::to_owned));
            keywords.values().for_each(|value| collect_references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_references(item, found)),
        _ => {}
    }
}

/// Field for field the objects that istioctl 1.30.3 installs, where they are at hand.
#[test]
fn equal_to_the_reference() -> Result<()> {
    let folder = std::env::var_os("MESH_REFERENCE")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let file = folder.join("golden/manifest/profile-default/expected.yaml");
    let Ok(text) = std::fs::read_to_string(&file) else {
        #[expect(clippy::print_stderr, reason = "says that the test did not run")]
        {
            eprintln!("skipped: no {}; MESH_REFERENCE names the folder of the reference", file.display());
        }
        return Ok(());
    };
    let documents = yaml::documents("expected.yaml", &text)?;
    let wanted: Vec<Value> =
        documents.into_iter().filter(|document| document["kind"] == "CustomResourceDefinition").map(plain).collect();
    assert_eq!(wanted.len(), 15);
    for (wanted, got) in wanted.into_iter().zip(crds()?.into_iter().map(plain)) {
        let mut differences = Vec::new();
        compare("", &wanted, &got, &mut differences);
        assert!(differences.is_empty(), "{}: {differences:#?}", wanted["metadata"]["name"]);
    }
    Ok(())
}

/// Without descriptions and without what is stamped on every object of a revision.
fn plain(mut crd: Value) -> Value {
    if let Some(labels) = crd["metadata"]["labels"].as_object_mut() {
        labels.retain(|name, _| !name.contains("istio.io/"));
    }
    without_descriptions(&mut crd);
    crd
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

fn compare(path: &str, wanted: &Value, got: &Value, differences: &mut Vec<String>) {
    match (wanted, got) {
        (Value::Object(a), Value::Object(b)) => {
            for name in a.keys().chain(b.keys().filter(|name| !a.contains_key(*name))) {
                let path = format!("{path}.{name}");
                match (a.get(name), b.get(name)) {
                    (Some(a), Some(b)) => compare(&path, a, b, differences),
                    (a, b) => differences.push(format!("{path}: want {a:?}, got {b:?}")),
                }
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                compare(&format!("{path}[{index}]"), a, b, differences);
            }
        }
        (Value::Number(a), Value::Number(b)) if a.as_f64() == b.as_f64() => {}
        (a, b) if a == b => {}
        (a, b) => differences.push(format!("{path}: want {a}, got {b}")),
    }
}

#[test]
fn faults_name_their_place() {
    let shared = Map::from_iter([
        ("Port".to_owned(), json!("uint32")),
        ("Loop".to_owned(), json!({ "properties": { "next": { "$ref": "Loop" } } })),
    ]);
    let types = Types { shared: &shared, local: &Map::new() };
    let faults = [
        (json!({ "properties": { "a": ["strnig"] } }), "a.[]: unknown type strnig"),
        (json!({ "properties": { "a": { "$ref": "Gone" } } }), "a: no type is named Gone"),
        (json!({ "type": "string", "minLenght": 1 }), "unknown keyword minLenght"),
        (json!({ "minLength": 1 }), "no type, and none follows from the other keywords"),
        (json!({ "$ref": "Port", "maximum": 3 }), "maximum cannot stand beside a $ref"),
        (json!({ "type": "string", "x-rules": { "m": 1 } }), "x-rules.m: want a CEL expression or a list of fields"),
        (json!({ "type": "object", "x-one-of": [] }), "want a list of fields, not []"),
        (json!(["string", "string"]), "a list stands for an array and names its one item type"),
        (json!(1), "want a type, not 1"),
    ];
    for (short, text) in faults {
        assert_eq!(types.expand(&short).unwrap_err().to_string(), text, "{short}");
    }
    let endless = types.named("Loop").unwrap_err().to_string();
    assert!(endless.ends_with("does a type hold itself?"), "{endless}");
}

#[test]
fn short_forms() {
    let shared = Map::from_iter([(
        "Port".to_owned(),
        json!({ "description": "A port.", "type": "uint32", "x-rules": { "not zero": "self > 0" } }),
    )]);
    let types = Types { shared: &shared, local: &Map::new() };
    let cases = [
        (json!("boolean?"), json!({ "type": "boolean", "nullable": true })),
        (json!("int32"), json!({ "type": "integer", "format": "int32" })),
        (json!("uint64"), json!({ "type": "integer", "minimum": 0 })),
        (
            json!({ "type": "double?", "maximum": 5 }),
            json!({ "type": "number", "format": "double", "nullable": true, "maximum": 5 }),
        ),
        (json!(["string"]), json!({ "type": "array", "items": { "type": "string" } })),
        (json!({ "enum": ["A", "B"] }), json!({ "type": "string", "enum": ["A", "B"] })),
        (
            json!({ "additionalProperties": "string" }),
            json!({ "type": "object", "additionalProperties": { "type": "string" } }),
        ),
        (
            json!({ "description": "Ours.", "$ref": "Port", "x-rules": { "odd": "self % 2 == 1" } }),
            json!({
                "description": "Ours.", "type": "integer", "minimum": 0, "maximum": 4_294_967_295_u32,
                "x-kubernetes-validations": [
                    { "message": "odd", "rule": "self % 2 == 1" },
                    { "message": "not zero", "rule": "self > 0" },
                ],
            }),
        ),
        (
            json!({ "type": "object", "x-rules": { "one": ["a", "b"] } }),
            json!({
                "type": "object",
                "x-kubernetes-validations": [
                    { "message": "one", "rule": "(has(self.a) ? 1 : 0) + (has(self.b) ? 1 : 0) <= 1" },
                ],
            }),
        ),
        (
            json!({ "type": "object", "x-one-of": ["a", "b"] }),
            json!({
                "type": "object",
                "oneOf": [
                    { "not": { "anyOf": [{ "required": ["a"] }, { "required": ["b"] }] } },
                    { "required": ["a"] },
                    { "required": ["b"] },
                ],
            }),
        ),
        (
            json!({ "type": "object", "x-one-of": [["a"], ["b"]] }),
            json!({
                "type": "object",
                "allOf": [
                    { "oneOf": [{ "not": { "anyOf": [{ "required": ["a"] }] } }, { "required": ["a"] }] },
                    { "oneOf": [{ "not": { "anyOf": [{ "required": ["b"] }] } }, { "required": ["b"] }] },
                ],
            }),
        ),
    ];
    for (short, long) in cases {
        assert_eq!(types.expand(&short).unwrap(), long, "{short}");
    }
}
