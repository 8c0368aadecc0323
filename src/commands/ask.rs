//! Questions to people: what will happen, where, and whether it may.

use std::io::{IsTerminal, Write as _};

use super::settings::Settings;
use crate::cluster::Cluster;
use crate::error::{Error, Result};
use crate::ui::sanitize;

/// How many lines come before a question: what fits on a screen.
const SHOWN: usize = 30;

/// Shows `lines` below `title`, with the cluster they are about, and asks whether to go on; `-y` answers.
///
/// # Errors
/// `not-confirmed` (usage) where nobody can be asked; `cancelled` where the answer is no.
pub(super) async fn proceed(cluster: &Cluster, settings: &Settings, title: &str, lines: &[String]) -> Result<()> {
    if settings.yes {
        return Ok(());
    }
    show(cluster, settings, title, lines);
    let hint = format!("to go on without being asked: {}", settings.command_with_yes());
    let told = told("Proceed? [y/N] ", &hint).await?;
    if matches!(told.to_lowercase().as_str(), "y" | "yes") { Ok(()) } else { Err(cancelled()) }
}

/// Shows `lines` below `title`, and wants `wanted` typed: for what cannot be undone.
///
/// # Errors
/// As [`proceed`]; `hint` says what to give where nobody can be asked.
pub(super) async fn typed(wanted: &str, question: &str, hint: &str) -> Result<()> {
    if told(question, hint).await? == wanted { Ok(()) } else { Err(cancelled()) }
}

/// Shows `lines` below `title`, with the cluster they are about.
pub(super) fn show(cluster: &Cluster, settings: &Settings, title: &str, lines: &[String]) {
    let shown: Vec<String> = lines.iter().take(SHOWN).map(|line| format!("\n  {}", sanitize(line))).collect();
    let more = lines.len().saturating_sub(SHOWN);
    let more = if more == 0 { String::new() } else { format!("\n  and {more} more") };
    let place = format!("{} ({})", sanitize(cluster.name()), cluster.server());
    settings.ui.message(&format!("{title} on {place}:{}{more}", shown.concat()));
}

fn cancelled() -> Error {
    Error::failed("cancelled", "cancelled; nothing was written")
}

async fn told(question: &str, hint: &str) -> Result<String> {
    if !(std::io::stdin().is_terminal() && std::io::stderr().is_terminal()) {
        return Err(Error::usage("not-confirmed", "this wants to be confirmed, and nobody can be asked").hint(hint));
    }
    let answer = line(question).await;
    let answer = answer.map_err(|error| Error::failed("cancelled", "the answer could not be read").caused_by(error))?;
    Ok(answer.trim().to_owned())
}

/// Asks, and reads a line. On a thread of its own, which the process does not wait for: Ctrl-C is heard meanwhile.
pub(super) async fn line(question: &str) -> std::io::Result<String> {
    let mut stderr = std::io::stderr().lock();
    write!(stderr, "{question}")?;
    stderr.flush()?;
    drop(stderr);
    let (told, heard) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        // Nobody listens any more after an interruption.
        let _ = told.send(std::io::stdin().read_line(&mut line).map(|_| line));
    });
    heard.await.unwrap_or_else(|_| Ok(String::new()))
}
