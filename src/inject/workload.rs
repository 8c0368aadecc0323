//! Where the pod is in each kind of workload.

use serde_json::Value;

use super::owner::Owner;
use crate::error::Result;
use crate::object::{Reading, go_form};

/// The kinds that can be injected.
struct PodKind {
    group: &'static str,
    kind: &'static str,
    /// The type of the whole object in the table of Kubernetes' types.
    type_name: &'static str,
    /// Where the metadata that injection reads and writes stands.
    metadata: &'static str,
    /// Where the pod's spec stands.
    spec: &'static str,
}

const fn template(group: &'static str, kind: &'static str) -> PodKind {
    PodKind { group, kind, type_name: kind, metadata: "/spec/template/metadata", spec: "/spec/template/spec" }
}

const KINDS: [PodKind; 9] = [
    PodKind { group: "", kind: "Pod", type_name: "Pod", metadata: "/metadata", spec: "/spec" },
    template("", "ReplicationController"),
    template("apps", "Deployment"),
    template("apps", "StatefulSet"),
    template("apps", "DaemonSet"),
    template("apps", "ReplicaSet"),
    template("batch", "Job"),
    // The reference writes into the metadata of the Job that a CronJob makes, not into that of its pods.
    PodKind {
        group: "batch",
        kind: "CronJob",
        type_name: "CronJob",
        metadata: "/spec/jobTemplate/metadata",
        spec: "/spec/jobTemplate/spec/template/spec",
    },
    template("apps.openshift.io", "DeploymentConfig"),
];

/// A workload, or each one of a List, in the form Kubernetes itself gives it: what injection starts from. Other kinds come
/// back untouched.
///
/// # Errors
/// `wrong-type` (usage), with the path of a field that holds another type than Kubernetes wants.
pub fn kubernetes_form(mut object: Value) -> Result<Value> {
    if object["kind"] == "List" && object["apiVersion"] == "v1" {
        for item in object["items"].as_array_mut().into_iter().flatten() {
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
        let api_version = object["apiVersion"].as_str().unwrap_or_default();
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        let kind = object["kind"].as_str().unwrap_or_default();
        let found = KINDS.iter().find(|known| known.group == group && known.kind == kind && version == "v1")?;
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
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Owner {
            name: text(&object["metadata"]["name"]),
            namespace: text(&object["metadata"]["namespace"]),
            api_version: text(&object["apiVersion"]),
            kind: text(&object["kind"]),
        }
    }
}
