//! The chain of commands, from nothing to nothing.

use std::time::Duration;

use anyhow::{Result, ensure};
use cluster::Cluster;
use serde_json::json;

use crate::canary;
use crate::enrol::{create, namespace, pods, settled, workload};
use crate::harness::mesh::{Mesh, Run};

/// What a command is to the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Given once more, it has nothing to do.
    Repeatable,
    /// Only while this is not done: the step of a canary upgrade.
    Step(&'static str),
    /// The way back of a canary upgrade.
    Abort,
    /// The way back to an earlier record: given once more, it goes on to the one before.
    Rollback,
    /// Nothing is left to verify.
    Removal,
}

/// A command of the chain.
pub(super) struct Step {
    pub(super) args: &'static [&'static str],
    pub(super) kind: Kind,
}

/// Each begins where the one before ends.
pub(super) const STEPS: [Step; 8] = [
    Step { args: &["install", "-y", "--set", "profile=minimal"], kind: Kind::Repeatable },
    Step {
        args: &[
            "upgrade",
            "-y",
            "--set",
            "meshConfig.accessLogFile=/dev/stdout",
            "--set",
            "values.global.defaultPodDisruptionBudget.enabled=false",
            "--set",
            "values.pilot.autoscaleEnabled=false",
        ],
        kind: Kind::Repeatable,
    },
    Step { args: &["verify"], kind: Kind::Repeatable },
    Step { args: &["upgrade", "--canary", "--step", "-y"], kind: Kind::Step("install") },
    Step { args: &["upgrade", "--canary", "--continue", "--step", "-y"], kind: Kind::Step("namespace") },
    Step { args: &["upgrade", "--canary", "--abort", "-y"], kind: Kind::Abort },
    Step { args: &["rollback", "-y"], kind: Kind::Rollback },
    Step { args: &["uninstall", "--purge", "--force", "-y"], kind: Kind::Removal },
];

const APP: &str = "web";
const SPACE: &str = "shop";
const SOON: Duration = Duration::from_secs(120);

/// The namespace that asks for injection.
pub(super) fn furnish(cluster: &Cluster) -> Result<()> {
    namespace(cluster, SPACE, json!({"istio-injection": "enabled"}))
}

/// A pod of the mesh, anew: what moves has to be there.
pub(super) fn deploy(cluster: &Cluster) -> Result<()> {
    create(cluster, SPACE, &workload("Deployment", APP, 1, json!({})))?;
    settled(cluster, SPACE, APP, 1, "2/2")
}

/// Takes it away again.
pub(super) fn clear(cluster: &Cluster) -> Result<()> {
    let path = format!("/apis/apps/v1/namespaces/{SPACE}/deployments/{APP}");
    if cluster.get_opt(&path)?.is_some() {
        cluster.delete(&path)?;
    }
    let gone = |cluster: &Cluster| Ok(pods(cluster, SPACE, APP)?.is_empty().then_some(()));
    cluster.eventually(SOON, "end of the pods", gone)
}

impl Step {
    /// Runs it to its end without any fault, as far as `before` has left something to do.
    pub(super) fn undisturbed(&self, cluster: &Cluster, before: Option<&Run>) -> Result<()> {
        if before.is_none() || self.is_left(cluster)? {
            let run = Mesh::on(cluster).args(self.args).run()?;
            ensure!(run.code == Some(0), "the undisturbed run: {run}");
        }
        Ok(())
    }

    /// Whether a run that has failed has left something to do.
    fn is_left(&self, cluster: &Cluster) -> Result<bool> {
        Ok(match self.kind {
            Kind::Repeatable | Kind::Rollback | Kind::Removal => true,
            Kind::Step(name) => {
                let is_done = |step: &String| step.starts_with(&format!("{name} ")) && step.ends_with(" done");
                !canary::steps(cluster)?.iter().any(is_done)
            }
            Kind::Abort => !canary::steps(cluster)?.is_empty(),
        })
    }
}
