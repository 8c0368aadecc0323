//! Pods that no node takes: what was asked, and what is free.

use std::time::Duration;

use serde_json::Value;

use crate::object::{Object, Quantity};
use crate::status::explain::event;
use crate::status::explain::{Candidate, Consequence, Evidence, rank};
use crate::status::readiness::condition;
use crate::text;

/// Nodes may join, and other pods may end.
const PATIENCE: Duration = Duration::from_secs(60);
/// How many taints are named.
const MOST_TAINTS: usize = 5;

/// Why `pod` has no node, where it has none.
pub(super) fn find(pod: &Object, evidence: &Evidence<'_>) -> Option<Candidate> {
    let Some(("False", reason, message)) = condition(pod, "PodScheduled") else { return None };
    if reason != "Unschedulable" {
        return None;
    }
    let scaling = event::about(evidence.events, pod).iter().any(|event| event.reason == "TriggeredScaleUp");
    let consequence = if scaling { Consequence::KeepWaiting } else { Consequence::EndAfter(PATIENCE) };
    let (id, why) = why(pod, message, evidence);
    let summary = format!("Unschedulable: {why}");
    let mut lines = vec![(pod.id(), format!("Unschedulable: {message}"))];
    if scaling {
        lines.push((pod.id(), "nodes are being added for it".to_owned()));
    }
    Some(Candidate { rank: rank::SCHEDULE, id, object: pod.id(), container: None, summary, lines, consequence })
}

/// What the scheduler says of nodes that do not take a pod for another reason than room: words of it, an id, and in own words.
/// A node that is gone or cordoned has a taint too, so the more special comes first.
const REASONS: &[(&str, &str, &str)] = &[
    ("{node.kubernetes.io/unreachable", "unschedulable-node-gone", "the kubelet of a node does not answer"),
    ("{node.kubernetes.io/not-ready", "unschedulable-node-not-ready", "a node is not ready"),
    ("-pressure", "unschedulable-pressure", "a node runs out of memory, disk or processes"),
    ("{node.kubernetes.io/unschedulable", "unschedulable-cordoned", "a node is cordoned"),
    ("were unschedulable", "unschedulable-cordoned", "a node is cordoned"),
    ("untolerated taint", "unschedulable-taint", "a node has a taint that it does not tolerate"),
    ("node affinity", "unschedulable-selector", "no node has the labels it asks for"),
    ("node selector", "unschedulable-selector", "no node has the labels it asks for"),
    ("anti-affinity", "unschedulable-affinity", "its rules keep it away from pods that are there"),
    ("free ports", "unschedulable-port", "a port of the node that it asks for is taken"),
    ("persistent volume", "unschedulable-volume", "a volume that it asks for is not there"),
    ("persistentvolumeclaim", "unschedulable-volume", "a volume that it asks for is not there"),
    ("Too many pods", "unschedulable-many", "each node runs as many pods as it may"),
];

/// What sort of reason it is, in own words where it is known, with the scheduler's.
fn why(pod: &Object, message: &str, evidence: &Evidence<'_>) -> (&'static str, String) {
    if message.contains("no nodes available") || message.starts_with("0/0 nodes") {
        return ("unschedulable-no-node", "there is no node".to_owned());
    }
    // More room helps only where it is room that is short.
    let short: Vec<&str> = [("Insufficient memory", "memory"), ("Insufficient cpu", "cpu")]
        .into_iter()
        .filter_map(|(words, resource)| message.contains(words).then_some(resource))
        .collect();
    if !short.is_empty() {
        let told: Vec<String> = short.iter().map(|resource| shortage(pod, resource, evidence)).collect();
        return ("unschedulable", told.join("; "));
    }
    // Schedulers since 1.34 do not say which taints.
    let taints = untolerated(pod, evidence.nodes);
    let of_nodes = || taints.iter().map(|taint| format!("{{{taint}")).collect::<String>();
    let said =
        if message.contains("untolerated taint") { format!("{message}{}", of_nodes()) } else { message.to_owned() };
    match REASONS.iter().find(|(words, ..)| said.contains(words)) {
        Some((_, id @ "unschedulable-taint", what)) if !taints.is_empty() => {
            (id, format!("{what}: {}", text::few(&taints, MOST_TAINTS)))
        }
        Some((_, id @ "unschedulable-many", what)) => (id, (*what).to_owned()),
        Some((_, id, what)) => (id, format!("{what}: {message}")),
        None => ("unschedulable", message.to_owned()),
    }
}

/// The taints of these nodes that keep `pod` away, `KEY=VALUE:EFFECT`, each once.
fn untolerated(pod: &Object, nodes: &[Object]) -> Vec<String> {
    let tolerates = |taint: &Value| {
        pod.list("/spec/tolerations").iter().any(|toleration| {
            let same = |field: &str| {
                toleration[field].as_str().unwrap_or_default() == taint[field].as_str().unwrap_or_default()
            };
            let any = |field: &str| toleration[field].as_str().unwrap_or_default().is_empty();
            let exists = toleration["operator"] == "Exists";
            (any("effect") || same("effect")) && ((any("key") && exists) || (same("key") && (exists || same("value"))))
        })
    };
    let mut found: Vec<String> = Vec::new();
    for taint in nodes.iter().flat_map(|node| node.list("/spec/taints")) {
        let text = |field: &str| taint[field].as_str().unwrap_or_default();
        let value = if text("value").is_empty() { String::new() } else { format!("={}", text("value")) };
        let told = format!("{}{value}:{}", text("key"), text("effect"));
        if text("effect") != "PreferNoSchedule" && !tolerates(taint) && !found.contains(&told) {
            found.push(told);
        }
    }
    found
}

/// `2Gi memory requested, largest free 1.1Gi`.
fn shortage(pod: &Object, resource: &str, evidence: &Evidence<'_>) -> String {
    let print = |amount: Quantity| if resource == "memory" { amount.memory() } else { amount.decimal() };
    let title = if resource == "cpu" { "CPU" } else { resource };
    let asked = print(requested(pod, resource));
    let largest = evidence.nodes.iter().filter_map(|node| free(node, resource, evidence.node_pods)).max();
    match largest {
        Some(free) => format!("{asked} {title} requested, largest free {}", print(free.max(Quantity::ZERO))),
        None => format!("{asked} {title} requested"),
    }
}

/// What is free of `resource` on a node that takes pods.
fn free(node: &Object, resource: &str, pods: &[Object]) -> Option<Quantity> {
    if node.at("/spec/unschedulable").and_then(Value::as_bool) == Some(true) {
        return None;
    }
    let all = Quantity::of_value(node.at("/status/allocatable")?.get(resource)?)?;
    let here = pods.iter().filter(|pod| {
        let over = matches!(pod.text("/status/phase"), Some("Succeeded" | "Failed"));
        pod.text("/spec/nodeName") == Some(node.name()) && !over
    });
    Some(all - here.map(|pod| requested(pod, resource)).sum())
}

/// What a pod asks for: as the scheduler counts it, its containers and sidecars together, or the largest step of its
/// start if that is more; and its overhead.
fn requested(pod: &Object, resource: &str) -> Quantity {
    let of = |container: &Value| {
        let resources = &container["resources"];
        // Where only a limit is given, it is the request too.
        let request = resources["requests"].get(resource).or_else(|| resources["limits"].get(resource));
        request.and_then(Quantity::of_value).unwrap_or_default()
    };
    let main: Quantity = pod.list("/spec/containers").iter().map(of).sum();
    let (mut sidecars, mut start) = (Quantity::ZERO, Quantity::ZERO);
    for container in pod.list("/spec/initContainers") {
        if container["restartPolicy"] == "Always" {
            sidecars = sidecars + of(container);
            start = start.max(sidecars);
        } else {
            start = start.max(sidecars + of(container));
        }
    }
    let overhead = pod.at("/spec/overhead").and_then(|all| Quantity::of_value(all.get(resource)?)).unwrap_or_default();
    start.max(main + sidecars) + overhead
}
