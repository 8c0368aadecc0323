//! Clusters in their order, each on a thread of its own.

use std::collections::VecDeque;
use std::sync::Arc;
use std::thread;

use futures::StreamExt;
use futures::channel::oneshot;
use futures::stream::FuturesUnordered;

use super::Order;
use crate::error::{Error, Kind, Result};
use crate::report::clusters::{Board, Outcome};
use crate::ui::Said;
use crate::ui::interrupt::{self, Stop};

/// How many clusters have their turn at the same moment, however large a wave is: each takes memory.
const AT_ONCE: usize = 6;
/// As large as the stack of a main thread, which the same work has elsewhere: the futures of a run are large in a build that is
/// not optimised. What is not used takes no memory.
const STACK: usize = 8 << 20;

/// What became of a cluster.
#[derive(Debug)]
pub enum Ended<T> {
    /// It had its turn.
    Ran(T),
    /// It had none: another one had failed, or the run was interrupted.
    NotBegun,
    /// The run was interrupted while it had its turn.
    Left,
}

impl<T> Ended<(Result<T>, Said)> {
    /// The same as it is told, what it has for the result, and what came of it; `code` is the exit code of that.
    pub fn told(self, code: impl Fn(&T) -> u8) -> (Outcome, Said, Option<T>) {
        match self {
            Self::Ran((Ok(done), said)) => (Outcome::Answered(code(&done)), said, Some(done)),
            Self::Ran((Err(error), said)) => (Outcome::Failed(error), said, None),
            Self::NotBegun => (Outcome::NotBegun, Said::default(), None),
            Self::Left => (Outcome::Left, Said::default(), None),
        }
    }
}

/// Does `job` to each cluster in its order; `is_well` says of what comes of it whether the next ones may begin. Gives what
/// became of each, by its place, and what the run was interrupted with.
///
/// # Errors
/// `runtime` where no thread can be had.
pub fn run<T: Send + 'static>(
    order: Order,
    job: Arc<dyn Fn(usize) -> T + Send + Sync>,
    is_well: impl Fn(&T) -> bool,
    board: &Board,
) -> Result<(Vec<Ended<T>>, Option<Kind>)> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(unable)?;
    let count = order.waves.iter().map(Vec::len).sum();
    let ended = std::iter::repeat_with(|| Ended::NotBegun).take(count).collect();
    let mut all = All { job, is_well, board, ended, halted: false, stopped: None };
    runtime.block_on(async {
        let stop = interrupt::wait();
        let mut waves = order.waves.iter().peekable();
        while let Some(wave) = waves.next() {
            all.wave(wave, &order, stop.clone()).await?;
            if all.halted {
                break;
            }
            if waves.peek().is_some() && !order.pause.is_zero() {
                all.pause(&order, stop.clone()).await;
            }
            if all.halted {
                break;
            }
        }
        Ok(())
    })?;
    Ok((all.ended, all.stopped))
}

fn unable(error: std::io::Error) -> Error {
    Error::failed("runtime", "cannot start a thread for a cluster").caused_by(error)
}

struct All<'a, T, W> {
    job: Arc<dyn Fn(usize) -> T + Send + Sync>,
    is_well: W,
    board: &'a Board,
    ended: Vec<Ended<T>>,
    /// Whether no more clusters begin.
    halted: bool,
    stopped: Option<Kind>,
}

impl<T: Send + 'static, W: Fn(&T) -> bool> All<'_, T, W> {
    async fn wave(&mut self, wave: &[usize], order: &Order, stop: Stop) -> Result<()> {
        let mut queue: VecDeque<usize> = wave.iter().copied().collect();
        let mut running = FuturesUnordered::new();
        loop {
            while !self.halted && running.len() < AT_ONCE {
                let Some(place) = queue.pop_front() else { break };
                running.push(self.begin(place)?);
            }
            let is_stopped = self.stopped.is_some();
            tokio::select! {
                next = running.next() => match next {
                    Some((place, Ok(done))) => self.end(place, done, order),
                    // Its thread has gone without a word.
                    Some((place, Err(_))) => self.left(place),
                    None => return Ok(()),
                },
                kind = stop.clone(), if !is_stopped => {
                    (self.halted, self.stopped) = (true, Some(kind));
                    if !order.changes {
                        return Ok(());
                    }
                }
            }
        }
    }

    fn begin(
        &mut self,
        place: usize,
    ) -> Result<impl Future<Output = (usize, Result<T, oneshot::Canceled>)> + use<T, W>> {
        self.board.begins(place);
        self.ended[place] = Ended::Left;
        let (done, heard) = oneshot::channel();
        let job = Arc::clone(&self.job);
        let work = move || {
            // After an interruption nobody listens any more.
            let _ = done.send(job(place));
        };
        thread::Builder::new().name(format!("cluster {place}")).stack_size(STACK).spawn(work).map_err(unable)?;
        Ok(async move { (place, heard.await) })
    }

    fn end(&mut self, place: usize, done: T, order: &Order) {
        let is_well = (self.is_well)(&done);
        self.halted |= !is_well && !order.keeps_going;
        self.board.ended(place, is_well);
        self.ended[place] = Ended::Ran(done);
    }

    fn left(&mut self, place: usize) {
        self.board.ended(place, false);
        self.halted = true;
    }

    async fn pause(&mut self, order: &Order, stop: Stop) {
        self.board.pauses(order.pause);
        tokio::select! {
            () = tokio::time::sleep(order.pause) => {}
            kind = stop => (self.halted, self.stopped) = (true, Some(kind)),
        }
    }
}
