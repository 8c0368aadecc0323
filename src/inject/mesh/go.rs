//! Mesh configuration as templates see it: Go's structs of the mesh API, with their fields, their getters that bear a
//! missing message, enums with names, and wrappers.

use std::rc::Rc;

use gotemplate::{Object, Value};
use serde_json::{Map, Value as Json};

use super::read;
use super::types::{Field, Named, Shape};

/// A message; nil where it is not set.
pub(crate) struct Message {
    kind: &'static Named,
    /// Go's name of the type, by which functions know it.
    go_name: String,
    content: Option<Rc<Map<String, Json>>>,
}

impl Message {
    /// The message of this kind (`ProxyConfig`, `MeshConfig`) as templates hold it; nil of a kind the mesh API does not
    /// have.
    pub(crate) fn named(kind: &str, content: &Map<String, Json>) -> Value {
        Named::of(kind).map_or(Value::Nil, |kind| Self::of(kind, Some(content.clone())))
    }

    fn of(kind: &'static Named, content: Option<Map<String, Json>>) -> Value {
        let go_name = format!("*v1alpha1.{}", kind.name.replace('.', "_"));
        Value::object(Self { kind, go_name, content: content.map(Rc::new) })
    }

    /// Go's name of a field, or of its getter, is the JSON name with a capital.
    fn lookup(&self, name: &str) -> Option<&'static Field> {
        let (first, rest) = (name.chars().next()?, name.get(1..)?);
        if !first.is_ascii_uppercase() {
            return None;
        }
        let json = format!("{}{rest}", first.to_ascii_lowercase());
        self.kind.fields().iter().find(|field| field.name == json)
    }

    fn read(&self, field: &'static Field) -> Value {
        let value = self.content.as_ref().and_then(|content| content.get(field.name));
        value_of(value, &field.shape)
    }
}

impl Object for Message {
    fn field(&self, name: &str) -> Option<Value> {
        let getter = name.strip_prefix("Get").and_then(|name| self.lookup(name));
        match getter {
            Some(field) => Some(self.read(field)),
            // A field of a nil message is an error in Go, its getter is not.
            None if self.content.is_none() => None,
            None => self.lookup(name).map(|field| self.read(field)),
        }
    }

    fn call(&self, name: &str, args: &[Value]) -> Result<Value, String> {
        match (args, self.content.is_none()) {
            ([], true) if self.lookup(name).is_some() => Err(format!("nil pointer evaluating {}.{name}", self.go_name)),
            _ => Err(format!("can't evaluate field {name} in type {}", self.go_name)),
        }
    }

    fn type_name(&self) -> &str {
        &self.go_name
    }

    fn value(&self) -> Value {
        self.content.as_ref().map_or(Value::Nil, |content| Value::from_json(&Json::Object((**content).clone())))
    }

    fn truth(&self) -> bool {
        self.content.is_some()
    }
}

fn value_of(value: Option<&Json>, shape: &Shape) -> Value {
    match shape {
        Shape::Named(named) if named.is_enum() => {
            let zero = named.values().first().map_or("", |(_, name)| name);
            Value::object(Enum { name: value.and_then(Json::as_str).unwrap_or(zero).to_owned(), kind: named.name })
        }
        Shape::Named(named) => Message::of(named, value.and_then(Json::as_object).cloned()),
        Shape::Duration => Value::object(Duration(value.and_then(Json::as_str).and_then(read::duration))),
        Shape::Wrapped(inner) => {
            let zero = value_of(None, inner);
            Value::object(Wrapper { value: value.map(|value| value_of(Some(value), inner)), zero })
        }
        Shape::List(element) => {
            let items = value.and_then(Json::as_array).into_iter().flatten();
            Value::list(items.map(|item| value_of(Some(item), element)))
        }
        Shape::Map(inner) => {
            let entries = value.and_then(Json::as_object).into_iter().flatten();
            if matches!(**inner, Shape::Text) {
                let texts = entries.map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned()));
                return crate::template::TextMap::new(texts).into_value();
            }
            Value::map(entries.map(|(key, value)| (key.as_str(), value_of(Some(value), inner))))
        }
        Shape::Long => {
            let number = value.and_then(Json::as_str).and_then(|text| text.parse().ok());
            Value::Int(number.unwrap_or_default())
        }
        Shape::Text | Shape::Bool | Shape::Int | Shape::Float | Shape::Any => {
            Value::from_json(value.unwrap_or(&read::zero(shape)))
        }
    }
}

/// A value of an enum: prints, and is compared, by its name.
struct Enum {
    name: String,
    kind: &'static str,
}

impl Object for Enum {
    fn field(&self, name: &str) -> Option<Value> {
        (name == "String").then(|| self.name.as_str().into())
    }

    fn type_name(&self) -> &str {
        self.kind
    }

    fn value(&self) -> Value {
        self.name.as_str().into()
    }
}

/// A plain value that may be missing, such as a boolean that is neither.
struct Wrapper {
    value: Option<Value>,
    zero: Value,
}

impl Object for Wrapper {
    fn field(&self, name: &str) -> Option<Value> {
        match name {
            "GetValue" => Some(self.value.clone().unwrap_or_else(|| self.zero.clone())),
            "Value" => self.value.clone(),
            _ => None,
        }
    }

    fn value(&self) -> Value {
        self.value.clone().unwrap_or_default()
    }

    fn truth(&self) -> bool {
        self.value.is_some()
    }
}

/// A duration in nanoseconds; its plain value is that number, which `formatDuration` turns into text.
struct Duration(Option<i64>);

impl Object for Duration {
    fn field(&self, name: &str) -> Option<Value> {
        let nanos = self.0.unwrap_or_default();
        match name {
            "GetSeconds" | "Seconds" => Some(Value::Int(nanos / 1_000_000_000)),
            "GetNanos" | "Nanos" => Some(Value::Int(nanos % 1_000_000_000)),
            _ => None,
        }
    }

    fn type_name(&self) -> &str {
        "*durationpb.Duration"
    }

    fn value(&self) -> Value {
        Value::Int(self.0.unwrap_or_default())
    }

    fn truth(&self) -> bool {
        self.0.is_some()
    }
}
