//! What `mesh label` knows of Istio's labels and kubectl does not: names nobody answers to, and the control plane's own
//! namespace.

use serde_json::{Map, Value};

use super::Changes;
use crate::error::{Error, Result};
use crate::istio::label::{DATAPLANE_MODE, INJECT, INJECTION, REVISION};
use crate::object::{Object, ObjectId};
use crate::plan::revisions::Revisions;

/// The labels of Istio that decide about proxies.
const OF_ISTIO: [&str; 4] = [INJECTION, REVISION, DATAPLANE_MODE, INJECT];

/// Refuses what would do harm or nothing. `istio_namespace` is where the control plane is said to be.
///
/// # Errors
/// `unknown-revision` and `control-plane-namespace` (usage).
pub fn check<'a>(
    changes: &Changes,
    mut objects: impl Iterator<Item = &'a Object>,
    known: &Revisions,
    istio_namespace: &str,
) -> Result<()> {
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
    match objects.find(is_plane) {
        Some(object) => Err(Error::usage(
            "control-plane-namespace",
            format!("namespace {} holds the control plane, which is not to be injected: {key}={value} is refused, and nothing was written", object.name()),
        )
        .hint("name the namespaces of your applications")),
        None => Ok(()),
    }
}

/// What a change means though it is not refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caution {
    /// A value of the injection label that asks for nothing.
    AsksForNothing {
        /// That value.
        value: String,
    },
    /// The injection label comes first, so the one that names a revision has no effect.
    Hidden {
        /// The value of the injection label.
        injection: String,
        /// The value of the label that names a revision.
        revision: String,
    },
    /// Labels of a pod count when it is made.
    PodStays,
    /// Labels of a workload are not those of its pods.
    OfTheWorkload,
}

/// What there is to say of a change of this object, whose labels are then `after`.
pub fn cautions(changes: &Changes, id: &ObjectId, after: &Map<String, Value>) -> Vec<Caution> {
    let has = |key: &str| after.get(key).and_then(Value::as_str);
    let mut cautions = Vec::new();
    match id.kind.as_str() {
        "Namespace" => {
            if let Some(value) = changes.value(INJECTION).filter(|value| !matches!(*value, "enabled" | "disabled")) {
                cautions.push(Caution::AsksForNothing { value: value.to_owned() });
            }
            if let (true, Some(injection), Some(revision)) = (concerns_pods(changes), has(INJECTION), has(REVISION)) {
                cautions.push(Caution::Hidden { injection: injection.to_owned(), revision: revision.to_owned() });
            }
        }
        "Pod" if of_istio(changes) && !changes.names(DATAPLANE_MODE) => cautions.push(Caution::PodStays),
        "Deployment" | "StatefulSet" | "DaemonSet" if of_istio(changes) => cautions.push(Caution::OfTheWorkload),
        _ => {}
    }
    cautions
}

/// Whether a change is about labels of Istio that decide about proxies.
pub fn of_istio(changes: &Changes) -> bool {
    OF_ISTIO.iter().any(|key| changes.names(key))
}

/// Whether a change may make the pods of namespaces other ones.
pub fn concerns_pods(changes: &Changes) -> bool {
    [INJECTION, REVISION, DATAPLANE_MODE].iter().any(|key| changes.names(key))
}
