//! A ReplicaSet is ready when all its pods are available.

use crate::object::Object;
use crate::status::readiness::Readiness;

pub(crate) fn ready(set: &Object) -> Readiness {
    let wanted = set.int("/spec/replicas").unwrap_or(1);
    let count = |field: &str| set.int(&format!("/status/{field}")).unwrap_or(0);
    if count("availableReplicas") >= wanted && count("replicas") <= wanted {
        return Readiness::READY;
    }
    Readiness::waiting(format!("{}/{wanted} ready", count("readyReplicas")))
}

#[cfg(test)]
mod tests {
    use crate::status::readiness::tests::check;
    use serde_json::json;

    #[test]
    fn states() {
        let status = |all: i64, ready: i64, available: i64| json!({"observedGeneration": 2, "replicas": all, "readyReplicas": ready, "availableReplicas": available});
        check(
            "apps/v1",
            "ReplicaSet",
            &[
                (json!({"spec": {"replicas": 2}, "status": status(2, 1, 1)}), "waiting: 1/2 ready"),
                (json!({"spec": {"replicas": 2}, "status": status(2, 2, 1)}), "waiting: 2/2 ready"),
                (json!({"spec": {"replicas": 2}, "status": status(2, 2, 2)}), "ready"),
                (json!({"spec": {"replicas": 0}, "status": status(1, 1, 1)}), "waiting: 1/0 ready"),
                (json!({"spec": {"replicas": 0}, "status": status(0, 0, 0)}), "ready"),
            ],
        );
    }
}
