//! Carries an installation out: component after component, each with its objects side by side, and nothing that fails
//! closed before it works.
//!
//! ```text
//! namespace → lease, record → CRDs (established) → core ┬→ cni ───────────────────────┬→ ztunnel ─┐
//!                                                       └→ istiod → webhooks → proof ─┼→ gateways ┼→ default tag → record
//! ```

mod gate;
mod lease;
mod part;
mod proof;
mod write;

pub use lease::Holder;

use std::cell::RefCell;
use std::collections::HashMap;

use futures::future::join_all;

use crate::cluster::{Cluster, Kinds};
use crate::error::{Error, Kind, Result};
use crate::event::{Fact, Scope};
use crate::object::{Object, ObjectId};
use crate::plan::Action;
use crate::render::InstallSet;
use crate::wait::{Observer, Waiter};
use lease::Lease;
use part::Ended;

/// What is recorded of a run.
pub struct Records {
    /// Written before the first change.
    pub before: Object,
    /// Written after the last, once everything is ready.
    pub after: Object,
    /// Records of earlier runs that are not kept any longer.
    pub obsolete: Vec<ObjectId>,
}

/// Everything one installation needs to know.
pub struct Job<'a> {
    /// What is wanted.
    pub set: &'a InstallSet,
    /// The injector as it was rendered, matching, where the install set's has handed over to the default tag.
    pub stand_in: Option<&'a Object>,
    /// What is there now, of all objects of the set.
    pub live: &'a HashMap<ObjectId, Object>,
    /// What to do with each object of the set.
    pub actions: &'a HashMap<ObjectId, Action>,
    /// What is recorded of this run; none where nothing is written.
    pub records: Option<Records>,
    /// Who we are to other runs.
    pub holder: Holder,
}

impl Job<'_> {
    /// How many objects will be written.
    pub fn writes(&self) -> usize {
        self.actions.values().filter(|action| action.writes()).count()
    }
}

/// One installation under way.
struct Run<'a> {
    cluster: &'a Cluster,
    kinds: &'a Kinds,
    observer: &'a Observer,
    scope: &'a Scope<'a>,
    waiter: Waiter<'a>,
    live: &'a HashMap<ObjectId, Object>,
    actions: &'a HashMap<ObjectId, Action>,
    namespace: String,
    written: &'a RefCell<Vec<ObjectId>>,
}

/// Carries `job` out on one cluster. `written` takes the id of every object that was changed, also when this future is
/// dropped half-way.
///
/// # Errors
/// `component-failed`, `not-ready` (timed out), `injection-unproven`, `lock-held` and cluster errors; every cause has been
/// told to `scope` by then.
pub async fn install(
    cluster: &Cluster,
    kinds: &Kinds,
    scope: &Scope<'_>,
    job: &Job<'_>,
    written: &RefCell<Vec<ObjectId>>,
) -> Result<()> {
    let observer = Observer::new(cluster, kinds);
    for object in job.live.values() {
        observer.seen(object);
    }
    let run = Run {
        cluster,
        kinds,
        observer: &observer,
        scope,
        waiter: Waiter { cluster, observer: &observer, scope },
        live: job.live,
        actions: job.actions,
        namespace: job.set.namespace.name().to_owned(),
        written,
    };
    tokio::select! {
        done = run.locked(job) => done,
        Err(error) = observer.run() => Err(error),
    }
}

impl Run<'_> {
    /// Everything, under the Lease where there is something to write.
    async fn locked(&self, job: &Job<'_>) -> Result<()> {
        if job.writes() == 0 {
            return self.carry_out(job).await;
        }
        self.write_all("core", [&job.set.namespace]).await?;
        let lease = Lease::acquire(self.cluster, &self.namespace, self.scope, &job.holder).await?;
        let done = tokio::select! {
            done = self.recorded(job) => done,
            Err(error) = lease.keep() => Err(error),
        };
        lease.release().await;
        done
    }

    /// Everything, between the record of what is about to change and the record of what has.
    async fn recorded(&self, job: &Job<'_>) -> Result<()> {
        let Some(records) = &job.records else { return self.carry_out(job).await };
        self.record(&records.before).await;
        self.carry_out(job).await?;
        self.record(&records.after).await;
        self.forget(&records.obsolete).await;
        Ok(())
    }

    async fn carry_out(&self, job: &Job<'_>) -> Result<()> {
        let parts: Vec<part::Part> = part::parts(job.set);
        let ended = join_all(parts.iter().map(|part| self.part(job, part))).await;
        if let Some(error) = failure(&parts, ended) {
            return Err(error);
        }
        self.default_tag(job).await?;
        self.scope.say(Fact::Finished);
        Ok(())
    }
}

/// The error of the run: the first component's that failed of itself.
fn failure(parts: &[part::Part<'_>], ended: Vec<Ended>) -> Option<Error> {
    let mut first = None;
    for (part, ended) in parts.iter().zip(ended) {
        let title = part.rendered.component.title;
        let error = match ended {
            Ended::Ready | Ended::Skipped => continue,
            Ended::Failed(error) => error,
            Ended::NotReady => Error::failed("component-failed", format!("{title} did not become ready")),
            Ended::TimedOut => Error::new(Kind::TimedOut, "not-ready", format!("the time was over before {title} was ready"))
                .hint("give it more time with --timeout, such as --timeout 15m; what is written stays, and the same command continues"),
        };
        first.get_or_insert(error);
    }
    first
}
