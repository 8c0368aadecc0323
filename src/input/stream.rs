//! A stream of documents through all cores: read in order, worked on side by side, written in order. What is under way is
//! bounded, so a long stream takes no more memory than a short one.

use std::collections::VecDeque;
use std::io::BufRead;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread::{self, Scope};

use serde_json::Value;

use crate::error::{Error, Result};
use crate::yaml::{self, Piece, Pieces, Place, Places, Twice};

/// Documents that are worked on at a time, and bytes of them.
const BATCH: usize = 16;
const BATCH_BYTES: usize = 64 << 10;
/// Batches that wait for each thread.
const WAITING: usize = 2;
/// More threads would wait for the one that reads and writes.
const THREADS: usize = 8;

/// What became of documents.
#[derive(Debug, Default)]
pub struct Done {
    /// For stdout.
    pub text: String,
    /// For stderr.
    pub messages: Vec<String>,
}

/// Takes what became of documents, in the order of the stream.
pub trait Take {
    /// Takes the next.
    ///
    /// # Errors
    /// Those of writing; they end the run.
    fn take(&mut self, done: Done) -> Result<()>;

    /// The stream is over: as a whole, or with an error after what was taken.
    ///
    /// # Errors
    /// Those of `run` and of writing.
    fn end(self, run: Result<()>) -> Result<()>;
}

/// What a batch came to: as far as it went, and the error that ended it.
type Answered = (Done, Result<()>);

/// What a piece of a stream holds.
#[derive(Debug)]
pub struct Documents {
    /// Their place for errors: `web.yaml:12`.
    pub place: String,
    /// The documents.
    pub documents: Vec<Value>,
    /// The keys that are in a map twice, a sentence each.
    pub twice: Vec<String>,
}

/// The documents of a piece of the stream called `name`.
///
/// # Errors
/// `bad-yaml`, and `not-an-object` (usage) for what is no map.
pub fn documents(name: &str, piece: &Piece) -> Result<Documents> {
    let place = format!("{name}:{}", piece.line);
    let (documents, twice) = match yaml::documents(name, &piece.text) {
        Ok(documents) => (documents, Vec::new()),
        Err(_) => read_again(name, piece)?,
    };
    if documents.iter().any(|document| !document.is_object()) {
        return Err(Error::usage("not-an-object", format!("{place}: this is not a Kubernetes object"))
            .hint("a document has to be a map with `apiVersion` and `kind`"));
    }
    Ok(Documents { place, documents, twice })
}

/// What cannot be read as it stands: of keys that are there twice the last one counts, as for kubectl.
fn read_again(name: &str, piece: &Piece) -> Result<(Vec<Value>, Vec<String>)> {
    // Of an error the place is that in the stream.
    let text = "\n".repeat(piece.line - 1) + &piece.text;
    let twice = Places::of(&text).twice();
    let read = if twice.is_empty() { yaml::documents } else { yaml::documents_last_wins };
    let said = |one: &Twice| {
        let key = Place::join(&one.path);
        format!("{name}:{}: `{key}` is there twice, and the last one counts, in line {}", one.line, one.last)
    };
    Ok((read(name, &text)?, twice.iter().map(said).collect()))
}

/// Reads all of `pieces`, has each worked on, and hands the results on. `make` makes what works on a piece: once for each
/// thread, on it. `begin` makes what takes the results, once there is something that works.
///
/// # Errors
/// The first error in the order of the stream; all before it is handed on.
pub fn stream<R, M, W, T>(pieces: Pieces<R>, make: M, begin: impl FnOnce() -> Result<T>) -> Result<()>
where
    R: BufRead,
    M: Fn() -> Result<W> + Sync,
    W: Fn(&Piece) -> Result<Done>,
    T: Take,
{
    let work = make()?;
    let mut batches = Batches { pieces, failed: None };
    let mut output = begin()?;
    let run = thread::scope(|scope| {
        let mut helpers: Vec<Helper> = Vec::new();
        let mut queue: VecDeque<Slot> = VecDeque::new();
        let mut first = true;
        for batch in batches.by_ref() {
            // The first batch is all of most streams: no thread for it.
            if helpers.is_empty() && !first {
                let threads = thread::available_parallelism().map_or(1, usize::from).min(THREADS);
                helpers.extend((1..threads).map(|_| Helper::start(scope, &make)));
            }
            first = false;
            let free = helpers.iter().find(|helper| helper.waiting.load(Ordering::Acquire) < WAITING);
            queue.push_back(match free {
                Some(helper) => helper.give(batch),
                None => Slot::Done(work_on(&work, &batch)),
            });
            let most = (helpers.len() + 1) * (WAITING + 2);
            while let Some(outcome) = queue.pop_front() {
                match outcome.take(queue.len() >= most) {
                    Ok(outcome) => hand_on(&mut output, outcome)?,
                    Err(pending) => {
                        queue.push_front(pending);
                        break;
                    }
                }
            }
        }
        for slot in queue {
            let Ok(outcome) = slot.take(true) else { continue };
            hand_on(&mut output, outcome)?;
        }
        batches.failed.take().map_or(Ok(()), Err)
    });
    output.end(run)
}

fn hand_on(output: &mut impl Take, (done, result): Answered) -> Result<()> {
    output.take(done)?;
    result
}

fn work_on<W: Fn(&Piece) -> Result<Done>>(work: &W, batch: &[Piece]) -> Answered {
    let mut all = Done::default();
    for piece in batch {
        match work(piece) {
            Ok(done) => {
                all.text.push_str(&done.text);
                all.messages.extend(done.messages);
            }
            Err(error) => return (all, Err(error)),
        }
    }
    (all, Ok(()))
}

/// The stream in batches; ends at what cannot be read.
struct Batches<R> {
    pieces: Pieces<R>,
    failed: Option<Error>,
}

impl<R: BufRead> Iterator for Batches<R> {
    type Item = Vec<Piece>;

    fn next(&mut self) -> Option<Vec<Piece>> {
        let mut batch = Vec::new();
        let mut bytes = 0;
        while self.failed.is_none() && batch.len() < BATCH && bytes < BATCH_BYTES {
            match self.pieces.next() {
                Some(Ok(piece)) => {
                    bytes += piece.text.len();
                    batch.push(piece);
                }
                Some(Err(error)) => self.failed = Some(error),
                None => break,
            }
        }
        (!batch.is_empty()).then_some(batch)
    }
}

/// A thread that works on batches.
struct Helper {
    batches: Sender<(Vec<Piece>, Sender<Answered>)>,
    /// Batches given to it that are not done.
    waiting: Arc<AtomicUsize>,
}

impl Helper {
    fn start<'s, M, W>(scope: &'s Scope<'s, '_>, make: &'s M) -> Self
    where
        M: Fn() -> Result<W> + Sync,
        W: Fn(&Piece) -> Result<Done>,
    {
        let (batches, given) = channel::<(Vec<Piece>, Sender<Answered>)>();
        let waiting = Arc::new(AtomicUsize::new(0));
        let left = Arc::clone(&waiting);
        scope.spawn(move || {
            let work = make();
            for (batch, back) in given {
                let outcome = match &work {
                    Ok(work) => work_on(work, &batch),
                    Err(error) => (Done::default(), Err(Error::failed("inject", error.to_string()))),
                };
                left.fetch_sub(1, Ordering::Release);
                // Nobody waits for it any more where an earlier one has failed.
                _ = back.send(outcome);
            }
        });
        Self { batches, waiting }
    }

    fn give(&self, batch: Vec<Piece>) -> Slot {
        let (back, outcome) = channel();
        self.waiting.fetch_add(1, Ordering::Release);
        // A thread that has ended drops it, which whoever takes the outcome notices.
        _ = self.batches.send((batch, back));
        Slot::Pending(outcome)
    }
}

/// The place of a batch in the output.
enum Slot {
    Done(Answered),
    Pending(Receiver<Answered>),
}

impl Slot {
    /// The outcome, if it is there; waits for it where that is wanted.
    fn take(self, wait: bool) -> std::result::Result<Answered, Self> {
        let gone = || (Done::default(), Err(Error::failed("inject", "a thread that injects has ended too early")));
        match self {
            Self::Done(outcome) => Ok(outcome),
            Self::Pending(outcome) if wait => Ok(outcome.recv().unwrap_or_else(|_| gone())),
            Self::Pending(outcome) => match outcome.try_recv() {
                Ok(outcome) => Ok(outcome),
                Err(TryRecvError::Empty) => Err(Self::Pending(outcome)),
                Err(TryRecvError::Disconnected) => Ok(gone()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The batches of a stream, worked on one after the other; the piece at that line fails.
    fn outcome(text: &str, fails_at: usize) -> (Vec<Answered>, Option<Error>) {
        let mut batches = Batches { pieces: Pieces::new("f", text.as_bytes()), failed: None };
        let work = |piece: &Piece| match piece.line {
            line if line == fails_at => Err(Error::usage("test", format!("line {line}"))),
            line => Ok(Done { text: format!("{line} "), messages: Vec::new() }),
        };
        let all = batches.by_ref().map(|batch| work_on(&work, &batch)).collect();
        (all, batches.failed)
    }

    #[test]
    fn batches_are_bounded_and_end_at_an_error() {
        let text = "a: 1\n---\n".repeat(40);
        let (all, failed) = outcome(&text, 0);
        assert_eq!((all.len(), failed.is_none()), (3, true));
        let (all, _) = outcome(&text, 7);
        assert_eq!(all[0].0.text, "1 3 5 ");
        assert!(all[0].1.is_err() && all[1].1.is_ok());
        let large = format!("a: {}\n---\n", "x".repeat(BATCH_BYTES));
        assert_eq!(outcome(&large.repeat(3), 0).0.len(), 3);
    }

    struct Taking<'a>(&'a std::cell::RefCell<String>);

    impl Take for Taking<'_> {
        fn take(&mut self, done: Done) -> Result<()> {
            self.0.borrow_mut().push_str(&done.text);
            Ok(())
        }

        fn end(self, run: Result<()>) -> Result<()> {
            run
        }
    }

    #[test]
    fn a_long_stream_comes_back_whole() -> Result<()> {
        let text = "a: 1\n---\n".repeat(1000);
        let seen = std::sync::Mutex::new(Vec::new());
        let make = || {
            let seen = &seen;
            Ok(move |piece: &Piece| {
                if let Ok(mut seen) = seen.lock() {
                    seen.push(piece.line);
                }
                Ok(Done { text: format!("{} ", piece.line), messages: Vec::new() })
            })
        };
        let taken = std::cell::RefCell::new(String::new());
        stream(Pieces::new("f", text.as_bytes()), make, || Ok(Taking(&taken)))?;
        let wanted: String = (0..1000).map(|index| format!("{} ", 2 * index + 1)).collect();
        assert_eq!(taken.into_inner(), wanted);
        let mut seen = seen.into_inner().unwrap_or_default();
        seen.sort_unstable();
        assert_eq!(seen, (0..1000).map(|index| 2 * index + 1).collect::<Vec<_>>());
        Ok(())
    }
}
