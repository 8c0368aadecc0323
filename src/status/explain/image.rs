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
    // While it backs off, the kubelet says only that it does; the failure stands in an Event. That it tries again is told by
    // an Event alone, until the new pull has ended.
    let events = event::about(evidence.events, pod);
    let newest = |reason: &str, words: &str| {
        events.iter().find(|one| one.reason == reason && one.message.starts_with(words) && one.message.contains(image))
    };
    let told = newest("Failed", "Failed to pull image");
    if let Some(pulling) = newest("Pulling", "").filter(|pulling| told.is_none_or(|told| pulling.last > told.last)) {
        let summary = format!("pulling image {image}");
        let mut found = found(pod, container, "image-pulling", summary, Consequence::KeepWaiting);
        found.lines = vec![(pod.id(), format!("{}: {}", pulling.reason, pulling.message))];
        return found;
    }
    let last = told.and_then(|told| told.last);
    let told = told.map(|event| event.message);
    let text = format!("{message} {}", told.unwrap_or_default()).to_lowercase();
    let says = |words: &&(&[&str], &str, &str, Duration)| words.0.iter().any(|word| text.contains(word));
    let (id, what, patience) = match FAILURES.iter().find(says) {
        Some((_, id, what, patience)) => (*id, *what, *patience),
        None if reason == "ImagePullBackOff" => ("image-pull", "pulling it fails again and again", SOON),
        None => ("image-pull", "pulling it fails", LATER),
    };
    let consequence = evidence.means(last, Consequence::EndAfter(patience));
    let before = if consequence == Consequence::KeepWaiting { " before this run; it is to be tried again" } else { "" };
    let mut found = found(pod, container, id, format!("image {image}: {what}{before}"), consequence);
    // Newer kubelets repeat the failure while they back off: `Failed to pull image "NAME": FAILURE`.
    let failure = |told: &str| told.split_once("\": ").map_or(told, |(_, failure)| failure).to_owned();
    if let Some(told) = told.filter(|told| !message.contains(&failure(told))) {
        found.lines.push((pod.id(), told.to_owned()));
    }
    found
}

/// Words of containerd, CRI-O and registries, the cause they stand for, and for how long it may last. What is wrong on the way
/// comes first: it may say `not found` or `denied` of something else.
const FAILURES: &[(&[&str], &str, &str, Duration)] = &[
    (
        &["too many requests", "toomanyrequests", "rate limit"],
        "image-limited",
        "the registry was asked too often (429)",
        LATER,
    ),
    (&["x509", "http: server gave http response"], "image-untrusted", "the nodes do not trust its registry", SOON),
    (&["no such host", "server misbehaving"], "image-no-host", "the nodes do not find its registry by name", LATER),
    (
        &[
            "timeout",
            "timed out",
            "deadline exceeded",
            "connection refused",
            "connection reset",
            "network is unreachable",
            "no route to host",
            "temporary failure",
            "service unavailable",
            "bad gateway",
            "unexpected eof",
        ],
        "image-pull",
        "the registry does not answer",
        LATER,
    ),
    (
        &["401 unauthorized", "unauthorized", "authentication required", "no basic auth credentials"],
        "image-denied",
        "the registry asks for credentials",
        SOON,
    ),
    (&["denied", "403 forbidden"], "image-denied", "the registry denies it", SOON),
    (
        &["not found", "manifest unknown", "name unknown", "does not exist", "no such image"],
        "image-not-found",
        "not found",
        SOON,
    ),
    (&["no match for platform", "no matching manifest"], "image-platform", "not there for the nodes' platform", SOON),
    (&["no space left"], "image-no-space", "the node has no room for it", LATER),
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
    let (container, lines) = (Some(container.name.to_owned()), vec![(pod.id(), line)]);
    Candidate { rank: rank::IMAGE, id, object: pod.id(), container, summary, lines, consequence }
}
