//! The API server and its store, stopped under a run.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use cluster::Cluster;

use crate::canary;
use crate::harness::live;
use crate::harness::mesh::{MINIMAL_LINES, Mesh, Running};
use crate::harness::planes::builder;
use crate::harness::signal;

const INSTALL: [&str; 4] = ["--set", "profile=minimal", "--timeout", "150s"];
const UPGRADE: [&str; 4] = ["--set", "meshConfig.accessLogFile=/dev/stdout", "--timeout", "150s"];

/// What each of two runs leaves where nothing goes wrong.
fn calm() -> Result<[live::Dump; 2]> {
    let cluster = builder().start()?;
    Mesh::on(&cluster).install(INSTALL).run()?.expect_done(MINIMAL_LINES)?;
    let installed = canary::dump(&cluster)?;
    let run = Mesh::on(&cluster).args(["upgrade", "-y"]).args(UPGRADE).run()?;
    ensure!(run.code == Some(0), "{run}");
    let upgraded = canary::dump(&cluster)?;
    cluster.stop()?;
    Ok([installed, upgraded])
}

/// It ends well, and has left the same as if nothing had happened: another run has nothing to write.
fn ends_well(cluster: &Cluster, running: Running, wanted: &live::Dump, again: &[&str]) -> Result<()> {
    let run = running.end()?;
    ensure!(run.code == Some(0) && run.lines_with("error: ").is_empty(), "{run}");
    let differences = live::differences(wanted, &canary::dump(cluster)?);
    ensure!(differences.is_empty(), "{}\n{run}", differences.join("\n"));
    let mark = cluster.mark()?;
    let second = Mesh::on(cluster).args(again).run()?;
    let writes = cluster.requests_since(mark)?.by_agent("mesh/").mutating();
    ensure!(second.code == Some(0) && writes.is_empty(), "{}\n{second}", writes.lines());
    let verified = Mesh::on(cluster).args(["verify"]).run()?;
    ensure!(verified.code == Some(0), "{verified}");
    Ok(())
}

#[test]
fn an_api_server_that_starts_anew_under_a_run_does_not_end_it() -> Result<()> {
    let [installed, upgraded] = calm()?;
    let cluster = builder().start()?;
    // While it writes, and while it waits: a pause that is over before anybody is told, and one that is not.
    let mut running = Mesh::on(&cluster).install(INSTALL).start()?;
    running.line_with("Istiod: started")?;
    cluster.restart_api_server(Duration::from_millis(200))?;
    ends_well(&cluster, running, &installed, &["install", "--set", "profile=minimal"])?;

    let mut running = Mesh::on(&cluster).args(["upgrade", "-y"]).args(UPGRADE).start()?;
    running.line_with("Istiod: started")?;
    cluster.restart_api_server(Duration::from_secs(6))?;
    ends_well(&cluster, running, &upgraded, &["upgrade"])
}

/// The process of etcd stands still while this is there.
struct Paused(u32);

impl Paused {
    fn new(cluster: &Cluster) -> Result<Self> {
        let processes = cluster.processes()?;
        let etcd = processes.iter().find(|process| process.name == "etcd").context("no etcd")?;
        signal(etcd.pid, "STOP")?;
        Ok(Self(etcd.pid))
    }
}

impl Drop for Paused {
    fn drop(&mut self) {
        // Where it has gone there is nothing to wake.
        let _ = signal(self.0, "CONT");
    }
}

/// The API server takes requests and has no answer: longer than mesh waits for one, so that it asks again.
#[test]
fn a_store_that_stands_still_is_told_of_and_waited_for() -> Result<()> {
    let [installed, _] = calm()?;
    let cluster = builder().start()?;
    let mut running = Mesh::on(&cluster).install(INSTALL).start()?;
    running.line_with("Istiod: started")?;
    let paused = Paused::new(&cluster)?;
    running.line_with("warning: https://127.0.0.1:")?;
    drop(paused);
    ends_well(&cluster, running, &installed, &["install", "--set", "profile=minimal"])
}
