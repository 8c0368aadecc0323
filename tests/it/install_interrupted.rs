//! Runs that are interrupted, killed, or meet another run: they say what is in the cluster by then, and the same command
//! run again completes the installation.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use cluster::Cluster;
use serde_json::{Value, json};

use crate::harness::mesh::Run;
use crate::harness::planes::{self, Installed, REVISION_LINES, all_at_once, minimal_revision};

const LEASES: &str = "/apis/coordination.k8s.io/v1/namespaces/istio-system/leases";

fn lease(cluster: &Cluster, revision: &str) -> Result<Option<Value>> {
    cluster.get_opt(&format!("{LEASES}/mesh.v1.{revision}"))
}

/// The run ended by a signal as it should: it says what it has written, and holds nothing any more.
fn interrupted(plane: &Installed, run: &Run, code: i32, revision: &str) -> Result<()> {
    run.expect_failed(code, &["error: interrupted before the installation was complete"])?;
    let hints = run.lines_with("hint: ");
    ensure!(hints.len() == 3 && hints[0].contains("written so far, the last "), "{run}");
    ensure!(
        hints[1] == format!("hint: to go back to what was there before: mesh rollback --revision {revision} -y"),
        "{run}"
    );
    // The last line is the command that goes on.
    let same = "mesh install --set profile=minimal --set components.base.enabled=false --revision";
    ensure!(run.stderr.lines().last() == Some(&format!("hint: to continue: {same} {revision} -y")), "{run}");
    ensure!(!run.stdout.contains("Installation complete"), "{run}");
    ensure!(lease(&plane.cluster, revision)?.is_none(), "the lease is still held: {run}");
    Ok(())
}

fn during_apply(plane: &Installed) -> Result<()> {
    let mut running = minimal_revision(plane, "applying").start()?;
    running.line_with("Istiod: ")?;
    running.line_with(" created")?;
    running.signal("INT")?;
    let run = running.end()?;
    interrupted(plane, &run, 130, "applying")?;
    minimal_revision(plane, "applying").run()?.expect_done(REVISION_LINES)
}

fn during_wait(plane: &Installed) -> Result<()> {
    for (signal, code, revision) in [("INT", 130, "waiting"), ("TERM", 143, "terminated")] {
        let mut running = minimal_revision(plane, revision).start()?;
        running.line_with(&format!("waiting for Deployment/istio-system/istiod-{revision}"))?;
        running.signal(signal)?;
        let run = running.end()?;
        interrupted(plane, &run, code, revision)?;
        ensure!(run.stdout.is_empty(), "{run}");
    }
    Ok(())
}

fn as_json(plane: &Installed) -> Result<()> {
    let running = minimal_revision(plane, "waiting").args(["-o", "json"]).start()?;
    let held = |cluster: &Cluster| lease(cluster, "waiting");
    plane.cluster.eventually(Duration::from_secs(120), "lease", held)?;
    running.signal("INT")?;
    let run = running.end()?;
    let document = run.json()?;
    let found = &document["clusters"][0];
    ensure!(run.code == Some(130) && found["error"]["id"] == "interrupted" && found["complete"] == false, "{run}");
    Ok(())
}

fn killed(plane: &Installed) -> Result<()> {
    let mut running = minimal_revision(plane, "killed").start()?;
    running.line_with("Istiod: started")?;
    let pid = running.pid();
    running.signal("KILL")?;
    ensure!(running.end()?.code.is_none(), "a killed process has no exit code");
    let held = lease(&plane.cluster, "killed")?.context("the killed run held no lease")?;
    let holder = held["spec"]["holderIdentity"].as_str().unwrap_or_default();
    ensure!(holder.contains(&format!("/{pid}/")), "{held}");
    let run = minimal_revision(plane, "killed").run()?;
    run.expect_done(REVISION_LINES)?;
    ensure!(run.stderr.contains("going on after a run that is gone"), "{run}");
    ensure!(!run.stderr.contains("waiting for another run"), "{run}");
    ensure!(lease(&plane.cluster, "killed")?.is_none(), "the lease is still held: {run}");
    Ok(())
}

fn two_at_once(plane: &Installed) -> Result<()> {
    let mut first = minimal_revision(plane, "two").start()?;
    first.line_with("Istiod: started")?;
    let second = minimal_revision(plane, "two").run()?;
    let first = first.end()?;
    first.expect_done(REVISION_LINES)?;
    second.expect_done(REVISION_LINES)?;
    let waits = second.lines_with("waiting for another run to end: ");
    ensure!(waits.len() == 1 && waits[0].contains("holds Lease/istio-system/mesh.v1.two"), "{second}");
    // What it saw before the other had ended counts no more.
    ensure!(second.stderr.contains(": 0 objects to write"), "{second}");
    Ok(())
}

fn held_for_too_long(plane: &Installed) -> Result<()> {
    let mut first = minimal_revision(plane, "holding").start()?;
    first.line_with("waiting for Deployment/istio-system/istiod-holding")?;
    let second = minimal_revision(plane, "holding").args(["--timeout", "30s"]).run()?;
    second.expect_failed(
        4,
        &["is writing: it holds Lease/istio-system/mesh.v1.holding", "delete lease mesh.v1.holding"],
    )?;
    ensure!(second.stdout.is_empty(), "{second}");
    first.signal("INT")?;
    interrupted(plane, &first.end()?, 130, "holding")
}

fn left_by_another_host(plane: &Installed) -> Result<()> {
    let now = k8s_openapi::jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string();
    let left = json!({
        "apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": { "name": "mesh.v1.left" },
        "spec": { "holderIdentity": "elsewhere/boot/1", "leaseDurationSeconds": 10, "acquireTime": now, "renewTime": now },
    });
    plane.cluster.create(LEASES, &left)?;
    let run = minimal_revision(plane, "left").run()?;
    run.expect_done(REVISION_LINES)?;
    ensure!(run.stderr.contains("waiting for another run to end: elsewhere/boot/1 holds"), "{run}");
    ensure!(run.took >= Duration::from_secs(10), "nobody knows yet that it is dead: {run}");
    Ok(())
}

/// A run that was stopped for longer than its Lease lasts does not give back what is another's by then.
fn stopped_for_too_long(plane: &Installed) -> Result<()> {
    let mut running = minimal_revision(plane, "stopped").start()?;
    running.line_with("waiting for Deployment/istio-system/istiod-stopped")?;
    running.signal("STOP")?;
    let path = format!("{LEASES}/mesh.v1.stopped");
    let mine = plane.cluster.get(&path)?;
    plane.cluster.delete(&path)?;
    let mut other = mine;
    other["metadata"] = json!({ "name": "mesh.v1.stopped" });
    other["spec"]["holderIdentity"] = "elsewhere/boot/1".into();
    plane.cluster.create(LEASES, &other)?;
    // Both are heard at once: it ends before it has looked at its Lease.
    running.signal("INT")?;
    running.signal("CONT")?;
    let run = running.end()?;
    ensure!(run.code == Some(130), "{run}");
    let held = lease(&plane.cluster, "stopped")?.with_context(|| format!("it has deleted another's lease: {run}"))?;
    ensure!(held["spec"]["holderIdentity"] == "elsewhere/boot/1", "{held}");
    plane.cluster.delete(&path).map(drop)
}

type Case = fn(&Installed) -> Result<()>;

#[test]
fn whatever_ends_a_run_the_next_one_completes() -> Result<()> {
    let plane = planes::minimal()?;
    let cases: [(&str, Case); 7] = [
        ("SIGINT while it writes", during_apply),
        ("SIGINT and SIGTERM while it waits", |plane| during_wait(plane).and_then(|()| as_json(plane))),
        ("kill -9", killed),
        ("two at once", two_at_once),
        ("a lease that is held", held_for_too_long),
        ("a lease of another host", left_by_another_host),
        ("SIGSTOP until another has its lease", stopped_for_too_long),
    ];
    all_at_once(cases.into_iter().map(|(what, case)| move || case(plane).context(what)))
}
