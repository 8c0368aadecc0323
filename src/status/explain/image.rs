//! Images that are not pulled.

use std::time::Duration;

use crate::object::Object;
use crate::status::explain::container::ContainerState;
use crate::status::explain::event;
use crate::status::explain::{Candidate, Consequence, Evidence, rank};

/// A missing image or a refused one does not come by waiting, but a registry may be a moment behind a push.
const SOON: Duration = Duration::from_secs(5);
/// Networks and registries recover.
const LATER: Duration = Duration::from_secs(30);

/// The first container of `pod` whose image is not pulled.
pub(super) fn find(pod: &Object, evidence: &Evidence<'_>) -> Option<Candidate> {
    ContainerState::all(pod).into_iter().find_map(|container| {
        // The placeholder that injection replaces: no registry has such an image.
        if container.image == "auto" && !container.is_running() {
            return Some(not_injected(pod, &container));
        }
        let (reason, message) = container.waiting()?;
        let pulls = ["ErrImagePull", "ImagePullBackOff", "RegistryUnavailable", "ImageInspectError"];
        let never = ["InvalidImageName", "ErrImageNeverPull", "SignatureValidationFailed"];
        if never.contains(&reason) {
            let summary = format!("image {} cannot be used: {reason}", container.image);
            return Some(found(pod, &container, "image-invalid", summary, Consequence::EndNow));
        }
        pulls.contains(&reason).then(|| unpulled(pod, &container, reason, message, evidence))
    })
}

fn unpulled(
    pod: &Object,
    container: &ContainerState<'_>,
    reason: &str,
    message: &str,
    evidence: &Evidence<'_>,
) -> Candidate {
    let image = container.image;
    // While it backs off, the kubelet says only that it does; the failure stands in an Event.
    let events = event::about(evidence.events, pod);
    let told = events.iter().find(|event| event.reason == "Failed" && event.message.contains(image));
    let told = told.map(|event| event.message);
    let text = format!("{message} {}", told.unwrap_or_default()).to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));

    let (id, what, patience) = if says(TROUBLED) {
        ("image-pull", "the registry does not answer", LATER)
    } else if says(DENIED) {
        ("image-denied", "the registry denies it", SOON)
    } else if says(MISSING) {
        ("image-not-found", "not found", SOON)
    } else if reason == "ImagePullBackOff" {
        ("image-pull", "pulling it fails again and again", SOON)
    } else {
        ("image-pull", "pulling it fails", LATER)
    };
    let mut found = found(pod, container, id, format!("image {image}: {what}"), Consequence::EndAfter(patience));
    // Newer kubelets repeat the failure while they back off: `Failed to pull image "NAME": FAILURE`.
    let failure = |told: &str| told.split_once("\": ").map_or(told, |(_, failure)| failure).to_owned();
    if let Some(told) = told.filter(|told| !message.contains(&failure(told))) {
        found.lines.push((pod.id(), told.to_owned()));
    }
    found
}

/// Words of containerd, CRI-O and registries for an image that is not there.
const MISSING: &[&str] = &["not found", "manifest unknown", "name unknown", "does not exist", "no such image"];
/// Words for an image that is not for us.
const DENIED: &[&str] =
    &["denied", "unauthorized", "authentication required", "no basic auth credentials", "403 forbidden"];
/// Words for trouble on the way, which also may say `not found` or `denied` of something else.
const TROUBLED: &[&str] = &[
    "no such host",
    "timeout",
    "timed out",
    "deadline exceeded",
    "connection refused",
    "connection reset",
    "network is unreachable",
    "no route to host",
    "too many requests",
    "toomanyrequests",
    "temporary failure",
    "server misbehaving",
    "service unavailable",
    "bad gateway",
    "unexpected eof",
    "x509",
];

fn not_injected(pod: &Object, container: &ContainerState<'_>) -> Candidate {
    let summary = format!("the pod was not injected: {} still has the placeholder image `auto`", container.title());
    found(pod, container, "not-injected", summary, Consequence::EndAfter(SOON))
}

fn found(
    pod: &Object,
    container: &ContainerState<'_>,
    id: &'static str,
    summary: String,
    consequence: Consequence,
) -> Candidate {
    let line = match container.waiting() {
        Some((reason, "")) => format!("{}: {reason}", container.title()),
        Some((reason, message)) => format!("{}: {reason}: {message}", container.title()),
        None => format!("{}: image {}", container.title(), container.image),
    };
    Candidate { rank: rank::IMAGE, id, object: pod.id(), summary, lines: vec![(pod.id(), line)], consequence }
}
