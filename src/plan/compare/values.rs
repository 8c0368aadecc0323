//! When two values are one although written differently, and which values go without saying.

use serde_json::{Map, Value};

use crate::object::Quantity;
use crate::object::types::{Presence, Shape};
use crate::plan::path::{Path, Step};

/// Whether `wanted`, missing in the live object, is what a missing field means anyway.
///
/// `presence` is how Kubernetes writes the field, where its type is known: only what is dropped when empty may be missing.
pub(super) fn may_be_absent(
    path: &Path,
    wanted: &Value,
    shape: &Shape,
    presence: Option<Presence>,
    native: bool,
) -> bool {
    match (wanted, presence) {
        (Value::Null, _) => true,
        (_, Some(Presence::Always | Presence::Set)) => false,
        // Of a struct, nothing is left when it is empty; of a list or map neither.
        (Value::Object(map), Some(_)) => {
            map.values().all(Value::is_null) || matches!(shape, Shape::Struct(_)) && is_hollow(wanted)
        }
        (_, Some(_)) => is_zero(wanted),
        (_, None) if !native => false,
        (_, None) => match wanted {
            Value::Object(map) => {
                let is_hollow = |(name, value): (&String, &Value)| {
                    may_be_absent(&path.field(name), value, &Shape::Any, None, native)
                };
                !means_something_empty(path) && map.iter().all(is_hollow)
            }
            Value::Array(_) => is_zero(wanted),
            Value::String(text) => text.is_empty() && !is_entry(path),
            _ => is_zero(wanted) && last(path).is_some_and(|name| DROPPED_WHEN_ZERO.contains(&name)),
        },
    }
}

/// Fields of the kinds whose types are not in the table, of which `{}` says something.
fn means_something_empty(path: &Path) -> bool {
    const NAMES: &[&str] = &["emptyDir", "podSelector", "namespaceSelector", "objectSelector", "status", "scale"];
    last(path).is_some_and(|name| NAMES.contains(&name))
}

/// Fields of CustomResourceDefinitions that are dropped when false or 0.
const DROPPED_WHEN_ZERO: &[&str] = &[
    "preserveUnknownFields",
    "deprecated",
    "priority",
    "nullable",
    "uniqueItems",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "x-kubernetes-embedded-resource",
    "x-kubernetes-int-or-string",
];

/// Whether the field is an entry of a map of text, which keeps empty ones.
fn is_entry(path: &Path) -> bool {
    let fields = path.fields();
    matches!(fields.as_slice(), [.., "labels" | "annotations" | "data" | "binaryData" | "matchLabels", _])
}

fn is_zero(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(flag) => !flag,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
    }
}

/// Whether nothing is said anywhere in it.
fn is_hollow(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.values().all(is_hollow),
        other => is_zero(other),
    }
}

/// Whether two scalars that are not written the same are the same value.
pub(super) fn equal(path: &Path, wanted: &Value, live: &Value, shape: &Shape, native: bool) -> bool {
    if let (Value::Number(a), Value::Number(b)) = (wanted, live) {
        // Where one is a float, the API server keeps the field as a float, so floats are what to compare.
        return (a.is_f64() || b.is_f64()) && a.as_f64() == b.as_f64();
    }
    match shape {
        Shape::Quantity => same_quantity(wanted, live),
        Shape::IntOrText => same_text(wanted, live),
        Shape::Any if native && is_quantity(path) => same_quantity(wanted, live),
        Shape::Any if native && is_int_or_text(path) => same_text(wanted, live),
        _ => false,
    }
}

fn same_quantity(a: &Value, b: &Value) -> bool {
    matches!((Quantity::of_value(a), Quantity::of_value(b)), (Some(a), Some(b)) if a == b)
}

fn same_text(a: &Value, b: &Value) -> bool {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    matches!(a, Value::Number(_) | Value::String(_))
        && matches!(b, Value::Number(_) | Value::String(_))
        && text(a) == text(b)
}

/// Quantities of the kinds whose types are not in the table.
fn is_quantity(path: &Path) -> bool {
    matches!(path.fields().as_slice(), [.., "hard" | "limits" | "requests" | "capacity", _])
}

/// Ports by number or name of the kinds whose types are not in the table.
fn is_int_or_text(path: &Path) -> bool {
    last(path) == Some("port") && path.fields().first() == Some(&"spec")
}

/// Whether a field that we do not want, in a list or map that is one value, is what the API server fills in there.
pub(super) fn is_default(path: &Path, live: &Value, siblings: &Map<String, Value>) -> bool {
    if is_hollow(live) {
        return true;
    }
    let fields = path.fields();
    let Some((name, above)) = fields.split_last() else { return false };
    let parent = above.last().copied().unwrap_or_default();
    match (parent, *name) {
        ("fieldRef", "apiVersion") => live == "v1",
        ("resourceFieldRef", "divisor") => live == "0",
        ("rules" | "resourceRules" | "excludeResourceRules", "scope") => live == "*",
        ("matchConstraints", "matchPolicy") => live == "Equivalent",
        ("ports", "protocol") => live == "TCP",
        ("serviceAccountToken", "expirationSeconds") => live == 3600,
        ("subjects" | "roleRef", "apiGroup") => live == "rbac.authorization.k8s.io",
        // A strategy of none is what a CRD has.
        ("conversion", "strategy") => live == "None",
        ("endpoints", "conditions") => siblings.contains_key("addresses"),
        _ => false,
    }
}

fn last(path: &Path) -> Option<&str> {
    match path.steps().last() {
        Some(Step::Field(name)) => Some(name),
        _ => None,
    }
}
