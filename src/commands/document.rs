//! The JSON document of what is said about clusters.

use serde_json::{Value, json};

/// A document of this kind with one element in its list of clusters: the cluster's name, and the fields of `element`.
pub(super) fn of_cluster(kind: &str, cluster: &str, element: Value) -> Value {
    let mut named = json!({ "cluster": cluster });
    if let (Some(named), Value::Object(fields)) = (named.as_object_mut(), element) {
        named.extend(fields);
    }
    json!({ "apiVersion": "mesh/v1", "kind": kind, "clusters": [named] })
}
