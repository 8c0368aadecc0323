//! What was before the run, what only may resolve, and nodes that are not well.

use super::*;
use crate::status::explain::Start;

/// What is told in a run that began at 00:00:10, in which the pod's containers had restarted as often as `before` says.
fn told_in_run(before: &Object, pod: &Object, events: &[Object]) -> String {
    let mut start = Start::at("2026-01-01T00:00:10Z".parse().unwrap());
    start.note([before]);
    told_with(&Evidence { pods: std::slice::from_ref(pod), events, start: Some(&start), ..Evidence::default() })
}

fn event_at(second: u32, reason: &str, message: &str) -> Object {
    let mut event = event("Pod", "istiod-2-x", reason, message);
    event.value_mut()["lastTimestamp"] = format!("2026-01-01T00:00:{second:02}Z").into();
    event
}

#[test]
fn only_pulls_that_failed_in_the_run_count() {
    let failed = |second| event_at(second, "Failed", &format!("Failed to pull image \"{IMAGE}\": not found"));
    let pulling = |second| event_at(second, "Pulling", &format!("Pulling image \"{IMAGE}\""));
    let backs_off = |second| event_at(second, "Failed", "Error: ImagePullBackOff");
    let pod = pod(waiting("ImagePullBackOff", "Back-off pulling image: ErrImagePull: not found"), json!({}));
    let before = format!("image-not-found waits: image {IMAGE}: not found before this run; it is to be tried again");
    let table = [
        (vec![pulling(1), failed(2), backs_off(11)], before.clone()),
        (
            vec![pulling(1), failed(2), pulling(12), backs_off(11)],
            format!("image-pulling waits: pulling image {IMAGE}"),
        ),
        (vec![pulling(12), failed(12)], format!("image-not-found 5 s: image {IMAGE}: not found")),
        (vec![pulling(12), failed(13), failed(2)], format!("image-not-found 5 s: image {IMAGE}: not found")),
        // That of another container says nothing of this one.
        (vec![failed(2), event_at(12, "Pulling", "Pulling image \"other\"")], before),
    ];
    for (events, wanted) in table {
        assert_eq!(told_in_run(&pod, &pod, &events), wanted);
    }
    let state = state(
        &deployment(),
        &Evidence {
            replica_sets: &[replica_set("2", json!({}))],
            pods: &[pod],
            events: &[failed(2), pulling(12)],
            ..Evidence::default()
        },
    );
    assert_eq!(state, format!("0/1: pulling image {IMAGE}"));
}

#[test]
fn only_crashes_of_the_run_count() {
    let loops = |restarts: i64, second: u32| {
        let ended = json!({"reason": "Error", "exitCode": 1, "finishedAt": format!("2026-01-01T00:00:{second:02}Z")});
        pod(
            json!({"restartCount": restarts, "state": {"waiting": {"reason": "CrashLoopBackOff"}}, "lastState": {"terminated": ended}}),
            json!({"metadata": {"creationTimestamp": "2026-01-01T00:00:00Z"}}),
        )
    };
    let running = |restarts: i64| {
        let mut pod = loops(restarts, 9);
        pod.value_mut()["status"]["containerStatuses"][0]["state"] = json!({"running": {}});
        pod
    };
    let said = "container discovery crashed before this run (exit code 1), and is to be started again";
    let table = [
        (loops(7, 9), format!("crash-loop waits: {said}")),
        (running(7), "nothing".to_owned()),
        (
            running(8),
            "restarted waits: container discovery runs again after 8 restarts (exit code 1), and is not ready yet"
                .to_owned(),
        ),
        (loops(8, 12), "crash-loop 30 s: container discovery crashes, restarted 8 times (exit code 1)".to_owned()),
        (loops(10, 30), "crash-loop now: container discovery crashes, restarted 10 times (exit code 1)".to_owned()),
    ];
    for (now, wanted) in table {
        assert_eq!(told_in_run(&loops(7, 9), &now, &[]), wanted);
    }
}

#[test]
fn what_will_not_resolve_comes_before_what_may() {
    let pulled = pod(waiting("ImagePullBackOff", "not found"), json!({"metadata": {"name": "a"}}));
    let crashed = pod(
        json!({"restartCount": 5, "state": {"terminated": {"exitCode": 1}}}),
        json!({"metadata": {"name": "b", "uid": "b"}}),
    );
    let mut events = vec![event("Pod", "a", "Pulling", &format!("Pulling image \"{IMAGE}\""))];
    events[0].value_mut()["involvedObject"]["uid"] = "p".into();
    let evidence = Evidence { pods: &[pulled, crashed], events: &events, ..Evidence::default() };
    assert!(told_with(&evidence).starts_with("crash-loop now"));
}

#[test]
fn a_node_that_is_not_well_is_the_cause_of_what_its_pods_are() {
    let node = |status: &str, message: &str| {
        object(json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node"},
            "status": {"conditions": [{"type": "Ready", "status": status, "message": message}]}}))
    };
    let pods = [pod(waiting("ContainerCreating", ""), json!({}))];
    let table = [
        (node("True", ""), "nothing"),
        (node("Unknown", "Kubelet stopped"), "node-gone 30 s: its node node does not answer: Kubelet stopped"),
        (node("False", "no CNI"), "node-not-ready 30 s: its node node is not ready: no CNI"),
    ];
    for (node, wanted) in table {
        let homes = [node];
        assert_eq!(told_with(&Evidence { pods: &pods, homes: &homes, ..Evidence::default() }), wanted);
    }
    let sets = [replica_set("2", json!({}))];
    let evidence = Evidence { replica_sets: &sets, pods: &pods, ..Evidence::default() };
    assert_eq!(homes(&deployment(), &evidence).into_iter().collect::<Vec<_>>(), ["node"]);
}
