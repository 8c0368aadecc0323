//! What `mesh label` knows of Istio's labels and kubectl does not: names nobody answers to, and the control plane's own
//! namespace.

use serde_json::{Map, Value};

use crate::error::{Error, Result};
use crate::istio::label::{DATAPLANE_MODE, INJECT, INJECTION, REVISION};
use crate::object::{Object, ObjectId};
use crate::plan::labels::Changes;
use crate::plan::revisions::Revisions;
use crate::ui::sanitize;

/// The labels of Istio that decide about proxies.
pub(super) const OF_ISTIO: [&str; 4] = [INJECTION, REVISION, DATAPLANE_MODE, INJECT];

/// Refuses what would do harm or nothing. `istio_namespace` is where the control plane is said to be.
///
/// # Errors
/// `unknown-revision` and `control-plane-namespace` (usage).
pub(super) fn check(changes: &Changes, objects: &[Object], known: &Revisions, istio_namespace: &str) -> Result<()> {
    if let Some(revision) = changes.value(REVISION).filter(|revision| !revision.is_empty()) {
        known.behind(revision).map_err(|error| error.at(format!("{REVISION}={revision}")))?;
    }
    let injects = [
        changes.value(INJECTION).filter(|value| *value == "enabled").map(|value| (INJECTION, value)),
        changes.value(REVISION).filter(|value| !value.is_empty()).map(|value| (REVISION, value)),
        changes.value(DATAPLANE_MODE).filter(|value| *value == "ambient").map(|value| (DATAPLANE_MODE, value)),
    ];
    let Some((key, value)) = injects.into_iter().flatten().next() else { return Ok(()) };
    let is_plane = |object: &&Object| {
        object.kind() == "Namespace" && (known.namespaces.contains(object.name()) || object.name() == istio_namespace)
    };
    match objects.iter().find(is_plane) {
        Some(object) => Err(Error::usage(
            "control-plane-namespace",
            format!("namespace {} holds the control plane, which is not to be injected: {key}={value} is refused, and nothing was written", object.name()),
        )
        .hint("name the namespaces of your applications")),
        None => Ok(()),
    }
}

/// What a change means though it is not refused, a sentence each.
pub(super) fn warnings(changes: &Changes, id: &ObjectId, after: &Map<String, Value>) -> Vec<String> {
    let has = |key: &str| after.get(key).and_then(Value::as_str);
    let name = sanitize(&id.name);
    let mut warnings = Vec::new();
    match id.kind.as_str() {
        "Namespace" => {
            if let Some(value) = changes.value(INJECTION).filter(|value| !matches!(*value, "enabled" | "disabled")) {
                warnings
                    .push(format!("{INJECTION}={value} asks for nothing; `enabled` and `disabled` are what counts"));
            }
            let touched = [INJECTION, REVISION, DATAPLANE_MODE].iter().any(|key| changes.names(key));
            if let (true, Some(injection), Some(revision)) = (touched, has(INJECTION), has(REVISION)) {
                warnings.push(format!(
                    "{INJECTION}={} comes first, so {REVISION}={} has no effect; remove one: mesh label namespace {name} {INJECTION}-",
                    sanitize(injection),
                    sanitize(revision)
                ));
            }
        }
        "Pod" if OF_ISTIO.iter().any(|key| changes.names(key)) && !changes.names(DATAPLANE_MODE) => {
            warnings.push(format!(
                "pod {name} stays as it is: these labels count when a pod is made; set them on its workload (mesh inject deployment NAME)"
            ));
        }
        "Deployment" | "StatefulSet" | "DaemonSet" if OF_ISTIO.iter().any(|key| changes.names(key)) => {
            let kind = id.kind.to_lowercase();
            warnings.push(format!(
                "these are labels of the {kind} itself; those of its pods count, and are set by: mesh inject {kind} {name}"
            ));
        }
        _ => {}
    }
    warnings
}

/// Whether a change may make the pods of namespaces other ones.
pub(super) fn concerns_pods(changes: &Changes) -> bool {
    [INJECTION, REVISION, DATAPLANE_MODE].iter().any(|key| changes.names(key))
}
