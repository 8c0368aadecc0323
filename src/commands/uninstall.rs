//! `mesh uninstall`: what of Istio goes, and what is left of it.

use super::inputs::Given;
use super::settings::Settings;
use super::targets::Targets;
use super::{Answer, change};
use crate::change::uninstall::{Uninstall, UninstallOptions};
use crate::cli::{RenderArgs, TextOutput, UninstallArgs};
use crate::error::Result;
use crate::input::{Asked, Precedence};
use crate::plan::target::Meant;
use crate::report::clusters::Subject;
use crate::report::{Progress, backup, uninstall};

/// Removes what is asked for.
pub(super) fn run(settings: &Settings, args: UninstallArgs) -> Result<Answer> {
    let UninstallArgs {
        revision,
        installation,
        files,
        sets,
        manifests,
        version,
        purge,
        force,
        delete_crds,
        yes_delete_crds,
        backup,
        dry_run,
        output,
        waves,
    } = args;
    let targets = Targets::in_waves(settings, &waves, dry_run)?;
    let are_many = targets.are_many();
    if are_many && backup.is_some() {
        return Err(backup::of_many());
    }
    let by_inputs = !files.is_empty() || !sets.is_empty();
    let render = RenderArgs { files, sets, manifests, version, revision: revision.clone(), ..RenderArgs::default() };
    let asked: Vec<Option<Asked>> = match by_inputs {
        true => targets.asked(Given::of(render)?, Precedence::Given)?.into_iter().map(Some).collect(),
        false => vec![None; targets.count()],
    };
    let meant = move |asked: &Option<Asked>| match (asked.clone(), installation.clone(), revision.clone()) {
        (Some(Asked { installation, given, .. }), ..) => Meant::Installation(installation, Box::new(given)),
        _ if purge => Meant::Everything,
        (None, Some(name), revision) => Meant::Named(name, revision),
        (None, None, Some(revision)) => Meant::Revision(revision),
        (None, None, None) => Meant::Only,
    };
    targets.each((Subject::UNINSTALLATION, output == TextOutput::Json), asked, move |settings, asked| {
        let target = meant(asked);
        let namespace = match &target {
            Meant::Installation(installation, _) => installation.namespace.clone(),
            _ => settings.istio_namespace.clone(),
        };
        let backup = if are_many { settings.access.context.as_deref().map(backup::named) } else { backup.clone() };
        let options = UninstallOptions { purge, force, delete_crds, yes_delete_crds, backup, dry_run, gently: false };
        removed(settings, &Uninstall { target, namespace, options }, output).map(|()| true)
    })
}

fn removed(settings: &Settings, uninstall: &Uninstall, output: TextOutput) -> Result<()> {
    let named = match &uninstall.target {
        Meant::Installation(installation, _) => installation.revision.clone(),
        Meant::Named(_, Some(revision)) | Meant::Revision(revision) => revision.clone(),
        _ => String::new(),
    };
    let dry_run = uninstall.options.dry_run;
    let progress = Progress::new(&settings.ui, output == TextOutput::Json);
    let done = settings.on_cluster(|cluster| {
        let sink = progress.sink();
        async move { change::on(settings, &cluster, &named, sink, uninstall).await }
    });
    let add = |element: &mut _, left: &_| uninstall::add(element, left, dry_run);
    let left = progress.end(&settings.ui, "Uninstallation", done, add)?;
    if output == TextOutput::Text { uninstall::tell(&settings.ui, &left) } else { Ok(()) }
}
