//! What is taken out of an object before it is written, kept or compared.

use serde_json::Value;

/// What the API server alone writes into `metadata`.
pub const SERVER_METADATA: [&str; 6] =
    ["uid", "resourceVersion", "creationTimestamp", "generation", "managedFields", "selfLink"];

/// Takes out what the API server alone writes: `status`, and of `metadata` all of [`SERVER_METADATA`] but `kept`.
pub fn drop_server_fields(object: &mut Value, kept: &[&str]) {
    if let Some(root) = object.as_object_mut() {
        root.shift_remove("status");
    }
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        for field in SERVER_METADATA.iter().filter(|field| !kept.contains(field)) {
            metadata.shift_remove(*field);
        }
    }
}

/// Takes out of maps what is null: written to a cluster, a null would own a field that has no value.
pub fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|_, inner| !inner.is_null());
            map.values_mut().for_each(drop_nulls);
        }
        Value::Array(list) => list.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn nulls_of_maps_are_dropped_at_any_depth() {
        let mut value = json!({"a": null, "b": {"c": null, "d": [null, {"e": null}]}});
        drop_nulls(&mut value);
        assert_eq!(value, json!({"b": {"d": [null, {}]}}));
    }

    #[test]
    fn what_the_server_writes_is_dropped_and_the_rest_keeps_its_order() {
        let whole = json!({
            "kind": "A", "metadata": {
                "name": "a", "uid": "1", "labels": {"uid": "x"}, "managedFields": [], "resourceVersion": "7",
                "creationTimestamp": "t", "generation": 2, "selfLink": "/a", "namespace": "b"
            }, "status": {"x": 1}, "spec": {"status": 1}
        });
        let mut bare = whole.clone();
        drop_server_fields(&mut bare, &[]);
        let want = r#"{"kind":"A","metadata":{"name":"a","labels":{"uid":"x"},"namespace":"b"},"spec":{"status":1}}"#;
        assert_eq!(bare.to_string(), want);
        let mut kept = whole;
        drop_server_fields(&mut kept, &["uid", "creationTimestamp"]);
        assert_eq!(kept["metadata"]["uid"], "1");
        assert_eq!(kept["metadata"]["creationTimestamp"], "t");
        assert_eq!(kept["metadata"].get("resourceVersion"), None);
        let mut odd = json!({"metadata": null});
        drop_server_fields(&mut odd, &[]);
        assert_eq!(odd, json!({"metadata": null}));
    }
}
