//! What changes of objects do to what runs.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use super::{Changed, Summary};
use crate::istio::label::COMPONENT;
use crate::object::{Object, ObjectId};
use crate::plan::path::Path;
use crate::text::count;

/// One thing that changes mean, with the objects it is about.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Effect {
    /// What happens.
    pub effect: Impact,
    /// To what.
    #[serde(serialize_with = "names")]
    pub objects: Vec<ObjectId>,
}

/// What may happen to what runs, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Impact {
    /// A Service gives up the address of its load balancer.
    GivesUpAddress,
    /// Gateways go.
    RemovesGateways,
    /// A control plane goes.
    RemovesIstiod,
    /// What runs on every node goes.
    RemovesNodeAgents,
    /// Workloads are deleted and made again: their pods go before new ones are there.
    Recreates,
    /// istiod's pods are replaced, one by one.
    RestartsIstiod,
    /// Gateways' pods are replaced, one by one.
    RollsGateways,
    /// The pods on every node are replaced, node by node.
    RollsNodeAgents,
    /// The number of pods changes.
    Scales,
    /// Other pods than before are injected.
    ChangesInjected,
    /// New pods get another sidecar; those that run keep theirs until they are restarted.
    ChangesSidecars,
    /// Every proxy is configured anew, without restarts.
    ChangesMeshConfig,
}

/// `rolls 2 gateways`.
impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = || self.objects.iter().map(|id| id.name.as_str()).collect::<Vec<_>>().join(", ");
        let gateways = || count(self.objects.len(), "gateway");
        match self.effect {
            Impact::GivesUpAddress => write!(f, "gives up the address of Service {}", names()),
            Impact::RemovesGateways => write!(f, "removes {} ({})", gateways(), names()),
            Impact::RemovesIstiod => write!(f, "removes {}", names()),
            Impact::RemovesNodeAgents => write!(f, "removes {} from every node", names()),
            Impact::Recreates => write!(f, "deletes {} and makes it again: its pods go first", names()),
            Impact::RestartsIstiod => write!(f, "restarts {}", names()),
            Impact::RollsGateways => write!(f, "rolls {}", gateways()),
            Impact::RollsNodeAgents => write!(f, "rolls {} node by node", names()),
            Impact::Scales => write!(f, "scales {}", names()),
            Impact::ChangesInjected => f.write_str("changes which pods are injected"),
            Impact::ChangesSidecars => f.write_str("gives new pods another sidecar (running pods keep theirs)"),
            Impact::ChangesMeshConfig => f.write_str("configures every proxy anew, without restarts"),
        }
    }
}

/// What the changes of `summary` mean, the worst first.
pub(super) fn of(summary: &Summary, live: &HashMap<ObjectId, Object>) -> Vec<Effect> {
    let mut found: BTreeMap<Impact, Vec<ObjectId>> = BTreeMap::new();
    for change in &summary.change {
        for kind in of_change(change, live.get(&change.id)) {
            found.entry(kind).or_default().push(change.id.clone());
        }
    }
    for id in &summary.delete {
        if let Some(kind) = live.get(id).and_then(of_deletion) {
            found.entry(kind).or_default().push(id.clone());
        }
    }
    found.into_iter().map(|(effect, objects)| Effect { effect, objects }).collect()
}

fn of_change(change: &Changed, live: Option<&Object>) -> Vec<Impact> {
    let Some(live) = live else { return Vec::new() };
    let below = |fields: &[&str]| {
        let above = Path::of(fields);
        change.differences.iter().any(|difference| difference.path.starts_with(&above))
    };
    match live.kind() {
        "Deployment" | "DaemonSet" | "StatefulSet" => {
            let mut kinds = Vec::new();
            if change.recreated_for.is_some() {
                kinds.push(Impact::Recreates);
            } else if below(&["spec", "template"]) {
                kinds.push(match live.label(COMPONENT) {
                    Some("IngressGateways" | "EgressGateways") => Impact::RollsGateways,
                    _ if live.kind() == "DaemonSet" => Impact::RollsNodeAgents,
                    _ => Impact::RestartsIstiod,
                });
            }
            if below(&["spec", "replicas"]) {
                kinds.push(Impact::Scales);
            }
            kinds
        }
        "MutatingWebhookConfiguration" => {
            let selects = |field: &&str| matches!(*field, "namespaceSelector" | "objectSelector" | "rules");
            let fields = change.differences.iter().flat_map(|difference| difference.path.fields());
            if fields.into_iter().any(|field| selects(&field)) { vec![Impact::ChangesInjected] } else { Vec::new() }
        }
        "ConfigMap" if below(&["data"]) => {
            // `istio`, `istio-REVISION`: the mesh configuration; `istio-sidecar-injector…`: templates and values.
            if live.name().starts_with("istio-sidecar-injector") {
                vec![Impact::ChangesSidecars]
            } else if live.at("/data/mesh").is_some() && below(&["data", "mesh"]) {
                vec![Impact::ChangesMeshConfig]
            } else {
                Vec::new()
            }
        }
        "Service" if change.recreated_for.is_some() || below(&["spec", "type"]) => {
            let is_balanced = live.text("/spec/type") == Some("LoadBalancer");
            if is_balanced { vec![Impact::GivesUpAddress] } else { Vec::new() }
        }
        _ => Vec::new(),
    }
}

fn of_deletion(live: &Object) -> Option<Impact> {
    match live.kind() {
        "Deployment" | "StatefulSet" => match live.label(COMPONENT) {
            Some("IngressGateways" | "EgressGateways") => Some(Impact::RemovesGateways),
            Some("Pilot") => Some(Impact::RemovesIstiod),
            _ => None,
        },
        "DaemonSet" => Some(Impact::RemovesNodeAgents),
        "Service" if live.text("/spec/type") == Some("LoadBalancer") => Some(Impact::GivesUpAddress),
        _ => None,
    }
}

fn names<S: serde::Serializer>(ids: &[ObjectId], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(ids.iter().map(ToString::to_string))
}
