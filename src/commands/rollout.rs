//! What the commands that restart workloads share: the restart itself, and what is said of it.

use futures::FutureExt;
use k8s_openapi::jiff::Timestamp;

use super::interrupt::{self, Stop};
use super::next;
use super::settings::Settings;
use crate::apply::restart::{self, Ended, Job};
use crate::cli::{RolloutArgs, TextOutput};
use crate::cluster::{Cluster, Kinds};
use crate::error::Result;
use crate::event::Scope;
use crate::plan::restart::{Patches, Plan, patches};
use crate::read::Scene;
use crate::report::rollout::{Doing, Frame, Rollout};

/// All that carrying a plan out needs.
pub(super) struct Run<'a> {
    pub(super) cluster: &'a Cluster,
    pub(super) settings: &'a Settings,
    pub(super) args: &'a RolloutArgs,
    pub(super) frame: &'a Frame,
    pub(super) scene: &'a Scene,
    /// Labels that templates get: a change of them is what rolls workloads out.
    pub(super) labels: &'a [(String, String)],
    /// Resolves where the run is to stop.
    pub(super) stop: Stop,
}

/// What an interruption comes before.
pub(super) const ALL: &str = "all workloads were restarted";

/// Carries a plan out, or shows it, and gives the result in the format that is asked for.
pub(super) async fn carry_out(run: &Run<'_>, plan: &Plan, doing: Doing) -> Result<()> {
    let Run { cluster, settings, args, frame, .. } = run;
    let report = Rollout::new(&settings.ui, args.output == TextOutput::Json, frame, plan, doing);
    report.begin()?;
    let mut ended = Vec::new();
    let mut done = Ok(());
    if doing == Doing::Restart && !plan.restarts.is_empty() {
        match restarted(run, plan, &report).await {
            Ok(all) => {
                done = restart::verdict(plan, &all);
                ended = all;
            }
            Err(error) => done = Err(error),
        }
        done = done.map_err(|error| next::with_command(settings, error, true));
    }
    report.end(cluster.name(), &ended, done)
}

/// Restarts; gives how each ended.
async fn restarted(run: &Run<'_>, plan: &Plan, report: &Rollout<'_>) -> Result<Vec<Ended>> {
    let Run { cluster, args, scene, labels, stop, .. } = run;
    let sink = report.sink();
    let scope = Scope { cluster: cluster.name().to_owned(), revision: String::new(), sink: &*sink };
    let now = restarted_at(Timestamp::now());
    let Patches { rollout, before_eviction } = patches(&now, labels);
    let Scene { pods, version, .. } = scene;
    let at_once = usize::from(args.at_once);
    let job = Job { restarts: &plan.restarts, pods, version, at_once, rollout, before_eviction };
    let stopped = stop.clone().map(|kind| interrupt::error(kind, ALL));
    let ended = restart::restart(cluster, &Kinds::built_in(), &scope, &job, stopped).await;
    sink.close();
    ended
}

/// The time of a restart. To the nanosecond: one that had the value of another would restart nothing.
fn restarted_at(now: Timestamp) -> String {
    now.strftime("%Y-%m-%dT%H:%M:%S.%9fZ").to_string()
}

#[cfg(test)]
mod tests {
    use k8s_openapi::jiff::{Timestamp, ToSpan};

    use super::*;

    #[test]
    fn two_restarts_of_one_second_differ() {
        let first = Timestamp::UNIX_EPOCH;
        let second = first + 1.nanosecond();
        assert_eq!(restarted_at(first), "1970-01-01T00:00:00.000000000Z");
        assert_ne!(restarted_at(first), restarted_at(second));
        assert_eq!(restarted_at(second).parse().ok(), Some(second));
    }
}
