//! The live lines of this process, so that everything that is written to the terminal is written above them.

use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

use indicatif::MultiProgress;

use super::Ui;
use super::output::Stream;

static LIVE: Mutex<Option<MultiProgress>> = Mutex::new(None);

/// New live lines.
pub fn bars() -> MultiProgress {
    let bars = MultiProgress::new();
    LIVE.lock().unwrap_or_else(PoisonError::into_inner).replace(bars.clone());
    bars
}

/// Where logs go: to stderr, above the live lines where there are some. One write is one line, or several.
#[derive(Debug, Clone)]
pub struct Log(Ui);

impl Log {
    /// Beside what `ui` writes.
    pub fn new(ui: &Ui) -> Self {
        Self(ui.clone())
    }
}

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
