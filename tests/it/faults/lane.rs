//! A control plane on which the chain is run, again and again.

use anyhow::{Context, Result, ensure};
use cluster::Cluster;
use cluster::faults::{FaultProxy, Plan};
use serde_json::Value;

use super::Ended;
use super::steps::{self, Kind, STEPS};
use super::told;
use crate::canary;
use crate::harness::live::{self, Dump};
use crate::harness::mesh::{Mesh, Run};
use crate::harness::planes::builder;
use crate::harness::say;

/// How long a run may take by its own clock; of a canary's way back each step.
const TIMEOUT: &str = "40s";

/// What there is after each step where nothing goes wrong.
pub(super) struct Reference(Vec<Dump>);

impl Reference {
    /// Runs the chain without faults.
    pub(super) fn calm() -> Result<Self> {
        let cluster = fresh()?;
        let mut dumps = Vec::new();
        for (place, step) in STEPS.iter().enumerate() {
            prepare(&cluster, place)?;
            step.undisturbed(&cluster, None).with_context(|| format!("{:?}", step.args))?;
            dumps.push(canary::dump(&cluster)?);
        }
        for (place, pair) in dumps.windows(2).enumerate() {
            let verified = STEPS[place + 1].args[0] == "verify";
            ensure!((pair[0] == pair[1]) == verified, "{:?} changes nothing", STEPS[place + 1].args);
        }
        cluster.stop()?;
        Ok(Self(dumps))
    }
}

pub(super) struct Lane<'a> {
    reference: &'a Reference,
    number: u64,
    /// A control plane, and how many steps were carried out on it.
    plane: Option<(Cluster, usize)>,
}

fn fresh() -> Result<Cluster> {
    let cluster = builder().start()?;
    steps::furnish(&cluster)?;
    Ok(cluster)
}

/// What a step needs beside the one before it.
fn prepare(cluster: &Cluster, place: usize) -> Result<()> {
    match STEPS[place].kind {
        _ if place == 0 => steps::clear(cluster),
        Kind::Step("install") => steps::deploy(cluster),
        _ => Ok(()),
    }
}

impl<'a> Lane<'a> {
    pub(super) fn new(reference: &'a Reference, number: u64) -> Self {
        Self { reference, number, plane: None }
    }

    /// The next seed begins on another control plane.
    pub(super) fn afresh(&mut self) {
        self.plane = None;
    }

    /// Runs the command of a seed under its faults, and whatever it ends in, looks that the right state is reached.
    pub(super) fn seed(&mut self, seed: u64) -> Result<(Ended, u64)> {
        let place = usize::try_from(seed % STEPS.len() as u64)?;
        self.plane = Some(match self.plane.take() {
            // After the last step there is as much as before the first.
            Some((cluster, done)) if done % STEPS.len() == place => (cluster, place),
            _ => (fresh()?, 0),
        });
        let (cluster, done) = self.plane.as_mut().context("no control plane")?;
        for (earlier, step) in STEPS.iter().enumerate().take(place).skip(*done) {
            prepare(cluster, earlier)?;
            step.undisturbed(cluster, None).with_context(|| format!("before it: {:?}", step.args))?;
        }
        prepare(cluster, place)?;
        let proxy = FaultProxy::open(cluster, Plan::of_seed(seed))?;
        let kubeconfig = proxy.kubeconfig(cluster, &format!("faults-{}", self.number))?;
        let mut args = STEPS[place].args.to_vec();
        args.extend(["--timeout", TIMEOUT]);
        let as_json = seed / STEPS.len() as u64 % 4 == 3;
        if as_json {
            args.extend(["-o", "json"]);
        }
        let ran = Mesh::with(&kubeconfig).args(&args).run();
        let faults = proxy.log();
        drop(proxy);
        let explained = |what: &str| format!("{what}\nmesh {}\nfaults:\n{}", args.join(" "), faults.join("\n"));
        let run = ran.with_context(|| explained("it does not end"))?;
        let context = || explained(&format!("{run}"));
        let struck = faults.len() as u64;
        let how = told::clearly(&run, as_json, place).with_context(context)?;
        self.look(place, &run, how).with_context(context)?;
        let error = run.lines_with("error: ").concat();
        say(&format!("seed {seed} ({}): {struck} faults, {how:?} after {:.1?} {error}", args[0], run.took));
        if how == Ended::Next(4) {
            // It may have waited for what it should have seen.
            say(&context());
        }
        if let Some((_, done)) = &mut self.plane {
            *done = place + 1;
        }
        Ok((how, struck))
    }

    /// The right state is there, or one undisturbed run away.
    fn look(&self, place: usize, run: &Run, how: Ended) -> Result<()> {
        let (cluster, _) = self.plane.as_ref().context("no control plane")?;
        let step = &STEPS[place];
        if how == Ended::Right && step.kind == Kind::Repeatable {
            self.again_writes_nothing(place)?;
        }
        if how != Ended::Right {
            step.undisturbed(cluster, Some(run))?;
            let left = leases(cluster)?;
            ensure!(left.is_empty(), "Leases are left: {left:?}");
        }
        let differences = live::differences(&self.reference.0[place], &canary::dump(cluster)?);
        ensure!(
            differences.is_empty(),
            "what is there is not what an undisturbed run leaves:\n{}",
            differences.join("\n")
        );
        if step.kind != Kind::Removal && step.args != ["verify"] {
            let verified = Mesh::on(cluster).args(["verify"]).run()?;
            ensure!(verified.code == Some(0), "verify: {verified}");
        }
        Ok(())
    }

    fn again_writes_nothing(&self, place: usize) -> Result<()> {
        let (cluster, _) = self.plane.as_ref().context("no control plane")?;
        let mark = cluster.mark()?;
        let again = Mesh::on(cluster).args(STEPS[place].args).run()?;
        ensure!(again.code == Some(0), "the second run: {again}");
        let writes = cluster.requests_since(mark)?.by_agent("mesh/").mutating();
        ensure!(writes.is_empty(), "the second run writes:\n{}\n{again}", writes.lines());
        Ok(())
    }
}

/// The Leases of runs that are over.
fn leases(cluster: &Cluster) -> Result<Vec<String>> {
    let found = cluster.list("/apis/coordination.k8s.io/v1/leases")?;
    let names = found.iter().filter_map(|lease: &Value| lease["metadata"]["name"].as_str());
    Ok(names.filter(|name| name.starts_with("mesh.")).map(str::to_owned).collect())
}
