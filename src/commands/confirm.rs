//! The question before existing objects change or go.

use super::changes::{self, count};
use super::settings::Settings;
use super::survey::Survey;
use crate::cluster::Cluster;
use crate::config::Dropped;
use crate::error::Result;
use crate::plan::Summary;
use crate::report::question;
use crate::ui::{Style, sanitize};

/// How many lines are shown before the question: what fits on a screen.
const SHOWN_LINES: usize = 40;

/// Shows what changes and asks, where existing objects change or go, or recorded settings are left out. Where nobody can
/// be asked, `-y` has to say so.
///
/// # Errors
/// `not-confirmed` (usage), `cancelled`.
pub(super) async fn change(cluster: &Cluster, settings: &Settings, survey: &Survey) -> Result<()> {
    let summary = survey.summary();
    let asks = summary.touches_existing() || !survey.dropped.is_empty();
    if settings.yes || !asks {
        return Ok(());
    }
    ask(cluster, settings, &summary, &survey.dropped).await
}

/// Shows `summary` as what is about to happen on the cluster, and asks.
///
/// # Errors
/// As [`change`].
pub(super) async fn ask(cluster: &Cluster, settings: &Settings, summary: &Summary, dropped: &[Dropped]) -> Result<()> {
    if settings.yes {
        return Ok(());
    }
    let paint = |style: Style, text: &str| settings.ui.paint(style, text);
    let mut lines = changes::lines(summary, dropped, &paint);
    if lines.len() > SHOWN_LINES {
        lines = changes::brief(summary, dropped, &paint);
    }
    settings.ui.message(&format!("on {} ({}):", sanitize(cluster.name()), sanitize(cluster.server())));
    // The last line says what it means, and is always shown.
    let (shown, rest) = if lines.len() > SHOWN_LINES { lines.split_at(SHOWN_LINES - 1) } else { (&lines[..], &[][..]) };
    shown.iter().for_each(|line| settings.ui.message(line));
    if let Some((last, between)) = rest.split_last() {
        if !between.is_empty() {
            settings.ui.message(&format!("  and {} more (see all: mesh diff)", count(between.len(), "line")));
        }
        settings.ui.message(last);
    }
    let unconfirmed = question::unconfirmed("existing objects would change").hint("nothing was written");
    question::proceed(unconfirmed.hint(question::unasked(&settings.command_with_yes()))).await
}
