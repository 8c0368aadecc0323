//! Pods whose node is not well: what else is said of them may be of long ago.

use std::time::Duration;

use crate::object::Object;
use crate::status::explain::{Candidate, Consequence, Evidence, rank};
use crate::status::readiness::condition;

/// Nodes start again, and their kubelets do.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is wrong with the node of `pod`, where it is known and not well.
pub(super) fn find(pod: &Object, evidence: &Evidence<'_>) -> Option<Candidate> {
    let name = pod.text("/spec/nodeName")?;
    let node = evidence.homes.iter().chain(evidence.nodes).find(|node| node.name() == name)?;
    let (id, what, message) = match condition(node, "Ready")? {
        ("True", ..) => return None,
        ("False", _, message) => ("node-not-ready", "is not ready", message),
        (_, _, message) => ("node-gone", "does not answer", message),
    };
    let summary = format!("its node {name} {what}: {message}");
    let lines = vec![(pod.id(), format!("it is on node {name}")), (node.id(), format!("{what}: {message}"))];
    let consequence = Consequence::EndAfter(PATIENCE);
    Some(Candidate { rank: rank::NODE, id, object: node.id(), container: None, summary, lines, consequence })
}
