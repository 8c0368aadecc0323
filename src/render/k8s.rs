//! `components.*.k8s`: settings of the object that runs a component, and of the Service, autoscaler and disruption budget
//! of the same name, put in by strategic merge as Kubernetes does it.

use serde_json::{Map, Value, json};

use crate::component::{Component, RunBy};
use crate::config::{ComponentKind, Instance};
use crate::error::Result;
use crate::object::Object;
use crate::object::strategic_merge;

/// A key below `k8s`, and where its value goes.
struct Setting {
    key: &'static str,
    object: Destination,
    path: &'static [&'static str],
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Destination {
    /// The Deployment or DaemonSet.
    Workload,
    /// Its main container.
    Container,
    /// An object of that kind with the workload's name.
    Kind(&'static str),
}

const fn setting(key: &'static str, object: Destination, path: &'static [&'static str]) -> Setting {
    Setting { key, object, path }
}

const POD: [&str; 3] = ["spec", "template", "spec"];

/// `volumes` and `volumeMounts` are keys too, but of no effect, which the configuration warns about.
const SETTINGS: [Setting; 16] = [
    setting("affinity", Destination::Workload, &["spec", "template", "spec", "affinity"]),
    setting("env", Destination::Container, &["env"]),
    setting("hpaSpec", Destination::Kind("HorizontalPodAutoscaler"), &["spec"]),
    setting("imagePullPolicy", Destination::Container, &["imagePullPolicy"]),
    setting("nodeSelector", Destination::Workload, &["spec", "template", "spec", "nodeSelector"]),
    setting("podDisruptionBudget", Destination::Kind("PodDisruptionBudget"), &["spec"]),
    setting("podAnnotations", Destination::Workload, &["spec", "template", "metadata", "annotations"]),
    setting("priorityClassName", Destination::Workload, &["spec", "template", "spec", "priorityClassName"]),
    setting("readinessProbe", Destination::Container, &["readinessProbe"]),
    setting("replicaCount", Destination::Workload, &["spec", "replicas"]),
    setting("resources", Destination::Container, &["resources"]),
    setting("strategy", Destination::Workload, &["spec", "strategy"]),
    setting("tolerations", Destination::Workload, &["spec", "template", "spec", "tolerations"]),
    setting("serviceAnnotations", Destination::Kind("Service"), &["metadata", "annotations"]),
    setting("service", Destination::Kind("Service"), &["spec"]),
    setting("securityContext", Destination::Workload, &["spec", "template", "spec", "securityContext"]),
];

/// Puts the `k8s` settings of `instance` into its objects. A setting whose object is not rendered (an autoscaler that is
/// off) has nothing to change.
///
/// # Errors
/// As [`strategic_merge`], with the setting and the object.
pub(super) fn apply(component: &Component, instance: &Instance, objects: &mut [Object]) -> Result<()> {
    let (Some(workload), Some(given)) = (component.workload, instance.k8s.as_object()) else { return Ok(()) };
    let name = name_of(component, workload, instance);
    for setting in &SETTINGS {
        let Some(value) = given.get(setting.key) else { continue };
        let kind = match setting.object {
            Destination::Workload | Destination::Container => workload.kind,
            Destination::Kind(kind) => kind,
        };
        let patch = patch(setting, workload, value);
        for object in objects.iter_mut().filter(|object| object.kind() == kind && object.name() == name) {
            strategic_merge(object.value_mut(), patch.clone(), kind).map_err(|error| {
                let place = format!("components.{}.k8s.{}", component.kind.key(), setting.key);
                error.at(format!("{place} on {kind}/{name}"))
            })?;
            if kind == "PodDisruptionBudget" {
                keep_one_bound(object);
            }
        }
    }
    Ok(())
}

/// The name of what runs this instance; its Service, autoscaler and disruption budget share it.
fn name_of(component: &Component, workload: RunBy, instance: &Instance) -> String {
    let revision = instance.values.get("revision").and_then(Value::as_str).unwrap_or_default();
    match component.kind {
        ComponentKind::ControlPlane if !revision.is_empty() => format!("{}-{revision}", workload.name),
        _ if instance.name.is_empty() => workload.name.to_owned(),
        _ => instance.name.clone(),
    }
}

fn patch(setting: &Setting, workload: RunBy, value: &Value) -> Value {
    let nested = |path: &[&str], value: Value| {
        path.iter().rev().fold(value, |inner, key| Value::Object(Map::from_iter([((*key).to_owned(), inner)])))
    };
    if setting.object != Destination::Container {
        return nested(setting.path, value.clone());
    }
    let mut container = nested(setting.path, value.clone());
    container["name"] = workload.container.into();
    nested(&POD, json!({ "containers": [container] }))
}

/// A disruption budget takes one bound: where the user sets `maxUnavailable`, ours is taken back. Null, as others print it.
fn keep_one_bound(object: &mut Object) {
    let Some(spec) = object.value_mut().get_mut("spec").and_then(Value::as_object_mut) else { return };
    if spec.contains_key("maxUnavailable") && spec.contains_key("minAvailable") {
        spec.insert("minAvailable".to_owned(), Value::Null);
    }
}

#[cfg(test)]
mod tests;
