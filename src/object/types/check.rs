//! Holding an object to the shape of its kind, without a server.

use serde_json::Value;

use super::{GoStruct, Shape};
use crate::object::Object;

/// Of its kinds one is rendered, and known.
const MULTUS: &str = "k8s.cni.cncf.io";

/// The fields of `object` that its kind does not have, or that hold something else than they may, as dotted paths; none
/// where nothing is known of the kind.
pub fn unknown_fields(object: &Object) -> Option<Vec<String>> {
    let root = of_kind(object)?;
    let mut found = Vec::new();
    let fields = object.value().as_object().into_iter().flatten();
    for (name, value) in fields.filter(|(name, _)| !matches!(name.as_str(), "apiVersion" | "kind" | "status")) {
        match (name.as_str(), root.field(name)) {
            ("metadata", None) => {
                if let Some(metadata) = GoStruct::named("ObjectMeta") {
                    check(&Shape::Struct(metadata), value, name, &mut found);
                }
            }
            (_, Some(field)) => check(&field.shape, value, name, &mut found),
            (_, None) => found.push(name.clone()),
        }
    }
    Some(found)
}

/// The type of an object, where it is known.
pub(super) fn of_kind(object: &Object) -> Option<&'static GoStruct> {
    let group = object.id().group;
    // Kinds of others may share a name with Kubernetes' own.
    let native = !group.contains('.') || group.ends_with(".k8s.io") || group == MULTUS;
    GoStruct::named(object.kind()).filter(|_| native)
}

fn check(shape: &Shape, value: &Value, path: &str, found: &mut Vec<String>) {
    let fits = match (shape, value) {
        (_, Value::Null) | (Shape::Any, _) => true,
        (Shape::Struct(known), Value::Object(map)) => {
            for (name, value) in map {
                let path = format!("{path}.{name}");
                match known.field(name) {
                    Some(field) => check(&field.shape, value, &path, found),
                    None => found.push(path),
                }
            }
            true
        }
        (Shape::List(element), Value::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                check(element, item, &format!("{path}[{index}]"), found);
            }
            true
        }
        (Shape::Map(element), Value::Object(map)) => {
            for (name, value) in map {
                check(element, value, &format!("{path}.{name}"), found);
            }
            true
        }
        (Shape::Text | Shape::Time, value) => value.is_string(),
        (Shape::Bool, value) => value.is_boolean(),
        (Shape::Int | Shape::Long, value) => value.is_i64() || value.is_u64(),
        (Shape::Float, value) => value.is_number(),
        (Shape::Quantity | Shape::IntOrText, value) => value.is_number() || value.is_string(),
        _ => false,
    };
    if !fits {
        found.push(path.to_owned());
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_kind_does_not_have_is_named() {
        let table = [
            (json!({"spec": {"ports": [{"port": 80, "targetPort": "http"}]}}), Some("")),
            (json!({"spec": {"ports": [{"port": "80"}]}}), Some("spec.ports[0].port")),
            (json!({"spec": {"portz": []}, "specs": {}}), Some("spec.portz specs")),
            (json!({"spec": []}), Some("spec")),
            (json!({"spec": null, "status": {"x": 1}}), Some("")),
        ];
        for (more, want) in table {
            let mut value =
                json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a", "labels": {"x": "y"}}});
            value.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            let found = unknown_fields(&Object::new(value).unwrap()).map(|fields| fields.join(" "));
            assert_eq!(found.as_deref(), want, "{more}");
        }
        let foreign = json!({"apiVersion": "serving.knative.dev/v1", "kind": "Service", "metadata": {"name": "a"}});
        assert_eq!(unknown_fields(&Object::new(foreign).unwrap()), None);
    }
}
