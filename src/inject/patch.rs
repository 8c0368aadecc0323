//! What changed between two objects, as a JSON patch (RFC 6902): the answer of a mutating webhook.

use serde_json::{Value, json};

/// The operations that make `after` of `before`. Lists that differ are replaced whole.
pub fn json_patch(before: &Value, after: &Value) -> Vec<Value> {
    let mut operations = Vec::new();
    compare(before, after, &mut String::new(), &mut operations);
    operations
}

fn compare(before: &Value, after: &Value, path: &mut String, operations: &mut Vec<Value>) {
    match (before, after) {
        (Value::Object(old), Value::Object(new)) => {
            for key in old.keys().filter(|key| !new.contains_key(*key)) {
                operations.push(json!({"op": "remove", "path": format!("{path}/{}", escaped(key))}));
            }
            for (key, value) in new {
                let length = path.len();
                path.push('/');
                path.push_str(&escaped(key));
                match old.get(key) {
                    Some(old) => compare(old, value, path, operations),
                    None => operations.push(json!({"op": "add", "path": path, "value": value})),
                }
                path.truncate(length);
            }
        }
        (before, after) if before == after => {}
        (_, after) => operations.push(json!({"op": "replace", "path": path, "value": after})),
    }
}

fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_says_what_changed() {
        let before = json!({"a": {"b/c": 1, "gone": 2}, "list": [1], "same": {"x": []}});
        let after = json!({"a": {"b/c": 2, "new~": 3}, "list": [1, 2], "same": {"x": []}});
        let want = json!([
            {"op": "remove", "path": "/a/gone"},
            {"op": "replace", "path": "/a/b~1c", "value": 2},
            {"op": "add", "path": "/a/new~0", "value": 3},
            {"op": "replace", "path": "/list", "value": [1, 2]},
        ]);
        assert_eq!(Value::Array(json_patch(&before, &after)), want);
    }
}
