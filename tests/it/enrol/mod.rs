//! Namespaces and workloads that come into the mesh, restarts with care, and labels: on control planes with an
//! installation, through the API server's real webhook call.

mod care;
mod causes;
mod label;
mod parity;
mod proxy_config;
mod scale;
mod story;

use std::sync::LazyLock;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use cluster::{Behaviour, Cluster, Istiod};
use serde_json::{Value, json};

use crate::harness::mesh::{MINIMAL_LINES, Mesh};

const SOON: Duration = Duration::from_secs(120);

type Shared = LazyLock<std::result::Result<Cluster, String>>;

static PLANE: Shared = LazyLock::new(|| minimal().map_err(|error| format!("{error:#}")));

/// A control plane with the profile minimal and the stand-in istiod. Each test has namespaces of its own there.
fn plane() -> Result<&'static Cluster> {
    PLANE.as_ref().map_err(|error| anyhow!("the shared control plane: {error}"))
}

fn minimal() -> Result<Cluster> {
    let cluster = Cluster::builder().nodes(2).istiod(Istiod::StandIn(Behaviour::default())).start()?;
    Mesh::on(&cluster).install(["--set", "profile=minimal"]).run()?.expect_done(MINIMAL_LINES)?;
    Ok(cluster)
}

/// A namespace that is ready for pods.
pub(crate) fn namespace(cluster: &Cluster, name: &str, labels: Value) -> Result<()> {
    cluster.create_namespace(name, &labels)
}

pub(crate) fn template(name: &str) -> Value {
    json!({
        "metadata": {"labels": {"app": name}},
        "spec": {"containers": [{"name": "web", "image": "nginx:1.14.2", "ports": [{"containerPort": 80, "protocol": "TCP"}]}]},
    })
}

/// A workload of apps/v1; `spec` is merged over replicas, selector and template.
pub(crate) fn workload(kind: &str, name: &str, replicas: u64, spec: Value) -> Value {
    let mut workload = json!({
        "apiVersion": "apps/v1", "kind": kind, "metadata": {"name": name, "labels": {"app": name}},
        "spec": {"selector": {"matchLabels": {"app": name}}, "template": template(name)},
    });
    if kind != "DaemonSet" {
        workload["spec"]["replicas"] = replicas.into();
    }
    for (key, value) in spec.as_object().into_iter().flatten() {
        workload["spec"][key] = value.clone();
    }
    workload
}

pub(crate) fn create(cluster: &Cluster, namespace: &str, workload: &Value) -> Result<()> {
    let plural = format!("{}s", workload["kind"].as_str().unwrap_or_default().to_lowercase());
    cluster.create(&format!("/apis/apps/v1/namespaces/{namespace}/{plural}"), workload).map(drop)
}

/// READY of the pods of an app that are there to stay, sorted; what is going does not count.
fn ready(cluster: &Cluster, namespace: &str, app: &str) -> Result<Vec<String>> {
    let mut found: Vec<String> = pods(cluster, namespace, app)?.iter().map(counts).collect();
    found.sort();
    Ok(found)
}

pub(crate) fn pods(cluster: &Cluster, namespace: &str, app: &str) -> Result<Vec<Value>> {
    let mut pods = cluster.list(&format!("/api/v1/namespaces/{namespace}/pods?labelSelector=app%3D{app}"))?;
    pods.retain(|pod| pod["metadata"]["deletionTimestamp"].is_null());
    Ok(pods)
}

fn counts(pod: &Value) -> String {
    let all = ["initContainerStatuses", "containerStatuses"].map(|list| pod["status"][list].as_array().cloned());
    let statuses: Vec<Value> = all.into_iter().flatten().flatten().collect();
    let is_ready = |name: &Value| statuses.iter().any(|status| status["name"] == *name && status["ready"] == true);
    let containers = pod["spec"]["containers"].as_array().cloned().unwrap_or_default();
    let sidecars = pod["spec"]["initContainers"].as_array().cloned().unwrap_or_default();
    let sidecars = sidecars.into_iter().filter(|one| one["restartPolicy"] == "Always");
    let names: Vec<Value> = containers.into_iter().chain(sidecars).map(|one| one["name"].clone()).collect();
    format!("{}/{}", names.iter().filter(|name| is_ready(name)).count(), names.len())
}

/// Waits until an app's pods are all so.
pub(crate) fn settled(cluster: &Cluster, namespace: &str, app: &str, count: usize, wanted: &str) -> Result<()> {
    let so = |cluster: &Cluster| {
        let found = ready(cluster, namespace, app)?;
        Ok((found.len() == count && found.iter().all(|one| one == wanted)).then_some(()))
    };
    let what = format!("{count} pods of {namespace}/{app} at {wanted}");
    cluster.eventually(SOON, &what, so).with_context(|| format!("{:?}", ready(cluster, namespace, app)))
}

/// Both lists have the same lines, in any order.
fn same_lines(found: &str, wanted: &[&str]) -> Result<()> {
    let mut lines: Vec<&str> = found.lines().collect();
    let mut wanted = wanted.to_vec();
    lines.sort_unstable();
    wanted.sort_unstable();
    ensure!(lines == wanted, "wanted {wanted:#?}, found {lines:#?}");
    Ok(())
}
