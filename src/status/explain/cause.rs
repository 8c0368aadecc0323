//! The one cause, chosen from what was found.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;

use super::{Start, crash, create, image, node, schedule, starting};
use crate::object::{Object, ObjectId};
use crate::status::explain::family::Family;
use crate::status::readiness::{Readiness, ready};
use crate::text;

/// What is known about one workload and its surroundings. What was not fetched is left empty.
#[derive(Debug, Clone, Copy, Default)]
pub struct Evidence<'a> {
    /// ReplicaSets of the namespace; those of the workload are picked by owner.
    pub replica_sets: &'a [Object],
    /// Pods of the namespace; those of the workload are picked by owner.
    pub pods: &'a [Object],
    /// Events of the namespace (`v1` or `events.k8s.io/v1`), in any order.
    pub events: &'a [Object],
    /// Nodes, to say what is free where a pod does not fit.
    pub nodes: &'a [Object],
    /// Pods of all namespaces that are bound to those nodes.
    pub node_pods: &'a [Object],
    /// The nodes that pods are on, to say whether they are well.
    pub homes: &'a [Object],
    /// Last log lines of containers.
    pub logs: &'a [LogTail],
    /// What was there before the run; none where everything counts.
    pub start: Option<&'a Start>,
}

impl Evidence<'_> {
    /// Whether what was last seen at `time` counts.
    pub(super) fn counts(&self, time: Option<Timestamp>) -> bool {
        self.start.is_none_or(|start| start.counts(time))
    }

    /// What a failure that was last seen at `time` means: before the run it is tried again, and only then it counts.
    pub(super) fn means(&self, time: Option<Timestamp>, consequence: Consequence) -> Consequence {
        if self.counts(time) { consequence } else { Consequence::KeepWaiting }
    }
}

/// The last lines a container wrote before it ended.
#[derive(Debug, Clone)]
pub struct LogTail {
    /// The pod.
    pub pod: ObjectId,
    /// The container's name.
    pub container: String,
    /// The lines, oldest first, raw.
    pub lines: Vec<String>,
}

/// One cause why a workload is not ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// What kind of cause it is, in kebab-case: part of the JSON output.
    pub id: &'static str,
    /// The object it was found at.
    pub object: ObjectId,
    /// The container it is about, where it is about one.
    pub container: Option<String>,
    /// One sentence. Text of the cluster in it is raw.
    pub summary: String,
    /// What it rests on, each line with the object it is about; the workload first.
    pub lines: Vec<(ObjectId, String)>,
    /// What to do about waiting.
    pub consequence: Consequence,
}

/// What a cause means for a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consequence {
    /// It may well resolve by itself.
    KeepWaiting,
    /// It ends the wait once it has been seen for this long; `Patience` keeps the time.
    EndAfter(Duration),
    /// It ends the wait.
    EndNow,
}

/// A possible cause, before one is chosen.
pub(super) struct Candidate {
    /// Which of several causes is told: the lowest, one of those in [`rank`].
    pub(super) rank: u8,
    pub(super) id: &'static str,
    pub(super) object: ObjectId,
    pub(super) container: Option<String>,
    pub(super) summary: String,
    pub(super) lines: Vec<(ObjectId, String)>,
    pub(super) consequence: Consequence,
}

impl Candidate {
    /// What is told of several is the least: what may well resolve comes after what will not.
    fn order(&self) -> (bool, u8) {
        (self.consequence == Consequence::KeepWaiting, self.rank)
    }
}

/// What comes first where several pods have trouble of several sorts: what stands in the way of the rest.
pub(super) mod rank {
    pub(in crate::status::explain) const NODE: u8 = 0;
    pub(in crate::status::explain) const CREATE: u8 = 1;
    pub(in crate::status::explain) const IMAGE: u8 = 2;
    pub(in crate::status::explain) const CRASH: u8 = 3;
    pub(in crate::status::explain) const CONFIG: u8 = 4;
    pub(in crate::status::explain) const SCHEDULE: u8 = 5;
    pub(in crate::status::explain) const ENDED: u8 = 6;
    pub(in crate::status::explain) const PROBE: u8 = 7;
    pub(in crate::status::explain) const AGAIN: u8 = 8;
}

/// The one cause why `workload` is not ready; none where it is, or where nothing is known to be wrong.
///
/// Only pods of the newest template count, and of those not what is over and was replaced: an old failed pod is no cause.
pub fn explain(workload: &Object, evidence: &Evidence<'_>) -> Option<Cause> {
    let readiness = ready(workload);
    if readiness.is_ready() {
        return None;
    }
    let family = Family::of(workload, evidence);
    let found = candidates(&family, evidence).into_iter().min_by_key(Candidate::order);
    let own = match &readiness {
        Readiness::Ready { note } => note.clone().unwrap_or_default(),
        Readiness::Waiting { short } | Readiness::Gone { short } => short.clone(),
        Readiness::Failed { reason, message } => format!("{reason}: {message}"),
    };
    let failed = match readiness {
        Readiness::Failed { reason, message } => Some((reason, message)),
        _ => None,
    };
    let mut lines = vec![(workload.id(), own)];
    match (found, failed) {
        (Some(found), failed) => {
            if let Some(creator) = family.creator.filter(|one| one.id() != workload.id() && one.id() != found.object) {
                let many = family.pods.len();
                let are = text::verb(many, "is", "are");
                lines.push((creator.id(), format!("{many} of its pods {are} not ready")));
            }
            lines.extend(found.lines);
            // The controller has given up on it: so do we, now with the cause.
            let consequence = if failed.is_some() { Consequence::EndNow } else { found.consequence };
            let Candidate { id, object, container, summary, .. } = found;
            Some(Cause { id, object, container, summary, lines, consequence })
        }
        (None, Some((reason, message))) => {
            let (id, summary) = match reason.as_str() {
                "ProgressDeadlineExceeded" => {
                    ("progress-deadline-exceeded", "its rollout made no progress in time".to_owned())
                }
                _ => ("failed", format!("{reason}: {message}")),
            };
            let (object, consequence) = (workload.id(), Consequence::EndNow);
            Some(Cause { id, object, container: None, summary, lines, consequence })
        }
        (None, None) => None,
    }
}

/// What keeps one pod from being ready, as far as its own status tells; none where it is ready, or only on its way.
///
/// Text of the cluster in it is raw.
pub fn trouble(pod: &Object) -> Option<String> {
    let of_pod = || of_pod(pod, &Evidence::default()).into_iter().flatten().min_by_key(Candidate::order);
    (!ready(pod).is_ready()).then(of_pod).flatten().map(|found| found.summary)
}

/// The names of the nodes that those pods of `workload` are on that keep it from being ready.
pub fn homes(workload: &Object, evidence: &Evidence<'_>) -> BTreeSet<String> {
    let pods = Family::of(workload, evidence).pods;
    pods.into_iter().filter_map(|pod| pod.text("/spec/nodeName").map(str::to_owned)).collect()
}

fn candidates(family: &Family<'_>, evidence: &Evidence<'_>) -> Vec<Candidate> {
    let create = family.creator.and_then(|creator| create::find(creator, family.living, evidence));
    let of_pods = family.pods.iter().flat_map(|pod| of_pod(pod, evidence));
    let ended = family.failed.iter().map(|pod| Some(ended(pod)));
    std::iter::once(create).chain(of_pods).chain(ended).flatten().collect()
}

/// What each rule finds at a pod.
fn of_pod(pod: &Object, evidence: &Evidence<'_>) -> [Option<Candidate>; 7] {
    [
        node::find(pod, evidence),
        image::find(pod, evidence),
        crash::find(pod, evidence),
        starting::config(pod),
        starting::setup(pod, evidence),
        schedule::find(pod, evidence),
        starting::probes(pod, evidence),
    ]
}

/// A pod that has ended (evicted, its node gone) and has no successor yet.
fn ended(pod: &Object) -> Candidate {
    let text = |pointer: &str| pod.text(pointer).unwrap_or_default();
    let reason = pod.text("/status/reason").unwrap_or("Failed");
    let line = match text("/status/message") {
        "" => reason.to_owned(),
        message => format!("{reason}: {message}"),
    };
    let (rank, object) = (rank::ENDED, pod.id());
    let (summary, lines) = (format!("its pod has ended: {line}"), vec![(pod.id(), line)]);
    let consequence = Consequence::KeepWaiting;
    Candidate { rank, id: "pod-ended", object, container: None, summary, lines, consequence }
}

#[cfg(test)]
mod tests;
