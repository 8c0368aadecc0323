#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::status::explain::state;
use serde_json::{Value, json};

mod in_run;
mod uncreated;

const IMAGE: &str = "docker.io/istio/pilot:nope";

fn object(value: Value) -> Object {
    Object::new(value).unwrap()
}

/// A Deployment that waits for its one pod.
fn deployment() -> Object {
    object(json!({"apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "istiod", "namespace": "n", "uid": "d", "generation": 1},
        "spec": {"replicas": 1}, "status": {"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1}}))
}

fn replica_set(revision: &str, status: Value) -> Object {
    object(json!({"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"name": format!("istiod-{revision}"),
        "namespace": "n", "uid": format!("r{revision}"), "annotations": {"deployment.kubernetes.io/revision": revision},
        "ownerReferences": [{"kind": "Deployment", "name": "istiod", "uid": "d"}]}, "status": status}))
}

/// A pod of revision 2 with one main container in `state`, and `rest` put over it.
fn pod(state: Value, rest: Value) -> Object {
    let mut pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "istiod-2-x", "namespace": "n", "uid": "p",
        "ownerReferences": [{"kind": "ReplicaSet", "name": "istiod-2", "uid": "r2"}]},
        "spec": {"nodeName": "node", "containers": [{"name": "discovery", "image": IMAGE}]},
        "status": {"phase": "Pending", "containerStatuses": [{"name": "discovery", "state": {}, "restartCount": 0}]}});
    merge(&mut pod["status"]["containerStatuses"][0], state);
    merge(&mut pod, rest);
    object(pod)
}

fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}

fn waiting(reason: &str, message: &str) -> Value {
    json!({"state": {"waiting": {"reason": reason, "message": message}}})
}

fn event(kind: &str, name: &str, reason: &str, message: &str) -> Object {
    object(
        json!({"apiVersion": "v1", "kind": "Event", "metadata": {"name": reason, "namespace": "n"}, "reason": reason,
        "involvedObject": {"kind": kind, "name": name}, "message": message, "lastTimestamp": "2026-01-01T00:00:09Z"}),
    )
}

fn unscheduled(message: &str, requests: Value) -> Object {
    let conditions =
        json!([{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message}]);
    let containers = json!([{"name": "discovery", "image": IMAGE, "resources": {"requests": requests}}]);
    pod(json!({}), json!({"spec": {"nodeName": null, "containers": containers}, "status": {"conditions": conditions}}))
}

/// `id consequence: summary` of the cause found for a Deployment with this one pod and these Events.
fn told(pod: &Object, events: &[Object]) -> String {
    told_with(&Evidence { pods: std::slice::from_ref(pod), events, ..Evidence::default() })
}

fn told_with(evidence: &Evidence<'_>) -> String {
    let sets = [replica_set("1", json!({})), replica_set("2", json!({}))];
    let evidence = Evidence {
        replica_sets: if evidence.replica_sets.is_empty() { &sets } else { evidence.replica_sets },
        ..*evidence
    };
    show(explain(&deployment(), &evidence))
}

fn show(cause: Option<Cause>) -> String {
    let Some(cause) = cause else { return "nothing".to_owned() };
    let consequence = match cause.consequence {
        Consequence::KeepWaiting => "waits".to_owned(),
        Consequence::EndAfter(time) => format!("{} s", time.as_secs()),
        Consequence::EndNow => "now".to_owned(),
    };
    format!("{} {consequence}: {}", cause.id, cause.summary)
}

#[test]
fn images() {
    let unpulled = |message: &str| format!("Failed to pull image \"{IMAGE}\": {message}");
    let failed = |message: &str| event("Pod", "istiod-2-x", "Failed", &unpulled(message));
    let table = [
        (
            waiting("ErrImagePull", "manifest for x not found: manifest unknown"),
            vec![],
            "image-not-found 5 s",
            "not found",
        ),
        (waiting("ErrImagePull", "pull access denied"), vec![], "image-denied 5 s", "the registry denies it"),
        (waiting("ErrImagePull", "401 Unauthorized"), vec![], "image-denied 5 s", "the registry asks for credentials"),
        (
            waiting("ErrImagePull", "dial tcp: lookup x: no such host: not found"),
            vec![],
            "image-no-host 30 s",
            "the nodes do not find its registry by name",
        ),
        (
            waiting("ErrImagePull", "429 Too Many Requests - Server message: toomanyrequests: access denied"),
            vec![],
            "image-limited 30 s",
            "the registry was asked too often (429)",
        ),
        (
            waiting("ErrImagePull", "tls: failed to verify certificate: x509: certificate signed by unknown authority"),
            vec![],
            "image-untrusted 5 s",
            "the nodes do not trust its registry",
        ),
        (
            waiting("ErrImagePull", "no match for platform in manifest: not found"),
            vec![],
            "image-not-found 5 s",
            "not found",
        ),
        (waiting("ErrImagePull", "something else"), vec![], "image-pull 30 s", "pulling it fails"),
        (
            waiting("ImagePullBackOff", "Back-off pulling image"),
            vec![],
            "image-pull 5 s",
            "pulling it fails again and again",
        ),
        (waiting("ImagePullBackOff", "Back-off"), vec![failed("not found")], "image-not-found 5 s", "not found"),
        (
            waiting("ImagePullBackOff", "Back-off"),
            vec![failed("i/o timeout")],
            "image-pull 30 s",
            "the registry does not answer",
        ),
    ];
    for (state, events, head, tail) in table {
        assert_eq!(told(&pod(state.clone(), json!({})), &events), format!("{head}: image {IMAGE}: {tail}"), "{state}");
    }
    let invalid = pod(waiting("InvalidImageName", "bad"), json!({}));
    assert_eq!(told(&invalid, &[]), format!("image-invalid now: image {IMAGE} cannot be used: InvalidImageName"));
    let auto = json!({"spec": {"containers": [{"name": "istio-proxy", "image": "auto"}]}});
    assert_eq!(
        told(&pod(json!({}), auto), &[]),
        "not-injected 5 s: the pod was not injected: container istio-proxy still has the placeholder image `auto`"
    );
}

#[test]
fn crashes() {
    let crashed = |restarts: i64, reason: &str, code: i64| {
        json!({"restartCount": restarts, "state": {"waiting": {"reason": "CrashLoopBackOff"}},
            "lastState": {"terminated": {"reason": reason, "exitCode": code}}})
    };
    let running_again = json!({"restartCount": 2, "ready": false, "state": {"running": {}},
        "lastState": {"terminated": {"reason": "Error", "exitCode": 1}}});
    let ready_again = json!({"restartCount": 2, "ready": true, "state": {"running": {}},
        "lastState": {"terminated": {"reason": "Error", "exitCode": 1}}});
    let table = [
        (crashed(1, "Error", 1), "crash-loop 30 s: container discovery crashes, restarted once (exit code 1)"),
        (crashed(5, "Error", 255), "crash-loop now: container discovery crashes, restarted 5 times (exit code 255)"),
        (
            crashed(3, "OOMKilled", 137),
            "out-of-node-memory now: container discovery crashes, restarted 3 times (out of memory, without a limit of its own)",
        ),
        (
            running_again,
            "restarted waits: container discovery runs again after 2 restarts (exit code 1), and is not ready yet",
        ),
        // Between its runs this is all there is to see, at most times.
        (
            json!({"restartCount": 1, "state": {"terminated": {"reason": "Error", "exitCode": 2}}}),
            "crash-loop 30 s: container discovery crashes, restarted once (exit code 2)",
        ),
        (
            json!({"restartCount": 0, "state": {"terminated": {"reason": "StartError", "exitCode": 128,
                "message": "error during container init: exec: \"nope\": executable file not found in $PATH: unknown"}}}),
            "no-command 5 s: container discovery cannot be started: its image has no such command: \"nope\": executable file not found in $PATH",
        ),
        (
            waiting(
                "RunContainerError",
                "runc create failed: exec: \"/x\": stat /x: no such file or directory: unknown",
            ),
            "no-command 5 s: container discovery cannot be started: its image has no such command: \"/x\": stat /x: no such file or directory",
        ),
        (ready_again, "nothing"),
    ];
    for (state, expected) in table {
        assert_eq!(told(&pod(state.clone(), json!({})), &[]), expected, "{state}");
    }
}

#[test]
fn out_of_memory_is_told_with_the_limit() {
    let killed = json!({"restartCount": 1, "state": {"terminated": {"reason": "OOMKilled", "exitCode": 137}}});
    let limited = json!({"spec": {"containers": [{"name": "discovery", "resources": {"limits": {"memory": "64Mi"}}}]}});
    assert_eq!(
        told(&pod(killed, limited), &[]),
        "out-of-memory 30 s: container discovery crashes, restarted once (out of memory, its limit is 64Mi)"
    );
}

#[test]
fn what_a_probe_ends_is_told_with_the_probe() {
    let ended = json!({"restartCount": 1, "state": {"terminated": {"reason": "Error", "exitCode": 137}}});
    let events = [
        event("Pod", "istiod-2-x", "Killing", "Container discovery failed liveness probe, will be restarted"),
        event("Pod", "istiod-2-x", "Unhealthy", "Liveness probe failed: connection refused"),
    ];
    assert_eq!(
        told(&pod(ended, json!({})), &events),
        "probe-failed 30 s: container discovery crashes, restarted once, as the kubelet ends it: Liveness probe failed: \
         connection refused"
    );
}

#[test]
fn a_job_that_is_done_has_not_crashed() {
    let done = json!({"restartCount": 0, "state": {"terminated": {"reason": "Completed", "exitCode": 0}}});
    let table = [("Always", "crash-loop 30 s: container discovery ended (exit code 0)"), ("Never", "nothing")];
    for (policy, wanted) in table {
        assert_eq!(told(&pod(done.clone(), json!({"spec": {"restartPolicy": policy}})), &[]), wanted);
    }
}

#[test]
fn init_containers_and_sidecars() {
    let init = |restart: Value, status: Value| {
        let mut status = status;
        status["name"] = json!("istio-init");
        json!({"spec": {"initContainers": [{"name": "istio-init", "image": "i", "restartPolicy": restart}]},
            "status": {"initContainerStatuses": [status]}})
    };
    let ended = json!({"restartCount": 0, "state": {"terminated": {"reason": "Error", "exitCode": 2}}});
    let completed = json!({"restartCount": 0, "state": {"terminated": {"reason": "Completed", "exitCode": 0}}});
    let looping = json!({"restartCount": 4, "state": {"waiting": {"reason": "CrashLoopBackOff"}},
        "lastState": {"terminated": {"exitCode": 2}}});
    let table = [
        (init(json!(null), ended), "init-failed 30 s: init container istio-init ended (exit code 2)"),
        (init(json!(null), completed), "nothing"),
        (
            init(json!(null), looping.clone()),
            "init-failed now: init container istio-init crashes, restarted 4 times (exit code 2)",
        ),
        (
            init(json!("Always"), looping),
            "crash-loop now: sidecar container istio-init crashes, restarted 4 times (exit code 2)",
        ),
    ];
    for (rest, expected) in table {
        assert_eq!(told(&pod(waiting("PodInitializing", ""), rest.clone()), &[]), expected, "{rest}");
    }
}

#[test]
fn starts_that_fail() {
    let mount = event("Pod", "istiod-2-x", "FailedMount", "configmap \"istio\" not found");
    let creating = pod(waiting("ContainerCreating", ""), json!({}));
    assert_eq!(
        told(&creating, std::slice::from_ref(&mount)),
        "volume-mount 60 s: a volume cannot be mounted: configmap \"istio\" not found"
    );
    let running = pod(json!({"state": {"running": {}}}), json!({}));
    assert_eq!(told(&running, &[mount]), "nothing", "an Event from before it ran");
    let sandbox = event("Pod", "istiod-2-x", "FailedCreatePodSandBox", "no CNI");
    assert_eq!(told(&creating, &[sandbox]), "pod-sandbox 60 s: its network cannot be set up: no CNI");
    let config = pod(waiting("CreateContainerConfigError", "secret \"x\" not found"), json!({}));
    assert_eq!(
        told(&config, &[]),
        "container-config 60 s: container discovery cannot be started: secret \"x\" not found"
    );
    let probe = event("Pod", "istiod-2-x", "Unhealthy", "Readiness probe failed: 503");
    assert_eq!(
        told(&running, &[probe]),
        "not-ready waits: container discovery is not ready: Readiness probe failed: 503"
    );
}

#[test]
fn old_and_failed_pods_are_no_cause() {
    let broken = waiting("ImagePullBackOff", "not found");
    let over =
        json!({"metadata": {"name": "old"}, "status": {"phase": "Failed", "reason": "Evicted", "message": "low"}});
    let starting = pod(waiting("ContainerCreating", ""), json!({}));
    let table = [
        // Of the ReplicaSet before.
        (
            pod(
                broken.clone(),
                json!({"metadata": {"ownerReferences": [{"kind": "ReplicaSet", "name": "istiod-1", "uid": "r1"}]}}),
            ),
            "nothing",
        ),
        // On its way out.
        (pod(broken.clone(), json!({"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}})), "nothing"),
        // Over, and replaced by the one that starts.
        (pod(broken, over.clone()), "nothing"),
    ];
    for (old, expected) in table {
        let pods = [old, starting.clone()];
        assert_eq!(told_with(&Evidence { pods: &pods, ..Evidence::default() }), expected);
    }
    assert_eq!(told(&pod(json!({}), over), &[]), "pod-ended waits: its pod has ended: Evicted: low");
}

#[test]
fn a_rollout_that_the_controller_gave_up_ends_with_the_pods_cause() {
    let mut late = deployment();
    late.value_mut()["status"]["conditions"] = json!([{"type": "Progressing", "status": "False",
        "reason": "ProgressDeadlineExceeded", "message": "has timed out progressing"}]);
    let sets = [replica_set("2", json!({}))];
    let alone = Evidence { replica_sets: &sets, ..Evidence::default() };
    assert_eq!(show(explain(&late, &alone)), "progress-deadline-exceeded now: its rollout made no progress in time");
    let pods = [pod(waiting("ErrImagePull", "weird"), json!({}))];
    let cause = explain(&late, &Evidence { pods: &pods, ..alone }).unwrap();
    assert_eq!((cause.id, cause.consequence), ("image-pull", Consequence::EndNow));
}

#[test]
fn each_line_names_its_object() {
    let pods = [pod(
        json!({"restartCount": 3, "state": {"waiting": {"reason": "CrashLoopBackOff"}},
        "lastState": {"terminated": {"exitCode": 1, "message": "no config"}}}),
        json!({}),
    )];
    let lines: Vec<String> = (1..=7).map(|n| format!("line {n}")).collect();
    let logs = [LogTail { pod: pods[0].id(), container: "discovery".to_owned(), lines }];
    let sets = [replica_set("2", json!({}))];
    let evidence = Evidence { replica_sets: &sets, pods: &pods, logs: &logs, ..Evidence::default() };
    let cause = explain(&deployment(), &evidence).unwrap();
    let shown: Vec<String> = cause.lines.iter().map(|(object, line)| format!("{object} {line}")).collect();
    assert_eq!(
        shown,
        [
            "Deployment/n/istiod 0/1 ready",
            "ReplicaSet/n/istiod-2 1 of its pods is not ready",
            "Pod/n/istiod-2-x container discovery crashes, restarted 3 times (exit code 1)",
            "Pod/n/istiod-2-x container discovery: no config",
            "Pod/n/istiod-2-x discovery | line 3",
            "Pod/n/istiod-2-x discovery | line 4",
            "Pod/n/istiod-2-x discovery | line 5",
            "Pod/n/istiod-2-x discovery | line 6",
            "Pod/n/istiod-2-x discovery | line 7",
        ]
    );
}

#[test]
fn short_states() {
    let sets = [replica_set("2", json!({}))];
    let stated = |pod: Object, events: &[Object]| {
        state(&deployment(), &Evidence { replica_sets: &sets, pods: &[pod], events, ..Evidence::default() })
    };
    let creating = || pod(waiting("ContainerCreating", ""), json!({}));
    let pulling = event("Pod", "istiod-2-x", "Pulling", "Pulling image \"docker.io/istio/pilot:1.30.3\"");
    assert_eq!(stated(creating(), &[pulling]), "0/1: pulling image docker.io/istio/pilot:1.30.3");
    assert_eq!(stated(creating(), &[]), "0/1: starting containers");
    assert_eq!(stated(pod(json!({}), json!({"spec": {"nodeName": null}})), &[]), "0/1: waiting for a node");
    assert_eq!(
        stated(pod(json!({"state": {"running": {}}}), json!({})), &[]),
        "0/1: container discovery is not ready yet"
    );
    assert_eq!(
        stated(pod(waiting("ErrImagePull", "not found"), json!({})), &[]),
        format!("0/1: image {IMAGE}: not found")
    );
    assert_eq!(state(&deployment(), &Evidence::default()), "0/1 ready");
}

#[test]
fn a_pod_alone_tells_what_its_status_does() {
    let at = |name: &str, state: Value| pod(json!({ name: state }), json!({}));
    let failed = json!({"terminated": {"reason": "Error", "exitCode": 3}});
    let unscheduled =
        json!([{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/0 nodes"}]);
    let table = [
        (pod(waiting("ContainerCreating", ""), json!({})), None),
        (
            pod(waiting("ErrImagePull", "manifest unknown"), json!({})),
            Some("image docker.io/istio/pilot:nope: not found"),
        ),
        (pod(waiting("CrashLoopBackOff", "back-off 10s"), json!({})), Some("container discovery ended")),
        (at("state", failed.clone()), Some("container discovery ended (exit code 3)")),
        (at("state", json!({"terminated": {"exitCode": 0}})), Some("container discovery ended (exit code 0)")),
        (pod(json!({}), json!({"status": {"conditions": unscheduled}})), Some("Unschedulable: there is no node")),
        (
            pod(json!({}), json!({"status": {"conditions": [{"type": "Ready", "status": "False", "reason": null}]}})),
            None,
        ),
    ];
    for (pod, told) in table {
        assert_eq!(trouble(&pod).as_deref(), told, "{}", pod.value());
    }
    let ready = json!({"status": {"conditions": [{"type": "Ready", "status": "True"}]}});
    assert_eq!(trouble(&pod(waiting("CrashLoopBackOff", ""), ready)), None);
}
