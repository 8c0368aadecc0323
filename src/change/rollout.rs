//! What the changes that restart workloads share: the restart itself, and what is said of it.

use std::collections::BTreeSet;

use k8s_openapi::jiff::Timestamp;

use super::last_word;
use super::runner::Run;
use crate::apply::restart::{self, Fate, Restarting};
use crate::cluster::Kinds;
use crate::error::{Error, Result};
use crate::event::{Scope, Sink};
use crate::object::ObjectId;
use crate::plan::access::Deed;
use crate::plan::restart::{Patches, Pods, Restarts, Way, patches};
use crate::report::rollout::{Doing, Frame, Rollout};

/// What an interruption comes before.
pub(super) const END: &str = "all workloads were restarted";

/// How workloads are restarted.
#[derive(Debug, Clone, Copy)]
pub struct How {
    /// How many of them at once.
    pub at_once: usize,
    /// Only shows what would restart.
    pub dry_run: bool,
    /// Whether the result is a document.
    pub json: bool,
}

/// What was looked at, and what restarts.
pub struct Prepared {
    pub(super) plan: Restarts,
    /// The pods that were compared.
    pub(super) pods: Pods,
    pub(super) frame: Frame,
    /// Labels that templates get: a change of them is what rolls workloads out.
    pub(super) labels: Vec<(String, String)>,
    pub(super) doing: Doing,
}

/// What carrying it out takes.
pub(super) fn takes(prepared: &Prepared) -> BTreeSet<Deed> {
    let Prepared { plan, frame, labels, doing, .. } = prepared;
    if *doing == Doing::DryRun {
        return BTreeSet::new();
    }
    let labelled = frame.namespaces.iter().filter(|one| !one.changes.is_empty());
    let mut deeds: BTreeSet<Deed> = labelled.map(|one| Deed::of("patch", &one.before.id())).collect();
    for one in plan.restarts.iter().filter(|_| *doing == Doing::Restart) {
        let pod = ObjectId::new("v1", "Pod", one.id.namespace.as_deref(), "");
        deeds.insert(Deed::of("watch", &pod));
        if one.way == Way::Rollout || !labels.is_empty() {
            deeds.insert(Deed::of("patch", &one.id));
        }
        match one.way {
            Way::Rollout => deeds.insert(Deed::of("watch", &one.id)),
            Way::Eviction => deeds.insert(Deed { resource: "pods/eviction".to_owned(), ..Deed::of("create", &pod) }),
        };
        deeds.extend(one.budgets.iter().map(|budget| Deed::of("watch", budget)));
    }
    deeds
}

/// Carries a plan out, or shows it, and gives the result in the format that is asked for.
pub(super) async fn carry_out(run: &Run<'_>, prepared: &Prepared, how: How) -> Result<()> {
    let Prepared { plan, frame, doing, .. } = prepared;
    let report = Rollout::new(&run.caller.ui, how.json, frame, plan, *doing);
    report.begin()?;
    let mut ended = Vec::new();
    let mut done = Ok(());
    if *doing == Doing::Restart && !plan.restarts.is_empty() {
        match restarted(run, prepared, how, &report).await {
            Ok(all) => {
                done = restart::verdict(plan, &all);
                ended = all;
            }
            Err(error) => done = Err(error),
        }
        done = done.map_err(|error| last_word::with_command(run.caller, error, true));
    }
    report.end(run.cluster.name(), &ended, done)
}

/// The last word. What failed once it was begun was told with the result.
pub(super) fn failed(run: &Run<'_>, prepared: Option<&Prepared>, error: Error) -> Error {
    if prepared.is_some() { error } else { last_word::with_command(run.caller, error, false) }
}

/// Restarts; gives how each ended.
async fn restarted(run: &Run<'_>, prepared: &Prepared, how: How, report: &Rollout<'_>) -> Result<Vec<Fate>> {
    let Prepared { plan, pods, labels, .. } = prepared;
    with_sink(run, (plan, pods, labels), how.at_once, &*report.sink()).await
}

/// The same for who tells of it by another way.
pub(super) async fn with_sink(
    run: &Run<'_>,
    (plan, pods, labels): (&Restarts, &Pods, &[(String, String)]),
    at_once: usize,
    sink: &dyn Sink,
) -> Result<Vec<Fate>> {
    let scope = Scope { cluster: run.cluster.name().to_owned(), revision: String::new(), sink };
    let now = restarted_at(Timestamp::now());
    let Patches { rollout, before_eviction } = patches(&now, labels);
    let job = Restarting { restarts: &plan.restarts, pods, at_once, rollout, before_eviction };
    let ended = restart::restart(run.cluster, &Kinds::built_in(), &scope, &job, run.stopped(END)).await;
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
