//! The patches of `k8s.overlays`, applied to what is rendered.

use serde_json::{Map, Value};

use super::path::{OverlayStep, parse};
use crate::component::Component;
use crate::config::{Overlay, Patch};
use crate::error::{Error, Result};
use crate::object::Object;
use crate::yaml;

/// Applies the overlays in order, each patch to what the one before left.
///
/// # Errors
/// `overlay` (usage): no such object, a path that leads nowhere, a value to delete that is not there.
pub fn apply(component: &Component, overlays: &[Overlay], objects: &mut [Object]) -> Result<()> {
    for overlay in overlays {
        let matches = |object: &Object| object.kind() == overlay.kind && object.name() == overlay.name;
        if !objects.iter().any(matches) {
            return Err(no_object(component, overlay, objects));
        }
        for object in objects.iter_mut().filter(|object| matches(object)) {
            for patch in &overlay.patches {
                change(object, patch).map_err(|what| {
                    let place = format!("overlay of {}/{}", overlay.kind, overlay.name);
                    Error::usage("overlay", format!("{}: {place}: path `{}`: {what}", overlay.origin, patch.path))
                })?;
            }
        }
    }
    Ok(())
}

fn no_object(component: &Component, overlay: &Overlay, objects: &[Object]) -> Error {
    let mut names: Vec<&str> =
        objects.iter().filter(|object| object.kind() == overlay.kind).map(Object::name).collect();
    names.sort_unstable();
    names.dedup();
    let what = format!("{} has no {} named `{}`", component.title, overlay.kind, overlay.name);
    let error = Error::usage("overlay", format!("{}: {what}", overlay.origin));
    if names.is_empty() {
        let mut kinds: Vec<&str> = objects.iter().map(Object::kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        error.hint(format!("its kinds are {}", kinds.join(", ")))
    } else {
        error.hint(format!("there is {}", names.join(", ")))
    }
}

fn change(object: &mut Object, patch: &Patch) -> std::result::Result<(), String> {
    let steps = parse(&patch.path)?;
    // The text of a ConfigMap is text, whatever it looks like.
    let is_text = object.kind() == "ConfigMap" && matches!(&steps[0], OverlayStep::Key(key) if key == "data");
    let value = match &patch.value {
        Some(Value::String(text)) if !is_text => Some(map_in(text).unwrap_or_else(|| text.as_str().into())),
        Some(Value::Null) | None => None,
        other => other.clone(),
    };
    walk(object.value_mut(), &steps, value)?;
    Object::new(object.value().clone()).map(drop).map_err(|error| error.to_string())
}

/// A map that is given as a block of text, as overlays have always allowed: YAML, but not JSON, which stays text.
fn map_in(text: &str) -> Option<Value> {
    let looks_like_a_map = if text.contains('\n') { text.contains(':') } else { text.contains(": ") };
    if !looks_like_a_map || serde_json::from_str::<Map<String, Value>>(text).is_ok() {
        return None;
    }
    yaml::document("value", text).ok().filter(Value::is_object)
}

/// Sets, or without a value deletes, what `steps` lead to. Maps on the way are made, but never to delete below them.
fn walk(node: &mut Value, steps: &[OverlayStep], value: Option<Value>) -> std::result::Result<(), String> {
    let Some((step, rest)) = steps.split_first() else {
        *node = value.unwrap_or_default();
        return Ok(());
    };
    if node.is_null() && value.is_some() {
        *node = if matches!(step, OverlayStep::Key(_)) { Value::Object(Map::new()) } else { Value::Array(Vec::new()) };
    }
    match (node, step) {
        (Value::Object(map), OverlayStep::Key(key)) => match (map.contains_key(key), &value) {
            (false, None) => Err(format!("there is no `{key}` to delete")),
            (true, None) if rest.is_empty() => {
                map.shift_remove(key);
                Ok(())
            }
            _ => walk(map.entry(key.as_str()).or_insert(Value::Null), rest, value),
        },
        (Value::Array(list), OverlayStep::Index(_) | OverlayStep::Element(_)) => {
            let found = match step {
                OverlayStep::Index(index) => usize::try_from(*index).ok().filter(|index| *index < list.len()),
                OverlayStep::Element(element) => list.iter().position(|item| element.picks(item)),
                OverlayStep::Key(_) => None,
            };
            match (found, step, &value) {
                (Some(index), _, None) if rest.is_empty() => {
                    list.remove(index);
                    Ok(())
                }
                (Some(index), ..) => walk(&mut list[index], rest, value),
                (None, OverlayStep::Index(_), Some(_)) => {
                    let mut added = Value::Null;
                    walk(&mut added, rest, value)?;
                    list.push(added);
                    Ok(())
                }
                (None, ..) => Err(format!("no element {step}")),
            }
        }
        (Value::Object(_), _) => Err(format!("{step} picks from a list, but here is a map")),
        (Value::Array(_), _) => {
            Err(format!("`{step}` is a key, but here is a list; pick an element like [name:{step}]"))
        }
        (_, _) => Err(format!("nothing below here for {step}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ComponentKind;
    use serde_json::json;

    fn deployment() -> Object {
        let containers = json!([
            {"name": "discovery", "args": ["a", "--keep", "30m"], "ports": [{"containerPort": 8080}]},
            {"name": "other"},
        ]);
        let spec = json!({"replicas": null, "template": {"spec": {"containers": containers}}});
        let metadata = json!({"name": "istiod"});
        Object::new(json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}))
            .expect("an object")
    }

    fn patched(path: &str, value: Option<Value>) -> Result<Object> {
        let mut objects = [deployment()];
        let patches = vec![Patch { path: path.to_owned(), value }];
        let overlay =
            Overlay { kind: "Deployment".into(), name: "istiod".into(), patches, origin: "in.yaml:3:5".into() };
        apply(Component::of(ComponentKind::ControlPlane), &[overlay], &mut objects)?;
        let [object] = objects;
        Ok(object)
    }

    #[test]
    fn sets_and_deletes() -> Result<()> {
        const FIRST: &str = "/spec/template/spec/containers/0";
        let table = [
            ("spec.replicas", Some(json!(2)), "/spec/replicas", Some(json!(2))),
            ("spec.paused.a.b", Some(json!(true)), "/spec/paused", Some(json!({"a": {"b": true}}))),
            (
                "spec.template.spec.containers.[name:discovery].args.[30m]",
                Some(json!("60m")),
                "/args/2",
                Some(json!("60m")),
            ),
            ("spec.template.spec.containers.[name:discovery].args.[1]", None, "/args", Some(json!(["a", "30m"]))),
            ("spec.template.spec.containers.[name:discovery].args.[-1]", Some(json!("z")), "/args/3", Some(json!("z"))),
            (
                "spec.template.spec.containers.[name:discovery].ports.[containerPort:8080].containerPort",
                Some(json!(1)),
                "/ports/0",
                Some(json!({"containerPort": 1})),
            ),
            (
                "spec.template.spec.containers.[name:discovery].env.[0].name",
                Some(json!("A")),
                "/env",
                Some(json!([{"name": "A"}])),
            ),
            (
                "spec.template.spec.containers.[name:discovery].probe",
                Some(json!("httpGet:\n  port: 1\n")),
                "/probe",
                Some(json!({"httpGet": {"port": 1}})),
            ),
            (
                "spec.template.spec.containers.[name:discovery].note",
                Some(json!("{\"a\": 1}")),
                "/note",
                Some(json!("{\"a\": 1}")),
            ),
            ("spec.template.spec.containers.[name:discovery].args", None, "/args", None),
            ("spec.template.spec.containers.[name:other]", None, "/spec/template/spec/containers/1", None),
        ];
        for (path, value, pointer, wanted) in table {
            let object = patched(path, value)?;
            let pointer = if pointer.starts_with("/spec") { pointer.to_owned() } else { format!("{FIRST}{pointer}") };
            assert_eq!(object.at(&pointer).cloned(), wanted, "{path}");
        }
        Ok(())
    }

    #[test]
    fn what_matches_nothing_is_an_error() {
        let table = [
            ("spec.template.spec.containers.[name:nope].args", Some(json!(1)), "no element [name:nope]"),
            ("spec.template.spec.containers.[name:discovery].args.[99]", None, "no element [99]"),
            ("spec.template.spec.containers.name", Some(json!(1)), "pick an element like [name:name]"),
            ("spec.[name:a]", Some(json!(1)), "picks from a list, but here is a map"),
            ("spec.nope", None, "there is no `nope` to delete"),
            ("spec.nope.deeper", None, "there is no `nope` to delete"),
            ("kind.deeper", Some(json!(1)), "nothing below here for deeper"),
            ("metadata.name", None, "`metadata.name` is missing"),
            ("spec.[", Some(json!(1)), "has no `]`"),
        ];
        for (path, value, wanted) in table {
            let error = patched(path, value).expect_err(path).to_string();
            assert!(error.starts_with("in.yaml:3:5: overlay of Deployment/istiod: path"), "{error}");
            assert!(error.contains(wanted), "{path}: {error}");
        }
    }

    #[test]
    fn an_object_that_is_not_there_is_an_error_with_those_that_are() {
        let overlay =
            Overlay { kind: "Deployment".into(), name: "nope".into(), patches: Vec::new(), origin: "f".into() };
        let component = Component::of(ComponentKind::ControlPlane);
        let error = apply(component, &[overlay], &mut [deployment()]).expect_err("no such object");
        assert_eq!(error.to_string(), "f: Istiod has no Deployment named `nope`");
        assert_eq!(error.hints(), ["there is istiod"]);
    }

    #[test]
    fn text_of_config_maps_stays_text() -> Result<()> {
        let value = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "istio"}, "data": {}});
        let mut object = Object::new(value)?;
        let text = json!("a: 1\nb: 2\n");
        let patch = Patch { path: "data.mesh".into(), value: Some(text.clone()) };
        change(&mut object, &patch).expect("applies");
        assert_eq!(object.at("/data/mesh"), Some(&text));
        Ok(())
    }
}
