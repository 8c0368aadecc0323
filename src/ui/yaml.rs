//! YAML that is safe to show: as the writer writes it, but that marks which hide text or turn its direction are escaped too,
//! which YAML knows in double quotes only.

use serde_json::Value;

use super::sanitize::{is_hostile, respelled};
use crate::error::Result;
use crate::yaml;

/// Stands around the number of a character that is to be escaped: a control character makes the writer use double quotes,
/// in which it is spelled [`SPELLED`].
const MARK: char = '\u{1}';
const SPELLED: &str = "\\x01";

/// A document; it means the same as what [`yaml::text`] writes.
///
/// # Errors
/// Those of [`yaml::text`].
pub fn yaml(document: &Value) -> Result<String> {
    let written = yaml::text(&marked(document))?;
    // Text, number, text, number, …
    let mut text = String::with_capacity(written.len());
    for (place, piece) in written.split(SPELLED).enumerate() {
        if place % 2 == 0 { text.push_str(piece) } else { text.push_str(&format!("\\U{piece:0>8}")) }
    }
    Ok(text)
}

fn marked(value: &Value) -> Value {
    match value {
        Value::String(text) => mark(text).into(),
        Value::Array(list) => list.iter().map(marked).collect(),
        Value::Object(map) => map.iter().map(|(key, value)| (mark(key), marked(value))).collect(),
        other => other.clone(),
    }
}

fn mark(text: &str) -> String {
    // Whatever looks like a mark must not be taken for one.
    let looks_marked = text.contains(SPELLED);
    let is_marked = |c: char| is_hostile(c) && !c.is_control() || c == MARK || looks_marked && c == '\\';
    respelled(text, |character| is_marked(character).then(|| format!("{MARK}{:x}{MARK}", u32::from(character))))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn hostile_text_is_escaped_and_stays_what_it_is() {
        let document = json!({
            "plain": "Grüße", "mark\u{202e}": "a\u{202e}b\u{1}c\u{e0001}\u{9b}\u{1b}", "looks": "a\\x01202e\\x01b \\\\x01",
            "lines": "one\n\u{200b}two\n", "list": ["\u{2066}", "a: b"],
        });
        let text = super::yaml(&document).unwrap();
        assert!(text.chars().all(|c| c == '\n' || !is_hostile(c)), "{text:?}");
        assert!(text.contains("\\U0000202e") && text.contains("plain: Grüße\n"), "{text}");
        assert_eq!(yaml::document("shown", &text).unwrap(), document);
        let usual = json!({"a": ["b", 1, null], "c": "x\ny\n"});
        assert_eq!(super::yaml(&usual).unwrap(), yaml::text(&usual).unwrap());
    }
}
