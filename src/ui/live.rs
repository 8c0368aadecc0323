//! The live lines of this process, so that everything that is written to the terminal is written above them.

use std::fmt;
use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{HumanDuration, MultiProgress, ProgressState, ProgressStyle};
use tracing::Level;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use super::Ui;
use super::glyphs::Glyphs;
use super::output::Stream;

static LIVE: Mutex<Option<MultiProgress>> = Mutex::new(None);

/// New live lines.
pub fn bars() -> MultiProgress {
    let bars = MultiProgress::new();
    LIVE.lock().unwrap_or_else(PoisonError::into_inner).replace(bars.clone());
    bars
}

/// From when on a live line says how long it stands already.
const LONG: Duration = Duration::from_secs(2);

/// How a live line looks: `template` is a constant of ours; indicatif's own default takes its place if it were ever wrong.
/// `{since}` in it is how long the line stands, with a space behind, once that is long.
pub fn live_style(template: &str) -> ProgressStyle {
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner());
    let style = style.with_key("since", |state: &ProgressState, line: &mut dyn fmt::Write| {
        let elapsed = state.elapsed();
        if elapsed >= LONG {
            // Nobody is left to tell.
            let _ = write!(line, "{:#} ", HumanDuration(elapsed));
        }
    });
    match Glyphs::of_stderr().spinner() {
        Some(signs) => style.tick_chars(signs),
        None => style,
    }
}

/// What a live line says, in the signs that the terminal can show.
pub fn live_text(text: &str) -> String {
    Glyphs::of_stderr().shown(text).into_owned()
}

/// Tells on stderr what is done, by how often `-v` was given: once steps and retries, twice every request.
pub fn trace(ui: &Ui, verbose: u8) {
    let told = match verbose {
        0 => return,
        1 => Targets::new().with_target("mesh", Level::DEBUG),
        _ => Targets::new()
            .with_target("mesh", Level::TRACE)
            .with_targets([("kube_client", Level::DEBUG), ("tower_http", Level::DEBUG)]),
    };
    let log = Log(ui.clone());
    // Colours take a feature that is not on.
    let written = tracing_subscriber::fmt::layer().with_writer(move || log.clone()).without_time().with_ansi(false);
    // A second subscriber is impossible in one process; the first goes on.
    let _ = tracing_subscriber::registry().with(written.with_filter(told)).try_init();
}

/// Where logs go: to stderr, above the live lines where there are some. One write is one line, or several.
#[derive(Debug, Clone)]
struct Log(Ui);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        let print = || self.0.raw(Stream::Stderr, &text);
        let bars = LIVE.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match bars {
            Some(bars) => bars.suspend(print),
            None => print(),
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
