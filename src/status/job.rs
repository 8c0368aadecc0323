//! A Job is ready when it has completed.

use crate::object::Object;
use crate::status::readiness::{Readiness, condition};

pub(crate) fn ready(job: &Object) -> Readiness {
    if let Some(("True", ..)) = condition(job, "Complete") {
        return Readiness::READY;
    }
    // FailureTarget comes before Failed, while pods are still being ended: the outcome is settled by then.
    for failed in ["Failed", "FailureTarget"] {
        if let Some(("True", reason, message)) = condition(job, failed) {
            return Readiness::failed(reason, message);
        }
    }
    if let Some(("True", ..)) = condition(job, "Suspended") {
        return Readiness::waiting("suspended");
    }
    let wanted = job.int("/spec/completions").unwrap_or(1);
    let done = job.int("/status/succeeded").unwrap_or(0);
    Readiness::waiting(format!("{done}/{wanted} completed"))
}

#[cfg(test)]
mod tests {
    use crate::status::readiness::tests::check;
    use serde_json::json;

    #[test]
    fn states() {
        let with = |kind: &str| json!({"status": {"conditions": [{"type": kind, "status": "True", "reason": "R", "message": "m"}]}});
        check(
            "batch/v1",
            "Job",
            &[
                (json!({}), "waiting: 0/1 completed"),
                (json!({"spec": {"completions": 3}, "status": {"succeeded": 2}}), "waiting: 2/3 completed"),
                (with("Suspended"), "waiting: suspended"),
                (with("FailureTarget"), "failed: R: m"),
                (with("Failed"), "failed: R: m"),
                (with("Complete"), "ready"),
            ],
        );
    }
}
