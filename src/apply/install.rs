//! One installation: its job, its components side by side under the Lease, and what it ends with.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::pin::pin;

use futures::future::{LocalBoxFuture, join_all};

use super::lease::{Lock, acquire, hold, until};
use super::part::{self, Part, PartEnd};
use super::{Holder, write};
use crate::cluster::{Cluster, Kinds};
use crate::error::{Error, Kind, Result};
use crate::event::{Fact, Scope};
use crate::object::{Object, ObjectId};
use crate::plan::{Action, Context};
use crate::render::InstallSet;
use crate::wait::{Observer, Waiter};

/// What is recorded of a run.
pub struct Records {
    /// Records of earlier runs that are written anew under another name, before anything else.
    pub carried: Vec<Object>,
    /// Written before the first change.
    pub before: Object,
    /// Written after the last, once everything is ready.
    pub after: Object,
    /// Written instead where it has failed.
    pub failed: Object,
    /// Records of earlier runs that are not kept any longer.
    pub obsolete: Vec<ObjectId>,
}

/// Everything one installation needs to know.
pub struct Installing<'a> {
    /// What is wanted.
    pub set: &'a InstallSet,
    /// The injector as it was rendered, matching, where the install set's has handed over to the default tag.
    pub stand_in: Option<&'a Object>,
    /// Webhooks of the default tag that lead to a control plane that is gone.
    pub left_over: &'a BTreeSet<ObjectId>,
    /// What is there now, of all objects of the set.
    pub live: &'a HashMap<ObjectId, Object>,
    /// What to do with each object of the set.
    pub actions: &'a HashMap<ObjectId, Action>,
    /// What of it is to be tried once the namespace is there, where it is not.
    pub untried: Vec<&'a Object>,
    /// What goes once everything that is wanted works, in this order. Of each, `live` has the object.
    pub prune: Vec<ObjectId>,
    /// What is recorded of this run; none where nothing is to be done.
    pub records: Option<Records>,
    /// Whether an earlier run of it was not brought to its end: what it had not yet proven and closed nobody else does.
    pub unfinished: bool,
    /// Whether other revisions have something of it too, or may be making it: they must not write it at once.
    pub is_shared: bool,
    /// Who we are to other runs.
    pub holder: Holder,
    /// Asked once nobody else writes any more.
    pub still: &'a dyn Still,
    /// Whether gateways roll one pod at a time, with one more than they have.
    pub gently: bool,
}

/// Whether what a plan was made by is still so: a Lease that is free tells only that nobody writes now, and a question may
/// have waited for its answer while somebody else has changed everything.
pub trait Still {
    /// Whether it is.
    ///
    /// # Errors
    /// Cluster errors.
    fn is_so(&self) -> LocalBoxFuture<'_, Result<bool>>;
}

impl Installing<'_> {
    /// How many objects will be written.
    pub fn writes(&self) -> usize {
        self.actions.values().filter(|action| action.writes()).count()
    }
}

/// How an installation ended that did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Everything is written and works.
    Done,
    /// Another run held the Lease: what the plan was made of is no longer what is there. Nothing but the namespace was
    /// written.
    Outdated,
}

/// One installation under way.
pub(super) struct Installer<'a> {
    pub(super) cluster: &'a Cluster,
    pub(super) kinds: &'a Kinds,
    pub(super) observer: &'a Observer,
    pub(super) scope: &'a Scope<'a>,
    pub(super) waiter: Waiter<'a>,
    pub(super) live: &'a HashMap<ObjectId, Object>,
    pub(super) actions: &'a HashMap<ObjectId, Action>,
    pub(super) context: Context,
    pub(super) namespace: String,
    pub(super) written: &'a RefCell<Vec<ObjectId>>,
    /// Held by the gateway that rolls, where they do so one after the other.
    pub(super) turn: tokio::sync::Mutex<()>,
}

/// Carries `job` out on one cluster, until it is done or `stop` resolves. `written` takes the id of every object that was
/// changed, also when this future is dropped half-way.
///
/// # Errors
/// `component-failed`, `not-ready` (timed out), `lock-held`, what a component failed of, what `stop` resolves to, and
/// cluster errors; what a component failed of has been told to `scope` by then.
pub async fn install(
    cluster: &Cluster,
    kinds: &Kinds,
    scope: &Scope<'_>,
    job: &Installing<'_>,
    written: &RefCell<Vec<ObjectId>>,
    stop: impl Future<Output = Error>,
) -> Result<Ended> {
    let observer = Observer::new(cluster, kinds);
    for object in job.live.values() {
        observer.seen(object);
    }
    let run = Installer {
        cluster,
        kinds,
        observer: &observer,
        scope,
        waiter: Waiter::new(cluster, &observer, scope),
        live: job.live,
        actions: job.actions,
        context: Context::of_set(job.set),
        namespace: job.set.namespace.name().to_owned(),
        written,
        turn: tokio::sync::Mutex::default(),
    };
    run.locked(job, stop).await
}

impl Installer<'_> {
    /// Everything, under the Lease where there is something to write. However it ends, the Lease is given back.
    async fn locked(&self, job: &Installing<'_>, stop: impl Future<Output = Error>) -> Result<Ended> {
        let mut stop = pin!(stop);
        let Some(records) = &job.records else {
            return until(stop, self.observed(self.carry_out(job))).await.map(|()| Ended::Done);
        };
        // Of the revision, not of the installation: two of one revision share objects, and must not write them at once.
        let own = Lock::revision(&self.namespace, &self.scope.revision);
        let locks = [own].into_iter().chain(job.is_shared.then(|| Lock::shared(&self.namespace)));
        let first = async {
            until(stop.as_mut(), self.make_home(job, records)).await?;
            acquire(self.cluster, locks, self.scope, &job.holder, stop.as_mut()).await
        };
        let (leases, at_once) = match self.observed(first).await {
            Ok(acquired) => acquired,
            Err(error) => return Err(self.leave_home(job, error).await),
        };
        let work = async {
            if !at_once || !job.still.is_so().await? {
                return Ok(Ended::Outdated);
            }
            let carried_out = write::recorded(self.cluster, self.kinds, self.scope, records, self.carry_out(job));
            self.observed(carried_out).await.map(|()| Ended::Done)
        };
        hold(&leases, stop, work).await
    }

    async fn observed<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        keep_observed(self.cluster, self.scope, self.observer, work).await
    }

    async fn carry_out(&self, job: &Installing<'_>) -> Result<()> {
        let parts: Vec<Part> = part::parts(job.set);
        let ended = join_all(parts.iter().map(|part| self.part(job, part))).await;
        if let Some(error) = failure(&parts, ended) {
            return Err(error);
        }
        self.default_tag(job).await?;
        self.prune(&job.prune).await?;
        self.scope.say(Fact::Finished);
        Ok(())
    }
}

/// `work`, with what it waits for kept up to date, and a word whenever the server falls silent.
pub(super) async fn keep_observed<T>(
    cluster: &Cluster,
    scope: &Scope<'_>,
    observer: &Observer,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    let silence = async {
        let mut told = Vec::new();
        loop {
            let trouble = cluster.troubled(&told).await;
            scope.say(Fact::Warning { message: format!("{trouble}; trying again") });
            told.push(trouble);
        }
    };
    tokio::select! {
        done = work => done,
        Err(error) = observer.run() => Err(error),
        () = silence => Err(Error::failed("runtime", "the run has ended without a word")),
    }
}

/// The error of the run. What each component failed of was told where it failed, so that it is only named here, with what
/// to do next.
fn failure(parts: &[Part<'_>], ended: Vec<PartEnd>) -> Option<Error> {
    let mut titles = Vec::new();
    let mut first: Option<Error> = None;
    let mut hints: Vec<String> = Vec::new();
    for (part, ended) in parts.iter().zip(ended) {
        let (error, next) = match ended {
            PartEnd::Ready | PartEnd::Skipped => continue,
            PartEnd::Failed(error) => {
                let next = error.hints().to_vec();
                (error, next)
            }
            PartEnd::NotReady(next) => (Error::failed("component-failed", ""), next),
            PartEnd::TimedOut(mut next) => {
                next.push("give it more time with --timeout, such as --timeout 15m".to_owned());
                (Error::new(Kind::TimedOut, "not-ready", ""), next)
            }
        };
        titles.push(part.rendered.component.title);
        first.get_or_insert(error);
        hints.extend(next);
    }
    let first = first?;
    let what = if first.kind() == Kind::TimedOut { "not ready in time" } else { "failed" };
    let mut error = first.like(format!("{} {what}", titles.join(" and ")));
    for (index, hint) in hints.iter().enumerate() {
        if !hints[..index].contains(hint) {
            error = error.hint(hint);
        }
    }
    Some(error)
}
