//! What Istio's manifests call the objects of a control plane that carry no label of its revision.

use super::DEFAULT;
use crate::object::ObjectId;

const RBAC: &str = "rbac.authorization.k8s.io/v1";
const ADMISSION: &str = "admissionregistration.k8s.io/v1";

/// The objects of the control plane of `revision` in the namespace `home` that tell of no component.
pub fn unlabelled(revision: &str, home: &str) -> Vec<ObjectId> {
    let of_revision = if revision == DEFAULT { String::new() } else { format!("-{revision}") };
    let roles = ["istiod-clusterrole", "istiod-gateway-controller", "istio-reader-clusterrole"];
    let everywhere = roles.iter().flat_map(|role| {
        let name = format!("{role}{of_revision}-{home}");
        ["ClusterRole", "ClusterRoleBinding"].map(|kind| ObjectId::new(RBAC, kind, None, &name))
    });
    let name = format!("istiod{of_revision}");
    let at_home = [("v1", "ServiceAccount"), (RBAC, "Role"), (RBAC, "RoleBinding")];
    let at_home = at_home.map(|(version, kind)| ObjectId::new(version, kind, Some(home), &name));
    let validator = format!("istio-validator{of_revision}-{home}");
    let validator = ObjectId::new(ADMISSION, "ValidatingWebhookConfiguration", None, &validator);
    everywhere.chain(at_home).chain([validator]).collect()
}

/// The objects in the namespace `home` that all revisions share and that tell of no component.
pub fn shared(home: &str) -> Vec<ObjectId> {
    let of = |version: &str, kind: &str, name: &str| ObjectId::new(version, kind, Some(home), name);
    vec![
        of("v1", "ServiceAccount", "istio-reader-service-account"),
        of("v1", "ServiceAccount", ZTUNNEL),
        of("apps/v1", "DaemonSet", ZTUNNEL),
    ]
}

/// What ztunnel's DaemonSet and ServiceAccount are called.
pub const ZTUNNEL: &str = "ztunnel";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_end_with_revision_and_home() {
        let named = |revision: &str| {
            let ids = unlabelled(revision, "istio-system");
            ids.iter().map(ToString::to_string).collect::<Vec<String>>()
        };
        let default = named("default");
        assert!(default.contains(&"ClusterRole/istiod-clusterrole-istio-system".to_owned()), "{default:?}");
        assert!(default.contains(&"ServiceAccount/istio-system/istiod".to_owned()), "{default:?}");
        let canary = named("canary");
        assert!(canary.contains(&"ClusterRoleBinding/istio-reader-clusterrole-canary-istio-system".to_owned()));
        assert!(canary.contains(&"RoleBinding/istio-system/istiod-canary".to_owned()), "{canary:?}");
        assert!(canary.contains(&"ValidatingWebhookConfiguration/istio-validator-canary-istio-system".to_owned()));
        assert_eq!((default.len(), canary.iter().any(|id| default.contains(id))), (10, false));
    }
}
