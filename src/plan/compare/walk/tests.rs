#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use proptest::prelude::*;
use serde_json::json;

fn object(api_version: &str, kind: &str, rest: &Value) -> Object {
    let mut value = json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": "a", "namespace": "n"}});
    for (key, part) in rest.as_object().unwrap() {
        match (key.as_str(), part) {
            ("metadata", Value::Object(fields)) => {
                value["metadata"].as_object_mut().unwrap().extend(fields.clone());
            }
            _ => value[key] = part.clone(),
        }
    }
    Object::new(value).unwrap()
}

fn fields(wanted: &Object, live: &Object) -> Comparison {
    super::fields(wanted, live, &Managed::of(live))
}

fn show(differences: &[Difference]) -> Vec<String> {
    let value = |value: &Option<Value>| value.as_ref().map_or("none".to_owned(), Value::to_string);
    differences
        .iter()
        .map(|difference| {
            let by = difference.manager.as_ref().map_or(String::new(), |manager| format!(" by {manager}"));
            format!("{}: {} found {}{by}", difference.path, value(&difference.wanted), value(&difference.found))
        })
        .collect()
}

/// Runs a table of `(wanted, live, differences)` of one kind.
fn check(api_version: &str, kind: &str, table: &[(Value, Value, &[&str])]) {
    for (wanted, live, expected) in table {
        let found = fields(&object(api_version, kind, wanted), &object(api_version, kind, live));
        assert_eq!(show(&found.differences), *expected, "{kind}: wanted {wanted}, live {live}");
    }
}

/// `managedFields` of one manager.
fn held(manager: &str, operation: &str, fields: &Value) -> Value {
    json!({"manager": manager, "operation": operation, "apiVersion": "v1", "fieldsType": "FieldsV1", "fieldsV1": fields})
}

#[test]
fn what_the_api_server_fills_in_or_drops_is_no_difference() {
    check(
        "v1",
        "Service",
        &[(
            json!({"spec": {"type": "LoadBalancer", "selector": {"app": "a"}, "externalIPs": [],
                "ports": [{"name": "http", "port": 80, "targetPort": 0}, {"port": 53, "targetPort": "dns", "protocol": "UDP"}]}}),
            json!({"metadata": {"uid": "u", "resourceVersion": "1", "annotations": {"x": "y"}},
                "spec": {"type": "LoadBalancer", "selector": {"app": "a"}, "clusterIP": "10.96.0.1",
                "clusterIPs": ["10.96.0.1"], "ipFamilies": ["IPv4"], "sessionAffinity": "None",
                "ports": [
                    {"port": 53, "targetPort": "dns", "protocol": "UDP", "nodePort": 31000},
                    {"name": "http", "port": 80, "targetPort": 80, "protocol": "TCP", "nodePort": 31001}]},
                "status": {"loadBalancer": {"ingress": [{"ip": "1.2.3.4"}]}}}),
            &[],
        )],
    );
    check(
        "apps/v1",
        "Deployment",
        &[(
            json!({"spec": {"selector": {"matchLabels": {"app": "a"}}, "template": {"spec": {
                "hostNetwork": false, "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": null}},
                "securityContext": {},
                "containers": [{"name": "c", "command": null, "env": [
                    {"name": "EMPTY", "value": ""},
                    {"name": "IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
                    {"name": "CPU", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}}],
                    "resources": {"requests": {"cpu": "1000m", "memory": "2048Mi"}, "limits": {}},
                    "ports": [{"containerPort": 8080}],
                    "readinessProbe": {"initialDelaySeconds": 0, "httpGet": {"port": "8080", "path": "/"}}}],
                "volumes": [
                    {"name": "t", "projected": {"sources": [{"serviceAccountToken": {"path": "t", "audience": "x"}}]}},
                    {"name": "d", "downwardAPI": {"items": [{"path": "l", "fieldRef": {"fieldPath": "metadata.labels"}}]}},
                    {"name": "e", "emptyDir": {}}]}}}}),
            json!({"metadata": {"annotations": {"deployment.kubernetes.io/revision": "3"}},
                "spec": {"replicas": 4, "progressDeadlineSeconds": 600, "strategy": {"type": "RollingUpdate"},
                "selector": {"matchLabels": {"app": "a"}}, "template": {"metadata": {"creationTimestamp": null}, "spec": {
                "affinity": {"nodeAffinity": {}}, "dnsPolicy": "ClusterFirst",
                "securityContext": {}, "restartPolicy": "Always",
                "containers": [{"name": "c", "imagePullPolicy": "IfNotPresent", "env": [
                    {"name": "IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP", "apiVersion": "v1"}}},
                    {"name": "EMPTY"},
                    {"name": "CPU", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu", "divisor": "0"}}}],
                    "resources": {"requests": {"cpu": "1", "memory": "2Gi"}},
                    "ports": [{"containerPort": 8080, "protocol": "TCP"}],
                    "readinessProbe": {"httpGet": {"port": 8080, "path": "/", "scheme": "HTTP"}, "timeoutSeconds": 1}}],
                "volumes": [
                    {"name": "t", "projected": {"defaultMode": 420, "sources": [
                        {"serviceAccountToken": {"path": "t", "audience": "x", "expirationSeconds": 3600}}]}},
                    {"name": "d", "downwardAPI": {"defaultMode": 420, "items": [
                        {"path": "l", "fieldRef": {"fieldPath": "metadata.labels", "apiVersion": "v1"}}]}},
                    {"name": "e", "emptyDir": {}}]}}}}),
            &[],
        )],
    );
    check(
        "apiextensions.k8s.io/v1",
        "CustomResourceDefinition",
        &[(
            json!({"spec": {"preserveUnknownFields": false, "names": {"kind": "A", "plural": "as"},
                "versions": [{"name": "v1", "served": true, "subresources": {"status": {}},
                    "schema": {"openAPIV3Schema": {"properties": {"n": {"maximum": 4_294_967_295_u64, "minimum": 0}}}}}]}}),
            json!({"spec": {"conversion": {"strategy": "None"},
                "names": {"kind": "A", "plural": "as", "listKind": "AList", "singular": "a"},
                "versions": [{"name": "v1", "served": true, "subresources": {"status": {}},
                    "schema": {"openAPIV3Schema": {"properties": {"n": {"maximum": 4_294_967_295.0, "minimum": 0}}}}}]},
                "status": {"storedVersions": ["v1"]}}),
            &[],
        )],
    );
    check(
        "v1",
        "Secret",
        &[
            (json!({"stringData": {"k": "v"}}), json!({"data": {"k": "dg=="}, "type": "Opaque"}), &[]),
            (json!({"stringData": {"k": "w"}}), json!({"data": {"k": "dg=="}}), &[r#"data.k: "dw==" found "dg==""#]),
        ],
    );
}

#[test]
fn what_differs_in_a_workload_is_named_at_its_leaf() {
    check(
        "apps/v1",
        "Deployment",
        &[
            (
                json!({"spec": {"template": {"spec": {"containers": [{"name": "c", "image": "x:1"}]}}}}),
                json!({"spec": {"template": {"spec": {"containers": [{"name": "s"}, {"name": "c", "image": "x:2"}]}}}}),
                &[r#"spec.template.spec.containers[name=c].image: "x:1" found "x:2""#],
            ),
            (
                json!({"spec": {"template": {"spec": {"containers": [{"name": "c", "args": ["a", "b"]}]}}}}),
                json!({"spec": {"template": {"spec": {"containers": [{"name": "c", "args": ["a", "c"]}]}}}}),
                &[r#"spec.template.spec.containers[name=c].args[1]: "b" found "c""#],
            ),
            (
                json!({"spec": {"template": {"spec": {"containers": [
                    {"name": "c", "securityContext": {"allowPrivilegeEscalation": false}}]}}}}),
                json!({"spec": {"template": {"spec": {"containers": [{"name": "c", "securityContext": {}}]}}}}),
                &["spec.template.spec.containers[name=c].securityContext.allowPrivilegeEscalation: false found none"],
            ),
            (
                json!({"spec": {"template": {"spec": {"volumes": [{"name": "e", "emptyDir": {"medium": "Memory"}}]}}}}),
                json!({"spec": {"template": {"spec": {"volumes": [{"name": "e", "emptyDir": {}}]}}}}),
                &[r#"spec.template.spec.volumes[name=e].emptyDir.medium: "Memory" found none"#],
            ),
            (
                json!({"spec": {"template": {"spec": {"containers": [{"name": "c", "resources": {"requests": {"cpu": "100m"}}}]}}}}),
                json!({"spec": {"template": {"spec": {"containers": [{"name": "c", "resources": {"requests": {"cpu": "10m"}}}]}}}}),
                &[r#"spec.template.spec.containers[name=c].resources.requests.cpu: "100m" found "10m""#],
            ),
        ],
    );
}

#[test]
fn what_differs_elsewhere_is_named_at_its_leaf() {
    check(
        "v1",
        "ServiceAccount",
        &[(
            json!({"metadata": {"annotations": {"a/b": "1"}, "labels": {"x": "", "y": "2"}}}),
            json!({"metadata": {}}),
            &[
                r#"metadata.annotations[a/b]: "1" found none"#,
                r#"metadata.labels.x: "" found none"#,
                r#"metadata.labels.y: "2" found none"#,
            ],
        )],
    );
    check(
        "rbac.authorization.k8s.io/v1",
        "ClusterRole",
        &[
            (
                json!({"rules": [{"apiGroups": [""], "verbs": ["get"]}]}),
                json!({"rules": [{"apiGroups": [""], "verbs": ["get", "list"]}]}),
                &[r#"rules[0].verbs: ["get"] found ["get","list"]"#],
            ),
            (
                json!({"rules": [{"apiGroups": [""], "verbs": ["get"]}]}),
                json!({"rules": [{"apiGroups": [""], "verbs": ["get"], "resourceNames": ["x"]}]}),
                &[r#"rules[0].resourceNames: none found ["x"]"#],
            ),
        ],
    );
    check(
        "admissionregistration.k8s.io/v1",
        "MutatingWebhookConfiguration",
        &[(
            json!({"webhooks": [{"name": "w", "namespaceSelector": {"matchLabels": {"a": "b"}},
                "rules": [{"operations": ["CREATE"]}]}]}),
            json!({"webhooks": [{"name": "w", "namespaceSelector": {"matchLabels": {"a": "b"}, "matchExpressions": [1]},
                "rules": [{"operations": ["CREATE"], "scope": "*"}], "timeoutSeconds": 10}]}),
            &["webhooks[name=w].namespaceSelector.matchExpressions: none found [1]"],
        )],
    );
    check(
        "apiextensions.k8s.io/v1",
        "CustomResourceDefinition",
        &[(
            json!({"spec": {"versions": [{"name": "v1", "subresources": {"status": {}}}]}}),
            json!({"spec": {"versions": [{"name": "v1"}]}}),
            &[r#"spec.versions[0].subresources: {"status":{}} found none"#],
        )],
    );
}

#[test]
fn a_changed_key_is_one_difference_with_its_manager() {
    let managed = json!([
        held(
            "mesh",
            "Apply",
            &json!({"f:spec": {"f:ports": {"k:{\"port\":443,\"protocol\":\"TCP\"}":
            {".": {}, "f:port": {}, "f:name": {}}}}})
        ),
        held(
            "kubectl-edit",
            "Update",
            &json!({"f:spec": {"f:ports": {"k:{\"port\":15099,\"protocol\":\"TCP\"}":
            {".": {}, "f:port": {}, "f:name": {}, "f:targetPort": {}}}}})
        ),
    ]);
    let live = json!({"metadata": {"managedFields": managed}, "spec": {"ports": [
        {"name": "grpc-xds", "port": 15099, "targetPort": 15010, "protocol": "TCP", "nodePort": 30000},
        {"name": "https", "port": 443, "protocol": "TCP"}]}});
    let wanted = |extra: Value| json!({"spec": {"ports": [{"name": "grpc-xds", "port": 15010, "targetPort": extra}, {"name": "https", "port": 443}]}});
    check(
        "v1",
        "Service",
        &[
            (wanted(json!(15010)), live.clone(), &["spec.ports[port=15010].port: 15010 found 15099 by kubectl-edit"]),
            (
                wanted(json!(9)),
                live,
                &[
                    "spec.ports[port=15010].port: 15010 found 15099 by kubectl-edit",
                    "spec.ports[port=15010].targetPort: 9 found 15010 by kubectl-edit",
                ],
            ),
        ],
    );
}

#[test]
fn an_element_that_somebody_added_is_not_taken_for_a_changed_one() {
    let live = json!({"spec": {"template": {"spec": {"containers": [{"name": "c", "env": [
        {"name": "A", "value": "1"}, {"name": "USER", "value": "true"}]}]}}}});
    let wanted = json!({"spec": {"template": {"spec": {"containers": [{"name": "c", "env": [
        {"name": "NEW", "value": "true"}, {"name": "A", "value": "1"}]}]}}}});
    check(
        "apps/v1",
        "Deployment",
        &[(
            wanted,
            live,
            &[r#"spec.template.spec.containers[name=c].env[name=NEW]: {"name":"NEW","value":"true"} found none"#],
        )],
    );
}

#[test]
fn what_an_installer_left_is_unwanted_and_what_others_added_stays() {
    let tree = json!({"f:metadata": {"f:labels": {"f:old": {}, "f:kept": {}}}, "f:data": {"f:gone": {}}});
    let live = |entries: Value| {
        json!({"metadata": {"managedFields": entries, "labels": {"old": "x", "kept": "y", "user": "z"}},
            "data": {"gone": "1", "theirs": "2"}})
    };
    let wanted = json!({"metadata": {"labels": {"kept": "y"}}});
    let unwanted = |manager: &str| {
        [
            format!(r#"metadata.labels.old: none found "x" by {manager}"#),
            format!(r#"data.gone: none found "1" by {manager}"#),
        ]
    };
    for (manager, operation, expected) in [
        ("mesh", "Apply", unwanted("mesh").to_vec()),
        ("istio-operator", "Apply", unwanted("istio-operator").to_vec()),
        ("helm", "Update", unwanted("helm").to_vec()),
        ("kubectl-edit", "Update", vec![]),
        ("argocd", "Apply", vec![]),
    ] {
        let live = live(json!([held(manager, operation, &tree)]));
        let found = fields(&object("v1", "ConfigMap", &wanted), &object("v1", "ConfigMap", &live));
        assert_eq!(show(&found.differences), expected, "{manager}");
    }
    // Held by somebody else too, it would stay whatever we send.
    let both = live(json!([held("mesh", "Apply", &tree), held("argocd", "Apply", &tree)]));
    check("v1", "ConfigMap", &[(wanted, both, &[])]);
}

#[test]
fn defaults_held_by_an_installer_that_updates_are_not_unwanted() {
    let tree = json!({"f:spec": {"f:replicas": {}, "f:strategy": {"f:type": {}}, "f:template": {"f:spec": {
        "f:containers": {"k:{\"name\":\"c\"}": {".": {}, "f:name": {}, "f:imagePullPolicy": {}}}}}}});
    let pod = |container: Value| {
        json!({"spec": {"replicas": 1, "strategy": {"type": "RollingUpdate"},
        "template": {"spec": {"containers": [container]}}}})
    };
    let mut live = pod(json!({"name": "c", "imagePullPolicy": "Always"}));
    live["metadata"] = json!({"managedFields": [held("helm", "Update", &tree)]});
    let wanted = json!({"spec": {"template": {"spec": {"containers": [{"name": "c"}]}}}});
    check("apps/v1", "Deployment", &[(wanted, live, &[])]);
}

/// A Deployment with a leaf of each sort at known places, as applied.
fn rich() -> Value {
    json!({"metadata": {"labels": {"app": "a", "istio.io/rev": "default"}},
        "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "a"}},
        "strategy": {"rollingUpdate": {"maxSurge": "100%", "maxUnavailable": "25%"}},
        "template": {"metadata": {"labels": {"app": "a"}, "annotations": {"p": "15014"}}, "spec": {
            "serviceAccountName": "a", "tolerations": [{"key": "k", "operator": "Exists"}],
            "containers": [{"name": "c", "image": "i:1", "args": ["x", "y"],
                "env": [{"name": "A", "value": "1"}, {"name": "B", "valueFrom": {"fieldRef": {"fieldPath": "p"}}}],
                "ports": [{"containerPort": 1, "name": "one"}, {"containerPort": 2, "protocol": "UDP", "name": "two"}],
                "resources": {"requests": {"cpu": "10m", "memory": "100Mi"}},
                "securityContext": {"runAsUser": 0, "privileged": false, "capabilities": {"drop": ["ALL"]}},
                "volumeMounts": [{"name": "v", "mountPath": "/v", "readOnly": true}]}],
            "volumes": [{"name": "v", "configMap": {"name": "m", "items": [{"key": "k", "path": "p"}]}},
                {"name": "e", "emptyDir": {}}]}}}})
}

/// What a real API server adds to [`rich`].
fn with_defaults() -> Value {
    let mut live = rich();
    live["metadata"]["uid"] = json!("u");
    let spec = &mut live["spec"];
    spec["revisionHistoryLimit"] = json!(10);
    spec["strategy"]["type"] = json!("RollingUpdate");
    let pod = &mut spec["template"]["spec"];
    pod["serviceAccount"] = json!("a");
    pod["schedulerName"] = json!("default-scheduler");
    pod["volumes"][0]["configMap"]["defaultMode"] = json!(420);
    let container = &mut pod["containers"][0];
    container["terminationMessagePath"] = json!("/dev/termination-log");
    container["ports"][0]["protocol"] = json!("TCP");
    container["env"][1]["valueFrom"]["fieldRef"]["apiVersion"] = json!("v1");
    live
}

/// The JSON pointers of all scalars.
fn leaves(value: &Value, at: &str, into: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                leaves(value, &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), into);
            }
        }
        Value::Array(list) => {
            for (index, value) in list.iter().enumerate() {
                leaves(value, &format!("{at}/{index}"), into);
            }
        }
        _ => into.push(at.to_owned()),
    }
}

#[test]
fn every_single_changed_leaf_is_named_and_nothing_else() {
    let wanted = object("apps/v1", "Deployment", &rich());
    let live = with_defaults();
    assert_eq!(show(&fields(&wanted, &object("apps/v1", "Deployment", &live)).differences), [""; 0]);
    let mut all = Vec::new();
    leaves(&rich(), "", &mut all);
    assert!(all.len() > 35, "{all:?}");
    for pointer in all {
        let mut live = live.clone();
        let leaf = live.pointer_mut(&pointer).unwrap();
        *leaf = match &*leaf {
            Value::String(text) => json!(format!("{text}7")),
            Value::Number(number) => json!(number.as_i64().unwrap() + 7),
            Value::Bool(flag) => json!(!flag),
            other => panic!("{other} is no leaf"),
        };
        let found = fields(&wanted, &object("apps/v1", "Deployment", &live)).differences;
        let [one] = found.as_slice() else { panic!("{pointer}: {:?}", show(&found)) };
        let name = pointer.rsplit('/').find(|token| token.parse::<usize>().is_err()).unwrap();
        assert!(one.path.to_string().contains(&name.replace("~1", "/")), "{pointer}: {:?}", show(&found));
        assert_eq!(one.found.as_ref(), live.pointer(&pointer), "{pointer}: {:?}", show(&found));
    }
}

#[test]
fn every_single_removed_field_is_named_and_nothing_else() {
    let wanted = object("apps/v1", "Deployment", &rich());
    let mut all = Vec::new();
    leaves(&rich(), "", &mut all);
    for pointer in all {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let mut live = with_defaults();
        let Some(Value::Object(map)) = live.pointer_mut(parent) else { continue };
        map.shift_remove(&name.replace("~1", "/"));
        let found = fields(&wanted, &object("apps/v1", "Deployment", &live)).differences;
        assert_eq!(found.len(), 1, "{pointer}: {:?}", show(&found));
    }
}

/// Any JSON below a custom resource's `spec`.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![any::<i64>().prop_map(Value::from), "[a-z]{0,4}".prop_map(Value::from), Just(json!(true))];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,4}", inner, 0..4).prop_map(|map| json!(map)),
        ]
    })
}

proptest! {
    #[test]
    fn anything_equals_itself(spec in any_json()) {
        for (api_version, kind) in [("networking.istio.io/v1", "Gateway"), ("v1", "Service"), ("apps/v1", "DaemonSet")] {
            let object = object(api_version, kind, &json!({"spec": spec}));
            prop_assert_eq!(show(&fields(&object, &object).differences), Vec::<String>::new());
        }
    }

    #[test]
    fn what_is_added_beside_maps_of_a_custom_resource_is_no_difference(spec in any_json(), added in any_json()) {
        let wanted = object("networking.istio.io/v1", "Gateway", &json!({"spec": {"a": spec}}));
        let live = object("networking.istio.io/v1", "Gateway", &json!({"spec": {"a": spec, "zz": added}, "status": added}));
        prop_assert_eq!(show(&fields(&wanted, &live).differences), Vec::<String>::new());
    }
}
