//! The restarts of one job under way: what the watches show, what is sent, and whom a timer wakes.

use std::collections::{HashMap, HashSet};
use std::pin::Pin;
use std::time::Duration;

use futures::stream::{FuturesUnordered, StreamExt};
use tokio::time::{Instant, sleep_until};

use super::board::Board;
use super::ended::is_looked_into;
use super::job::{Fate, Restarting};
use super::one::{One, Stage};
use crate::cluster::{Cluster, Eviction, Kinds, Sighting, Watch};
use crate::error::{Kind, Result};
use crate::event::Fact;
use crate::object::{Object, ObjectId};
use crate::plan::restart::{Way, budget};
use crate::wait::{Awaited, Diagnosis, Waited, Waiter};

/// From so many namespaces on, one watch sees them all.
const MANY_NAMESPACES: usize = 4;
/// How long a workload may stand still before it is looked into.
pub(super) const STANDSTILL: Duration = Duration::from_secs(10);
/// How many workloads are looked into at once: each looks at all that the shared watches show.
pub(super) const LOOKED_INTO: usize = 3;
/// How often a pod that a budget holds is asked for again, where the budget is not seen to change.
const ASK_AGAIN: Duration = Duration::from_secs(5);

type Written = (usize, Result<Reply>);
type Stepped = (Watch, Result<Sighting>);
type Explained = (usize, Result<Waited>);
type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// What the server says to a write.
enum Reply {
    Merged(Box<Object>),
    Evicted(Eviction),
}

/// All restarts of a job.
pub(super) struct Rolling<'a> {
    kinds: &'a Kinds,
    job: &'a Restarting<'a>,
    pub(super) waiter: &'a Waiter<'a>,
    pub(super) board: Board,
    pub(super) ones: Vec<One<'a>>,
    index: HashMap<&'a ObjectId, usize>,
    watches: FuturesUnordered<Boxed<'a, Stepped>>,
    writes: FuturesUnordered<Boxed<'a, Written>>,
    explained: FuturesUnordered<Boxed<'a, Explained>>,
    pub(super) failed: bool,
}

impl<'a> Rolling<'a> {
    /// Nothing has begun yet, and everything is watched.
    pub(super) fn open(kinds: &'a Kinds, job: &'a Restarting<'a>, waiter: &'a Waiter<'a>) -> Result<Self> {
        let mut board = Board::default();
        board.seed(job.pods);
        Ok(Self {
            kinds,
            job,
            waiter,
            board,
            ones: job.restarts.iter().map(One::new).collect(),
            index: job.restarts.iter().enumerate().map(|(place, one)| (&one.id, place)).collect(),
            watches: watches(waiter.cluster, kinds, job)?,
            writes: FuturesUnordered::new(),
            explained: FuturesUnordered::new(),
            failed: false,
        })
    }

    pub(super) async fn drive(&mut self) -> Result<()> {
        let deadline = self.waiter.cluster.deadline();
        loop {
            self.begin();
            if self.ones.iter().all(|one| matches!(one.state, Stage::Ended(_))) {
                return Ok(());
            }
            let now = Instant::now();
            if now >= deadline {
                self.out_of_time().await;
                return Ok(());
            }
            let sure = self.board.unsure_until.filter(|until| *until > now);
            let wakes = self.ones.iter().filter_map(One::wake).chain(sure);
            let wake = wakes.min().map_or(deadline, |wake| wake.min(deadline));
            tokio::select! {
                Some((watch, change)) = self.watches.next(), if !self.watches.is_empty() => {
                    let about = self.board.take(change?);
                    self.watches.push(Box::pin(watch.step()));
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
            let Stage::Waits { told } = &mut one.state else { continue };
            if self.failed {
                let because = "another workload".to_owned();
                self.waiter.scope.about(&one.restart.id, Fact::Skipped { because });
                one.state = Stage::Ended(Fate::NotBegun);
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
                    self.waiter.scope.about(&one.restart.id, Fact::Waiting { state: held });
                }
                continue;
            }
            under_way += 1;
            busy.extend(&one.restart.budgets);
            self.waiter.scope.about(&one.restart.id, Fact::Restarting { why: one.restart.why.join("; ") });
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
        one.state = Stage::Sent;
        let (cluster, kinds, id) = (self.waiter.cluster, self.kinds, &one.restart.id);
        self.writes.push(Box::pin(async move {
            let merged = cluster.merge(kinds, id, &patch, false).await;
            (place, merged.map(|object| Reply::Merged(Box::new(object))))
        }));
    }

    fn answered(&mut self, place: usize, answer: Result<Reply>) -> Result<()> {
        let one = &mut self.ones[place];
        match answer {
            Ok(Reply::Merged(object)) => {
                if one.restart.way == Way::Rollout {
                    one.state = Stage::Rolls { generation: object.int("/metadata/generation") };
                } else {
                    one.evict_all(&self.board);
                }
                one.moved();
            }
            Ok(Reply::Evicted(Eviction::Goes)) => one.evicted(),
            Ok(Reply::Evicted(Eviction::Held(why))) => {
                one.held(ASK_AGAIN);
                if one.tell(&why) {
                    self.waiter.scope.about(&one.restart.id, Fact::Waiting { state: why });
                }
            }
            // What the server refuses is this workload's end; what is about the cluster is everybody's.
            Err(error) if error.kind() == Kind::Failed => {
                let mut lines = vec![error.to_string()];
                lines.extend(error.causes());
                self.fail(place, Diagnosis { id: error.id(), lines, next: error.hints().to_vec() });
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
            self.waiter.scope.about(&one.restart.id, fact);
        }
        if one.is_done(&self.board) {
            match one.result(&self.board) {
                Fate::Failed { cause: id, lines, next } => self.fail(place, Diagnosis { id, lines, next }),
                ended => {
                    if let Fate::Done { after, pods } = &ended {
                        let (before, after, pods) = (one.restart.before.to_string(), after.to_string(), *pods);
                        self.waiter.scope.about(&one.restart.id, Fact::Restarted { before, after, pods });
                    }
                    one.state = Stage::Ended(ended);
                }
            }
            return;
        }
        if let Some((pod, uid)) = one.next_eviction(&self.board) {
            let cluster = self.waiter.cluster;
            self.writes.push(Box::pin(async move {
                let evicted = cluster.evict(&pod, &uid).await;
                (place, evicted.map(Reply::Evicted))
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
        if one.explained || !is_looked_into(&one.restart.id) {
            return;
        }
        one.explained = true;
        let generation = if let Stage::Rolls { generation } = one.state { generation } else { None };
        let (waiter, id) = (self.waiter, &one.restart.id);
        self.explained.push(Box::pin(async move {
            (place, waiter.workload_ready(Awaited { id: id.clone(), generation, labels: None }).await)
        }));
    }

    fn looked_into(&mut self, place: usize, outcome: Waited) {
        let one = &mut self.ones[place];
        if !one.is_under_way() {
            return;
        }
        match outcome {
            // It moves again.
            Waited::Ready => one.explained = false,
            Waited::Failed(diagnosis) => self.fail(place, diagnosis),
            Waited::TimedOut(diagnosis) => self.late(place, Some(diagnosis)),
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
                let stands_still = self.ones[place].woken(now);
                self.look(place);
                if stands_still && self.ones[place].is_under_way() {
                    self.explain(place);
                }
            }
        }
    }
}

/// One watch a kind, in each namespace or everywhere.
fn watches<'a>(
    cluster: &'a Cluster,
    kinds: &Kinds,
    job: &Restarting<'_>,
) -> Result<FuturesUnordered<Boxed<'a, Stepped>>> {
    let watches: FuturesUnordered<Boxed<'a, Stepped>> = FuturesUnordered::new();
    let mut namespaces: HashSet<Option<&str>> = job.restarts.iter().map(|one| one.id.namespace.as_deref()).collect();
    if namespaces.len() >= MANY_NAMESPACES {
        namespaces = HashSet::from([None]);
    }
    let mut watched: HashSet<(&str, &str)> = HashSet::from([("v1", "Pod")]);
    for one in job.restarts {
        if one.way == Way::Rollout {
            watched.insert(("apps/v1", one.id.kind.as_str()));
        }
        if !one.budgets.is_empty() {
            watched.insert(("policy/v1", "PodDisruptionBudget"));
        }
    }
    for namespace in namespaces.into_iter().filter(|_| !job.restarts.is_empty()) {
        for (version, kind) in &watched {
            let id = ObjectId::new(version, kind, namespace, "");
            let version = Some(job.pods.version.as_str()).filter(|version| *kind == "Pod" && !version.is_empty());
            let watch = cluster.watch(kinds.collection(&id)?, id, None, version);
            watches.push(Box::pin(watch.step()));
        }
    }
    Ok(watches)
}
