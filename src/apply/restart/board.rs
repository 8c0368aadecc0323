//! What watches show of the workloads that restart, of each pod in brief.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use tokio::time::Instant;

use crate::cluster::Sighting;
use crate::object::{Object, ObjectId};
use crate::plan::restart::{PodState, Pods};

/// How long a watch that begins again may take to show all there is.
const TO_BEGIN_AGAIN: Duration = Duration::from_secs(3);

/// Workloads, their pods and budgets, as they were last seen.
#[derive(Debug, Default)]
pub(super) struct Board {
    pub(super) workloads: HashMap<ObjectId, Object>,
    pub(super) budgets: HashMap<ObjectId, Object>,
    /// Budgets that were deleted meanwhile: they hold nobody any more.
    pub(super) lifted: HashSet<ObjectId>,
    pods: Pods,
    /// Until when the pods are not known to be all: a watch begins again.
    pub(super) unsure_until: Option<Instant>,
}

impl Board {
    /// The pods of a workload.
    pub(super) fn pods(&self, id: &ObjectId) -> impl Iterator<Item = (&str, &PodState)> {
        self.pods.of(id)
    }

    /// What a list showed, from which the watch goes on.
    pub(super) fn seed(&mut self, pods: &Pods) {
        self.pods = pods.clone();
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
                "Pod" => self.pods.gone(&object),
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
                        self.pods.forget(of.namespace.as_deref());
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
            "Pod" => self.pods.saw(&object),
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
