//! kwok's Stages: how simulated nodes and pods go from one state to the next.
//!
//! Every pod belongs to exactly one *rule*: the first failure that matches it, or none. A jq expression names
//! the rule, every stage asks for one rule and one state, so never two stages compete for a pod.

use serde_json::{Value, json};

use crate::protocol::{Failure, Fault, Pods};

mod rule;

pub(super) use rule::Rule;
use rule::Step;

const POD_STATUS: &str = include_str!("../../../stages/pod-status.tmpl");
const POD_DONE: &str = include_str!("../../../stages/pod-done.tmpl");
const POD_EVENT: &str = include_str!("../../../stages/pod-event.tmpl");
const NODE_CONDITIONS: &str = include_str!("../../../stages/node-conditions.tmpl");

/// The annotation that chooses a fault for a pod.
pub const ANNOTATION: &str = "test.mesh.dev/stage";

/// How long a Job's pod runs.
const JOB_MILLISECONDS: u64 = 300;
/// How often a node says that it is well.
const HEARTBEAT_MILLISECONDS: u64 = 300_000;

/// The faults that [`ANNOTATION`] can choose, by their values.
fn annotated() -> Vec<(&'static str, Fault)> {
    let logs = || vec!["starting".to_owned(), "error: this container is told to fail".to_owned()];
    vec![
        ("image-pull-backoff", Fault::ImageNotFound),
        ("image-pull-denied", Fault::ImageDenied),
        ("image-pull-timeout", Fault::ImageTimeout),
        ("crash-loop", Fault::CrashLoop { exit_code: 1, logs: logs() }),
        ("init-crash-loop", Fault::InitCrashLoop { exit_code: 1, logs: logs() }),
        ("slow", Fault::Slow(std::time::Duration::from_secs(5))),
        ("never-ready", Fault::NeverReady { message: "HTTP probe failed with statuscode: 503".to_owned() }),
    ]
}

/// Registries that stand for a fault: images of these hosts can be named on a command line.
fn registries() -> [(&'static str, Fault); 3] {
    [
        ("missing.invalid/", Fault::ImageNotFound),
        ("denied.invalid/", Fault::ImageDenied),
        ("timeout.invalid/", Fault::ImageTimeout),
    ]
}

/// All rules in the order in which they are asked: the given failures, then annotations, then registries.
pub(super) fn rules(failures: &[Failure]) -> Vec<Rule> {
    let given = failures.iter().cloned();
    let annotated = annotated().into_iter().map(|(value, fault)| (Failure::new(Pods::all(), fault), Some(value)));
    let registries = registries().into_iter().map(|(host, fault)| (Failure::new(Pods::image(host), fault), None));
    given
        .map(|failure| (failure, None))
        .chain(annotated)
        .chain(registries)
        .enumerate()
        .map(|(index, (failure, annotation))| Rule::new(index, failure, annotation))
        .collect()
}

/// The whole configuration file for kwok.
pub(super) fn config(rules: &[Rule]) -> String {
    let mut documents = vec![node_ready(), node_heartbeat(), pod_deleted()];
    let chain = chain(rules);
    documents.push(pod_stage(
        "pod-ready",
        &[(&chain, "none"), (NOT_READY, "true"), (ALIVE, "true")],
        0,
        vec![status(&rule::healthy_status(POD_STATUS))],
    ));
    documents.push(pod_stage(
        "pod-done",
        &[
            (&chain, "none"),
            (ALIVE, "true"),
            (".status.phase", "Running"),
            ("[.metadata.ownerReferences[]?.kind] | any(. == \"Job\") | tostring", "true"),
        ],
        JOB_MILLISECONDS,
        vec![status(POD_DONE)],
    ));
    for rule in rules {
        for (number, stage) in rule.stages().into_iter().enumerate() {
            let steps = stage
                .steps
                .iter()
                .map(|step| match step {
                    Step::Status(fill) => status(&fill.apply(POD_STATUS)),
                    Step::Event(fill) => json!({ "apply": { "template": fill.apply(POD_EVENT) } }),
                })
                .collect();
            documents.push(pod_stage(
                &format!("{}-{number}", rule.id),
                &[(&chain, &rule.id), (ALIVE, "true"), (&rule.state(), stage.state)],
                u64::try_from(stage.delay.as_millis()).unwrap_or(u64::MAX),
                steps,
            ));
        }
    }
    documents.iter().map(|document| format!("{document:#}\n")).collect::<Vec<_>>().join("---\n")
}

/// jq: whether a pod is neither ended nor being deleted.
const ALIVE: &str = "(.metadata.deletionTimestamp == null and ((.status.phase // \"Pending\") | . != \"Succeeded\" and . != \"Failed\")) | tostring";
/// jq: whether a pod is not Ready.
const NOT_READY: &str =
    "([.status.conditions[]? | select(.type == \"Ready\") | .status] | any(. == \"True\") | not) | tostring";

/// jq: the id of the rule that a pod belongs to, or `none`.
fn chain(rules: &[Rule]) -> String {
    let arms: Vec<String> =
        rules.iter().map(|rule| format!("if {} then \"{}\" else ", rule.matches(), rule.id)).collect();
    format!("{}\"none\"{}", arms.concat(), " end".repeat(arms.len()))
}

fn status(template: &str) -> Value {
    json!({ "patch": { "subresource": "status", "root": "status", "type": "strategic", "template": template } })
}

fn pod_stage(name: &str, selector: &[(&str, &str)], delay_milliseconds: u64, steps: Vec<Value>) -> Value {
    stage(name, "Pod", selector, delay_milliseconds, steps)
}

fn stage(name: &str, kind: &str, selector: &[(&str, &str)], delay_milliseconds: u64, steps: Vec<Value>) -> Value {
    let expressions: Vec<Value> = selector
        .iter()
        .map(|(key, value)| json!({ "jq": { "key": key, "operator": "In", "values": [value] } }))
        .collect();
    let mut spec = json!({
        "resourceRef": { "apiGroup": "v1", "kind": kind },
        "selector": { "matchExpressions": expressions },
        "steps": steps,
    });
    if delay_milliseconds > 0 {
        spec["delay"] = json!({ "durationMilliseconds": delay_milliseconds });
    }
    json!({ "apiVersion": "kwok.x-k8s.io/v1alpha1", "kind": "Stage", "metadata": { "name": name }, "spec": spec })
}

/// A stage for a kwok that has nothing to play.
pub(super) fn idle() -> Value {
    stage("idle", "Node", &[(".metadata.name", "no-such-node")], 0, Vec::new())
}

fn node_ready() -> Value {
    stage("node-ready", "Node", &[(NOT_READY, "true")], 0, vec![status(NODE_CONDITIONS)])
}

fn node_heartbeat() -> Value {
    let ready = format!("{NOT_READY} | . == \"false\" | tostring");
    stage("node-heartbeat", "Node", &[(&ready, "true")], HEARTBEAT_MILLISECONDS, vec![status(NODE_CONDITIONS)])
}

fn pod_deleted() -> Value {
    let deleted = "(.metadata.deletionTimestamp != null) | tostring";
    stage("pod-deleted", "Pod", &[(deleted, "true")], 0, vec![json!({ "delete": true })])
}
