//! A control plane: what an istiod is, what it injects by, and since when its proxies trust its root.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{DEFAULT, Pod, label, revision, running};
use crate::line::Line;
use crate::object::Object;
use crate::status::{certificate, ready, version};
use crate::yaml;

/// The ConfigMap that the injector reads, without the revision in its name.
pub const INJECTOR: &str = "istio-sidecar-injector";
/// The ConfigMap of the mesh's configuration, without the revision in its name.
pub const MESH: &str = "istio";
/// The ConfigMap that istiod publishes its root certificate in, in every namespace.
pub const ROOT: &str = "istio-ca-root-cert";

/// A control plane, as far as it was read: its Deployment and the ConfigMaps of its revision.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ControlPlane {
    /// The revision, `default` for the default one.
    pub revision: String,
    /// Its namespace.
    pub namespace: String,
    /// The version that its pods run; none where there is no istiod of it.
    pub version: Option<String>,
    /// Whether an instance of it answers.
    pub is_ready: bool,
    /// `config` of `istio-sidecar-injector`; empty where it is not known.
    pub config: String,
    /// `values` of `istio-sidecar-injector`.
    pub values: String,
    /// `mesh` of `istio`; empty, which means the defaults, where there is none.
    pub mesh: String,
    /// The plain variables of its container.
    pub env: BTreeMap<String, String>,
    /// Since when it has its root certificate, in seconds since 1970, where that is known.
    pub root: Option<i64>,
}

impl ControlPlane {
    /// From the ConfigMaps of its namespace, and its Deployment where it is here; `pods` are those of istiods whose
    /// Deployments do not tell what runs.
    pub fn of(name: &str, maps: &[Object], deployment: Option<&Object>, pods: &[Pod]) -> Self {
        let data = |prefix: &str, key: &str| {
            let map = maps.iter().find(|map| map.name() == map_name(prefix, name));
            map.and_then(|map| map.text(&format!("/data/{key}"))).unwrap_or_default().to_owned()
        };
        let root = maps.iter().find(|map| map.name() == ROOT).and_then(|map| map.text("/data/root-cert.pem"));
        let namespace = deployment.or(maps.first()).and_then(Object::namespace);
        Self {
            revision: name.to_owned(),
            namespace: namespace.unwrap_or_default().to_owned(),
            version: deployment.map(|one| running::version(one, pods)),
            is_ready: deployment
                .is_some_and(|one| ready(one).is_ready() && one.int("/status/readyReplicas").unwrap_or_default() > 0),
            config: data(INJECTOR, "config"),
            values: data(INJECTOR, "values"),
            mesh: data(MESH, "mesh"),
            env: deployment.map(environment).unwrap_or_default(),
            root: root.and_then(certificate::rooted_since),
        }
    }

    /// That of an istiod's Deployment.
    pub fn of_deployment(deployment: &Object, maps: &[Object], pods: &[Pod]) -> Self {
        let own: Vec<Object> = maps.iter().filter(|map| map.namespace() == deployment.namespace()).cloned().collect();
        Self::of(revision(deployment), &own, Some(deployment), pods)
    }

    /// Whether what it injects by is known.
    pub fn is_known(&self) -> bool {
        !self.config.is_empty() && !self.values.is_empty()
    }

    /// The line of Istio that it is of; the built-in one where no version tells.
    pub fn line(&self) -> Line {
        self.version.as_deref().and_then(Line::of_version).unwrap_or_default()
    }

    /// Its revision as istiod's flag has it: empty for the default one.
    pub fn flag(&self) -> &str {
        if self.revision == DEFAULT { "" } else { &self.revision }
    }

    /// Whether its proxies are native sidecars: by `ENABLE_NATIVE_SIDECARS`, else by what the nodes can.
    pub fn native_sidecars(&self, nodes_can: bool) -> bool {
        native_sidecars(&self.env, nodes_can)
    }

    /// A setting of its mesh configuration.
    pub fn setting(&self, name: &str) -> Option<Value> {
        yaml::document("mesh configuration", &self.mesh).ok()?.get(name).cloned()
    }
}

/// What to say of control planes whose Istio is newer than what is known, once for each version.
pub fn newer(planes: &[ControlPlane]) -> BTreeSet<String> {
    planes.iter().filter_map(|plane| Line::said_of_newer(plane.version.as_deref()?)).collect()
}

/// Whether an istiod with these variables makes native sidecars of its proxies.
pub fn native_sidecars(env: &BTreeMap<String, String>, nodes_can: bool) -> bool {
    match env.get("ENABLE_NATIVE_SIDECARS").map(String::as_str) {
        None | Some("auto") => nodes_can,
        Some(value) => value == "true",
    }
}

/// Whether `object` runs a control plane, whoever made it: by its label, else by its container and what its image is called.
pub fn is_istiod(object: &Object) -> bool {
    object.kind() == "Deployment" && (object.label(label::APP) == Some("istiod") || runs_discovery(object))
}

fn runs_discovery(deployment: &Object) -> bool {
    deployment.list("/spec/template/spec/containers").iter().any(|container| {
        container["image"].as_str().is_some_and(|image| is_discovery(container["name"].as_str(), image))
    })
}

/// Whether a container of that name and image is istiod's, wherever the image is kept.
pub(super) fn is_discovery(name: Option<&str>, image: &str) -> bool {
    name == Some(running::DISCOVERY) && version::repository(image) == "pilot"
}

/// Whether `object` runs the control plane of that revision.
pub fn is_istiod_of(object: &Object, name: &str) -> bool {
    is_istiod(object) && revision(object) == name
}

/// The name of a ConfigMap of a revision.
pub fn map_name(prefix: &str, revision: &str) -> String {
    if revision == DEFAULT { prefix.to_owned() } else { format!("{prefix}-{revision}") }
}

/// The plain variables of istiod's container.
pub fn environment(deployment: &Object) -> BTreeMap<String, String> {
    let containers = deployment.list("/spec/template/spec/containers").iter();
    let own = containers.filter(|container| container["name"] == running::DISCOVERY);
    let variables = own.flat_map(|container| container["env"].as_array().into_iter().flatten());
    variables.filter_map(|one| Some((one["name"].as_str()?.to_owned(), one["value"].as_str()?.to_owned()))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_control_plane_is_known_by_its_label_or_its_image() {
        let table = [
            (json!({"app": "istiod"}), "discovery", "docker.io/istio/pilot:1.30.3", true),
            (json!({}), "discovery", "localhost:5000/pilot:1.27.0-distroless", true),
            (json!({"app": "istiod"}), "other", "other", true),
            (json!({}), "discovery", "docker.io/other/discovery:1", false),
            (json!({}), "pilot", "docker.io/istio/pilot:1.30.3", false),
        ];
        for (labels, container, image, expected) in table {
            let spec = json!({"template": {"spec": {"containers": [{"name": container, "image": image}]}}});
            let object = Object::new(json!({
                "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "x", "labels": labels}, "spec": spec,
            }));
            assert_eq!(object.is_ok_and(|one| is_istiod(&one)), expected, "{labels} {container} {image}");
        }
    }

    #[test]
    fn native_sidecars_are_what_its_variable_says() {
        let plane = |value: Option<&str>| ControlPlane {
            env: value.map(|value| ("ENABLE_NATIVE_SIDECARS".to_owned(), value.to_owned())).into_iter().collect(),
            ..ControlPlane::default()
        };
        for (value, expected) in
            [(None, true), (Some("auto"), true), (Some("true"), true), (Some("false"), false), (Some("maybe"), false)]
        {
            assert_eq!(plane(value).native_sidecars(true), expected, "{value:?}");
        }
        assert!(plane(Some("true")).native_sidecars(false));
        assert!(!plane(None).native_sidecars(false));
    }
}
