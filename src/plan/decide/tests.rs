#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;

fn held(manager: &str, operation: &str, fields: &Value) -> Value {
    json!({"manager": manager, "operation": operation, "apiVersion": "v1", "fieldsType": "FieldsV1", "fieldsV1": fields})
}

fn object(value: Value) -> Object {
    Object::new(value).unwrap()
}

fn map(value: &str) -> Object {
    object(
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "n"}, "data": {"k": value}}),
    )
}

/// A live ConfigMap with `k: v`, written by these managers with these operations.
fn live_map(managers: &[(&str, &str)]) -> Object {
    let mut live = map("v");
    let entries: Value =
        managers.iter().map(|(name, operation)| held(name, operation, &json!({"f:data": {"f:k": {}}}))).collect();
    live.value_mut()["metadata"]["managedFields"] = entries;
    live.value_mut()["metadata"]["resourceVersion"] = json!("7");
    live
}

fn decided(wanted: &Object, live: &Object) -> Action {
    decide(wanted, Some(live), &Context::default())
}

fn applied(action: Action) -> Apply {
    match action {
        Action::Apply(apply) => *apply,
        other => panic!("{other:?} is no apply"),
    }
}

/// `path: wanted found` of each.
fn shown(differences: &[Difference]) -> Vec<String> {
    let value = |value: &Option<Value>| value.as_ref().map_or("none".to_owned(), Value::to_string);
    differences.iter().map(|one| format!("{}: {} found {}", one.path, value(&one.wanted), value(&one.found))).collect()
}

#[test]
fn who_holds_a_field_decides() {
    assert_eq!(decide(&map("v"), None, &Context::default()), Action::Create(map("v")));
    assert_eq!(decided(&map("v"), &live_map(&[("mesh", "Apply")])), Action::Unchanged);

    // Equal, but nothing of it is ours: taken without a change, and without force.
    let taken = applied(decided(&map("v"), &live_map(&[("istio-operator", "Apply")])));
    assert_eq!((taken.force_over, taken.before, taken.differences), (vec![], None, vec![]));

    let forced = |managers: &[(&str, &str)]| applied(decided(&map("w"), &live_map(managers))).force_over;
    assert_eq!(forced(&[("mesh", "Apply")]), [""; 0]);
    assert_eq!(forced(&[("istio-operator", "Apply")]), ["istio-operator"]);
    assert_eq!(forced(&[("mesh", "Apply"), ("kubectl-edit", "Update")]), ["kubectl-edit"]);

    assert_eq!(forced(&[]), ["before-first-apply"], "the API server tracks nobody before the first apply");

    for foreign in ["argocd-controller", "admissionsenforcer"] {
        let action = decided(&map("w"), &live_map(&[("mesh", "Apply"), (foreign, "Update")]));
        let Action::Conflict(conflicts) = action else { panic!("{action:?} is no conflict") };
        assert_eq!(shown(&conflicts), [r#"data.k: "w" found "v""#]);
        assert_eq!(conflicts[0].manager.as_deref(), Some(foreign));
        assert_ne!(decided(&map("v"), &live_map(&[(foreign, "Update")])), Action::Unchanged, "equal, so no conflict");
    }
}

#[test]
fn objects_in_deletion_and_of_helm_releases_are_not_touched() {
    let mut live = live_map(&[("mesh", "Apply")]);
    live.set_annotation("meta.helm.sh/release-name", "istiod");
    let release = Reason::HelmRelease { name: "istiod".to_owned(), namespace: String::new() };
    assert_eq!(decided(&map("w"), &live), Action::Skip(release));
    assert!(matches!(decide(&map("w"), Some(&live), &Context::default().adopting()), Action::Apply(_)));
    live.value_mut()["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:00:00Z");
    assert_eq!(decided(&map("w"), &live), Action::Skip(Reason::BeingDeleted));
}

#[test]
fn what_an_earlier_installer_left_is_taken_over_before_it_is_removed() {
    let wanted = object(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "n"}}));
    let ours = applied(decided(&wanted, &live_map(&[("mesh", "Apply")])));
    assert_eq!(shown(&ours.differences), [r#"data.k: none found "v""#]);
    assert_eq!(ours.before, None, "an apply of ours removes what our apply wrote");

    let theirs = applied(decided(&wanted, &live_map(&[("istio-operator", "Apply")])));
    let patch = theirs.before.unwrap();
    assert_eq!(patch[0], json!({"op": "test", "path": "/metadata/resourceVersion", "value": "7"}));
    assert_eq!(patch[1]["path"], "/metadata/managedFields");
    assert_eq!(patch[1]["value"], json!([held("mesh", "Apply", &json!({"f:data": {"f:k": {}}}))]));
}

fn service(port: u16) -> Value {
    json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a", "namespace": "n"},
        "spec": {"ports": [{"name": "grpc", "port": port, "targetPort": 15010}]}})
}

#[test]
fn a_changed_list_key_is_put_back_in_place() {
    let mut live = service(15099);
    live["metadata"]["resourceVersion"] = json!("7");
    live["spec"]["ports"][0]["nodePort"] = json!(30000);
    let tree = |port: u16| json!({"f:spec": {"f:ports": {format!("k:{{\"port\":{port},\"protocol\":\"TCP\"}}"): {".": {}, "f:port": {}}}}});
    let changed_by = |manager: &str| {
        let mut live = live.clone();
        live["metadata"]["managedFields"] = json!([held(manager, "Update", &tree(15099))]);
        decided(&object(service(15010)), &object(live))
    };
    let apply = applied(changed_by("kubectl-edit"));
    assert_eq!(shown(&apply.differences), ["spec.ports[port=15010].port: 15010 found 15099"]);
    assert_eq!(apply.force_over, ["kubectl-edit"]);
    let element = json!({"name": "grpc", "port": 15010, "targetPort": 15010, "nodePort": 30000});
    assert_eq!(apply.before.unwrap()[1], json!({"op": "replace", "path": "/spec/ports/0", "value": element}));
    assert!(matches!(changed_by("somebody"), Action::Conflict(_)));
}

fn deployment(replicas: Option<i64>) -> Value {
    let mut value = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a", "namespace": "n"},
        "spec": {"template": {"metadata": {"labels": {"app": "a"}}}}});
    if let Some(replicas) = replicas {
        value["spec"]["replicas"] = json!(replicas);
    }
    value
}

/// A live Deployment with `replicas` held by `manager`, the rest by us.
fn live_deployment(replicas: i64, manager: &str, operation: &str) -> Object {
    let mut live = deployment(Some(replicas));
    let rest = json!({"f:template": {"f:metadata": {"f:labels": {"f:app": {}}}}});
    let mut entries = vec![held("mesh", "Apply", &json!({"f:spec": rest}))];
    if manager == "mesh" {
        entries[0]["fieldsV1"]["f:spec"]["f:replicas"] = json!({});
    } else {
        entries.push(held(manager, operation, &json!({"f:spec": {"f:replicas": {}}})));
    }
    live["metadata"]["managedFields"] = json!(entries);
    live["metadata"]["resourceVersion"] = json!("7");
    object(live)
}

fn autoscaled() -> Context {
    Context::of(&[object(json!({"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "a", "namespace": "n"}, "spec": {"minReplicas": 2,
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "a"}}}))])
}

#[test]
fn replicas_without_an_autoscaler() {
    let wanted = object(deployment(None));
    // Any count but 0 is the user's.
    assert_eq!(decided(&wanted, &live_deployment(3, "kubectl", "Update")), Action::Unchanged);
    let mended = applied(decided(&wanted, &live_deployment(0, "kubectl", "Update")));
    assert_eq!(shown(&mended.differences), ["spec.replicas: 1 found 0"]);
    assert_eq!(mended.before.unwrap()[1], json!({"op": "replace", "path": "/spec/replicas", "value": 1}));
    assert_eq!(mended.body.at("/spec/replicas"), None);
    // A number that is asked for is a field like any other.
    let asked = applied(decided(&object(deployment(Some(2))), &live_deployment(0, "kubectl", "Update")));
    assert_eq!((asked.body.int("/spec/replicas"), asked.before), (Some(2), None));
    assert_eq!(asked.force_over, ["kubectl"]);
    assert_eq!(decided(&object(deployment(Some(0))), &live_deployment(0, "mesh", "Apply")), Action::Unchanged);
}

#[test]
fn replicas_with_an_autoscaler_are_never_lowered() {
    let wanted = object(deployment(Some(1)));
    let decided = |live: &Object| decide(&wanted, Some(live), &autoscaled());
    assert_eq!(decided(&live_deployment(4, "kube-controller-manager", "Update")), Action::Unchanged);
    // Ours until now: let go of the field first, then an apply without it leaves the count as it is.
    let released = applied(decided(&live_deployment(4, "mesh", "Apply")));
    assert_eq!(released.body.at("/spec/replicas"), None);
    assert_eq!(released.differences, []);
    let fields = &released.before.unwrap()[1];
    assert_eq!(fields["path"], "/metadata/managedFields");
    assert_eq!(fields["value"][0]["fieldsV1"]["f:spec"].get("f:replicas"), None);
    // An autoscaler does nothing about 0.
    let mended = applied(decided(&live_deployment(0, "kubectl", "Update")));
    assert_eq!(shown(&mended.differences), ["spec.replicas: 2 found 0"]);
}

#[test]
fn a_count_that_a_controller_holds_is_left_to_it() {
    // An autoscaler that somebody made beside the installation.
    let live = live_deployment(4, "kube-controller-manager", "Update");
    assert_eq!(decided(&object(deployment(Some(1))), &live), Action::Unchanged);
}

fn webhook(policy: &str, bundle: Option<&str>) -> Value {
    let mut value = json!({"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": "a"}, "webhooks": [{"name": "w", "failurePolicy": policy, "clientConfig": {"caBundle": ""}}]});
    if let Some(bundle) = bundle {
        value["webhooks"][0]["clientConfig"]["caBundle"] = json!(bundle);
    }
    value
}

#[test]
fn what_istiod_wrote_into_its_webhooks_stays() {
    let live = |policy: &str, manager: &str| {
        let mut live = webhook(policy, Some("QQ=="));
        let element = |fields: Value| json!({"f:webhooks": {"k:{\"name\":\"w\"}": fields}});
        live["metadata"]["managedFields"] = json!([
            held("mesh", "Apply", &element(json!({".": {}, "f:name": {}, "f:clientConfig": {}}))),
            held("pilot-discovery", "Update", &element(json!({"f:clientConfig": {"f:caBundle": {}}}))),
            held(manager, "Update", &element(json!({"f:failurePolicy": {}}))),
        ]);
        object(live)
    };
    let (open, closed) = (object(webhook("Ignore", None)), object(webhook("Fail", None)));
    let Action::Create(body) = decide(&open, None, &Context::default()) else { panic!("not created") };
    assert_eq!(body.text("/webhooks/0/failurePolicy"), Some("Ignore"));
    assert_eq!(body.at("/webhooks/0/clientConfig/caBundle"), None);

    // (wanted, live, held by) and what differs.
    let table: [(&Object, Object, &[&str]); 6] = [
        (&open, live("Fail", "pilot-discovery"), &[]),
        (&open, live("Ignore", "mesh"), &[]),
        (&open, live("Fail", "kubectl-edit"), &[]),
        (&closed, live("Fail", "pilot-discovery"), &[]),
        (&closed, live("Ignore", "pilot-discovery"), &[]),
        (&closed, live("Ignore", "kubectl-edit"), &[r#"webhooks[name=w].failurePolicy: "Fail" found "Ignore""#]),
    ];
    for (wanted, live, expected) in table {
        assert_eq!(shown(&compare(wanted, &live, &Context::default())), expected, "{live:?}");
    }
}

#[test]
fn an_equal_amount_is_sent_as_it_is_spelled_live() {
    let quota = |cpu: &str, pods: &str| {
        json!({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "a", "namespace": "n"},
            "spec": {"hard": {"cpu": cpu, "pods": pods}}})
    };
    let mut live = quota("1", "10");
    live["metadata"]["managedFields"] =
        json!([held("istio-operator", "Apply", &json!({"f:spec": {"f:hard": {"f:cpu": {}, "f:pods": {}}}}))]);
    let apply = applied(decided(&object(quota("1000m", "11")), &object(live)));
    assert_eq!(shown(&apply.differences), [r#"spec.hard.pods: "11" found "10""#]);
    assert_eq!(apply.body.text("/spec/hard/cpu"), Some("1"));
}

#[test]
fn an_object_wanted_with_nothing_in_it_is_never_written_twice() {
    let wanted = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n"}});
    let mut live = wanted.clone();
    live["metadata"]["labels"] = json!({"kubernetes.io/metadata.name": "n"});
    live["spec"] = json!({"finalizers": ["kubernetes"]});
    let (wanted, live) = (Object::new(wanted).expect("an object"), Object::new(live).expect("an object"));
    assert_eq!(decide(&wanted, Some(&live), &Context::default()), Action::Unchanged);
}

#[test]
fn what_goes_without_saying_is_no_change_over_another_installer() {
    let wanted = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s", "namespace": "n"},
        "spec": {"ports": [{"name": "a", "port": 1, "protocol": "TCP"}]}});
    let mut live = wanted.clone();
    live["spec"]["ports"][0]["targetPort"] = json!(1);
    live["metadata"]["managedFields"] = json!([{"manager": "istio-operator", "operation": "Apply", "apiVersion": "v1",
        "fieldsType": "FieldsV1", "fieldsV1": {"f:spec": {"f:ports": {
            "k:{\"port\":1,\"protocol\":\"TCP\"}": {".": {}, "f:name": {}, "f:port": {}, "f:targetPort": {}}}}}}]);
    let schema = |text: &str| {
        json!({"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "c"}, "spec": {"versions": [{"name": "v1", "schema": {"openAPIV3Schema": {"description": text}}}]}})
    };
    // Of columns ours have no text at all.
    let columns = |column: Value| {
        let version = json!({"name": "v1", "additionalPrinterColumns": [column]});
        json!({"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "c", "managedFields": [{"manager": "istio-operator", "operation": "Apply", "apiVersion": "apiextensions.k8s.io/v1",
            "fieldsType": "FieldsV1", "fieldsV1": {"f:spec": {"f:versions": {}}}}]},
        "spec": {"versions": [version]}})
    };
    let bare = columns(json!({"name": "Age", "type": "date", "jsonPath": ".a"}));
    let told = columns(json!({"name": "Age", "type": "date", "jsonPath": ".a", "description": "theirs"}));
    for (wanted, live) in [(wanted, live), (schema("ours"), schema("theirs")), (bare, told)] {
        let (wanted, live) = (Object::new(wanted).expect("an object"), Object::new(live).expect("an object"));
        assert_eq!(compare(&wanted, &live, &Context::default()), []);
        assert!(decide(&wanted, Some(&live), &Context::default()).writes(), "the fields become ours");
    }
}

/// What `manifest generate` prints has other labels than an installation; whoever applies it adds none.
#[test]
fn labels_of_installers_are_as_wanted_where_a_manifest_was_applied_as_it_is_printed() {
    use crate::istio::label::{MANAGED, OWNER};
    use crate::render::InstallSet;
    let mut wanted = map("v");
    wanted.set_label(OWNER, "gw");
    wanted.set_label(MANAGED, "Reconcile");
    let printed = [(OWNER.to_owned(), "unknown".to_owned())];
    let set = InstallSet {
        namespace: map("n"),
        components: Vec::new(),
        default_tag: Vec::new(),
        printed_labels: [(wanted.id(), printed.into())].into(),
    };
    let installing = Context::of_set(&set);
    let comparing = installing.clone().comparing();
    let made_by = |manager: &str, owner: &str| {
        let mut live = live_map(&[]);
        live.set_label(OWNER, owner);
        let fields = json!({"f:data": {"f:k": {}}, "f:metadata": {"f:labels": {format!("f:{OWNER}"): {}}}});
        live.value_mut()["metadata"]["managedFields"] = json!([held(manager, "Apply", &fields)]);
        live
    };
    let differs = |live: &Object| compare(&wanted, live, &installing).len();
    for manager in ["kubectl-client-side-apply", "argocd-controller"] {
        let live = made_by(manager, "unknown");
        assert_eq!(differs(&live), 0, "{manager}");
        let taken = applied(decide(&wanted, Some(&live), &comparing));
        assert_eq!(taken.differences, vec![], "{manager}");
    }
    // Another label than is printed is drift, and an installer's own is what it says.
    assert_eq!(differs(&made_by("kubectl-client-side-apply", "other")), 1);
    assert_eq!(differs(&made_by("istio-operator", "unknown")), 2);

    // An installation writes its labels, but for those that an engine holds and would put back.
    let labels = |manager: &str| {
        let taken = applied(decide(&wanted, Some(&made_by(manager, "unknown")), &installing));
        (taken.differences.len(), taken.force_over.len(), taken.body.label(OWNER).map(str::to_owned))
    };
    assert_eq!(labels("kubectl-client-side-apply"), (2, 1, Some("gw".to_owned())));
    assert_eq!(labels("argocd-controller"), (1, 0, None));
    assert!(matches!(
        decide(&wanted, Some(&made_by("argocd-controller", "other")), &installing),
        Action::Conflict(differences) if differences.len() == 1
    ));
}
