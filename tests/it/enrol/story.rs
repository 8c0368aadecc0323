//! The story of the README, with the stand-in and with a real istiod: three pods at 1/1, one command, three at 2/2, and they
//! are what `mesh inject -f` gives.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use cluster::{Behaviour, Cluster, Istiod};
use mesh::yaml;
use serde_json::{Value, json};

use super::{create, pods, settled, workload};
use crate::harness::mesh::{DEMO_LINES, Mesh};
use crate::harness::{named_program, say};

/// Workloads whose pods istiod and `mesh inject -f` must make alike.
fn specs() -> Vec<Value> {
    let mut plain = workload("Deployment", "nginx", 3, json!({}));
    plain["metadata"]["labels"] = json!({"app": "nginx"});
    let mut annotated = workload("Deployment", "annotated", 1, json!({}));
    annotated["spec"]["template"]["metadata"]["annotations"] = json!({
        "sidecar.istio.io/proxyCPU": "50m",
        "traffic.sidecar.istio.io/excludeOutboundPorts": "3306",
        "proxy.istio.io/config": "{\"concurrency\": 1, \"holdApplicationUntilProxyStarts\": true}",
        "prometheus.io/scrape": "true",
        "prometheus.io/port": "9000",
    });
    let mut probed = workload("Deployment", "probed", 1, json!({}));
    let container = &mut probed["spec"]["template"]["spec"]["containers"][0];
    container["readinessProbe"] = json!({"httpGet": {"path": "/ready", "port": 80}});
    container["livenessProbe"] = json!({"tcpSocket": {"port": 80}});
    container["lifecycle"] = json!({"preStop": {"httpGet": {"path": "/stop", "port": 80}}});
    let mut overridden = workload("StatefulSet", "overridden", 1, json!({"serviceName": "overridden"}));
    overridden["spec"]["template"]["spec"]["containers"].as_array_mut().into_iter().for_each(|containers| {
        containers.push(json!({"name": "istio-proxy", "image": "auto", "env": [{"name": "MINE", "value": "1"}]}));
    });
    vec![plain, annotated, probed, overridden]
}

/// What the injection has to do with, of a pod: containers, volumes and metadata, without what the API server, the
/// controllers and the service account bring.
fn comparable(pod: &Value) -> Value {
    let mut pod = json!({"metadata": {"labels": pod["metadata"]["labels"], "annotations": pod["metadata"]["annotations"]}, "spec": pod["spec"]});
    // The scheduler's, and the controllers'.
    let owners = [
        "topology.kubernetes.io/region",
        "topology.kubernetes.io/zone",
        "pod-template-hash",
        "controller-revision-hash",
        "statefulset.kubernetes.io/pod-name",
        "apps.kubernetes.io/pod-index",
    ];
    if let Some(labels) = pod["metadata"]["labels"].as_object_mut() {
        labels.retain(|key, _| !owners.contains(&key.as_str()));
    }
    if let Some(text) = pod["metadata"]["annotations"]["proxy.istio.io/overrides"].as_str() {
        let mut own = json!({"spec": serde_json::from_str::<Value>(text).unwrap_or_default()});
        without_token(&mut own);
        pod["metadata"]["annotations"]["proxy.istio.io/overrides"] = own;
    }
    let status = pod["metadata"]["annotations"]["sidecar.istio.io/status"].as_str().unwrap_or_default();
    pod["metadata"]["annotations"]["sidecar.istio.io/status"] = serde_json::from_str(status).unwrap_or_default();
    if let Some(annotations) = pod["metadata"]["annotations"].as_object_mut() {
        annotations.remove("kubectl.kubernetes.io/restartedAt");
    }
    let kept = ["initContainers", "containers", "volumes", "securityContext", "imagePullSecrets", "dnsConfig"];
    let spec = pod["spec"].as_object().cloned().unwrap_or_default();
    let mut spec: serde_json::Map<String, Value> =
        spec.into_iter().filter(|(key, _)| kept.contains(&key.as_str())).collect();
    spec.retain(|_, value| *value != json!({}) && *value != json!([]));
    pod["spec"] = Value::Object(spec);
    without_token(&mut pod);
    pod
}

/// The mount of the API server's token.
fn without_token(pod: &mut Value) {
    let is_token = |one: &Value| one["name"].as_str().is_some_and(|name| name.starts_with("kube-api-access"));
    for list in ["initContainers", "containers"] {
        for container in pod["spec"].get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
            if let Some(mounts) = container.get_mut("volumeMounts").and_then(Value::as_array_mut) {
                mounts.retain(|mount| !is_token(mount));
                if mounts.is_empty() {
                    container.as_object_mut().into_iter().for_each(|map| drop(map.remove("volumeMounts")));
                }
            }
        }
    }
    if let Some(volumes) = pod["spec"].get_mut("volumes").and_then(Value::as_array_mut) {
        volumes.retain(|volume| !is_token(volume));
    }
}

/// What the API server makes of a pod from a file: its defaults, and no webhook.
fn as_stored(cluster: &Cluster, workload: &Value) -> Result<Value> {
    let mut pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": workload["spec"]["template"]["metadata"], "spec": workload["spec"]["template"]["spec"]});
    pod["metadata"]["generateName"] = "dry-".into();
    // This namespace is not in the mesh, and the label keeps out webhooks that ask for the pod's own.
    cluster.create("/api/v1/namespaces/kube-public/pods?dryRun=All", &pod)
}

/// What `mesh inject -f` makes of a workload as it is in the cluster: with the API server's defaults, as the webhook sees it.
fn told_by_a_file(cluster: &Cluster, spec: &Value) -> Result<Value> {
    let file = tempfile::NamedTempFile::new()?;
    let kind = spec["kind"].as_str().unwrap_or_default();
    let name = spec["metadata"]["name"].as_str().unwrap_or_default();
    let mut workload = cluster.get(&format!("/apis/apps/v1/namespaces/default/{}s/{name}", kind.to_lowercase()))?;
    workload["kind"] = kind.into();
    workload["apiVersion"] = "apps/v1".into();
    for field in ["managedFields", "resourceVersion", "uid", "creationTimestamp", "generation", "annotations"] {
        workload["metadata"].as_object_mut().into_iter().for_each(|map| drop(map.remove(field)));
    }
    std::fs::write(file.path(), workload.to_string())?;
    let path = file.path().to_str().context("a path")?;
    let run = Mesh::on(cluster).args(["inject", "-f", path, "--from-cluster"]).run()?;
    ensure!(run.code == Some(0), "{run}");
    yaml::document("injected", run.stdout.trim_end().trim_end_matches("---")).context("no YAML")
}

fn story(istiod: Istiod) -> Result<()> {
    let cluster = Cluster::builder().nodes(3).istiod(istiod).start()?;
    Mesh::on(&cluster).install(["--set", "profile=demo"]).run()?.expect_done(DEMO_LINES)?;
    cluster.wait_for_namespace("default")?;
    cluster.wait_for_namespace("kube-public")?;
    let specs = specs();
    create(&cluster, "default", &specs[0])?;
    settled(&cluster, "default", "nginx", 3, "1/1")?;

    let shown = Mesh::on(&cluster).args(["inject", "namespace", "default", "--dry-run"]).run()?;
    shown.expect_done("namespace/default labeled (dry run)\ndeployment/nginx would restart: 3 pods have no proxy\n")?;
    settled(&cluster, "default", "nginx", 3, "1/1")?;

    let run = Mesh::on(&cluster).args(["inject", "namespace", "default"]).run()?;
    run.expect_done("namespace/default labeled\n✔ deployment/nginx 1/1 → 2/2 (3 pods)\n")?;
    // In a pipe progress is a line an event.
    ensure!(run.stderr.contains("deployment/nginx: restarting: 3 pods have no proxy\n"), "{run}");
    ensure!(run.stderr.contains("deployment/nginx: ready: 1/1 → 2/2 (3 pods)\n"), "{run}");
    run.is_plain()?;
    let found = super::ready(&cluster, "default", "nginx")?;
    ensure!(found == ["2/2"; 3], "at once after the command: {found:?}");

    for spec in &specs[1..] {
        create(&cluster, "default", spec)?;
    }
    for spec in &specs {
        let name = spec["metadata"]["name"].as_str().context("a name")?;
        let count = usize::try_from(spec["spec"]["replicas"].as_u64().unwrap_or(1))?;
        settled(&cluster, "default", name, count, "2/2")?;
        let live = pods(&cluster, "default", name)?.pop().context("no pod")?;
        let mut wanted = told_by_a_file(&cluster, spec)?;
        let labels = &mut wanted["spec"]["template"]["metadata"]["labels"];
        ensure!(labels.is_object(), "{wanted:#}");
        let (live, wanted) = (comparable(&live), comparable(&as_stored(&cluster, &wanted)?));
        let differences = differences(&wanted, &live);
        ensure!(differences.is_empty(), "{name}: by file and by webhook:\n{}", differences.join("\n"));
    }

    // What was injected just now is not outdated, and a second run has nothing to do.
    let again = Mesh::on(&cluster).args(["restart", "--outdated", "-A"]).run()?;
    again.expect_done("nothing has to restart\n")?;
    let mark = cluster.mark()?;
    Mesh::on(&cluster)
        .args(["inject", "namespace", "default"])
        .run()?
        .expect_done("namespace/default not labeled\nnothing has to restart\n")?;
    let writes = cluster.requests_since(mark)?.by_agent("mesh/").mutating();
    ensure!(writes.is_empty(), "{}", writes.lines());

    // Another proxy: what differs restarts, gateways included, and nothing else.
    let change = ["install", "-y", "--set", "profile=demo", "--set", "values.global.proxy.logLevel=debug"];
    Mesh::on(&cluster).args(change).run()?.expect_done(DEMO_LINES)?;
    let outdated = ["restart", "--outdated", "-A", "--dry-run"];
    let plan = |want: bool| {
        move |cluster: &Cluster| {
            let run = Mesh::on(cluster).args(outdated).run()?;
            ensure!(run.code == Some(0), "{run}");
            Ok((run.stdout.contains("deployment/nginx in default would restart: 3 pods have another") == want)
                .then_some(run))
        }
    };
    let run = cluster.eventually(Duration::from_secs(120), "outdated proxies", plan(true))?;
    ensure!(run.stdout.contains("statefulset/overridden in default would restart: 1 pod has another"), "{run}");
    ensure!(!run.stdout.contains("deployment/istiod"), "{run}");
    let run = Mesh::on(&cluster).args(["restart", "--outdated", "-n", "default"]).run()?;
    ensure!(run.code == Some(0) && run.stdout.contains("✔ deployment/nginx 2/2 → 2/2 (3 pods)\n"), "{run}");
    let run = Mesh::on(&cluster).args(["restart", "--outdated", "-n", "default"]).run()?;
    run.expect_done("nothing has to restart\n")
}

fn differences(wanted: &Value, found: &Value) -> Vec<String> {
    let one = |value: &Value| crate::harness::live::Dump::from([("pod".to_owned(), value.clone())]);
    crate::harness::live::differences(&one(wanted), &one(found))
}

/// The stand-in is mesh's own injector: this shows that the commands work, and nothing about being like Istio.
#[test]
fn three_pods_get_their_sidecars_from_the_stand_in() -> Result<()> {
    story(Istiod::StandIn(Behaviour::default()))
}

#[test]
fn three_pods_get_their_sidecars_from_a_real_istiod() -> Result<()> {
    let Some(binary) = named_program("MESH_TEST_ISTIOD") else { return Ok(()) };
    story(Istiod::Real(binary.into()))?;
    say("pods that a real istiod injects are what `mesh inject -f` gives");
    Ok(())
}
