//! What the commands share that change a cluster, or show what that would change.

use super::settings::Settings;
use crate::change::install::{self, Install, InstallOptions};
use crate::change::{self, Change, Run};
use crate::cli::ChangeArgs;
use crate::cluster::Cluster;
use crate::error::Result;
use crate::event::{Scope, Sink};
use crate::input::Asked;
use crate::read::{Differing, differing};
use crate::report::clusters::Subject;
use crate::report::{Progress, diff, message};
use crate::ui::Ui;

/// How a change is told of that may only be shown.
pub(super) fn subject(is_shown: bool) -> Subject {
    if is_shown { Subject::TRIAL } else { Subject::INSTALLATION }
}

/// Changes an installation as `asked`, or shows what that would change; false where it would be refused.
pub(super) fn made(settings: &Settings, asked: &Asked, args: ChangeArgs, dry_run: bool, as_json: bool) -> Result<bool> {
    match dry_run {
        true => tried(settings, asked, args, as_json),
        false => carry_out(settings, asked, args, as_json).map(|()| true),
    }
}

fn carry_out(settings: &Settings, asked: &Asked, args: ChangeArgs, as_json: bool) -> Result<()> {
    let ChangeArgs { rollback_on_failure, allow_version_skew } = args;
    let options = InstallOptions { rollback_on_failure, any_version: allow_version_skew, gently: false };
    let progress = Progress::new(&settings.ui, as_json);
    let done = settings.on_cluster(|cluster| {
        let sink = progress.sink();
        async move {
            let revision = &asked.installation.revision;
            on(settings, &cluster, revision, sink, &Install::new(asked, options)).await
        }
    });
    progress.end(&settings.ui, "Installation", done, |_, ()| {})
}

/// Carries a change out on `cluster`; `sink` hears of it, as of `revision`.
pub(super) async fn on<C: Change>(
    settings: &Settings,
    cluster: &Cluster,
    revision: &str,
    sink: &dyn Sink,
    change: &C,
) -> Result<C::Done> {
    let scope = Scope { cluster: cluster.name().to_owned(), revision: revision.to_owned(), sink };
    change::run(change, &Run::new(cluster, &settings.caller(), &scope)).await
}

/// Shows what a change as `asked` would change; true where that is nothing.
pub(super) fn shown(settings: &Settings, asked: &Asked, as_json: bool) -> Result<bool> {
    let (asked, ui) = (&asked.clone().looking(), &settings.ui);
    settings.on_cluster(|cluster| async move { told(ui, &cluster, &differing(&cluster, asked).await?, as_json) })
}

/// Shows the same before it is changed; false where the change would be refused, also for what it does not show an error.
fn tried(settings: &Settings, asked: &Asked, args: ChangeArgs, as_json: bool) -> Result<bool> {
    let ChangeArgs { rollback_on_failure: _, allow_version_skew } = args;
    let (lenient, asked, ui) = (asked.given.force, &asked.clone().looking(), &settings.ui);
    settings.on_cluster(|cluster| async move {
        let mut differing = differing(&cluster, asked).await?;
        told(ui, &cluster, &differing, as_json)?;
        let mut passes = true;
        for (survey, summary) in &mut differing.found {
            passes &= !summary.is_refused(lenient);
            if passes {
                message::warnings(ui, &install::may_begin(&cluster, survey, allow_version_skew).await?);
            }
        }
        Ok(passes)
    })
}

fn told(ui: &Ui, cluster: &Cluster, differing: &Differing, as_json: bool) -> Result<bool> {
    let Differing { found, unread, control_planes } = differing;
    if found.is_empty() {
        diff::tell_nothing(ui, cluster, unread, control_planes, as_json)
    } else {
        diff::tell(ui, cluster, found, unread, as_json)
    }
}
