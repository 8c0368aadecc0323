//! Simulated nodes, and the proof that the controllers are at work on them.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{ConfigMap, Event, Node, Pod, ServiceAccount};
use k8s_openapi::api::rbac::v1::ClusterRoleBinding;
use kube::api::{DeleteParams, ListParams, PostParams};
use kube::{Api, Client};
use serde::de::DeserializeOwned;
use serde_json::json;

use super::kubelet;
use crate::protocol::Nodes;

const CANARY: &str = "canary";
const SYSTEM: &str = "kube-system";
/// How long controllers, scheduler and nodes may take. On a busy machine this is many times what is usual.
const SETTLE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(50);

/// Creates the nodes.
pub(super) async fn create(client: &Client, nodes: &Nodes) -> Result<()> {
    let api: Api<Node> = Api::all(client.clone());
    for index in 1..=nodes.count {
        let node = node(index, nodes)?;
        api.create(&PostParams::default(), &node).await.with_context(|| format!("cannot create node {index}"))?;
    }
    Ok(())
}

/// Lets user `viewer` see what ClusterRole `view` shows, in every namespace.
pub(super) async fn bind_viewer(client: &Client) -> Result<()> {
    let bindings: Api<ClusterRoleBinding> = Api::all(client.clone());
    let binding = serde_json::from_value(json!({
        "metadata": { "name": "system:test-viewer" },
        "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view" },
        "subjects": [{ "apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "viewer" }],
    }))
    .context("a binding cannot be written down")?;
    bindings.create(&PostParams::default(), &binding).await.context("cannot bind the viewer")?;
    Ok(())
}

fn node(index: usize, nodes: &Nodes) -> Result<Node> {
    let name = format!("node-{index}");
    let resources = json!({ "cpu": nodes.cpu, "memory": nodes.memory, "pods": nodes.pods.to_string(), "ephemeral-storage": "100Gi" });
    serde_json::from_value(json!({
        "metadata": {
            "name": name,
            // Simulated nodes are marked as such, for people who look.
            "annotations": { "kwok.x-k8s.io/node": "fake" },
            "labels": {
                "kubernetes.io/hostname": name,
                "kubernetes.io/os": "linux",
                "kubernetes.io/arch": "amd64",
                "topology.kubernetes.io/region": "region-1",
                "topology.kubernetes.io/zone": format!("zone-{}", (index - 1) % 3 + 1),
            },
        },
        "status": {
            "capacity": resources,
            "allocatable": resources,
            "addresses": [
                { "type": "InternalIP", "address": format!("172.18.{}.{}", index / 250, index % 250 + 2) },
                { "type": "Hostname", "address": name },
            ],
            "daemonEndpoints": { "kubeletEndpoint": { "Port": kubelet::PORT } },
            "nodeInfo": {
                "architecture": "amd64",
                "operatingSystem": "linux",
                "osImage": "simulated",
                "kernelVersion": "simulated",
                "containerRuntimeVersion": "simulated://0",
                "kubeletVersion": crate::binaries::kubernetes_version(),
                "kubeProxyVersion": "",
                "bootID": "", "machineID": "", "systemUUID": "",
            },
        },
    }))
    .context("a node cannot be written down")
}

/// Waits until namespaces get their service accounts and root CA, and a Deployment gets its pod, and, where there
/// is a node, runs there. Leaves nothing behind.
pub(super) async fn settle(client: &Client, nodes: &Nodes) -> Result<()> {
    let deployments: Api<Deployment> = Api::namespaced(client.clone(), SYSTEM);
    let pods: Api<Pod> = Api::namespaced(client.clone(), SYSTEM);
    let canary: Deployment = serde_json::from_value(json!({
        "metadata": { "name": CANARY },
        "spec": {
            "selector": { "matchLabels": { "app": CANARY } },
            "template": {
                "metadata": { "labels": { "app": CANARY } },
                "spec": { "terminationGracePeriodSeconds": 0, "containers": [{ "name": CANARY, "image": CANARY }] },
            },
        },
    }))
    .context("the canary cannot be written down")?;
    deployments.create(&PostParams::default(), &canary).await.context("cannot create a Deployment")?;

    let started = Instant::now();
    let ready = async || -> Result<bool> {
        if nodes.count == 0 {
            return Ok(!list(&pods).await?.is_empty());
        }
        let canary = deployments.get(CANARY).await.context("the canary is gone")?;
        Ok(canary.status.and_then(|status| status.available_replicas).unwrap_or(0) > 0)
    };
    until(started, "a Deployment did not become available", ready).await?;
    let accounts: Api<ServiceAccount> = Api::namespaced(client.clone(), "default");
    let maps: Api<ConfigMap> = Api::namespaced(client.clone(), "default");
    until(started, "namespace default got no service account", async || {
        Ok(accounts.get_opt("default").await?.is_some() && maps.get_opt("kube-root-ca.crt").await?.is_some())
    })
    .await?;

    deployments.delete(CANARY, &DeleteParams::background()).await.context("cannot delete the canary")?;
    until(started, "a deleted Deployment did not take its pods along", async || Ok(list(&pods).await?.is_empty()))
        .await?;
    let events: Api<Event> = Api::namespaced(client.clone(), SYSTEM);
    events.delete_collection(&DeleteParams::default(), &ListParams::default()).await.context("cannot delete events")?;
    Ok(())
}

async fn list<K: Clone + DeserializeOwned + std::fmt::Debug>(api: &Api<K>) -> Result<Vec<K>> {
    Ok(api.list(&ListParams::default()).await.context("cannot list")?.items)
}

async fn until(started: Instant, complaint: &str, mut holds: impl AsyncFnMut() -> Result<bool>) -> Result<()> {
    while !holds().await? {
        if started.elapsed() > SETTLE {
            bail!("{complaint} within {} s", SETTLE.as_secs());
        }
        tokio::time::sleep(POLL).await;
    }
    Ok(())
}
