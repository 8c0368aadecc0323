//! `mesh revision list`.

use serde_json::json;

use super::settings::Settings;
use crate::cli::{RevisionCommand, RevisionListArgs, TextOutput};
use crate::error::Result;
use crate::istio::Revision;
use crate::read::picture;
use crate::report::table;
use crate::report::{document, message};
use crate::ui;

/// Runs a subcommand.
pub(super) fn run(settings: &Settings, command: RevisionCommand) -> Result<()> {
    let RevisionCommand::List(RevisionListArgs { output }) = command;
    let (cluster, revisions) = settings.on_cluster(|cluster| async move {
        cluster.version().await?;
        let picture = picture::read(&cluster).await?;
        message::unknown(&settings.ui, &picture.unknown);
        Ok((cluster.name().to_owned(), picture.revisions()))
    })?;
    let text = match output {
        TextOutput::Text if revisions.is_empty() => "no revision of Istio is installed\n".to_owned(),
        TextOutput::Text => text(&revisions),
        TextOutput::Json => {
            let element = json!({ "revisions": revisions });
            ui::json(&document::of_cluster("RevisionList", &cluster, element))
        }
    };
    settings.ui.result(&text)
}

fn text(revisions: &[Revision]) -> String {
    let rows = revisions.iter().map(|one| {
        vec![
            one.revision.clone(),
            one.version.clone().unwrap_or_else(|| "no istiod".to_owned()),
            one.made_by.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string),
            table::names(&one.tags),
            table::names(&one.namespaces),
            one.proxies.to_string(),
            one.workloads.len().to_string(),
            table::names(&one.gateways),
        ]
    });
    table::table(&["REVISION", "VERSION", "MADE BY", "TAGS", "NAMESPACES", "PROXIES", "WITHOUT PODS", "GATEWAYS"], rows)
}
