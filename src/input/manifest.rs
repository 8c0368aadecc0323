//! A manifest: the objects of a file, by what names them.

use std::path::Path;

use serde_json::Value;

use super::{file, stdin_once};
use crate::config::Source;
use crate::error::Result;
use crate::object::{Manifest, Object};
use crate::yaml;

/// The objects of a file; those of a List one by one.
///
/// # Errors
/// `bad-yaml`, and `not-an-object` (usage) with the file's name.
pub fn manifest(source: &Source) -> Result<Manifest> {
    let mut objects = Manifest::new();
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

/// The objects of two files, of which one may be stdin (`-`).
///
/// # Errors
/// `stdin-twice` (usage), those of [`file()`] and [`manifest()`].
pub fn manifests(paths: [&Path; 2]) -> Result<[Manifest; 2]> {
    stdin_once(paths.into_iter())?;
    let [one, other] = paths.map(|path| manifest(&file(path)?));
    Ok([one?, other?])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::differences;

    fn read(text: &str) -> Result<Manifest> {
        manifest(&Source { name: "m".into(), text: text.into() })
    }

    #[test]
    fn order_does_not_matter_and_lists_are_opened() -> Result<()> {
        let a = read(
            "{apiVersion: v1, kind: A, metadata: {name: x}}\n---\n{apiVersion: v1, kind: B, metadata: {name: b}}\n",
        )?;
        let b = read(
            "{apiVersion: v1, kind: List, items: [{kind: B, apiVersion: v1, metadata: {name: b}}, {apiVersion: v1, kind: A, metadata: {name: x, labels: {a: b}}}]}",
        )?;
        let shown: Vec<String> = differences(&a, &b).iter().map(|one| format!("{} {}", one.id, one.change())).collect();
        assert_eq!(shown, ["A/x changed"]);
        assert!(differences(&a, &a).is_empty());
        Ok(())
    }
}
