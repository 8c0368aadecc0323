//! Fields that Kubernetes lets nobody change: where one differs, the object has to be made anew.

use serde_json::Value;

use crate::object::Object;
use crate::plan::compare::Difference;
use crate::plan::path::Path;

/// Group, kind, and the fields that are fixed from the creation on. Source: the validation of each kind in the API server
/// (`ValidateImmutableField`), for the kinds an installation of Istio may have.
const FIXED: [(&str, &str, &[&[&str]]); 7] = [
    ("apps", "Deployment", &[&["spec", "selector"]]),
    ("apps", "DaemonSet", &[&["spec", "selector"]]),
    ("apps", "StatefulSet", &[&["spec", "selector"], &["spec", "serviceName"], &["spec", "podManagementPolicy"]]),
    ("batch", "Job", &[&["spec", "selector"], &["spec", "template"], &["spec", "completionMode"]]),
    ("rbac.authorization.k8s.io", "RoleBinding", &[&["roleRef"]]),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding", &[&["roleRef"]]),
    ("", "Secret", &[&["type"]]),
];

/// The first fixed field that one of `differences` is about, such as `spec.selector`: no write to `live` can mend it.
pub(super) fn first(live: &Object, differences: &[Difference]) -> Option<String> {
    let id = live.id();
    let of_kind = FIXED.iter().filter(|(group, kind, _)| id.group == *group && id.kind == *kind);
    let mut fixed: Vec<&[&str]> = of_kind.flat_map(|(_, _, paths)| paths.iter().copied()).collect();
    if matches!(id.kind.as_str(), "ConfigMap" | "Secret") && live.at("/immutable").is_some_and(|on| on == true) {
        fixed.extend([&["data"][..], &["binaryData"], &["immutable"]]);
    }
    let is_none = |side: &Option<Value>| side.as_ref().is_some_and(|address| address == "None");
    // A Service gets an address or has none; which one it gets is not ours to say.
    let turns = |one: &&Difference| is_none(&one.wanted) || is_none(&one.found);
    let address = Path::of(&["spec", "clusterIP"]);
    if id.kind == "Service" && differences.iter().filter(turns).any(|difference| difference.path == address) {
        fixed.push(&["spec", "clusterIP"]);
    }
    let is_about = |fields: &&&[&str]| differences.iter().any(|one| one.path.starts_with(&Path::of(fields)));
    fixed.iter().find(is_about).map(|fields| fields.join("."))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn object(api_version: &str, kind: &str, more: Value) -> Object {
        let mut value = json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": "a"}});
        value.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        Object::new(value).unwrap()
    }

    fn difference(path: &[&str], wanted: Value, found: Value) -> Difference {
        Difference { path: Path::of(path), wanted: Some(wanted), found: Some(found), manager: None }
    }

    #[test]
    fn each_fixed_field() {
        let none = json!({});
        let rbac = "rbac.authorization.k8s.io/v1";
        let table = [
            (
                object("apps/v1", "Deployment", none.clone()),
                difference(&["spec", "selector", "matchLabels", "app"], json!("a"), json!("b")),
                true,
            ),
            (
                object("apps/v1", "Deployment", none.clone()),
                difference(&["spec", "replicas"], json!(1), json!(2)),
                false,
            ),
            (object(rbac, "RoleBinding", none.clone()), difference(&["roleRef", "name"], json!("a"), json!("b")), true),
            (object(rbac, "RoleBinding", none.clone()), difference(&["subjects"], json!([]), json!([1])), false),
            (
                object("v1", "Service", none.clone()),
                difference(&["spec", "clusterIP"], json!("None"), json!("10.0.0.1")),
                true,
            ),
            (
                object("v1", "Service", none.clone()),
                difference(&["spec", "type"], json!("ClusterIP"), json!("LoadBalancer")),
                false,
            ),
            (object("v1", "ConfigMap", none), difference(&["data", "mesh"], json!("a"), json!("b")), false),
            (
                object("v1", "ConfigMap", json!({"immutable": true})),
                difference(&["data", "mesh"], json!("a"), json!("b")),
                true,
            ),
        ];
        for (live, difference, fixed) in table {
            assert_eq!(first(&live, std::slice::from_ref(&difference)).is_some(), fixed, "{} {difference}", live.id());
        }
    }
}
