//! Restarts workloads with care: a few at a time, one after the other where they share a disruption budget, none more
//! once one has failed. What is there is seen by watches alone, so that a thousand workloads cost a request each.

mod board;
mod one;
mod verdict;

pub use verdict::verdict;

use std::collections::{HashMap, HashSet};
use std::pin::Pin;
use std::time::Duration;

use futures::stream::{FuturesUnordered, StreamExt};
use serde_json::Value;
use tokio::time::{Instant, sleep_until};

use crate::cluster::{Change, Cluster, Eviction, Kinds, Watch};
use crate::error::{Error, Kind, Result};
use crate::event::{Fact, Scope};
use crate::object::{Object, ObjectId};
use crate::plan::restart::{Ready, Restart, Way, budget};
use crate::wait::{Awaited, Diagnosis, Observer, Outcome, Waiter};
use board::Board;
use one::{One, State};

/// From so many namespaces on, one watch sees them all.
const MANY_NAMESPACES: usize = 4;
/// How long a workload may stand still before it is looked into.
const STANDSTILL: Duration = Duration::from_secs(20);
/// How many workloads are looked into at once: each looks at all that the shared watches show.
const LOOKED_INTO: usize = 3;
/// How often a pod that a budget holds is asked for again, where the budget is not seen to change.
const ASK_AGAIN: Duration = Duration::from_secs(5);

/// What is to be restarted, and how.
pub struct Job<'a> {
    /// The workloads, in the order to begin with them.
    pub restarts: &'a [Restart],
    /// The pods of their namespaces, as a list showed them.
    pub pods: &'a [Object],
    /// The resource version of that list.
    pub version: &'a str,
    /// How many may be under way at once.
    pub at_once: usize,
    /// What is merged into workloads so that their controllers roll them out.
    pub rollout: Value,
    /// What is merged into workloads whose pods are evicted, before they are.
    pub before_eviction: Option<Value>,
}

/// How a workload's restart ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// All its pods are new and ready.
    Done {
        /// READY of its pods.
        after: Ready,
        /// How many there are.
        pods: usize,
    },
    /// It will not become ready, or its pods came back as they were.
    Failed {
        /// What sort of cause it is, in kebab-case.
        cause: &'static str,
        /// The cause in one sentence, then what it rests on.
        lines: Vec<String>,
    },
    /// The time was over first: where it stood.
    TimedOut(String),
    /// It was not begun, as another failed or the time was over.
    NotBegun,
}

type Written = (usize, Result<Answer>);
type Seen = (Watch, Result<Change>);
type Explained = (usize, Result<Outcome>);
type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// What the server says to a write.
enum Answer {
    Merged(Box<Object>),
    Evicted(Eviction),
}

struct Run<'a> {
    cluster: &'a Cluster,
    kinds: &'a Kinds,
    scope: &'a Scope<'a>,
    job: &'a Job<'a>,
    waiter: &'a Waiter<'a>,
    board: Board,
    ones: Vec<One<'a>>,
    index: HashMap<&'a ObjectId, usize>,
    watches: FuturesUnordered<Boxed<'a, Seen>>,
    writes: FuturesUnordered<Boxed<'a, Written>>,
    explained: FuturesUnordered<Boxed<'a, Explained>>,
    failed: bool,
}

/// Restarts all of `job`, telling `scope` of each, until all are done, one has failed and the rest under way is over, the
/// deadline, or `stop` resolves. How each ended, in their order.
///
/// # Errors
/// What `stop` resolves to; cluster errors. What was begun by then goes on by itself.
pub async fn restart(
    cluster: &Cluster,
    kinds: &Kinds,
    scope: &Scope<'_>,
    job: &Job<'_>,
    stop: impl Future<Output = Error>,
) -> Result<Vec<Ended>> {
    scope.say(Fact::RestartsPlanned { workloads: job.restarts.iter().map(|one| one.id.clone()).collect() });
    let observer = Observer::new(cluster, kinds);
    let waiter = Waiter { cluster, observer: &observer, scope };
    let mut run = Run {
        cluster,
        kinds,
        scope,
        job,
        waiter: &waiter,
        board: Board::default(),
        ones: job.restarts.iter().map(One::new).collect(),
        index: job.restarts.iter().enumerate().map(|(place, one)| (&one.id, place)).collect(),
        watches: FuturesUnordered::new(),
        writes: FuturesUnordered::new(),
        explained: FuturesUnordered::new(),
        failed: false,
    };
    run.open()?;
    let ended = tokio::select! {
        ended = run.drive() => ended,
        failed = observer.run() => Err(failed.err().unwrap_or_else(|| Error::failed("watch", "a watch ended"))),
        error = stop => Err(error),
    };
    if let Err(error) = ended {
        let begun = run.ones.iter().filter(|one| !matches!(one.state, State::Waits { .. })).count();
        let hint =
            format!("{begun} of {} workloads were restarted or are under way, which goes on by itself", run.ones.len());
        return Err(error.hint(hint));
    }
    Ok(run
        .ones
        .into_iter()
        .map(|one| if let State::Ended(ended) = one.state { ended } else { Ended::NotBegun })
        .collect())
}

impl<'a> Run<'a> {
    /// Opens the watches: one a kind, in each namespace or everywhere.
    fn open(&mut self) -> Result<()> {
        self.board.seed(self.job.pods);
        let mut namespaces: HashSet<Option<&str>> =
            self.job.restarts.iter().map(|one| one.id.namespace.as_deref()).collect();
        if namespaces.len() >= MANY_NAMESPACES {
            namespaces = HashSet::from([None]);
        }
        let mut watched: HashSet<(&str, &str)> = HashSet::from([("v1", "Pod")]);
        for one in self.job.restarts {
            if one.way == Way::Rollout {
                watched.insert(("apps/v1", one.id.kind.as_str()));
            }
            if !one.budgets.is_empty() {
                watched.insert(("policy/v1", "PodDisruptionBudget"));
            }
        }
        for namespace in namespaces.into_iter().filter(|_| !self.job.restarts.is_empty()) {
            for (version, kind) in &watched {
                let id = ObjectId::new(version, kind, namespace, "");
                let version = Some(self.job.version).filter(|version| *kind == "Pod" && !version.is_empty());
                let watch = self.cluster.watch(self.kinds.collection(&id)?, id, None, version);
                self.watches.push(Box::pin(next(watch)));
            }
        }
        Ok(())
    }

    async fn drive(&mut self) -> Result<()> {
        let deadline = self.cluster.deadline();
        loop {
            self.begin();
            if self.ones.iter().all(|one| matches!(one.state, State::Ended(_))) {
                return Ok(());
            }
            let now = Instant::now();
            if now >= deadline {
                self.out_of_time();
                return Ok(());
            }
            let sure = self.board.unsure_until.filter(|until| *until > now);
            let wakes = self.ones.iter().filter_map(One::wake).chain(sure);
            let wake = wakes.min().map_or(deadline, |wake| wake.min(deadline));
            tokio::select! {
                Some((watch, change)) = self.watches.next(), if !self.watches.is_empty() => {
                    let about = self.board.take(change?);
                    self.watches.push(Box::pin(next(watch)));
                    if let Some(place) = about.and_then(|id| self.index.get(&id).copied()) {
                        self.look(place);
                    }
                }
                Some((place, answer)) = self.writes.next(), if !self.writes.is_empty() => self.answered(place, answer)?,
                Some((place, outcome)) = self.explained.next(), if !self.explained.is_empty() => {
                    self.looked_into(place, outcome?);
                }
                () = sleep_until(wake) => self.woken(),
            }
        }
    }

    /// Begins as many as may be under way.
    fn begin(&mut self) {
        let mut under_way = self.ones.iter().filter(|one| one.is_under_way()).count();
        let mut busy: HashSet<&ObjectId> =
            self.ones.iter().filter(|one| one.is_under_way()).flat_map(|one| &one.restart.budgets).collect();
        for place in 0..self.ones.len() {
            let one = &mut self.ones[place];
            let State::Waits { told } = &mut one.state else { continue };
            if self.failed {
                let because = "another workload".to_owned();
                self.scope.about(&one.restart.id, Fact::Skipped { because });
                one.state = State::Ended(Ended::NotBegun);
                continue;
            }
            if under_way >= self.job.at_once {
                return;
            }
            let held = one.restart.budgets.iter().find_map(|id| {
                if busy.contains(id) {
                    return Some(format!("PodDisruptionBudget {}, under which another workload restarts", id.name));
                }
                match self.board.budgets.get(id) {
                    Some(budget) => budget::holds(budget),
                    None if self.board.lifted.contains(id) => None,
                    None => Some(format!("PodDisruptionBudget {} to be seen", id.name)),
                }
            });
            if let Some(held) = held {
                if told.as_ref() != Some(&held) {
                    *told = Some(held.clone());
                    self.scope.about(&one.restart.id, Fact::Waiting { state: held });
                }
                continue;
            }
            under_way += 1;
            busy.extend(&one.restart.budgets);
            self.scope.about(&one.restart.id, Fact::Restarting { why: one.restart.why.join("; ") });
            self.send(place);
        }
    }

    /// Sends the first write of a workload.
    fn send(&mut self, place: usize) {
        let one = &mut self.ones[place];
        let patch = match one.restart.way {
            Way::Rollout => Some(self.job.rollout.clone()),
            Way::Eviction => self.job.before_eviction.clone(),
        };
        let Some(patch) = patch else {
            one.evict_all(&self.board);
            self.look(place);
            return;
        };
        one.state = State::Sent;
        let (cluster, kinds, id) = (self.cluster, self.kinds, &one.restart.id);
        self.writes.push(Box::pin(async move {
            let merged = cluster.merge(kinds, id, &patch, false).await;
            (place, merged.map(|object| Answer::Merged(Box::new(object))))
        }));
    }

    fn answered(&mut self, place: usize, answer: Result<Answer>) -> Result<()> {
        let one = &mut self.ones[place];
        match answer {
            Ok(Answer::Merged(object)) => {
                if one.restart.way == Way::Rollout {
                    one.state = State::Rolls { generation: object.int("/metadata/generation") };
                } else {
                    one.evict_all(&self.board);
                }
                one.moved();
            }
            Ok(Answer::Evicted(Eviction::Goes)) => one.evicted(),
            Ok(Answer::Evicted(Eviction::Held(why))) => {
                one.held(ASK_AGAIN);
                if one.tell(&why) {
                    self.scope.about(&one.restart.id, Fact::Waiting { state: why });
                }
            }
            // What the server refuses is this workload's end; what is about the cluster is everybody's.
            Err(error) if error.kind() == Kind::Failed => {
                let mut lines = vec![error.to_string()];
                lines.extend(error.causes());
                self.fail(place, error.id(), lines);
                return Ok(());
            }
            Err(error) => return Err(error),
        }
        self.look(place);
        Ok(())
    }

    /// Looks at a workload after something about it has changed.
    fn look(&mut self, place: usize) {
        let one = &mut self.ones[place];
        if !one.is_under_way() {
            return;
        }
        if let Some(fact) = one.progress(&self.board) {
            one.moved();
            self.scope.about(&one.restart.id, fact);
        }
        if one.is_done(&self.board) {
            match one.result(&self.board) {
                Ended::Failed { cause, lines } => self.fail(place, cause, lines),
                ended => {
                    if let Ended::Done { after, pods } = &ended {
                        let (before, after, pods) = (one.restart.before.to_string(), after.to_string(), *pods);
                        self.scope.about(&one.restart.id, Fact::Restarted { before, after, pods });
                    }
                    one.state = State::Ended(ended);
                }
            }
            return;
        }
        if let Some((pod, uid)) = one.next_eviction(&self.board) {
            let cluster = self.cluster;
            self.writes.push(Box::pin(async move {
                let evicted = cluster.evict(&pod, &uid).await;
                (place, evicted.map(Answer::Evicted))
            }));
        }
        if self.ones[place].is_in_trouble(&self.board) {
            self.explain(place);
        }
    }

    /// Has somebody look into why a workload stands still: that costs watches, which all share.
    fn explain(&mut self, place: usize) {
        if self.explained.len() >= LOOKED_INTO {
            return;
        }
        let one = &mut self.ones[place];
        if one.explained || !matches!(one.restart.id.kind.as_str(), "Deployment" | "StatefulSet" | "DaemonSet") {
            return;
        }
        one.explained = true;
        let generation = if let State::Rolls { generation } = one.state { generation } else { None };
        let (waiter, id) = (self.waiter, &one.restart.id);
        self.explained.push(Box::pin(async move {
            let awaited = [Awaited { id: id.clone(), generation, labels: None }];
            (place, waiter.ready(&id.to_string(), &awaited).await)
        }));
    }

    fn looked_into(&mut self, place: usize, outcome: Outcome) {
        let one = &mut self.ones[place];
        if !one.is_under_way() {
            return;
        }
        match outcome {
            // It moves again.
            Outcome::Ready => one.explained = false,
            Outcome::Failed(Diagnosis { id, lines, .. }) => self.fail(place, id, lines),
            Outcome::TimedOut(Diagnosis { lines, .. }) => one.state = State::Ended(Ended::TimedOut(lines.join("; "))),
        }
    }

    /// A timer has run out: somebody's eviction is due again, or somebody stands still.
    fn woken(&mut self) {
        let now = Instant::now();
        let is_sure = self.board.unsure_until.take_if(|until| *until <= now).is_some();
        for place in 0..self.ones.len() {
            if is_sure {
                self.look(place);
            }
            if self.ones[place].wake().is_some_and(|wake| wake <= now) {
                let stands_still = self.ones[place].woken(now, STANDSTILL);
                self.look(place);
                if stands_still && self.ones[place].is_under_way() {
                    self.explain(place);
                }
            }
        }
    }

    fn fail(&mut self, place: usize, cause: &'static str, lines: Vec<String>) {
        let one = &mut self.ones[place];
        self.scope.about(&one.restart.id, Fact::Failed { cause, causes: lines.clone() });
        one.state = State::Ended(Ended::Failed { cause, lines });
        self.failed = true;
    }

    fn out_of_time(&mut self) {
        for one in &mut self.ones {
            let ended = match &one.state {
                State::Ended(_) => continue,
                State::Waits { told: Some(held) } => Ended::TimedOut(format!("it waited for {held}")),
                State::Waits { told: None } => Ended::NotBegun,
                _ => Ended::TimedOut(one.stands(&self.board)),
            };
            if let Ended::TimedOut(state) = &ended {
                let causes = vec![format!("not ready in time: {state}")];
                self.scope.about(&one.restart.id, Fact::Failed { cause: "not-ready", causes });
            }
            one.state = State::Ended(ended);
        }
    }
}

async fn next(mut watch: Watch) -> Seen {
    let change = watch.next().await;
    (watch, change)
}
