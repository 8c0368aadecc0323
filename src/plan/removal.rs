//! What of an installation goes when it is removed, in which order, and what stays and why.
//!
//! Webhooks go first: at no time may one have nothing behind it. Then the components, those that need others before
//! those they need, each with its workloads before what these run with. CRDs come last, and only where that is asked for.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::component::Component;
use crate::istio::label::{self, COMPONENT, REVISION, TAG};
use crate::istio::names::ZTUNNEL;
use crate::istio::{Installation, Maker, Pod};
use crate::object::{Object, ObjectId};
use crate::plan::filter::{self, Reason};
use crate::plan::prune;

/// The component whose objects all revisions share.
const SHARED: &str = "Base";

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Extent {
    /// What goes.
    pub reach: Reach,
    /// What installations that stay want, each with what people call these.
    pub wanted: BTreeMap<ObjectId, String>,
    /// Who applied what goes as it was printed: what the same applied of it goes with it.
    pub makers: Vec<Maker>,
    /// Whether another revision stays.
    pub others_stay: bool,
    /// Whether the CRDs go, and with them what users configured.
    pub delete_crds: bool,
}

/// What goes.
#[derive(Debug, Clone, Default)]
pub enum Reach {
    /// Everything.
    #[default]
    All,
    /// What is labelled as of a revision, or recorded for it.
    Revision(String, HashSet<ObjectId>),
    /// What an installation is recorded to consist of.
    Recorded(HashSet<ObjectId>),
    /// What is labelled as of an installation of which nothing is recorded; and of what its inputs say, what carries no label
    /// of an installation as who made it adds none.
    Labelled(Installation, HashSet<ObjectId>),
}

/// Something that goes.
#[derive(Debug, Clone)]
pub struct Goal {
    /// What it is.
    pub id: ObjectId,
    /// Which one of that name it is.
    pub uid: String,
    /// The labels of its pods, where it is a workload.
    pub pods: Option<BTreeMap<String, String>>,
}

/// What goes together.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its stable name, such as `istiod`.
    pub name: &'static str,
    /// How people call it.
    pub title: &'static str,
    /// What goes first, and is waited for with its pods.
    pub first: Vec<Goal>,
    /// What goes then.
    pub then: Vec<Goal>,
}

/// What goes and what stays.
#[derive(Debug, Clone, Default)]
pub struct Removal {
    /// What goes, in order; no part is empty.
    pub parts: Vec<Part>,
    /// What does not, with why.
    pub kept: Vec<(ObjectId, Reason)>,
    /// The CRDs that stay.
    pub definitions: Vec<ObjectId>,
}

impl Removal {
    /// Everything that goes.
    pub fn goals(&self) -> impl Iterator<Item = &Goal> {
        self.parts.iter().flat_map(|part| part.first.iter().chain(&part.then))
    }

    /// Whether a part of that name goes.
    pub fn has(&self, name: &str) -> bool {
        self.parts.iter().any(|part| part.name == name)
    }
}

/// Sorts `found`, everything that may be of an installation, into what goes and what stays. `inventory` is what records
/// name, in the order it was written.
pub fn removal(found: &[Object], inventory: &[ObjectId], asked: &Extent) -> Removal {
    let mut removal = Removal::default();
    let mut going: Vec<&Object> = Vec::new();
    for object in found.iter().filter(|object| !is_owned(object) && belongs(object, asked)) {
        match reason(object, asked) {
            None => going.push(object),
            Some(Reason::HoldsOthers) => removal.definitions.push(object.id()),
            Some(reason) => removal.kept.push((object.id(), reason)),
        }
    }
    let written = |object: &&Object| inventory.iter().position(|id| *id == object.id()).unwrap_or(usize::MAX);
    going.sort_by_key(|object| (written(object), object.id()));
    let order: Vec<ObjectId> = prune::removal(&going.iter().map(|object| object.id()).collect::<Vec<_>>());
    let of = |id: &ObjectId| going.iter().find(|object| object.id() == *id).copied();
    for (name, title) in parts() {
        let mut part = Part { name, title, first: Vec::new(), then: Vec::new() };
        for object in order.iter().filter_map(of).filter(|object| place(object) == name) {
            let scales = object.kind() == "HorizontalPodAutoscaler";
            let side = if runs(object) || scales { &mut part.first } else { &mut part.then };
            side.push(goal(object));
        }
        // What scales a workload goes before it, or would make it again.
        part.first.sort_by_key(|goal| goal.id.kind != "HorizontalPodAutoscaler");
        if !part.first.is_empty() || !part.then.is_empty() {
            removal.parts.push(part);
        }
    }
    removal
}

/// The part of the webhooks.
pub const WEBHOOKS: &str = "webhooks";
/// The part of the CRDs.
pub const DEFINITIONS: &str = "crds";

/// All parts in order: names and titles.
fn parts() -> Vec<(&'static str, &'static str)> {
    let components = Component::all().iter().rev().map(|row| (row.name, row.title));
    std::iter::once((WEBHOOKS, "Webhooks")).chain(components).chain([(DEFINITIONS, "Istio CRDs")]).collect()
}

/// The name of the part an object goes with.
fn place(object: &Object) -> &'static str {
    match object.kind() {
        "MutatingWebhookConfiguration"
        | "ValidatingWebhookConfiguration"
        | "ValidatingAdmissionPolicy"
        | "ValidatingAdmissionPolicyBinding" => WEBHOOKS,
        "CustomResourceDefinition" => DEFINITIONS,
        "DaemonSet" | "ServiceAccount" if object.name() == ZTUNNEL => ZTUNNEL,
        // Tags, and what an overlay took the label off, go with the control plane.
        _ => object.label(COMPONENT).and_then(Component::labelled).map_or("istiod", |row| row.name),
    }
}

fn goal(object: &Object) -> Goal {
    let selector = object.at("/spec/selector/matchLabels").and_then(|labels| labels.as_object());
    let labels = |map: &serde_json::Map<String, serde_json::Value>| {
        map.iter().filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
    };
    let uid = object.text("/metadata/uid").unwrap_or_default().to_owned();
    Goal { id: object.id(), uid, pods: selector.filter(|_| runs(object)).map(labels) }
}

/// Whether an object runs pods.
fn runs(object: &Object) -> bool {
    matches!(object.kind(), "Deployment" | "DaemonSet" | "StatefulSet" | "Job")
}

/// Whether `object` is a workload that `pod` is one of.
pub fn runs_pod(object: &Object, pod: &Pod) -> bool {
    let labels = object.at("/spec/selector/matchLabels").and_then(|labels| labels.as_object());
    runs(object)
        && object.namespace() == Some(pod.namespace())
        && labels.is_some_and(|labels| labels.iter().all(|(key, value)| pod.label(key) == value.as_str()))
}

/// Whether another object goes before it and takes it along.
fn is_owned(object: &Object) -> bool {
    let by_controller =
        object.label("endpointslice.kubernetes.io/managed-by") == Some("endpointslice-controller.k8s.io");
    !object.list("/metadata/ownerReferences").is_empty() || object.kind() == "Endpoints" || by_controller
}

fn belongs(object: &Object, asked: &Extent) -> bool {
    if matches!(asked.reach, Reach::All) || object.kind() == "CustomResourceDefinition" {
        return true;
    }
    if object.label(COMPONENT) == Some(SHARED) {
        return false;
    }
    match &asked.reach {
        Reach::All => true,
        Reach::Recorded(inventory) => inventory.contains(&object.id()),
        Reach::Revision(revision, inventory) => {
            let is_recorded = inventory.contains(&object.id());
            let is_marked = object.label(COMPONENT).is_some() || object.label(TAG).is_some();
            match object.label(REVISION) {
                None => is_recorded,
                Some(own) => own == revision && (is_marked || is_recorded),
            }
        }
        Reach::Labelled(_, inputs) if inputs.contains(&object.id()) && !says_whose(object) => true,
        Reach::Labelled(installation, _) => {
            // Templates write `unknown` where there is no name.
            let name = object.label(label::OWNER).filter(|name| *name != "unknown");
            object.label(COMPONENT).is_some()
                && object.label(REVISION) == Some(&installation.revision)
                && object.label(label::OWNER_NAMESPACE) == Some(&installation.namespace)
                && name == installation.name.as_deref()
        }
    }
}

/// Whether who made `object` writes labels that say of which installation it is.
fn says_whose(object: &Object) -> bool {
    let maker = Maker::of(object);
    !maker.applies_manifests() && !matches!(maker, Maker::Helm { .. })
}

/// Why an object of the installation stays.
fn reason(object: &Object, asked: &Extent) -> Option<Reason> {
    let is_definition = object.kind() == "CustomResourceDefinition";
    if is_definition && !asked.delete_crds {
        return Some(Reason::HoldsOthers);
    }
    if let Some(installation) = asked.wanted.get(&object.id()).filter(|_| !is_definition) {
        return Some(Reason::WantedBy { installation: installation.clone() });
    }
    if asked.others_stay && matches!(object.label(COMPONENT), Some("Cni" | "Ztunnel")) {
        return Some(Reason::Shared);
    }
    match filter::remove(object) {
        // Charts keep CRDs on their own account; here somebody asks for them to go.
        Some(Reason::Kept { .. } | Reason::NotOurs) if is_definition => None,
        // Whoever made a tag: without the control plane behind it, it stops pods.
        Some(Reason::NotOurs) if object.label(TAG).is_some() => None,
        // What was applied with its control plane goes with it, whoever that was.
        Some(Reason::NotOurs) if asked.makers.contains(&Maker::of(object)) => None,
        // It is waited for.
        Some(Reason::BeingDeleted) => None,
        other => other,
    }
}

/// The groups whose kinds are Istio's.
pub const GROUPS: [&str; 4] = ["networking.istio.io", "security.istio.io", "telemetry.istio.io", "extensions.istio.io"];

/// Whether an object is what istiod has made, and nobody needs without it. Its CA that a user brought (`cacerts`) is not.
pub fn is_made_by_istiod(object: &Object, control_planes: &BTreeSet<String>) -> bool {
    const EVERYWHERE: [&str; 2] = ["istio-ca-root-cert", "istio-ca-crl"];
    const LEADERS: [&str; 12] = [
        "istio-leader",
        "istio-namespace-controller-election",
        "istio-ip-autoallocate",
        "istio-gateway-status-leader",
        "istio-gateway-deployment",
        "istio-gateway-inferencepool",
        "istio-gateway-leader",
        "istio-status-leader",
        "istio-analyze-leader",
        "istio-node-untaint",
        "istio-clustertrustbundle-controller-election",
        "istio-serviceexport-controller-election",
    ];
    let name = object.name();
    let at_home = object.namespace().is_some_and(|namespace| control_planes.contains(namespace));
    // With a revision each has one of its own, under a name that ends with it.
    let leads = LEADERS
        .iter()
        .any(|leader| name.strip_prefix(leader).is_some_and(|rest| rest.is_empty() || rest.starts_with('-')));
    match object.kind() {
        "ConfigMap" => EVERYWHERE.contains(&name) || at_home && leads,
        "Lease" => at_home && leads,
        "Secret" => at_home && name == "istio-ca-secret",
        _ => false,
    }
}

/// Whether an object is there in every namespace, whoever made it.
pub fn is_of_every_namespace(object: &Object) -> bool {
    match object.kind() {
        "ConfigMap" => object.name() == "kube-root-ca.crt",
        "ServiceAccount" => object.name() == "default",
        "Secret" => object.text("/type") == Some("kubernetes.io/service-account-token"),
        "Event" | "Endpoints" | "EndpointSlice" => true,
        "Lease" => object.name().starts_with("mesh.v1."),
        _ => !object.list("/metadata/ownerReferences").is_empty(),
    }
}

#[cfg(test)]
mod tests;
