//! Questions to people: what will happen, where, and whether it may.

use std::io::{IsTerminal, Write as _};

use futures::channel::oneshot;

use crate::cluster::Cluster;
use crate::error::{Error, Result};
use crate::ui::{Ui, sanitize};

/// How many lines come before a question: what fits on a screen.
const SHOWN: usize = 30;

/// Shows `lines` below `title`, with the cluster they are about.
pub fn show(ui: &Ui, cluster: &Cluster, title: &str, lines: &[String]) {
    let shown: Vec<String> = lines.iter().take(SHOWN).map(|line| format!("\n  {}", sanitize(line))).collect();
    let more = lines.len().saturating_sub(SHOWN);
    let more = if more == 0 { String::new() } else { format!("\n  and {more} more") };
    let place = format!("{} ({})", sanitize(cluster.name()), cluster.server());
    ui.message(&format!("{title} on {place}:{}{more}", shown.concat()));
}

/// The hint that says what to type where nobody can be asked.
pub fn unasked(command: &str) -> String {
    format!("to go on without being asked: {command}")
}

/// What is said where nobody can be asked: `what` is to be confirmed.
pub fn unconfirmed(what: &str) -> Error {
    Error::usage("not-confirmed", format!("{what}, and nobody can be asked"))
}

/// Asks whether to go on; `unconfirmed` is what is said where nobody can be asked.
///
/// # Errors
/// `unconfirmed`; `cancelled` where the answer is no.
pub async fn proceed(unconfirmed: Error) -> Result<()> {
    let told = told("Proceed? [y/N] ", unconfirmed).await?;
    if matches!(told.to_lowercase().as_str(), "y" | "yes") { Ok(()) } else { Err(cancelled()) }
}

/// Wants `wanted` typed: for what cannot be undone.
///
/// # Errors
/// As [`proceed`].
pub async fn typed(wanted: &str, question: &str, unconfirmed: Error) -> Result<()> {
    if told(question, unconfirmed).await? == wanted { Ok(()) } else { Err(cancelled()) }
}

fn cancelled() -> Error {
    Error::failed("cancelled", "cancelled; nothing was written")
}

async fn told(question: &str, unconfirmed: Error) -> Result<String> {
    if !(std::io::stdin().is_terminal() && std::io::stderr().is_terminal()) {
        return Err(unconfirmed);
    }
    let answer = line(question).await;
    let answer = answer.map_err(|error| Error::failed("cancelled", "the answer could not be read").caused_by(error))?;
    Ok(answer.trim().to_owned())
}

/// Asks, and reads a line. On a thread of its own, which the process does not wait for: Ctrl-C is heard meanwhile.
async fn line(question: &str) -> std::io::Result<String> {
    let mut stderr = std::io::stderr().lock();
    write!(stderr, "{question}")?;
    stderr.flush()?;
    drop(stderr);
    let (told, heard) = oneshot::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        // Nobody listens any more after an interruption.
        let _ = told.send(std::io::stdin().read_line(&mut line).map(|_| line));
    });
    heard.await.unwrap_or_else(|_| Ok(String::new()))
}
