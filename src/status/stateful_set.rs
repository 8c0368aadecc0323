//! A StatefulSet is ready when all pods are, and those from its partition on run the newest template.

use crate::object::Object;
use crate::status::readiness::Readiness;

pub(crate) fn ready(set: &Object) -> Readiness {
    let wanted = set.int("/spec/replicas").unwrap_or(1);
    let count = |field: &str| set.int(&format!("/status/{field}")).unwrap_or(0);
    let (ready, updated) = (count("readyReplicas"), count("updatedReplicas"));
    if wanted == 0 && count("replicas") == 0 {
        return Readiness::noted("scaled to 0");
    }
    if ready < wanted || count("replicas") != wanted {
        return Readiness::waiting(format!("{ready}/{wanted} ready"));
    }
    if set.text("/spec/updateStrategy/type") == Some("OnDelete") {
        return Readiness::READY;
    }
    let partition = set.int("/spec/updateStrategy/rollingUpdate/partition").unwrap_or(0);
    let to_update = (wanted - partition).max(0);
    if updated < to_update {
        return Readiness::waiting(format!("{ready}/{wanted} ready: {updated} of {to_update} updated"));
    }
    // Without a partition the rollout ends by making the new revision the current one.
    if partition == 0 && set.text("/status/currentRevision") != set.text("/status/updateRevision") {
        return Readiness::waiting(format!("{ready}/{wanted} ready: finishing its rollout"));
    }
    Readiness::READY
}

#[cfg(test)]
mod tests {
    use crate::status::readiness::tests::check;
    use serde_json::json;

    #[test]
    fn states() {
        let set = |partition: i64, [all, ready, updated]: [i64; 3], revisions: [&str; 2]| {
            json!({
                "spec": {"replicas": 3, "updateStrategy": {"rollingUpdate": {"partition": partition}}},
                "status": {"observedGeneration": 2, "replicas": all, "readyReplicas": ready,
                    "updatedReplicas": updated, "currentRevision": revisions[0], "updateRevision": revisions[1]},
            })
        };
        let by_hand = json!({
            "spec": {"updateStrategy": {"type": "OnDelete"}},
            "status": {"observedGeneration": 2, "replicas": 1, "readyReplicas": 1, "updatedReplicas": 0},
        });
        let none = json!({"spec": {"replicas": 0}, "status": {"observedGeneration": 2, "replicas": 0}});
        check(
            "apps/v1",
            "StatefulSet",
            &[
                (set(0, [2, 2, 2], ["a", "b"]), "waiting: 2/3 ready"),
                (set(0, [3, 3, 2], ["a", "b"]), "waiting: 3/3 ready: 2 of 3 updated"),
                (set(0, [3, 3, 3], ["a", "b"]), "waiting: 3/3 ready: finishing its rollout"),
                (set(0, [3, 3, 3], ["b", "b"]), "ready"),
                (set(2, [3, 3, 1], ["a", "b"]), "ready"),
                (set(2, [3, 3, 0], ["a", "b"]), "waiting: 3/3 ready: 0 of 1 updated"),
                (by_hand, "ready"),
                (none, "ready: scaled to 0"),
            ],
        );
    }
}
