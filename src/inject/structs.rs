//! Pods as templates see them: Go's structs of the Kubernetes API, with their fields by Go's names, zero values where a
//! pod says nothing, and nil for pointers.

use std::cell::RefCell;
use std::rc::Rc;

use gotemplate::{Object, Value};
use serde_json::Value as Json;

use crate::object::types::{GoStruct, Presence, Shape};
use crate::template::TextMap;

/// A struct of the Kubernetes API.
pub(super) struct Struct {
    kind: &'static GoStruct,
    content: Rc<Json>,
    /// Maps and lists that were asked for, with the JSON names of their fields: templates ask for labels and annotations
    /// again and again.
    asked: RefCell<Vec<(&'static str, Value)>>,
}

impl Struct {
    /// `content` as a struct of this kind (`ObjectMeta`, `PodSpec`); nil of a kind that the table does not know.
    pub(super) fn of_kind(kind: &str, content: Json) -> Value {
        GoStruct::named(kind).map_or(Value::Nil, |kind| Self::of(kind, Rc::new(content)))
    }

    fn of(kind: &'static GoStruct, content: Rc<Json>) -> Value {
        Value::object(Self { kind, content, asked: RefCell::default() })
    }
}

impl Object for Struct {
    fn field(&self, name: &str) -> Option<Value> {
        if !name.starts_with(|first: char| first.is_ascii_uppercase()) {
            return None;
        }
        // Go's names are the JSON names with other capitals (dnsPolicy is DNSPolicy).
        let field = self.kind.fields().iter().find(|field| field.name.eq_ignore_ascii_case(name))?;
        let value = self.content.get(field.name).filter(|value| !value.is_null());
        if value.is_none() && matches!(field.presence, Presence::Set | Presence::Nullable) {
            return Some(Value::Nil);
        }
        if !matches!(field.shape, Shape::Map(_) | Shape::List(_)) {
            return Some(value_of(value, &field.shape));
        }
        let asked = self.asked.borrow().iter().find(|(name, _)| *name == field.name).map(|(_, value)| value.clone());
        Some(asked.unwrap_or_else(|| {
            let made = value_of(value, &field.shape);
            self.asked.borrow_mut().push((field.name, made.clone()));
            made
        }))
    }

    fn type_name(&self) -> &str {
        &self.kind.go_name
    }

    fn value(&self) -> Value {
        Value::from_json(&self.content)
    }
}

fn value_of(value: Option<&Json>, shape: &Shape) -> Value {
    match (shape, value) {
        (Shape::Struct(kind), value) => Struct::of(kind, Rc::new(value.cloned().unwrap_or_default())),
        (Shape::List(element), value) => {
            let items = value.and_then(Json::as_array).into_iter().flatten();
            Value::list(items.map(|item| value_of(Some(item), element)))
        }
        (Shape::Map(inner), value) if matches!(**inner, Shape::Text) => text_map(value),
        (Shape::Map(inner), value) => {
            let entries = value.and_then(Json::as_object).into_iter().flatten();
            Value::map(entries.map(|(key, value)| (key.as_str(), value_of(Some(value), inner))))
        }
        (_, Some(value)) => Value::from_json(value),
        (Shape::Text | Shape::Quantity | Shape::Time, None) => "".into(),
        (Shape::Bool, None) => false.into(),
        (Shape::Int | Shape::Long | Shape::Float | Shape::IntOrText, None) => Value::Int(0),
        (Shape::Any, None) => Value::Nil,
    }
}

/// Labels or annotations.
pub(super) fn text_map(value: Option<&Json>) -> Value {
    let entries = value.and_then(Json::as_object).into_iter().flatten();
    let texts = entries.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())));
    TextMap::new(texts).into_value()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fields_have_gos_names_and_zero_values() {
        let spec = Struct::of_kind(
            "PodSpec",
            json!({"containers": [{"name": "a", "ports": [{"containerPort": 80}]}], "dnsPolicy": "None"}),
        );
        let Value::Object(spec) = spec else { panic!("no struct") };
        let shown = |name: &str| spec.field(name).map(|value| value.to_string());
        assert_eq!(shown("DNSPolicy").as_deref(), Some("None"));
        assert_eq!(shown("ServiceAccountName").as_deref(), Some(""));
        assert_eq!(shown("HostNetwork").as_deref(), Some("false"));
        assert_eq!(shown("SecurityContext").as_deref(), Some("<nil>"));
        assert_eq!(shown("containers"), None);
        assert_eq!(shown("Unknown"), None);
    }
}
