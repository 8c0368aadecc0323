//! How many requests a restart costs: at most one a workload, and 20.

use anyhow::{Result, ensure};
use cluster::{Behaviour, Cluster, Istiod, Recorded};
use serde_json::json;

use super::{create, namespace, settled, workload};
use crate::harness::mesh::{MINIMAL_LINES, Mesh};
use crate::harness::planes::INSTALLER;
use crate::harness::say;

fn restarts(count: usize, at_once: usize) -> Result<()> {
    let builder = Cluster::builder().istiod(Istiod::StandIn(Behaviour::default())).user(INSTALLER, &["system:masters"]);
    // Room for a proxy in every pod.
    let cluster = builder.nodes(2).node_size("256", "1Ti").start()?;
    Mesh::on(&cluster).install(["--set", "profile=minimal"]).run()?.expect_done(MINIMAL_LINES)?;
    namespace(&cluster, "many", json!({}))?;
    for number in 0..count {
        create(&cluster, "many", &workload("Deployment", &format!("web-{number:04}"), 1, json!({})))?;
    }
    let all = |cluster: &Cluster| {
        let ready = cluster.list("/apis/apps/v1/namespaces/many/deployments")?;
        let ready = ready.iter().filter(|one| one["status"]["availableReplicas"] == 1).count();
        Ok((ready == count).then_some(()))
    };
    cluster.eventually(std::time::Duration::from_secs(600), "Deployments", all)?;
    settled(&cluster, "many", "web-0000", 1, "1/1")?;
    let mark = cluster.mark()?;
    let args =
        ["inject", "namespace", "many", "--timeout", "30m", "--at-once", &at_once.to_string()].map(str::to_owned);
    // A test waits three minutes at most for what it starts; this may take longer.
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_mesh"))
        .args(args)
        .env("KUBECONFIG", cluster.kubeconfig_for(INSTALLER)?)
        .output()?;
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.success(), "{stdout}\n{}", stderr.lines().rev().take(20).collect::<Vec<_>>().join("\n"));
    let done = stdout
        .lines()
        .filter(|line| line.starts_with("✔ deployment/web-") && line.ends_with("1/1 → 2/2 (1 pod)"))
        .count();
    ensure!(done == count, "{done} of {count}: {stdout}");
    // Watches that are opened again, and a Lease that is renewed, depend on the time the run takes.
    let by_time = |request: &Recorded| request.verb == "watch" || request.resource == "leases";
    let requests = cluster.requests_since(mark)?.filter(|request| request.user == INSTALLER && !by_time(request));
    ensure!(requests.count() <= count + 20, "{} requests:\n{}", requests.count(), requests.lines());
    say(&format!("{count} Deployments restarted with {} requests", requests.count()));
    Ok(())
}

#[test]
fn a_restart_costs_a_request_a_workload() -> Result<()> {
    restarts(25, 25)
}

/// A run of its own: `cargo test --test it enrol::scale -- --ignored --nocapture`
#[test]
#[ignore = "takes minutes; CONTRIBUTING.md says how it is run"]
fn a_thousand_deployments_restart_with_a_request_each() -> Result<()> {
    restarts(1000, 50)
}
