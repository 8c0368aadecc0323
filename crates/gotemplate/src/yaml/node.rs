//! What the YAML writer sees of a value, so that it writes template values and JSON alike, without copying one into the
//! other.

use crate::value::Value;
use serde_json::Value as Json;

/// A value that can be written.
pub(crate) trait Node: Sized {
    /// What it is.
    fn view(&self) -> View<'_, Self>;

    /// Whether it is a map without entries.
    fn is_empty_map(&self) -> bool;

    /// Calls `f` with the entries of a map, in no particular order; with none where it is none.
    fn with_entries<R>(&self, f: impl FnOnce(&mut Vec<(&str, &Self)>) -> R) -> R;

    /// Whether a map has this very entry, its inner maps in the same order; false where that is not cheap to tell.
    fn has_entry(&self, _key: &str, _value: &Self) -> bool {
        false
    }
}

/// One level of a value.
pub(crate) enum View<'a, N> {
    Nil,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(&'a str),
    List(&'a [N]),
    /// See [`Node::with_entries`].
    Map,
    /// Something that stands for another value.
    Object(Value),
}

impl Node for Value {
    fn view(&self) -> View<'_, Self> {
        match self {
            Value::Nil => View::Nil,
            Value::Bool(b) => View::Bool(*b),
            Value::Int(i) => View::Int((*i).into()),
            Value::Float(f) => View::Float(*f),
            Value::Str(s) => View::Text(s),
            Value::List(items) => View::List(items),
            Value::Map(_) => View::Map,
            Value::Object(o) => View::Object(o.value()),
        }
    }

    fn is_empty_map(&self) -> bool {
        matches!(self, Value::Map(map) if map.is_empty())
    }

    fn with_entries<R>(&self, f: impl FnOnce(&mut Vec<(&str, &Self)>) -> R) -> R {
        match self {
            Value::Map(map) => f(&mut map.read().iter().map(|(key, value)| (&**key, value)).collect()),
            _ => f(&mut Vec::new()),
        }
    }
}

impl Node for Json {
    fn view(&self) -> View<'_, Self> {
        match self {
            Json::Null => View::Nil,
            Json::Bool(b) => View::Bool(*b),
            Json::Number(n) => match n.as_i128() {
                Some(i) => View::Int(i),
                None => View::Float(n.as_f64().unwrap_or(f64::NAN)),
            },
            Json::String(s) => View::Text(s),
            Json::Array(items) => View::List(items),
            Json::Object(_) => View::Map,
        }
    }

    fn is_empty_map(&self) -> bool {
        matches!(self, Json::Object(map) if map.is_empty())
    }

    fn with_entries<R>(&self, f: impl FnOnce(&mut Vec<(&str, &Self)>) -> R) -> R {
        match self {
            Json::Object(map) => f(&mut map.iter().map(|(key, value)| (key.as_str(), value)).collect()),
            _ => f(&mut Vec::new()),
        }
    }

    fn has_entry(&self, key: &str, value: &Self) -> bool {
        self.get(key).is_some_and(|found| same(found, value))
    }
}

/// Equality in the order of entries: no key is looked up.
fn same(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|((k, a), (l, b))| k == l && same(a, b))
        }
        (Json::Array(a), Json::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        _ => a == b,
    }
}
