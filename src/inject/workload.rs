//! Where the pod is in each kind of workload.

use serde_json::Value;

use super::owner::Owner;
use crate::error::{Error, Result};
use crate::object::{Reading, go_form};

/// The kinds that can be injected.
struct PodKind {
    kind: &'static str,
    /// The versions it is and was served in: the reference reads each of them as the newest.
    versions: &'static [&'static str],
    /// The type of the whole object in the table of Kubernetes' types.
    type_name: &'static str,
    /// Where the metadata that injection reads and writes stands.
    metadata: &'static str,
    /// Where the pod's spec stands.
    spec: &'static str,
}

const fn template(kind: &'static str, versions: &'static [&'static str]) -> PodKind {
    PodKind { kind, versions, type_name: kind, metadata: "/spec/template/metadata", spec: "/spec/template/spec" }
}

const KINDS: [PodKind; 9] = [
    PodKind { kind: "Pod", versions: &["v1"], type_name: "Pod", metadata: "/metadata", spec: "/spec" },
    template("ReplicationController", &["v1"]),
    template("Deployment", &["apps/v1", "apps/v1beta2", "apps/v1beta1", "extensions/v1beta1"]),
    template("StatefulSet", &["apps/v1", "apps/v1beta2", "apps/v1beta1"]),
    template("DaemonSet", &["apps/v1", "apps/v1beta2", "extensions/v1beta1"]),
    template("ReplicaSet", &["apps/v1", "apps/v1beta2", "extensions/v1beta1"]),
    template("Job", &["batch/v1"]),
    // The reference writes into the metadata of the Job that a CronJob makes, not into that of its pods.
    PodKind {
        kind: "CronJob",
        versions: &["batch/v1", "batch/v1beta1", "batch/v2alpha1"],
        type_name: "CronJob",
        metadata: "/spec/jobTemplate/metadata",
        spec: "/spec/jobTemplate/spec/template/spec",
    },
    template("DeploymentConfig", &["apps.openshift.io/v1", "v1"]),
];

/// How deep below an object its pod's containers are looked for, where its kind is not known.
const DEEP: usize = 7;

/// The `apiVersion` of an object that makes pods, as far as its containers show, though its kind is none of those that
/// are injected.
pub(super) fn unknown_kind(object: &Value) -> Option<&str> {
    // A definition speaks of containers and has none.
    let is_workload = object["kind"] != "CustomResourceDefinition" && has_containers(object, DEEP);
    is_workload.then(|| object["apiVersion"].as_str().unwrap_or_default())
}

fn has_containers(value: &Value, deep: usize) -> bool {
    let inner = |value: &Value| deep > 0 && has_containers(value, deep - 1);
    match value {
        Value::Object(map) => {
            let containers = map.get("containers").and_then(Value::as_array);
            containers.is_some_and(|all| all.iter().any(|one| one["image"].is_string())) || map.values().any(inner)
        }
        Value::Array(list) => list.iter().any(inner),
        _ => false,
    }
}

/// The items of a List of Kubernetes, which may have none; nothing where `object` is no List. The List itself gets the form
/// that Kubernetes gives it.
///
/// # Errors
/// `wrong-type` (usage) where its items are no list of objects.
pub(super) fn listed(object: &mut Value) -> Result<Option<&mut [Value]>> {
    if object["kind"] != "List" || object["apiVersion"] != "v1" {
        return Ok(None);
    }
    object["metadata"] = go_form(object["metadata"].take(), "ListMeta", Reading::Yaml)?;
    match &mut object["items"] {
        Value::Null => Ok(Some(&mut [])),
        Value::Array(items) if items.iter().all(Value::is_object) => Ok(Some(items)),
        _ => Err(Error::usage("wrong-type", "List `items` has to be a list of objects")),
    }
}

/// A workload, or each one of a List, in the form Kubernetes itself gives it: what injection starts from. Other kinds come
/// back untouched.
///
/// # Errors
/// `wrong-type` (usage), with the path of a field that holds another type than Kubernetes wants.
pub fn kubernetes_form(mut object: Value) -> Result<Value> {
    if let Some(items) = listed(&mut object)? {
        for item in items {
            *item = kubernetes_form(item.take())?;
        }
        return Ok(object);
    }
    match WithPod::of(&object) {
        Some(workload) => go_form(object, workload.type_name(), Reading::Yaml),
        None => Ok(object),
    }
}

/// A workload whose pod was found.
pub(super) struct WithPod {
    kind: &'static PodKind,
}

impl WithPod {
    /// The kind of `object`; none where it makes no pods, or none that are injected.
    pub(super) fn of(object: &Value) -> Option<Self> {
        let version = object["apiVersion"].as_str().unwrap_or_default();
        let kind = object["kind"].as_str().unwrap_or_default();
        let found = KINDS.iter().find(|known| known.kind == kind && known.versions.contains(&version))?;
        Some(Self { kind: found })
    }

    /// The name of the whole object's type.
    pub(super) const fn type_name(&self) -> &'static str {
        self.kind.type_name
    }

    /// Takes the pod out: `metadata` and `spec`. None where the workload has no template.
    pub(super) fn take_pod(&self, object: &mut Value) -> Option<Value> {
        let spec = object.pointer_mut(self.kind.spec)?.take();
        let metadata = object.pointer_mut(self.kind.metadata).map(Value::take).unwrap_or_default();
        Some(Value::Object([("metadata".to_owned(), metadata), ("spec".to_owned(), spec)].into_iter().collect()))
    }

    /// Puts the pod back.
    pub(super) fn set_pod(&self, object: &mut Value, mut pod: Value) {
        for (pointer, part) in [(self.kind.metadata, "metadata"), (self.kind.spec, "spec")] {
            if let Some(slot) = object.pointer_mut(pointer) {
                *slot = pod[part].take();
            }
        }
    }

    /// What owns the pods.
    pub(super) fn owner(&self, object: &Value) -> Owner {
        if self.kind.kind == "Pod" {
            return Owner::of_pod(object);
        }
        Owner::of_workload(object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_version_of_a_workload_has_its_pod() {
        let table = [
            ("apps/v1", "Deployment", true),
            ("extensions/v1beta1", "Deployment", true),
            ("batch/v1beta1", "CronJob", true),
            ("v1", "DeploymentConfig", true),
            ("apps.openshift.io/v1", "DeploymentConfig", true),
            ("batch.volcano.sh/v1alpha1", "Job", false),
            ("v1", "Deployment", false),
        ];
        for (version, kind, known) in table {
            let object = json!({"apiVersion": version, "kind": kind});
            assert_eq!(WithPod::of(&object).is_some(), known, "{version} {kind}");
        }
    }

    #[test]
    fn a_list_holds_a_list() {
        let of = |items: Value| json!({"apiVersion": "v1", "kind": "List", "items": items});
        for (mut object, wanted) in [
            (of(json!([{}, {}])), Some(Some(2))),
            (of(json!(null)), Some(Some(0))),
            (json!({"apiVersion": "v1", "kind": "List"}), Some(Some(0))),
            (json!({"apiVersion": "example.com/v1", "kind": "List", "items": 5}), Some(None)),
            (of(json!(5)), None),
            (of(json!([{}, 5])), None),
        ] {
            let found = listed(&mut object).ok().map(|items| items.map(|items| items.len()));
            assert_eq!(found, wanted, "{object}");
        }
        // As kubectl writes what it gets.
        let mut got = json!({"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": "", "selfLink": ""}});
        assert!(listed(&mut got).is_ok());
        assert_eq!(got, json!({"apiVersion": "v1", "kind": "List", "metadata": {}, "items": null}));
    }

    #[test]
    fn what_makes_pods_shows_its_containers() {
        let pod = json!({"spec": {"containers": [{"name": "a", "image": "i"}]}});
        let of = |kind: &str, spec: Value| json!({"apiVersion": "x/v1", "kind": kind, "spec": spec});
        let table = [
            (of("Rollout", json!({"template": pod})), true),
            (of("Job", json!({"tasks": [{"template": pod}]})), true),
            (of("ScaledJob", json!({"jobTargetRef": {"template": pod}})), true),
            (of("CustomResourceDefinition", json!({"example": pod})), false),
            (of("Service", json!({"ports": []})), false),
            (of("Policy", json!({"containers": ["a"]})), false),
        ];
        for (object, wanted) in table {
            assert_eq!(unknown_kind(&object).is_some(), wanted, "{object}");
        }
    }
}
