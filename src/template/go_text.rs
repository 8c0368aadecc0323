//! JSON as Go writes it.

use serde_json::Value;

/// Compact JSON in the key order of `value`, with `<`, `>`, `&` and the two line separators escaped as Go does.
pub fn go_json(value: &Value) -> String {
    let plain = value.to_string();
    if !plain.contains(['<', '>', '&', '\u{2028}', '\u{2029}']) {
        return plain;
    }
    // All five can only stand within strings.
    let mut escaped = String::with_capacity(plain.len() + 16);
    for c in plain.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => escaped.push_str(&format!("\\u{:04x}", u32::from(c))),
            other => escaped.push(other),
        }
    }
    escaped
}

/// [`go_json`] with the keys of all maps in order, as Go writes its maps.
pub fn go_json_sorted(value: &Value) -> String {
    let mut sorted = value.clone();
    sorted.sort_all_objects();
    go_json(&sorted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn json_is_written_as_go_writes_it() {
        assert_eq!(go_json(&json!({"b": "<a & b>", "a": 1})), r#"{"b":"\u003ca \u0026 b\u003e","a":1}"#);
        assert_eq!(go_json_sorted(&json!({"b": {"d": 1, "c": 2}, "a": 1})), r#"{"a":1,"b":{"c":2,"d":1}}"#);
    }
}
