//! Why workloads do not get well in the mesh: the same causes as an installation names, and what passes does not end it.

use std::time::Duration;

use anyhow::{Result, ensure};
use cluster::{Behaviour, Cluster, Failure, Fault, Istiod, LINGERS, Pods};
use serde_json::{Value, json};

use super::{create, namespace, ready, settled, workload};
use crate::harness::mesh::{MINIMAL_LINES, Mesh};

/// How long a pod may go on after it was deleted.
const GRACE: Duration = Duration::from_secs(30);
const PROBE: &str = "HTTP probe failed with statuscode: 503";

/// A Deployment whose template has these annotations.
fn annotated(name: &str, replicas: u64, annotations: Value) -> Value {
    let mut workload = workload("Deployment", name, replicas, json!({}));
    workload["spec"]["template"]["metadata"]["annotations"] = annotations;
    workload
}

/// Only what is injected fails: its pods are well before.
fn injected(space: &str, fault: Fault) -> Failure {
    Failure::new(Pods::image("proxyv2").in_namespace(space), fault).in_container("istio-proxy")
}

fn plane() -> Result<Cluster> {
    let once = Fault::CrashOnce { exit_code: 1, logs: Vec::new(), ready_after: Duration::from_secs(33) };
    let cluster = Cluster::builder()
        .istiod(Istiod::StandIn(Behaviour::default()))
        .fail(injected("probed", Fault::NeverReady { message: PROBE.to_owned() }))
        .fail(injected("once", once))
        .start()?;
    Mesh::on(&cluster).install(["--set", "profile=minimal"]).run()?.expect_done(MINIMAL_LINES)?;
    Ok(cluster)
}

#[test]
fn causes_are_those_of_an_installation() -> Result<()> {
    let cluster = &plane()?;
    let inject = |space: &str| Mesh::on(cluster).args(["inject", "namespace", space]);
    for space in ["probed", "once", "lingering"] {
        namespace(cluster, space, json!({}))?;
    }
    for space in ["probed", "once"] {
        create(cluster, space, &workload("Deployment", "web", 1, json!({})))?;
    }
    create(cluster, "lingering", &annotated("web", 3, json!({LINGERS: "true"})))?;
    for space in ["probed", "once"] {
        settled(cluster, space, "web", 1, "1/1")?;
    }
    settled(cluster, "lingering", "web", 3, "1/1")?;

    // Out of time, soon and after a while; and it says meanwhile what it waits for.
    let cause = format!("sidecar container istio-proxy is not ready: Readiness probe failed: {PROBE}");
    for (args, timeout, progress) in [(["inject", "namespace"], "6s", false), (["restart", "-n"], "20s", true)] {
        let args = args.iter().copied().chain(["probed", "--timeout", timeout]);
        let run = Mesh::on(cluster).args(args).args(if progress { &["--outdated"][..] } else { &[] }).run()?;
        let told = "0 of 1 pod is new and ready (";
        run.expect_failed(4, &["error: the time was over before Deployment/probed/web was ready", told, &cause])?;
        ensure!(run.stdout.contains("✘ deployment/web failed: not ready in time: 0 of 1 pod is"), "{run}");
        let waits =
            run.stderr.lines().any(|line| line.starts_with("deployment/web: waiting for") && line.contains(&cause));
        ensure!(waits == progress, "{run}");
        ensure!(run.stderr.contains("hint: see what it says: kubectl -n probed logs web-"), "{run}");
    }
    let run =
        Mesh::on(cluster).args(["restart", "--outdated", "-n", "probed", "--timeout", "6s", "-o", "json"]).run()?;
    let restart = &run.json()?["clusters"][0]["restarts"][0];
    ensure!(restart["state"] == "timed-out" && restart["cause"] == "not-ready", "{run}");
    ensure!(restart["causes"][0].as_str().is_some_and(|first| first.ends_with(&cause)), "{run}");

    // What passes does not end it.
    let run = inject("once").run()?;
    ensure!(run.code == Some(0), "{run}");
    ensure!(run.stderr.contains("runs again after a crash"), "{run}");

    // Pods that go stay for their grace period: neither are they waited for, nor do they count.
    let run = inject("lingering").run()?;
    let pods = cluster.list("/api/v1/namespaces/lingering/pods")?;
    let going = pods.iter().any(|pod| pod["metadata"]["deletionTimestamp"].is_string());
    ensure!(run.code == Some(0) && (going || run.took > GRACE), "it waited for them: {run}");
    ensure!(run.stdout.contains("✔ deployment/web 1/1 → 2/2 (3 pods)"), "{run}");
    ensure!(!run.stderr.contains(" of 4"), "{run}");
    ensure!(ready(cluster, "lingering", "web")? == ["2/2"; 3], "{run}");

    // A ztunnel is one by its pods, ready or not.
    let mut ztunnel = workload("DaemonSet", "ztunnel", 0, json!({}));
    ztunnel["metadata"]["labels"] = json!({"app.kubernetes.io/name": "ztunnel"});
    ztunnel["spec"]["template"]["metadata"]["annotations"] = json!({"test.mesh.dev/stage": "never-ready"});
    create(cluster, "istio-system", &ztunnel)?;
    namespace(cluster, "ambient", json!({}))?;
    let run = inject("ambient").args(["--ambient"]).run()?;
    ensure!(run.code == Some(0) && run.stdout.contains("namespace/ambient labeled"), "{run}");
    Ok(())
}
