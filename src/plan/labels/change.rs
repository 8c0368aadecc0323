//! What a change of labels does, as `kubectl label` does it: the same words in, the same outcome, the same messages.

use serde_json::{Map, Value};

use crate::error::{Error, Result};
use crate::object::Object;

/// The longest name of a label, and the longest value.
const LONGEST: usize = 63;
/// The longest prefix of a label's name.
const LONGEST_PREFIX: usize = 253;

/// What is to become of labels.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Labels to set, in the order given.
    pub set: Vec<(String, String)>,
    /// Labels to remove.
    pub remove: Vec<String>,
}

/// What a change did to one object: kubectl's word for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Labelling {
    /// Something was set.
    Labeled,
    /// Something was removed, and more than was set.
    Unlabeled,
    /// Everything was that way already.
    NotLabeled,
}

impl std::fmt::Display for Labelling {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Labeled => "labeled",
            Self::Unlabeled => "unlabeled",
            Self::NotLabeled => "not labeled",
        })
    }
}

/// Parts the words of a command line: what names objects comes first, then `KEY=VALUE` and `KEY-`.
///
/// # Errors
/// `bad-label` (usage): an object after the first change, more than one `=`, a name or value that Kubernetes does not take,
/// a label that is both set and removed.
pub fn parse(words: &[String]) -> Result<(Vec<String>, Changes)> {
    let bad =
        |message: String| Error::usage("bad-label", message).hint("write KEY=VALUE to set a label, KEY- to remove it");
    let is_change = |word: &str| (word.contains('=') && !word.starts_with('=')) || (word.ends_with('-') && word != "-");
    let split = words.iter().position(|word| is_change(word)).unwrap_or(words.len());
    let (objects, specs) = words.split_at(split);
    let mut changes = Changes::default();
    for spec in specs {
        if !is_change(spec) {
            return Err(bad(format!("all resources must be specified before label changes: {spec}")));
        }
        match spec.split_once('=') {
            Some((_, value)) if value.contains('=') => return Err(bad(format!("invalid label spec: {spec}"))),
            Some((key, value)) => {
                if let Some(wrong) = wrong_key(key).or_else(|| wrong_value(value)) {
                    return Err(bad(format!("invalid label value: \"{spec}\": {wrong}")));
                }
                changes.set.retain(|(known, _)| known != key);
                changes.set.push((key.to_owned(), value.to_owned()));
            }
            None => changes.remove.push(spec.trim_end_matches('-').to_owned()),
        }
    }
    if changes.remove.iter().any(|key| changes.set.iter().any(|(set, _)| set == key)) {
        return Err(bad("can not both modify and remove a label in the same command".to_owned()));
    }
    Ok((objects.to_vec(), changes))
}

fn wrong_value(value: &str) -> Option<String> {
    if value.len() > LONGEST {
        return Some(format!("must be no more than {LONGEST} bytes"));
    }
    (!value.is_empty() && !is_name(value)).then(|| {
        format!("`{value}` has to be of letters, digits, `-`, `_` and `.`, with a letter or digit at both ends")
    })
}

fn wrong_key(key: &str) -> Option<String> {
    let (prefix, name) = key.split_once('/').map_or((None, key), |(prefix, name)| (Some(prefix), name));
    if name.is_empty() || name.len() > LONGEST || !is_name(name) {
        return Some(format!(
            "the name `{name}` has to be of up to {LONGEST} letters, digits, `-`, `_` and `.`, with a letter or digit at both ends"
        ));
    }
    let is_label = |part: &str| {
        let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        !part.is_empty() && part.bytes().all(inner) && !part.starts_with('-') && !part.ends_with('-')
    };
    prefix
        .filter(|prefix| prefix.len() > LONGEST_PREFIX || !prefix.split('.').all(is_label))
        .map(|prefix| format!("the prefix `{prefix}` has to be a DNS name"))
}

fn is_name(text: &str) -> bool {
    let ends = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    ends(text.bytes().next()) && ends(text.bytes().last()) && text.bytes().all(inner)
}

impl Changes {
    /// Whether nothing is to be changed.
    pub fn is_empty(&self) -> bool {
        self.set.is_empty() && self.remove.is_empty()
    }

    /// The value a label gets.
    pub fn value(&self, key: &str) -> Option<&str> {
        self.set.iter().find(|(set, _)| set == key).map(|(_, value)| value.as_str())
    }

    /// Whether a label is set or removed.
    pub fn names(&self, key: &str) -> bool {
        self.value(key).is_some() || self.remove.iter().any(|removed| removed == key)
    }

    /// The labels of an object after the change.
    ///
    /// # Errors
    /// `label-exists` (failed) where one that is to be set has another value and `overwrite` is false.
    pub fn of(&self, object: &Object, overwrite: bool) -> Result<Map<String, Value>> {
        let mut labels = own(object);
        let taken: Vec<String> = self
            .set
            .iter()
            .filter_map(|(key, value)| Some((key, value, labels.get(key)?.as_str()?)))
            .filter(|(_, value, has)| !overwrite && value != has)
            .map(|(key, _, has)| format!("'{key}' already has a value ({has}), and --overwrite is false"))
            .collect();
        if !taken.is_empty() {
            let message = if let [only] = taken.as_slice() { only.clone() } else { format!("[{}]", taken.join(", ")) };
            return Err(Error::failed("label-exists", message).hint("give --overwrite to replace it"));
        }
        for (key, value) in &self.set {
            labels.insert(key.clone(), value.as_str().into());
        }
        for key in &self.remove {
            labels.shift_remove(key);
        }
        Ok(labels)
    }

    /// The labels that are to be removed and that an object does not have.
    pub fn missing<'a>(&'a self, object: &Object) -> Vec<&'a str> {
        let found = labels(object);
        let has = |key: &String| found.is_some_and(|labels| labels.contains_key(key));
        self.remove.iter().filter(|key| !has(key)).map(String::as_str).collect()
    }
}

/// The word for what became of an object's labels. kubectl goes by whether the object has become shorter, and never says
/// `unlabeled` where values may be overwritten.
pub fn outcome(object: &Object, after: &Map<String, Value>, overwrite: bool) -> Labelling {
    let after_text = serde_json::Value::Object(after.clone()).to_string();
    let Some(before) = labels(object) else {
        // kubectl sets an empty map where there was none.
        return Labelling::Labeled;
    };
    let before_text = serde_json::Value::Object(before.clone()).to_string();
    let same = before.len() == after.len() && before.iter().all(|(key, value)| after.get(key) == Some(value));
    match same {
        true => Labelling::NotLabeled,
        false if !overwrite && after_text.len() < before_text.len() => Labelling::Unlabeled,
        false => Labelling::Labeled,
    }
}

/// The merge patch (RFC 7386) that makes an object's labels these.
pub fn patch(object: &Object, after: &Map<String, Value>) -> Value {
    let mut changed = Map::new();
    let none = Map::new();
    let before = labels(object).unwrap_or(&none);
    for (key, value) in after.iter().filter(|(key, value)| before.get(*key) != Some(value)) {
        changed.insert(key.clone(), value.clone());
    }
    for key in before.keys().filter(|key| !after.contains_key(*key)) {
        changed.insert(key.clone(), Value::Null);
    }
    serde_json::json!({ "metadata": { "labels": changed } })
}

/// The labels of an object.
pub fn own(object: &Object) -> Map<String, Value> {
    labels(object).cloned().unwrap_or_default()
}

/// An object with these labels.
pub fn with(object: &Object, labels: Map<String, Value>) -> Object {
    let mut object = object.clone();
    object.value_mut()["metadata"]["labels"] = Value::Object(labels);
    object
}

fn labels(object: &Object) -> Option<&Map<String, Value>> {
    object.at("/metadata/labels").and_then(Value::as_object)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]
    use super::*;
    use serde_json::json;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn words_are_objects_then_changes() {
        let (objects, changes) = parse(&words("namespace default a=b c- d.io/e= a=x")).unwrap();
        assert_eq!(objects, ["namespace", "default"]);
        assert_eq!(changes.set, [("d.io/e".to_owned(), String::new()), ("a".to_owned(), "x".to_owned())]);
        assert_eq!(changes.remove, ["c"]);
        for wrong in [
            "ns x a=b=c",
            "ns x a=b y",
            "ns x a=b a-",
            "ns x a=-b",
            "ns x a=b!",
            "ns x /a=b",
            "ns x A_.io/b=c",
            "ns x -a=b",
        ] {
            assert_eq!(parse(&words(wrong)).unwrap_err().id(), "bad-label", "{wrong}");
        }
        let long = "x".repeat(64);
        assert!(parse(&words(&format!("ns x a={long}"))).is_err());
        assert!(parse(&words(&format!("ns x {long}=a"))).is_err());
    }

    #[test]
    fn outcomes_are_kubectls() {
        let object = |labels: Value| {
            Object::new(json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "x", "labels": labels}}))
                .unwrap()
        };
        let table = [
            (json!({"k": "v"}), "a=b", false, "labeled"),
            (json!({"k": "v"}), "k=v", false, "not labeled"),
            (json!({"k": "v"}), "k-", false, "unlabeled"),
            (json!({"k": "v"}), "k-", true, "labeled"),
            (json!({"k": "v"}), "none-", false, "not labeled"),
            (json!({"k": "v"}), "k- long=value", false, "labeled"),
            (json!({"k": "value"}), "k=v", true, "labeled"),
            (json!(null), "none-", false, "labeled"),
        ];
        for (labels, change, overwrite, wanted) in table {
            let object = object(labels);
            let (_, changes) = parse(&words(change)).unwrap();
            let after = changes.of(&object, overwrite).unwrap();
            assert_eq!(outcome(&object, &after, overwrite).to_string(), wanted, "{change} {object:?}");
        }
        let (_, changes) = parse(&words("k=other l=x")).unwrap();
        let error = changes.of(&object(json!({"k": "v"})), false).unwrap_err();
        assert_eq!(error.to_string(), "'k' already has a value (v), and --overwrite is false");
        let error = changes.of(&object(json!({"k": "v", "l": "y"})), false).unwrap_err().to_string();
        assert!(error.starts_with("['k' already has a value (v), and --overwrite is false, 'l' "), "{error}");
    }

    #[test]
    fn a_patch_has_what_changes() {
        let object = Object::new(json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x", "labels": {"a": "1", "b": "2", "c": "3"}}})).unwrap();
        let (_, changes) = parse(&words("a=1 b=x c- d=4")).unwrap();
        let after = changes.of(&object, true).unwrap();
        assert_eq!(patch(&object, &after), json!({"metadata": {"labels": {"b": "x", "d": "4", "c": null}}}));
        assert_eq!(changes.missing(&object), Vec::<&str>::new());
    }
}
