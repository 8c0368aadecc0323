//! A Pod is ready when its Ready condition says so, or when it has run to its end.

use crate::object::Object;
use crate::status::readiness::{Readiness, condition};

pub(crate) fn ready(pod: &Object) -> Readiness {
    let text = |pointer: &str| pod.text(pointer).unwrap_or_default();
    match pod.text("/status/phase") {
        Some("Succeeded") => return Readiness::noted("completed"),
        Some("Failed") => {
            let reason = pod.text("/status/reason").unwrap_or("Failed");
            return Readiness::failed(reason, text("/status/message"));
        }
        _ => {}
    }
    if let Some(("True", ..)) = condition(pod, "Ready") {
        return Readiness::READY;
    }
    if let Some(("False", reason @ "Unschedulable", _)) = condition(pod, "PodScheduled") {
        return Readiness::waiting(reason);
    }
    let statuses = pod.list("/status/containerStatuses");
    let ready = statuses.iter().filter(|status| status["ready"] == true).count();
    let all = pod.list("/spec/containers").len().max(statuses.len());
    Readiness::waiting(format!("{ready}/{all} ready"))
}

#[cfg(test)]
mod tests {
    use crate::status::readiness::tests::check;
    use serde_json::json;

    #[test]
    fn states() {
        let running = |ready: &str| {
            json!({
                "spec": {"containers": [{"name": "a"}, {"name": "b"}]},
                "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": ready}],
                    "containerStatuses": [{"name": "a", "ready": true}, {"name": "b", "ready": ready == "True"}]},
            })
        };
        check(
            "v1",
            "Pod",
            &[
                (json!({"spec": {"containers": [{"name": "a"}]}}), "waiting: 0/1 ready"),
                (
                    json!({"status": {"phase": "Pending", "conditions": [
                        {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/1 nodes"}]}}),
                    "waiting: Unschedulable",
                ),
                (running("False"), "waiting: 1/2 ready"),
                (running("True"), "ready"),
                (json!({"status": {"phase": "Succeeded"}}), "ready: completed"),
                (
                    json!({"status": {"phase": "Failed", "reason": "Evicted", "message": "low on memory"}}),
                    "failed: Evicted: low on memory",
                ),
            ],
        );
    }
}
