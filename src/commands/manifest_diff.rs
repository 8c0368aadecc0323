//! `mesh manifest diff A B`.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::settings::Settings;
use super::{inputs, text_diff};
use crate::cli::{ManifestDiffArgs, TextOutput};
use crate::config::Source;
use crate::error::Result;
use crate::object::{Object, ObjectId};
use crate::ui::{self, Style, sanitize};
use crate::yaml;

/// How two manifests differ in one object.
struct Difference {
    id: ObjectId,
    change: &'static str,
    left: String,
    right: String,
}

/// Compares two manifests object by object, whatever their order; true where they are the same.
pub(super) fn run(settings: &Settings, args: &ManifestDiffArgs) -> Result<bool> {
    let left = objects(&inputs::file(&args.left)?)?;
    let right = objects(&inputs::file(&args.right)?)?;
    let differences = differences(&left, &right)?;
    let text = match args.output {
        TextOutput::Text => differences.iter().map(|one| shown(settings, one)).collect(),
        TextOutput::Json => {
            let objects = differences.iter().map(|one| json!({ "object": one.id.to_string(), "change": one.change }));
            let objects: Vec<Value> = objects.collect();
            ui::json(&json!({ "apiVersion": "mesh/v1", "kind": "ManifestDiff", "objects": objects }))
        }
    };
    settings.ui.result(&text)?;
    Ok(differences.is_empty())
}

fn objects(source: &Source) -> Result<BTreeMap<ObjectId, Value>> {
    let mut objects = BTreeMap::new();
    for document in yaml::documents(&source.name, &source.text)? {
        let items = match document.get("items").and_then(Value::as_array) {
            Some(items) if document["kind"] == "List" => items.clone(),
            _ => vec![document],
        };
        for item in items {
            let object = Object::new(item).map_err(|error| error.at(&source.name))?;
            objects.insert(object.id(), object.into_value());
        }
    }
    Ok(objects)
}

fn differences(left: &BTreeMap<ObjectId, Value>, right: &BTreeMap<ObjectId, Value>) -> Result<Vec<Difference>> {
    let mut ids: Vec<&ObjectId> = left.keys().chain(right.keys()).collect();
    ids.sort();
    ids.dedup();
    let mut found = Vec::new();
    for id in ids {
        let (old, new) = (left.get(id), right.get(id));
        if old == new {
            continue;
        }
        let change = match (old, new) {
            (None, _) => "added",
            (_, None) => "removed",
            _ => "changed",
        };
        let text = |value: Option<&Value>| value.map_or_else(|| Ok(String::new()), yaml::text);
        found.push(Difference { id: id.clone(), change, left: text(old)?, right: text(new)? });
    }
    Ok(found)
}

fn shown(settings: &Settings, one: &Difference) -> String {
    let heading = format!("{} {}", sanitize(&one.id.to_string()), one.change);
    let mut text = settings.ui.paint_result(Style::Bold, &heading) + "\n";
    if one.change == "changed" {
        for line in text_diff::unified(&settings.ui, &one.left, &one.right) {
            text.push_str(&format!("  {line}\n"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(text: &str) -> Result<BTreeMap<ObjectId, Value>> {
        objects(&Source { name: "m".into(), text: text.into() })
    }

    #[test]
    fn order_does_not_matter_and_lists_are_opened() -> Result<()> {
        let a = manifest(
            "{apiVersion: v1, kind: A, metadata: {name: x}}\n---\n{apiVersion: v1, kind: B, metadata: {name: b}}\n",
        )?;
        let b = manifest(
            "{apiVersion: v1, kind: List, items: [{kind: B, apiVersion: v1, metadata: {name: b}}, {apiVersion: v1, kind: A, metadata: {name: x, labels: {a: b}}}]}",
        )?;
        let found = differences(&a, &b)?;
        let shown: Vec<String> = found.iter().map(|one| format!("{} {}", one.id, one.change)).collect();
        assert_eq!(shown, ["A/x changed"]);
        assert!(differences(&a, &a)?.is_empty());
        Ok(())
    }
}
