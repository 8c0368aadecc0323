//! The streams of a run: what goes where, and in which colour.

use std::io::{self, IsTerminal};
use std::sync::Arc;

use console::Term;
use serde_json::Value;

use super::kept::{Kept, Turn};
use super::output::{self, Output, Stream};
use super::{json, wrap};
use crate::error::Result;

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How a run speaks: the result goes to stdout, everything else to stderr.
#[derive(Debug, Clone)]
pub struct Ui {
    /// Whether stdout is coloured.
    pub color: bool,
    /// Whether stderr is coloured.
    pub progress_color: bool,
    /// Whether stderr is a terminal that can redraw lines.
    pub live: bool,
    /// Whether stdout is a terminal that can be redrawn.
    pub screen: bool,
    /// No progress on stderr, only errors.
    pub quiet: bool,
    /// What writes while a run goes on.
    pub output: Output,
    /// How a document is written.
    pub documents: fn(&Value) -> String,
}

impl Ui {
    /// Looks at the streams and the environment once.
    pub fn new(color: Color, quiet: bool) -> Self {
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let decide = |terminal: bool| match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => terminal && !plain,
        };
        let terminal = io::stderr().is_terminal();
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self {
            color: decide(io::stdout().is_terminal()),
            progress_color: decide(terminal),
            live: terminal && !quiet && !dumb,
            screen: io::stdout().is_terminal() && !dumb,
            quiet,
            output: Output::default(),
            documents: json,
        }
    }

    /// The same, with documents in another form than JSON.
    #[must_use]
    pub fn with_documents(&self, documents: fn(&Value) -> String) -> Self {
        Self { documents, ..self.clone() }
    }

    /// The same for one of several runs that go on side by side.
    #[must_use]
    pub fn aside(&self, kept: Arc<Kept>) -> Self {
        Self { live: false, screen: false, output: Output::of(kept), ..self.clone() }
    }

    /// Waits until nobody else asks; while what it gives is there nobody else writes.
    pub async fn turn(&self) -> Option<Turn> {
        match self.output.kept() {
            Some(kept) => Some(Turn::of(Arc::clone(kept)).await),
            None => None,
        }
    }

    /// Writes a document to stdout.
    ///
    /// # Errors
    /// As [`Ui::result`].
    pub fn document(&self, document: &Value) -> Result<()> {
        match self.output.kept() {
            Some(kept) => {
                kept.document(document);
                Ok(())
            }
            None => self.result(&(self.documents)(document)),
        }
    }

    /// Writes a result to stdout. A reader that has gone away (`| head`) is not a failure.
    ///
    /// # Errors
    /// `stdout` where the stream cannot be written (a full disk).
    pub fn result(&self, text: &str) -> Result<()> {
        if self.output.hand(Stream::Stdout, text) {
            return self.output.failure();
        }
        output::write(Stream::Stdout, text).map_err(output::unwritten)
    }

    /// Writes to a stream as it is; what cannot be written is lost.
    pub(super) fn raw(&self, stream: Stream, text: &str) {
        if !self.output.hand(stream, text) {
            let _ = output::write(stream, text);
        }
    }

    /// Writes one line of progress to stderr, unless quiet.
    pub fn progress(&self, line: &str) {
        match self.output.kept() {
            _ if self.quiet => {}
            Some(kept) => kept.step(line),
            None => self.message(line),
        }
    }

    /// Writes one line to stderr, also when quiet: warnings and errors. A terminal gets it broken between words.
    pub fn message(&self, line: &str) {
        if let Some(kept) = self.output.kept() {
            return kept.message(line);
        }
        self.message_as_is(&wrap::for_terminal(&Term::stderr(), line));
    }

    /// Writes one line to stderr that stays one line on a terminal too: a document.
    pub fn message_as_is(&self, line: &str) {
        self.raw(Stream::Stderr, &format!("{line}\n"));
    }

    /// A result for people as stdout shows it: where that is a terminal, lines are broken between words.
    pub fn fitted(&self, text: &str) -> String {
        wrap::for_terminal(&Term::stdout(), text.trim_end_matches('\n')) + "\n"
    }

    /// `text` in a colour of stderr's.
    pub fn paint(&self, style: Style, text: &str) -> String {
        paint(self.progress_color, style, text)
    }

    /// `text` in a colour of stdout's.
    pub fn paint_result(&self, style: Style, text: &str) -> String {
        paint(self.color, style, text)
    }
}

/// What a piece of text means; the colours are data here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// It worked.
    Good,
    /// It did not.
    Bad,
    /// Look here.
    Warn,
    /// Of less weight.
    Dim,
    /// A heading.
    Bold,
}

fn paint(on: bool, style: Style, text: &str) -> String {
    let plain = console::Style::new().force_styling(on);
    let styled = match style {
        Style::Good => plain.green(),
        Style::Bad => plain.red(),
        Style::Warn => plain.yellow(),
        Style::Dim => plain.dim(),
        Style::Bold => plain.bold(),
    };
    styled.apply_to(text).to_string()
}
