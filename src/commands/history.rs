//! `mesh history`: what was changed, when, and how it ended.

use super::settings::Settings;
use crate::cli::{HistoryArgs, TextOutput};
use crate::error::Result;
use crate::istio::Installation;
use crate::plan::ledger::History;
use crate::read::records::{self, Everything};
use crate::report::{history, message};

/// Lists the records.
pub(super) fn run(settings: &Settings, args: HistoryArgs) -> Result<()> {
    let HistoryArgs { revision, installation: name, output } = args;
    let (cluster, ledger) = settings.on_cluster(|cluster| async move {
        cluster.version().await?;
        let Everything { ledger, .. } = records::everything(&cluster, &settings.istio_namespace).await?;
        Ok((cluster.name().to_owned(), ledger))
    })?;
    let home = settings.home();
    let is_meant = |one: &Installation| {
        revision.as_ref().is_none_or(|revision| one.revision == *revision)
            && name.as_ref().is_none_or(|name| one.is_called(name))
            && (!home.is_given || one.namespace == home.namespace)
    };
    let meant: Vec<(&Installation, &History)> = ledger.installations().filter(|(one, _)| is_meant(one)).collect();
    let lost = meant.iter().flat_map(|(_, history)| &history.lost).map(|(_, why)| why.clone());
    message::warnings(&settings.ui, &lost.collect::<Vec<_>>());
    settings.ui.result(&match output {
        TextOutput::Json => history::json(&cluster, &meant),
        TextOutput::Text => settings.ui.fitted(&history::text(&settings.ui, &meant)),
    })
}
