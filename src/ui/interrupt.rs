//! Ctrl-C and SIGTERM.

use std::future::Future;

use futures::FutureExt;
use futures::future::{LocalBoxFuture, Shared};
use tokio::signal::unix::{SignalKind, signal};

use crate::error::{Error, Kind, Result};

/// Resolves when the process is asked to stop; every copy does.
pub type Stop = Shared<LocalBoxFuture<'static, Kind>>;

/// Resolves when the process is asked to stop: to the kind of error that ends the run.
///
/// Must be called inside a runtime. From then on the signals do not end the process by themselves.
pub fn wait() -> Stop {
    let signals = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
    async move {
        let (Ok(mut interrupt), Ok(mut terminate)) = signals else {
            // Without handlers the signals end the process themselves.
            return std::future::pending().await;
        };
        tokio::select! {
            _ = interrupt.recv() => Kind::Interrupted,
            _ = terminate.recv() => Kind::Terminated,
        }
    }
    .boxed_local()
    .shared()
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
