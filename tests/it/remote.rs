//! A cluster whose control plane runs elsewhere: its first step is done in seconds, says what comes next and stays as it is
//! wanted; `status` and `check` say what it is.

use anyhow::{Context, Result, ensure};
use cluster::Cluster;
use serde_json::{Value, json};

use crate::harness::mesh::{MINIMAL_LINES, Mesh, Run};
use crate::harness::planes::{INSTALLER, builder};

const INJECTORS: &str = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
const REMOTE: [&str; 7] = [
    "--set",
    "profile=remote",
    "--set",
    "values.global.remotePilotAddress=10.9.8.7",
    "--set",
    "values.istiodRemote.injectionPath=/inject/cluster/two/net/network2",
    "-y",
];

fn install(cluster: &Cluster) -> Result<Run> {
    Mesh::with(&cluster.kubeconfig_for(INSTALLER)?).install(REMOTE).run()
}

fn policies(cluster: &Cluster) -> Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    for one in cluster.list(INJECTORS)? {
        let hooks = one["webhooks"].as_array().context("no webhooks")?;
        let policy = hooks.iter().map(|hook| hook["failurePolicy"].as_str().unwrap_or_default()).min();
        let name = one["metadata"]["name"].as_str().unwrap_or_default();
        found.push((name.to_owned(), policy.unwrap_or_default().to_owned()));
    }
    found.sort();
    Ok(found)
}

#[test]
fn the_first_step_of_a_remote_cluster_is_done_at_once() -> Result<()> {
    let cluster = builder().start()?;
    let run = install(&cluster)?;
    run.expect_done(MINIMAL_LINES)?;
    for part in [
        "does not know it yet",
        "mesh multicluster link CONTEXT test-cluster --name test-cluster=two",
        "kubectl annotate namespace istio-system topology.istio.io/controlPlaneClusters=CLUSTER",
        "mesh check --only remote",
    ] {
        ensure!(run.stderr.contains(part), "no {part:?}: {run}");
    }
    let as_wanted = [("istio-revision-tag-default", "Fail"), ("istio-sidecar-injector", "Fail")];
    let as_wanted = as_wanted.map(|(name, policy)| (name.to_owned(), policy.to_owned()));
    ensure!(policies(&cluster)? == as_wanted, "{:?}", policies(&cluster)?);

    // The same once more writes nothing, and says it again.
    let mark = cluster.mark()?;
    let run = install(&cluster)?;
    run.expect_done(MINIMAL_LINES)?;
    let writes = cluster.requests_since(mark)?.filter(|request| request.user == INSTALLER).mutating();
    ensure!(writes.is_empty(), "{}", writes.lines());
    ensure!(run.stderr.contains("mesh multicluster link"), "{run}");

    let status = Mesh::on(&cluster).args(["status"]).run()?;
    ensure!(status.stdout.contains("CONTROL PLANE ELSEWHERE") && status.stdout.contains("10.9.8.7"), "{status}");
    ensure!(!status.stdout.contains("no component of Istio is here"), "{status}");
    let document = Mesh::on(&cluster).args(["status", "-o", "json"]).run()?.json()?;
    let elsewhere = &document["clusters"][0]["elsewhere"];
    ensure!(*elsewhere == json!([{"revision": "default", "address": "10.9.8.7", "isSigned": false}]), "{document}");
    let check = Mesh::on(&cluster).args(["check", "--only", "remote,webhooks"]).run()?;
    ensure!(check.code == Some(1) && check.stdout.contains("mesh multicluster link CONTROL-PLANE"), "{check}");
    ensure!(!check.stdout.contains("kubectl logs"), "{check}");
    // Nobody is gone: the control plane may come in any moment.
    let fixed = Mesh::on(&cluster).args(["check", "--fix", "-y", "--only", "deadlocks"]).run()?;
    fixed.expect_done("1 check, nothing was found\n")?;

    comes_in(&cluster)
}

/// Plays the istiod elsewhere: it puts its CA into the webhooks.
fn comes_in(cluster: &Cluster) -> Result<()> {
    let annotated = json!({"metadata": {"annotations": {"topology.istio.io/controlPlaneClusters": "one"}}});
    cluster.merge("/api/v1/namespaces/istio-system", &annotated)?;
    for mut one in cluster.list(INJECTORS)? {
        for hook in one["webhooks"].as_array_mut().context("no webhooks")? {
            hook["clientConfig"]["caBundle"] = Value::from("QQ==");
        }
        let path = format!("{INJECTORS}/{}", one["metadata"]["name"].as_str().unwrap_or_default());
        cluster.merge(&path, &json!({ "webhooks": one["webhooks"] }))?;
    }
    let check = Mesh::on(cluster).args(["check", "--only", "remote,webhooks", "-v"]).run()?;
    ensure!(check.code == Some(0) && check.stdout.contains("revision default at 10.9.8.7"), "{check}");
    let status = Mesh::on(cluster).args(["status"]).run()?;
    ensure!(status.stdout.contains("serves this cluster"), "{status}");
    let run = install(cluster)?;
    run.expect_done(MINIMAL_LINES)?;
    ensure!(!run.stderr.contains("mesh multicluster link"), "{run}");
    Ok(())
}

#[test]
fn a_remote_cluster_that_leads_nowhere_is_told_so() -> Result<()> {
    let cluster = builder().start()?;
    let run = Mesh::on(&cluster).install(["--set", "profile=remote", "-y"]).run()?;
    run.expect_done(MINIMAL_LINES)?;
    let told = "Service/istio-system/istiod, which leads to the control plane elsewhere, is not there";
    ensure!(run.stderr.contains(told) && run.stderr.contains("values.global.remotePilotAddress"), "{run}");
    Ok(())
}
