//! How much memory a verification takes where there are many proxies, and a look for outdated ones: what is kept must not grow
//! with their number.

use std::ffi::OsStr;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use cluster::{Behaviour, Cluster, Istiod};
use serde_json::json;

use crate::harness::mesh::{MINIMAL_LINES, Mesh};
use crate::harness::{say, schema};

/// So many pods with a sidecar there are.
const PODS: u64 = 10_000;
/// So much memory a verification may take at its peak, in KiB.
const MOST: u64 = 40 * 1024;
/// And a look for outdated proxies, which compares every field of each with what would be injected now.
const MOST_COMPARED: u64 = 64 * 1024;

/// A run of its own: `cargo test --release --test it verify::scale -- --ignored --nocapture`
#[test]
#[ignore = "takes minutes; CONTRIBUTING.md says how it is run"]
fn ten_thousand_proxies_take_no_more_memory_than_a_page_of_them() -> Result<()> {
    let builder = Cluster::builder().istiod(Istiod::StandIn(Behaviour::default()));
    let cluster = builder.nodes(10).node_size("256", "1Ti").start()?;
    Mesh::on(&cluster).install(["--set", "profile=minimal"]).run()?.expect_done(MINIMAL_LINES)?;
    cluster.create_namespace("many", &json!({"istio-injection": "enabled"}))?;
    let template = json!({"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "web", "image": "nginx:1.14.2"}]}});
    let web = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
        "spec": {"replicas": PODS, "selector": {"matchLabels": {"app": "web"}}, "template": template}});
    cluster.create("/apis/apps/v1/namespaces/many/deployments", &web)?;
    cluster.wait_for_deployment("many", "web", Duration::from_secs(1800))?;
    // What is verified are proxies, all of them.
    let status = Mesh::on(&cluster).args(["status", "-o", "json"]).run()?.json()?;
    ensure!(status["clusters"][0]["proxies"][0]["pods"] == PODS, "{}", status["clusters"][0]["proxies"]);
    let verified = peak(&cluster, &["verify", "-o", "json"])?;
    let compared = peak(&cluster, &["restart", "--outdated", "-A", "--dry-run", "-o", "json"])?;
    let mebibytes = |kibibytes: u64| kibibytes as f64 / 1024.0;
    say(&format!(
        "{PODS} proxies: verified with {:.1} MiB, compared with {:.1} MiB",
        mebibytes(verified),
        mebibytes(compared)
    ));
    ensure!(verified < MOST && compared < MOST_COMPARED, "{verified} KiB of {MOST}, {compared} KiB of {MOST_COMPARED}");
    Ok(())
}

/// The most memory that a run holds, in KiB.
fn peak(cluster: &Cluster, args: &[&str]) -> Result<u64> {
    // GNU's time, which tells the peak of a process.
    let output = Command::new("/usr/bin/time")
        .args(["-f", "peak %M", env!("CARGO_BIN_EXE_mesh")])
        .args(args)
        .env("KUBECONFIG", cluster.kubeconfig())
        .output()
        .context("/usr/bin/time is not there")?;
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.success(), "{stdout}{stderr}");
    schema::hold(args.iter().map(OsStr::new), output.status.code(), &stdout, &stderr)?;
    let peak = stderr.lines().find_map(|line| line.strip_prefix("peak ")).context("no peak")?;
    peak.parse().with_context(|| format!("{peak:?} is no number"))
}
