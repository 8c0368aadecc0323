//! Waits until objects are ready, says what they wait for, and ends early when they will not become ready.

use std::cell::Ref;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use super::Observer;
use super::closer::{self, Closer, Diagnosis};
use crate::cluster::Cluster;
use crate::error::Result;
use crate::event::{Fact, Scope};
use crate::object::{Object, ObjectId};
use crate::status::explain::{self, Cause, Patience, Ruling, Start};
use crate::status::{Readiness, ready_at};

/// How long a workload gets before its pods and events are looked at: a healthy one needs no more requests than its own
/// watch.
const GRACE: Duration = Duration::from_millis(1500);
/// How far apart two looks at pods and events are at least: they change in bursts, and each look reads all of them.
const BREATH: Duration = Duration::from_millis(50);
/// After so long without being ready, and every so often from then on, it is looked whether the nodes of its pods are well.
const NODES_AFTER: Duration = Duration::from_secs(10);

/// An object to wait for.
#[derive(Debug, Clone)]
pub struct Awaited {
    /// The object.
    pub id: ObjectId,
    /// The generation our write gave it; older pictures of it do not count.
    pub generation: Option<i64>,
    /// A selector of labels that the watch of its kind is narrowed to.
    pub labels: Option<&'static str>,
}

/// How waiting ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waited {
    /// All are ready.
    Ready,
    /// One will not become ready.
    Failed(Diagnosis),
    /// The deadline came first: what was missing then.
    TimedOut(Diagnosis),
}

/// What everything that waits in one run shares.
pub struct Waiter<'a> {
    /// The cluster, with its deadline.
    pub cluster: &'a Cluster,
    /// What the cluster shows.
    pub observer: &'a Observer,
    /// Who is told.
    pub scope: &'a Scope<'a>,
    /// When the run began, by the cluster's clock: what failed before is no failure of the run.
    since: Timestamp,
}

/// One wait: what it has found so far.
struct Wait<'a> {
    waiter: &'a Waiter<'a>,
    /// What it is told under; none where the objects speak for themselves.
    component: Option<&'a str>,
    awaited: &'a [Awaited],
    began: Instant,
    start: Start,
    patience: Patience,
    told: BTreeMap<ObjectId, String>,
    told_of_many: Option<String>,
    closer: Closer,
    /// When nodes are looked at next.
    nodes_at: Instant,
}

/// What one look at the store says.
enum Look {
    AllReady,
    /// Look again at this time at the latest.
    Again(Option<Instant>),
    /// A cause to look into before it ends the wait.
    Ended(Box<Cause>),
    Failed(Diagnosis),
}

impl<'a> Waiter<'a> {
    /// For a run that begins now.
    pub fn new(cluster: &'a Cluster, observer: &'a Observer, scope: &'a Scope<'a>) -> Self {
        Self { cluster, observer, scope, since: cluster.now() }
    }

    /// Waits for all of `awaited`, telling of `component` what it waits for.
    ///
    /// # Errors
    /// Cluster errors; not that something is not ready, which is a [`Waited`].
    pub async fn ready(&self, component: &str, awaited: &[Awaited]) -> Result<Waited> {
        self.wait(Some(component), awaited).run().await
    }

    /// As [`Waiter::ready`], for a workload that belongs to no component.
    ///
    /// # Errors
    /// As [`Waiter::ready`].
    pub async fn workload_ready(&self, workload: Awaited) -> Result<Waited> {
        self.wait(None, &[workload]).run().await
    }

    /// Why a workload is not ready by now, by a look of its own; none where nothing is known to be wrong.
    pub async fn diagnose(&self, id: &ObjectId) -> Option<Diagnosis> {
        closer::diagnose(self.cluster, id, &Start::at(self.since)).await
    }

    fn wait<'w>(&'w self, component: Option<&'w str>, awaited: &'w [Awaited]) -> Wait<'w> {
        let began = Instant::now();
        Wait {
            waiter: self,
            component,
            awaited,
            began,
            start: Start::at(self.since),
            patience: Patience::new(),
            told: BTreeMap::new(),
            told_of_many: None,
            closer: Closer::new(self.cluster),
            nodes_at: began + NODES_AFTER,
        }
    }
}

impl Wait<'_> {
    async fn run(&mut self) -> Result<Waited> {
        let deadline = self.waiter.cluster.deadline();
        loop {
            let changed = self.waiter.observer.changed();
            let looked = Instant::now();
            let look = self.look(looked)?;
            if !matches!(look, Look::AllReady) {
                self.follow()?;
            }
            let next = match look {
                Look::AllReady => return Ok(Waited::Ready),
                Look::Failed(diagnosis) => return Ok(Waited::Failed(diagnosis)),
                Look::Ended(cause) => return Ok(Waited::Failed(self.looked_into(*cause).await)),
                Look::Again(next) => next,
            };
            if Instant::now() >= deadline {
                return Ok(Waited::TimedOut(self.missing().await));
            }
            let homes = self.homes();
            if !homes.is_empty() && self.nodes_at <= looked {
                self.nodes_at = looked + NODES_AFTER;
                self.closer.look_at_nodes(homes).await;
                continue;
            }
            let nodes = Some(self.nodes_at).filter(|_| !homes.is_empty());
            let until = next.into_iter().chain(nodes).chain([deadline]).min().unwrap_or(deadline);
            // Coming too late is not an end by itself: the next look decides.
            let _ = tokio::time::timeout_at(until, changed).await;
            if looked >= self.began + GRACE {
                tokio::time::sleep_until((looked + BREATH).min(deadline)).await;
            }
        }
    }

    fn look(&mut self, now: Instant) -> Result<Look> {
        let mut next: Option<Instant> = None;
        let mut all_ready = true;
        let grace_over = self.began + GRACE;
        let deep = now >= grace_over;
        let mut plain: Vec<(&ObjectId, String)> = Vec::new();
        for one in self.awaited {
            let object = self.waiter.observer.get(&one.id);
            let readiness = object.as_ref().map(|object| ready_at(object, one.generation));
            match (object.as_deref(), readiness) {
                (_, Some(Readiness::Ready { note })) => {
                    if let Some(note) = note {
                        self.tell(&one.id, note);
                    }
                    self.patience.rule(&one.id, None, self.began.elapsed());
                }
                (_, Some(Readiness::Failed { reason, message })) if !explains(&one.id) => {
                    let line = format!("{}: {reason}: {message}", one.id);
                    return Ok(Look::Failed(Diagnosis { id: "failed", lines: vec![line], next: Vec::new() }));
                }
                (Some(object), Some(_)) if deep && explains(&one.id) => {
                    all_ready = false;
                    self.follow_surroundings(&one.id)?;
                    let [_, pods, _] = surroundings(one.id.namespace.as_deref());
                    self.start.note(self.waiter.observer.all(&pods).iter());
                    let (state, cause) = self.explained(object);
                    self.tell(&one.id, state);
                    match self.patience.rule(&one.id, cause.as_ref(), self.began.elapsed()) {
                        Ruling::Wait => {}
                        Ruling::WaitUntil(at) => {
                            next = Some(next.map_or(self.began + at, |known| known.min(self.began + at)))
                        }
                        Ruling::End => {
                            if let Some(cause) = cause {
                                return Ok(Look::Ended(Box::new(cause)));
                            }
                        }
                    }
                }
                (_, readiness) => {
                    all_ready = false;
                    next = Some(next.map_or(grace_over, |known| known.min(grace_over)));
                    plain.push(match readiness {
                        Some(Readiness::Waiting { short } | Readiness::Gone { short }) => (&one.id, short),
                        _ => (&one.id, "not seen yet".to_owned()),
                    });
                }
            }
        }
        self.tell_all(plain);
        Ok(if all_ready { Look::AllReady } else { Look::Again(next.filter(|next| *next > Instant::now())) })
    }

    /// Watches what is waited for: not before it is known that there is something to wait for.
    fn follow(&self) -> Result<()> {
        self.awaited.iter().try_for_each(|one| self.waiter.observer.follow(&one.id, one.labels))
    }

    fn follow_surroundings(&self, id: &ObjectId) -> Result<()> {
        surroundings(id.namespace.as_deref()).iter().try_for_each(|kind| self.waiter.observer.follow(kind, None))
    }

    /// ReplicaSets, pods and Events of a namespace, as they were last seen.
    fn surroundings(&self, namespace: Option<&str>) -> [Ref<'_, [Object]>; 3] {
        let observer = self.waiter.observer;
        surroundings(namespace).map(|kind| observer.all(&kind))
    }

    /// The state in short, and the cause where something is known to be wrong.
    fn explained(&self, workload: &Object) -> (String, Option<Cause>) {
        let [sets, pods, events] = self.surroundings(workload.namespace());
        let evidence = self.closer.evidence([&sets, &pods, &events], &self.start);
        (explain::state(workload, &evidence), explain::explain(workload, &evidence))
    }

    /// The nodes of pods that are not ready, where pods are looked at and nodes may be.
    fn homes(&self) -> BTreeSet<String> {
        if !self.closer.sees_nodes() || self.began.elapsed() < GRACE {
            return BTreeSet::new();
        }
        let observer = self.waiter.observer;
        let awaited = self.awaited.iter().filter(|one| explains(&one.id));
        let unready = awaited
            .filter_map(|one| observer.get(&one.id).filter(|object| !ready_at(object, one.generation).is_ready()));
        let homes = unready.flat_map(|workload| {
            let [sets, pods, events] = self.surroundings(workload.namespace());
            explain::homes(&workload, &self.closer.evidence([&sets, &pods, &events], &self.start))
        });
        homes.collect()
    }

    /// A cause that ended the wait, with what only a closer look tells. What is seen meanwhile does not change it: a container
    /// may run again by then, until its next crash.
    async fn looked_into(&mut self, cause: Cause) -> Diagnosis {
        let workload = cause.lines.first().map_or(&cause.object, |(id, _)| id);
        let Some(workload) = self.seen(workload) else { return Diagnosis::of(&cause, None) };
        let pod = self.seen(&cause.object);
        let [sets, pods, events] = self.surroundings(workload.namespace()).map(|objects| objects.to_vec());
        self.closer.gather(pod.as_ref(), &cause).await;
        let evidence = self.closer.evidence([&sets, &pods, &events], &self.start);
        Diagnosis::of(&explain::explain(&workload, &evidence).unwrap_or(cause), Some(&workload))
    }

    /// What is missing when the time is over.
    async fn missing(&mut self) -> Diagnosis {
        let homes = self.homes();
        self.closer.look_at_nodes(homes).await;
        let mut missing = Diagnosis { id: "not-ready", lines: Vec::new(), next: Vec::new() };
        for one in self.awaited {
            let Some(object) = self.seen(&one.id) else {
                missing.lines.push(format!("{}: not seen", one.id));
                continue;
            };
            if ready_at(&object, one.generation).is_ready() {
                continue;
            }
            let (state, cause) = self.explained(&object);
            match cause {
                Some(cause) => {
                    let found = self.looked_into(cause).await;
                    missing.id = found.id;
                    missing.lines.extend(found.lines);
                    missing.next.extend(found.next);
                }
                None => missing.lines.push(format!("{}: {state}", one.id)),
            }
        }
        missing
    }

    /// A copy of what was last seen, which may be held while more is asked.
    fn seen(&self, id: &ObjectId) -> Option<Object> {
        self.waiter.observer.get(id).as_deref().cloned()
    }

    /// Tells of each object, of many (the CRDs) in one word: they come and go too fast for a line each.
    fn tell_all(&mut self, waiting: Vec<(&ObjectId, String)>) {
        const FEW: usize = 3;
        match waiting.first() {
            Some((id, _)) if waiting.len() > FEW => {
                // Told once, not again with every one that is ready.
                if self.told_of_many.replace(id.kind.clone()).as_ref() != Some(&id.kind) {
                    let state = format!("{} objects of kind {}", waiting.len(), id.kind);
                    self.say(None, Fact::Waiting { state });
                }
            }
            _ if self.told_of_many.is_some() => {}
            _ => waiting.into_iter().for_each(|(id, state)| self.tell(id, state)),
        }
    }

    fn say(&self, id: Option<&ObjectId>, fact: Fact) {
        let scope = self.waiter.scope;
        match (self.component, id) {
            (Some(component), id) => scope.tell(component, id, fact),
            (None, Some(id)) => scope.about(id, fact),
            (None, None) => scope.say(fact),
        }
    }

    fn tell(&mut self, id: &ObjectId, state: String) {
        if self.told.get(id) != Some(&state) {
            self.told.insert(id.clone(), state.clone());
            self.say(Some(id), Fact::Waiting { state });
        }
    }
}

/// What tells of the pods of workloads in a namespace: ReplicaSets, Pods, Events.
fn surroundings(namespace: Option<&str>) -> [ObjectId; 3] {
    let of = |api_version: &str, kind: &str| ObjectId::new(api_version, kind, namespace, "");
    [of("apps/v1", "ReplicaSet"), of("v1", "Pod"), of("v1", "Event")]
}

/// Whether the cause of a workload of this kind is found by way of its pods.
fn explains(id: &ObjectId) -> bool {
    matches!(id.kind.as_str(), "Deployment" | "DaemonSet" | "StatefulSet" | "Job")
}
