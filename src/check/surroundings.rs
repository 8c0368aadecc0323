//! Workloads that are not ready, and what tells why.

use crate::object::Object;
use crate::status::explain::{Evidence, explain, state};
use crate::status::ready;

/// What is around workloads that are not ready.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// Workloads of the mesh that are not ready; those of Istio's own are known apart from them.
    pub workloads: Vec<Object>,
    /// ReplicaSets of their namespaces.
    pub replica_sets: Vec<Object>,
    /// Pods of their namespaces.
    pub pods: Vec<Object>,
    /// Events of their namespaces.
    pub events: Vec<Object>,
}

/// Why a workload is not ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// In a few words, such as `0/1: container web crashes`. Text of the cluster in it is raw.
    pub state: String,
    /// Whether something is known to keep it from it; else it may be on its way.
    pub is_stuck: bool,
}

impl Surroundings {
    /// How a workload stands; none where it is ready.
    pub fn standing(&self, workload: &Object) -> Option<Standing> {
        if ready(workload).is_ready() {
            return None;
        }
        let evidence = Evidence {
            replica_sets: &self.replica_sets,
            pods: &self.pods,
            events: &self.events,
            ..Evidence::default()
        };
        Some(Standing { is_stuck: explain(workload, &evidence).is_some(), state: state(workload, &evidence) })
    }
}
