//! `mesh upgrade`: the recorded inputs, and the given ones over them.

use super::inputs::Given;
use super::settings::Settings;
use super::targets::Targets;
use super::{Answer, change, paged};
use crate::change::canary::{Canary, CanaryOptions, Wish};
use crate::cli::{CanaryArgs, ChangeArgs, PageOutput, UpgradeArgs};
use crate::error::Result;
use crate::input::{Asked, Precedence};
use crate::report::canary as report;
use crate::report::clusters::Subject;
use crate::report::{Progress, html};

/// Upgrades an installation, or puts a revision beside it; or shows what that would change: no where it would be refused.
pub(super) fn run(settings: &Settings, args: UpgradeArgs) -> Result<Answer> {
    let UpgradeArgs { render, from, reuse_values, reset_values, installation, dry_run, change, canary, output, waves } =
        args;
    // To reuse them is what it does anyway; both flags together are refused before.
    let is_page = output == PageOutput::Html;
    if is_page && !(dry_run || canary.canary) {
        return Err(html::no_page());
    }
    let (settings, as_json) = (&paged(settings, is_page), output.is_document());
    let rule = if reset_values && !reuse_values { Precedence::Given } else { Precedence::RecordedAndGiven };
    let targets = Targets::in_waves(settings, &waves, dry_run || canary.status)?;
    let asked = targets
        .asked(Given::from(settings, from, render)?, rule)?
        .into_iter()
        .map(|asked| asked.named(installation.clone()))
        .collect();
    if canary.canary {
        let options = options(canary, change, dry_run, as_json);
        let job = move |settings: &Settings, asked: &_| by_canary(settings, asked, options.clone()).map(|()| true);
        return targets.each((Subject::UPGRADE, as_json), asked, job);
    }
    let kind = (change::subject(dry_run), as_json);
    targets.each(kind, asked, move |settings, asked| change::made(settings, asked, change, dry_run, as_json))
}

/// How an upgrade by a second revision is carried out, by the flags.
fn options(args: CanaryArgs, change: ChangeArgs, dry_run: bool, json: bool) -> CanaryOptions {
    let CanaryArgs { canary: _, namespaces, at_once, pause, step, status, continues, abort, finish } = args;
    let ChangeArgs { rollback_on_failure, allow_version_skew } = change;
    let doing = match () {
        () if status => Wish::Status,
        () if continues => Wish::Continue,
        () if abort => Wish::Abort,
        () if finish => Wish::Finish,
        () => Wish::Go,
    };
    let (at_once, any_version) = (usize::from(at_once), allow_version_skew);
    CanaryOptions { doing, namespaces, at_once, pause, step, dry_run, rollback_on_failure, any_version, json }
}

/// Moves a mesh to a second revision, or shows where that stands.
fn by_canary(settings: &Settings, asked: &Asked, options: CanaryOptions) -> Result<()> {
    let json = options.json;
    let progress = Progress::new(&settings.ui, json);
    let canary = &Canary { asked, options };
    let done = settings.on_cluster(|cluster| {
        let sink = progress.sink();
        async move { change::on(settings, &cluster, "", sink, canary).await }
    });
    let add =
        |element: &mut _, done: &crate::change::canary::Standing| report::add(element, done.way.as_ref(), &done.said);
    let done = progress.end(&settings.ui, "Upgrade", done, add)?;
    if json { Ok(()) } else { report::tell(&settings.ui, done.way.as_ref(), &done.said) }
}
