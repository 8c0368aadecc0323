//! Writing beside a run: whoever reads what we write may stop reading for a while, and a run has more to do meanwhile than
//! to wait for that (its Lease runs out in seconds).
//!
//! A terminal is written to at once, as live lines share it with the rest.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use same_file::Handle;

use super::glyphs::Glyphs;
use super::kept::Kept;
use crate::error::{Error, Result};

/// Where to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stream {
    Stdout,
    Stderr,
}

type Piece = (Stream, String);

/// The threads that write, while there are some; or where a run writes that is one of several.
#[derive(Debug, Clone, Default)]
pub struct Output {
    lanes: Arc<Mutex<Lanes>>,
    kept: Option<Arc<Kept>>,
}

#[derive(Debug, Default)]
struct Lanes {
    stdout: Option<Sender<Piece>>,
    stderr: Option<Sender<Piece>>,
    failed: Arc<Mutex<Option<io::Error>>>,
}

/// What is written from now on goes to threads of its own, until this ends.
#[must_use]
pub struct Background {
    output: Output,
    done: Receiver<()>,
}

impl Output {
    /// Of one run of several.
    pub(super) fn of(kept: Arc<Kept>) -> Self {
        Self { lanes: Arc::default(), kept: Some(kept) }
    }

    /// Where a run writes that is one of several.
    pub(super) fn kept(&self) -> Option<&Arc<Kept>> {
        self.kept.as_ref()
    }

    /// Begins to write beside what goes on.
    pub fn in_background(&self) -> Background {
        let (end, done) = mpsc::channel();
        if self.kept.is_some() {
            // It is in memory already.
            return Background { output: self.clone(), done };
        }
        let mut lanes = self.lanes();
        let failed = Arc::clone(&lanes.failed);
        let lane = || {
            let (send, pieces) = mpsc::channel::<Piece>();
            let (end, failed) = (end.clone(), Arc::clone(&failed));
            std::thread::spawn(move || {
                write_all(pieces, &failed);
                drop(end);
            });
            send
        };
        lanes.stdout = (!io::stdout().is_terminal()).then(lane);
        lanes.stderr = match &lanes.stdout {
            _ if io::stderr().is_terminal() => None,
            // `2>&1`: what comes first is written first.
            Some(stdout) if same() => Some(stdout.clone()),
            _ => Some(lane()),
        };
        drop(lanes);
        Background { output: self.clone(), done }
    }

    /// Gives `text` to the thread that writes there; false where there is none.
    pub(super) fn hand(&self, stream: Stream, text: &str) -> bool {
        if let Some(kept) = &self.kept {
            match stream {
                Stream::Stdout => kept.result(text),
                Stream::Stderr => kept.message(text.trim_end_matches('\n')),
            }
            return true;
        }
        let lanes = self.lanes();
        let lane = if stream == Stream::Stdout { &lanes.stdout } else { &lanes.stderr };
        lane.as_ref().is_some_and(|lane| lane.send((stream, text.to_owned())).is_ok())
    }

    /// What could not be written to stdout, once.
    pub(super) fn failure(&self) -> Result<()> {
        let failed = Arc::clone(&self.lanes().failed);
        let failed = failed.lock().unwrap_or_else(PoisonError::into_inner).take();
        failed.map_or(Ok(()), |error| Err(unwritten(error)))
    }

    fn lanes(&self) -> std::sync::MutexGuard<'_, Lanes> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Background {
    /// Waits until everything is written, at most so long where something is given.
    ///
    /// # Errors
    /// `stdout` where it cannot be written.
    pub fn end(self, at_most: Option<Duration>) -> Result<()> {
        let Self { output, done } = self;
        {
            let mut lanes = output.lanes();
            (lanes.stdout, lanes.stderr) = (None, None);
        }
        // Nothing is ever sent: the threads drop their ends.
        match at_most {
            Some(time) => drop(done.recv_timeout(time)),
            None => drop(done.recv()),
        }
        output.failure()
    }
}

/// The error of a result that cannot be written.
pub(super) fn unwritten(error: io::Error) -> Error {
    Error::failed("stdout", "cannot write the result to stdout").caused_by(error)
}

/// Writes to one of the streams at once. A reader of the result that has gone away (`| head`) is no failure, and nobody is
/// left to tell when stderr fails.
pub(super) fn write(stream: Stream, text: &str) -> io::Result<()> {
    let text = Glyphs::of(stream).shown(text);
    match stream {
        Stream::Stdout => {
            let mut stdout = io::stdout().lock();
            let written = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
            written.or_else(|error| if error.kind() == ErrorKind::BrokenPipe { Ok(()) } else { Err(error) })
        }
        Stream::Stderr => {
            let _ = io::stderr().lock().write_all(text.as_bytes());
            Ok(())
        }
    }
}

fn write_all(pieces: Receiver<Piece>, failed: &Mutex<Option<io::Error>>) {
    for (stream, text) in pieces {
        if let Err(error) = write(stream, &text) {
            failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        }
    }
}

/// Whether both streams are the same file or pipe.
fn same() -> bool {
    matches!((Handle::stdout(), Handle::stderr()), (Ok(stdout), Ok(stderr)) if stdout == stderr)
}
