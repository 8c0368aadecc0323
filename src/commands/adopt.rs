//! `mesh adopt`: what Helm installed becomes ours, or Helm's again, with nothing restarted.

use super::settings::Settings;
use super::{change, inputs};
use crate::change::adopt::{Adopt, GiveBack, Handed};
use crate::cli::{AdoptArgs, TextOutput};
use crate::error::Result;
use crate::input::Precedence;
use crate::report::Plain;
use crate::report::adopt::Handing;

/// Adopts, or hands back.
pub(super) fn run(settings: &Settings, args: AdoptArgs) -> Result<()> {
    let AdoptArgs { render, release: released, dry_run, output } = args;
    let derived = (!inputs::any(&render)).then(|| settings.home());
    let asked = &inputs::asked(settings, render, Precedence::Given)?;
    let sink = &Plain::new(&settings.ui);
    let (cluster, handed) = settings.on_cluster(|cluster| async move {
        let revision = &asked.installation.revision;
        let handed = if released {
            change::on(settings, &cluster, revision, sink, &GiveBack { asked, dry_run }).await
        } else {
            change::on(settings, &cluster, revision, sink, &Adopt { asked, derived, dry_run }).await
        };
        Ok((cluster.name().to_owned(), handed?))
    })?;
    let Handed { revision, objects, releases, pending, foreign } = &handed;
    let objects = *objects;
    let outcome = Handing { cluster: &cluster, revision, released, dry_run, objects, releases, pending, foreign };
    match output {
        TextOutput::Json => settings.ui.result(&outcome.json()),
        TextOutput::Text => outcome.tell(&settings.ui),
    }
}
