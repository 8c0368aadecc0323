//! Tables of pods and their workloads, and what has to be done about them.

#![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]

use serde_json::{Value, json};

use super::*;
use crate::istio::ControlPlane;

fn object(value: Value) -> Object {
    Object::new(value).unwrap()
}

fn enrolled() -> Object {
    object(
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n", "labels": {"istio-injection": "enabled"}}}),
    )
}

fn injection() -> Injectors {
    let webhook = json!({
        "name": "namespace.sidecar-injector.istio.io",
        "rules": [{"operations": ["CREATE"], "resources": ["pods"]}],
        "namespaceSelector": {"matchLabels": {"istio-injection": "enabled"}},
        "objectSelector": {"matchExpressions": [{"key": "sidecar.istio.io/inject", "operator": "NotIn", "values": ["false"]}]},
    });
    let configuration =
        json!({"metadata": {"name": "i", "labels": {"istio.io/rev": "default"}}, "webhooks": [webhook]});
    let template = "spec:\n  containers:\n  - name: istio-proxy\n    image: p:2\n";
    let config = json!({"policy": "enabled", "templates": {"sidecar": template}}).to_string();
    let plane = ControlPlane { revision: "default".into(), config, values: "{}".into(), ..ControlPlane::default() };
    Injectors::of(vec![configuration], &[plane], false, &[]).unwrap()
}

/// A workload of one replica, which is ready.
fn workload(kind: &str, name: &str, spec: Value) -> Object {
    let mut workload = json!({
        "apiVersion": "apps/v1", "kind": kind, "metadata": {"name": name, "namespace": "n", "generation": 1},
        "spec": {"template": {"metadata": {"labels": {"app": name}}, "spec": {"containers": [{"name": "app", "image": "a"}]}}},
        "status": {"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "readyReplicas": 1, "availableReplicas": 1,
            "currentNumberScheduled": 1, "desiredNumberScheduled": 1, "numberReady": 1, "updatedNumberScheduled": 1, "numberAvailable": 1},
    });
    for (key, value) in spec.as_object().unwrap() {
        workload["spec"][key] = value.clone();
    }
    object(workload)
}

/// A pod of a workload, with these containers.
fn pod(owner: Option<(&str, &str)>, name: &str, images: &[(&str, &str)]) -> Object {
    let containers: Vec<Value> = images.iter().map(|(name, image)| json!({"name": name, "image": image})).collect();
    let statuses: Vec<Value> = images.iter().map(|(name, _)| json!({"name": name, "ready": true})).collect();
    let mut pod = json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": name, "namespace": "n", "uid": name, "labels": {"app": "web"}, "annotations": {}},
        "spec": {"containers": containers},
        "status": {"phase": "Running", "containerStatuses": statuses},
    });
    if images.len() > 1 {
        pod["metadata"]["annotations"]["sidecar.istio.io/status"] =
            json!({"revision": "default", "containers": ["istio-proxy"]}).to_string().into();
    }
    if let Some((kind, name)) = owner {
        let (kind, name) = if kind == "Deployment" {
            pod["metadata"]["labels"]["pod-template-hash"] = "abc".into();
            ("ReplicaSet", format!("{name}-abc"))
        } else {
            (kind, name.to_owned())
        };
        let api = if kind == "Job" { "batch/v1" } else { "apps/v1" };
        pod["metadata"]["ownerReferences"] =
            json!([{"apiVersion": api, "kind": kind, "name": name, "controller": true}]);
    }
    object(pod)
}

const PLAIN: &[(&str, &str)] = &[("app", "a")];
const OLD: &[(&str, &str)] = &[("app", "a"), ("istio-proxy", "p:1")];
const NEW: &[(&str, &str)] = &[("app", "a"), ("istio-proxy", "p:2")];

fn planned(namespace: &Object, pods: &[Object], workloads: &[Object], budgets: &[Object]) -> Restarts {
    let namespaces = std::slice::from_ref(namespace);
    let (scene, injection) = (Surroundings { namespaces, workloads, budgets }, injection());
    let mut planner = Planner::new(&scene, &injection);
    // As pages show them.
    pods.chunks(2).for_each(|page| planner.take(page).unwrap());
    planner.end().0
}

#[test]
fn each_workload_is_restarted_in_its_own_way() {
    let on_delete = json!({"updateStrategy": {"type": "OnDelete"}});
    let parted = json!({"updateStrategy": {"rollingUpdate": {"partition": 2}}});
    let table = [
        (workload("Deployment", "web", json!({})), Ok(Way::Rollout)),
        (workload("StatefulSet", "web", json!({})), Ok(Way::Rollout)),
        (workload("DaemonSet", "web", json!({})), Ok(Way::Rollout)),
        (workload("StatefulSet", "web", on_delete.clone()), Ok(Way::Eviction)),
        (workload("DaemonSet", "web", on_delete), Ok(Way::Eviction)),
        (workload("StatefulSet", "web", parted), Ok(Way::Eviction)),
        (workload("Deployment", "web", json!({"paused": true})), Err("its rollout is paused")),
    ];
    for (workload, wanted) in table {
        let pods = [pod(Some((workload.kind(), "web")), "p", PLAIN)];
        let plan = planned(&enrolled(), &pods, std::slice::from_ref(&workload), &[]);
        match wanted {
            Ok(way) => {
                let [restart] = plan.restarts.as_slice() else { panic!("{plan:?}") };
                assert_eq!((restart.way, restart.why.as_slice()), (way, ["1 pod has no proxy".to_owned()].as_slice()));
                assert_eq!(restart.before.to_string(), "1/1");
                assert_eq!(restart.after.unwrap().to_string(), "2/2");
            }
            Err(why) => assert!(plan.restarts.is_empty() && plan.left[0].why.starts_with(why), "{plan:?}"),
        }
    }
}

#[test]
fn only_what_differs_restarts_and_says_why() {
    let workloads = ["web", "api", "old"].map(|name| workload("Deployment", name, json!({})));
    let pods = [
        pod(Some(("Deployment", "web")), "web-1", PLAIN),
        pod(Some(("Deployment", "web")), "web-2", OLD),
        pod(Some(("Deployment", "web")), "web-3", NEW),
        pod(Some(("Deployment", "api")), "api-1", NEW),
        pod(Some(("Deployment", "old")), "old-1", OLD),
    ];
    let plan = planned(&enrolled(), &pods, &workloads, &[]);
    let shown: Vec<String> = plan.restarts.iter().map(|one| format!("{}: {}", one.id, one.why.join("; "))).collect();
    assert_eq!(
        shown,
        [
            "Deployment/n/old: 1 pod has proxy image p:1, not p:2",
            "Deployment/n/web: 1 pod has no proxy; 1 pod has proxy image p:1, not p:2"
        ],
    );
    assert_eq!(plan.restarts[1].pods.len(), 2);
    assert_eq!((plan.current, plan.outside.len()), (1, 0));

    // Once nothing is injected, the proxies have to go.
    let mut outside = enrolled();
    outside.value_mut()["metadata"]["labels"]["istio-injection"] = "disabled".into();
    let plan = planned(&outside, &pods[..1], &workloads, &[]);
    assert!(plan.restarts.is_empty());
    assert_eq!(plan.outside[0].rule, "the namespace's label istio-injection=disabled");
    let plan = planned(&outside, &pods[2..3], &workloads, &[]);
    assert!(plan.restarts[0].why[0].starts_with("1 pod has a proxy that it would not get now"), "{plan:?}");
    assert_eq!(plan.restarts[0].after.unwrap().to_string(), "1/1");
}

#[test]
fn what_nobody_makes_anew_is_left_and_what_has_ended_does_not_count() {
    let mut ended = pod(Some(("Job", "once")), "done", PLAIN);
    ended.value_mut()["status"]["phase"] = "Succeeded".into();
    let pods = [
        pod(None, "alone", PLAIN),
        pod(Some(("Job", "once")), "run", PLAIN),
        ended,
        pod(Some(("ReplicaSet", "rs")), "rs-1", PLAIN),
    ];
    let plan = planned(&enrolled(), &pods, &[], &[]);
    let left: Vec<String> =
        plan.left.iter().map(|left| format!("{}: {}, {}", left.id, left.outdated, left.why)).collect();
    assert_eq!(
        left,
        [
            "Pod/n/alone: no proxy, it is on its own: delete it and create it again",
            "Pod/n/run: no proxy, it is a run of Job once: only a new run is injected"
        ],
    );
    let [restart] = plan.restarts.as_slice() else { panic!("{plan:?}") };
    assert_eq!((restart.id.to_string().as_str(), restart.way), ("ReplicaSet/n/rs", Way::Eviction));
}

/// After a change of the mesh, pods of every owner are told, those too that nobody here makes anew.
#[test]
fn what_has_an_owner_that_is_not_known_is_compared_and_named_with_it() {
    let foreign = |kind: &str, name: &str, images: &[(&str, &str)]| {
        let mut pod = pod(None, name, images);
        let owner = json!([{"apiVersion": "argoproj.io/v1alpha1", "kind": kind, "name": "web", "controller": true}]);
        pod.value_mut()["metadata"]["ownerReferences"] = owner;
        pod
    };
    let pods = [foreign("Rollout", "r", OLD), foreign("Thing", "new", NEW), pod(Some(("ReplicaSet", "rs")), "s", OLD)];
    let plan = planned(&enrolled(), &pods, &[], &[]);
    let left: Vec<String> =
        plan.left.iter().map(|left| format!("{}: {}, {}", left.id, left.outdated, left.why)).collect();
    let why = "it belongs to Rollout web of argoproj.io/v1alpha1, which is to be restarted by its own means";
    assert_eq!(left, [format!("Pod/n/r: proxy image p:1, not p:2, {why}")]);
    assert_eq!((plan.restarts.len(), plan.current), (1, 1));
    assert_eq!(plan.restarts[0].why, ["1 pod has proxy image p:1, not p:2"]);
}

#[test]
fn budgets_and_health_are_noted() {
    let budget = object(json!({"apiVersion": "policy/v1", "kind": "PodDisruptionBudget",
        "metadata": {"name": "b", "namespace": "n"}, "spec": {"selector": {"matchLabels": {"app": "web"}}}}));
    let mut ill = workload("Deployment", "a-is-ill", json!({}));
    ill.value_mut()["status"]["availableReplicas"] = 0.into();
    let workloads = [ill, workload("Deployment", "web", json!({}))];
    let pods = [pod(Some(("Deployment", "web")), "w", PLAIN), pod(Some(("Deployment", "a-is-ill")), "i", PLAIN)];
    let plan = planned(&enrolled(), &pods, &workloads, &[budget]);
    let order: Vec<(&str, bool, usize)> =
        plan.restarts.iter().map(|one| (one.id.name.as_str(), one.well, one.budgets.len())).collect();
    assert_eq!(order, [("web", true, 1), ("a-is-ill", false, 1)]);
}

#[test]
fn as_many_pods_are_awaited_as_are_wanted() {
    // While they are replaced there is one more.
    let pods = ["a", "b", "c", "d"].map(|name| pod(Some(("Deployment", "web")), name, PLAIN));
    let plan = planned(&enrolled(), &pods, &[workload("Deployment", "web", json!({"replicas": 3}))], &[]);
    assert_eq!((plan.restarts[0].count, plan.restarts[0].pods.len()), (3, 4));
}

#[test]
fn pods_without_a_proxy_for_a_reason_are_named_with_it() {
    let node_agent = workload(
        "DaemonSet",
        "agent",
        json!({"template": {
        "metadata": {}, "spec": {"hostNetwork": true, "containers": [{"name": "app", "image": "a"}]}}}),
    );
    let refusing = workload(
        "Deployment",
        "no",
        json!({"template": {
        "metadata": {"labels": {"sidecar.istio.io/inject": "false"}}, "spec": {"containers": [{"name": "app", "image": "a"}]}}}),
    );
    let pods = [pod(Some(("DaemonSet", "agent")), "a", PLAIN), pod(Some(("Deployment", "no")), "n", PLAIN)];
    let plan = planned(&enrolled(), &pods, &[node_agent, refusing], &[]);
    let outside: Vec<String> = plan.outside.iter().map(|one| format!("{}: {}", one.id, one.rule)).collect();
    assert_eq!(
        outside,
        ["DaemonSet/n/agent: hostNetwork: true", "Deployment/n/no: the pod's label sidecar.istio.io/inject=false"]
    );
}
