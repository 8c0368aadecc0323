//! An object: JSON that has what every object has.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::ObjectId;
use crate::error::{Error, Result};

/// A Kubernetes object: a JSON map that has `apiVersion`, `kind` and `metadata.name`.
#[derive(Debug, Clone, PartialEq)]
pub struct Object(Value);

impl Object {
    /// Takes a JSON value that is an object with `apiVersion`, `kind` and `metadata.name`.
    ///
    /// # Errors
    /// `not-an-object` (usage) where one of them is missing.
    pub fn new(value: Value) -> Result<Self> {
        let object = Self(value);
        let (api_version, kind) = (object.0.get("apiVersion"), object.0.get("kind"));
        for (field, found) in [("apiVersion", api_version), ("kind", kind), ("metadata.name", object.metadata("name"))]
        {
            if !found.is_some_and(Value::is_string) {
                return Err(Error::usage("not-an-object", format!("not a Kubernetes object: `{field}` is missing")));
            }
        }
        Ok(object)
    }

    /// What names this object.
    pub fn id(&self) -> ObjectId {
        ObjectId::new(self.api_version(), self.kind(), self.namespace(), self.name())
    }

    /// `apiVersion`, such as `apps/v1`.
    pub fn api_version(&self) -> &str {
        self.0.get("apiVersion").and_then(Value::as_str).unwrap_or_default()
    }

    /// `kind`, such as `Deployment`.
    pub fn kind(&self) -> &str {
        self.0.get("kind").and_then(Value::as_str).unwrap_or_default()
    }

    /// `metadata.name`.
    pub fn name(&self) -> &str {
        self.metadata("name").and_then(Value::as_str).unwrap_or_default()
    }

    /// `metadata.namespace`; none for cluster-scoped objects.
    pub fn namespace(&self) -> Option<&str> {
        self.metadata("namespace")?.as_str().filter(|namespace| !namespace.is_empty())
    }

    /// The value of a label.
    pub fn label(&self, key: &str) -> Option<&str> {
        self.metadata("labels")?.get(key)?.as_str()
    }

    /// The value of an annotation.
    pub fn annotation(&self, key: &str) -> Option<&str> {
        self.metadata("annotations")?.get(key)?.as_str()
    }

    /// All labels, sorted.
    pub fn labels(&self) -> BTreeMap<&str, &str> {
        let labels = self.metadata("labels").and_then(Value::as_object);
        labels.into_iter().flatten().filter_map(|(key, value)| Some((key.as_str(), value.as_str()?))).collect()
    }

    /// The value at a JSON pointer, such as `/spec/replicas`.
    pub fn at(&self, pointer: &str) -> Option<&Value> {
        self.0.pointer(pointer)
    }

    /// The string at a JSON pointer.
    pub fn text(&self, pointer: &str) -> Option<&str> {
        self.0.pointer(pointer)?.as_str()
    }

    /// The integer at a JSON pointer.
    pub fn int(&self, pointer: &str) -> Option<i64> {
        self.0.pointer(pointer)?.as_i64()
    }

    /// The elements of the list at a JSON pointer; none where there is no list.
    pub fn list(&self, pointer: &str) -> &[Value] {
        self.0.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// Sets a label, making `metadata.labels` where it is missing.
    pub fn set_label(&mut self, key: &str, value: &str) {
        self.metadata_map("labels").insert(key.to_owned(), value.into());
    }

    /// Sets an annotation, making `metadata.annotations` where it is missing.
    pub fn set_annotation(&mut self, key: &str, value: &str) {
        self.metadata_map("annotations").insert(key.to_owned(), value.into());
    }

    /// The whole object.
    pub fn value(&self) -> &Value {
        &self.0
    }

    /// The whole object, to be changed; `apiVersion`, `kind` and `metadata.name` have to stay.
    pub fn value_mut(&mut self) -> &mut Value {
        &mut self.0
    }

    /// The whole object, taken out.
    pub fn into_value(self) -> Value {
        self.0
    }

    /// A field of `metadata`. A JSON pointer would do, but allocates for each of its steps.
    fn metadata(&self, field: &str) -> Option<&Value> {
        self.0.get("metadata")?.get(field)
    }

    fn metadata_map(&mut self, field: &str) -> &mut Map<String, Value> {
        let slot = &mut self.0["metadata"][field];
        if !slot.is_object() {
            *slot = Value::Object(Map::new());
        }
        match slot {
            Value::Object(map) => map,
            _ => unreachable!("made an object just above"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_object_needs_its_three_names() {
        let missing = Object::new(json!({"apiVersion": "v1", "kind": "Pod", "metadata": {}}));
        assert!(missing.is_err_and(|error| error.to_string().contains("metadata.name")));
    }

    #[test]
    fn labels_are_made_where_missing() -> Result<()> {
        let mut pod =
            Object::new(json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "labels": null}}))?;
        pod.set_label("app", "a");
        assert_eq!(pod.label("app"), Some("a"));
        assert_eq!(pod.id().to_string(), "Pod/a");
        Ok(())
    }
}
