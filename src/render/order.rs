//! The order of `manifest generate`: so that a `kubectl apply` of the whole meets what each object needs.

use crate::object::Object;

/// What two objects of the generate set are ordered by: rank, then group, kind, name and namespace.
pub(super) fn key(object: &Object) -> (u8, &str, &str, &str, Option<&str>) {
    let group = object.api_version().split_once('/').map_or("", |(group, _)| group);
    (rank(group, object.kind()), group, object.kind(), object.name(), object.namespace())
}

fn rank(group: &str, kind: &str) -> u8 {
    match (group, kind) {
        // They take a while to be served, and everything may use them.
        ("apiextensions.k8s.io", "CustomResourceDefinition") => 0,
        // Bindings name them.
        ("", "ServiceAccount") | ("rbac.authorization.k8s.io", "ClusterRole") => 1,
        ("rbac.authorization.k8s.io", "ClusterRoleBinding") => 2,
        // It fails open: early, it opens one that an earlier installation left closed.
        ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration") => 3,
        // Pods mount them.
        ("", "ConfigMap") => 4,
        ("autoscaling", "HorizontalPodAutoscaler") => 6,
        ("", "Service") => 7,
        _ => 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn object(api_version: &str, kind: &str, name: &str) -> Object {
        let value = json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": name}});
        Object::new(value).expect("an object")
    }

    #[test]
    fn what_others_need_comes_first() {
        let wanted = [
            object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "b"),
            object("v1", "ServiceAccount", "z"),
            object("rbac.authorization.k8s.io/v1", "ClusterRole", "a"),
            object("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "a"),
            object("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "a"),
            object("v1", "ConfigMap", "a"),
            object("v1", "ConfigMap", "b"),
            object("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", "a"),
            object("apps/v1", "DaemonSet", "z"),
            object("apps/v1", "Deployment", "a"),
            object("rbac.authorization.k8s.io/v1", "Role", "a"),
            object("autoscaling/v2", "HorizontalPodAutoscaler", "a"),
            object("v1", "Service", "a"),
        ];
        let mut mixed: Vec<Object> = wanted.iter().rev().cloned().collect();
        mixed.sort_by(|a, b| key(a).cmp(&key(b)));
        assert_eq!(mixed, wanted);
    }
}
