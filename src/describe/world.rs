//! What was read of a mesh: enough to say what it makes of an object.

use serde_json::Value;

use crate::istio::{ControlPlane, DEFAULT, Pod};
use crate::object::{Object, ObjectId};

/// The namespace of Istio, unless its configuration says otherwise.
const DOMAIN: &str = "cluster.local";

/// A mesh as it was read. What could not be read is named in `unknown`, and counts as not there.
#[derive(Debug, Default)]
pub struct World {
    /// The namespaces the described objects are in.
    pub namespaces: Vec<Object>,
    /// All MutatingWebhookConfigurations.
    pub webhooks: Vec<Object>,
    /// Whether those could be read.
    pub sees_webhooks: bool,
    /// The Deployments, StatefulSets and DaemonSets of the described objects' namespaces, where they could be read.
    pub workloads: Option<Vec<Object>>,
    /// Whether every node runs native sidecars, where that could be read.
    pub nodes_can: Option<bool>,
    /// The control planes of Istio's namespace, and those elsewhere that pods are injected by.
    pub control_planes: Vec<ControlPlane>,
    /// Services of the described objects' namespaces.
    pub services: Vec<Object>,
    /// Pods of the described objects' namespaces.
    pub pods: Vec<Object>,
    /// Istio's and the Gateway API's objects of all namespaces.
    pub config: Vec<Object>,
    /// The namespace whose configuration holds for the whole mesh.
    pub root: String,
    /// What could not be read, and why.
    pub unknown: Vec<String>,
}

impl World {
    /// The control plane of a revision.
    pub fn control_plane(&self, revision: &str) -> Option<&ControlPlane> {
        let revision = if revision.is_empty() { DEFAULT } else { revision };
        self.control_planes.iter().find(|plane| plane.revision == revision)
    }

    /// The pods that live.
    pub fn living(&self) -> impl Iterator<Item = &Object> {
        self.pods.iter().filter(|pod| Pod::from(*pod).lives())
    }

    /// The namespace of this name.
    pub fn namespace(&self, name: &str) -> Option<&Object> {
        self.namespaces.iter().find(|namespace| namespace.name() == name)
    }

    /// Whether a workload is there; one that could not be looked for is taken for it.
    pub fn has_workload(&self, id: &ObjectId) -> bool {
        let read =
            self.workloads.as_ref().filter(|_| matches!(id.kind.as_str(), "Deployment" | "StatefulSet" | "DaemonSet"));
        read.is_none_or(|all| all.iter().any(|one| one.id() == *id))
    }

    /// Configuration of this group and kind.
    pub fn config<'a>(&'a self, group: &'a str, kind: &'a str) -> impl Iterator<Item = &'a Object> {
        self.config.iter().filter(move |object| object.kind() == kind && object.id().group == group)
    }

    /// The Services of `namespace` that send to pods with these labels.
    pub fn services_of<'a>(&'a self, namespace: &'a str, labels: &'a Value) -> impl Iterator<Item = &'a Object> {
        self.services.iter().filter(move |service| {
            let selector = service.at("/spec/selector").and_then(Value::as_object);
            service.namespace() == Some(namespace) && selector.is_some_and(|map| !map.is_empty() && covers(map, labels))
        })
    }
}

/// Whether `labels` has every entry of `selector`.
pub(super) fn covers(selector: &serde_json::Map<String, Value>, labels: &Value) -> bool {
    selector.iter().all(|(key, value)| labels.get(key) == Some(value))
}

/// The full host name of a Service.
pub(super) fn host_of(service: &Object) -> String {
    format!("{}.{}.svc.{DOMAIN}", service.name(), service.namespace().unwrap_or_default())
}

/// A container by its name.
pub(super) fn container<'a>(containers: &'a [Value], name: &str) -> Option<&'a Value> {
    containers.iter().find(|container| container["name"] == name)
}
