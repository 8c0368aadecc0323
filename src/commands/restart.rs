//! `mesh restart --outdated`: workloads whose pods are not what would be made now.

use super::rollout::{self, Run};
use super::settings::Settings;
use super::{interrupt, next};
use crate::cli::RestartArgs;
use crate::error::Result;
use crate::read::View;
use crate::report::rollout::{Doing, Frame};

/// Restarts what is outdated, in one namespace or everywhere.
pub(super) fn run(settings: &Settings, args: RestartArgs) -> Result<()> {
    // There is nothing else to restart by yet, so the flag has to be given and says nothing more.
    let RestartArgs { outdated: _, all_namespaces, rollout } = args;
    settings.on_cluster(|cluster| async move {
        let stop = interrupt::wait();
        let looked = async {
            let view = View::of(&cluster);
            view.version().await?;
            let namespaces = if all_namespaces {
                view.all_namespaces().await?
            } else {
                vec![view.namespace(settings.namespace.as_deref().unwrap_or_else(|| cluster.namespace())).await?]
            };
            view.scene(namespaces, all_namespaces).await
        };
        let looked = interrupt::unless(stop.clone(), rollout::ALL, looked).await;
        let scene = looked.map_err(|error| next::with_command(settings, error, false))?;
        let frame = Frame { spread: all_namespaces, unknown: scene.unknown(), ..Frame::default() };
        let doing = if rollout.dry_run { Doing::DryRun } else { Doing::Restart };
        let (args, labels) = (&rollout, &[]);
        let run = Run { cluster: &cluster, settings, args, frame: &frame, scene: &scene, labels, stop };
        rollout::carry_out(&run, &scene.plan()?, doing).await
    })
}
