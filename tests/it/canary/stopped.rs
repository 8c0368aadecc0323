//! An upgrade that ends on its way: killed, interrupted, or because a namespace is not well. It goes on to the same end, and
//! from everywhere back to what there was.
//!
//! Some points are tried here, all of them in the long runs:
//! `cargo test --test it canary::stopped -- --ignored --nocapture`.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use cluster::Cluster;
use serde_json::{Value, json};

use super::{CHANGED, STEPS, WORKLOADS, a_mesh, begun, done, dump, run_by, same};
use crate::enrol::{pods, settled};
use crate::harness::gate::{self, Point};
use crate::harness::live::Dump;
use crate::harness::mesh::Mesh;
use crate::harness::planes::all_at_once;
use crate::harness::say;

const GO: [&str; 7] = ["upgrade", "--canary", "-y", CHANGED[0], CHANGED[1], CHANGED[2], CHANGED[3]];
/// How many control planes share the long run.
const LANES: usize = 3;
const BACK: [&str; 4] = ["upgrade", "--canary", "--abort", "-y"];

/// A mesh, what there is of it, and what there is once it has moved; and how many writes that and the way back take.
struct Story {
    cluster: Cluster,
    before: Dump,
    moved: Dump,
    writes: usize,
    writes_back: usize,
}

impl Story {
    fn begin() -> Result<Self> {
        let cluster = a_mesh()?;
        let before = dump(&cluster)?;
        let (writes, run) = gate::through(&cluster, "calm.yaml", None, &GO)?;
        ensure!(run.code == Some(0) && writes > 30, "{writes}: {run}");
        let moved = dump(&cluster)?;
        let (writes_back, run) = gate::through(&cluster, "calm.yaml", None, &BACK)?;
        ensure!(run.code == Some(0) && writes_back > 20, "{writes_back}: {run}");
        same(&before, &cluster, "after --abort")?;
        Ok(Self { cluster, before, moved, writes, writes_back })
    }

    /// Killed at one write on the way there, and at one on the way back, it goes on to the end of each.
    fn killed(&self, there: Point, back: Point) -> Result<()> {
        let Self { cluster, before, moved, .. } = self;
        for (point, command, wanted) in [(there, &GO[..], moved), (back, &BACK[..], before)] {
            let (_, run) = gate::through(cluster, "killed.yaml", Some(point), command)?;
            ensure!(run.code.is_none(), "{command:?}: {point:?} was never reached: {run}");
            // Before the first write nothing has begun: there is nothing to continue.
            let is_begun = point.write > 1 || point.after;
            let goes_on: &[&str] = if is_begun { &["--continue", "-y"] } else { &command[2..] };
            done(cluster, goes_on).with_context(|| format!("{command:?}: {point:?}"))?;
            same(wanted, cluster, &format!("{command:?}: {point:?}"))?;
        }
        Ok(())
    }
}

#[test]
fn killed_on_the_way_it_goes_on() -> Result<()> {
    let story = Story::begin()?;
    let (there, back) = (story.writes, story.writes_back);
    for (write, other, after) in [(2, 1, false), (there / 2, back / 2, true), (there - 6, back - 4, false)] {
        story.killed(Point { write, after }, Point { write: other, after })?;
        run_by(&story.cluster, "default")?;
    }
    Ok(())
}

#[test]
#[ignore = "a run of its own, of the better part of an hour"]
fn killed_at_every_write_it_goes_on() -> Result<()> {
    let red = Mutex::new(Vec::new());
    all_at_once((0..LANES).map(|lane| {
        let red = &red;
        move || {
            let story = Story::begin()?;
            let points = |count: usize| (1..=count).flat_map(|write| [false, true].map(|after| Point { write, after }));
            let there: Vec<Point> = points(story.writes).collect();
            let back: Vec<Point> = points(story.writes_back).collect();
            let pairs = there.len().max(back.len());
            say(&format!("lane {lane}: {} writes, {} back, {pairs} pairs", story.writes, story.writes_back));
            for place in (lane..pairs).step_by(LANES) {
                let (one, other) = (there[place % there.len()], back[place % back.len()]);
                let came = story.killed(one, other);
                say(&format!("{place} of {pairs}: {one:?}, {other:?}: {}", if came.is_ok() { "same" } else { "RED" }));
                if let Err(error) = came {
                    red.lock().unwrap_or_else(PoisonError::into_inner).push(format!("{one:?}, {other:?}: {error:#}"));
                    done(&story.cluster, &["--abort", "-y"])?;
                }
            }
            Ok(())
        }
    }))?;
    let red = red.into_inner().unwrap_or_else(PoisonError::into_inner);
    ensure!(red.is_empty(), "{} red:\n{}", red.len(), red.join("\n\n"));
    Ok(())
}

#[test]
#[ignore = "a run of its own, of some minutes"]
fn from_every_step_it_goes_back() -> Result<()> {
    let cluster = &a_mesh()?;
    let before = dump(cluster)?;
    for count in 1..=STEPS.len() {
        for _ in 0..count {
            begun(cluster, &["--step", "-y"])?;
        }
        done(cluster, &["--abort", "-y"])?;
        same(&before, cluster, &format!("back after {count} steps"))?;
        run_by(cluster, "default")?;
    }
    say(&format!("back from each of {} steps", STEPS.len()));
    Ok(())
}

/// Ctrl-C stops it where no workload is half-way, and what becomes worse while a namespace is looked at stops it too.
#[test]
fn stopped_on_the_way_it_goes_on() -> Result<()> {
    let cluster = &a_mesh()?;
    interrupted(cluster)?;
    a_namespace_that_is_not_well(cluster)?;
    run_by(cluster, "1-30-3")
}

fn interrupted(cluster: &Cluster) -> Result<()> {
    let mut running = Mesh::on(cluster).args(GO).start()?;
    running.line_with("step 2 of ")?;
    running.signal("INT")?;
    let run = running.end()?;
    run.expect_failed(130, &["interrupted before", "to continue: mesh upgrade --canary --continue -y"])?;
    for (space, app, count) in WORKLOADS {
        settled(cluster, space, app, count, "2/2")?;
    }
    let labels = &cluster.get("/api/v1/namespaces/shop")?["metadata"]["labels"];
    ensure!(labels["istio-injection"] == "enabled", "it went on: {labels}");
    Ok(())
}

fn a_namespace_that_is_not_well(cluster: &Cluster) -> Result<()> {
    // As a kubelet says of a container that it has started anew.
    let restarted = |pod: &str| {
        let mut statuses = cluster.get(pod)?["status"]["containerStatuses"].take();
        statuses[0]["restartCount"] = 1.into();
        cluster.merge(&format!("{pod}/status"), &json!({"status": {"containerStatuses": statuses}})).map(drop)
    };
    stopped_by(cluster, ("agents", "agent"), restarted, "has restarted")?;
    // The probe of a pod that was ready fails, until it is well again.
    let probe = |pod: &str, stage: Value| {
        let annotations = json!({"test.mesh.dev/stage": stage});
        cluster.merge(pod, &json!({"metadata": {"annotations": annotations}})).map(drop)
    };
    let fails = |pod: &str| probe(pod, "never-ready".into());
    let pod = stopped_by(cluster, ("brittle", "brittle"), fails, "is not ready any more")?;
    probe(&pod, Value::Null)?;
    settled(cluster, "brittle", "brittle", 1, "2/2")?;
    // It was seen before, and no more since.
    let run = done(cluster, &["--continue", "--pause", "1s", "-y"])?;
    cluster.eventually(Duration::from_secs(120), "all on the new one", |cluster| Ok(run_by(cluster, "1-30-3").ok()))?;
    ensure!(run.stdout.contains("steps done"), "{run}");
    Ok(())
}

/// What happens to a pod while its namespace is looked at stops the upgrade; the path of that pod.
fn stopped_by(
    cluster: &Cluster,
    (space, app): (&str, &str),
    happens: impl FnOnce(&str) -> Result<()>,
    why: &str,
) -> Result<String> {
    let mut running = Mesh::on(cluster).args(["upgrade", "--canary", "--continue", "--pause", "60s", "-y"]).start()?;
    running.line_with(&format!("looking at namespace {space} for 60s"))?;
    // The line comes before the first look.
    std::thread::sleep(Duration::from_secs(1));
    let pod = pods(cluster, space, app)?.into_iter().next().context("no pod")?;
    let name = pod["metadata"]["name"].as_str().unwrap_or_default();
    let path = format!("/api/v1/namespaces/{space}/pods/{name}");
    happens(&path)?;
    let told = format!("namespace {space} is not well since it runs revision 1-30-3: ");
    running.end()?.expect_failed(1, &[&told, name, why, "to continue: mesh upgrade --canary --continue"])?;
    let labels = &cluster.get("/api/v1/namespaces/shop")?["metadata"]["labels"];
    ensure!(labels["istio-injection"] == "enabled", "it went on: {labels}");
    Ok(path)
}
