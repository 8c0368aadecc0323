//! Containers of a pod by name.

use serde_json::{Map, Value};

/// The proxy's name.
pub(super) const PROXY: &str = "istio-proxy";
/// The init container that sets up traffic redirection.
pub(super) const INIT: &str = "istio-init";
/// The init container that looks whether the CNI plugin has.
pub(super) const VALIDATION: &str = "istio-validation";
/// The init container that lets the proxy dump core.
pub(super) const CORE_DUMP: &str = "enable-core-dump";

/// The containers of a list of a pod (`containers`, `initContainers`); none where there is no list.
pub(super) fn list<'p>(pod: &'p Value, list: &str) -> &'p [Value] {
    pod["spec"][list].as_array().map_or(&[], Vec::as_slice)
}

/// The container of this name in a list.
pub(super) fn in_list<'p>(pod: &'p Value, in_list: &str, name: &str) -> Option<&'p Value> {
    list(pod, in_list).iter().find(|container| container["name"] == name)
}

/// The container of this name, an init container where no other has it.
pub(super) fn find<'p>(pod: &'p Value, name: &str) -> Option<&'p Value> {
    in_list(pod, "containers", name).or_else(|| in_list(pod, "initContainers", name))
}

/// A name that a container of each list has; Kubernetes takes no such pod.
pub(super) fn in_both_lists(pod: &Value) -> Option<&str> {
    let names = list(pod, "containers").iter().filter_map(|container| container["name"].as_str());
    names.into_iter().find(|name| in_list(pod, "initContainers", name).is_some())
}

/// [`find`], to be changed.
pub(super) fn find_mut<'p>(pod: &'p mut Value, name: &str) -> Option<&'p mut Value> {
    let list = if in_list(pod, "containers", name).is_some() { "containers" } else { "initContainers" };
    in_list_mut(pod, list, name)
}

/// [`in_list`], to be changed.
pub(super) fn in_list_mut<'p>(pod: &'p mut Value, in_list: &str, name: &str) -> Option<&'p mut Value> {
    let list = pod.get_mut("spec")?.get_mut(in_list)?.as_array_mut()?;
    list.iter_mut().find(|container| container["name"] == name)
}

/// A patch of a pod with no more of its lists than what names their elements.
pub(super) fn names_only(patch: &Value) -> Value {
    let named = |element: &Value| -> Value {
        let Value::Object(map) = element else { return element.clone() };
        let telling = map.iter().filter(|(key, _)| *key == "name" || key.starts_with('$'));
        Value::Object(telling.map(|(key, value)| (key.clone(), value.clone())).collect())
    };
    let mut spec = Map::new();
    for (key, value) in patch["spec"].as_object().into_iter().flatten() {
        let listed = ["initContainers", "containers", "volumes", "imagePullSecrets"].contains(&key.as_str());
        match value {
            Value::Array(list) if listed => _ = spec.insert(key.clone(), list.iter().map(named).collect()),
            other if listed || key.starts_with('$') => _ = spec.insert(key.clone(), other.clone()),
            _ => {}
        }
    }
    Value::Object([("spec".to_owned(), Value::Object(spec))].into_iter().collect())
}

/// Where a container goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Position {
    First,
    Last,
    Nowhere,
}

/// Moves the container of this name within its list, if it is there.
pub(super) fn put(pod: &mut Value, in_list: &str, name: &str, place: Position) {
    let Some(list) = pod.get_mut("spec").and_then(|spec| spec.get_mut(in_list)).and_then(Value::as_array_mut) else {
        return;
    };
    let Some(at) = list.iter().position(|container| container["name"] == name) else { return };
    let container = list.remove(at);
    match place {
        Position::First => list.insert(0, container),
        Position::Last => list.push(container),
        Position::Nowhere => {}
    }
}

/// Appends a variable to a container's environment.
pub(super) fn add_env(container: &mut Value, name: &str, value: &str) {
    let variable = serde_json::json!({"name": name, "value": value});
    match container.get_mut("env").and_then(Value::as_array_mut) {
        Some(env) => env.push(variable),
        None => container["env"] = Value::Array(vec![variable]),
    }
}
