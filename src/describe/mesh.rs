//! What the mesh makes of an object, by its kind.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::ambient::{Ambient, ambient};
use super::drift::{Drifted, drift};
use super::gateway::{self, Entrance};
use super::injection::{Injection, MadeFrom, injection};
use super::mtls::{Mtls, mtls};
use super::ports::{Port, ports};
use super::selected::{Relevant, of_workload};
use super::world::{World, container};
use crate::istio::{self, PROXY, Pod, label};
use crate::object::Object;
use crate::plan::restart::PodOwner;
use crate::text::count;

/// Everything about an object that only the mesh knows.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Mesh {
    /// What happens to its pods that are made now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub injection: Option<Injection>,
    /// Its pods by the proxy they run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxies: Option<Proxies>,
    /// How its pods differ from what would be injected now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drift: Option<Drifted>,
    /// Which requests to it are taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mtls: Option<Mtls>,
    /// Its ambient state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ambient: Option<Ambient>,
    /// The ports of its Services.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<Port>,
    /// Configuration that selects it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub selected_by: Vec<Relevant>,
    /// What a gateway lets in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gateway: Option<Entrance>,
    /// What should be looked at.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// What is not known, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<String>,
}

/// Pods by what they run.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Proxies {
    /// Pods without a proxy.
    pub without: usize,
    /// Pods with a proxy, by revision and version.
    pub with: Vec<ProxyGroup>,
}

/// Pods whose proxies are alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProxyGroup {
    /// The revision that injected them.
    pub revision: String,
    /// The version of their image.
    pub version: String,
    /// How many.
    pub pods: usize,
    /// The version of that revision's control plane; none where there is no such control plane.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub control_plane: Option<String>,
    /// Whether their pods pin the image by annotation `sidecar.istio.io/proxyImage`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub pinned: bool,
}

impl ProxyGroup {
    fn is_of_another_version(&self) -> bool {
        self.control_plane.as_ref().is_some_and(|plane| *plane != self.version)
    }
}

/// What the mesh makes of `object`.
pub fn mesh(world: &World, object: &Object) -> Mesh {
    let mut mesh = match object.kind() {
        "Namespace" => of_namespace(world, object),
        "Service" => of_service(world, object),
        "Deployment" => of_deployment(world, object),
        "Pod" => of_pod(world, object),
        "Gateway" => Mesh { gateway: Some(gateway::entrance(world, object)), ..Mesh::default() },
        _ => Mesh::default(),
    };
    mesh.unknown.extend(world.unknown.iter().cloned());
    mesh
}

fn of_namespace(world: &World, object: &Object) -> Mesh {
    let name = object.name();
    let pods: Vec<&Object> = world.living().filter(|pod| pod.namespace() == Some(name)).collect();
    let services: Vec<&Object> = world.services.iter().filter(|one| one.namespace() == Some(name)).collect();
    let labels = object.at("/metadata/labels").unwrap_or(&Value::Null);
    let mut state = ambient(world, name, labels, false);
    state.redirected = state.enrolled.then(|| redirected(&pods));
    let mut mesh = Mesh {
        injection: Some(injection(world, name, &json!({"metadata": {}, "spec": {}}), MadeFrom::Namespace)),
        proxies: Some(proxies(world, &pods)),
        drift: drift(world, name, &pods),
        mtls: Some(mtls(world, name, None)),
        ambient: Some(state),
        selected_by: of_workload(world, name, &Value::Null, &services),
        ..Mesh::default()
    };
    restart(&mut mesh, &pods, &format!(": mesh restart --outdated -n {name}"));
    mesh
}

fn of_service(world: &World, object: &Object) -> Mesh {
    let namespace = object.namespace().unwrap_or_default();
    let none = serde_json::Map::new();
    let selector = object.at("/spec/selector").and_then(Value::as_object).unwrap_or(&none);
    let pods: Vec<&Object> = world
        .living()
        .filter(|pod| pod.namespace() == Some(namespace) && !selector.is_empty())
        .filter(|pod| super::world::covers(selector, pod.at("/metadata/labels").unwrap_or(&Value::Null)))
        .collect();
    let labels = object.at("/metadata/labels").unwrap_or(&Value::Null);
    let mut state = ambient(world, namespace, labels, false);
    // A Service is not enrolled itself: its pods are, by the labels of pod and namespace.
    state.redirected = Some(redirected(&pods));
    let backend = pods.first().and_then(|pod| pod.at("/metadata/labels"));
    // What selects the pods behind it counts for requests to it; where there are none, what counts for any pod.
    let mut selected_by: Vec<_> = match pods.as_slice() {
        [] => of_workload(world, namespace, &Value::Null, &[object]),
        pods => {
            let labels = pods.iter().map(|pod| pod.at("/metadata/labels").unwrap_or(&Value::Null));
            labels.flat_map(|labels| of_workload(world, namespace, labels, &[object])).collect()
        }
    };
    selected_by.sort();
    selected_by.dedup();
    let mut mesh = Mesh {
        proxies: Some(proxies(world, &pods)),
        mtls: Some(mtls(world, namespace, backend)),
        ambient: Some(state),
        ports: ports(object),
        selected_by,
        ..Mesh::default()
    };
    if pods.is_empty() && !selector.is_empty() {
        mesh.warnings.push("no pod has the labels of its selector".to_owned());
    }
    mesh
}

fn of_deployment(world: &World, object: &Object) -> Mesh {
    let namespace = object.namespace().unwrap_or_default();
    let template = object.at("/spec/template").cloned().unwrap_or_default();
    let none = serde_json::Map::new();
    let selector = object.at("/spec/selector/matchLabels").and_then(Value::as_object).unwrap_or(&none);
    // By name too: two Deployments may well share labels.
    let is_own = |pod: &&Object| {
        let owners = pod.list("/metadata/ownerReferences");
        owners.iter().any(|owner| {
            owner["kind"] == "ReplicaSet"
                && owner["name"].as_str().is_some_and(|name| deployment_of(pod, name) == object.name())
        })
    };
    let pods: Vec<&Object> = world
        .living()
        .filter(|pod| pod.namespace() == Some(namespace))
        .filter(|pod| super::world::covers(selector, pod.at("/metadata/labels").unwrap_or(&Value::Null)))
        .filter(is_own)
        .collect();
    let workload = format!("deployment/{}", object.name());
    workload_view(world, namespace, &template, &pods, MadeFrom::Workload(&workload))
}

fn of_pod(world: &World, object: &Object) -> Mesh {
    let namespace = object.namespace().unwrap_or_default();
    let (workload, alone) = match PodOwner::of(object) {
        PodOwner::Workload(id) if world.has_workload(&id) => {
            (Some(format!("{}/{}", id.kind.to_lowercase(), id.name)), String::new())
        }
        PodOwner::Workload(id) => (None, format!("its {} {} is gone", id.kind, id.name)),
        PodOwner::Other(why) => (None, why),
    };
    let maker = workload.as_deref().map_or(MadeFrom::Nobody, MadeFrom::Workload);
    // What has ended, or is about to, has no proxy that counts.
    let pods: &[&Object] = if Pod::from(object).lives() { &[object] } else { &[] };
    let mut mesh = workload_view(world, namespace, object.value(), pods, maker);
    if workload.is_none() {
        restart(&mut mesh, pods, &format!("; {alone}"));
    }
    mesh
}

/// The name of the Deployment whose ReplicaSet made a pod: what stands before the hash of the template.
fn deployment_of<'a>(pod: &Object, replica_set: &'a str) -> &'a str {
    let hash = pod.label("pod-template-hash").unwrap_or_default();
    replica_set.strip_suffix(hash).and_then(|name| name.strip_suffix('-')).unwrap_or(replica_set)
}

fn workload_view(world: &World, namespace: &str, pod: &Value, pods: &[&Object], maker: MadeFrom<'_>) -> Mesh {
    let labels = &pod["metadata"]["labels"];
    let services: Vec<&Object> = world.services_of(namespace, labels).collect();
    let has_sidecar = pods.iter().any(|pod| istio::Proxy::of_object(pod).is_some());
    let mut state = ambient(world, namespace, labels, has_sidecar);
    state.redirected = state.enrolled.then(|| redirected(pods));
    let mut mesh = Mesh {
        injection: Some(injection(world, namespace, pod, maker)),
        proxies: Some(proxies(world, pods)),
        drift: drift(world, namespace, pods),
        mtls: Some(mtls(world, namespace, Some(labels))),
        ambient: Some(state),
        ports: services.iter().flat_map(|service| ports(service)).collect(),
        selected_by: of_workload(world, namespace, labels, &services),
        ..Mesh::default()
    };
    // A gateway brings its proxy along: injection would not give it another.
    let containers = pod["spec"]["containers"].as_array().map_or(&[][..], Vec::as_slice);
    if container(containers, PROXY).is_some()
        && !pods.iter().any(|pod| Pod::from(*pod).was_injected())
        && let Some(one) = &mut mesh.injection
    {
        one.change = None;
    }
    if let MadeFrom::Workload(workload) = maker {
        // What replaces no pod for its template's sake has no rollout.
        let by_eviction = ["replicaset/", "replicationcontroller/"].iter().any(|kind| workload.starts_with(kind));
        let command = if by_eviction {
            format!("mesh restart --outdated -n {namespace}")
        } else {
            format!("kubectl rollout restart -n {namespace} {workload}")
        };
        restart(&mut mesh, pods, &format!(": {command}"));
    }
    if mesh.mtls.as_ref().is_some_and(|mtls| mtls.mode == "STRICT")
        && !has_sidecar
        && mesh.ambient.as_ref().is_none_or(|one| !one.enrolled)
    {
        mesh.warnings.push(
            "mTLS is asked for, but nothing enforces it: it has no sidecar and is not in the ambient mesh".to_owned(),
        );
    }
    mesh
}

fn redirected(pods: &[&Object]) -> usize {
    pods.iter().filter(|pod| pod.annotation(label::REDIRECTION) == Some("enabled")).count()
}

/// Tells what only new pods get, and how new ones are made.
fn restart(mesh: &mut Mesh, pods: &[&Object], how: &str) {
    for one in
        mesh.proxies.iter().flat_map(|proxies| &proxies.with).filter(|one| one.pinned && one.is_of_another_version())
    {
        let key = label::PROXY_IMAGE;
        mesh.warnings.push(format!("{} of proxy version {} by annotation {key}", count(one.pods, "pod"), one.version));
    }
    let Some(proxies) = &mesh.proxies else { return };
    let wanted = mesh.injection.as_ref().and_then(|one| one.injected);
    let injected = pods.iter().filter(|pod| Pod::from(**pod).was_injected()).count();
    let warning = match wanted {
        Some(true) if proxies.without > 0 => {
            format!("{} without a proxy that new ones would get", count(proxies.without, "pod"))
        }
        Some(false) if injected > 0 => {
            format!("{} with a proxy that new ones would not get", count(injected, "pod"))
        }
        _ if mesh.drift.as_ref().is_some_and(|drift| drift.differ > 0) => {
            "its pods are not as new ones would be".to_owned()
        }
        _ if proxies.with.iter().any(|one| !one.pinned && one.is_of_another_version()) => {
            "its proxies are of another version than their control plane".to_owned()
        }
        _ => return,
    };
    mesh.warnings.push(format!("{warning}{how}"));
}

/// The revision of a proxy; of one that names a tag, that behind it.
fn behind(tags: &BTreeMap<String, String>, proxy: &istio::Proxy) -> String {
    let tagged = tags.get(&proxy.revision).filter(|_| proxy.asked);
    tagged.unwrap_or(&proxy.revision).clone()
}

fn proxies(world: &World, pods: &[&Object]) -> Proxies {
    let mut groups: BTreeMap<(String, String, bool), usize> = BTreeMap::new();
    let mut without = 0;
    let tags = istio::tags_of(&world.webhooks);
    for pod in pods {
        match istio::Proxy::of_object(pod) {
            Some(proxy) => {
                *groups.entry((behind(&tags, &proxy), proxy.version(), proxy.pinned.is_some())).or_default() += 1
            }
            None => without += 1,
        }
    }
    let with = groups.into_iter().map(|((revision, version, pinned), pods)| {
        let control_plane = world.control_plane(&revision).and_then(|plane| plane.version.clone());
        ProxyGroup { revision, version, pods, control_plane, pinned }
    });
    Proxies { without, with: with.collect() }
}
