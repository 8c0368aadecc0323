//! `mesh rollback`: back to what was there before a change.

use super::settings::Settings;
use crate::change::rollback::{self, Back};
use crate::cli::{InstallOutput, RollbackArgs};
use crate::error::Result;
use crate::event::Scope;
use crate::istio::DEFAULT;
use crate::report::{Progress, rollback as report};

/// Goes back to an earlier record, or shows what that would change; false where it would be refused.
pub(super) fn run(settings: &Settings, args: RollbackArgs) -> Result<bool> {
    let RollbackArgs { to, revision, installation: name, dry_run, output } = args;
    let target = Back { revision: revision.as_deref(), name: name.as_deref(), to };
    if dry_run {
        let ui = &settings.ui;
        return settings.on_cluster(|cluster| async move {
            let shown = rollback::shown(&cluster, &settings.istio_namespace, target).await?;
            report::tell(ui, &cluster, &shown, output == InstallOutput::Json)?;
            Ok(!shown.summary.is_refused(true))
        });
    }
    let progress = Progress::new(&settings.ui, output == InstallOutput::Json);
    let done = settings.on_cluster(|cluster| {
        let sink = progress.sink();
        async move {
            let revision = target.revision.unwrap_or(DEFAULT).to_owned();
            let scope = Scope { cluster: cluster.name().to_owned(), revision, sink };
            rollback::run(&cluster, &settings.caller(), &scope, target).await
        }
    });
    progress.end(&settings.ui, "Rollback", done, |_, ()| {}).map(|()| true)
}
