//! JSON that is safe to show: a document may be looked at on a terminal too.

use serde_json::Value;

use super::sanitize::{is_hostile, respelled};

/// A document, indented, with a line break. It means the same as any other writing of it; what steers a terminal or hides
/// text is escaped.
pub fn json(document: &Value) -> String {
    escaped(&format!("{document:#}")) + "\n"
}

/// The same on one line.
pub fn json_line(document: &Value) -> String {
    escaped(&document.to_string()) + "\n"
}

/// Outside of strings a document has nothing to escape but the line breaks between its lines.
fn escaped(json: &str) -> String {
    respelled(json, |character| {
        (character != '\n' && is_hostile(character)).then(|| {
            let mut units = [0; 2];
            character.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect()
        })
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn hostile_text_is_escaped_and_stays_what_it_is() {
        let document = json!({"a": "\u{1b}[31m\u{9b}1m\u{202e}\u{e0001}\u{7f}\n", "b": ["Grüße"]});
        for text in [super::json(&document), json_line(&document)] {
            assert!(text.chars().all(|c| c == '\n' || !is_hostile(c)), "{text:?}");
            assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), document);
        }
        assert!(json_line(&document).starts_with("{\"a\":\"\\u001b[31m\\u009b1m\\u202e\\udb40\\udc01\\u007f\\n\""));
    }
}
