//! What was read of a mesh: enough to say what it makes of an object.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::error::Result;
use crate::inject::{Injector, MeshInputs};
use crate::object::Object;
use crate::status::{ready, version};
use crate::yaml;

/// The namespace of Istio, unless its configuration says otherwise.
const DOMAIN: &str = "cluster.local";

/// A mesh as it was read. What could not be read is named in `unknown`, and counts as not there.
#[derive(Debug, Default)]
pub struct World {
    /// The namespaces the described objects are in.
    pub namespaces: Vec<Object>,
    /// All MutatingWebhookConfigurations.
    pub webhooks: Vec<Object>,
    /// The control planes of Istio's namespace.
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

/// An istiod.
#[derive(Debug, Clone)]
pub struct ControlPlane {
    /// Its Deployment.
    pub deployment: Object,
    /// Its revision, `default` for the one without a name.
    pub revision: String,
    /// ConfigMap `istio-sidecar-injector` of its revision.
    pub injector: Option<Object>,
    /// ConfigMap `istio` of its revision.
    pub mesh: Option<Object>,
}

impl ControlPlane {
    /// From istiod's Deployment and the ConfigMaps beside it.
    pub fn of(deployment: &Object, maps: &[Object]) -> Self {
        let revision = deployment.label("istio.io/rev").filter(|label| !label.is_empty()).unwrap_or("default");
        let map = |name: &str| {
            let name = if revision == "default" { name.to_owned() } else { format!("{name}-{revision}") };
            maps.iter().find(|map| map.name() == name).cloned()
        };
        Self {
            deployment: deployment.clone(),
            revision: revision.to_owned(),
            injector: map("istio-sidecar-injector"),
            mesh: map("istio"),
        }
    }

    /// The version of its image.
    pub fn version(&self) -> String {
        let image = container(self.deployment.list("/spec/template/spec/containers"), "discovery")
            .and_then(|container| container["image"].as_str());
        image.map_or_else(|| "unknown".to_owned(), version::of_image)
    }

    /// Whether an instance of it answers.
    pub fn is_ready(&self) -> bool {
        ready(&self.deployment).is_ready() && self.deployment.int("/status/readyReplicas").unwrap_or_default() > 0
    }

    /// Its injector, with native sidecars or without.
    ///
    /// # Errors
    /// What [`Injector::new`] says; none where its ConfigMaps are not known.
    pub fn injector(&self, native_sidecars: bool) -> Option<Result<Injector>> {
        let (injector, mesh) = (self.injector.as_ref()?, self.mesh.as_ref()?);
        let (config, values) = (injector.text("/data/config")?, injector.text("/data/values")?);
        let container = container(self.deployment.list("/spec/template/spec/containers"), "discovery");
        let variables = container.map_or(&[][..], |one| one["env"].as_array().map_or(&[], Vec::as_slice));
        let env: BTreeMap<String, String> = variables
            .iter()
            .filter_map(|one| Some((one["name"].as_str()?.to_owned(), one["value"].as_str()?.to_owned())))
            .collect();
        let revision = if self.revision == "default" { "" } else { &self.revision };
        let mesh = mesh.text("/data/mesh").unwrap_or_default();
        Some(Injector::new(&MeshInputs { config, values, mesh, revision, native_sidecars, env }))
    }

    /// A setting of its mesh configuration.
    pub fn setting(&self, name: &str) -> Option<Value> {
        let text = self.mesh.as_ref()?.text("/data/mesh")?;
        yaml::document("mesh configuration", text).ok()?.get(name).cloned()
    }
}

impl World {
    /// The control plane of a revision.
    pub fn control_plane(&self, revision: &str) -> Option<&ControlPlane> {
        let revision = if revision.is_empty() { "default" } else { revision };
        self.control_planes.iter().find(|plane| plane.revision == revision)
    }

    /// The namespace of this name.
    pub fn namespace(&self, name: &str) -> Option<&Object> {
        self.namespaces.iter().find(|namespace| namespace.name() == name)
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
pub fn container<'a>(containers: &'a [Value], name: &str) -> Option<&'a Value> {
    containers.iter().find(|container| container["name"] == name)
}

/// The proxy of a pod: a container, or a native sidecar among the init containers; with whether it is one.
pub fn proxy(pod: &Object) -> Option<(&Value, bool)> {
    const NAME: &str = "istio-proxy";
    let plain = container(pod.list("/spec/containers"), NAME).map(|proxy| (proxy, false));
    let proxy = plain.or_else(|| container(pod.list("/spec/initContainers"), NAME).map(|proxy| (proxy, true)));
    proxy.filter(|(proxy, _)| proxy["image"] != version::PLACEHOLDER)
}

/// Whether an injector put the proxy into a pod; gateways bring theirs along.
pub(super) fn is_injected(pod: &Object) -> bool {
    pod.annotation("sidecar.istio.io/status").is_some()
}
