//! How much of each node is asked for by the pods on it, added up as they are read page by page.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::object::Quantity;

/// What is read of a pod to know its requests.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PodRequests {
    #[serde(default)]
    spec: Spec,
    #[serde(default)]
    status: Status,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    #[serde(default)]
    node_name: String,
    #[serde(default)]
    containers: Vec<Container>,
}

#[derive(Debug, Deserialize)]
struct Container {
    #[serde(default)]
    resources: Resources,
}

#[derive(Debug, Default, Deserialize)]
struct Resources {
    #[serde(default)]
    requests: Option<BTreeMap<String, Value>>,
}

#[derive(Debug, Default, Deserialize)]
struct Status {
    #[serde(default)]
    phase: String,
}

/// CPU and memory.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Room {
    /// CPU.
    pub cpu: Quantity,
    /// Memory.
    pub memory: Quantity,
}

impl Room {
    /// Of a map with `cpu` and `memory`.
    pub fn of(map: &Value) -> Self {
        let part = |name: &str| Quantity::of_value(&map[name]).unwrap_or_default();
        Self { cpu: part("cpu"), memory: part("memory") }
    }

    /// Both more.
    #[must_use]
    pub fn plus(self, more: Self) -> Self {
        Self { cpu: self.cpu + more.cpu, memory: self.memory + more.memory }
    }

    /// Both less.
    #[must_use]
    pub fn minus(self, less: Self) -> Self {
        Self { cpu: self.cpu - less.cpu, memory: self.memory - less.memory }
    }

    /// Whether `need` fits into it.
    pub fn holds(self, need: Self) -> bool {
        need.cpu <= self.cpu && need.memory <= self.memory
    }
}

/// What the pods of each node ask for, by the node's name.
#[derive(Debug, Clone, Default)]
pub struct Requested(BTreeMap<String, Room>);

impl Requested {
    /// Adds a page of pods; those that have ended take nothing.
    pub fn add(&mut self, pods: Vec<PodRequests>) {
        for pod in pods {
            if matches!(pod.status.phase.as_str(), "Succeeded" | "Failed") || pod.spec.node_name.is_empty() {
                continue;
            }
            let room = self.0.entry(pod.spec.node_name).or_default();
            for requests in pod.spec.containers.into_iter().filter_map(|one| one.resources.requests) {
                let map = Value::Object(requests.into_iter().collect());
                *room = room.plus(Room::of(&map));
            }
        }
    }

    /// What the pods of this node ask for.
    pub fn of(&self, node: &str) -> Room {
        self.0.get(node).copied().unwrap_or_default()
    }
}
