//! The validator itself: what it lets pass, and what it has to refuse.

use std::ffi::OsStr;

use mesh::report::schema::Document;
use serde_json::{Value, json};

use super::{faults, hold, unknown_keywords};

#[test]
fn keywords_are_held_to() {
    let any = json!({"anyOf": [{"$ref": "#/$defs/a"}, {"type": "null"}], "$defs": {"a": {"const": "a"}}});
    let object = json!({
        "type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": false,
    });
    let pair = json!({"type": "array", "minItems": 2, "prefixItems": [{"type": "string"}, {"type": "boolean"}], "items": false});
    let table = [
        (json!({}), vec![json!(null), json!({"a": [1]})], vec![]),
        (json!({"type": "integer", "minimum": 0}), vec![json!(0), json!(7)], vec![json!(-1), json!(0.5), json!("0")]),
        (json!({"type": ["string", "null"]}), vec![json!("a"), json!(null)], vec![json!(1), json!([])]),
        (json!({"type": "number"}), vec![json!(0.5)], vec![json!("0.5")]),
        (json!({"const": true}), vec![json!(true)], vec![json!(false), json!("true")]),
        (json!({"enum": ["a", 1]}), vec![json!("a"), json!(1)], vec![json!("b"), json!("1")]),
        (
            json!({"format": "date-time"}),
            vec![json!("2026-01-02T03:04:05Z"), json!(1)],
            vec![json!("2026-01-02"), json!("")],
        ),
        (any, vec![json!("a"), json!(null)], vec![json!("b"), json!(true)]),
        (object, vec![json!({"a": "b"})], vec![json!({}), json!({"a": 1}), json!({"a": "b", "c": 1}), json!([])]),
        (json!({"additionalProperties": {"type": "string"}}), vec![json!({"a": "b"})], vec![json!({"a": 1})]),
        (json!({"items": {"type": "string"}}), vec![json!([]), json!(["a"])], vec![json!(["a", 1])]),
        (pair, vec![json!(["a", true])], vec![json!(["a"]), json!([true, "a"]), json!(["a", true, 1])]),
        (json!({"$ref": "#/$defs/gone"}), vec![], vec![json!(null)]),
        (json!({"maxLength": 1}), vec![], vec![json!("a")]),
    ];
    for (schema, right, wrong) in table {
        for one in right {
            assert_eq!(faults(&schema, &one), [""; 0], "{schema}: {one}");
        }
        for one in wrong {
            assert!(!faults(&schema, &one).is_empty(), "{schema}: {one}");
        }
    }
}

#[test]
fn a_fault_is_told_with_its_place() {
    let schema = Document::named("TagList").expect("a document").schema();
    let tag = |field: &str| json!({"revision": "a", "tag": "b", field: []});
    let of =
        |tags: Value| json!({"apiVersion": "mesh/v1", "kind": "TagList", "clusters": [{"cluster": "c", "tags": tags}]});
    assert_eq!(faults(&schema, &of(json!([tag("namespaces")]))), [""; 0]);
    let found = faults(&schema, &of(json!([tag("namespaces"), tag("namespace")])));
    let wanted = [
        ".clusters[0].tags[1]: has no namespaces",
        ".clusters[0].tags[1].namespace: nothing may be here, and there is []",
    ];
    assert_eq!(found, wanted);
}

#[test]
fn what_a_run_says_is_held_to_the_schema_of_its_command() {
    let held = |line: &str, code: Option<i32>, stdout: &str, stderr: &str| {
        let told = hold(line.split(' ').map(OsStr::new), code, stdout, stderr);
        told.err().map(|error| format!("{error:#}")).unwrap_or_default()
    };
    let list = r#"{"apiVersion": "mesh/v1", "kind": "ProfileList", "profiles": []}"#;
    let other = list.replace("profiles", "profile");
    let error = r#"{"apiVersion":"mesh/v1","kind":"Error","error":{"id":"a"}}"#;
    let table = [
        ("profile list -o json", Some(0), list, "", ""),
        ("profile list -ojson", Some(0), &[list, list].join("\n"), "warning: {}", ""),
        ("profile list", Some(0), &other, error, ""),
        ("profile list -o json", Some(0), &other, "", "has no profiles"),
        ("profile list -o json", Some(0), &list.replace("ProfileList", "Profiles"), "", "knows no Profiles"),
        ("profile list -o json", Some(0), &list.replace("ProfileList", "profilelist"), "", "knows no profilelist"),
        ("profile diff a b -o json", Some(0), list, "", "not of mesh profile diff"),
        ("profile list -o json", Some(0), "{", "", "is not JSON"),
        ("profile list -o json", None, "{", "", ""),
        ("profile list -o json", Some(0), "{}", "", "without a kind"),
        ("profile list -o json", Some(1), "", error, "error: has no message"),
        ("profile lost -o json", Some(2), "", error, "error: has no message"),
    ];
    for (line, code, stdout, stderr, wanted) in table {
        let told = held(line, code, stdout, stderr);
        assert!(if wanted.is_empty() { told.is_empty() } else { told.contains(wanted) }, "{line} {stdout}: {told}");
    }
}

#[test]
fn every_keyword_of_the_schemas_is_held_to() {
    for document in Document::all() {
        assert_eq!(unknown_keywords(&document.schema()), [""; 0], "{}", document.name());
    }
    let strange = json!({"properties": {"a": {"items": {"maxLength": 1}}, "b": {"$ref": "#/gone"}}});
    assert_eq!(unknown_keywords(&strange).len(), 2);
}
