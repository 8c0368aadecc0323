//! Holding a tree to its type.

use serde_json::Value;

use super::{Field, Type};
use crate::config::hint::nearest;
use crate::object::Quantity;
use crate::text::few;
use crate::yaml::Place;

/// A key or value that is not as the schema says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Problem {
    /// Where.
    pub(crate) path: Vec<Place>,
    /// What, as the rest of a sentence that begins with the path.
    pub(crate) what: String,
    /// What was probably meant.
    pub(crate) hint: Option<String>,
    /// Whether the value is a number or a boolean where text is wanted, so that quotes mend it.
    pub(crate) unquoted: bool,
    /// What it is without its quotes, where that is wanted.
    pub(crate) bare: Option<Value>,
    /// Whether the key is unknown (else its value is mistyped).
    pub(crate) unknown: bool,
    /// Whether a warning is all it is worth.
    pub(crate) lenient: bool,
}

/// So many problems get a hint: to look for what was meant takes long, and nobody reads more.
const HINTS: usize = 100;

/// All problems of a tree, in its order.
pub(crate) fn check(tree: &Value, kind: &Type) -> Vec<Problem> {
    let mut walk = Walk { path: Vec::new(), open: 0, problems: Vec::new() };
    walk.value(tree, kind, false);
    walk.problems
}

struct Walk {
    path: Vec<Place>,
    /// How many open types the path has gone through.
    open: usize,
    problems: Vec<Problem>,
}

impl Walk {
    fn value(&mut self, value: &Value, kind: &Type, quoted_numbers: bool) {
        match (kind, value) {
            (Type::Any, _) | (_, Value::Null) => {}
            (Type::List(inner), Value::Array(list)) => {
                for (index, element) in list.iter().enumerate() {
                    self.below(Place::Index(index), element, inner, quoted_numbers);
                }
            }
            (Type::Map(inner), Value::Object(map)) => {
                for (key, value) in map {
                    self.below(Place::key(key), value, inner, quoted_numbers);
                }
            }
            (Type::Struct(table, _), Value::Object(map)) => {
                self.open += usize::from(kind.is_open());
                for (key, value) in map {
                    match kind.field(key) {
                        Some(field) => self.below(Place::key(key), value, &field.kind, table.protobuf),
                        None => self.unknown(key, kind, table.lenient),
                    }
                }
                self.open -= usize::from(kind.is_open());
            }
            (kind, value) if scalar_fits(kind, value, quoted_numbers) => {}
            (kind, value) => self.mistyped(kind, value),
        }
    }

    fn below(&mut self, step: Place, value: &Value, kind: &Type, quoted_numbers: bool) {
        self.path.push(step);
        self.value(value, kind, quoted_numbers);
        self.path.pop();
    }

    fn unknown(&mut self, key: &str, kind: &Type, lenient: bool) {
        let fields = if self.problems.len() < HINTS { kind.fields() } else { Vec::new() };
        let near = nearest(key, fields.iter().map(|field| field.name));
        let near = near.and_then(|near| fields.iter().find(|field| field.name == near));
        let is_own = near.is_some_and(|near| near.name.eq_ignore_ascii_case(key));
        let elsewhere = if is_own || fields.is_empty() { None } else { self.elsewhere(key) };
        let hint = match (near, elsewhere) {
            (_, Some((path, field))) => Some(format!("did you mean `{path}` ({})?", field.kind)),
            (Some(field), None) => Some(format!("did you mean `{}` ({})?", field.name, field.kind)),
            (None, None) if fields.is_empty() => None,
            (None, None) => {
                let mut names: Vec<_> = fields.iter().map(|field| field.name).collect();
                names.sort_unstable();
                Some(format!("the keys there are: {}", few(names, 30)))
            }
        };
        let mut path = self.path.clone();
        path.push(Place::key(key));
        let lenient = lenient || self.open > 0;
        self.problems.push(Problem {
            path,
            what: "is not a known key".to_owned(),
            hint,
            unquoted: false,
            bare: None,
            unknown: true,
            lenient,
        });
    }

    /// Where else there is a key of this very name, as far as `spec` and its `values` are mistaken for each other.
    fn elsewhere(&self, key: &str) -> Option<(String, Field)> {
        const PLACES: [&[&str]; 4] = [&["values"], &[], &["meshConfig"], &["values", "global"]];
        let own: &[&str] = match self.path.as_slice() {
            [spec] if spec.is("spec") => &[],
            [spec, values] if spec.is("spec") && values.is("values") => &["values"],
            _ => return None,
        };
        PLACES.into_iter().filter(|place| *place != own).find_map(|place| {
            let steps: Vec<Place> = place.iter().map(|step| Place::key(step)).collect();
            let fields = super::find(&super::spec(), &steps)?.kind.fields();
            let field = fields.into_iter().find(|field| field.name.eq_ignore_ascii_case(key))?;
            let path = place.iter().chain([&field.name]).copied().collect::<Vec<_>>().join(".");
            Some((path, field))
        })
    }

    fn mistyped(&mut self, kind: &Type, value: &Value) {
        // As it is written: `"010"` is not what `010` would be.
        let bare = value.as_str().and_then(|text| {
            let bare = serde_json::from_str::<Value>(text).ok().filter(|bare| bare.is_number() || bare.is_boolean());
            bare.filter(|bare| {
                serde_json::to_string(bare).is_ok_and(|spelled| spelled == text) && scalar_fits(kind, bare, false)
            })
        });
        let hint = match (kind, value) {
            (Type::String, Value::Bool(_)) => Some("y, n, yes, no, on, off are booleans in YAML too".to_owned()),
            (Type::List(_), Value::String(text)) if text.starts_with(['[', '{']) => Some(
                "give each element by itself, such as --set a.b[0]=x --set a.b[1]=y, or the list in a file".to_owned(),
            ),
            _ => bare.as_ref().map(|bare| format!("write {bare} without quotes")),
        };
        self.problems.push(Problem {
            path: self.path.clone(),
            what: format!("has to be {kind}, not {}", shown(value)),
            hint,
            unquoted: matches!(kind, Type::String) && (value.is_number() || value.is_boolean()),
            bare,
            unknown: false,
            lenient: self.open > 0,
        });
    }
}

/// Whether a scalar is of a scalar type.
fn scalar_fits(kind: &Type, value: &Value, quoted_numbers: bool) -> bool {
    let integral = |value: &Value| match value {
        Value::Number(number) => {
            number.is_i64() || number.is_u64() || number.as_f64().is_some_and(|n| n.fract() == 0.0)
        }
        Value::String(text) => quoted_numbers && text.parse::<i64>().is_ok(),
        _ => false,
    };
    let negative = |value: &Value| match value {
        Value::Number(number) => number.as_f64().is_some_and(|number| number < 0.0),
        Value::String(text) => text.starts_with('-'),
        _ => false,
    };
    match kind {
        Type::Bool => value.is_boolean(),
        Type::String => value.is_string(),
        Type::Int => integral(value),
        Type::Uint => integral(value) && !negative(value),
        Type::Number => {
            value.is_number() || quoted_numbers && value.as_str().is_some_and(|text| text.parse::<f64>().is_ok())
        }
        Type::Duration => value.as_str().is_some_and(is_duration),
        Type::Quantity => value.is_number() || value.as_str().is_some_and(|text| Quantity::parse(text).is_some()),
        Type::IntOrString => value.is_string() || integral(value),
        Type::Enum(words) => {
            value.as_str().is_some_and(|text| words.split('|').any(|word| word == text)) || value.is_i64()
        }
        _ => false,
    }
}

/// Go's `time.ParseDuration`: an optional sign, then `0` or numbers with units.
fn is_duration(text: &str) -> bool {
    let mut rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    if rest == "0" {
        return true;
    }
    if rest.is_empty() {
        return false;
    }
    while !rest.is_empty() {
        let number = rest.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
        let digits = &rest[..number];
        if !digits.bytes().any(|byte| byte.is_ascii_digit()) || digits.matches('.').count() > 1 {
            return false;
        }
        rest = &rest[number..];
        let Some(unit) = ["ns", "us", "µs", "μs", "ms", "s", "m", "h"].iter().find(|unit| rest.starts_with(**unit))
        else {
            return false;
        };
        rest = &rest[unit.len()..];
    }
    true
}

/// A value as an error shows it.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a map".to_owned(),
        Value::String(text) if text.chars().count() > 40 => {
            format!("\"{}…\"", text.chars().take(40).collect::<String>())
        }
        scalar => scalar.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_as_go_reads_them() {
        for text in ["0", "1s", "1m30s", "1.5h", "-2ms", "10µs", ".5s"] {
            assert!(is_duration(text), "{text}");
        }
        for text in ["", "1", "s", "1x", "1.2.3s", "-", "1 s"] {
            assert!(!is_duration(text), "{text}");
        }
    }
}
