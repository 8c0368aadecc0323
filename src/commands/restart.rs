//! `mesh restart --outdated`: workloads whose pods are not what would be made now.

use super::change;
use super::rollout::how;
use super::settings::Settings;
use crate::change::restart::RestartOutdated;
use crate::cli::RestartArgs;
use crate::error::Result;
use crate::report::Plain;

/// Restarts what is outdated, in one namespace or everywhere.
pub(super) fn run(settings: &Settings, args: RestartArgs) -> Result<()> {
    // There is nothing else to restart by yet, so the flag has to be given and says nothing more.
    let RestartArgs { outdated: _, all_namespaces, rollout } = args;
    let sink = &Plain::new(&settings.ui);
    settings.on_cluster(|cluster| async move {
        let one = settings.namespace.as_deref().unwrap_or_else(|| cluster.namespace());
        let namespace = (!all_namespaces).then_some(one);
        let restart = RestartOutdated { namespace, how: how(&rollout) };
        change::on(settings, &cluster, "", sink, &restart).await
    })
}
