//! What watches show of the workloads that restart: of each pod only what counts here, so that a thousand are cheap.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

use tokio::time::Instant;

use crate::cluster::Sighting;
use crate::object::{Object, ObjectId};
use crate::plan::restart::{PodOwner, Ready};
use crate::status::ready;

/// How long a watch that begins again may take to show all there is.
const TO_BEGIN_AGAIN: Duration = Duration::from_secs(3);
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
pub(super) struct PodState {
    pub(super) uid: String,
    pub(super) counts: Ready,
    /// Whether it is ready as a whole.
    pub(super) ready: bool,
    /// Whether something is wrong with it that needs an explanation.
    pub(super) trouble: bool,
}

/// Workloads, their pods and budgets, as they were last seen.
#[derive(Debug, Default)]
pub(super) struct Board {
    pub(super) workloads: HashMap<ObjectId, Object>,
    pub(super) budgets: HashMap<ObjectId, Object>,
    /// Budgets that were deleted meanwhile: they hold nobody any more.
    pub(super) lifted: HashSet<ObjectId>,
    /// By workload, then by name: pods that neither have ended nor are about to.
    pods: HashMap<ObjectId, BTreeMap<String, PodState>>,
    /// Until when the pods are not known to be all: a watch begins again.
    pub(super) unsure_until: Option<Instant>,
}

impl Board {
    /// The pods of a workload.
    pub(super) fn pods(&self, id: &ObjectId) -> impl Iterator<Item = (&str, &PodState)> {
        self.pods.get(id).into_iter().flatten().map(|(name, pod)| (name.as_str(), pod))
    }

    /// What a list showed, from which the watch goes on.
    pub(super) fn seed(&mut self, pods: &[Object]) {
        for pod in pods {
            self.now(pod.clone());
        }
    }

    /// Whether the pods that are known are all there are.
    pub(super) fn is_sure(&self) -> bool {
        self.unsure_until.is_none_or(|until| until <= Instant::now())
    }

    /// Takes what a watch saw, and tells which workload it is about; none where it may be about any.
    pub(super) fn take(&mut self, change: Sighting) -> Option<ObjectId> {
        match change {
            Sighting::Now(object) => self.now(object),
            Sighting::Gone(object) => match object.kind() {
                "Pod" => {
                    let PodOwner::Workload(owner) = PodOwner::of(&object) else { return None };
                    if let Some(pods) = self.pods.get_mut(&owner) {
                        pods.remove(object.name());
                    }
                    Some(owner)
                }
                "PodDisruptionBudget" => {
                    self.budgets.remove(&object.id());
                    self.lifted.insert(object.id());
                    None
                }
                _ => {
                    self.workloads.remove(&object.id());
                    Some(object.id())
                }
            },
            Sighting::Afresh(of) => {
                let here = |id: &ObjectId| of.namespace.is_none() || of.namespace == id.namespace;
                match of.kind.as_str() {
                    "Pod" => {
                        self.pods.retain(|id, _| !here(id));
                        self.unsure_until = Some(Instant::now() + TO_BEGIN_AGAIN);
                    }
                    kind => {
                        self.workloads.retain(|id, _| !(here(id) && id.kind == kind));
                        self.budgets.retain(|id, _| !(here(id) && id.kind == kind));
                    }
                }
                None
            }
        }
    }

    fn now(&mut self, object: Object) -> Option<ObjectId> {
        match object.kind() {
            "Pod" => {
                let PodOwner::Workload(owner) = PodOwner::of(&object) else { return None };
                let pods = self.pods.entry(owner.clone()).or_default();
                let ended = matches!(object.text("/status/phase"), Some("Succeeded" | "Failed"));
                if ended || object.text("/metadata/deletionTimestamp").is_some() {
                    pods.remove(object.name());
                } else {
                    pods.insert(object.name().to_owned(), PodState::of(&object));
                }
                Some(owner)
            }
            "PodDisruptionBudget" => {
                self.lifted.remove(&object.id());
                self.budgets.insert(object.id(), object);
                None
            }
            _ => {
                let id = object.id();
                self.workloads.insert(id.clone(), object);
                Some(id)
            }
        }
    }
}

impl PodState {
    fn of(pod: &Object) -> Self {
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
