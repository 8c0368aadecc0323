//! Pods that have a node but do not get to run, or run and do not answer.

use std::time::Duration;

use crate::object::Object;
use crate::status::explain::container::ContainerState;
use crate::status::explain::event;
use crate::status::explain::{Candidate, Consequence, Evidence, rank};

/// What is missing may be made by a component that starts beside this one (istiod writes `istio-ca-root-cert`).
const PATIENCE: Duration = Duration::from_secs(60);

/// A command that is not there does not come.
pub(super) const SOON: Duration = Duration::from_secs(5);

/// What a runtime says of a command that cannot be run, as far as it is about that: `exec: "NAME": executable file not found
/// in $PATH`.
pub(super) fn unrunnable(message: &str) -> Option<&str> {
    let (_, told) = message.split_once("exec: ")?;
    let words = ["executable file not found", "no such file or directory", "permission denied", "exec format error"];
    let told = told.strip_suffix(": unknown").unwrap_or(told);
    words.iter().any(|words| told.contains(words)).then_some(told)
}

/// A container that cannot be made: of a missing ConfigMap or Secret, mostly.
pub(super) fn config(pod: &Object) -> Option<Candidate> {
    ContainerState::all(pod).into_iter().find_map(|container| {
        let (reason, message) = container.waiting()?;
        if let Some(command) = unrunnable(message) {
            let line = format!("{}: {reason}: {message}", container.title());
            let summary = format!("{} cannot be started: its image has no such command: {command}", container.title());
            let found = found(pod, rank::CRASH, "no-command", summary, line, Consequence::EndAfter(SOON));
            return Some(Candidate { container: Some(container.name.to_owned()), ..found });
        }
        let id = match reason {
            "CreateContainerConfigError" => "container-config",
            "CreateContainerError" | "RunContainerError" | "StartError" => "container-start",
            _ => return None,
        };
        let line = format!("{}: {reason}: {message}", container.title());
        let summary = format!("{} cannot be started: {message}", container.title());
        let found = found(pod, rank::CONFIG, id, summary, line, Consequence::EndAfter(PATIENCE));
        Some(Candidate { container: Some(container.name.to_owned()), ..found })
    })
}

/// Volumes that are not mounted, and networks that are not set up: told only by Events, so the newest has to say so.
pub(super) fn setup(pod: &Object, evidence: &Evidence<'_>) -> Option<Candidate> {
    let is_set_up =
        ContainerState::all(pod).iter().any(|container| container.is_running() || container.ending().is_some());
    if is_set_up {
        return None;
    }
    let events = event::about(evidence.events, pod);
    let newest = events.first()?;
    let (id, what) = match newest.reason {
        "FailedMount" | "FailedAttachVolume" | "FailedMapVolume" => ("volume-mount", "a volume cannot be mounted"),
        "FailedCreatePodSandBox" => ("pod-sandbox", "its network cannot be set up"),
        "NetworkNotReady" => ("node-network", "the network of its node is not ready"),
        _ => return None,
    };
    let line = format!("{}: {}", newest.reason, newest.message);
    let summary = format!("{what}: {}", newest.message);
    let consequence = evidence.means(newest.last, Consequence::EndAfter(PATIENCE));
    Some(found(pod, rank::CONFIG, id, summary, line, consequence))
}

/// Containers that run but are not ready: no failure, only what there is to say.
pub(super) fn probes(pod: &Object, evidence: &Evidence<'_>) -> Option<Candidate> {
    let container = ContainerState::all(pod).into_iter().find(|one| one.is_running() && !one.is_ready())?;
    let events = event::about(evidence.events, pod);
    let unhealthy = events.iter().find(|event| event.reason == "Unhealthy")?;
    let summary = format!("{} is not ready: {}", container.title(), unhealthy.message);
    let line = format!("Unhealthy: {}", unhealthy.message);
    Some(found(pod, rank::PROBE, "not-ready", summary, line, Consequence::KeepWaiting))
}

fn found(
    pod: &Object,
    rank: u8,
    id: &'static str,
    summary: String,
    line: String,
    consequence: Consequence,
) -> Candidate {
    let lines = vec![(pod.id(), line)];
    Candidate { rank, id, object: pod.id(), container: None, summary, lines, consequence }
}
