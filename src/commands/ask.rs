//! Questions of commands: `-y` answers them.

use super::settings::Settings;
use crate::cluster::Cluster;
use crate::error::Result;
use crate::report::question;

/// Shows `lines` below `title`, with the cluster they are about, and asks whether to go on; `-y` answers.
///
/// # Errors
/// `not-confirmed` (usage) where nobody can be asked; `cancelled` where the answer is no.
pub(super) async fn proceed(cluster: &Cluster, settings: &Settings, title: &str, lines: &[String]) -> Result<()> {
    if settings.yes {
        return Ok(());
    }
    show(cluster, settings, title, lines);
    let hint = question::unasked(&settings.command_with_yes());
    question::proceed(question::unconfirmed("this wants to be confirmed").hint(hint)).await
}

/// Wants `wanted` typed: for what cannot be undone.
///
/// # Errors
/// As [`proceed`]; `hint` says what to give where nobody can be asked.
pub(super) async fn typed(wanted: &str, question: &str, hint: &str) -> Result<()> {
    question::typed(wanted, question, question::unconfirmed("this wants to be confirmed").hint(hint)).await
}

/// Shows `lines` below `title`, with the cluster they are about.
pub(super) fn show(cluster: &Cluster, settings: &Settings, title: &str, lines: &[String]) {
    question::show(&settings.ui, cluster, title, lines);
}
