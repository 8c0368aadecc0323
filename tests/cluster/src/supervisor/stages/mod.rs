//! kwok's Stages: how simulated nodes and pods go from one state to the next.
//!
//! Every pod belongs to exactly one *rule*: the first failure that matches it, or none. Every stage asks for one rule and
//! one state, so never two stages compete for a pod. There are some 130 of them, which each kwok reads at its start and asks
//! of each pod: what they say is kept short.

use serde_json::{Value, json};

use crate::protocol::{Failure, Fault, Pods};

mod play;
mod rule;

use play::{Fill, Step};
use rule::Chosen;
pub(super) use rule::Rule;

const POD_STATUS: &str = include_str!("../../../stages/pod-status.tmpl");
const POD_DONE: &str = include_str!("../../../stages/pod-done.tmpl");
const POD_EVENT: &str = include_str!("../../../stages/pod-event.tmpl");
const NODE_CONDITIONS: &str = include_str!("../../../stages/node-conditions.tmpl");
const NODE_GONE: &str = include_str!("../../../stages/node-gone.tmpl");

/// The annotation that chooses a fault for a pod.
pub const ANNOTATION: &str = "test.mesh.dev/stage";
/// The annotation with which a pod that is deleted stays for its grace period, as real ones may.
pub const LINGERS: &str = "test.mesh.dev/lingers";

/// How long a Job's pod runs.
const JOB_MILLISECONDS: u64 = 300;
/// How often a node says that it is well.
const HEARTBEAT_MILLISECONDS: u64 = 300_000;

/// The faults that [`ANNOTATION`] can choose, by their values.
fn annotated() -> Vec<(&'static str, Fault)> {
    let logs = || vec!["starting".to_owned(), "error: this container is told to fail".to_owned()];
    let seconds = std::time::Duration::from_secs;
    vec![
        ("image-pull-backoff", Fault::ImageNotFound),
        ("image-pull-late", Fault::ImageLate),
        ("image-pull-denied", Fault::ImageDenied),
        ("image-pull-timeout", Fault::ImageTimeout),
        ("crash-loop", Fault::CrashLoop { exit_code: 1, logs: logs() }),
        ("crash-once", Fault::CrashOnce { exit_code: 1, logs: logs(), ready_after: seconds(33) }),
        ("crashed-before", Fault::CrashedBefore),
        ("out-of-memory", Fault::CrashLoop { exit_code: 137, logs: Vec::new() }),
        ("init-crash-loop", Fault::InitCrashLoop { exit_code: 1, logs: logs() }),
        ("no-command", Fault::NoCommand),
        ("slow", Fault::Slow(seconds(5))),
        ("never-ready", Fault::NeverReady { message: "HTTP probe failed with statuscode: 503".to_owned() }),
    ]
}

/// What the names of registries that stand for a fault end in.
const NOWHERE: &str = ".invalid/";

/// Registries that stand for a fault: images of these hosts can be named on a command line.
const REGISTRIES: [(&str, Fault); 8] = [
    ("missing.invalid/", Fault::ImageNotFound),
    ("late.invalid/", Fault::ImageLate),
    ("denied.invalid/", Fault::ImageDenied),
    ("unauthorized.invalid/", Fault::ImageUnauthorized),
    ("limited.invalid/", Fault::ImageLimited),
    ("untrusted.invalid/", Fault::ImageUntrusted),
    ("nowhere.invalid/", Fault::ImageNoHost),
    ("timeout.invalid/", Fault::ImageTimeout),
];

/// All rules in the order in which they are asked: the given failures, then annotations, then registries.
pub(super) fn rules(failures: &[Failure]) -> Vec<Rule> {
    let given = failures.iter().map(|failure| (failure.clone(), Chosen::Given));
    let annotated = annotated();
    let annotated =
        annotated.into_iter().map(|(value, fault)| (Failure::new(Pods::all(), fault), Chosen::Annotated(value)));
    let registries =
        REGISTRIES.into_iter().map(|(host, fault)| (Failure::new(Pods::image(host), fault), Chosen::Registry));
    given
        .chain(annotated)
        .chain(registries)
        .enumerate()
        .map(|(index, (failure, chosen))| Rule::new(index, failure, chosen))
        .collect()
}

/// The whole configuration file for kwok. On nodes that are `gone` nothing happens any more.
pub(super) fn config(rules: &[Rule], gone: &[String]) -> String {
    let mut documents = nodes(gone);
    let healthy = none_of(rules);
    let here = on_one_of(gone, ".spec.nodeName");
    let alive = [(here.as_str(), "false"), (ALIVE, "true")];
    let selected = |own: &[(&str, &str)], last: &[(&str, &str)]| -> Vec<Value> {
        own.iter().chain(&alive).chain(last).map(|(key, value)| expression(key, value)).collect()
    };
    for (name, lingers, delay) in [
        ("pod-deleted", "false", json!({ "durationMilliseconds": 0 })),
        (
            "pod-deleted-late",
            "true",
            json!({ "durationFrom": { "jq": { "expression": ".metadata.deletionTimestamp" } } }),
        ),
    ] {
        let deleted = "(.metadata.deletionTimestamp != null) | tostring";
        let stays = format!("(.metadata.annotations[\"{LINGERS}\"]? // \"\") == \"true\" | tostring");
        let selector = [(deleted, "true"), (here.as_str(), "false"), (&stays, lingers)];
        let selector = selector.iter().map(|(key, value)| expression(key, value)).collect();
        documents.push(stage(name, "Pod", selector, delay, vec![json!({ "delete": true })]));
    }
    documents.push(pod_stage(
        "pod-ready",
        selected(&[(NOT_READY, "true")], &[(&healthy, "true")]),
        0,
        vec![status(&Fill::healthy().apply(POD_STATUS))],
    ));
    let of_a_job = "[.metadata.ownerReferences[]?.kind] | any(. == \"Job\") | tostring";
    documents.push(pod_stage(
        "pod-done",
        selected(&[(of_a_job, "true"), (".status.phase", "Running")], &[(&healthy, "true")]),
        JOB_MILLISECONDS,
        vec![status(POD_DONE)],
    ));
    let given = rules.iter().take_while(|rule| rule.chosen == Chosen::Given).count();
    for (index, rule) in rules.iter().enumerate() {
        let own = format!("{} | tostring", rule.matches());
        // Built-in rules leave each other alone.
        let before = &rules[..index.min(given)];
        let unless = (!before.is_empty()).then(|| none_of(before));
        let state = rule.state();
        for (number, transition) in rule.transitions().into_iter().enumerate() {
            let steps = transition.steps.iter().map(|step| match step {
                Step::Status(fill) => status(&fill.apply(POD_STATUS)),
                Step::Mark(play) => status(&play::marked(play)),
                Step::Event(fill) => json!({ "apply": { "template": fill.apply(POD_EVENT) } }),
            });
            let mut last = vec![(state.as_str(), transition.state)];
            last.extend(unless.as_deref().map(|unless| (unless, "true")));
            documents.push(pod_stage(
                &format!("{}-{number}", rule.id),
                // What tells most pods apart comes first: every pod is asked of every stage.
                selected(&[(&own, "true")], &last),
                u64::try_from(transition.delay.as_millis()).unwrap_or(u64::MAX),
                steps.collect(),
            ));
        }
    }
    documents.iter().map(|document| format!("{document}\n")).collect::<Vec<_>>().join("---\n")
}

/// jq: whether what `path` names is one of `names`.
fn on_one_of(names: &[String], path: &str) -> String {
    format!("({path} // \"\") as $name | {} | any(. == $name) | tostring", Value::from(names.to_vec()))
}

/// jq: whether a pod is neither ended nor being deleted.
const ALIVE: &str = "(.metadata.deletionTimestamp == null and ((.status.phase // \"Pending\") | . != \"Succeeded\" and . != \"Failed\")) | tostring";
/// jq: whether a pod is not Ready.
const NOT_READY: &str =
    "([.status.conditions[]? | select(.type == \"Ready\") | .status] | any(. == \"True\") | not) | tostring";

/// jq: whether a pod belongs to none of these rules.
fn none_of(rules: &[Rule]) -> String {
    let any: Vec<String> = rules.iter().map(Rule::matches).collect();
    format!("({}) | not | tostring", any.join(" or "))
}

fn status(template: &str) -> Value {
    json!({ "patch": { "subresource": "status", "root": "status", "type": "strategic", "template": template } })
}

fn expression(key: &str, value: &str) -> Value {
    json!({ "jq": { "key": key, "operator": "In", "values": [value] } })
}

fn pod_stage(name: &str, selector: Vec<Value>, delay_milliseconds: u64, steps: Vec<Value>) -> Value {
    stage(name, "Pod", selector, json!({ "durationMilliseconds": delay_milliseconds }), steps)
}

fn stage(name: &str, kind: &str, selector: Vec<Value>, delay: Value, steps: Vec<Value>) -> Value {
    let mut spec = json!({
        "resourceRef": { "apiGroup": "v1", "kind": kind },
        "selector": { "matchExpressions": selector },
        "steps": steps,
    });
    if delay["durationMilliseconds"] != 0 {
        spec["delay"] = delay;
    }
    json!({ "apiVersion": "kwok.x-k8s.io/v1alpha1", "kind": "Stage", "metadata": { "name": name }, "spec": spec })
}

/// A stage for a kwok that has nothing to play.
pub(super) fn idle() -> Value {
    stage(
        "idle",
        "Node",
        vec![expression(".metadata.name", "no-such-node")],
        json!({ "durationMilliseconds": 0 }),
        Vec::new(),
    )
}

/// Nodes say that they are well, now and then; those that are gone say nothing, which is noticed elsewhere.
fn nodes(gone: &[String]) -> Vec<Value> {
    let is_gone = on_one_of(gone, ".metadata.name");
    let ready = format!("{NOT_READY} | . == \"false\" | tostring");
    let unknown = "([.status.conditions[]? | select(.type == \"Ready\") | .status] | any(. == \"Unknown\")) | tostring";
    let node = |name: &str, selector: [(&str, &str); 2], delay: u64, template: &str| {
        let selector = selector.iter().map(|(key, value)| expression(key, value)).collect();
        stage(name, "Node", selector, json!({ "durationMilliseconds": delay }), vec![status(template)])
    };
    vec![
        node("node-ready", [(NOT_READY, "true"), (&is_gone, "false")], 0, NODE_CONDITIONS),
        node("node-heartbeat", [(&ready, "true"), (&is_gone, "false")], HEARTBEAT_MILLISECONDS, NODE_CONDITIONS),
        node("node-gone", [(unknown, "false"), (&is_gone, "true")], 0, NODE_GONE),
    ]
}
