//! `--set PATH=VALUE`.
//!
//! | path | names |
//! |---|---|
//! | `a.b` | key `b` of the map `a` |
//! | `a\.b` | the key `a.b` |
//! | `a[0]`, `a.[0]` | element 0 of the list `a`; the index after the last one, or -1, appends |
//! | `a[k:v]`, `a.[k:v]` | the first element of the list `a` that is a map whose `k` is the string `v` |
//!
//! What is missing on the way is made, an element named by `[k:v]` is not. The path ends at the first `=` outside of
//! brackets, so that values may contain `=`. A value is an integer, a number or a boolean where Go's `strconv` reads it as
//! one, else a string, in which `\,` stands for `,`.

mod path;

pub(super) use path::{SetStep, parse as parse_path};

use serde_json::{Map, Number, Value};

use crate::error::{Error, Result};
use crate::text::{count, hidden};

/// Paths whose value is a string whatever it looks like; one that ends with `.` stands for all below.
const ALWAYS_STRINGS: [&str; 6] = [
    "tag",
    "compatibilityVersion",
    "values.compatibilityVersion",
    "values.global.tag",
    "meshConfig.defaultConfig.proxyMetadata.",
    "values.meshConfig.defaultConfig.proxyMetadata.",
];

/// One `--set`, parsed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Assignment {
    /// Where to, below the operator spec.
    pub(super) path: Vec<SetStep>,
    /// The typed value.
    pub(super) value: Value,
    /// As the user wrote it.
    pub(super) raw: String,
}

impl Assignment {
    /// Parses `path=value`.
    ///
    /// # Errors
    /// `bad-set` (usage) that names the flag.
    pub(super) fn parse(raw: &str) -> Result<Self> {
        if raw.contains('\0') {
            return Err(bad(&raw.replace('\0', "\\0"), "a NUL byte"));
        }
        let Some((name, text)) = Self::split(raw) else {
            return Err(bad(raw, "there is no `=`").hint("write --set PATH=VALUE, such as --set profile=demo"));
        };
        let path = path::parse(name)
            .map_err(|why| bad(raw, &why).hint("write --set PATH=VALUE, such as --set profile=demo"))?;
        let always_string = ALWAYS_STRINGS.iter().any(|prefix| name.starts_with(prefix));
        let value = if always_string { text.into() } else { typed(text) };
        Ok(Self { path, value, raw: raw.to_owned() })
    }

    /// The path and the value of a `path=value`, as they are written.
    pub(super) fn split(raw: &str) -> Option<(&str, &str)> {
        let end = path::end(raw)?;
        Some((raw[..end].trim(), raw[end + 1..].trim()))
    }

    /// Puts the value where the path leads in `tree`, a map.
    ///
    /// # Errors
    /// `bad-set` (usage) that names the flag and the step that cannot be taken.
    pub(super) fn apply(self, tree: &mut Value) -> Result<()> {
        let Self { path, value, raw } = self;
        let mut slot = tree;
        for (taken, step) in path.iter().enumerate() {
            slot = enter(slot, step).map_err(|why| {
                let here = if taken == 0 { "the operator spec".to_owned() } else { SetStep::join(&path[..taken]) };
                let error = bad(&raw, &format!("`{here}` {why}"));
                match step {
                    SetStep::Match(..) => error.hint(
                        "--set sees what files and flags before it say, not the profile: give the whole list in a file",
                    ),
                    _ => error,
                }
            })?;
        }
        *slot = value;
        Ok(())
    }
}

/// The slot one step below, made where it is missing.
fn enter<'a>(slot: &'a mut Value, step: &SetStep) -> Result<&'a mut Value, String> {
    if slot.is_null() {
        *slot = if matches!(step, SetStep::Key(_)) { Value::Object(Map::new()) } else { Value::Array(Vec::new()) };
    }
    let found = kind(slot);
    match (slot, step) {
        (Value::Object(map), SetStep::Key(key)) => Ok(map.entry(key.as_str()).or_insert(Value::Null)),
        (Value::Array(list), SetStep::Index(index)) => {
            let length = list.len();
            let at = if *index == -1 { length } else { usize::try_from(*index).unwrap_or(usize::MAX) };
            if at == length {
                list.push(Value::Null);
            }
            list.get_mut(at).ok_or_else(|| format!("has {}: there is no [{index}]", count(length, "element")))
        }
        (Value::Array(list), SetStep::Match(key, want)) => list
            .iter_mut()
            .find(|element| element.get(key).and_then(Value::as_str) == Some(want))
            .ok_or_else(|| format!("has no element whose `{key}` is `{want}`")),
        (_, SetStep::Key(key)) => Err(format!("is {found}: there is no key `{key}` below it")),
        (_, step) => Err(format!("is {found}, not a list: {step} cannot be taken")),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    }
}

/// A text as `strconv.Atoi`, `ParseFloat` or `ParseBool` reads it, else as a string.
pub(super) fn typed(text: &str) -> Value {
    if let Ok(int) = text.parse::<i64>() {
        return int.into();
    }
    // Rust also reads `inf` and `nan`, which no JSON document can hold.
    if let Some(number) = text.parse().ok().filter(|number: &f64| number.is_finite()).and_then(Number::from_f64) {
        return Value::Number(number);
    }
    match text {
        "t" | "T" | "true" | "TRUE" | "True" => true.into(),
        "f" | "F" | "false" | "FALSE" | "False" => false.into(),
        _ => text.replace("\\,", ",").into(),
    }
}

/// The flag of a setting, as it may be told.
pub(super) fn flag(set: &str) -> String {
    format!("--set {}", hidden::setting(set))
}

fn bad(raw: &str, why: &str) -> Error {
    Error::usage("bad-set", format!("{}: {why}", flag(raw)))
}

#[cfg(test)]
mod tests;
