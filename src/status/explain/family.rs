//! What belongs to a workload: its newest ReplicaSet and the pods that count.

use jiff::Timestamp;

use crate::object::Object;
use crate::status::explain::Evidence;
use crate::status::readiness;

/// A workload with what its controller made for its newest template.
pub(super) struct Family<'a> {
    /// The object whose controller creates the pods: the newest ReplicaSet of a Deployment, else the workload itself.
    pub(super) creator: Option<&'a Object>,
    /// Pods of the newest template that are neither ready, nor over, nor on their way out; the newest first.
    pub(super) pods: Vec<&'a Object>,
    /// Pods that ended in failure, where there is no other.
    pub(super) failed: Vec<&'a Object>,
    /// How many pods there are that are not over.
    pub(super) living: usize,
    /// How many pods of the workload are on their way out, of whatever template.
    pub(super) ending: usize,
}

impl<'a> Family<'a> {
    pub(super) fn of(workload: &'a Object, evidence: &Evidence<'a>) -> Self {
        let creator = match workload.kind() {
            "Deployment" => newest_replica_set(workload, evidence.replica_sets),
            _ => Some(workload),
        };
        let is_own = |set: &&Object| workload.kind() == "Deployment" && is_owned(set, workload);
        let sets: Vec<&Object> = evidence.replica_sets.iter().filter(is_own).chain([workload]).collect();
        let goes = |pod: &&Object| pod.text("/metadata/deletionTimestamp").is_some();
        let ending = evidence.pods.iter().filter(goes).filter(|pod| sets.iter().any(|set| is_owned(pod, set))).count();
        let mut all: Vec<&Object> =
            evidence.pods.iter().filter(|pod| creator.is_some_and(|creator| is_owned(pod, creator))).collect();
        all.sort_by_key(|pod| (std::cmp::Reverse(created(pod)), pod.name()));
        // A pod that is over says nothing about the rollout as long as there is another: it was replaced.
        let is_over = |pod: &&Object| matches!(pod.text("/status/phase"), Some("Failed" | "Succeeded"));
        let (over, living): (Vec<&Object>, Vec<&Object>) = all.into_iter().partition(is_over);
        let count = living.len();
        let is_coming =
            |pod: &&Object| pod.text("/metadata/deletionTimestamp").is_none() && !readiness::ready(pod).is_ready();
        let failed = if count == 0 { over } else { Vec::new() };
        let has_failed = |pod: &&Object| {
            pod.text("/status/phase") == Some("Failed") && pod.text("/metadata/deletionTimestamp").is_none()
        };
        let failed = failed.into_iter().filter(has_failed).collect();
        Self { creator, pods: living.into_iter().filter(is_coming).collect(), failed, living: count, ending }
    }
}

/// The ReplicaSet of the newest template: the highest revision, or the youngest where none is written.
fn newest_replica_set<'a>(deployment: &Object, sets: &'a [Object]) -> Option<&'a Object> {
    let revision = |set: &Object| -> i64 {
        set.annotation("deployment.kubernetes.io/revision").and_then(|text| text.parse().ok()).unwrap_or(0)
    };
    sets.iter().filter(|set| is_owned(set, deployment)).max_by_key(|set| (revision(set), created(set)))
}

fn created(object: &Object) -> Option<Timestamp> {
    object.text("/metadata/creationTimestamp")?.parse().ok()
}

fn is_owned(object: &Object, owner: &Object) -> bool {
    object.namespace() == owner.namespace()
        && object.list("/metadata/ownerReferences").iter().any(|reference| {
            match (reference["uid"].as_str(), owner.text("/metadata/uid")) {
                (Some(a), Some(b)) => a == b,
                _ => reference["kind"] == owner.kind() && reference["name"] == owner.name(),
            }
        })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::status::explain::explain;

    fn object(value: Value) -> Object {
        Object::new(value).unwrap()
    }

    /// A container that does not heed its end is killed, and leaves its pod failed until that is gone.
    #[test]
    fn a_pod_on_its_way_out_has_not_failed() {
        let set = object(json!({"apiVersion": "apps/v1", "kind": "DaemonSet",
            "metadata": {"name": "agent", "namespace": "n", "uid": "1", "generation": 1},
            "status": {"observedGeneration": 1, "desiredNumberScheduled": 1, "updatedNumberScheduled": 0, "numberReady": 0}}));
        let pod = |metadata: Value| {
            let mut pod = json!({"apiVersion": "v1", "kind": "Pod", "status": {"phase": "Failed"},
                "metadata": {"name": "p", "namespace": "n", "ownerReferences": [{"uid": "1"}]}});
            pod["metadata"].as_object_mut().unwrap().extend(metadata.as_object().cloned().unwrap());
            [object(pod)]
        };
        let summary =
            |pods: &[Object]| explain(&set, &Evidence { pods, ..Evidence::default() }).map(|cause| cause.summary);
        assert_eq!(summary(&pod(json!({}))).as_deref(), Some("its pod has ended: Failed"));
        assert_eq!(summary(&pod(json!({"deletionTimestamp": "2026-01-01T00:00:00Z"}))), None);
    }
}
