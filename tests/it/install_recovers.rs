//! What was wrong before a run, or passes in it, does not end it: an image that is pushed meanwhile, a container that crashes
//! once. And nodes that are not well are told as what they are.

use std::time::Duration;

use anyhow::{Result, ensure};
use cluster::Cluster;
use serde_json::{Value, json};

use crate::harness::mesh::{MINIMAL_LINES, Mesh};
use crate::harness::planes::{self, REVISION_LINES, all_at_once, minimal_revision, minimal_revision_with};

const MINUTE: Duration = Duration::from_secs(60);
const NODE: &str = "/api/v1/nodes/node-1";

#[test]
fn what_passes_or_was_before_the_run_does_not_end_it() -> Result<()> {
    let cases: [fn() -> Result<()>; 3] = [pushed_meanwhile, crashed_once, crashed_long_ago];
    all_at_once(cases.into_iter())
}

/// The image is missing; it is pushed, and while the kubelet still backs off and says so, the next run waits for its pull.
fn pushed_meanwhile() -> Result<()> {
    let plane = planes::minimal()?;
    let install = || minimal_revision(plane, "pushed").args(["--set", "hub=late.invalid/istio"]).run();
    let first = install()?;
    first.expect_failed(
        1,
        &["image late.invalid/istio/pilot:1.30.3: not found", "hint: check hub and tag of the image"],
    )?;
    let second = install()?;
    second.expect_done(REVISION_LINES)?;
    // Whether it comes to the pull or before it: it is told, and does not end the run.
    let told = ["pulling image late.invalid/istio/pilot:1.30.3", "image late.invalid/istio/pilot:1.30.3: not found"];
    ensure!(told.iter().any(|what| second.stderr.contains(&format!("0/1: {what}"))), "{second}");
    Ok(())
}

/// It runs for longer after its crash than a crash may last.
fn crashed_once() -> Result<()> {
    let run = minimal_revision(planes::minimal()?, "once").run()?;
    run.expect_done(REVISION_LINES)?;
    ensure!(run.stderr.contains("container discovery runs again after a crash (exit code 1)"), "{run}");
    Ok(())
}

/// Seven restarts of another day are none of this run.
fn crashed_long_ago() -> Result<()> {
    let run = minimal_revision(planes::minimal()?, "before").run()?;
    run.expect_done(REVISION_LINES)?;
    ensure!(run.stderr.contains("container discovery crashed before this run (exit code 1)"), "{run}");
    Ok(())
}

#[test]
fn nodes_that_are_not_well_are_named() -> Result<()> {
    let cluster = planes::builder().start()?;
    Mesh::on(&cluster).install(["--set", "profile=minimal"]).run()?.expect_done(MINIMAL_LINES)?;
    let install = |revision: &str, timeout: &str| {
        minimal_revision_with(&cluster.kubeconfig(), revision).args(["--timeout", timeout])
    };

    // Its pod runs when the node goes: what it shows is of before, and it stays so.
    let mut running = install("waiting", "90s").start()?;
    running.line_with("Readiness probe failed")?;
    cluster.stop_kubelets(&["node-1"])?;
    let run = running.end()?;
    let gone =
        ["its node node-1 does not answer: Kubelet stopped posting node status.", "kubectl describe node node-1"];
    run.expect_failed(1, &gone)?;

    // Nor does it take another one.
    tainted(&cluster, "node.kubernetes.io/unreachable")?;
    let run = install("stopped", "8s").run()?;
    run.expect_failed(4, &["Unschedulable: the kubelet of a node does not answer", "kubectl get nodes"])?;

    cluster.stop_kubelets(&[])?;
    let untainted = |cluster: &Cluster| Ok(taints(&cluster.get(NODE)?).is_empty().then_some(()));
    cluster.eventually(MINUTE, "a node that is well", untainted)?;
    cluster.merge(NODE, &json!({"spec": {"unschedulable": true}}))?;
    tainted(&cluster, "node.kubernetes.io/unschedulable")?;
    let run = install("cordoned", "8s").run()?;
    run.expect_failed(4, &["Unschedulable: a node is cordoned", "kubectl uncordon NAME"])?;

    let taint = json!([{"key": "team", "value": "a", "effect": "NoSchedule"}]);
    cluster.merge(NODE, &json!({"spec": {"unschedulable": null, "taints": taint}}))?;
    let run = install("tainted", "8s").run()?;
    run.expect_failed(
        4,
        &["Unschedulable: a node has a taint that it does not tolerate: team=a:NoSchedule", "values.…tolerations"],
    )
}

fn taints(node: &Value) -> Vec<&str> {
    node["spec"]["taints"].as_array().into_iter().flatten().filter_map(|taint| taint["key"].as_str()).collect()
}

fn tainted(cluster: &Cluster, taint: &str) -> Result<()> {
    let has = |cluster: &Cluster| Ok(taints(&cluster.get(NODE)?).contains(&taint).then_some(()));
    cluster.eventually(MINUTE, taint, has)
}

/// A change of the proxy's image that fails leaves an injector behind that gives it to every new pod.
#[test]
fn after_a_failed_upgrade_it_is_said_what_new_pods_get() -> Result<()> {
    let plane = planes::minimal()?;
    minimal_revision(plane, "upgraded").run()?.expect_done(REVISION_LINES)?;
    let warned = "new pods of the mesh already get the sidecar of this change (running ones keep theirs)";
    let failing = || minimal_revision(plane, "upgraded").args(["-y", "--set", "tag=missing"]);
    let run = failing().run()?;
    run.expect_failed(1, &["/pilot:missing: not found", "objects were written so far", "they stay", warned])?;
    let run = minimal_revision(plane, "upgraded").args(["-y"]).run()?;
    run.expect_done(REVISION_LINES)?;

    // What goes back leaves neither the sidecar nor the pods that a hint would name.
    let run = minimal_revision(plane, "upgraded")
        .args(["-y", "--rollback-on-failure", "--set", "values.pilot.env.CRASH=x"])
        .args(["--set", "values.pilot.podAnnotations.test\\.mesh\\.dev/stage=crash-loop"])
        .run()?;
    run.expect_failed(1, &["container discovery crashes", "everything that was written is undone"])?;
    ensure!(!run.stderr.contains(warned) && !run.stderr.contains("logs istiod-"), "{run}");
    let evidence: Vec<&str> =
        run.stderr.lines().filter(|line| line.contains("event ") && line.contains("Pod/")).collect();
    ensure!(evidence.iter().all(|line| line.contains("Pod/istiod-upgraded-")), "{run}");
    ensure!(evidence.iter().all(|line| !line.contains("pilot:missing")), "{run}");
    Ok(())
}
