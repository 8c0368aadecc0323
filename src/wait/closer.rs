//! A closer look at what is not ready: what only requests of its own tell, last log lines, room on nodes, and whether the
//! nodes are well.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::future::join_all;
use tokio::time::timeout;

use super::room;
use crate::cluster::{Cluster, Kinds, Selection, with_labels};
use crate::istio::{INJECTED, is_component};
use crate::object::{Object, ObjectId};
use crate::status::explain::{self, Cause, Evidence, LogTail, Start, Whose};

/// How many of the last lines of a crashed container are looked at: what it failed of may stand before a long usage text.
const LOG_LINES: u32 = 100;
/// How long a look may take, also when the time of the run is over.
const LOOK: Duration = Duration::from_secs(10);
/// How many nodes are looked at.
const MOST_NODES: usize = 10;

/// Why something is not ready, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// What sort of cause it is, in kebab-case.
    pub id: &'static str,
    /// The cause in one sentence, then what it rests on, one line an object.
    pub lines: Vec<String>,
    /// What to do next.
    pub next: Vec<String>,
}

impl Diagnosis {
    /// Of a cause of `workload`.
    pub(super) fn of(cause: &Cause, workload: Option<&Object>) -> Self {
        let is_istios = workload.is_none_or(is_component)
            || cause.container.as_deref().is_some_and(|name| INJECTED.contains(&name));
        let whose = if is_istios { Whose::Istio } else { Whose::User };
        let mut lines = vec![cause.summary.clone()];
        lines.extend(cause.lines.iter().map(|(id, line)| format!("{id}: {line}")));
        Self { id: cause.id, lines, next: vec![cause.next(whose)] }
    }
}

/// What was found by closer looks.
pub(super) struct Closer {
    cluster: Cluster,
    logs: Vec<LogTail>,
    room: Option<(Vec<Object>, Vec<Object>)>,
    homes: Vec<Object>,
    /// Whether nodes may be looked at.
    sees_nodes: bool,
}

impl Closer {
    pub(super) fn new(cluster: &Cluster) -> Self {
        let cluster = cluster.with_at_least(LOOK);
        Self { cluster, logs: Vec::new(), room: None, homes: Vec::new(), sees_nodes: true }
    }

    /// What is known, with these of the namespace.
    pub(super) fn evidence<'e>(
        &'e self,
        [replica_sets, pods, events]: [&'e [Object]; 3],
        start: &'e Start,
    ) -> Evidence<'e> {
        let (nodes, node_pods) = self.room.as_ref().map_or((&[][..], &[][..]), |(nodes, pods)| (nodes, pods));
        let (homes, logs) = (self.homes.as_slice(), self.logs.as_slice());
        Evidence { replica_sets, pods, events, nodes, node_pods, homes, logs, start: Some(start) }
    }

    /// Fetches what only a cause of this sort needs: room on the nodes, and the last log lines of `pod`.
    pub(super) async fn gather(&mut self, pod: Option<&Object>, cause: &Cause) {
        if matches!(cause.id, "unschedulable" | "unschedulable-taint") && self.room.is_none() {
            self.room = timeout(LOOK, room::of(&self.cluster)).await.ok().and_then(Result::ok);
        }
        let Some(pod) = pod.filter(|object| object.kind() == "Pod") else { return };
        let namespace = pod.namespace().unwrap_or_default();
        for (container, previous) in ended_containers(pod) {
            let tail = self.cluster.log_tail(namespace, pod.name(), container, previous, LOG_LINES);
            if let Ok(Some(text)) = timeout(LOOK, tail).await {
                let lines = text.lines().map(str::to_owned).collect();
                self.logs.push(LogTail { pod: pod.id(), container: container.to_owned(), lines });
            }
        }
    }

    /// Looks whether these nodes are well; not again where that is not allowed.
    pub(super) async fn look_at_nodes(&mut self, names: BTreeSet<String>) {
        if !self.sees_nodes {
            return;
        }
        let kinds = Kinds::built_in();
        let ids: Vec<ObjectId> =
            names.iter().take(MOST_NODES).map(|name| ObjectId::new("v1", "Node", None, name)).collect();
        let found = join_all(ids.iter().map(|id| timeout(LOOK, self.cluster.get(&kinds, id)))).await;
        self.sees_nodes = !found.iter().any(|one| matches!(one, Ok(Err(error)) if error.is_forbidden()));
        self.homes = found.into_iter().filter_map(|one| one.ok()?.ok()?).collect();
    }

    pub(super) fn sees_nodes(&self) -> bool {
        self.sees_nodes
    }
}

/// Why `id` is not ready, by a look of its own, for where nothing is watched; none where nothing is known to be wrong.
pub(super) async fn diagnose(cluster: &Cluster, id: &ObjectId, start: &Start) -> Option<Diagnosis> {
    let mut closer = Closer::new(cluster);
    let kinds = Kinds::built_in();
    let workload = closer.cluster.get(&kinds, id).await.ok()??;
    let selector = workload.at("/spec/selector/matchLabels").and_then(|labels| labels.as_object());
    let selector = selector.map(with_labels).unwrap_or_default();
    let namespace = id.namespace.as_deref();
    let list = async |api_version: &str, kind: &str, labels: Option<&str>| {
        let of = ObjectId::new(api_version, kind, namespace, "");
        let path = kinds.collection(&of).ok()?;
        closer.cluster.select(&path, &of, Selection { labels, fields: None }).await.ok()
    };
    let own = Some(selector.as_str()).filter(|selector| !selector.is_empty());
    let found = timeout(LOOK, async {
        futures::join!(list("apps/v1", "ReplicaSet", own), list("v1", "Pod", own), list("v1", "Event", None))
    });
    let (sets, pods, events) = found.await.ok()?;
    let (sets, pods, events) = (sets.unwrap_or_default(), pods.unwrap_or_default(), events.unwrap_or_default());
    let seen = [sets.as_slice(), &pods, &events];
    let homes = explain::homes(&workload, &closer.evidence(seen, start));
    closer.look_at_nodes(homes).await;
    let cause = explain::explain(&workload, &closer.evidence(seen, start))?;
    closer.gather(pods.iter().find(|pod| pod.id() == cause.object), &cause).await;
    let cause = explain::explain(&workload, &closer.evidence(seen, start)).unwrap_or(cause);
    Some(Diagnosis::of(&cause, Some(&workload)))
}

/// The containers of a pod that have ended, each with whether its log is that of the run before.
fn ended_containers(pod: &Object) -> Vec<(&str, bool)> {
    let statuses =
        ["/status/initContainerStatuses", "/status/containerStatuses"].into_iter().flat_map(|list| pod.list(list));
    let ended = statuses.filter_map(|status| {
        let now = status.pointer("/state/terminated").is_some();
        let before = status.pointer("/lastState/terminated").is_some();
        Some((status["name"].as_str()?, !now)).filter(|_| now || before)
    });
    ended.collect()
}
