//! A value, and what all kinds of it have.

use super::{List, Map, write_go};
use std::{fmt, rc::Rc};

/// How deep lists and maps may nest before walking them is an error. Maps are shared, so a
/// template can put one into itself.
pub(crate) const MAX_NESTING: usize = 500;

/// Message for values nested deeper than [`MAX_NESTING`].
pub(crate) const TOO_DEEP: &str = "value is nested too deeply, or contains itself";

/// A value of a template. Cloning is cheap: text and lists are shared, and so are maps, which keep
/// Go's reference semantics (a change through one clone is seen through all).
#[derive(Clone, Default)]
pub enum Value {
    /// `nil`.
    #[default]
    Nil,
    /// A boolean.
    Bool(bool),
    /// An integer: Go's `int`.
    Int(i64),
    /// A float: Go's `float64`, what JSON and YAML numbers are in Helm.
    Float(f64),
    /// Text.
    Str(Rc<str>),
    /// A list; never changed in place.
    List(List),
    /// A map from text to values, shared and mutable.
    Map(Map),
    /// Something with fields or methods of its own.
    Object(Rc<dyn Object>),
}

/// Something with fields or methods, such as Helm's `.Files` or `.Capabilities.APIVersions`.
///
/// The engine asks [`field`](Object::field) first when there are no arguments, then
/// [`call`](Object::call).
pub trait Object {
    /// The value of a field; `None` where there is no such field.
    fn field(&self, name: &str) -> Option<Value> {
        let _ = name;
        None
    }

    /// The result of a method.
    ///
    /// # Errors
    /// There is no such method, or it fails on these arguments.
    fn call(&self, name: &str, args: &[Value]) -> Result<Value, String> {
        let _ = args;
        Err(format!("can't evaluate field {name} in type {}", self.type_name()))
    }

    /// What `typeOf` says.
    fn type_name(&self) -> &str {
        "object"
    }

    /// The plain value this stands for when it is printed, compared, iterated or turned into
    /// JSON or YAML. It must not be an object again.
    fn value(&self) -> Value {
        Value::Nil
    }

    /// Whether `if` takes it as true; as Go's structs do by default.
    fn truth(&self) -> bool {
        true
    }
}

impl Value {
    /// A list of `items`.
    pub fn list(items: impl IntoIterator<Item = Value>) -> Value {
        Value::List(items.into_iter().collect())
    }

    /// A new map of `entries`.
    pub fn map<K: Into<Rc<str>>>(entries: impl IntoIterator<Item = (K, Value)>) -> Value {
        Value::Map(entries.into_iter().collect())
    }

    /// An object.
    pub fn object(object: impl Object + 'static) -> Value {
        Value::Object(Rc::new(object))
    }

    /// Go's truth: false for nil, false, 0, and what is empty.
    pub fn truth(&self) -> bool {
        match self {
            Value::Nil => false,
            Value::Bool(b) => *b,
            Value::Int(i) => *i != 0,
            Value::Float(f) => *f != 0.0,
            Value::Str(s) => !s.is_empty(),
            Value::List(l) => !l.is_empty(),
            Value::Map(m) => !m.is_empty(),
            Value::Object(o) => o.truth(),
        }
    }

    /// Whether it is nil.
    pub fn is_nil(&self) -> bool {
        matches!(self, Value::Nil)
    }

    /// Go's name of the type, as `typeOf` and error messages have it.
    pub fn type_name(&self) -> &str {
        match self {
            Value::Nil => "<nil>",
            Value::Bool(_) => "bool",
            Value::Int(_) => "int",
            Value::Float(_) => "float64",
            Value::Str(_) => "string",
            Value::List(_) => "[]interface {}",
            Value::Map(_) => "map[string]interface {}",
            Value::Object(o) => o.type_name(),
        }
    }

    /// Go's name of the kind, as `kindOf` has it.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Nil => "invalid",
            Value::Bool(_) => "bool",
            Value::Int(_) => "int",
            Value::Float(_) => "float64",
            Value::Str(_) => "string",
            Value::List(_) => "slice",
            Value::Map(_) => "map",
            Value::Object(o) => match o.value() {
                Value::Nil | Value::Object(_) => "struct",
                plain => plain.kind(),
            },
        }
    }

    /// The text, if it is text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Str(s) => Some(s),
            _ => None,
        }
    }

    /// The value behind an object that stands for a plain one; else the value itself.
    pub(crate) fn plain(&self) -> Value {
        match self {
            Value::Object(o) => o.value(),
            other => other.clone(),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Str(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Str(text.into())
    }
}

impl From<Rc<str>> for Value {
    fn from(text: Rc<str>) -> Self {
        Value::Str(text)
    }
}

impl From<bool> for Value {
    fn from(b: bool) -> Self {
        Value::Bool(b)
    }
}

impl From<i64> for Value {
    fn from(i: i64) -> Self {
        Value::Int(i)
    }
}

impl From<f64> for Value {
    fn from(f: f64) -> Self {
        Value::Float(f)
    }
}

impl From<Vec<Value>> for Value {
    fn from(items: Vec<Value>) -> Self {
        Value::List(items.into())
    }
}

impl From<Map> for Value {
    fn from(map: Map) -> Self {
        Value::Map(map)
    }
}

/// As Go's `fmt` prints it with `%v`; what is nested too deeply ends in `…`.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        if write_go(self, &mut text, usize::MAX).is_err() {
            text.push('…');
        }
        f.write_str(&text)
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Str(s) => write!(f, "{s:?}"),
            other => write!(f, "{}({other})", other.type_name()),
        }
    }
}
