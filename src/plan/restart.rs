//! Which workloads have to restart so that their pods are what would be made now, and why. Pure.
//!
//! ```text
//! pods → their owners → what each would be now (Injection) → restarts, pods nobody can restart, pods that stay outside
//! ```

pub mod budget;
mod owner;
mod patch;
mod ready;

pub use owner::{PodOwner, pod_of};
pub use patch::{Patches, patches};
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
use crate::status::ready;
use crate::text;

/// What there is in the namespaces that are looked at.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    /// The namespaces, with the labels that are to count.
    pub namespaces: &'a [Object],
    /// Their pods.
    pub pods: &'a [Object],
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
///
/// # Errors
/// `injection` (failed) where a template fails for a workload, with its name.
pub fn plan(scene: &Surroundings<'_>, injection: &Injectors) -> Result<Restarts> {
    let namespaces: BTreeMap<&str, (&Object, Namespace)> =
        scene.namespaces.iter().map(|object| (object.name(), (object, Namespace::of(object)))).collect();
    let mut families: BTreeMap<ObjectId, Vec<&Object>> = BTreeMap::new();
    let mut alone: Vec<(&Object, String)> = Vec::new();
    for pod in scene.pods.iter().filter(|pod| Pod::from(*pod).lives()) {
        match PodOwner::of(pod) {
            PodOwner::Workload(id) => families.entry(id).or_default().push(pod),
            PodOwner::Other(why) => alone.push((pod, why)),
        }
    }
    let workloads: BTreeMap<ObjectId, &Object> = scene.workloads.iter().map(|one| (one.id(), one)).collect();
    let mut plan = Restarts::default();
    for (id, pods) in families {
        let Some((object, namespace)) = id.namespace.as_deref().and_then(|name| namespaces.get(name)) else { continue };
        let workload = workloads.get(&id).copied();
        let template = workload.map(pod_of);
        let as_made = template.clone().or_else(|| pods.first().map(|pod| pod.value().clone())).unwrap_or_default();
        let outlook = injection.outlook(namespace, object.value(), &as_made).map_err(|error| refused(&id, error))?;
        let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
        let mut old: Vec<&Object> = Vec::new();
        for pod in &pods {
            // Without a template each pod is what it is made of.
            let own = match &template {
                Some(_) => None,
                None => Some(
                    injection.outlook(namespace, object.value(), pod.value()).map_err(|error| refused(&id, error))?,
                ),
            };
            if let Some(drift) = drift(pod, template.as_ref(), own.as_ref().unwrap_or(&outlook)) {
                *reasons.entry(drift.why).or_default() += 1;
                old.push(pod);
            }
        }
        let why = reasons.iter().map(|(why, count)| said(why, *count)).collect();
        let family = Family { id, pods: &pods, old: &old, why, workload, template: template.as_ref() };
        family.plan(&mut plan, scene, &outlook);
    }
    for (pod, why) in alone {
        let Some((object, namespace)) = pod.namespace().and_then(|name| namespaces.get(name)) else { continue };
        let Ok(outlook) = injection.outlook(namespace, object.value(), pod.value()) else { continue };
        match drift(pod, None, &outlook) {
            Some(drift) => plan.left.push(Stale { id: pod.id(), outdated: drift.why, why }),
            None if !outlook.injected => plan.outside.push(Outside { id: pod.id(), rule: outlook.reason }),
            None => plan.current += 1,
        }
    }
    // What is not well already may never become so: it must not keep the others waiting.
    plan.restarts.sort_by(|a, b| (!a.well, &a.id.namespace, &a.id).cmp(&(!b.well, &b.id.namespace, &b.id)));
    Ok(plan)
}

/// A workload with its pods.
struct Family<'a> {
    id: ObjectId,
    pods: &'a [&'a Object],
    /// Those that are not as they would be now.
    old: &'a [&'a Object],
    why: Vec<String>,
    /// None where it is not among what was read.
    workload: Option<&'a Object>,
    template: Option<&'a Value>,
}

impl Family<'_> {
    fn plan(self, plan: &mut Restarts, scene: &Surroundings<'_>, outlook: &Outlook) {
        let Self { id, pods, old, why, workload, template } = self;
        if old.is_empty() {
            if outlook.injected {
                plan.current += 1;
            } else {
                plan.outside.push(Outside { id, rule: outlook.reason.clone() });
            }
            return;
        }
        match way(&id, workload) {
            Ok(way) => {
                let after = outlook.pod.as_ref().or_else(|| template.filter(|_| !outlook.injected)).map(Ready::wanted);
                plan.restarts.push(Restart {
                    why,
                    way,
                    count: wanted(workload).unwrap_or(pods.len()),
                    before: old.first().map(|pod| Ready::of(pod)).unwrap_or_default(),
                    after,
                    injected: outlook.injected,
                    budgets: budgets(scene, &id, old),
                    well: workload
                        .map_or_else(|| pods.iter().all(|pod| ready(pod).is_ready()), |one| ready(one).is_ready()),
                    pods: named(old),
                    id,
                });
            }
            Err(reason) => plan.left.push(Stale { id, outdated: why.join("; "), why: reason }),
        }
    }
}

/// The restart of a workload whose template changes: of all its pods, whatever they are like. `workload` has the template
/// it will have.
///
/// # Errors
/// `not-injected` (failed) with the rule, where its new pods would get no proxy, or one of another revision than `revision`;
/// `not-restarted` (failed) where it does not roll out by itself; `injection` as [`plan`].
pub fn rolled(
    scene: &Surroundings<'_>,
    injection: &Injectors,
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
    let is_its = |pod: &&Object| Pod::from(*pod).lives() && PodOwner::of(pod) == PodOwner::Workload(id.clone());
    let pods: Vec<&Object> = scene.pods.iter().filter(is_its).collect();
    Ok(Restart {
        why: vec![why],
        way,
        count: wanted(Some(workload)).unwrap_or(pods.len()),
        before: pods.first().map(|pod| Ready::of(pod)).unwrap_or_default(),
        after: outlook.pod.as_ref().map(Ready::wanted),
        injected: true,
        budgets: budgets(scene, &id, &pods),
        well: ready(workload).is_ready(),
        pods: named(&pods),
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

fn named(pods: &[&Object]) -> Vec<(String, String)> {
    let uid = |pod: &Object| pod.text("/metadata/uid").unwrap_or_default().to_owned();
    pods.iter().map(|pod| (pod.name().to_owned(), uid(pod))).collect()
}

fn budgets(scene: &Surroundings<'_>, id: &ObjectId, pods: &[&Object]) -> Vec<ObjectId> {
    let labels = pods.first().and_then(|pod| pod.at("/metadata/labels")).and_then(Value::as_object);
    let labels = labels.cloned().unwrap_or_else(Map::new);
    budget::of(scene.budgets, id.namespace.as_deref(), &labels).into_iter().map(Object::id).collect()
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
