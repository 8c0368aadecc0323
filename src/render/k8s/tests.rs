use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn instance(kind: ComponentKind, name: &str, revision: &str, k8s: Value) -> Instance {
    Instance {
        component: kind,
        name: name.to_owned(),
        namespace: "istio-system".to_owned(),
        labels: Map::new(),
        values: json!({ "revision": revision }),
        given: Value::Null,
        k8s,
        overlays: Vec::new(),
    }
}

fn object(api_version: &str, kind: &str, name: &str, spec: Value) -> Object {
    let metadata = json!({"name": name, "namespace": "istio-system"});
    Object::new(json!({"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": spec}))
        .expect("an object")
}

fn deployment(name: &str, env: Value) -> Object {
    let containers = json!([{"name": "sidecar", "env": [{"name": "A", "value": "kept"}]}, {
        "name": "discovery", "env": env, "resources": {"requests": {"cpu": "1", "memory": "1Gi"}},
    }]);
    let tolerations = json!([{"key": "a", "operator": "Exists"}]);
    let pod = json!({"containers": containers, "tolerations": tolerations, "nodeSelector": {"os": "linux"}});
    let strategy = json!({"rollingUpdate": {"maxSurge": "100%"}});
    object("apps/v1", "Deployment", name, json!({"strategy": strategy, "template": {"spec": pod}}))
}

fn applied(instance: &Instance, mut objects: Vec<Object>) -> Result<Vec<Object>> {
    apply(Component::of(instance.component), instance, &mut objects)?;
    Ok(objects)
}

#[test]
fn every_setting_reaches_its_place() -> Result<()> {
    const POD: &str = "/spec/template/spec";
    let requests = json!({"requests": {"cpu": "2", "memory": "1Gi"}});
    let table = [
        ("affinity", json!({"podAffinity": {}}), "Deployment", format!("{POD}/affinity"), None),
        (
            "env",
            json!([{"name": "A", "value": "b"}]),
            "Deployment",
            format!("{POD}/containers/1/env/0/value"),
            Some(json!("b")),
        ),
        ("hpaSpec", json!({"maxReplicas": 9}), "HorizontalPodAutoscaler", "/spec/maxReplicas".into(), Some(json!(9))),
        ("imagePullPolicy", json!("Always"), "Deployment", format!("{POD}/containers/1/imagePullPolicy"), None),
        (
            "nodeSelector",
            json!({"a": "b"}),
            "Deployment",
            format!("{POD}/nodeSelector"),
            Some(json!({"os": "linux", "a": "b"})),
        ),
        (
            "podDisruptionBudget",
            json!({"minAvailable": 2}),
            "PodDisruptionBudget",
            "/spec/minAvailable".into(),
            Some(json!(2)),
        ),
        ("podAnnotations", json!({"a": "b"}), "Deployment", "/spec/template/metadata/annotations".into(), None),
        ("priorityClassName", json!("high"), "Deployment", format!("{POD}/priorityClassName"), None),
        (
            "readinessProbe",
            json!({"periodSeconds": 9}),
            "Deployment",
            format!("{POD}/containers/1/readinessProbe"),
            None,
        ),
        ("replicaCount", json!(3), "Deployment", "/spec/replicas".into(), None),
        (
            "resources",
            json!({"requests": {"cpu": "2"}}),
            "Deployment",
            format!("{POD}/containers/1/resources"),
            Some(requests),
        ),
        ("strategy", json!({"type": "Recreate"}), "Deployment", "/spec/strategy/type".into(), Some(json!("Recreate"))),
        ("tolerations", json!([{"key": "b"}]), "Deployment", format!("{POD}/tolerations"), Some(json!([{"key": "b"}]))),
        ("serviceAnnotations", json!({"a": "b"}), "Service", "/metadata/annotations".into(), None),
        ("service", json!({"type": "NodePort"}), "Service", "/spec/type".into(), Some(json!("NodePort"))),
        ("securityContext", json!({"fsGroup": 1}), "Deployment", format!("{POD}/securityContext"), None),
    ];
    assert_eq!(table.len(), SETTINGS.len());
    for (key, value, kind, pointer, wanted) in table {
        let objects = vec![
            deployment("istiod-r1", json!([{"name": "A", "value": "a"}])),
            object("v1", "Service", "istiod-r1", json!({"ports": [{"port": 443}]})),
            object("autoscaling/v2", "HorizontalPodAutoscaler", "istiod-r1", json!({"maxReplicas": 5})),
            object("policy/v1", "PodDisruptionBudget", "istiod-r1", json!({"minAvailable": 1})),
            object("v1", "Service", "other", json!({})),
        ];
        let instance = instance(ComponentKind::ControlPlane, "", "r1", json!({ (key): value.clone() }));
        let before = objects.clone();
        let after = applied(&instance, objects)?;
        for (before, after) in before.iter().zip(&after) {
            if after.kind() == kind && after.name() == "istiod-r1" {
                assert_eq!(after.at(&pointer), Some(wanted.as_ref().unwrap_or(&value)), "{key}");
            } else {
                assert_eq!(before, after, "{key}");
            }
        }
    }
    Ok(())
}

#[test]
fn gateways_are_named_by_their_entry() -> Result<()> {
    let services =
        || vec![object("v1", "Service", "mine", json!({})), object("v1", "Service", "istio-ingressgateway", json!({}))];
    let k8s = json!({"service": {"type": "NodePort"}});
    let [mine, other] = &applied(&instance(ComponentKind::IngressGateway, "mine", "r1", k8s), services())?[..] else {
        panic!("two services");
    };
    assert_eq!((mine.text("/spec/type"), other.text("/spec/type")), (Some("NodePort"), None));
    Ok(())
}

#[test]
fn a_disruption_budget_keeps_one_bound() -> Result<()> {
    let budget = object("policy/v1", "PodDisruptionBudget", "istiod", json!({"minAvailable": 1, "selector": {}}));
    let k8s = json!({"podDisruptionBudget": {"maxUnavailable": 1}});
    let after = applied(&instance(ComponentKind::ControlPlane, "", "", k8s), vec![budget])?;
    assert_eq!(after[0].at("/spec"), Some(&json!({"minAvailable": null, "maxUnavailable": 1, "selector": {}})));
    Ok(())
}

#[test]
fn the_core_has_no_workload_to_set() -> Result<()> {
    let before = vec![deployment("istiod", json!([]))];
    let after = applied(&instance(ComponentKind::Core, "", "", json!({"replicaCount": 3})), before.clone())?;
    assert_eq!(before, after);
    Ok(())
}

#[test]
fn a_list_element_without_its_key_is_an_error_that_says_where() {
    let k8s = json!({"env": [{"value": "no name"}]});
    let istiod = vec![deployment("istiod", json!([{"name": "A"}]))];
    let error = applied(&instance(ComponentKind::ControlPlane, "", "", k8s), istiod).expect_err("no name");
    assert!(error.to_string().starts_with("components.pilot.k8s.env on Deployment/istiod: "), "{error}");
}

type Env = Vec<(String, String)>;

/// Variables with names of their own, few enough that two lists meet.
fn env() -> impl Strategy<Value = Env> {
    proptest::collection::btree_map("[A-F]", "[a-z]{0,3}", 0..6)
        .prop_map(|map| map.into_iter().collect::<Env>())
        .prop_shuffle()
}

fn as_env(pairs: &Env) -> Value {
    pairs.iter().map(|(name, value)| json!({"name": name, "value": value})).collect()
}

fn env_of(object: &Object) -> Env {
    let text = |variable: &Value, key: &str| variable[key].as_str().unwrap_or_default().to_owned();
    let list = object.list("/spec/template/spec/containers/1/env");
    list.iter().map(|variable| (text(variable, "name"), text(variable, "value"))).collect()
}

proptest! {
    #[test]
    fn environments_merge_by_name(base in env(), patch in env()) {
        let instance = instance(ComponentKind::ControlPlane, "", "", json!({ "env": as_env(&patch) }));
        let once = applied(&instance, vec![deployment("istiod", as_env(&base))]).expect("merges");
        let merged = env_of(&once[0]);

        let patched: BTreeMap<_, _> = patch.iter().cloned().collect();
        let mut wanted: BTreeMap<_, _> = base.iter().cloned().collect();
        wanted.extend(patched.clone());
        prop_assert_eq!(merged.iter().cloned().collect::<BTreeMap<_, _>>(), wanted.clone(), "the patch wins, the rest stays");
        prop_assert_eq!(merged.len(), wanted.len(), "no name twice");

        // Kubernetes orders what the patch names as the patch does, and the rest as it was.
        let names = |list: &Env| list.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        let (in_patch, in_base): (Vec<_>, Vec<_>) = names(&merged).into_iter().partition(|name| patched.contains_key(name));
        prop_assert_eq!(in_patch, names(&patch));
        let base_only: Vec<_> = names(&base).into_iter().filter(|name| !patched.contains_key(name)).collect();
        prop_assert_eq!(in_base, base_only);

        prop_assert_eq!(once[0].at("/spec/template/spec/containers/0/env"), Some(&json!([{"name": "A", "value": "kept"}])));
        prop_assert_eq!(applied(&instance, once.clone()).expect("merges"), once, "twice is once");
    }

    #[test]
    fn lists_without_a_key_are_replaced(keys in proptest::collection::vec("[a-z]{1,4}", 0..4)) {
        let wanted: Value = keys.iter().map(|key| json!({"key": key, "operator": "Exists"})).collect();
        let instance = instance(ComponentKind::ControlPlane, "", "", json!({ "tolerations": wanted.clone() }));
        let after = applied(&instance, vec![deployment("istiod", json!([]))]).expect("merges");
        prop_assert_eq!(after[0].at("/spec/template/spec/tolerations"), Some(&wanted));
    }
}
