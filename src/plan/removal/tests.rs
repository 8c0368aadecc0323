#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

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
        object("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", "injector", of("Pilot", "default")),
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
    removal.parts.iter().map(|part| format!("{}: {} | {}", part.name, names(&part.first), names(&part.then))).collect()
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
    assert!(one.goals().all(|goal| goal.id.name != "istiod-canary" && goal.id.name != "reader"), "{:?}", shown(&one));
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
        let names: BTreeSet<String> = removal(&found, &[], asked).goals().map(|goal| goal.id.name.clone()).collect();
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
