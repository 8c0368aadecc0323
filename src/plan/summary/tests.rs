#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::{Value, json};

use super::*;
use crate::plan::{Context, decide};

fn object(api_version: &str, kind: &str, name: &str, component: &str, more: Value) -> Object {
    let labels = json!({"operator.istio.io/component": component});
    let metadata = json!({"name": name, "namespace": "n", "labels": labels, "uid": "u"});
    let mut value = json!({"apiVersion": api_version, "kind": kind, "metadata": metadata});
    value.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    Object::new(value).unwrap()
}

fn deployment(name: &str, component: &str, image: &str) -> Object {
    let spec = json!({"spec": {
        "selector": {"matchLabels": {"app": name}},
        "template": {"metadata": {"labels": {"app": name}}, "spec": {"containers": [{"name": "c", "image": image}]}},
    }});
    object("apps/v1", "Deployment", name, component, spec)
}

/// The summary of wanting `wanted` where `live` is, and `gone` was installed before.
fn summary(wanted: &[Object], live: &[Object], gone: &[Object]) -> Summary {
    let there: HashMap<ObjectId, Object> = live.iter().chain(gone).map(|one| (one.id(), one.clone())).collect();
    let context = Context::of(wanted);
    let actions =
        wanted.iter().map(|one| (one.id(), decide(one, there.get(&one.id()), &context))).collect::<HashMap<_, _>>();
    let unwanted: Vec<_> = gone.iter().map(|one| (one.id(), None)).collect();
    Summary::of(wanted, &there, &actions, &unwanted, &[])
}

fn effects(summary: &Summary) -> String {
    summary.effects.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

#[test]
fn changes_say_what_they_do_to_what_runs() {
    let both = |image: &str| {
        vec![
            deployment("istiod", "Pilot", image),
            deployment("in", "IngressGateways", image),
            deployment("out", "EgressGateways", image),
        ]
    };
    let found = summary(&both("b"), &both("a"), &[]);
    assert_eq!(effects(&found), "restarts istiod; rolls 2 gateways");
    assert!(!found.is_same() && found.touches_existing());
    // What is equal and only becomes ours is no change.
    assert!(summary(&both("a"), &both("a"), &[]).is_same());

    let mesh = |text: &str| object("v1", "ConfigMap", "istio", "Pilot", json!({"data": {"mesh": text}}));
    assert_eq!(effects(&summary(&[mesh("b")], &[mesh("a")], &[])), "configures every proxy anew, without restarts");
    let injector =
        |text: &str| object("v1", "ConfigMap", "istio-sidecar-injector", "Pilot", json!({"data": {"config": text}}));
    let found = summary(&[injector("b")], &[injector("a")], &[]);
    assert_eq!(effects(&found), "gives new pods another sidecar (running pods keep theirs)");
}

#[test]
fn deletions_say_what_goes() {
    let service = object("v1", "Service", "in", "IngressGateways", json!({"spec": {"type": "LoadBalancer"}}));
    let found = summary(&[], &[], &[deployment("in", "IngressGateways", "a"), service]);
    assert_eq!(effects(&found), "gives up the address of Service in; removes 1 gateway (in)");
    assert_eq!(found.delete.len(), 2);
}

#[test]
fn a_fixed_field_means_a_new_object() {
    let mut live = deployment("istiod", "Pilot", "a");
    live.value_mut()["spec"]["selector"]["matchLabels"]["app"] = json!("other");
    let found = summary(&[deployment("istiod", "Pilot", "a")], &[live], &[]);
    assert_eq!(found.change[0].recreated_for.as_deref(), Some("spec.selector"));
    assert_eq!(effects(&found), "deletes istiod and makes it again: its pods go first");
}

#[test]
fn what_is_new_is_held_to_its_schema() {
    let mut wanted = deployment("istiod", "Pilot", "a");
    assert_eq!(summary(std::slice::from_ref(&wanted), &[], &[]).create[0].unknown, Vec::<String>::new());
    wanted.value_mut()["spec"]["replica"] = json!(2);
    let found = summary(&[wanted], &[], &[]);
    assert_eq!(
        (found.create[0].check, found.create[0].unknown.as_slice()),
        (Checked::Schema, &["spec.replica".to_owned()][..])
    );
    let other = object("example.com/v1", "Unheard", "a", "Pilot", json!({}));
    assert_eq!(summary(&[other], &[], &[]).create[0].check, Checked::None);
}
