//! An object as it was recorded, as something to write now.

use serde_json::Value;

use crate::istio::webhook::webhooks_mut;
use crate::object::{Object, SERVER_METADATA, drop_server_fields};
use crate::plan::immutable;
use crate::plan::ownership::Context;

/// `snapshot` as a write over `live`; none where it is that already.
pub(super) fn over(snapshot: &Object, live: &Object, context: &Context) -> Option<Object> {
    let mut body = snapshot.clone();
    let metadata = &mut body.value_mut()["metadata"];
    // The last two are controllers', who have what is there now in mind.
    for field in SERVER_METADATA.into_iter().chain(["finalizers", "ownerReferences"]) {
        set(metadata, field, live.value()["metadata"].get(field));
    }
    let status = live.value().get("status");
    set(body.value_mut(), "status", status);
    keep_of_controllers(&mut body, live);
    if context.autoscaled(&live.id()).is_some() {
        // Which count is right now, the autoscaler knows.
        let count = live.at("/spec/replicas").cloned();
        set(&mut body.value_mut()["spec"], "replicas", count.as_ref());
    }
    (body.value() != live.value()).then_some(body)
}

/// What controllers have written into `live` since stays: restored, it would only be written again.
fn keep_of_controllers(body: &mut Object, live: &Object) {
    const ANNOTATIONS: [&str; 2] = ["deployment.kubernetes.io/revision", "deprecated.daemonset.template.generation"];
    for name in ANNOTATIONS {
        if let Some(text) = live.annotation(name) {
            body.set_annotation(name, text);
        }
    }
    // A Service that had none, or has none, is made anew.
    if body.kind() == "Service" && immutable::is_headless(body) == immutable::is_headless(live) {
        for field in ["clusterIP", "clusterIPs", "healthCheckNodePort", "ipFamilies", "ipFamilyPolicy"] {
            if let Some(value) = live.value()["spec"].get(field) {
                set(&mut body.value_mut()["spec"], field, Some(value));
            }
        }
    }
    if body.kind().ends_with("WebhookConfiguration") {
        for webhook in webhooks_mut(body) {
            let same = live.list("/webhooks").iter().find(|other| other["name"] == webhook["name"]);
            if let Some(authority) = same.and_then(|other| other.pointer("/clientConfig/caBundle")) {
                webhook["clientConfig"]["caBundle"] = authority.clone();
            }
        }
    }
}

/// `snapshot` as a new object.
pub(super) fn anew(snapshot: &Object) -> Object {
    let mut body = snapshot.clone();
    drop_server_fields(body.value_mut(), &[]);
    let metadata = &mut body.value_mut()["metadata"];
    for field in ["deletionTimestamp", "deletionGracePeriodSeconds", "ownerReferences"] {
        set(metadata, field, None);
    }
    if let Some(Value::Object(annotations)) = metadata.get_mut("annotations") {
        annotations.shift_remove("deployment.kubernetes.io/revision");
    }
    body
}

fn set(map: &mut Value, field: &str, value: Option<&Value>) {
    let Value::Object(map) = map else { return };
    match value {
        Some(value) => {
            map.insert(field.to_owned(), value.clone());
        }
        None => {
            map.shift_remove(field);
        }
    }
}
