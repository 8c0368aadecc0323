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
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn object(api_version: &str, kind: &str, name: &str, labels: Value) -> Object {
        let metadata = json!({"name": name, "uid": name, "labels": labels});
        Object::new(json!({"apiVersion": api_version, "kind": kind, "metadata": metadata})).unwrap()
    }

    fn found() -> Vec<Object> {
        let of = |component: &str, revision: &str| json!({COMPONENT: component, REVISION: revision});
        let mut replica_set = object("apps/v1", "ReplicaSet", "rs", of("Pilot", "default"));
        replica_set.value_mut()["metadata"]["ownerReferences"] = json!([{"kind": "Deployment"}]);
        let mut helm = object("v1", "ConfigMap", "helms", of("Pilot", "default"));
        helm.set_annotation("meta.helm.sh/release-name", "istiod");
        let mut foreign = object("v1", "ConfigMap", "foreign", of("Pilot", "default"));
        foreign.value_mut()["metadata"]["managedFields"] =
            json!([{"manager": "argocd", "operation": "Apply", "fieldsV1": {"f:data": {}}}]);
        let mut tag = object(
            "admissionregistration.k8s.io/v1",
            "MutatingWebhookConfiguration",
            "tag",
            json!({TAG: "prod", REVISION: "default"}),
        );
        tag.value_mut()["metadata"]["managedFields"] =
            json!([{"manager": "kubectl", "operation": "Apply", "fieldsV1": {"f:webhooks": {}}}]);
        vec![
            object(
                "apiextensions.k8s.io/v1",
                "CustomResourceDefinition",
                "gateways.networking.istio.io",
                of("Base", "default"),
            ),
            object("v1", "ServiceAccount", "reader", of("Base", "default")),
            object("v1", "ServiceAccount", "istiod", of("Pilot", "default")),
            object("apps/v1", "Deployment", "istiod", of("Pilot", "default")),
            object("autoscaling/v2", "HorizontalPodAutoscaler", "istiod", of("Pilot", "default")),
            object("apps/v1", "Deployment", "istiod-canary", of("Pilot", "canary")),
            object("apps/v1", "DaemonSet", "istio-cni-node", of("Cni", "default")),
            object("apps/v1", "DaemonSet", "ztunnel", of("Ztunnel", "default")),
            object("apps/v1", "Deployment", "in", of("IngressGateways", "default")),
            object("v1", "Service", "in", of("IngressGateways", "default")),
            object(
                "admissionregistration.k8s.io/v1",
                "MutatingWebhookConfiguration",
                "injector",
                of("Pilot", "default"),
            ),
            tag,
            replica_set,
            helm,
            foreign,
        ]
    }

    fn shown(removal: &Removal) -> Vec<String> {
        let names = |goals: &[Goal]| {
            goals.iter().map(|goal| format!("{}/{}", goal.id.kind, goal.id.name)).collect::<Vec<_>>().join(" ")
        };
        removal
            .parts
            .iter()
            .map(|part| format!("{}: {} | {}", part.name, names(&part.first), names(&part.then)))
            .collect()
    }

    #[test]
    fn webhooks_go_first_then_who_needs_others() {
        let found = found();
        let inventory: Vec<ObjectId> = found.iter().map(Object::id).collect();
        let purge = removal(&found, &inventory, &Extent { delete_crds: true, ..Extent::default() });
        assert_eq!(
            shown(&purge),
            [
                "webhooks:  | MutatingWebhookConfiguration/tag MutatingWebhookConfiguration/injector",
                "ingress-gateways: Deployment/in | Service/in",
                "ztunnel: DaemonSet/ztunnel | ",
                "cni: DaemonSet/istio-cni-node | ",
                "istiod: HorizontalPodAutoscaler/istiod Deployment/istiod-canary Deployment/istiod | ServiceAccount/istiod",
                "core:  | ServiceAccount/reader",
                "crds:  | CustomResourceDefinition/gateways.networking.istio.io",
            ]
        );
        let kept: Vec<String> = purge.kept.iter().map(|(id, reason)| format!("{} {reason}", id.name)).collect();
        assert_eq!(
            kept,
            ["helms belongs to the Helm release /istiod", "foreign was not written by an installation of Istio"]
        );
        assert!(purge.definitions.is_empty());
    }

    #[test]
    fn a_revision_takes_nothing_that_others_need() {
        let reach = Reach::Revision("default".to_owned(), HashSet::new());
        let asked = Extent { reach, others_stay: true, ..Extent::default() };
        let one = removal(&found(), &[], &asked);
        assert!(
            one.goals().all(|goal| goal.id.name != "istiod-canary" && goal.id.name != "reader"),
            "{:?}",
            shown(&one)
        );
        assert!(one.has("istiod") && one.has("webhooks") && !one.has("cni") && !one.has("crds"));
        assert_eq!(one.kept.iter().filter(|(_, reason)| *reason == Reason::Shared).count(), 2);
        assert_eq!(one.definitions.len(), 1);
    }

    #[test]
    fn an_installation_takes_what_is_its_own_and_nobody_else_wants() {
        let found = found();
        let id = |name: &str| found.iter().map(Object::id).find(|id| id.name == name).unwrap();
        let names = |removal: &Removal| removal.goals().map(|goal| goal.id.name.clone()).collect::<Vec<_>>();
        let inventory = ["reader", "in", "ztunnel"].map(id);
        let wanted = BTreeMap::from([(id("ztunnel"), "default".to_owned())]);
        let reach = Reach::Recorded(inventory.iter().cloned().collect());
        let one = removal(&found, &inventory, &Extent { reach, wanted, ..Extent::default() });
        assert_eq!(names(&one), ["in"], "what all share stays too");
        let kept: Vec<String> = one.kept.iter().map(|(id, reason)| format!("{} {reason}", id.name)).collect();
        assert_eq!(kept, ["ztunnel is wanted by installation default"]);

        // Without a record the labels tell.
        let mut gateway = object("v1", "Service", "gw", json!({COMPONENT: "IngressGateways", REVISION: "default"}));
        gateway.set_label(label::OWNER, "gw");
        gateway.set_label(label::OWNER_NAMESPACE, "n");
        let installation = Installation { name: Some("gw".to_owned()), ..Installation::unnamed("default", "n") };
        for (installation, taken) in [(installation.clone(), 1), (Installation { name: None, ..installation }, 0)] {
            let asked = Extent { reach: Reach::Labelled(installation, HashSet::new()), ..Extent::default() };
            assert_eq!(removal(std::slice::from_ref(&gateway), &[], &asked).goals().count(), taken);
        }
    }

    #[test]
    fn what_was_applied_as_it_is_printed_goes_with_its_control_plane() {
        let applied = |kind: &str, name: &str, labels: Value, manager: &str| {
            let mut object = object("v1", kind, name, labels);
            object.value_mut()["metadata"]["managedFields"] =
                json!([{"manager": manager, "operation": "Update", "fieldsV1": {"f:data": {}}}]);
            object
        };
        let of_pilot = || json!({COMPONENT: "Pilot", REVISION: "default"});
        let found = [
            applied("ConfigMap", "applied", of_pilot(), "kubectl-client-side-apply"),
            // It has no label of an installer, nor of a revision.
            applied("ServiceAccount", "istiod", json!({}), "kubectl-client-side-apply"),
            applied("ConfigMap", "foreign", of_pilot(), "argocd-controller"),
            object("v1", "ConfigMap", "other", json!({COMPONENT: "Pilot", REVISION: "canary"})),
        ];
        let goes = |asked: &Extent| {
            let names: BTreeSet<String> =
                removal(&found, &[], asked).goals().map(|goal| goal.id.name.clone()).collect();
            names.into_iter().collect::<Vec<String>>()
        };
        assert_eq!(goes(&Extent::default()), ["other"]);
        let by_kubectl = || Extent { makers: vec![Maker::Kubectl], ..Extent::default() };
        assert_eq!(goes(&by_kubectl()), ["applied", "istiod", "other"]);
        // Of a revision, what its manifests call objects that tell of none.
        let named = |name: &str| HashSet::from([ObjectId::new("v1", "ServiceAccount", None, name)]);
        let of_revision = |name: &str| Reach::Revision("default".to_owned(), named(name));
        assert_eq!(goes(&Extent { reach: of_revision("istiod"), ..by_kubectl() }), ["applied", "istiod"]);
        assert_eq!(goes(&Extent { reach: of_revision("x"), ..by_kubectl() }), ["applied"]);
        // Of an installation, what its inputs say.
        let installation = Installation { name: Some("gw".to_owned()), ..Installation::unnamed("default", "n") };
        let reach = || Reach::Labelled(installation.clone(), named("istiod"));
        assert_eq!(goes(&Extent { reach: reach(), ..by_kubectl() }), ["istiod"]);
        let mut helms = found[1].clone();
        helms.set_annotation("meta.helm.sh/release-name", "gw");
        let kept = removal(&[helms], &[], &Extent { reach: reach(), ..Extent::default() }).kept;
        assert!(matches!(kept.as_slice(), [(_, Reason::HelmRelease { .. })]), "{kept:?}");
    }

    #[test]
    fn ztunnel_has_a_part_of_its_own_also_where_no_label_says_so() {
        let found = [object("apps/v1", "DaemonSet", "ztunnel", json!({}))];
        assert!(removal(&found, &[], &Extent::default()).has("ztunnel"));
    }

    #[test]
    fn what_istiod_made_is_known() {
        let homes = BTreeSet::from(["istio-system".to_owned()]);
        let table = [
            ("ConfigMap", "any", "istio-ca-root-cert", true),
            ("ConfigMap", "any", "istio-leader", false),
            ("ConfigMap", "istio-system", "istio-leader", true),
            ("ConfigMap", "istio-system", "istio-namespace-controller-election", true),
            ("ConfigMap", "istio-system", "istio-leadership", false),
            ("ConfigMap", "istio-system", "istio", false),
            ("Lease", "istio-system", "istio-gateway-deployment-canary", true),
            ("Lease", "istio-system", "mine", false),
            ("Secret", "istio-system", "istio-ca-secret", true),
            ("Secret", "istio-system", "cacerts", false),
            ("Secret", "any", "istio-ca-secret", false),
        ];
        for (kind, namespace, name, made) in table {
            let mut object = object("v1", kind, name, json!({}));
            object.value_mut()["metadata"]["namespace"] = namespace.into();
            assert_eq!(is_made_by_istiod(&object, &homes), made, "{kind} {namespace}/{name}");
        }
    }
}
