//! What is read of a mesh to say what it makes of objects. What may not be read is named, and the rest is said all the same.

use std::collections::BTreeSet;

use futures::future::{join_all, try_join_all};
use serde_json::Value;

use super::planes::every_node_can;
use super::{istiods, untold_pods};
use crate::cluster::{Cluster, Kinds, with_labels};
use crate::describe::World;
use crate::error::Result;
use crate::istio::plane::{INJECTOR, MESH, ROOT, map_name, newer};
use crate::istio::webhook::homes_of;
use crate::istio::{ControlPlane, label, revision};
use crate::object::{Object, ObjectId};

/// Configuration that may select a workload.
const CONFIG: &[(&str, &str)] = &[
    ("networking.istio.io", "VirtualService"),
    ("networking.istio.io", "DestinationRule"),
    ("networking.istio.io", "Gateway"),
    ("networking.istio.io", "Sidecar"),
    ("networking.istio.io", "EnvoyFilter"),
    ("networking.istio.io", "ProxyConfig"),
    ("security.istio.io", "PeerAuthentication"),
    ("security.istio.io", "AuthorizationPolicy"),
    ("security.istio.io", "RequestAuthentication"),
    ("telemetry.istio.io", "Telemetry"),
    ("extensions.istio.io", "WasmPlugin"),
    ("gateway.networking.k8s.io", "Gateway"),
    ("gateway.networking.k8s.io", "HTTPRoute"),
    ("gateway.networking.k8s.io", "GRPCRoute"),
    ("gateway.networking.k8s.io", "TLSRoute"),
    ("gateway.networking.k8s.io", "TCPRoute"),
];

/// More namespaces than this are read by one request for all.
const FEW: usize = 4;

/// Reads what is needed to describe `objects`.
pub(super) async fn read(cluster: &Cluster, kinds: &Kinds, istio: &str, objects: &[Object]) -> World {
    let mut unknown = Vec::new();
    let places: BTreeSet<&str> = objects
        .iter()
        .filter_map(|object| if object.kind() == "Namespace" { Some(object.name()) } else { object.namespace() })
        .collect();
    let few: Option<Vec<&str>> = (places.len() <= FEW).then(|| places.iter().copied().collect());
    let webhooks = ObjectId::new("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", None, "");
    let service = ObjectId::new("v1", "Service", None, "");
    let served: Vec<ObjectId> = CONFIG.iter().filter_map(|(group, kind)| kinds.preferred(group, kind)).collect();
    let (namespaces, webhooks, deployments, services, pods, config, workloads, nodes_can) = futures::join!(
        namespaces(cluster, kinds, few.as_deref()),
        list(cluster, kinds, &webhooks, None),
        istiods::of_namespace(cluster, istio),
        in_places(cluster, kinds, &service, few.as_deref()),
        pods(cluster, kinds, few.as_deref(), objects),
        join_all(served.iter().map(|id| list(cluster, kinds, id, None))),
        workloads(cluster, kinds, few.as_deref(), objects),
        every_node_can(cluster),
    );
    let mut take = |read: Result<Vec<Object>>| {
        read.unwrap_or_else(|error| {
            unknown.push(error.to_string());
            Vec::new()
        })
    };
    let mut world = World {
        namespaces: take(namespaces),
        sees_webhooks: webhooks.is_ok(),
        webhooks: take(webhooks),
        workloads: workloads.ok(),
        nodes_can: nodes_can.ok(),
        services: take(services),
        pods: take(pods),
        config: config.into_iter().flat_map(&mut take).collect(),
        root: istio.to_owned(),
        ..World::default()
    };
    let mut deployments = take(deployments);
    // A pod of a namespace may be injected by an istiod that is elsewhere.
    let own = world.webhooks.iter().filter(|one| one.label(label::REVISION).is_some());
    let homes: BTreeSet<&str> = own.flat_map(homes_of).filter(|home| *home != istio).collect();
    let elsewhere = join_all(homes.into_iter().map(|home| istiods::of_namespace(cluster, home))).await;
    deployments.extend(elsewhere.into_iter().flat_map(&mut take));
    let maps = take(maps(cluster, kinds, &deployments).await);
    let istiods = untold_pods(cluster, &deployments).await.unwrap_or_default();
    world.control_planes = deployments.iter().map(|one| ControlPlane::of_deployment(one, &maps, &istiods)).collect();
    let root = world.control_planes.iter().find_map(|plane| plane.setting("rootNamespace"));
    if let Some(root) = root.as_ref().and_then(Value::as_str).filter(|root| !root.is_empty()) {
        root.clone_into(&mut world.root);
    }
    world.unknown = unknown;
    world.unknown.extend(newer(&world.control_planes));
    world
}

async fn list(cluster: &Cluster, kinds: &Kinds, id: &ObjectId, labels: Option<&str>) -> Result<Vec<Object>> {
    cluster.list(&kinds.collection(id)?, id, labels).await
}

async fn namespaces(cluster: &Cluster, kinds: &Kinds, few: Option<&[&str]>) -> Result<Vec<Object>> {
    let id = |name: &str| ObjectId::new("v1", "Namespace", None, name);
    let Some(few) = few else { return list(cluster, kinds, &id(""), None).await };
    let ids: Vec<ObjectId> = few.iter().map(|name| id(name)).collect();
    let found = join_all(ids.iter().map(|id| cluster.get(kinds, id))).await;
    found.into_iter().filter_map(Result::transpose).collect()
}

/// Everything of a kind in these namespaces, or in all.
async fn in_places(cluster: &Cluster, kinds: &Kinds, id: &ObjectId, few: Option<&[&str]>) -> Result<Vec<Object>> {
    let Some(few) = few else { return list(cluster, kinds, id, None).await };
    let ids: Vec<ObjectId> =
        few.iter().map(|place| ObjectId::new(&id.api_version(), &id.kind, Some(place), "")).collect();
    let found = join_all(ids.iter().map(|id| list(cluster, kinds, id, None))).await;
    Ok(found.into_iter().collect::<Result<Vec<_>>>()?.concat())
}

/// The pods of the namespaces; of gateways those that serve them, wherever they are.
async fn pods(cluster: &Cluster, kinds: &Kinds, few: Option<&[&str]>, objects: &[Object]) -> Result<Vec<Object>> {
    let id = ObjectId::new("v1", "Pod", None, "");
    let mut pods = in_places(cluster, kinds, &id, few).await?;
    let selectors: BTreeSet<String> = objects
        .iter()
        .filter(|object| object.kind() == "Gateway")
        .filter_map(|gateway| gateway.at("/spec/selector")?.as_object())
        .filter(|selector| !selector.is_empty())
        .map(with_labels)
        .collect();
    for selector in selectors {
        for pod in list(cluster, kinds, &id, Some(&selector)).await? {
            if pods.iter().all(|known| known.id() != pod.id()) {
                pods.push(pod);
            }
        }
    }
    Ok(pods)
}

/// The ConfigMaps that the control planes read.
async fn maps(cluster: &Cluster, kinds: &Kinds, deployments: &[Object]) -> Result<Vec<Object>> {
    let of = |deployment: &Object| {
        let [injector, mesh] = [INJECTOR, MESH].map(|name| map_name(name, revision(deployment)));
        let namespace = deployment.namespace().map(str::to_owned);
        [injector, mesh, ROOT.to_owned()].map(|name| ObjectId::new("v1", "ConfigMap", namespace.as_deref(), &name))
    };
    // Those of one namespace have one root.
    let ids: BTreeSet<ObjectId> = deployments.iter().flat_map(of).collect();
    let found = join_all(ids.iter().map(|id| cluster.get(kinds, id))).await;
    found.into_iter().filter_map(Result::transpose).collect()
}

/// The workloads that may have made the pods that are compared with what would be injected now.
async fn workloads(cluster: &Cluster, kinds: &Kinds, few: Option<&[&str]>, objects: &[Object]) -> Result<Vec<Object>> {
    if !objects.iter().any(|object| matches!(object.kind(), "Namespace" | "Deployment" | "Pod")) {
        return Ok(Vec::new());
    }
    let ids = ["Deployment", "StatefulSet", "DaemonSet"].map(|kind| ObjectId::new("apps/v1", kind, None, ""));
    Ok(try_join_all(ids.iter().map(|id| in_places(cluster, kinds, id, few))).await?.concat())
}
