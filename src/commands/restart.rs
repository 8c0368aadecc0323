//! `mesh restart --outdated`: workloads whose pods are not what would be made now.

use super::rollout::{self, Doing, Frame, Run, Scene};
use super::settings::Settings;
use super::{interrupt, next};
use crate::apply::restart;
use crate::cli::RestartArgs;
use crate::cluster::Cluster;
use crate::error::Result;
use crate::object::ObjectId;

/// Restarts what is outdated, in one namespace or everywhere.
pub(super) fn run(settings: &Settings, args: RestartArgs) -> Result<()> {
    // There is nothing else to restart by yet, so the flag has to be given and says nothing more.
    let RestartArgs { outdated: _, all_namespaces, rollout } = args;
    settings.on_cluster(|cluster| async move {
        let (kinds, stop) = (restart::kinds(), interrupt::wait());
        let looked = async {
            cluster.version().await?;
            let namespaces = namespaces(&cluster, settings, all_namespaces).await?;
            let webhooks = cluster.mutating_webhooks().await?;
            Scene::of(&cluster, &kinds, namespaces, all_namespaces, webhooks).await
        };
        let looked = interrupt::unless(stop.clone(), rollout::ALL, looked).await;
        let scene = looked.map_err(|error| next::with_command(settings, error, false))?;
        let frame = Frame { spread: all_namespaces, warnings: scene.warnings(), ..Frame::default() };
        let doing = if rollout.dry_run { Doing::DryRun } else { Doing::Restart };
        let run =
            Run { cluster: &cluster, kinds: &kinds, settings, args: &rollout, frame: &frame, scene: &scene, stop };
        rollout::carry_out(&run, &scene.plan()?, doing).await
    })
}

async fn namespaces(cluster: &Cluster, settings: &Settings, all: bool) -> Result<Vec<crate::object::Object>> {
    let kinds = restart::kinds();
    let id = ObjectId::new("v1", "Namespace", None, "");
    if all {
        return cluster.list(&kinds.collection(&id)?, &id, None).await;
    }
    let name = settings.namespace.as_deref().unwrap_or_else(|| cluster.namespace());
    Ok(vec![super::enrol::namespace(cluster, &kinds, name).await?])
}
