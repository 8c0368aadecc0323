//! What a failure leaves to look at, gathered before it is undone: states, events, last log lines.

use futures::future::join_all;

use crate::cluster::{Cluster, Kinds};
use crate::object::{Object, ObjectId};
use crate::render::InstallSet;
use crate::status::explain::telling;
use crate::status::ready_at;

/// Of containers that are not well, so many logs are read.
const MOST_LOGS: usize = 6;
const LOG_LINES: u32 = 100;
const MOST_LINES: usize = 20;
const MOST_EVENTS: usize = 30;

/// What a failure leaves to look at.
pub struct Evidence {
    /// One line an object, event or log line; raw text of the cluster.
    pub lines: Vec<String>,
    /// The names of the pods that are not well: a way back takes them away.
    pub pods: Vec<String>,
}

/// Lines about every workload of `set` that is not ready: its conditions, its pods and their containers, warnings about
/// them, and what containers wrote last. What cannot be read is left out: the way back must not fail of it.
pub async fn evidence(cluster: &Cluster, kinds: &Kinds, set: &InstallSet) -> Evidence {
    let is_workload = |object: &&Object| matches!(object.kind(), "Deployment" | "DaemonSet");
    let workloads: Vec<ObjectId> = set.objects().filter(is_workload).map(Object::id).collect();
    let found = join_all(workloads.iter().map(|id| cluster.get(kinds, id))).await;
    let failed: Vec<Object> =
        found.into_iter().filter_map(|found| found.ok()?).filter(|object| !ready_at(object, None).is_ready()).collect();
    let mut namespaces: Vec<&str> = failed.iter().filter_map(Object::namespace).collect();
    namespaces.sort_unstable();
    namespaces.dedup();
    let mut evidence = Evidence { lines: failed.iter().map(workload).collect(), pods: Vec::new() };
    for namespace in namespaces {
        let (pods, events) =
            futures::join!(list(cluster, kinds, "Pod", namespace), list(cluster, kinds, "Event", namespace));
        let of = |pod: &&Object| failed.iter().any(|workload| belongs(pod, workload));
        let pods: Vec<&Object> = pods.iter().filter(of).collect();
        let unwell = pods.iter().filter(|pod| !ready_at(pod, None).is_ready());
        evidence.pods.extend(unwell.map(|pod| pod.name().to_owned()));
        evidence.lines.extend(pods.iter().map(|pod| described(pod)));
        evidence.lines.extend(warnings(&events, &failed, &pods));
        evidence.lines.extend(logs(cluster, namespace, &pods).await);
    }
    evidence
}

async fn list(cluster: &Cluster, kinds: &Kinds, kind: &str, namespace: &str) -> Vec<Object> {
    let id = ObjectId::new("v1", kind, Some(namespace), "");
    match kinds.collection(&id) {
        Ok(path) => cluster.list(&path, &id, None).await.unwrap_or_default(),
        Err(_) => Vec::new(),
    }
}

fn workload(object: &Object) -> String {
    let conditions = object.list("/status/conditions").iter().map(|condition| {
        let text = |field: &str| condition[field].as_str().unwrap_or_default();
        format!("{}={} {}: {}", text("type"), text("status"), text("reason"), text("message"))
    });
    let conditions: Vec<String> = conditions.collect();
    let count = |field: &str| object.int(&format!("/status/{field}")).unwrap_or(0);
    let ready = count("readyReplicas").max(count("numberReady"));
    format!("{}: {ready} ready; {}", object.id(), conditions.join("; "))
}

/// Whether the selector of a workload matches a pod.
fn belongs(pod: &Object, workload: &Object) -> bool {
    let selector = workload.at("/spec/selector/matchLabels").and_then(|labels| labels.as_object());
    let matches = |labels: &serde_json::Map<String, serde_json::Value>| {
        labels.iter().all(|(name, value)| pod.label(name) == value.as_str())
    };
    pod.namespace() == workload.namespace() && selector.is_some_and(matches)
}

fn statuses(pod: &Object) -> impl Iterator<Item = &serde_json::Value> {
    ["/status/initContainerStatuses", "/status/containerStatuses"].into_iter().flat_map(|list| pod.list(list))
}

fn described(pod: &Object) -> String {
    let containers = statuses(pod).map(|status| {
        let state = status["state"].as_object().and_then(|states| states.iter().next());
        let state = state.map_or_else(String::new, |(name, state)| {
            let text = |field: &str| state[field].as_str().unwrap_or_default().to_owned();
            [name.clone(), text("reason"), text("message")]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
        });
        let restarts = status["restartCount"].as_i64().unwrap_or(0);
        format!("{}: {state}, {restarts} restarts", status["name"].as_str().unwrap_or_default())
    });
    let containers: Vec<String> = containers.collect();
    format!("{}: {}; {}", pod.id(), pod.text("/status/phase").unwrap_or("unknown"), containers.join("; "))
}

/// Warnings about these workloads, what they make, and those of their pods that are there: others are of another day.
fn warnings(events: &[Object], workloads: &[Object], pods: &[&Object]) -> Vec<String> {
    let time = |event: &Object| {
        let times = ["/lastTimestamp", "/eventTime", "/metadata/creationTimestamp"];
        times.iter().find_map(|pointer| event.text(pointer)).unwrap_or_default().to_owned()
    };
    let concerns = |event: &&Object| {
        let about = |field: &str| event.text(&format!("/involvedObject/{field}")).unwrap_or_default();
        let (kind, name, uid) = (about("kind"), about("name"), about("uid"));
        match kind {
            "Pod" => pods.iter().any(|pod| pod.name() == name && pod.text("/metadata/uid") == Some(uid)),
            "ReplicaSet" => {
                workloads.iter().any(|one| name.strip_prefix(one.name()).is_some_and(|hash| hash.starts_with('-')))
            }
            _ => workloads.iter().any(|one| one.kind() == kind && one.name() == name),
        }
    };
    let is_warning = |event: &&Object| event.text("/type") == Some("Warning");
    let mut warnings: Vec<&Object> = events.iter().filter(is_warning).filter(concerns).collect();
    warnings.sort_by_key(|event| time(event));
    let skip = warnings.len().saturating_sub(MOST_EVENTS);
    let line = |event: &&Object| {
        let text = |pointer: &str| event.text(pointer).unwrap_or_default();
        format!(
            "event {} {}/{} {}: {}",
            time(event),
            text("/involvedObject/kind"),
            text("/involvedObject/name"),
            text("/reason"),
            text("/message")
        )
    };
    warnings.iter().skip(skip).map(line).collect()
}

async fn logs(cluster: &Cluster, namespace: &str, pods: &[&Object]) -> Vec<String> {
    let unwell = pods.iter().flat_map(|pod| statuses(pod).map(move |status| (pod, status)));
    let unwell = unwell.filter(|(_, status)| status["ready"] != true && status.get("containerID").is_some());
    let mut lines = Vec::new();
    for (pod, status) in unwell.take(MOST_LOGS) {
        let container = status["name"].as_str().unwrap_or_default();
        let previous = status["state"]["terminated"].is_null() && status["lastState"]["terminated"].is_object();
        if let Some(text) = cluster.log_tail(namespace, pod.name(), container, previous, LOG_LINES).await {
            let told = telling(text.lines(), MOST_LINES);
            lines.extend(told.into_iter().map(|line| format!("log {}/{container}: {line}", pod.name())));
        }
    }
    lines
}
