//! What the API server is asked about before anything is written: new objects that it, or who looks at objects before it
//! takes them, may well refuse.

use crate::object::{Object, ObjectId};
use crate::plan::{Action, immutable};

/// Workloads, what leads to them and scales them, and policies. The rest (accounts, roles, configuration) is refused for its
/// name or its shape alone, which needs no server, or for the rights of who writes it, which are asked for at once.
const TRIED: [(&str, &[&str]); 7] = [
    ("apps", &["Deployment", "DaemonSet", "StatefulSet", "ReplicaSet"]),
    ("batch", &["Job", "CronJob"]),
    ("", &["Service", "Pod", "ResourceQuota", "LimitRange"]),
    ("discovery.k8s.io", &["EndpointSlice"]),
    ("autoscaling", &["HorizontalPodAutoscaler"]),
    ("policy", &["PodDisruptionBudget"]),
    ("networking.k8s.io", &["NetworkPolicy"]),
];
const POLICIES: &str = "admissionregistration.k8s.io";

/// Namespaces that every cluster has, to try in what has none yet. In each of them people may have rules of their own.
pub const ELSEWHERE: [&str; 2] = ["default", "kube-public"];

/// Whether a new object of this kind is tried.
pub fn is_tried(id: &ObjectId) -> bool {
    let of_group = TRIED.iter().any(|(group, kinds)| id.group == *group && kinds.contains(&id.kind.as_str()));
    of_group || (id.group == POLICIES && id.kind.contains("AdmissionPolicy"))
}

/// What `action` would create and is to be tried, where its namespace is there: `absent` is one that is not yet.
pub fn now<'a>(action: &'a Action, absent: Option<&str>) -> Option<&'a Object> {
    created(action).filter(|body| absent.is_none() || body.namespace() != absent)
}

/// The same of what is to be tried once the namespace `absent` is there.
pub fn later<'a>(action: &'a Action, absent: Option<&str>) -> Option<&'a Object> {
    created(action).filter(|body| absent.is_some() && body.namespace() == absent)
}

fn created(action: &Action) -> Option<&Object> {
    match action {
        Action::Create(body) => Some(body).filter(|body| is_tried(&body.id())),
        _ => None,
    }
}

/// `body` to be tried in another namespace.
pub fn elsewhere(body: &Object, namespace: &str) -> Object {
    let mut trial = immutable::trial(body);
    trial.value_mut()["metadata"]["namespace"] = namespace.into();
    trial
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use serde_json::json;

    use super::*;

    fn create(api_version: &str, kind: &str, namespace: Option<&str>) -> Action {
        let metadata = json!({"name": "a", "namespace": namespace});
        Action::Create(Object::new(json!({"apiVersion": api_version, "kind": kind, "metadata": metadata})).unwrap())
    }

    #[test]
    fn each_is_tried_when_its_namespace_is_there() {
        let policy = "ValidatingAdmissionPolicyBinding";
        let table = [
            (create("apps/v1", "DaemonSet", Some("n")), [false, true]),
            (create("apps/v1", "DaemonSet", Some("other")), [true, false]),
            (create("admissionregistration.k8s.io/v1", policy, None), [true, false]),
            (create("discovery.k8s.io/v1", "EndpointSlice", Some("n")), [false, true]),
            (create("v1", "ConfigMap", Some("n")), [false, false]),
            (create("apps/v1beta1", "Odd", Some("n")), [false, false]),
            (Action::Unchanged, [false, false]),
        ];
        for (action, when) in table {
            assert_eq!(
                [now(&action, Some("n")), later(&action, Some("n"))].map(|body| body.is_some()),
                when,
                "{action:?}"
            );
            assert!(later(&action, None).is_none());
        }
        assert!(now(&create("v1", "Service", Some("n")), None).is_some());
    }
}
