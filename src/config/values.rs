//! The values of one instance, as Istio's charts would see them.

use serde_json::{Map, Value, json};

use super::assignment::typed;
use super::merge::{merge, nested};
use super::operator::scalar_text;
use super::profile::{self, Folder};
use super::{ComponentKind, Config};
use crate::error::{Error, Result};
use crate::object::Quantity;
use crate::yaml::Place;

/// The values handed to the chart: those of the operator spec with what the component's entry says. Takes a gateway's
/// ports out of its `k8s` settings: the pod needs them too, so they are values.
pub(super) fn given(
    config: &Config,
    component: ComponentKind,
    entry: &Value,
    name: Option<&str>,
    labels: &Map<String, Value>,
    k8s: &mut Value,
) -> Value {
    let mut values = config.spec.get("values").cloned().unwrap_or_default();
    let path = component.values_path();
    let mut set_at = |keys: &[&str], value: Value| {
        // `values:` with nothing below it stays nothing, as in the reference.
        if let Value::Object(_) = values {
            replace(&mut values, &[path, keys].concat(), value);
        }
    };
    let mut set = |key: &str, value: Value| set_at(&[key], value);
    if let Some(name) = name {
        set("name", name.into());
        set("labels", labels.clone().into());
        if let Some(ports) = take_ports(k8s).filter(|ports| !ports.is_empty()) {
            set("ports", ports.into());
        }
    }
    if let Some(hub) = entry.get("hub").and_then(Value::as_str).filter(|hub| !hub.is_empty()) {
        set("hub", hub.into());
    }
    if let Some(tag) = entry.get("tag").filter(|tag| !tag.is_null()) {
        // A tag that looks like a number is one, and one that is no scalar is what Go prints of it, as in the reference.
        let tag = match tag {
            Value::String(text) => typed(text),
            Value::Object(_) | Value::Array(_) => gotemplate::Value::from_json_floats(tag).to_string().into(),
            scalar => scalar.clone(),
        };
        set("tag", tag);
    }
    if config.line().settings_are_values {
        settings(component, k8s, set_at);
    }
    match component {
        ComponentKind::Ztunnel => flattened(values),
        _ if values.is_null() => json!({}),
        _ => values,
    }
}

/// What of a component's `k8s` settings its chart sees as values since 1.31: of a Deployment its replicas and their bounds, of
/// all CPU that is asked for and allowed. They win over what the user says in `values`.
fn settings(component: ComponentKind, k8s: &Value, mut set_at: impl FnMut(&[&str], Value)) {
    let number = |value: &Value| value.as_i64().filter(|number| *number > 0).map(Value::from);
    if component.is_deployment() {
        let least = k8s["hpaSpec"]["minReplicas"].as_i64().map(Value::from);
        let bounds = [("autoscaleMin", least), ("autoscaleMax", number(&k8s["hpaSpec"]["maxReplicas"]))];
        for (key, value) in bounds.into_iter().chain([("replicaCount", number(&k8s["replicaCount"]))]) {
            value.into_iter().for_each(|value| set_at(&[key], value));
        }
    }
    for kind in ["limits", "requests"] {
        let cpu = &k8s["resources"][kind]["cpu"];
        let text = cpu.as_str().map_or_else(|| cpu.to_string(), str::to_owned);
        let is_some = Quantity::of_value(cpu).is_some_and(|amount| amount != Quantity::default());
        if let Some(cpu) = Quantity::canonical(&text).filter(|_| is_some) {
            set_at(&["resources", kind, "cpu"], cpu.into());
        }
    }
}

/// Replaces what is at a path, making maps on the way.
fn replace(tree: &mut Value, path: &[&str], value: Value) {
    let mut slot = tree;
    for key in path {
        if !slot.is_object() {
            *slot = Value::Object(Map::new());
        }
        slot = &mut slot[*key];
    }
    *slot = value;
}

/// Ports the way Kubernetes' own type writes them: a target port is always there.
fn take_ports(k8s: &mut Value) -> Option<Vec<Value>> {
    let service = k8s.get_mut("service")?.as_object_mut()?;
    let Some(Value::Array(mut ports)) = service.shift_remove("ports") else { return None };
    for port in ports.iter_mut().filter_map(Value::as_object_mut) {
        port.retain(|_, value| !value.is_null() && value != "" && value != 0);
        port.entry("targetPort").or_insert_with(|| 0.into());
        port.entry("port").or_insert_with(|| 0.into());
    }
    Some(ports)
}

/// ztunnel's chart wants its values at the root: `ztunnel.*` over what is not a map there, and `global`.
fn flattened(values: Value) -> Value {
    let Value::Object(values) = values else { return json!({}) };
    let Some(own) = values.get("ztunnel").and_then(Value::as_object).cloned() else { return Value::Object(values) };
    let mut flat: Map<String, Value> =
        values.into_iter().filter(|(key, value)| key == "global" || !value.is_object()).collect();
    flat.extend(own);
    Value::Object(flat)
}

/// The values templates see: defaults < presets < `given`, and what charts flatten flattened.
pub(super) fn effective(config: &Config, component: ComponentKind, given: &Value) -> Result<Value> {
    let Some(preset) = &config.preset else { return Ok(given.clone()) };
    let own;
    let preset = if component == ComponentKind::Ztunnel {
        // What is flattened names presets too: `values.ztunnel.platform` is this chart's `platform`.
        own = preset_of(config, given, &["values", "ztunnel"])?;
        &own
    } else {
        preset
    };
    let mut values = profile::defaults(component)?;
    merge(&mut values, preset.clone());
    if component == ComponentKind::Ztunnel {
        for global in [preset.get("global"), given.get("global")].into_iter().flatten().filter(|map| map.is_object()) {
            merge(&mut values, global.clone());
        }
    }
    merge(&mut values, given.clone());
    match component {
        ComponentKind::ControlPlane => spread(&mut values, "pilot"),
        ComponentKind::Cni => spread(&mut values, "cni"),
        _ => {}
    }
    let provider = values.pointer("/global/pilotCertProvider");
    if component == ComponentKind::ControlPlane && provider.is_some_and(|provider| provider == "kubernetes") {
        let message = "values.global.pilotCertProvider=kubernetes is no longer supported by Istio";
        let error = located(config, message, &["values", "global", "pilotCertProvider"], "bad-value");
        return Err(error.hint("leave it out: istiod signs its own certificate"));
    }
    Ok(values)
}

/// Lays what is under `key` over the root.
fn spread(values: &mut Value, key: &str) {
    if let Some(own @ Value::Object(_)) = values.get(key).cloned() {
        merge(values, own);
    }
}

/// The values that the profile, the compatibility version and the platform put over the charts' defaults.
pub(super) fn preset(config: &Config) -> Result<Value> {
    preset_of(config, config.spec.get("values").unwrap_or(&Value::Null), &["values"])
}

/// The same for the values of one chart, which stand `below` in the operator spec, or else in its values.
fn preset_of(config: &Config, values: &Value, below: &[&str]) -> Result<Value> {
    let mut preset = json!({});
    let sources: [(Folder, &[&[&str]]); 3] = [
        (Folder::Profiles, &[&["profile"], &["global", "profile"]]),
        (Folder::Compatibility, &[&["compatibilityVersion"]]),
        (Folder::Platforms, &[&["platform"], &["global", "platform"]]),
    ];
    for (folder, paths) in sources {
        let named = paths.iter().find_map(|path| Some((path, named(values, path)?)));
        let Some((path, name)) = named else { continue };
        let values = profile::preset(folder, &name).map_err(|error| {
            let origin = |above: &[&str]| {
                let place = ["spec"].iter().chain(above).chain(*path).map(|key| Place::key(key)).collect::<Vec<_>>();
                config.origins().of(&place)
            };
            match origin(below).or_else(|| origin(&["values"])).or_else(|| origin(&[])) {
                Some(from) => error.at(from),
                None => error,
            }
        })?;
        merge(&mut preset, values);
    }
    Ok(preset)
}

/// The name at a path of the values, none where it is missing or empty.
pub(super) fn named(values: &Value, path: &[&str]) -> Option<String> {
    let value = path.iter().try_fold(values, |value, key| value.get(key))?;
    scalar_text(value).filter(|name| !matches!(name.as_str(), "" | "false" | "0"))
}

fn located(config: &Config, message: &str, path: &[&str], id: &'static str) -> Error {
    let place: Vec<_> = std::iter::once("spec").chain(path.iter().copied()).map(Place::key).collect();
    let error = Error::usage(id, message);
    match config.origins().of(&place) {
        Some(from) => error.at(from),
        None => error,
    }
}

/// `spec.unvalidatedValues`, laid over the values once they are validated.
pub(super) fn apply_unvalidated(spec: &mut Value) {
    if let Some(values @ Value::Object(_)) = spec.get("unvalidatedValues").cloned() {
        merge(spec, nested(&["values"], values));
    }
}
