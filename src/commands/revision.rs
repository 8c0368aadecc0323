//! `mesh revision list`.

use super::settings::Settings;
use crate::cli::{RevisionCommand, RevisionListArgs, TextOutput};
use crate::error::Result;
use crate::read::View;
use crate::report::{message, revisions};

/// Runs a subcommand.
pub(super) fn run(settings: &Settings, command: RevisionCommand) -> Result<()> {
    let RevisionCommand::List(RevisionListArgs { output }) = command;
    let (cluster, found) = settings.on_cluster(|cluster| async move {
        let view = View::of(&cluster);
        view.version().await?;
        let picture = view.picture().await?;
        message::unknown(&settings.ui, &picture.unknown);
        Ok((cluster.name().to_owned(), picture.revisions()))
    })?;
    settings.ui.result(&match output {
        TextOutput::Text => settings.ui.fitted(&revisions::text(&found)),
        TextOutput::Json => revisions::json(&cluster, &found),
    })
}
