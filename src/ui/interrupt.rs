//! Ctrl-C and SIGTERM.

use std::future::Future;

use futures::FutureExt;
use futures::future::{LocalBoxFuture, Shared};
use tokio::signal;

use crate::error::{Error, Kind, Result};

/// Resolves when the process is asked to stop; every copy does.
pub type Stop = Shared<LocalBoxFuture<'static, Kind>>;

/// Resolves when the process is asked to stop: to the kind of error that ends the run.
///
/// Must be called inside a runtime. From then on the signals do not end the process by themselves.
pub fn wait() -> Stop {
    // Without handlers the signals end the process themselves.
    let Ok((mut interrupt, mut terminate)) = signals() else { return std::future::pending().boxed_local().shared() };
    async move {
        tokio::select! {
            _ = interrupt.recv() => Kind::Interrupted,
            _ = terminate.recv() => Kind::Terminated,
        }
    }
    .boxed_local()
    .shared()
}

/// What asks a process to stop: Ctrl-C and SIGTERM.
#[cfg(unix)]
fn signals() -> std::io::Result<(signal::unix::Signal, signal::unix::Signal)> {
    use signal::unix::{SignalKind, signal};
    Ok((signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?))
}

/// What asks a process to stop: Ctrl-C, and the end of its console.
#[cfg(windows)]
fn signals() -> std::io::Result<(signal::windows::CtrlC, signal::windows::CtrlClose)> {
    Ok((signal::windows::ctrl_c()?, signal::windows::ctrl_close()?))
}

/// The error of a run that was asked to stop before this was so.
pub fn error(kind: Kind, before: &str) -> Error {
    Error::new(kind, "interrupted", format!("interrupted before {before}"))
}

/// `work`, unless `stop` resolves before it is done.
///
/// # Errors
/// Those of `work`, and [`error`].
pub async fn unless<T>(
    stop: impl Future<Output = Kind>,
    before: &str,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    tokio::select! {
        done = work => done,
        kind = stop => Err(error(kind, before)),
    }
}
