//! Waits until objects are ready, says what they wait for, and ends early when they will not become ready.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use super::{Observer, advice, room};
use crate::cluster::Cluster;
use crate::error::Result;
use crate::event::{Fact, Scope};
use crate::object::{Object, ObjectId};
use crate::status::explain::{self, Cause, Evidence, LogTail, Patience, Ruling};
use crate::status::{Readiness, ready_at};

/// How long a workload gets before its pods and events are looked at: a healthy one needs no more requests than its own
/// watch.
const GRACE: Duration = Duration::from_millis(1500);
/// How far apart two looks at pods and events are at least: they change in bursts, and each look reads all of them.
const BREATH: Duration = Duration::from_millis(50);
/// How many last lines of a crashed container are shown.
const LOG_LINES: u32 = 10;

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

/// Why something is not ready, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// What sort of cause it is, in kebab-case.
    pub id: &'static str,
    /// The cause in one sentence, then what it rests on, one line an object.
    pub lines: Vec<String>,
    /// What to do next.
    pub next: Vec<String>,
}

/// What everything that waits in one run shares.
pub struct Waiter<'a> {
    /// The cluster, with its deadline.
    pub cluster: &'a Cluster,
    /// What the cluster shows.
    pub observer: &'a Observer,
    /// Who is told.
    pub scope: &'a Scope<'a>,
}

/// One wait: what it has found so far.
struct Wait<'a> {
    waiter: &'a Waiter<'a>,
    component: &'a str,
    awaited: &'a [Awaited],
    began: Instant,
    patience: Patience,
    told: BTreeMap<ObjectId, String>,
    told_of_many: Option<String>,
    logs: Vec<LogTail>,
    nodes: Option<(Vec<Object>, Vec<Object>)>,
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

impl Waiter<'_> {
    /// Waits for all of `awaited`, telling of `component` what it waits for.
    ///
    /// # Errors
    /// Cluster errors; not that something is not ready, which is a [`Waited`].
    pub async fn ready(&self, component: &str, awaited: &[Awaited]) -> Result<Waited> {
        let mut wait = Wait {
            waiter: self,
            component,
            awaited,
            began: Instant::now(),
            patience: Patience::new(),
            told: BTreeMap::new(),
            told_of_many: None,
            logs: Vec::new(),
            nodes: None,
        };
        wait.run().await
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
            let until = next.map_or(deadline, |next| next.min(deadline));
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

    /// The state in short, and the cause where something is known to be wrong.
    fn explained(&self, workload: &Object) -> (String, Option<Cause>) {
        let observer = self.waiter.observer;
        let [replica_sets, pods, events] = surroundings(workload.namespace()).map(|kind| observer.all(&kind));
        let (nodes, node_pods) = self.nodes.as_ref().map_or((&[][..], &[][..]), |(nodes, pods)| (nodes, pods));
        let evidence =
            Evidence { replica_sets: &replica_sets, pods: &pods, events: &events, nodes, node_pods, logs: &self.logs };
        (explain::state(workload, &evidence), explain::explain(workload, &evidence))
    }

    /// A cause that ended the wait, with what only a closer look tells: last log lines, room on the nodes.
    async fn looked_into(&mut self, cause: Cause) -> Diagnosis {
        let workload = cause.lines.first().map_or(&cause.object, |(id, _)| id);
        let Some(workload) = self.seen(workload) else { return diagnosis(&cause) };
        self.gather(&workload, &cause).await;
        diagnosis(&self.explained(&workload).1.unwrap_or(cause))
    }

    /// Fetches what only a cause of this sort needs: room on the nodes, last log lines.
    async fn gather(&mut self, workload: &Object, cause: &Cause) {
        let cluster = self.waiter.cluster;
        if cause.id == "unschedulable" && self.nodes.is_none() {
            self.nodes = room::of(cluster).await.ok();
        }
        let Some(pod) = self.seen(&cause.object).filter(|object| object.kind() == "Pod") else { return };
        let namespace = workload.namespace().unwrap_or_default();
        for (container, previous) in ended_containers(&pod) {
            if let Some(text) = cluster.log_tail(namespace, pod.name(), container, previous, LOG_LINES).await {
                let lines = text.lines().map(str::to_owned).collect();
                self.logs.push(LogTail { pod: pod.id(), container: container.to_owned(), lines });
            }
        }
    }

    /// What is missing when the time is over.
    async fn missing(&mut self) -> Diagnosis {
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
                    self.waiter.scope.tell(self.component, None, Fact::Waiting { state });
                }
            }
            _ if self.told_of_many.is_some() => {}
            _ => waiting.into_iter().for_each(|(id, state)| self.tell(id, state)),
        }
    }

    fn tell(&mut self, id: &ObjectId, state: String) {
        if self.told.get(id) != Some(&state) {
            self.told.insert(id.clone(), state.clone());
            self.waiter.scope.tell(self.component, Some(id), Fact::Waiting { state });
        }
    }
}

/// What tells of the pods of workloads in a namespace: ReplicaSets, Pods, Events.
fn surroundings(namespace: Option<&str>) -> [ObjectId; 3] {
    let of = |api_version: &str, kind: &str| ObjectId::new(api_version, kind, namespace, "");
    [of("apps/v1", "ReplicaSet"), of("v1", "Pod"), of("v1", "Event")]
}

fn diagnosis(cause: &Cause) -> Diagnosis {
    let mut lines = vec![cause.summary.clone()];
    lines.extend(cause.lines.iter().map(|(id, line)| format!("{id}: {line}")));
    let next = vec![advice::next(cause, cause.object.namespace.as_deref().unwrap_or_default())];
    Diagnosis { id: cause.id, lines, next }
}

/// Whether the cause of a workload of this kind is found by way of its pods.
fn explains(id: &ObjectId) -> bool {
    matches!(id.kind.as_str(), "Deployment" | "DaemonSet" | "StatefulSet" | "Job")
}

/// The containers of a pod that have ended, each with whether its log is that of the run before.
fn ended_containers(pod: &Object) -> Vec<(&str, bool)> {
    let statuses =
        ["/status/initContainerStatuses", "/status/containerStatuses"].into_iter().flat_map(|list| pod.list(list));
    let ended = statuses.filter_map(|status| {
        let now = status.pointer("/state/terminated").is_some();
        let before = status.pointer("/lastState/terminated").is_some();
        Some((status["name"].as_str()?, !now)).filter(|_| now || before)
    });
    ended.collect()
}
