//! Which workloads have to restart so that their pods are what would be made now, and why. Pure.
//!
//! ```text
//! pods → their owners → what each would be now (Injection) → restarts, pods nobody can restart, pods that stay outside
//! ```
//!
//! Pods come a page at a time, and none is kept whole: a mesh has tens of thousands of them.

pub mod budget;
mod owner;
mod patch;
mod pods;
mod ready;

pub use owner::{PodOwner, pod_of};
pub use patch::{Patches, patches};
pub use pods::{PodState, Pods};
pub use ready::Ready;
pub(crate) use ready::counted;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::error::{Error, Result, Why};
use crate::inject::Namespace;
use crate::istio::Pod;
use crate::object::{Object, ObjectId};
use crate::plan::drift::drift;
use crate::plan::injection::{Injectors, Outlook};
use crate::plan::labels;
use crate::status::ready;
use crate::text;

/// What there is in the namespaces that are looked at.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    /// The namespaces, with the labels that are to count.
    pub namespaces: &'a [Object],
    /// Their Deployments, StatefulSets and DaemonSets.
    pub workloads: &'a [Object],
    /// Their PodDisruptionBudgets.
    pub budgets: &'a [Object],
}

/// What has to be done, in the order to do it.
#[derive(Debug, Clone, Default)]
pub struct Restarts {
    /// Workloads to restart; those that are well come first.
    pub restarts: Vec<Restart>,
    /// What would have to restart and cannot be restarted here.
    pub left: Vec<Stale>,
    /// Workloads whose pods get no proxy.
    pub outside: Vec<Outside>,
    /// Workloads whose pods are as they would be made now.
    pub current: usize,
}

/// A workload to restart.
#[derive(Debug, Clone)]
pub struct Restart {
    /// The workload.
    pub id: ObjectId,
    /// Why, such as `3 pods have no proxy`.
    pub why: Vec<String>,
    /// How.
    pub way: Way,
    /// The pods that have to go: names and uids.
    pub pods: Vec<(String, String)>,
    /// How many pods it is to have: those it has now may be one more, while they are replaced.
    pub count: usize,
    /// READY of the first of them.
    pub before: Ready,
    /// READY as it has to be, where that is known.
    pub after: Option<Ready>,
    /// Whether its new pods have to have a proxy.
    pub injected: bool,
    /// PodDisruptionBudgets about its pods.
    pub budgets: Vec<ObjectId>,
    /// Whether it is ready now.
    pub well: bool,
}

/// How a workload's pods are replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// Its controller rolls a changed template out.
    Rollout,
    /// Its controller makes anew what goes: its pods are evicted, one after the other.
    Eviction,
}

/// Pods that are not as they would be made now, and that stay as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stale {
    /// The pod, or the workload.
    pub id: ObjectId,
    /// Why it would have to restart.
    pub outdated: String,
    /// Why it is not restarted.
    pub why: String,
}

/// A workload, or a pod on its own, that gets no proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outside {
    /// The workload or pod.
    pub id: ObjectId,
    /// The rule that decides so, or why istiod refuses it.
    pub rule: String,
}

/// Compares every pod with what would be made now.
pub struct Planner<'a> {
    namespaces: BTreeMap<&'a str, (&'a Object, Namespace)>,
    workloads: BTreeMap<ObjectId, &'a Object>,
    budgets: &'a [Object],
    injection: &'a Injectors,
    families: BTreeMap<ObjectId, Family<'a>>,
    /// What is known of pods on their own.
    alone: Restarts,
    pods: Pods,
    /// The workload of the last pod, with its template and what would be made of that: pods of one come one after the other.
    last: Option<(ObjectId, Made)>,
}

/// What the controller of a workload makes, and what becomes of it.
struct Made {
    /// None where the workload is not among what was read: each of its pods is what it is made of.
    template: Option<Value>,
    outlook: Outlook,
}

impl<'a> Planner<'a> {
    /// Nothing was compared yet.
    pub fn new(scene: &Surroundings<'a>, injection: &'a Injectors) -> Self {
        let Surroundings { namespaces, workloads, budgets } = *scene;
        Self {
            namespaces: namespaces.iter().map(|object| (object.name(), (object, Namespace::of(object)))).collect(),
            workloads: workloads.iter().map(|one| (one.id(), one)).collect(),
            budgets,
            injection,
            families: BTreeMap::new(),
            alone: Restarts::default(),
            pods: Pods::default(),
            last: None,
        }
    }

    /// Takes more pods.
    ///
    /// # Errors
    /// `injection` (failed) where a template fails for a workload, with its name.
    pub fn take(&mut self, pods: &[Object]) -> Result<()> {
        for pod in pods.iter().filter(|pod| Pod::from(*pod).lives()) {
            let Some((object, namespace)) = pod.namespace().and_then(|name| self.namespaces.get(name)) else {
                continue;
            };
            match PodOwner::of(pod) {
                PodOwner::Workload(id) => {
                    let made = match self.last.take().filter(|(last, _)| *last == id) {
                        Some((_, made)) if made.template.is_some() => made,
                        _ => {
                            let template = self.workloads.get(&id).map(|workload| pod_of(workload));
                            let as_made = template.as_ref().unwrap_or_else(|| pod.value());
                            let outlook = self.injection.outlook(namespace, object.value(), as_made);
                            Made { template, outlook: outlook.map_err(|error| refused(&id, error))? }
                        }
                    };
                    let (workload, state) = (self.workloads.get(&id).copied(), PodState::of(pod));
                    let family = self.families.entry(id.clone()).or_insert_with(|| Family::new(workload, &made));
                    family.take(pod, &state, &made);
                    self.pods.add(&id, pod.name(), state);
                    self.last = Some((id, made));
                }
                PodOwner::Other(why) => {
                    let Ok(outlook) = self.injection.outlook(namespace, object.value(), pod.value()) else { continue };
                    match drift(pod, None, &outlook) {
                        Some(drift) => self.alone.left.push(Stale { id: pod.id(), outdated: drift.why, why }),
                        None if !outlook.injected => {
                            self.alone.outside.push(Outside { id: pod.id(), rule: outlook.reason });
                        }
                        None => self.alone.current += 1,
                    }
                }
            }
        }
        Ok(())
    }

    /// What has to restart, and the pods in brief.
    pub fn end(self) -> (Restarts, Pods) {
        let mut plan = Restarts::default();
        for (id, family) in self.families {
            family.plan(id, &mut plan, self.budgets);
        }
        plan.left.extend(self.alone.left);
        plan.outside.extend(self.alone.outside);
        plan.current += self.alone.current;
        // What is not well already may never become so: it must not keep the others waiting.
        plan.restarts.sort_by(|a, b| (!a.well, &a.id.namespace, &a.id).cmp(&(!b.well, &b.id.namespace, &b.id)));
        (plan, self.pods)
    }
}

/// A workload, and what counts of its pods.
struct Family<'a> {
    /// None where it is not among what was read.
    workload: Option<&'a Object>,
    injected: bool,
    rule: String,
    after: Option<Ready>,
    /// How many pods there are, and whether all are ready.
    pods: usize,
    well: bool,
    /// Those that are not as they would be now: names and uids, READY and labels of the first, and why.
    old: Vec<(String, String)>,
    before: Ready,
    labels: Map<String, Value>,
    reasons: BTreeMap<String, usize>,
}

impl<'a> Family<'a> {
    fn new(workload: Option<&'a Object>, Made { template, outlook }: &Made) -> Self {
        Self {
            workload,
            injected: outlook.injected,
            rule: outlook.reason.clone(),
            after: outlook.pod.as_ref().or_else(|| template.as_ref().filter(|_| !outlook.injected)).map(Ready::wanted),
            pods: 0,
            well: true,
            old: Vec::new(),
            before: Ready::default(),
            labels: Map::new(),
            reasons: BTreeMap::new(),
        }
    }

    fn take(&mut self, pod: &Object, state: &PodState, made: &Made) {
        self.pods += 1;
        self.well &= state.ready;
        let Some(drift) = drift(pod, made.template.as_ref(), &made.outlook) else { return };
        if self.old.is_empty() {
            self.before = state.counts;
            self.labels = labels::own(pod);
        }
        *self.reasons.entry(drift.why).or_default() += 1;
        self.old.push((pod.name().to_owned(), state.uid.clone()));
    }

    fn plan(self, id: ObjectId, plan: &mut Restarts, all_budgets: &[Object]) {
        if self.old.is_empty() {
            if self.injected {
                plan.current += 1;
            } else {
                plan.outside.push(Outside { id, rule: self.rule });
            }
            return;
        }
        let why: Vec<String> = self.reasons.iter().map(|(why, count)| said(why, *count)).collect();
        match way(&id, self.workload) {
            Ok(way) => plan.restarts.push(Restart {
                why,
                way,
                count: wanted(self.workload).unwrap_or(self.pods),
                before: self.before,
                after: self.after,
                injected: self.injected,
                budgets: budgets(all_budgets, &id, &self.labels),
                well: self.workload.map_or(self.well, |one| ready(one).is_ready()),
                pods: self.old,
                id,
            }),
            Err(reason) => plan.left.push(Stale { id, outdated: why.join("; "), why: reason }),
        }
    }
}

/// The restart of a workload whose template changes: of all its pods, whatever they are like. `workload` has the template
/// it will have.
///
/// # Errors
/// `not-injected` (failed) with the rule, where its new pods would get no proxy, or one of another revision than `revision`;
/// `not-restarted` (failed) where it does not roll out by itself; `injection` as [`Planner::take`].
pub fn rolled(
    scene: &Surroundings<'_>,
    injection: &Injectors,
    pods: &Pods,
    workload: &Object,
    revision: Option<&str>,
    why: String,
) -> Result<Restart> {
    let id = workload.id();
    let found = scene.namespaces.iter().find(|namespace| Some(namespace.name()) == workload.namespace());
    let none = Value::Null;
    let (object, namespace) = found.map_or((&none, Namespace::default()), |one| (one.value(), Namespace::of(one)));
    let template = pod_of(workload);
    let outlook = injection.outlook(&namespace, object, &template).map_err(|error| refused(&id, error))?;
    if !outlook.injected {
        let message = format!("{id} would not be injected, because of {}; nothing was written", outlook.reason);
        return Err(Error::failed("not-injected", message)
            .hint(format!("see the labels: kubectl get namespace {} --show-labels", namespace.name)));
    }
    if let (Some(wanted), Some(by)) = (revision, outlook.revision.as_deref())
        && wanted != by
    {
        let message = format!(
            "{id} would be injected by revision {by}, not {wanted}: the namespace's label comes first; nothing was written"
        );
        return Err(Error::failed("not-injected", message)
            .hint(format!("move the namespace: mesh inject namespace {} --revision {wanted}", namespace.name)));
    }
    let way = way(&id, Some(workload))
        .map_err(|why| Error::failed("not-restarted", format!("{id}: {why}; nothing was written")))?;
    let pods: Vec<(&str, &PodState)> = pods.of(&id).collect();
    // They have the labels of the template that they were made of, or will have this one's.
    let labels = template["metadata"]["labels"].as_object().cloned().unwrap_or_default();
    Ok(Restart {
        why: vec![why],
        way,
        count: wanted(Some(workload)).unwrap_or(pods.len()),
        before: pods.first().map(|(_, pod)| pod.counts).unwrap_or_default(),
        after: outlook.pod.as_ref().map(Ready::wanted),
        injected: true,
        budgets: budgets(scene.budgets, &id, &labels),
        well: ready(workload).is_ready(),
        pods: pods.into_iter().map(|(name, pod)| (name.to_owned(), pod.uid.clone())).collect(),
        id,
    })
}

/// What istiod would refuse: restarting it would leave it without pods.
fn refused(id: &ObjectId, error: Error) -> Error {
    if error.is(&Why::Unknown) {
        let told = Error::failed("injection", format!("{id}: what a pod that is made now would be is not known"));
        return error.hints().to_vec().into_iter().fold(told, Error::hint).because(Why::Unknown).caused_by(error);
    }
    Error::failed("injection", format!("{id}: a pod that is made now would be refused")).caused_by(error)
}

fn budgets(all: &[Object], id: &ObjectId, labels: &Map<String, Value>) -> Vec<ObjectId> {
    budget::of(all, id.namespace.as_deref(), labels).into_iter().map(Object::id).collect()
}

/// How a workload's pods are replaced, or why they are not.
fn way(id: &ObjectId, workload: Option<&Object>) -> std::result::Result<Way, String> {
    // A ReplicaSet or ReplicationController on its own never replaces a pod for its template's sake.
    let Some(workload) = workload else {
        return match id.kind.as_str() {
            "ReplicaSet" | "ReplicationController" => Ok(Way::Eviction),
            _ => Err("its workload is gone".to_owned()),
        };
    };
    if workload.at("/spec/paused").and_then(Value::as_bool) == Some(true) {
        return Err(format!(
            "its rollout is paused: resume it with `kubectl rollout resume`, then restart {}",
            id.name
        ));
    }
    let on_delete = workload.text("/spec/updateStrategy/type") == Some("OnDelete");
    // Below its partition a StatefulSet keeps the old template, and makes from it what goes.
    let parted = workload.int("/spec/updateStrategy/rollingUpdate/partition").is_some_and(|partition| partition > 0);
    Ok(if on_delete || parted { Way::Eviction } else { Way::Rollout })
}

/// How many pods a workload is to have, where it says so.
fn wanted(workload: Option<&Object>) -> Option<usize> {
    let workload = workload?;
    let wanted = match workload.kind() {
        "DaemonSet" => workload.int("/status/desiredNumberScheduled")?,
        _ => workload.int("/spec/replicas")?,
    };
    usize::try_from(wanted).ok()
}

/// `3 pods have no proxy`.
fn said(why: &str, count: usize) -> String {
    format!("{} {} {why}", text::count(count, "pod"), text::verb(count, "has", "have"))
}

#[cfg(test)]
mod tests;
