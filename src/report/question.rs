//! Questions to people: what will happen, where, and whether it may.

use std::io::{IsTerminal, Write as _};

use futures::channel::oneshot;

use crate::cluster::Cluster;
use crate::error::{Error, Result};
use crate::text;
use crate::ui::{Ui, sanitize};

/// How many lines come before a question: what fits on a screen.
pub(super) const SHOWN: usize = 30;

/// Shows `lines` below `title`, with the cluster they are about: all of them, as nothing is asked.
pub fn show(ui: &Ui, cluster: &Cluster, title: &str, lines: &[String]) {
    listed(cluster, title, lines).for_each(|line| ui.message(&line));
}

fn listed(cluster: &Cluster, title: &str, lines: &[String]) -> impl Iterator<Item = String> {
    let title = format!("{title} on {} ({}):", sanitize(cluster.name()), sanitize(cluster.server()));
    std::iter::once(title).chain(lines.iter().map(|line| format!("  {}", sanitize(line))))
}

/// The hint that says what to type where nobody can be asked.
pub fn unasked(command: &str) -> String {
    format!("to go on without being asked: {command}")
}

/// What is said where nobody can be asked: `what` is to be confirmed.
pub fn unconfirmed(what: &str) -> Error {
    Error::usage("not-confirmed", format!("{what}, and nobody can be asked"))
}

/// A question, with what is shown before it.
#[derive(Debug)]
pub struct Question {
    shown: Vec<String>,
    text: String,
    /// What has to be typed; none where yes is enough.
    word: Option<String>,
    unconfirmed: Error,
}

impl Question {
    /// Whether to go on, after these lines; `unconfirmed` is what is said where nobody can be asked.
    pub fn proceed(shown: Vec<String>, unconfirmed: Error) -> Self {
        Self { shown, text: "Proceed? [y/N] ".to_owned(), word: None, unconfirmed }
    }

    /// Whether to go on with what `lines` below `title` say.
    pub fn listed(cluster: &Cluster, title: &str, lines: &[String]) -> Self {
        let mut shown: Vec<String> = listed(cluster, title, lines).take(1 + SHOWN).collect();
        shown.extend(text::more(lines.len().saturating_sub(SHOWN)).map(|more| format!("  {more}")));
        Self::proceed(shown, unconfirmed("this wants to be confirmed"))
    }

    /// Wants `word` typed: for what cannot be undone. `hint` says what to give where nobody can be asked.
    pub fn typed(word: String, text: String, hint: String) -> Self {
        let unconfirmed = unconfirmed("this wants to be confirmed").hint(hint);
        Self { shown: Vec::new(), text, word: Some(word), unconfirmed }
    }

    /// Whether more than yes has to be typed.
    pub fn wants_a_word(&self) -> bool {
        self.word.is_some()
    }

    /// Shows what it is about, and asks; `unasked` is the hint that says how to go on where nobody can be asked.
    ///
    /// # Errors
    /// `not-confirmed` (usage) where nobody can be asked; `cancelled` where the answer is no.
    pub async fn put(self, ui: &Ui, unasked: &str) -> Result<()> {
        let Self { shown, text, word, unconfirmed } = self;
        let _turn = ui.turn().await;
        shown.iter().for_each(|line| ui.message(line));
        let unconfirmed = if word.is_some() { unconfirmed } else { unconfirmed.hint(unasked) };
        let told = told(&text, unconfirmed).await?;
        let agreed = match word {
            Some(word) => told == word,
            None => matches!(told.to_lowercase().as_str(), "y" | "yes"),
        };
        if agreed { Ok(()) } else { Err(cancelled()) }
    }
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
