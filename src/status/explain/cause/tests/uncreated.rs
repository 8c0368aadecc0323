//! Pods that no node takes, or that are not even created.

use super::*;

#[test]
fn pods_that_no_node_takes() {
    let node = |name: &str, memory: &str| {
        object(json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": name},
            "status": {"allocatable": {"cpu": "2", "memory": memory}}}))
    };
    let other = |name: &str, node: &str, phase: &str, memory: &str| {
        object(json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "m"},
            "spec": {"nodeName": node, "containers": [{"name": "c", "resources": {"requests": {"memory": memory}}}],
                "initContainers": [{"name": "s", "restartPolicy": "Always", "resources": {"requests": {"memory": "100Mi"}}}]},
            "status": {"phase": phase}}))
    };
    let nodes = [node("a", "2Gi"), node("b", "1Gi")];
    let node_pods =
        [other("x", "a", "Running", "800Mi"), other("y", "a", "Succeeded", "1Gi"), other("z", "b", "Running", "0")];
    let pod =
        unscheduled("0/2 nodes are available: 2 Insufficient memory.", json!({"memory": "2048Mi", "cpu": "500m"}));
    let evidence =
        Evidence { pods: std::slice::from_ref(&pod), nodes: &nodes, node_pods: &node_pods, ..Evidence::default() };
    assert_eq!(told_with(&evidence), "unschedulable 60 s: Unschedulable: 2Gi memory requested, largest free 1.1Gi");

    let table = [
        ("0/2 nodes are available: 2 Insufficient cpu.", "", "500m CPU requested"),
        ("0/0 nodes are available.", "-no-node", "there is no node"),
        ("0/2 nodes are available: 2 Too many pods.", "-many", "each node runs as many pods as it may"),
    ];
    for (message, id, expected) in table {
        let pod = unscheduled(message, json!({"cpu": "500m"}));
        assert_eq!(told(&pod, &[]), format!("unschedulable{id} 60 s: Unschedulable: {expected}"));
    }
    let table = [
        ("had untolerated taint {a: b}", "taint", "a node has a taint that it does not tolerate"),
        ("had untolerated taint(s)", "taint", "a node has a taint that it does not tolerate"),
        ("were unschedulable", "cordoned", "a node is cordoned"),
        ("had untolerated taint {node.kubernetes.io/unschedulable: }", "cordoned", "a node is cordoned"),
        (
            "had untolerated taint {node.kubernetes.io/unreachable: }",
            "node-gone",
            "the kubelet of a node does not answer",
        ),
        ("had untolerated taint {node.kubernetes.io/not-ready: }", "node-not-ready", "a node is not ready"),
        (
            "had untolerated taint {node.kubernetes.io/disk-pressure: }",
            "pressure",
            "a node runs out of memory, disk or processes",
        ),
        ("didn't match Pod's node affinity/selector", "selector", "no node has the labels it asks for"),
        ("didn't have free ports for the requested pod ports", "port", "a port of the node that it asks for is taken"),
    ];
    for (words, id, expected) in table {
        let message = format!("0/2 nodes are available: 2 node(s) {words}.");
        let pod = unscheduled(&message, json!({"cpu": "500m"}));
        assert_eq!(told(&pod, &[]), format!("unschedulable-{id} 60 s: Unschedulable: {expected}: {message}"));
    }
    let tainted = |key: &str, tolerations: Value| {
        let mut node = node("a", "2Gi");
        node.value_mut()["spec"] = json!({"taints": [{"key": key, "value": "x", "effect": "NoSchedule"},
            {"key": "soft", "effect": "PreferNoSchedule"}, {"key": "known", "effect": "NoSchedule"}]});
        let mut pod = unscheduled("0/1 nodes are available: 1 node(s) had untolerated taint(s).", json!({}));
        pod.value_mut()["spec"]["tolerations"] = tolerations;
        told_with(&Evidence { pods: &[pod], nodes: &[node], ..Evidence::default() })
    };
    let known = json!([{"key": "known", "operator": "Exists"}]);
    let said = "unschedulable-taint 60 s: Unschedulable: a node has a taint that it does not tolerate: ";
    assert_eq!(tainted("team", known.clone()), format!("{said}team=x:NoSchedule"));
    assert_eq!(tainted("team", json!([])), format!("{said}team=x:NoSchedule, known:NoSchedule"));
    assert_eq!(
        tainted("team", json!([{"key": "team", "value": "x", "effect": "NoSchedule"}])),
        format!("{said}known:NoSchedule")
    );
    assert!(tainted("node.kubernetes.io/unreachable", known).starts_with("unschedulable-node-gone 60 s"));

    let scaling = event("Pod", "istiod-2-x", "TriggeredScaleUp", "1->2");
    assert!(told(&pod, &[scaling]).starts_with("unschedulable waits"));
}

#[test]
fn pods_that_are_not_created() {
    let set = |message: &str| {
        let condition =
            json!({"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": message});
        [replica_set("2", json!({"conditions": [condition]}))]
    };
    let table = [
        (
            "pods \"a\" is forbidden: exceeded quota: q, requested: cpu=1, used: cpu=1, limited: cpu=1",
            "quota 10 s: its pods do not fit into the namespace's quota: exceeded quota: q, requested: cpu=1, used: cpu=1, limited: cpu=1",
        ),
        (
            "pods \"a\" is forbidden: failed quota: q: must specify limits.memory for: discovery",
            "quota-unset now: its pods do not say what the namespace's quota asks for: failed quota: q: must specify limits.memory for: discovery",
        ),
        (
            "pods \"a\" is forbidden: minimum cpu usage per Container is 100m, but request is 10m",
            "limit-range now: its pods are not within the namespace's limits: minimum cpu usage per Container is 100m, but request is 10m",
        ),
        (
            "pods \"a\" is forbidden: violates PodSecurity \"restricted:latest\": x",
            "pod-security now: its pods are refused by Pod Security: violates PodSecurity \"restricted:latest\": x",
        ),
        (
            "admission webhook \"w\" denied the request: no",
            "webhook-denied 5 s: its pods are refused by a webhook: admission webhook \"w\" denied the request: no",
        ),
        (
            "Internal error occurred: failed calling webhook \"w\": refused",
            "webhook-unreachable 30 s: its pods cannot be created, as a webhook does not answer: Internal error occurred: failed calling webhook \"w\": refused",
        ),
        (
            "pods \"a\" is forbidden: error looking up service account n/istiod: not found",
            "create-failed 30 s: its pods cannot be created: error looking up service account n/istiod: not found",
        ),
    ];
    for (message, expected) in table {
        assert_eq!(told_with(&Evidence { replica_sets: &set(message), ..Evidence::default() }), expected);
    }
}

#[test]
fn a_daemon_set_tells_by_events_and_only_while_pods_are_missing() {
    let daemon_set = |wanted: i64| {
        object(
            json!({"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "cni", "namespace": "n", "uid": "r2",
            "generation": 1}, "status": {"observedGeneration": 1, "desiredNumberScheduled": wanted}}),
        )
    };
    let events = [event("DaemonSet", "cni", "FailedCreate", "pods \"x\" is forbidden: violates PodSecurity \"p\": y")];
    let evidence = Evidence { events: &events, ..Evidence::default() };
    assert!(show(explain(&daemon_set(1), &evidence)).starts_with("pod-security now"));
    assert_eq!(show(explain(&daemon_set(0), &evidence)), "nothing", "no node takes it, which is no failure");
    let pods = [pod(waiting("ContainerCreating", ""), json!({}))];
    assert_eq!(show(explain(&daemon_set(1), &Evidence { pods: &pods, ..evidence })), "nothing");
}
