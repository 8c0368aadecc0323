//! The JSON documents of results: `apiVersion`, `kind`, and what is said.

use serde_json::{Value, json};

use crate::error::Error;
use crate::ui;

/// A document of this kind with one element in its list of clusters: the cluster's name, and the fields of `element`.
pub fn of_cluster(kind: &str, cluster: &str, element: Value) -> Value {
    let mut named = json!({ "cluster": cluster });
    if let (Some(named), Value::Object(fields)) = (named.as_object_mut(), element) {
        named.extend(fields);
    }
    json!({ "apiVersion": "mesh/v1", "kind": kind, "clusters": [named] })
}

/// A document of this kind with one field, about no cluster.
pub(super) fn about(kind: &str, field: &str, content: Value) -> Value {
    let mut document = json!({ "apiVersion": "mesh/v1", "kind": kind });
    document[field] = content;
    document
}

/// The same as text.
pub(super) fn of(kind: &str, field: &str, content: Value) -> String {
    ui::json(&about(kind, field, content))
}

/// An error as a part of a document.
pub fn error(error: &Error) -> Value {
    json!({
        "id": error.id(),
        "message": error.to_string(),
        "causes": error.causes(),
        "hints": error.hints(),
        "exitCode": error.kind().exit_code(),
    })
}
