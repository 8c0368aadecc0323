//! Who uses a revision: every command that speaks of users gives the same counts, and the same pods count as outdated.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use cluster::Cluster;
use serde_json::{Value, json};

use crate::harness::mesh::{Mesh, Run};
use crate::harness::planes::builder;

const SOON: Duration = Duration::from_secs(120);
/// A root of istiod's own making (`O=cluster.local`, self-signed) that begins in 2040.
const YOUNG_ROOT: &str = "MFswWQIBATAAMBgxFjAUBgNVBAoMDWNsdXN0ZXIubG9jYWwwHhcNNDAwMTAxMDAwMDAwWhcNNDkwMTAxMDAwMDAwWjAYMRYw\
FAYDVQQKDA1jbHVzdGVyLmxvY2Fs";

fn mesh(cluster: &Cluster, args: &[&str]) -> Result<Run> {
    Mesh::on(cluster).args(args).run()
}

fn item(run: &Run) -> Result<Value> {
    Ok(run.json()?["clusters"][0].take())
}

fn namespace(cluster: &Cluster, name: &str, labels: Value) -> Result<()> {
    cluster.create_namespace(name, &labels)
}

fn template(app: &str, labels: Value) -> Value {
    let mut template = json!({"metadata": {"labels": {"app": app}}, "spec": {"containers": [{"name": "web", "image": "nginx:1.14.2"}]}});
    for (key, value) in labels.as_object().into_iter().flatten() {
        template["metadata"]["labels"][key] = value.clone();
    }
    template
}

fn deployment(cluster: &Cluster, name: &str, replicas: u64) -> Result<()> {
    let spec = json!({"replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": template(name, json!({}))});
    let object = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec});
    cluster.create("/apis/apps/v1/namespaces/shop/deployments", &object).map(drop)
}

/// A pod with an old proxy of the revision, which nobody injected.
fn old(cluster: &Cluster, name: &str, finalizers: Value) -> Result<String> {
    let metadata = json!({
        "name": name, "labels": {"service.istio.io/canonical-name": name}, "annotations": {"istio.io/rev": "canary"},
        "finalizers": finalizers,
    });
    let spec = json!({"restartPolicy": "Never", "containers": [{"name": "istio-proxy", "image": "r.example.com/proxyv2:1.20.0"}]});
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec});
    cluster.create("/api/v1/namespaces/plain/pods", &pod)?;
    Ok(format!("/api/v1/namespaces/plain/pods/{name}"))
}

/// One pod of the revision that lives, and everything else that is one of its users, or is none any more.
fn population(cluster: &Cluster) -> Result<()> {
    namespace(cluster, "shop", json!({"istio.io/rev": "canary"}))?;
    namespace(cluster, "tagged", json!({"istio.io/rev": "prod"}))?;
    namespace(cluster, "plain", json!({}))?;
    mesh(cluster, &["tag", "set", "prod", "--revision", "canary", "-y"])?
        .expect_done("✔ Tag prod leads to revision canary\n")?;
    deployment(cluster, "web", 1)?;
    deployment(cluster, "idle", 0)?;
    cluster.wait_for_deployment("shop", "web", SOON)?;
    let mut run = template("nightly", json!({"istio.io/rev": "prod"}));
    run["spec"]["restartPolicy"] = "Never".into();
    let spec = json!({"schedule": "0 0 * * *", "suspend": true, "jobTemplate": {"spec": {"template": run}}});
    let nightly = json!({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "nightly"}, "spec": spec});
    cluster.create("/apis/batch/v1/namespaces/plain/cronjobs", &nightly)?;
    for (name, phase) in [("done", "Succeeded"), ("bad", "Failed")] {
        let path = old(cluster, name, json!([]))?;
        // The kubelet writes its own word until the pod runs.
        cluster.eventually(SOON, "pod that runs", |cluster| {
            Ok((cluster.get(&path)?["status"]["phase"] == "Running").then_some(()))
        })?;
        cluster.merge(&format!("{path}/status"), &json!({ "status": { "phase": phase } }))?;
        cluster.eventually(SOON, "pod that has ended", |cluster| {
            Ok((cluster.get(&path)?["status"]["phase"] == phase).then_some(()))
        })?;
    }
    let going = old(cluster, "going", json!(["test.invalid/hold"]))?;
    cluster.delete(&going)?;
    let left = cluster.get(&going)?;
    ensure!(left["metadata"]["deletionTimestamp"].is_string(), "{left}");
    Ok(())
}

#[test]
fn every_command_counts_the_same_users() -> Result<()> {
    let cluster = builder().nodes(2).start()?;
    let install = ["--set", "profile=minimal", "--revision", "canary", "-y"];
    let run = Mesh::on(&cluster).install(install).run()?;
    ensure!(run.code == Some(0), "{run}");
    population(&cluster)?;
    counted(&cluster)?;
    refused(&cluster)?;
    older_than_the_root(&cluster)?;
    pinned(&cluster)?;
    // What follows other inputs is outdated, whoever makes its pods anew.
    let run = Mesh::on(&cluster).install(install).args(["--set", "values.global.proxy.logLevel=debug"]).run()?;
    ensure!(run.code == Some(0), "{run}");
    outdated(&cluster)
}

fn counted(cluster: &Cluster) -> Result<()> {
    let idle = json!(["CronJob/plain/nightly", "Deployment/shop/idle"]);
    let run = mesh(cluster, &["revision", "list", "-o", "json"])?;
    let revisions = item(&run)?["revisions"].take();
    let canary =
        revisions.as_array().and_then(|all| all.iter().find(|one| one["revision"] == "canary")).context("canary")?;
    ensure!(canary["proxies"] == 1 && canary["workloads"] == idle, "{run}");
    ensure!(canary["namespaces"] == json!(["shop", "tagged"]), "{run}");
    let listed = mesh(cluster, &["revision", "list"])?;
    let line = listed.stdout.lines().find(|line| line.starts_with("canary")).context("a line")?;
    let cells: Vec<&str> = line.split_whitespace().collect();
    ensure!(cells.get(4..7) == Some(&["shop,tagged", "1", "2"]), "{listed}");

    let run = mesh(cluster, &["status", "-o", "json"])?;
    let status = item(&run)?;
    ensure!(status["workloads"]["canary"] == idle && status["troubled"] == 0, "{run}");
    let proxies = status["proxies"].as_array().context("proxies")?;
    let [alike] = proxies.as_slice() else { anyhow::bail!("{run}") };
    ensure!(alike["revision"] == "canary" && alike["pods"] == 1 && alike["outdated"] == false, "{run}");
    let status = mesh(cluster, &["status"])?;
    ensure!(
        status.stdout.contains("WORKLOAD WITHOUT PODS") && status.stdout.contains("Deployment/shop/idle"),
        "{status}"
    );

    let run = mesh(cluster, &["version", "-o", "json"])?;
    ensure!(item(&run)?["proxies"] == json!([{"version": "1.30.3", "count": 1}]), "{run}");
    let run = mesh(cluster, &["describe", "namespace", "plain", "-o", "json"])?;
    ensure!(item(&run)?["items"][0]["mesh"]["proxies"] == json!({"without": 0, "with": []}), "{run}");
    let run = mesh(cluster, &["describe", "namespace", "shop", "-o", "json"])?;
    ensure!(item(&run)?["items"][0]["mesh"]["proxies"]["with"][0]["pods"] == 1, "{run}");

    let verify = mesh(cluster, &["verify", "--revision", "canary"])?;
    ensure!(verify.code == Some(0), "{verify}");
    let check = mesh(cluster, &["check", "--only", "version-skew"])?;
    check.expect_done("1 check, nothing was found\n")?;
    mesh(cluster, &["restart", "--outdated", "-A", "--dry-run"])?.expect_done("nothing has to restart\n")
}

fn refused(cluster: &Cluster) -> Result<()> {
    let users = [
        "2 namespaces are injected by it: shop, tagged",
        "1 pod runs its proxy: shop/web-",
        "2 workloads without pods ask for it: CronJob/plain/nightly, Deployment/shop/idle",
    ];
    mesh(cluster, &["uninstall", "--revision", "canary", "-y"])?.expect_failed(1, &users)?;
    let planned = mesh(cluster, &["uninstall", "--revision", "canary", "--dry-run"])?;
    ensure!(planned.code == Some(1) && users.iter().all(|line| planned.stderr.contains(line)), "{planned}");
    mesh(cluster, &["tag", "remove", "prod", "-y"])?.expect_failed(
        1,
        &["1 namespace is injected by it: tagged", "1 workload without pods asks for it: CronJob/plain/nightly"],
    )
}

/// A mesh that has got another root certificate since.
fn older_than_the_root(cluster: &Cluster) -> Result<()> {
    let path = "/api/v1/namespaces/istio-system/configmaps/istio-ca-root-cert";
    let before = cluster.get(path)?["data"]["root-cert.pem"].take();
    let young = format!("-----BEGIN CERTIFICATE-----\n{YOUNG_ROOT}\n-----END CERTIFICATE-----\n");
    cluster.merge(path, &json!({ "data": { "root-cert.pem": young } }))?;
    let run = mesh(cluster, &["status", "-o", "json"])?;
    let alike = item(&run)?["proxies"][0].take();
    ensure!(alike["olderThanRoot"] == 1 && alike["outdated"] == true, "{run}");
    let status = mesh(cluster, &["status"])?;
    ensure!(status.stdout.contains("1 older than the root certificate of the mesh"), "{status}");
    let check = mesh(cluster, &["check", "--only", "version-skew"])?;
    ensure!(check.code == Some(1) && check.stdout.contains("before the mesh got its root certificate"), "{check}");
    let why = "a proxy older than the root certificate of the mesh";
    let restart = mesh(cluster, &["restart", "--outdated", "-n", "shop", "--dry-run"])?;
    restart.expect_done(&format!("deployment/web would restart: 1 pod has {why}\n"))?;
    let run = mesh(cluster, &["describe", "deployment", "web", "-n", "shop", "-o", "json"])?;
    let described = item(&run)?["items"][0]["mesh"].take();
    ensure!(described["drift"]["fields"] == json!([[why, 1]]), "{run}");
    cluster.merge(path, &json!({ "data": { "root-cert.pem": before } })).map(drop)
}

/// A pod that pins its proxy: no restart changes it, so none is advised.
fn pinned(cluster: &Cluster) -> Result<()> {
    let image = "r.example.com/proxyv2:1.29.1";
    let metadata = json!({"name": "pinned", "annotations": {"sidecar.istio.io/proxyImage": image}});
    let pod =
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template("pinned", json!({}))["spec"]});
    let path = "/api/v1/namespaces/shop/pods";
    cluster.create(path, &pod)?;
    let run = mesh(cluster, &["status", "-o", "json"])?;
    let proxies = item(&run)?["proxies"].take();
    let alike =
        proxies.as_array().and_then(|all| all.iter().find(|one| one["version"] == "1.29.1")).context("pinned")?;
    ensure!(alike["pinned"] == true && alike["outdated"] == false, "{run}");
    let status = mesh(cluster, &["status"])?;
    ensure!(status.stdout.contains("pinned by sidecar.istio.io/proxyImage: the control plane is 1.30.3"), "{status}");
    let verify = mesh(cluster, &["verify", "--revision", "canary"])?;
    ensure!(verify.code == Some(0) && verify.stdout.contains("by annotation sidecar.istio.io/proxyImage"), "{verify}");
    mesh(cluster, &["restart", "--outdated", "-n", "shop", "--dry-run"])?.expect_done("nothing has to restart\n")?;
    let run = mesh(cluster, &["describe", "pod", "pinned", "-n", "shop", "-o", "json"])?;
    let warnings = item(&run)?["items"][0]["mesh"]["warnings"].take();
    ensure!(
        warnings == json!(["1 pod of proxy version 1.29.1 by annotation sidecar.istio.io/proxyImage"]),
        "{warnings}"
    );
    cluster.delete(&format!("{path}/pinned")).map(drop)
}

/// Pods of every owner are compared alike, and `describe` says the same.
fn outdated(cluster: &Cluster) -> Result<()> {
    let run = mesh(cluster, &["restart", "--outdated", "-n", "shop", "--dry-run"])?;
    ensure!(run.stdout.contains("deployment/web would restart: 1 pod has another"), "{run}");
    // Made while the mesh logged otherwise.
    let install = ["--set", "profile=minimal", "--revision", "canary", "-y"];
    let run = Mesh::on(cluster).install(install).run()?;
    ensure!(run.code == Some(0), "{run}");
    let set = json!({"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"name": "set"},
        "spec": {"replicas": 1, "selector": {"matchLabels": {"app": "set"}}, "template": template("set", json!({}))}});
    cluster.create("/apis/apps/v1/namespaces/shop/replicasets", &set)?;
    let controller = json!({"apiVersion": "v1", "kind": "ReplicationController", "metadata": {"name": "rc"},
        "spec": {"replicas": 1, "selector": {"app": "rc"}, "template": template("rc", json!({}))}});
    cluster.create("/api/v1/namespaces/shop/replicationcontrollers", &controller)?;
    let alone = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "alone"}, "spec": template("alone", json!({}))["spec"]});
    cluster.create("/api/v1/namespaces/shop/pods", &alone)?;
    let ready = |cluster: &Cluster| {
        let pods = cluster.list("/api/v1/namespaces/shop/pods")?;
        let running = pods.iter().filter(|pod| pod["status"]["phase"] == "Running").count();
        Ok((running == 4).then_some(()))
    };
    cluster.eventually(SOON, "4 pods that run", ready)?;
    mesh(cluster, &["restart", "--outdated", "-n", "shop", "--dry-run"])?.expect_done("nothing has to restart\n")?;
    let run = Mesh::on(cluster).install(install).args(["--set", "values.global.proxy.logLevel=debug"]).run()?;
    ensure!(run.code == Some(0), "{run}");
    let run = mesh(cluster, &["restart", "--outdated", "-n", "shop", "--dry-run"])?;
    for line in [
        "deployment/web would restart: 1 pod has another",
        "replicaset/set would restart: 1 pod has another",
        "replicationcontroller/rc would restart: 1 pod has another",
        "- pod/alone not restarted: another",
    ] {
        ensure!(run.stdout.contains(line), "{line}: {run}");
    }
    let run = mesh(cluster, &["describe", "namespace", "shop", "-o", "json"])?;
    ensure!(item(&run)?["items"][0]["mesh"]["drift"]["differ"] == 4, "{run}");
    let run = mesh(cluster, &["describe", "pod", "alone", "-n", "shop", "-o", "json"])?;
    let described = item(&run)?["items"][0]["mesh"].take();
    let warning = described["warnings"][0].as_str().context("no warning")?;
    ensure!(warning.ends_with("; it is on its own: delete it and create it again"), "{warning}");
    ensure!(described["injection"]["change"].is_null(), "{described}");
    Ok(())
}
