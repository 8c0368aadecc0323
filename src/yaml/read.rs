//! Reading: documents to values, within bounds, and errors with their place.

use memchr::memchr;
use serde_json::Value;
use serde_yaml::{Budget, DuplicateKeyPolicy, Options};

use super::simple;
use crate::error::{Error, Result};

/// The largest input taken, in bytes: more is refused before it is parsed.
pub const MAX_BYTES: usize = 32 << 20;

/// Every document of `text` that is not empty, in order. `name` (a file name, `-`) goes into the error.
///
/// # Errors
/// `bad-yaml` (usage) with `name:line:column` and what is wrong: not UTF-8 text, syntax, a duplicate key, too deep, an
/// alias bomb, larger than [`MAX_BYTES`].
pub fn documents(name: &str, text: &str) -> Result<Vec<Value>> {
    check_text(name, text)?;
    match simple::documents(text) {
        Some(documents) => Ok(documents),
        None => whole_documents(name, text),
    }
}

/// [`documents`] by a reader that knows all of YAML.
pub(super) fn whole_documents(name: &str, text: &str) -> Result<Vec<Value>> {
    read_all(name, text, reading())
}

fn read_all(name: &str, text: &str, options: Options) -> Result<Vec<Value>> {
    let read = |text: &str| serde_yaml::from_multiple_with_options::<Value>(text, options.clone());
    let mut documents = read(text).map_err(|error| located(name, &error))?;
    // A block of text that ends with the file, without a line break, has none for Go; the library adds one. Whether the
    // last text is such a block shows with one more letter, which only a block takes before that line break.
    if let Some(last) = last_text(&mut documents)
        && !text.ends_with(['\n', '\r'])
        && let Some(whole) = last.strip_suffix('\n')
        && let Ok(mut longer) = read(&format!("{text}x"))
        && last_text(&mut longer).is_some_and(|longer| *longer == format!("{whole}x\n"))
    {
        last.pop();
    }
    Ok(documents.into_iter().filter(|document| !document.is_null()).collect())
}

/// The text that stands last in the documents, if it is a text that stands last.
fn last_text(documents: &mut [Value]) -> Option<&mut String> {
    let mut at = documents.last_mut()?;
    loop {
        at = match at {
            Value::String(text) => return Some(text),
            Value::Array(list) => list.last_mut()?,
            Value::Object(map) => map.values_mut().next_back()?,
            _ => return None,
        };
    }
}

/// The one document of `text`; null where it is empty.
///
/// # Errors
/// As [`documents`], and `bad-yaml` where there are more.
pub fn document(name: &str, text: &str) -> Result<Value> {
    one(name, documents(name, text)?)
}

fn one(name: &str, mut documents: Vec<Value>) -> Result<Value> {
    match documents.len() {
        0 => Ok(Value::Null),
        1 => Ok(documents.remove(0)),
        more => Err(Error::usage("bad-yaml", format!("{name}: {more} documents where one is wanted"))),
    }
}

/// [`document`], but of a key that is there twice the last one counts, as it does for Go: for text that templates make.
///
/// # Errors
/// As [`document`], duplicate keys aside.
pub fn document_last_wins(name: &str, text: &str) -> Result<Value> {
    one(name, documents_last_wins(name, text)?)
}

/// [`documents`], but as [`document_last_wins`] reads them.
///
/// # Errors
/// As [`documents`], duplicate keys aside.
pub fn documents_last_wins(name: &str, text: &str) -> Result<Vec<Value>> {
    check_text(name, text)?;
    let mut options = reading();
    options.duplicate_keys = DuplicateKeyPolicy::LastWins;
    simple::documents(text).map_or_else(|| read_all(name, text, options), Ok)
}

fn check_text(name: &str, text: &str) -> Result<()> {
    if text.len() > MAX_BYTES {
        let limit = MAX_BYTES >> 20;
        return Err(Error::usage("bad-yaml", format!("{name}: {} bytes; at most {limit} MiB are read", text.len())));
    }
    if let Some(at) = memchr(0, text.as_bytes()) {
        let line = text.as_bytes()[..at].iter().filter(|&&byte| byte == b'\n').count() + 1;
        return Err(Error::usage("bad-yaml", format!("{name}:{line}: a NUL byte: this is not a text file")));
    }
    Ok(())
}

/// What the library says where a limit is passed, and what that means.
const LIMITS: [(&str, &str); 4] = [
    ("budget breached: Depth", "nested more than 200 deep"),
    ("budget breached: ", "more values than are read from one file"),
    ("alias replay limit", "aliases that unfold to more values than are read from one file"),
    ("alias expansion limit", "aliases that unfold to more values than are read from one file"),
];

fn located(name: &str, error: &serde_yaml::Error) -> Error {
    let place = error.location().map_or_else(String::new, |at| format!(":{}:{}", at.line(), at.column()));
    let text = error.without_snippet().to_string();
    // The place is said already, and what the library's options are called helps nobody.
    let why = text.split(" at line ").next().unwrap_or(&text);
    let why = why.split(", set DuplicateKeyPolicy").next().unwrap_or(why);
    let why = LIMITS.iter().find(|(said, _)| why.starts_with(said)).map_or(why, |(_, meant)| meant);
    Error::usage("bad-yaml", format!("{name}{place}: {why}"))
        .hint("mend the YAML at the place named, or a little before it")
}

pub(super) fn reading() -> Options {
    let mut budget = Budget::default();
    budget.max_events = 20_000_000;
    budget.max_nodes = 10_000_000;
    budget.max_documents = 200_000;
    budget.max_depth = 200;
    budget.max_total_scalar_bytes = MAX_BYTES * 2;
    let mut options = Options::default();
    options.budget = Some(budget);
    options.legacy_octal_numbers = true;
    // Merges within merges are copied at each level: ten times as many kept a processor busy for a second, from 500 bytes.
    options.alias_limits.max_total_replayed_events = 10_000;
    options.duplicate_keys = DuplicateKeyPolicy::Error;
    options.with_snippet = false;
    options
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn reads_what_go_reads() -> Result<()> {
        let value = document("f", "a: yes\nb: 0644\nc: \"on\"\nd: 1e3\ne: ~\n")?;
        assert_eq!(value, json!({"a": true, "b": 420, "c": "on", "d": 1000.0, "e": null}));
        Ok(())
    }

    /// What sigs.k8s.io/yaml 1.6.0 says, which reads IstioOperator files for istioctl.
    #[test]
    fn a_block_that_ends_with_the_file_gets_no_line_break() -> Result<()> {
        let table = [
            ("a: |\n  x", "x"),
            ("a: |\n  x\n  y", "x\ny"),
            ("a: |\n  x  ", "x  "),
            ("a: |\n  x\n", "x\n"),
            ("a: |\n  x\n  ", "x\n"),
            ("a: |\n  x\n\n", "x\n"),
            ("a: |\n  x\n# c", "x\n"),
            ("a: |\n  x # c", "x # c"),
            ("a: |+\n  x", "x"),
            ("a: |+\n  x\n\n", "x\n\n"),
            ("a: |-\n  x", "x"),
            ("a: >\n  x\n  y", "x y"),
            ("a: \"x\\n\"", "x\n"),
            ("a: \"x\\n\" # c", "x\n"),
            ("a: |\n  x\n---", "x\n"),
        ];
        for (text, want) in table {
            assert_eq!(document("f", text)?, json!({"a": want}), "{text:?}");
            let (text, list) = (format!("- b: c\n- {}", text.replace('\n', "\n  ")), json!([{"b": "c"}, {"a": want}]));
            if !text.ends_with([' ', '-']) {
                assert_eq!(document("f", &text)?, list, "{text:?}");
            }
        }
        Ok(())
    }

    #[test]
    fn errors_name_the_place() {
        let error = document("f.yaml", "a: 1\na: 2\n").expect_err("a duplicate key");
        assert_eq!(error.to_string(), "f.yaml:2:1: duplicate mapping key: a");
        let error = document("f.yaml", "a:\0b").expect_err("a NUL byte");
        assert!(error.to_string().contains("NUL"), "{error}");
    }

    #[test]
    fn hostile_input_is_refused() {
        let deep = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
        assert!(document("f", &deep).is_err());
        let mut bomb = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
        for level in 1..12 {
            let alias = vec![format!("*a{}", level - 1); 9].join(",");
            bomb.push_str(&format!("a{level}: &a{level} [{alias}]\n"));
        }
        assert!(document("f", &bomb).is_err());
    }
}
