//! Where a workload stands, in a few words for a line that is drawn again and again.

use crate::object::Object;
use crate::status::explain::container::{ContainerRole, ContainerState};
use crate::status::explain::family::Family;
use crate::status::explain::{Evidence, event, explain};
use crate::status::readiness::{Readiness, condition, ready};
use crate::text;

/// `0/1: pulling image docker.io/istio/pilot:1.30.3`: how many are ready, and what the next one waits for.
///
/// Text of the cluster in it is raw.
pub fn state(workload: &Object, evidence: &Evidence<'_>) -> String {
    let short = match ready(workload) {
        Readiness::Ready { note } => return note.unwrap_or_else(|| "ready".to_owned()),
        Readiness::Waiting { short } | Readiness::Gone { short } => short,
        Readiness::Failed { reason, .. } => reason,
    };
    let doing = match explain(workload, evidence) {
        Some(cause) => Some(cause.summary),
        None => {
            let family = Family::of(workload, evidence);
            let ending = || {
                let pods = text::count(family.ending, "old pod");
                (family.ending > 0).then(|| format!("waiting for {pods} to end"))
            };
            family.pods.first().map(|pod| step(pod, evidence)).or_else(ending)
        }
    };
    match (counts(workload, evidence), doing) {
        (Some(counts), Some(doing)) => format!("{counts}: {doing}"),
        (None, Some(doing)) => doing,
        (_, None) => short,
    }
}

/// `0/1`: ready of wanted; of a Deployment those of its newest template, where that is known.
fn counts(workload: &Object, evidence: &Evidence<'_>) -> Option<String> {
    let newest = Family::of(workload, evidence).creator.filter(|creator| creator.kind() == "ReplicaSet");
    let (ready, wanted) = match workload.kind() {
        "Deployment" if newest.is_some() => {
            (newest.and_then(|set| set.int("/status/readyReplicas")), workload.int("/spec/replicas").unwrap_or(1))
        }
        "Deployment" | "ReplicaSet" | "StatefulSet" => {
            (workload.int("/status/readyReplicas"), workload.int("/spec/replicas").unwrap_or(1))
        }
        "DaemonSet" => {
            (workload.int("/status/numberReady"), workload.int("/status/desiredNumberScheduled").unwrap_or(0))
        }
        _ => return None,
    };
    Some(format!("{}/{wanted}", ready.unwrap_or(0)))
}

/// What a pod is at, of those things that take their time.
fn step(pod: &Object, evidence: &Evidence<'_>) -> String {
    if !matches!(condition(pod, "PodScheduled"), Some(("True", ..))) && pod.text("/spec/nodeName").is_none() {
        return "waiting for a node".to_owned();
    }
    // The newest word of the kubelet on images: Pulling until Pulled.
    let events = event::about(evidence.events, pod);
    let pull = events.iter().find(|event| matches!(event.reason, "Pulling" | "Pulled"));
    if let Some(pull) = pull.filter(|event| event.reason == "Pulling") {
        // `Pulling image "NAME"`
        let image = pull.message.split('"').nth(1).unwrap_or(pull.message);
        return format!("pulling image {image}");
    }
    let containers = ContainerState::all(pod);
    let init = containers.iter().find(|container| container.role == ContainerRole::Init && container.is_running());
    if let Some(init) = init {
        return format!("{} runs", init.title());
    }
    match containers.iter().find(|container| container.is_running() && !container.is_ready()) {
        Some(container) => format!("{} is not ready yet", container.title()),
        None => "starting containers".to_owned(),
    }
}
