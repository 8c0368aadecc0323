//! Pods in brief: of each only what counts while workloads restart, so that ten thousand are cheap.

use std::collections::{BTreeMap, HashMap};

use super::{PodOwner, Ready};
use crate::istio::Pod;
use crate::object::{Object, ObjectId};
use crate::status::ready;

/// Reasons of waiting containers that do not pass by themselves.
const TROUBLE: [&str; 7] = [
    "ErrImagePull",
    "ImagePullBackOff",
    "InvalidImageName",
    "CrashLoopBackOff",
    "CreateContainerConfigError",
    "CreateContainerError",
    "RunContainerError",
];

/// A pod, as far as it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PodState {
    /// Its uid.
    pub uid: String,
    /// How many of its containers are ready.
    pub counts: Ready,
    /// Whether it is ready as a whole.
    pub ready: bool,
    /// Whether something is wrong with it that needs an explanation.
    pub trouble: bool,
}

impl PodState {
    pub(super) fn of(pod: &Object) -> Self {
        let statuses = || {
            ["/status/initContainerStatuses", "/status/containerStatuses"].into_iter().flat_map(|list| pod.list(list))
        };
        let is_ready = ready(pod).is_ready();
        let mut waits = statuses().filter_map(|status| status.pointer("/state/waiting/reason")?.as_str());
        let exit_codes = statuses().filter_map(|status| status.pointer("/state/terminated/exitCode")?.as_i64());
        let conditions = pod.list("/status/conditions").iter();
        let mut unschedulable =
            conditions.filter(|one| one["type"] == "PodScheduled" && one["reason"] == "Unschedulable");
        Self {
            uid: pod.text("/metadata/uid").unwrap_or_default().to_owned(),
            counts: Ready::of(pod),
            ready: is_ready,
            trouble: !is_ready
                && (waits.any(|reason| TROUBLE.contains(&reason))
                    || exit_codes.into_iter().any(|code| code != 0)
                    || unschedulable.next().is_some()),
        }
    }
}

/// The pods of workloads, as they were last seen: those that live.
#[derive(Debug, Clone, Default)]
pub struct Pods {
    /// By workload, then by name.
    of: HashMap<ObjectId, BTreeMap<String, PodState>>,
    /// The resource version of the list that showed them: a watch from there on misses nothing.
    pub version: String,
}

impl Pods {
    /// Those of a workload, by their names.
    pub fn of(&self, id: &ObjectId) -> impl Iterator<Item = (&str, &PodState)> {
        self.of.get(id).into_iter().flatten().map(|(name, pod)| (name.as_str(), pod))
    }

    /// Takes a pod as it is seen; gives the workload it belongs to.
    pub fn saw(&mut self, pod: &Object) -> Option<ObjectId> {
        if !Pod::from(pod).lives() {
            return self.gone(pod);
        }
        let PodOwner::Workload(owner) = PodOwner::of(pod) else { return None };
        self.add(&owner, pod.name(), PodState::of(pod));
        Some(owner)
    }

    pub(super) fn add(&mut self, owner: &ObjectId, name: &str, state: PodState) {
        self.of.entry(owner.clone()).or_default().insert(name.to_owned(), state);
    }

    /// The same for one that is gone.
    pub fn gone(&mut self, pod: &Object) -> Option<ObjectId> {
        let PodOwner::Workload(owner) = PodOwner::of(pod) else { return None };
        if let Some(pods) = self.of.get_mut(&owner) {
            pods.remove(pod.name());
        }
        Some(owner)
    }

    /// Forgets those of a namespace, or of all: what there is will be seen anew.
    pub fn forget(&mut self, namespace: Option<&str>) {
        self.of.retain(|id, _| namespace.is_some() && id.namespace.as_deref() != namespace);
    }
}
