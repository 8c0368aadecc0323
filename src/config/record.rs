//! Inputs as a tree that can be kept, and inputs again from such a tree.
//!
//! The tree is that of an IstioOperator file, files and flags merged, before any profile. What only flags can say is in
//! its map `flags`.

use std::fmt;

use serde_json::{Map, Value};

use super::{Inputs, Source, layer};
use crate::error::Result;
use crate::yaml;

const FLAGS: &str = "flags";
const REGISTRY: &str = "registry";
const PULL_SECRET: &str = "imagePullSecret";
const SIZE: &str = "size";
const VERSION: &str = "version";
const FORCE: &str = "force";

/// What the inputs themselves say. This is what a record keeps, so that it can be given again.
///
/// # Errors
/// As [`super::load`], for what concerns reading files and flags.
pub fn given(inputs: &Inputs) -> Result<Value> {
    let mut tree = layer::read(inputs)?.tree;
    if let Some(path) = &inputs.charts_path {
        tree["spec"]["installPackagePath"] = path.as_str().into();
    }
    // One of them says where charts are from: the version, which is given later.
    if let Some(spec) = tree.get_mut("spec").and_then(Value::as_object_mut).filter(|_| inputs.version.is_some()) {
        spec.shift_remove("installPackagePath");
    }
    let flags = [
        (REGISTRY, &inputs.registry),
        (PULL_SECRET, &inputs.image_pull_secret),
        (SIZE, &inputs.size),
        (VERSION, &inputs.version),
    ];
    let mut said: Map<String, Value> =
        flags.iter().filter_map(|(name, value)| Some(((*name).to_owned(), value.as_deref()?.into()))).collect();
    if inputs.force {
        said.insert(FORCE.to_owned(), true.into());
    }
    if !said.is_empty() {
        tree[FLAGS] = said.into();
    }
    Ok(tree)
}

/// The `--registry` of such a tree.
pub(super) fn registry(tree: &Value) -> Option<&str> {
    tree[FLAGS][REGISTRY].as_str()
}

/// Takes it out.
pub(super) fn forget_registry(tree: &mut Value) {
    let Some(map) = tree.as_object_mut() else { return };
    let Some(flags) = map.get_mut(FLAGS).and_then(Value::as_object_mut) else { return };
    flags.shift_remove(REGISTRY);
    if flags.is_empty() {
        map.shift_remove(FLAGS);
    }
}

/// Inputs that say what a recorded tree says; `name` is how errors call it. Charts that it names are still to be read.
///
/// # Errors
/// Where the tree cannot be written as a file.
pub fn recorded(tree: &Value, name: &str) -> Result<Inputs> {
    let mut file = tree.clone();
    let flags = file.as_object_mut().and_then(|file| file.shift_remove(FLAGS)).unwrap_or_default();
    if file.is_object() {
        file["kind"] = "IstioOperator".into();
    }
    let text = |flag: &str| flags[flag].as_str().map(str::to_owned);
    Ok(Inputs {
        files: vec![Source { name: name.to_owned(), text: yaml::text(&file)? }],
        force: flags[FORCE] == true,
        registry: text(REGISTRY),
        image_pull_secret: text(PULL_SECRET),
        size: text(SIZE),
        version: text(VERSION),
        ..Inputs::default()
    })
}

/// A setting that was recorded and is not given any more.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Dropped {
    /// Its path, as for `--set`; a flag as it is written.
    pub path: String,
    /// What it was.
    pub value: Value,
}

/// `meshConfig.accessLogFile=/dev/stdout`.
impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Value::String(text) => write!(f, "{}={text}", self.path),
            value => write!(f, "{}={value}", self.path),
        }
    }
}

/// What the tree `before` says and the tree `now` leaves out. What both say, in whatever way, is not dropped but changed.
pub fn dropped(before: &Value, now: &Value) -> Vec<Dropped> {
    let mut found = Vec::new();
    leaves(&before["spec"], &now["spec"], "", &mut found);
    if let Some(flags) = before[FLAGS].as_object() {
        for (name, value) in flags.iter().filter(|(name, _)| now[FLAGS].get(name.as_str()).is_none()) {
            let path = match name.as_str() {
                REGISTRY => "--registry",
                PULL_SECRET => "--image-pull-secret",
                SIZE => "--size",
                VERSION => "--version",
                _ => continue,
            };
            found.push(Dropped { path: path.to_owned(), value: value.clone() });
        }
    }
    found
}

fn leaves(before: &Value, now: &Value, path: &str, found: &mut Vec<Dropped>) {
    let Value::Object(map) = before else { return };
    for (key, value) in map {
        let key_path = key.replace('.', "\\.");
        let path = if path.is_empty() { key_path } else { format!("{path}.{key_path}") };
        match (value, now.get(key)) {
            (Value::Object(inner), None) if !inner.is_empty() => leaves(value, &Value::Null, &path, found),
            (Value::Object(inner), None) if inner.is_empty() => {}
            (Value::Null, None) => {}
            (_, None) => found.push(Dropped { path, value: value.clone() }),
            (value, Some(now)) => leaves(value, now, &path, found),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_recorded_is_given_again() -> Result<()> {
        let inputs = Inputs {
            files: vec![Source {
                name: "f.yaml".to_owned(),
                text: "kind: IstioOperator\nmetadata: {name: mine}\nspec: {meshConfig: {accessLogFile: '/x: #y'}}\n"
                    .to_owned(),
            }],
            sets: vec!["profile=demo".to_owned(), "tag=1.2".to_owned()],
            revision: Some("canary".to_owned()),
            force: true,
            registry: Some("r.example.com/istio".to_owned()),
            image_pull_secret: Some("pull".to_owned()),
            size: Some("tiny".to_owned()),
            charts_path: Some("/charts".to_owned()),
            ..Inputs::default()
        };
        let tree = given(&inputs)?;
        let again = recorded(&tree, "record")?;
        assert_eq!(
            (&again.registry, &again.image_pull_secret, again.force),
            (&inputs.registry, &inputs.image_pull_secret, true)
        );
        assert_eq!(again.size, inputs.size);
        assert_eq!(given(&again)?, {
            let mut tree = tree.clone();
            tree["kind"] = "IstioOperator".into();
            tree
        });
        assert_eq!(tree.pointer("/spec/installPackagePath"), Some(&json!("/charts")));
        assert_eq!(tree.pointer("/spec/tag"), Some(&json!("1.2")));
        assert_eq!(tree.pointer("/spec/revision"), Some(&json!("canary")));
        // `default` is the same as none.
        let default = Inputs { revision: Some("default".to_owned()), ..Inputs::default() };
        assert_eq!(given(&default)?, given(&Inputs::default())?);
        Ok(())
    }

    #[test]
    fn what_is_left_out_is_dropped() {
        let table = [
            (json!({"a": 1}), json!({"a": 2}), ""),
            (json!({"a": 1, "b": {"c": "x", "d": {"e.f": true}}}), json!({"b": {"c": "y"}}), "a=1 b.d.e\\.f=true"),
            (json!({"b": {"c": [1]}}), json!({}), "b.c=[1]"),
            (json!({"b": {}}), json!({}), ""),
            (json!({}), json!({"b": 1}), ""),
        ];
        for (before, now, want) in table {
            let found = dropped(&json!({"spec": before}), &json!({"spec": now}));
            let found: Vec<String> = found.iter().map(ToString::to_string).collect();
            assert_eq!(found.join(" "), want, "{before} {now}");
        }
        let found = dropped(&json!({"flags": {"registry": "r", "force": true}}), &json!({}));
        assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), ["--registry=r"]);
    }
}
