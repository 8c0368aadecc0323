//! The workload a pod belongs to, read from the pod alone as istiod does: a ReplicaSet's pod is the Deployment's.

use serde_json::Value;

/// A workload by name, with its kind: `ISTIO_META_WORKLOAD_NAME` and `ISTIO_META_OWNER`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) name: String,
    pub(super) namespace: String,
    pub(super) api_version: String,
    pub(super) kind: String,
}

impl Owner {
    /// What an object is to the pods it makes.
    pub(super) fn of_workload(object: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Self {
            name: text(&object["metadata"]["name"]),
            namespace: text(&object["metadata"]["namespace"]),
            api_version: text(&object["apiVersion"]),
            kind: text(&object["kind"]),
        }
    }

    /// The owner of a pod; the pod itself where nothing controls it, or where its name was not generated.
    pub(super) fn of_pod(pod: &Value) -> Self {
        let meta = &pod["metadata"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut owner = Self {
            name: text(&meta["name"]),
            namespace: text(&meta["namespace"]),
            api_version: "v1".to_owned(),
            kind: "Pod".to_owned(),
        };
        let controllers = meta["ownerReferences"].as_array().into_iter().flatten();
        let controller = controllers.into_iter().find(|reference| reference["controller"] == true);
        let Some(controller) = controller.filter(|_| !text(&meta["generateName"]).is_empty()) else { return owner };
        owner.name = text(&controller["name"]);
        owner.kind = text(&controller["kind"]);
        owner.api_version = text(&controller["apiVersion"]);
        let label = |key: &str| text(&meta["labels"][key]);
        let without_hash = |hash: &str| {
            let trimmed = owner.name.strip_suffix(hash).filter(|_| !hash.is_empty())?;
            Some(trimmed.strip_suffix('-').unwrap_or(&owner.name).to_owned())
        };
        match owner.kind.as_str() {
            "ReplicaSet" => {
                if let Some(name) = without_hash(&label("pod-template-hash")) {
                    (owner.name, owner.kind) = (name, "Deployment".to_owned());
                } else if let Some(name) = without_hash(&label("rollouts-pod-template-hash")) {
                    (owner.name, owner.kind, owner.api_version) = (name, "Rollout".to_owned(), "v1alpha1".to_owned());
                }
            }
            "ReplicationController" if !label("deploymentconfig").is_empty() => {
                (owner.name, owner.kind) = (label("deploymentconfig"), "DeploymentConfig".to_owned());
            }
            "Job" => {
                // A CronJob's Job ends in the minute it is for, 8 to 10 digits.
                let cron = owner.name.rsplit_once('-').filter(|(name, minute)| {
                    !name.is_empty()
                        && (8..=10).contains(&minute.len())
                        && minute.bytes().all(|byte| byte.is_ascii_digit())
                });
                if let Some((name, _)) = cron {
                    owner.name = name.to_owned();
                    owner.kind = "CronJob".to_owned();
                    owner.api_version = "batch/v1".to_owned();
                }
            }
            _ => {}
        }
        if owner.name.is_empty() {
            owner.name = text(&meta["name"]);
        }
        owner
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_owner_is_the_workload_a_user_knows() {
        let pod = |kind: &str, api: &str, name: &str, labels: Value| {
            json!({"metadata": {"name": "p", "namespace": "ns", "generateName": "p-", "labels": labels,
                "ownerReferences": [{"kind": kind, "apiVersion": api, "name": name, "controller": true}]}})
        };
        let table = [
            (pod("ReplicaSet", "apps/v1", "web-abc", json!({"pod-template-hash": "abc"})), "apps/v1 Deployment web"),
            (pod("ReplicaSet", "apps/v1", "web-abc", json!({})), "apps/v1 ReplicaSet web-abc"),
            (pod("ReplicaSet", "apps/v1", "r-x", json!({"rollouts-pod-template-hash": "x"})), "v1alpha1 Rollout r"),
            (pod("ReplicationController", "v1", "dc-1", json!({"deploymentconfig": "dc"})), "v1 DeploymentConfig dc"),
            (pod("Job", "batch/v1", "cron-28000000", json!({})), "batch/v1 CronJob cron"),
            (pod("Job", "batch/v1", "once", json!({})), "batch/v1 Job once"),
            (pod("StatefulSet", "apps/v1", "db", json!({})), "apps/v1 StatefulSet db"),
            (json!({"metadata": {"name": "alone"}}), "v1 Pod alone"),
        ];
        for (pod, want) in table {
            let owner = Owner::of_pod(&pod);
            assert_eq!(format!("{} {} {}", owner.api_version, owner.kind, owner.name), want);
        }
    }
}
