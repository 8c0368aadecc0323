//! The notation, and whether the tables are whole.

use std::collections::BTreeSet;

use super::*;

#[test]
fn types() {
    let table = [
        ("any", json!({})),
        ("uint", json!({"type": "integer", "minimum": 0})),
        ("[string]", json!({"type": "array", "items": {"type": "string"}})),
        ("{[int]}", json!({"type": "object", "additionalProperties": {"type": "array", "items": {"type": "integer"}}})),
        ("string?", json!({"type": ["string", "null"]})),
        ("Why?", json!({"anyOf": [{"$ref": "#/$defs/Why"}, {"type": "null"}]})),
        ("true", json!({"const": true})),
        ("=true", json!({"const": "true"})),
        ("not there|Why", json!({"enum": ["not there", "Why"]})),
        ("1|2", json!({"enum": [1, 2]})),
        ("Turn|Why", json!({"anyOf": [{"$ref": "#/$defs/Turn"}, {"$ref": "#/$defs/Why"}]})),
        (
            "(string,bool)",
            json!({"type": "array", "minItems": 2, "prefixItems": [{"type": "string"}, {"type": "boolean"}], "items": false}),
        ),
    ];
    for (kind, wanted) in table {
        assert_eq!(of(kind), wanted, "{kind}");
    }
}

#[test]
fn a_document_is_whole() {
    let wanted = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "TagRemoval",
        "description": "A tag that is gone",
        "type": "object",
        "properties": {
            "apiVersion": {"const": "mesh/v1"},
            "kind": {"const": "TagRemoval"},
            "clusters": {"description": "One element", "type": "array", "items": {"$ref": "#/$defs/TagGone"}},
        },
        "required": ["apiVersion", "kind", "clusters"],
        "additionalProperties": false,
        "$defs": {
            "TagGone": {
                "description": "One cluster",
                "type": "object",
                "properties": {
                    "cluster": {"$ref": "#/$defs/ClusterName"},
                    "tag": {"description": "The tag", "type": "string"},
                    "removed": {"description": "Its objects", "type": "array", "items": {"$ref": "#/$defs/ObjectName"}},
                },
                "required": ["cluster", "tag", "removed"],
                "additionalProperties": false,
            },
            "ClusterName": Entry::named("ClusterName").map(Entry::shape),
            "ObjectName": Entry::named("ObjectName").map(Entry::shape),
        },
    });
    assert_eq!(Entry::named("TagRemoval").map(Entry::schema), Some(wanted));
    // What is not ours says itself what it is; what is open has more; the fields of others come in their place.
    let list = Entry::named("List").map(Entry::shape).unwrap_or_default();
    assert_eq!((&list["properties"]["apiVersion"]["const"], &list["required"][2]), (&json!("v1"), &json!("items")));
    assert_eq!(list["required"].as_array().map(Vec::len), Some(3));
    let open = |name: &str| Entry::named(name).map(Entry::shape).unwrap_or_default()["additionalProperties"].clone();
    assert_eq!([open("Kubernetes"), open("Turn")], [true, false]);
    let moving = Entry::named("Moving").map(Entry::shape).unwrap_or_default();
    for field in ["complete", "interrupted", "steps"] {
        assert!(moving["properties"][field].is_object(), "{field}");
    }
}

/// Names that fields refer to, those of whole entries included.
fn named(entry: &Entry) -> Vec<String> {
    let mut found = Vec::new();
    references(&entry.shape(), &mut found);
    found.extend(entry.fields.iter().filter_map(|line| line.strip_prefix("+ ")).map(str::to_owned));
    found
}

#[test]
fn names_are_those_of_entries_and_each_is_used() {
    let all: BTreeSet<&str> = entries().iter().map(|entry| entry.name).collect();
    assert!(all.len() > 100 && all.len() == entries().len(), "a name is there twice");
    let used: BTreeSet<String> = entries().iter().flat_map(named).collect();
    let gone: Vec<&String> = used.iter().filter(|name| !all.contains(name.as_str())).collect();
    assert!(gone.is_empty(), "there is no {gone:?}");
    let idle: Vec<&str> =
        entries().iter().filter(|one| !one.is_document() && !used.contains(one.name)).map(|one| one.name).collect();
    assert!(idle.is_empty(), "nothing uses {idle:?}");
}

/// The words of all enumerations of a schema.
fn words<'a>(shape: &'a Value, found: &mut Vec<&'a str>) {
    match shape {
        Value::Object(fields) => {
            found.extend(fields.get("enum").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str));
            fields.values().for_each(|one| words(one, found));
        }
        Value::Array(items) => items.iter().for_each(|one| words(one, found)),
        _ => {}
    }
}

#[test]
fn every_entry_and_field_says_what_it_is() {
    for entry in entries() {
        let (name, shape) = (entry.name, entry.shape());
        assert!(!entry.about.is_empty() && !entry.about.ends_with('.'), "{name}");
        let mut seen = BTreeSet::new();
        for line in entry.fields.iter().filter(|line| !line.starts_with('+')) {
            let field = line.split([' ', '?']).next().unwrap_or_default();
            assert!(seen.insert(field), "{name}.{field} is there twice");
            let one = &shape["properties"][field];
            let is_named = one["$ref"].is_string();
            assert!(is_named || one["description"].as_str().is_some_and(|text| !text.ends_with('.')), "{name}.{field}");
        }
        // A list of entries with a misspelt one among them would be read as words.
        let mut found = Vec::new();
        words(&shape, &mut found);
        let entries: Vec<&str> = found.into_iter().filter(|word| Entry::named(word).is_some()).collect();
        assert!(entries.is_empty(), "{name}: {entries:?} stand for themselves");
    }
}
