//! Pods and Deployments, as `kubectl describe` writes them.

use serde_json::Value;

use super::Clock;
use super::columns::Columns;
use super::container::{Containers, resources, seccomp};
use super::events;
use super::values::{annotations, is_set, items, labels, plain, selector, sorted, spread, text, tolerations};
use super::volume;
use crate::describe::Related;
use crate::object::{Object, Quantity};

/// A pod.
pub(super) fn pod(columns: &mut Columns, pod: &Object, related: &Related, clock: &Clock) {
    let value = pod.value();
    let (metadata, spec, status) = (&value["metadata"], &value["spec"], &value["status"]);
    columns.field(0, "Name", pod.name());
    columns.field(0, "Namespace", pod.namespace().unwrap_or_default());
    if let Some(priority) = spec["priority"].as_i64() {
        columns.field(0, "Priority", &priority.to_string());
    }
    let named = [
        ("Priority Class Name", &spec["priorityClassName"]),
        ("Runtime Class Name", &spec["runtimeClassName"]),
        ("Service Account", &spec["serviceAccountName"]),
    ];
    fields(columns, &named);
    let node = match text(&spec["nodeName"]) {
        "" => "<none>".to_owned(),
        node => format!("{node}/{}", text(&status["hostIP"])),
    };
    columns.field(0, "Node", &node);
    if is_set(&status["startTime"]) {
        columns.field(0, "Start Time", &clock.moment(&status["startTime"]));
    }
    labels(columns, 0, "Labels", &metadata["labels"]);
    annotations(columns, 0, "Annotations", &metadata["annotations"]);
    let phase = text(&status["phase"]);
    if is_set(&metadata["deletionTimestamp"]) && !matches!(phase, "Failed" | "Succeeded") {
        let age = clock.age(&metadata["deletionTimestamp"]);
        columns.field(0, "Status", &format!("Terminating (lasts {age})"));
        let seconds = metadata["deletionGracePeriodSeconds"].as_i64().unwrap_or_default();
        columns.field(0, "Termination Grace Period", &format!("{seconds}s"));
    } else {
        columns.field(0, "Status", phase);
    }
    fields(columns, &[("Reason", &status["reason"]), ("Message", &status["message"])]);
    seccomp(columns, 0, 0, &spec["securityContext"]["seccompProfile"]);
    columns.field(0, "IP", text(&status["podIP"]));
    let addresses = items(&status["podIPs"]);
    match addresses {
        [] => columns.field(0, "IPs", "<none>"),
        _ => columns.line(0, &["IPs:"]),
    }
    for address in addresses {
        columns.field(1, "IP", text(&address["ip"]));
    }
    if let Some(owner) = items(&metadata["ownerReferences"]).iter().find(|owner| owner["controller"] == true) {
        columns.field(0, "Controlled By", &format!("{}/{}", text(&owner["kind"]), text(&owner["name"])));
    }
    fields(columns, &[("NominatedNodeName", &status["nominatedNodeName"])]);
    if spec["resources"].is_object() {
        columns.line(0, &["Resources:"]);
        resources(columns, 1, &spec["resources"]);
    }
    let containers = Containers { pod: Some(value), clock, space: "" };
    if !items(&spec["initContainers"]).is_empty() {
        containers.write(columns, "Init Containers", &spec["initContainers"], &status["initContainerStatuses"]);
    }
    containers.write(columns, "Containers", &spec["containers"], &status["containerStatuses"]);
    if !items(&spec["ephemeralContainers"]).is_empty() {
        let statuses = &status["ephemeralContainerStatuses"];
        containers.write(columns, "Ephemeral Containers", &spec["ephemeralContainers"], statuses);
    }
    conditions(columns, spec, status);
    volume::write(columns, &spec["volumes"], "");
    columns.field(0, "QoS Class", quality(spec, status));
    labels(columns, 0, "Node-Selectors", &spec["nodeSelector"]);
    tolerations(columns, 0, "Tolerations", &spec["tolerations"]);
    spread(columns, 0, &spec["topologySpreadConstraints"]);
    events::write(columns, related.events.as_deref(), clock);
}

fn fields(columns: &mut Columns, named: &[(&str, &Value)]) {
    for (name, value) in named.iter().filter(|(_, value)| is_set(value)) {
        columns.field(0, name, text(value));
    }
}

fn conditions(columns: &mut Columns, spec: &Value, status: &Value) {
    let conditions = items(&status["conditions"]);
    let gates = items(&spec["readinessGates"]);
    if !gates.is_empty() {
        columns.line(0, &["Readiness Gates:"]);
        columns.line(1, &["Type", "Status"]);
    }
    for gate in gates {
        let found = conditions.iter().find(|condition| condition["type"] == gate["conditionType"]);
        let state = found.map_or("<none>", |condition| text(&condition["status"]));
        columns.line(1, &[&format!("{} ", text(&gate["conditionType"])), &format!("{state} ")]);
    }
    if !conditions.is_empty() {
        columns.line(0, &["Conditions:"]);
        columns.line(1, &["Type", "Status"]);
    }
    for condition in conditions {
        columns.line(1, &[&format!("{} ", text(&condition["type"])), &format!("{} ", text(&condition["status"]))]);
    }
}

/// The quality of service that a pod gets, computed where its status does not say it.
fn quality<'a>(spec: &Value, status: &'a Value) -> &'a str {
    if is_set(&status["qosClass"]) {
        return text(&status["qosClass"]);
    }
    let containers = || items(&spec["containers"]).iter().chain(items(&spec["initContainers"]));
    let amount = |container: &Value, kind: &str, name: &str| {
        Quantity::of_value(&container["resources"][kind][name]).filter(|amount| *amount > Quantity::ZERO)
    };
    let names = ["cpu", "memory"];
    let all = || containers().flat_map(|container| names.map(|name| (container, name)));
    let asks = |(container, name): (&Value, &str)| {
        ["limits", "requests"].iter().any(|kind| amount(container, kind, name).is_some())
    };
    if !all().any(asks) {
        return "BestEffort";
    }
    let is_fixed = |(container, name): (&Value, &str)| {
        let limit = amount(container, "limits", name);
        limit.is_some() && amount(container, "requests", name).is_none_or(|request| Some(request) == limit)
    };
    if all().all(is_fixed) { "Guaranteed" } else { "Burstable" }
}

/// A Deployment.
pub(super) fn deployment(columns: &mut Columns, deployment: &Object, related: &Related, clock: &Clock) {
    let value = deployment.value();
    let (metadata, spec, status) = (&value["metadata"], &value["spec"], &value["status"]);
    columns.field(0, "Name", deployment.name());
    columns.field(0, "Namespace", deployment.namespace().unwrap_or_default());
    columns.field(0, "CreationTimestamp", &clock.moment(&metadata["creationTimestamp"]));
    labels(columns, 0, "Labels", &metadata["labels"]);
    annotations(columns, 0, "Annotations", &metadata["annotations"]);
    columns.field(0, "Selector", &selector(&spec["selector"]));
    let count = |field: &str| status[field].as_i64().unwrap_or_default();
    columns.field(
        0,
        "Replicas",
        &format!(
            "{} desired | {} updated | {} total | {} available | {} unavailable",
            spec["replicas"].as_i64().unwrap_or(1),
            count("updatedReplicas"),
            count("replicas"),
            count("availableReplicas"),
            count("unavailableReplicas")
        ),
    );
    columns.field(0, "StrategyType", text(&spec["strategy"]["type"]));
    columns.field(0, "MinReadySeconds", &spec["minReadySeconds"].as_i64().unwrap_or_default().to_string());
    let rolling = &spec["strategy"]["rollingUpdate"];
    if rolling.is_object() {
        let (unavailable, surge) = (plain(&rolling["maxUnavailable"]), plain(&rolling["maxSurge"]));
        let rolling = format!("{unavailable} max unavailable, {surge} max surge");
        columns.field(0, "RollingUpdateStrategy", &rolling);
    }
    template(columns, &spec["template"], clock);
    let conditions = items(&status["conditions"]);
    if !conditions.is_empty() {
        columns.line(0, &["Conditions:"]);
        columns.line(1, &["Type", "Status", "Reason"]);
        columns.line(1, &["----", "------", "------"]);
    }
    for condition in conditions {
        let kind = format!("{} ", text(&condition["type"]));
        columns.line(1, &[&kind, text(&condition["status"]), text(&condition["reason"])]);
    }
    replica_sets(columns, deployment, related);
    events::write(columns, related.events.as_deref(), clock);
}

fn template(columns: &mut Columns, template: &Value, clock: &Clock) {
    let (metadata, spec) = (&template["metadata"], &template["spec"]);
    columns.line(0, &["Pod Template:"]);
    labels(columns, 1, "Labels", &metadata["labels"]);
    if !sorted(&metadata["annotations"]).is_empty() {
        annotations(columns, 1, "Annotations", &metadata["annotations"]);
    }
    if is_set(&spec["serviceAccountName"]) {
        columns.field(1, "Service Account", text(&spec["serviceAccountName"]));
    }
    let containers = Containers { pod: None, clock, space: "  " };
    if !items(&spec["initContainers"]).is_empty() {
        containers.write(columns, "Init Containers", &spec["initContainers"], &Value::Null);
    }
    containers.write(columns, "Containers", &spec["containers"], &Value::Null);
    volume::write(columns, &spec["volumes"], "  ");
    spread(columns, 1, &spec["topologySpreadConstraints"]);
    if is_set(&spec["priorityClassName"]) {
        columns.field(1, "Priority Class Name", text(&spec["priorityClassName"]));
    }
    labels(columns, 1, "Node-Selectors", &spec["nodeSelector"]);
    tolerations(columns, 1, "Tolerations", &spec["tolerations"]);
}

/// The ReplicaSet of the template as it is, and those of earlier ones.
fn replica_sets(columns: &mut Columns, deployment: &Object, related: &Related) {
    let owner = deployment.text("/metadata/uid").unwrap_or_default();
    let is_owned = |set: &&Object| {
        set.list("/metadata/ownerReferences").iter().any(|one| one["controller"] == true && one["uid"] == owner)
    };
    let mut sets: Vec<&Object> = related.replica_sets.iter().filter(is_owned).collect();
    sets.sort_by_key(|set| (set.text("/metadata/creationTimestamp").unwrap_or_default(), set.name()));
    if sets.is_empty() {
        return;
    }
    let template = |object: &Object| {
        let mut template = object.at("/spec/template").cloned().unwrap_or_default();
        if let Some(labels) = template.pointer_mut("/metadata/labels").and_then(Value::as_object_mut) {
            labels.shift_remove("pod-template-hash");
        }
        template
    };
    let wanted = template(deployment);
    let newest = sets.iter().position(|set| template(set) == wanted);
    let line = |set: &Object| {
        let [created, asked] =
            ["/status/replicas", "/spec/replicas"].map(|pointer| set.int(pointer).unwrap_or_default());
        format!("{} ({created}/{asked} replicas created)", set.name())
    };
    let joined = |is_new: bool| {
        let chosen = sets.iter().enumerate().filter(|(place, _)| (Some(*place) == newest) == is_new);
        let lines: Vec<String> = chosen.map(|(_, set)| line(set)).collect();
        if lines.is_empty() { "<none>".to_owned() } else { lines.join(", ") }
    };
    columns.field(0, "OldReplicaSets", &joined(false));
    columns.field(0, "NewReplicaSet", &joined(true));
}
