//! The operator document: profiles below, the user's layers on top, and what of it the charts have to see as values.

use serde_json::{Map, Value, json};

use super::layer::User;
use super::merge::{merge, nested};
use super::profile::Folder;
use super::{Inputs, Source, platform};
use crate::error::{Error, Result};
use crate::yaml;

/// The whole document `{"metadata": {…}, "spec": {…}}` and the name of its profile.
pub(super) fn assemble(inputs: &Inputs, user: &User) -> Result<(String, Value)> {
    let profile = match &user.tree["spec"]["profile"] {
        Value::String(name) if !name.is_empty() => name.clone(),
        _ => "default".to_owned(),
    };
    let mut document = base(inputs, &profile, user)?;
    if let Some(platform) = inputs.detected_platform.as_deref().and_then(platform::named) {
        let asked_for = |tree: &Value| tree.pointer("/components/cni").is_some_and(Value::is_object);
        let with_cni = asked_for(&document["spec"]) || asked_for(&user.tree["spec"]);
        merge(&mut document["spec"], platform.spec(with_cni));
    }
    if let Some(size) = &inputs.size {
        merge(&mut document["spec"], Folder::Sizes.read(size)?["spec"].take());
    }
    merge(&mut document, user.tree.clone());
    translate(&mut document, &user.tree["spec"]["values"]);
    if let Some(registry) = &inputs.registry {
        take_images_from(&mut document["spec"], registry);
    }
    if let Some(secret) = &inputs.image_pull_secret {
        add_pull_secret(&mut document["spec"], secret);
    }
    Ok((profile, document))
}

/// The `default` profile with the chosen one laid over it.
fn base(inputs: &Inputs, profile: &str, user: &User) -> Result<Value> {
    let read = |name: &str| match &inputs.profiles {
        None => Folder::Profiles.read(name).map(built_in),
        Some(profiles) => given(profiles, name),
    };
    let mut document = read("default")?;
    if profile != "default" {
        let from = user.origins.of(&[yaml::Place::key("spec"), yaml::Place::key("profile")]);
        let top = read(profile).map_err(|error| match from {
            Some(from) => error.at(from),
            None => error,
        })?;
        merge(&mut document, top);
    }
    Ok(document)
}

/// A file of `profiles/` as an operator document.
fn built_in(mut file: Value) -> Value {
    let mut document = json!({"metadata": {}, "spec": file["spec"].take()});
    if let Some(namespace) = file.get_mut("namespace") {
        document["metadata"]["namespace"] = namespace.take();
    }
    document
}

/// A profile that came with charts, by name.
pub(super) fn given(profiles: &[Source], name: &str) -> Result<Value> {
    let Some(file) = profiles.iter().find(|file| file.name == name) else {
        let known: Vec<_> = profiles.iter().map(|file| file.name.as_str()).collect();
        let error = Error::usage("unknown-profile", format!("unknown profile `{name}`"));
        return Err(error.hint(format!("the charts have: {}", known.join(", "))));
    };
    yaml::document_last_wins(&format!("profiles/{name}.yaml"), &file.text)
}

/// What is said at the operator level and the charts read as values. Where the user says it in `values` too, `values`
/// counts for hub, tag, revision and compatibility version, and the operator level for the mesh config and for what is
/// installed: istioctl's order, which its merging of shared maps makes.
fn translate(document: &mut Value, user_values: &Value) {
    let spec = &mut document["spec"];
    if let Some(mesh_config @ Value::Object(_)) = spec.get("meshConfig").cloned() {
        merge(spec, nested(&["values", "meshConfig"], mesh_config));
    }
    let strings: [(&str, &[&str]); 4] = [
        ("hub", &["global", "hub"]),
        ("tag", &["global", "tag"]),
        ("revision", &["revision"]),
        ("compatibilityVersion", &["compatibilityVersion"]),
    ];
    for (key, path) in strings {
        let said = path.iter().try_fold(user_values, |value, key| value.get(key)).is_some();
        if let Some(text) = spec.get(key).and_then(scalar_text).filter(|_| !said) {
            put(&mut spec["values"], path, text.into());
        }
    }
    // Charts ask each other whether they are installed.
    for (component, path) in [("pilot", &["pilot", "enabled"][..]), ("cni", &["pilot", "cni", "enabled"])] {
        let enabled = spec.pointer(&format!("/components/{component}/enabled")).and_then(Value::as_bool);
        put(&mut spec["values"], path, enabled.unwrap_or_default().into());
    }
    let namespace = spec.pointer("/values/global/istioNamespace").and_then(Value::as_str).unwrap_or_default();
    if !namespace.is_empty() {
        document["metadata"]["namespace"] = namespace.into();
    }
}

/// Sets a value below `tree`. As in the reference, a null on the way (`values:` with nothing below it) takes nothing.
fn put(tree: &mut Value, path: &[&str], value: Value) {
    let Some((key, rest)) = path.split_first() else {
        *tree = value;
        return;
    };
    if let Value::Object(map) = tree {
        put(map.entry(*key).or_insert_with(|| Value::Object(Map::new())), rest, value);
    }
}

/// A scalar as text, numbers as Go prints them.
pub(super) fn scalar_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => {
            let text = number.to_string();
            Some(text.strip_suffix(".0").map_or(text.clone(), str::to_owned))
        }
        _ => None,
    }
}

/// Lets every image of a spec come from a registry, whatever hub it names for it.
pub(super) fn take_images_from(spec: &mut Value, registry: &str) {
    spec["hub"] = registry.into();
    put(&mut spec["values"], &["global", "hub"], registry.into());
    for pointer in
        ["pilot", "cni", "cni/repair", "ztunnel", "gateways/istio-ingressgateway", "gateways/istio-egressgateway"]
    {
        let hub = spec.pointer_mut(&format!("/values/{pointer}/hub"));
        if let Some(hub) = hub.filter(|hub| hub.as_str().is_some_and(|hub| !hub.is_empty())) {
            *hub = registry.into();
        }
    }
    let components = spec.get_mut("components").and_then(Value::as_object_mut).into_iter().flatten();
    for (_, entry) in components {
        let entries = match entry {
            Value::Array(entries) => entries.as_mut_slice(),
            entry => std::slice::from_mut(entry),
        };
        for hub in entries.iter_mut().filter_map(|entry| entry.get_mut("hub")) {
            *hub = registry.into();
        }
    }
}

fn add_pull_secret(spec: &mut Value, secret: &str) {
    let global = &mut spec["values"]["global"];
    if !global.is_object() {
        *global = Value::Object(Map::new());
    }
    let secrets = &mut global["imagePullSecrets"];
    match secrets {
        Value::Array(list) if list.iter().any(|own| own == secret) => {}
        Value::Array(list) => list.push(secret.into()),
        other => *other = json!([secret]),
    }
}
