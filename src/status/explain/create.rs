//! Pods that are not even created: quota, Pod Security, webhooks.

use std::time::Duration;

use crate::object::Object;
use crate::status::explain::event;
use crate::status::explain::{Candidate, Consequence, Evidence, rank};
use crate::status::readiness::condition;

/// Why the controller of `creator` (a ReplicaSet, DaemonSet, StatefulSet or Job) cannot create pods, where it cannot.
///
/// `living` pods are there: an Event that is older than them says nothing any more.
pub(super) fn find(creator: &Object, living: usize, evidence: &Evidence<'_>) -> Option<Candidate> {
    // A ReplicaSet says it as a condition, which goes when it succeeds; the others only by Event.
    let (message, last) = match condition(creator, "ReplicaFailure") {
        Some(("True", "FailedCreate", message)) => (message, None),
        _ if creator.kind() == "ReplicaSet" || is_complete(creator, living) => return None,
        _ => {
            let events = event::about(evidence.events, creator);
            let newest = events.into_iter().next().filter(|event| event.reason == "FailedCreate")?;
            (newest.message, newest.last)
        }
    };
    let (id, what, consequence) = judge(message);
    let consequence = evidence.means(last, consequence);
    let lines = vec![(creator.id(), format!("FailedCreate: {message}"))];
    let summary = format!("its pods {what}: {}", core(message));
    Some(Candidate { rank: rank::CREATE, id, object: creator.id(), container: None, summary, lines, consequence })
}

fn is_complete(creator: &Object, living: usize) -> bool {
    let wanted = match creator.kind() {
        "DaemonSet" => creator.int("/status/desiredNumberScheduled").unwrap_or(0),
        "Job" => creator.int("/spec/parallelism").unwrap_or(1),
        _ => creator.int("/spec/replicas").unwrap_or(1),
    };
    i64::try_from(living).unwrap_or(i64::MAX) >= wanted
}

/// What the API server's answer means: an id, what happens to the pods, how long to wait.
fn judge(message: &str) -> (&'static str, &'static str, Consequence) {
    let after = |seconds| Consequence::EndAfter(Duration::from_secs(seconds));
    let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
    // Who is asked first, a webhook, may have any words in its answer; so it is looked for first.
    if says(&["denied the request"]) {
        ("webhook-denied", "are refused by a webhook", after(5))
    } else if says(&["denied request"]) {
        // `ValidatingAdmissionPolicy 'NAME' with binding 'NAME' denied request: …`
        ("policy-denied", "are refused by an admission policy", after(5))
    } else if says(&["failed calling webhook"]) {
        // It may come up beside us, as istiod does.
        ("webhook-unreachable", "cannot be created, as a webhook does not answer", after(30))
    } else if says(&["violates PodSecurity"]) {
        ("pod-security", "are refused by Pod Security", Consequence::EndNow)
    } else if says(&["must specify"]) && says(&["failed quota"]) {
        ("quota-unset", "do not say what the namespace's quota asks for", Consequence::EndNow)
    } else if says(&[" per Container is ", " per Pod is ", "limit to request ratio"]) {
        ("limit-range", "are not within the namespace's limits", Consequence::EndNow)
    } else if says(&["exceeded quota", "failed quota", "insufficient quota"]) {
        // Others may end and make room.
        ("quota", "do not fit into the namespace's quota", after(10))
    } else if says(&["security context constraint"]) {
        ("security-context-constraint", "are refused by OpenShift's security context constraints", Consequence::EndNow)
    } else if says(&["PriorityClass"]) {
        ("priority-class", "ask for a PriorityClass that is not there", after(5))
    } else {
        ("create-failed", "cannot be created", after(30))
    }
}

/// The part of the controller's sentence that says why.
fn core(message: &str) -> &str {
    message.split_once(" is forbidden: ").map_or(message, |(_, why)| why)
}
