//! The only place with a Kubernetes client. Everything above takes a [`Cluster`] as a value, so that many clusters are a
//! list of them.

mod access;
mod backoff;
mod client;
mod clock;
mod connect;
mod dry_run;
mod failure;
#[cfg(test)]
mod fake;
mod forward;
mod kinds;
mod kubeconfig;
mod page;
mod pages;
mod patch;
pub mod plugin;
mod refused;
mod request;
mod watch;
mod words;
mod write;

pub use access::Rights;
pub use connect::Access;
pub use dry_run::Tried;
pub use failure::{is_gone, is_transient};
pub use kinds::Kinds;
pub use pages::{Selection, with_labels};
pub use patch::Eviction;
pub use refused::Refused;
pub use watch::{Sighting, Watch};
pub use write::{Version, Write};

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch::Sender;
use tokio::time::Instant;

/// One cluster we are connected to.
#[derive(Clone)]
pub struct Cluster {
    client: kube::Client,
    name: String,
    server: String,
    namespace: String,
    deadline: Instant,
    clock: Arc<clock::Clock>,
    /// The command line that prints the roles for what is done; empty where there is none.
    grant: Arc<str>,
    /// What is wrong while the server does not answer; shared by all copies.
    trouble: Arc<Sender<Option<String>>>,
}

impl Cluster {
    /// The context of the kubeconfig, or the server where there is none (inside a cluster).
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The URL of the API server.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// The namespace of the context.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// When the run has to be over.
    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    /// The same cluster with at least this much time: for what has to be done also when the run's own time is over.
    #[must_use]
    pub fn with_at_least(&self, time: Duration) -> Self {
        Self { deadline: self.deadline.max(in_time(time)), ..self.clone() }
    }

    /// What time it is there, as far as its answers tell.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// What to do about rights that are missing.
    pub fn grant(&self) -> String {
        if self.grant.is_empty() {
            return "an administrator has to grant this; `kubectl auth can-i --list` shows what is granted".to_owned();
        }
        format!(
            "an administrator has to grant this: {} --user YOU | kubectl apply -f -; `kubectl auth can-i --list` shows what is granted",
            self.grant
        )
    }

    /// What is left until the deadline.
    pub fn time_left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }
}

/// The time after `time`, however long that is.
fn in_time(time: Duration) -> Instant {
    /// A year: no run lasts longer, and no clock ends before.
    const LONGEST: Duration = Duration::from_secs(365 * 24 * 3600);
    Instant::now() + time.min(LONGEST)
}
