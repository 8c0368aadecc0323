//! Which versions the pods of a workload run. Its template says only what new ones will: while it rolls out, where it is
//! rolled out by hand (`OnDelete`), and where the new ones do not start, others run.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{PROXY, Pod};
use crate::object::Object;
use crate::status::version;

/// The container of istiod.
pub const DISCOVERY: &str = "discovery";
/// The containers that make a workload one of Istio's, by name.
const OWN: [&str; 3] = [DISCOVERY, PROXY, "install-cni"];

/// Whether every pod of a Deployment, StatefulSet or DaemonSet is made of its newest template.
pub fn is_rolled_out(workload: &Object) -> bool {
    let count = |field: &str| workload.int(&format!("/status/{field}")).unwrap_or_default();
    let seen = count("observedGeneration") >= workload.int("/metadata/generation").unwrap_or_default();
    seen && match workload.kind() {
        "DaemonSet" => count("updatedNumberScheduled") >= count("currentNumberScheduled"),
        _ => count("updatedReplicas") >= count("replicas"),
    }
}

/// The version of a workload's template: that of its own container, else of its first one; `-` where there is none.
pub fn of_template(workload: &Object) -> String {
    let containers = workload.list("/spec/template/spec/containers");
    let own = containers.iter().find(|one| one["name"].as_str().is_some_and(|name| OWN.contains(&name)));
    let image = own.or(containers.first()).and_then(|one| one["image"].as_str());
    image.map_or_else(|| "-".to_owned(), version::of_image)
}

/// How many living pods of `pods`, which may be those of others too, run each version. Empty where all of them are made of
/// the newest template: then that tells it.
pub fn of_pods(workload: &Object, pods: &[Pod]) -> BTreeMap<String, usize> {
    let mut versions = BTreeMap::new();
    if is_rolled_out(workload) {
        return versions;
    }
    for pod in pods.iter().filter(|pod| pod.lives() && is_of(pod, workload)) {
        if let Some(container) = OWN.iter().find_map(|name| pod.container(name)) {
            *versions.entry(version::of_image(&container.image)).or_default() += 1;
        }
    }
    versions
}

/// The version of a control plane: what its ready pods run. Where they run several, the one that it is becoming.
pub fn version(control_plane: &Object, pods: &[Pod]) -> String {
    let wanted = of_template(control_plane);
    let ready: Vec<Pod> = pods.iter().filter(|pod| pod.is_ready()).cloned().collect();
    let versions = of_pods(control_plane, &ready);
    if versions.contains_key(&wanted) { wanted } else { versions.into_keys().next().unwrap_or(wanted) }
}

/// Whether a workload's selector matches a pod of its namespace.
fn is_of(pod: &Pod, workload: &Object) -> bool {
    let labels = workload.at("/spec/selector/matchLabels").and_then(Value::as_object);
    workload.namespace().unwrap_or_default() == pod.namespace()
        && labels.is_some_and(|all| !all.is_empty() && all.iter().all(|(key, value)| pod.label(key) == value.as_str()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use serde_json::json;

    fn workload(kind: &str, status: Value) -> Object {
        Object::new(json!({
            "apiVersion": "apps/v1", "kind": kind, "metadata": {"name": "w", "namespace": "n", "generation": 2},
            "spec": {
                "selector": {"matchLabels": {"app": "w"}},
                "template": {"spec": {"containers": [{"name": "extra", "image": "e:1"}, {"name": "discovery", "image": "h/pilot:1.30.3"}]}},
            },
            "status": status,
        }))
        .unwrap()
    }

    fn pod(version: &str, ready: bool) -> Pod {
        Pod::of(&json!({
            "metadata": {"name": version, "namespace": "n", "labels": {"app": "w"}},
            "spec": {"containers": [{"name": "discovery", "image": format!("h/pilot:{version}-distroless")}]},
            "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": if ready { "True" } else { "False" }}]},
        }))
    }

    #[test]
    fn pods_tell_the_version_until_all_are_of_the_template() {
        let done = workload("Deployment", json!({"observedGeneration": 2, "replicas": 1, "updatedReplicas": 1}));
        assert_eq!(version(&done, &[pod("1.27.0", true)]), "1.30.3");
        let rolling = workload("Deployment", json!({"observedGeneration": 2, "replicas": 2, "updatedReplicas": 1}));
        // The new one does not start: the old one is what runs.
        assert_eq!(version(&rolling, &[pod("1.27.0", true), pod("1.30.3", false)]), "1.27.0");
        assert_eq!(version(&rolling, &[pod("1.27.0", true), pod("1.30.3", true)]), "1.30.3");
        assert_eq!(version(&rolling, &[]), "1.30.3");
        let unseen = workload("Deployment", json!({"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1}));
        assert_eq!(version(&unseen, &[pod("1.27.0", true)]), "1.27.0");
    }

    #[test]
    fn pods_that_are_replaced_by_hand_are_counted() {
        let set = |updated: i64| {
            let status =
                json!({"observedGeneration": 2, "currentNumberScheduled": 2, "updatedNumberScheduled": updated});
            workload("DaemonSet", status)
        };
        let pods = [pod("1.29.0", true), pod("1.30.3", true), Pod::default()];
        let counted = of_pods(&set(1), &pods);
        assert_eq!(counted, BTreeMap::from([("1.29.0".to_owned(), 1), ("1.30.3".to_owned(), 1)]));
        assert!(of_pods(&set(2), &pods).is_empty());
    }
}
