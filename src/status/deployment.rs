//! A Deployment is ready when its newest template runs in full, and nothing older is left.
//!
//! The order of the questions is that of `kubectl rollout status`: updated, then old ones gone, then available.

use crate::object::Object;
use crate::status::readiness::{Readiness, condition};

pub(crate) fn ready(deployment: &Object) -> Readiness {
    let wanted = deployment.int("/spec/replicas").unwrap_or(1);
    let count = |field: &str| deployment.int(&format!("/status/{field}")).unwrap_or(0);
    let (all, updated) = (count("replicas"), count("updatedReplicas"));
    let (ready, available) = (count("readyReplicas"), count("availableReplicas"));

    let complete = updated >= wanted && all <= updated && available >= wanted && ready >= wanted;
    if complete && wanted == 0 {
        return Readiness::noted("scaled to 0");
    }
    if complete {
        return Readiness::READY;
    }
    if let Some(("False", "ProgressDeadlineExceeded", message)) = condition(deployment, "Progressing") {
        return Readiness::failed("ProgressDeadlineExceeded", message);
    }
    Readiness::waiting(if deployment.at("/spec/paused").and_then(|paused| paused.as_bool()) == Some(true) {
        format!("{ready}/{wanted} ready: its rollout is paused")
    } else if updated < wanted {
        format!("{ready}/{wanted} ready: {updated} of {wanted} updated")
    } else if all > updated {
        format!("{ready}/{wanted} ready: {} old to go", all - updated)
    } else if ready < wanted {
        format!("{ready}/{wanted} ready")
    } else {
        format!("{available}/{wanted} available")
    })
}

#[cfg(test)]
mod tests {
    use crate::status::readiness::tests::check;
    use serde_json::{Value, json};

    /// `status` with `[replicas, updated, ready, available]`, all for generation 2.
    fn status([all, updated, ready, available]: [i64; 4]) -> Value {
        json!({"observedGeneration": 2, "replicas": all, "updatedReplicas": updated, "readyReplicas": ready,
               "availableReplicas": available})
    }

    #[test]
    fn states() {
        let deployment = |wanted: Option<i64>, counts: [i64; 4]| json!({"spec": wanted.map_or(json!({}), |n| json!({"replicas": n})), "status": status(counts)});
        let late = |counts: [i64; 4]| {
            let mut state = deployment(None, counts);
            state["status"]["conditions"] = json!([{"type": "Progressing", "status": "False",
                "reason": "ProgressDeadlineExceeded", "message": "timed out"}]);
            state
        };
        check(
            "apps/v1",
            "Deployment",
            &[
                (json!({"spec": {}, "status": {"observedGeneration": 2}}), "waiting: 0/1 ready: 0 of 1 updated"),
                (deployment(None, [1, 1, 0, 0]), "waiting: 0/1 ready"),
                (deployment(None, [1, 1, 1, 1]), "ready"),
                (deployment(Some(0), [0, 0, 0, 0]), "ready: scaled to 0"),
                (deployment(Some(0), [1, 0, 1, 1]), "waiting: 1/0 ready: 1 old to go"),
                (deployment(Some(3), [4, 2, 3, 3]), "waiting: 3/3 ready: 2 of 3 updated"),
                (deployment(Some(3), [4, 3, 4, 4]), "waiting: 4/3 ready: 1 old to go"),
                (deployment(Some(3), [3, 3, 3, 2]), "waiting: 2/3 available"),
                (deployment(Some(3), [3, 3, 3, 3]), "ready"),
                (late([1, 1, 0, 0]), "failed: ProgressDeadlineExceeded: timed out"),
                (late([1, 1, 1, 1]), "ready"),
                (
                    json!({"spec": {"paused": true}, "status": status([1, 0, 1, 1])}),
                    "waiting: 1/1 ready: its rollout is paused",
                ),
            ],
        );
    }
}
