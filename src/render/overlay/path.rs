//! The paths of overlays: `spec.template.spec.containers.[name:discovery].args.[30m]`.

use serde_json::Value;

use regex::{Regex, RegexBuilder};

/// The most steps of a path: objects are some ten deep, and what is much deeper no document can hold.
const MAX_STEPS: usize = 100;

/// The most bytes of a compiled pattern: it picks a word of a list.
const MAX_PATTERN: usize = 256 << 10;

/// One step of a path.
#[derive(Debug, Clone)]
pub(super) enum OverlayStep {
    /// A key of a map.
    Key(String),
    /// `[2]`: an element by its index. `-1`, or an index past the end, is a new element.
    Index(i64),
    /// `[key:value]`, `[value]`, `[:value]`: the first element that it picks.
    Element(Element),
}

/// What picks an element of a list.
#[derive(Debug, Clone)]
pub(super) struct Element {
    /// As it is written between the brackets.
    text: String,
    /// Of maps: the key and its value.
    pair: Option<(String, String)>,
    /// Of plain elements: found anywhere in their text.
    pattern: Option<Regex>,
}

/// Splits a path at its dots; a backslash takes the meaning of a dot away, and so do brackets.
///
/// # Errors
/// One sentence: an open bracket, nothing in a bracket, no step at all.
pub(super) fn parse(path: &str) -> Result<Vec<OverlayStep>, String> {
    let mut steps = Vec::new();
    let mut word = String::new();
    let mut characters = path.chars();
    while let Some(character) = characters.next() {
        if steps.len() > MAX_STEPS {
            return Err(format!("it has more than {MAX_STEPS} steps"));
        }
        match character {
            '.' => key(&mut word, &mut steps),
            '\\' => word.push(characters.next().unwrap_or('\\')),
            '[' => {
                key(&mut word, &mut steps);
                steps.push(bracket(&mut characters)?);
            }
            other => word.push(other),
        }
    }
    key(&mut word, &mut steps);
    if steps.is_empty() { Err("the path is empty".to_owned()) } else { Ok(steps) }
}

fn key(word: &mut String, steps: &mut Vec<OverlayStep>) {
    if !word.is_empty() {
        steps.push(OverlayStep::Key(std::mem::take(word)));
    }
}

fn bracket(characters: &mut std::str::Chars<'_>) -> Result<OverlayStep, String> {
    let mut text = String::new();
    // A backslash before a colon says that the colon is part of the word; `[a\:b]`.
    let mut colons = Vec::new();
    loop {
        match characters.next() {
            None => return Err(format!("`[{text}` has no `]`")),
            Some(']') => break,
            Some('\\') => text.extend(characters.next()),
            Some(other) => {
                if other == ':' {
                    colons.push(text.len());
                }
                text.push(other);
            }
        }
    }
    if text.is_empty() {
        return Err("`[]` picks nothing".to_owned());
    }
    if let Some(index) = text.parse::<i64>().ok().filter(|index| *index >= -1) {
        return Ok(OverlayStep::Index(index));
    }
    let pair = match colons.as_slice() {
        [at] => {
            let (key, value) = (&text[..*at], &text[at + 1..]);
            let word = |character: char| character.is_ascii_alphanumeric() || "_-".contains(character);
            (!key.is_empty() && !value.is_empty() && key.chars().all(word)).then(|| (key.to_owned(), value.to_owned()))
        }
        _ => None,
    };
    let plain = text.strip_prefix(':').unwrap_or(&text);
    let compiled = |pattern: &str| RegexBuilder::new(pattern).size_limit(MAX_PATTERN).build();
    let pattern = compiled(plain).or_else(|_| compiled(&regex::escape(plain))).ok();
    Ok(OverlayStep::Element(Element { text, pair, pattern }))
}

impl Element {
    /// Whether this picks `element`.
    pub(super) fn picks(&self, element: &Value) -> bool {
        match (element, &self.pair) {
            (Value::Object(map), Some((key, value))) => map.get(key).is_some_and(|found| word(found) == *value),
            (Value::Object(_) | Value::Array(_), _) => false,
            (leaf, _) => self.pattern.as_ref().is_some_and(|pattern| pattern.is_match(&word(leaf))),
        }
    }
}

/// A scalar as text, as a path has it.
fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

impl std::fmt::Display for OverlayStep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Key(key) => f.write_str(key),
            Self::Index(index) => write!(f, "[{index}]"),
            Self::Element(element) => write!(f, "[{}]", element.text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shown(path: &str) -> String {
        match parse(path) {
            Ok(steps) => steps.iter().map(OverlayStep::to_string).collect::<Vec<_>>().join(" / "),
            Err(error) => error,
        }
    }

    #[test]
    fn paths() {
        let table = [
            ("spec.replicas", "spec / replicas"),
            ("a.[name:b].c", "a / [name:b] / c"),
            ("a[0].b[-1]", "a / [0] / b / [-1]"),
            (r"metadata.labels.app\.kubernetes\.io/name", "metadata / labels / app.kubernetes.io/name"),
            (r"webhooks.[name:rev\.istio\.io].path", "webhooks / [name:rev.istio.io] / path"),
            ("webhooks.[name:rev.istio.io]", "webhooks / [name:rev.istio.io]"),
            (".a..b.", "a / b"),
            ("a.[name:b", "`[name:b` has no `]`"),
            ("a.[]", "`[]` picks nothing"),
            ("", "the path is empty"),
        ];
        for (path, wanted) in table {
            assert_eq!(shown(path), wanted, "{path}");
        }
    }

    #[test]
    fn elements() {
        let picks = |text: &str, value: Value| match parse(&format!("[{text}]")) {
            Ok(steps) => matches!(&steps[..], [OverlayStep::Element(element)] if element.picks(&value)),
            Err(error) => panic!("{error}"),
        };
        assert!(picks("name:a", json!({"name": "a"})));
        assert!(picks("port:8080", json!({"port": 8080})));
        assert!(!picks("port:8080", json!({"port": 80})));
        assert!(picks("30m", json!("30m")));
        assert!(picks(":--log.*", json!("--log_as_json")));
        assert!(picks("a(", json!("a(")), "no pattern, so taken as it is");
        assert!(!picks("30m", json!({"name": "30m"})));
    }
}
