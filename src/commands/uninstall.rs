//! `mesh uninstall`: what of Istio goes, and what is left of it.

use super::settings::Settings;
use super::{change, inputs};
use crate::change::uninstall::{Uninstall, UninstallOptions};
use crate::cli::{RenderArgs, TextOutput, UninstallArgs};
use crate::error::Result;
use crate::input::{Asked, Precedence};
use crate::plan::target::Meant;
use crate::report::{Progress, uninstall};

/// Removes what is asked for.
pub(super) fn run(settings: &Settings, args: UninstallArgs) -> Result<()> {
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
    } = args;
    let mut named = revision.clone();
    let mut namespace = settings.istio_namespace.clone();
    let target = match (installation, revision) {
        (_, revision) if !files.is_empty() || !sets.is_empty() => {
            let render = RenderArgs { files, sets, manifests, version, revision, ..RenderArgs::default() };
            let Asked { installation, given, .. } = inputs::asked(settings, render, Precedence::Given)?;
            named = Some(installation.revision.clone());
            namespace.clone_from(&installation.namespace);
            Meant::Installation(installation, Box::new(given))
        }
        _ if purge => Meant::Everything,
        (Some(name), revision) => Meant::Named(name, revision),
        (None, Some(revision)) => Meant::Revision(revision),
        (None, None) => Meant::Only,
    };
    let options = UninstallOptions { purge, force, delete_crds, yes_delete_crds, backup, dry_run, gently: false };
    let progress = Progress::new(&settings.ui, output == TextOutput::Json);
    let uninstall = &Uninstall { target, namespace, options };
    let done = settings.on_cluster(|cluster| {
        let sink = progress.sink();
        async move { change::on(settings, &cluster, &named.unwrap_or_default(), sink, uninstall).await }
    });
    let add = |element: &mut _, left: &_| uninstall::add(element, left, dry_run);
    let left = progress.end(&settings.ui, "Uninstallation", done, add)?;
    if output == TextOutput::Text { uninstall::tell(&settings.ui, &left) } else { Ok(()) }
}
