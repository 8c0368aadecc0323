//! The way of every change of a cluster.

use std::cell::RefCell;
use std::collections::BTreeSet;

use futures::FutureExt;
use futures::future::LocalBoxFuture;

use super::{Caller, last_word, precheck};
use crate::apply::Still;
use crate::cluster::Cluster;
use crate::error::{Error, Result};
use crate::event::{Fact, Scope};
use crate::object::ObjectId;
use crate::plan::access::Deed;
use crate::report::question::Question;
use crate::ui::interrupt::{self, Stop};

/// One run on one cluster.
pub struct Run<'a> {
    /// The cluster.
    pub cluster: &'a Cluster,
    /// Who asks for it.
    pub caller: &'a Caller,
    /// Who hears of it.
    pub scope: &'a Scope<'a>,
    /// What was changed so far, in this order.
    pub written: RefCell<Vec<ObjectId>>,
    /// Resolves when the run is to stop.
    pub stop: Stop,
}

impl<'a> Run<'a> {
    /// Nothing is changed yet. Must be called inside a runtime: from now on Ctrl-C asks the run to stop.
    pub fn new(cluster: &'a Cluster, caller: &'a Caller, scope: &'a Scope<'a>) -> Self {
        Self { cluster, caller, scope, written: RefCell::default(), stop: interrupt::wait() }
    }

    /// A run that is a part of this one, and stops with it: what it changes is its own until it is [`Run::took`].
    pub fn part<'p>(&self, cluster: &'p Cluster, caller: &'p Caller, scope: &'p Scope<'p>) -> Run<'p> {
        Run { cluster, caller, scope, written: RefCell::default(), stop: self.stop.clone() }
    }

    /// What a part has changed, this run has changed.
    pub fn took(&self, part: Run<'_>) {
        self.written.borrow_mut().extend(part.written.into_inner());
    }

    /// Does what comes before the change, unless the run is to stop before `end`.
    ///
    /// # Errors
    /// Those of `work`; `interrupted`.
    pub async fn before<T>(&self, end: &str, work: impl Future<Output = Result<T>>) -> Result<T> {
        interrupt::unless(self.stop.clone(), end, work).await
    }

    /// Resolves when the run is to stop before `end`, to the error of that.
    pub fn stopped(&self, end: &'static str) -> impl Future<Output = Error> + use<> {
        self.stop.clone().map(move |kind| interrupt::error(kind, end))
    }

    /// Whether anything was changed.
    pub fn has_written(&self) -> bool {
        !self.written.borrow().is_empty()
    }
}

/// What planning comes to.
pub enum Next<P, D> {
    /// This is to be carried out.
    Write(P),
    /// There is nothing to carry out: it was only to be shown, or all is as wanted.
    Done(D),
}

/// What is done to a cluster: what is its own on the way that [`run`] goes.
pub trait Change {
    /// What was read, and what is to be done.
    type Plan;
    /// What came of it.
    type Done;

    /// What an interruption comes before, such as `the installation was complete`.
    const END: &'static str;

    /// Reads, plans, and says what stands against it: nothing is written.
    ///
    /// # Errors
    /// Each obstacle is one; cluster errors.
    fn plan(&self, run: &Run<'_>) -> impl Future<Output = Result<Next<Self::Plan, Self::Done>>>;

    /// What has to be allowed for it, so that a right that is missing is told before anything is written: nothing, unless a
    /// change says otherwise.
    fn takes(&self, run: &Run<'_>, plan: &Self::Plan) -> BTreeSet<Deed> {
        let _ = (run, plan);
        BTreeSet::new()
    }

    /// What is asked before it is carried out: nothing, unless a change says otherwise.
    fn questions(&self, run: &Run<'_>, plan: &Self::Plan) -> Vec<Question> {
        let _ = (run, plan);
        Vec::new()
    }

    /// Whether what the plan was made by is still so, asked once nobody else writes any more.
    ///
    /// # Errors
    /// Cluster errors.
    fn is_still_so(&self, run: &Run<'_>, plan: &Self::Plan) -> impl Future<Output = Result<bool>>;

    /// Locks, asks `still`, records, writes, and waits; none where somebody else was faster, so that another plan is needed.
    ///
    /// # Errors
    /// What a write or a wait fails of, and what the run was stopped with.
    fn carry_out(
        &self,
        run: &Run<'_>,
        plan: &Self::Plan,
        still: &dyn Still,
    ) -> impl Future<Output = Result<Option<Self::Done>>>;

    /// The last word where it was not brought to its end; `plan` is there where it was begun to be carried out.
    fn failed(&self, run: &Run<'_>, plan: Option<&Self::Plan>, error: Error) -> impl Future<Output = Error> {
        let _ = plan;
        let error = last_word::with_command(run.caller, error, run.has_written());
        async { error }
    }
}

/// Carries `change` out, by a new plan where somebody else was faster.
///
/// # Errors
/// Those of the change, each with the command that goes on where one can.
pub async fn run<C: Change>(change: &C, run: &Run<'_>) -> Result<C::Done> {
    loop {
        let planned = async {
            let step = change.plan(run).await?;
            if let Next::Write(plan) = &step {
                let deeds = change.takes(run, plan);
                if !deeds.is_empty() {
                    precheck::may(run.cluster, &run.caller.istio_namespace, deeds).await?;
                }
                for question in change.questions(run, plan) {
                    run.scope.say(Fact::Asking);
                    run.caller.ask(question).await?;
                }
            }
            Ok(step)
        };
        let plan = match run.before(C::END, planned).await {
            Ok(Next::Write(plan)) => plan,
            Ok(Next::Done(done)) => return Ok(done),
            Err(error) => return Err(change.failed(run, None, error).await),
        };
        let still = AsPlanned { change, run, plan: &plan };
        match change.carry_out(run, &plan, &still).await {
            Ok(Some(done)) => return Ok(done),
            Ok(None) => {}
            Err(error) => return Err(change.failed(run, Some(&plan), error).await),
        }
    }
}

/// A plan that is asked about once more.
struct AsPlanned<'a, C: Change> {
    change: &'a C,
    run: &'a Run<'a>,
    plan: &'a C::Plan,
}

impl<C: Change> Still for AsPlanned<'_, C> {
    fn is_so(&self) -> LocalBoxFuture<'_, Result<bool>> {
        self.change.is_still_so(self.run, self.plan).boxed_local()
    }
}
