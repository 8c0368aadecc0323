//! What is to be restarted, and how each workload's restart ended.

use serde_json::Value;

use super::one::Stage;
use super::run::Rolling;
use crate::cluster::{Cluster, Kinds};
use crate::error::{Error, Result};
use crate::event::{Fact, Scope};
use crate::plan::restart::{Pods, Ready, Restart};
use crate::wait::{Observer, Waiter};

/// What is to be restarted, and how.
pub struct Restarting<'a> {
    /// The workloads, in the order to begin with them.
    pub restarts: &'a [Restart],
    /// The pods of their namespaces, as a list showed them.
    pub pods: &'a Pods,
    /// How many may be under way at once.
    pub at_once: usize,
    /// What is merged into workloads so that their controllers roll them out.
    pub rollout: Value,
    /// What is merged into workloads whose pods are evicted, before they are.
    pub before_eviction: Option<Value>,
}

/// How a workload's restart ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// All its pods are new and ready.
    Done {
        /// READY of its pods.
        after: Ready,
        /// How many there are.
        pods: usize,
    },
    /// It will not become ready, or its pods came back as they were.
    Failed {
        /// What sort of cause it is, in kebab-case.
        cause: &'static str,
        /// The cause in one sentence, then what it rests on.
        lines: Vec<String>,
        /// What to do next.
        next: Vec<String>,
    },
    /// The time was over first.
    TimedOut {
        /// What sort of cause it is, in kebab-case; `not-ready` where none is known.
        cause: &'static str,
        /// Where it stood, with the cause in one sentence, then what that rests on.
        lines: Vec<String>,
        /// What to do next.
        next: Vec<String>,
    },
    /// It was not begun, as another failed or the time was over.
    NotBegun,
}

/// Restarts all of `job`, telling `scope` of each, until all are done, one has failed and the rest under way is over, the
/// deadline, or `stop` resolves. How each ended, in their order.
///
/// # Errors
/// What `stop` resolves to; cluster errors. What was begun by then goes on by itself.
pub async fn restart(
    cluster: &Cluster,
    kinds: &Kinds,
    scope: &Scope<'_>,
    job: &Restarting<'_>,
    stop: impl Future<Output = Error>,
) -> Result<Vec<Fate>> {
    scope.say(Fact::RestartsPlanned { workloads: job.restarts.iter().map(|one| one.id.clone()).collect() });
    let observer = Observer::new(cluster, kinds);
    let waiter = Waiter::new(cluster, &observer, scope);
    let mut run = Rolling::open(kinds, job, &waiter)?;
    let ended = tokio::select! {
        ended = run.drive() => ended,
        failed = observer.run() => Err(failed.err().unwrap_or_else(|| Error::failed("watch", "a watch ended"))),
        error = stop => Err(error),
    };
    if let Err(error) = ended {
        let begun = run.ones.iter().filter(|one| !matches!(one.state, Stage::Waits { .. })).count();
        let hint =
            format!("{begun} of {} workloads were restarted or are under way, which goes on by itself", run.ones.len());
        return Err(error.hint(hint));
    }
    Ok(run
        .ones
        .into_iter()
        .map(|one| if let Stage::Ended(ended) = one.state { ended } else { Fate::NotBegun })
        .collect())
}
