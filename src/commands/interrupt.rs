//! Ctrl-C and SIGTERM.

use std::future::Future;

use futures::FutureExt;
use tokio::signal::unix::{SignalKind, signal};

use crate::error::Kind;

/// Resolves when the process is asked to stop: to the kind of error that ends the run. Every copy resolves.
///
/// Must be called inside a runtime. From then on the signals do not end the process by themselves.
pub(super) fn wait() -> impl Future<Output = Kind> + Clone {
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
