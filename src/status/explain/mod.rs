//! Why a workload is not ready: from its own conditions, its ReplicaSets, Pods, containers and Events to one cause.
//!
//! The caller gathers [`Evidence`]; nothing is fetched here. Text of the cluster stays raw in what is returned: the report
//! that shows it makes it harmless.

mod patience;

use std::time::Duration;

pub use patience::{Patience, Ruling};

use crate::object::{Object, ObjectId};

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
    /// Last log lines of containers.
    pub logs: &'a [LogTail],
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
    /// One sentence. Text of the cluster in it is raw.
    pub summary: String,
    /// What it rests on, each line with the object it is about; the workload first.
    pub lines: Vec<(ObjectId, String)>,
    /// What to do about waiting.
    pub verdict: Verdict,
}

/// What a cause means for a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It may well resolve by itself.
    KeepWaiting,
    /// It ends the wait once it has been seen for this long; [`Patience`] keeps the time.
    EndAfter(Duration),
    /// It ends the wait.
    EndNow,
}
