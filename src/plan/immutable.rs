//! Fields that Kubernetes lets nobody change: where one differs, the object has to be made anew.

use serde_json::Value;

use crate::object::{Object, ObjectId};
use crate::plan::compare::Difference;
use crate::plan::path::Path;

/// Group, kind, and the fields that are fixed from the creation on. Source: the validation of each kind in the API server
/// (`ValidateImmutableField`), for the kinds an installation of Istio may have.
const FIXED: [(&str, &str, &[&[&str]]); 7] = [
    ("apps", "Deployment", &[&["spec", "selector"]]),
    ("apps", "DaemonSet", &[&["spec", "selector"]]),
    (
        "apps",
        "StatefulSet",
        &[
            &["spec", "selector"],
            &["spec", "serviceName"],
            &["spec", "podManagementPolicy"],
            &["spec", "volumeClaimTemplates"],
        ],
    ),
    ("batch", "Job", &[&["spec", "selector"], &["spec", "template"], &["spec", "completionMode"]]),
    ("rbac.authorization.k8s.io", "RoleBinding", &[&["roleRef"]]),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding", &[&["roleRef"]]),
    ("", "Secret", &[&["type"]]),
];

/// Kinds whose objects are never made anew: what others have put into them, or below them, would go too.
const KEPT: [&str; 3] = ["CustomResourceDefinition", "Namespace", "PersistentVolumeClaim"];

/// What a Service has of its own: no other one, and no trial beside it, may have the same.
const ADDRESSES: [&str; 3] = ["clusterIP", "clusterIPs", "healthCheckNodePort"];

/// A name may have this many letters in every kind.
const LONGEST_NAME: usize = 63;
const TRIAL: &str = "-trial";

/// The first fixed field that one of `differences` is about, such as `spec.selector`: no write to `live` can mend it.
pub(super) fn first(live: &Object, differences: &[Difference]) -> Option<String> {
    let is_about = |fields: &[&str]| differences.iter().any(|one| one.path.starts_with(&Path::of(fields)));
    let is_none = |side: &Option<Value>| side.as_ref().is_some_and(|address| address == "None");
    let address = Path::of(&["spec", "clusterIP"]);
    let turns = differences.iter().any(|one| one.path == address && (is_none(&one.wanted) || is_none(&one.found)));
    fixed(live, turns).into_iter().find(|fields| is_about(fields)).map(|fields| fields.join("."))
}

/// The first fixed field in which `wanted`, a whole object as the server had it once, differs from `live`.
pub(super) fn between(wanted: &Object, live: &Object) -> Option<String> {
    let turns = is_headless(wanted) != is_headless(live);
    let differs = |fields: &&[&str]| {
        let path = Path::of(fields);
        path.find(wanted.value()) != path.find(live.value())
    };
    fixed(live, turns).into_iter().find(|fields| differs(fields)).map(|fields| fields.join("."))
}

/// The fixed fields of `live`; `turns` is whether a Service without an address gets one, or the other way round.
fn fixed(live: &Object, turns: bool) -> Vec<&'static [&'static str]> {
    let id = live.id();
    let of_kind = FIXED.iter().filter(|(group, kind, _)| id.group == *group && id.kind == *kind);
    let mut fixed: Vec<&'static [&'static str]> = of_kind.flat_map(|(_, _, paths)| paths.iter().copied()).collect();
    if matches!(id.kind.as_str(), "ConfigMap" | "Secret") && live.at("/immutable").is_some_and(|on| on == true) {
        fixed.extend([&["data"][..], &["binaryData"], &["immutable"]]);
    }
    // A Service gets an address or has none; which one it gets is not ours to say.
    if id.kind == "Service" && turns {
        fixed.push(&["spec", "clusterIP"]);
    }
    fixed
}

/// Whether a Service has no address of its own.
pub(super) fn is_headless(service: &Object) -> bool {
    service.text("/spec/clusterIP") == Some("None")
}

/// Whether an object may be deleted and made again, where it cannot be changed.
pub fn may_be_remade(id: &ObjectId) -> bool {
    !KEPT.contains(&id.kind.as_str())
}

/// `body` to be tried while the object whose place it is to take is there: by another name, and without what only one can
/// have at a time.
pub fn trial(body: &Object) -> Object {
    let mut trial = body.clone();
    let start: String = body.name().chars().take(LONGEST_NAME - TRIAL.len()).collect();
    let start = start.trim_end_matches(|last: char| !last.is_ascii_alphanumeric());
    trial.value_mut()["metadata"]["name"] = format!("{start}{TRIAL}").into();
    if body.kind() == "Service"
        && let Some(spec) = trial.value_mut().get_mut("spec").and_then(Value::as_object_mut)
    {
        if !is_headless(body) {
            ADDRESSES.iter().for_each(|field| drop(spec.shift_remove(*field)));
        }
        for port in spec.get_mut("ports").and_then(Value::as_array_mut).into_iter().flatten() {
            port.as_object_mut().and_then(|port| port.shift_remove("nodePort"));
        }
    }
    trial
}

/// What the server said of a [`trial`], as of the object itself.
pub fn said_of(body: &Object, said: &str) -> String {
    said.replace(trial(body).name(), body.name())
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

    #[test]
    fn whole_objects_are_held_to_the_same_fields() {
        let selector = |app: &str| json!({"spec": {"selector": {"matchLabels": {"app": app}}, "replicas": app.len()}});
        let address = |ip: &str| json!({"spec": {"clusterIP": ip}});
        let table = [
            ("apps/v1", "Deployment", selector("a"), selector("b"), Some("spec.selector")),
            ("apps/v1", "Deployment", selector("a"), selector("a"), None),
            ("apps/v1", "ReplicaSet", selector("a"), selector("b"), None),
            ("apps/v1", "DaemonSet", selector("a"), selector("b"), Some("spec.selector")),
            ("batch/v1", "Job", json!({"spec": {"template": {}}}), json!({"spec": {}}), Some("spec.template")),
            ("policy/v1", "PodDisruptionBudget", selector("a"), selector("b"), None),
            ("v1", "Service", json!({"spec": {"type": "ClusterIP"}}), json!({"spec": {"type": "LoadBalancer"}}), None),
            ("v1", "Service", address("None"), address("10.0.0.1"), Some("spec.clusterIP")),
            ("v1", "Service", address("10.0.0.1"), address("None"), Some("spec.clusterIP")),
            ("v1", "Service", address("10.0.0.1"), address("10.0.0.2"), None),
            ("v1", "ConfigMap", json!({"data": {"a": "b"}}), json!({"data": {}, "immutable": true}), Some("data")),
        ];
        for (version, kind, wanted, live, field) in table {
            let (wanted, live) = (object(version, kind, wanted), object(version, kind, live));
            assert_eq!(between(&wanted, &live).as_deref(), field, "{kind} {}", wanted.value());
        }
    }

    #[test]
    fn a_trial_takes_nothing_that_the_old_one_has() {
        let spec = json!({"spec": {"clusterIP": "10.0.0.1", "clusterIPs": ["10.0.0.1"], "ports": [{"port": 1, "nodePort": 30000}]}});
        let tried = trial(&object("v1", "Service", spec));
        assert_eq!(tried.name(), "a-trial");
        assert_eq!(tried.at("/spec"), Some(&json!({"ports": [{"port": 1}]})));
        let headless = trial(&object("v1", "Service", json!({"spec": {"clusterIP": "None"}})));
        assert_eq!(headless.text("/spec/clusterIP"), Some("None"));
        let mut long = object("apps/v1", "Deployment", json!({}));
        long.value_mut()["metadata"]["name"] = "g".repeat(63).into();
        assert_eq!(trial(&long).name().len(), 63);
        let body = object("apps/v1", "Deployment", json!({}));
        assert_eq!(said_of(&body, "Deployment.apps \"a-trial\" is invalid"), "Deployment.apps \"a\" is invalid");
    }

    #[test]
    fn what_holds_things_of_others_is_never_made_anew() {
        let remade = ["Deployment", "Service", "CustomResourceDefinition", "Namespace"]
            .map(|kind| may_be_remade(&ObjectId::new("v1", kind, None, "a")));
        assert_eq!(remade, [true, true, false, false]);
    }
}
