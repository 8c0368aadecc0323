//! Nothing becomes fewer than it may while a mesh moves: pods of workloads with a disruption budget, and of gateways.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use cluster::Cluster;
use serde_json::{Value, json};

use super::GATEWAYS;
use crate::harness::history::{Changes, version_now};

/// So many pods of `web` and of `agent` have to be there, as their budgets ask for.
const AVAILABLE: usize = 1;

/// Gives the pods of an app a budget.
pub(super) fn budget(cluster: &Cluster, space: &str, app: &str) -> Result<()> {
    let budget = json!({"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": app},
        "spec": {"minAvailable": AVAILABLE, "selector": {"matchLabels": {"app": app}}}});
    cluster.create(&format!("/apis/policy/v1/namespaces/{space}/poddisruptionbudgets"), &budget).map(drop)
}

/// The pods of a namespace whose workload has a budget, from a moment on.
pub(super) struct Guarded {
    pods: String,
    version: u64,
    healthy: BTreeSet<String>,
}

impl Guarded {
    pub(super) fn from_now(cluster: &Cluster, space: &str) -> Result<Self> {
        let version = version_now(cluster)?;
        let pods = format!("/api/v1/namespaces/{space}/pods");
        let healthy = cluster.list(&pods)?.iter().filter(|pod| is_healthy(pod)).map(name).collect();
        Ok(Self { pods, version, healthy })
    }

    /// In no moment since then were fewer of them healthy than the budget asks for; and all were replaced.
    pub(super) fn were_kept(self, cluster: &Cluster) -> Result<()> {
        let Self { pods, version, mut healthy } = self;
        let before = healthy.clone();
        ensure!(before.len() > AVAILABLE, "{pods}: {before:?}");
        for change in Changes::of(cluster, &[&pods], version)?.0 {
            let name = name(&change.object);
            if !change.is_gone && is_healthy(&change.object) {
                healthy.insert(name);
            } else {
                healthy.remove(&name);
            }
            ensure!(healthy.len() >= AVAILABLE, "{pods}: only {healthy:?} at {}", change.version);
        }
        ensure!(healthy.is_disjoint(&before) && healthy.len() == before.len(), "{pods}: {before:?}, then {healthy:?}");
        Ok(())
    }
}

fn name(pod: &Value) -> String {
    pod["metadata"]["name"].as_str().unwrap_or_default().to_owned()
}

/// As the controller of budgets counts: ready, and not going.
fn is_healthy(pod: &Value) -> bool {
    let is_ready = |one: &Value| one["type"] == "Ready" && one["status"] == "True";
    pod["metadata"]["deletionTimestamp"].is_null()
        && pod["status"]["conditions"].as_array().is_some_and(|all| all.iter().any(is_ready))
}

/// In no moment since then were fewer gateways ready than there are to be, nor more than one beside; and all were replaced.
pub(super) fn gateways_rolled(cluster: &Cluster, since: u64) -> Result<()> {
    let all = Changes::since(cluster, since)?.0;
    let of_gateway = all.iter().filter(|one| one.kind == "Deployment" && one.name == "istio-ingressgateway");
    let mut most = 0;
    for one in of_gateway {
        let status = &one.object["status"];
        let count = |field: &str| status[field].as_u64().unwrap_or_default();
        ensure!(count("readyReplicas") >= GATEWAYS && count("replicas") <= GATEWAYS + 1, "{status}");
        most = most.max(count("replicas"));
    }
    ensure!(most == GATEWAYS + 1, "none was replaced: {most}");
    Ok(())
}
