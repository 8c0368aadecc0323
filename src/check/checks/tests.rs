//! Every check: something it fails on, something it passes, and a hint.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::*;
use crate::check::{Fleet, Requested, Surroundings};
use crate::line::Line;
use crate::object::Object;

fn object(kind: &str, version: &str, name: &str, rest: Value) -> Object {
    let mut value =
        json!({"apiVersion": version, "kind": kind, "metadata": {"name": name, "namespace": "istio-system"}});
    for (key, part) in rest.as_object().into_iter().flatten() {
        if key == "metadata" {
            for (key, part) in part.as_object().into_iter().flatten() {
                value["metadata"][key] = part.clone();
            }
        } else {
            value[key] = part.clone();
        }
    }
    Object::new(value).expect("an object")
}

fn injector(policy: &str) -> Object {
    let rules = json!([{"operations": ["CREATE"], "resources": ["pods"]}]);
    let client = json!({"service": {"name": "istiod", "namespace": "istio-system"}, "caBundle": "QQ=="});
    let hook = json!({"name": "rev.sidecar-injector.istio.io", "failurePolicy": policy, "rules": rules, "clientConfig": client});
    object(
        "MutatingWebhookConfiguration",
        "admissionregistration.k8s.io/v1",
        "istio-sidecar-injector",
        json!({"webhooks": [hook]}),
    )
}

/// The webhook that injects namespaces with these labels.
fn injecting(name: &str, revision: &str, labels: Value) -> Object {
    let mut one = injector("Fail");
    one.value_mut()["metadata"]["name"] = name.into();
    one.set_label("istio.io/rev", revision);
    one.value_mut()["webhooks"][0]["name"] = "namespace.sidecar-injector.istio.io".into();
    one.value_mut()["webhooks"][0]["namespaceSelector"] = json!({ "matchLabels": labels });
    one
}

/// A webhook of somebody else about pods.
fn of_others(policy: &str) -> Object {
    let rules = json!([{"operations": ["*"], "apiGroups": [""], "resources": ["pods"]}]);
    let client = json!({"service": {"name": "policy", "namespace": "gone"}});
    let hook = json!({"name": "policy.example.com", "failurePolicy": policy, "rules": rules, "clientConfig": client});
    object("ValidatingWebhookConfiguration", "admissionregistration.k8s.io/v1", "policy", json!({ "webhooks": [hook] }))
}

fn serving(versions: &[&str]) -> Vec<String> {
    versions.iter().map(|one| format!("gateway.networking.k8s.io/{one}")).collect()
}

fn istiod() -> Object {
    let status = json!({"replicas": 1, "updatedReplicas": 1, "readyReplicas": 1, "availableReplicas": 1, "observedGeneration": 1});
    let spec = json!({"template": {"spec": {"containers": [{"name": "discovery", "image": "pilot:1.30.3", "resources": {"requests": {"cpu": "500m", "memory": "2Gi"}}}]}}});
    object(
        "Deployment",
        "apps/v1",
        "istiod",
        json!({"metadata": {"labels": {"app": "istiod"}}, "spec": spec, "status": status}),
    )
}

fn node(memory: &str) -> Object {
    let status =
        json!({"allocatable": {"cpu": "4", "memory": memory}, "conditions": [{"type": "Ready", "status": "True"}]});
    object("Node", "v1", "node-1", json!({"status": status}))
}

/// A quota of which this much CPU and 3 GiB of memory may be asked for, and `used` is.
fn quota(cpu: &str, used: &str) -> Object {
    let status = json!({"hard": {"requests.cpu": cpu, "requests.memory": "3Gi"}, "used": {"requests.memory": used}});
    object("ResourceQuota", "v1", "few", json!({"status": status}))
}

fn fleet(version: &str) -> Fleet {
    let spec = json!({"containers": [{"name": "istio-proxy", "image": format!("proxyv2:{version}")}]});
    let mut fleet = Fleet::default();
    fleet.add(&[object("Pod", "v1", "a", json!({ "spec": spec }))]);
    fleet
}

/// A cluster where all is well.
fn good() -> Facts {
    Facts {
        kubernetes: "v1.33.1-gke.100".to_owned(),
        api_versions: vec!["apps/v1/Deployment".to_owned()],
        namespace: "istio-system".to_owned(),
        namespaces: Some(vec![]),
        deployments: Some(vec![]),
        all_control_planes: true,
        daemon_sets: Some(vec![]),
        webhooks: Some(vec![]),
        services: Some(vec![object("Service", "v1", "istiod", json!({}))]),
        slices: None,
        definitions: Some(vec![]),
        nodes: Some(vec![node("8Gi")]),
        requested: Some(Requested::default()),
        fleet: Some(fleet("1.30.3")),
        denied: Some(vec![]),
        missing_pull_secrets: Some(vec![]),
        wanted: vec![istiod()],
        ..Facts::default()
    }
}

fn run(id: &str, facts: &Facts) -> Verdict {
    let check = CHECKS.iter().find(|check| check.id == id).expect("a check");
    (check.run)(facts)
}

#[test]
fn checks_are_named_once_and_have_a_hint() {
    let ids: BTreeSet<&str> = CHECKS.iter().map(|check| check.id).collect();
    assert_eq!(ids.len(), CHECKS.len());
    for check in CHECKS {
        assert!(check.id.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", check.id);
        assert!(!check.title.is_empty() && !check.hint.is_empty(), "{}", check.id);
    }
}

/// A check, what it says, and of what.
type Cases = Vec<(&'static str, Grade, Facts)>;

/// Cases of what the cluster is like.
fn cases_of_the_cluster() -> Cases {
    let restricted = object(
        "Namespace",
        "v1",
        "shop",
        json!({"metadata": {"labels": {"istio-injection": "enabled", "pod-security.kubernetes.io/enforce": "restricted"}}}),
    );
    let cilium = object("DaemonSet", "apps/v1", "cilium", json!({}));
    let agent = object("DaemonSet", "apps/v1", "istio-cni-node", json!({}));
    let mut platform = istiod();
    platform.value_mut()["spec"]["template"]["spec"]["containers"][0]["env"] =
        json!([{"name": "PLATFORM", "value": "openshift"}]);
    let home = object(
        "Namespace",
        "v1",
        "istio-system",
        json!({"metadata": {"labels": {"pod-security.kubernetes.io/enforce": "restricted"}}}),
    );
    let of_1_29 = Line::of_version("1.29.6").expect("a line");
    vec![
        ("kubernetes-version", Grade::Failed, Facts { kubernetes: "v1.30.0".to_owned(), ..good() }),
        ("kubernetes-version", Grade::Failed, Facts { kubernetes: "v1.31.0".to_owned(), ..good() }),
        ("kubernetes-version", Grade::Warning, Facts { kubernetes: "v1.36.0".to_owned(), line: of_1_29, ..good() }),
        ("permissions", Grade::Failed, Facts { denied: Some(vec!["create x".to_owned()]), ..good() }),
        ("api-groups", Grade::Failed, Facts { api_versions: vec![], ..good() }),
        ("room", Grade::Failed, Facts { nodes: Some(vec![node("1Gi")]), ..good() }),
        ("room", Grade::Failed, Facts { quotas: Some(vec![quota("1500m", "2Gi")]), ..good() }),
        ("room", Grade::Passed, Facts { quotas: Some(vec![quota("1500m", "0")]), ..good() }),
        (
            "pull-secrets",
            Grade::Warning,
            Facts { missing_pull_secrets: Some(vec!["Secret/istio-system/a".to_owned()]), ..good() },
        ),
        ("pod-security", Grade::Failed, Facts { namespaces: Some(vec![restricted.clone()]), ..good() }),
        (
            "pod-security",
            Grade::Failed,
            Facts { namespaces: Some(vec![home.clone()]), wanted: vec![istiod()], ..good() },
        ),
        (
            "pod-security",
            Grade::Failed,
            Facts {
                namespaces: Some(vec![restricted.clone()]),
                injected: Some(BTreeMap::from([("shop".to_owned(), vec!["capabilities NET_ADMIN".to_owned()])])),
                ..good()
            },
        ),
        (
            "pod-security",
            Grade::Passed,
            Facts {
                namespaces: Some(vec![restricted]),
                injected: Some(BTreeMap::from([("shop".to_owned(), vec![])])),
                ..good()
            },
        ),
        ("cni", Grade::Warning, Facts { daemon_sets: Some(vec![cilium]), wanted: vec![agent], ..good() }),
        (
            "platform",
            Grade::Warning,
            Facts { platform: Some("gke".to_owned()), deployments: Some(vec![platform]), ..good() },
        ),
    ]
}

/// Cases of what runs, and of what is in its way.
fn cases_of_webhooks_and_workloads() -> Cases {
    let mut stuck = istiod();
    stuck.value_mut()["status"] = json!({"observedGeneration": 1});
    let mut web = stuck.clone();
    web.value_mut()["metadata"] = json!({"name": "web", "namespace": "shop"});
    let enabled = || json!({"istio-injection": "enabled"});
    let (by_default, by_tag) = (injecting("a", "default", enabled()), injecting("b", "canary", enabled()));
    let canary = injecting("b", "canary", json!({"istio.io/rev": "canary"}));
    let elsewhere = |bundle: &str| {
        let mut webhook = injector("Fail");
        webhook.value_mut()["webhooks"][0]["clientConfig"]["caBundle"] = bundle.into();
        let named = json!({"spec": {"type": "ExternalName", "externalName": "istiod.example.com"}});
        Facts {
            webhooks: Some(vec![webhook]),
            services: Some(vec![object("Service", "v1", "istiod", named)]),
            ..good()
        }
    };
    vec![
        ("workloads", Grade::Failed, Facts { deployments: Some(vec![stuck.clone()]), ..good() }),
        (
            "workloads",
            Grade::Warning,
            Facts { surroundings: Surroundings { workloads: vec![web], ..Surroundings::default() }, ..good() },
        ),
        ("injectors", Grade::Failed, Facts { broken_injectors: Some(vec!["broken".to_owned()]), ..good() }),
        ("overlaps", Grade::Failed, Facts { webhooks: Some(vec![by_default.clone(), by_tag]), ..good() }),
        ("overlaps", Grade::Passed, Facts { webhooks: Some(vec![by_default, canary]), ..good() }),
        (
            "other-webhooks",
            Grade::Failed,
            Facts { webhooks: Some(vec![of_others("Fail")]), slices: Some(vec![]), ..good() },
        ),
        (
            "other-webhooks",
            Grade::Passed,
            Facts { webhooks: Some(vec![of_others("Ignore")]), slices: Some(vec![]), ..good() },
        ),
        ("remote", Grade::Failed, elsewhere("")),
        ("remote", Grade::Passed, elsewhere("QQ==")),
        ("webhooks", Grade::Failed, Facts { webhooks: Some(vec![injector("Fail")]), slices: Some(vec![]), ..good() }),
        ("deadlocks", Grade::Failed, Facts { webhooks: Some(vec![injector("Fail")]), slices: Some(vec![]), ..good() }),
    ]
}

/// Cases of what Istio consists of.
fn cases_of_the_mesh() -> Cases {
    let helm = object(
        "Deployment",
        "apps/v1",
        "istiod",
        json!({"metadata": {"annotations": {"meta.helm.sh/release-name": "istiod"}}}),
    );
    let expired = include_str!("expired.pem");
    let ztunnel = object("DaemonSet", "apps/v1", "ztunnel", json!({"metadata": {"namespace": "mesh"}}));
    let trusting = |accounts: &str| {
        let mut istiod = istiod();
        istiod.value_mut()["spec"]["template"]["spec"]["containers"][0]["env"] =
            json!([{"name": "CA_TRUSTED_NODE_ACCOUNTS", "value": accounts}]);
        istiod
    };
    let pem = |text: &str| {
        use base64::Engine;
        let body = base64::engine::general_purpose::STANDARD.encode(text);
        format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n")
    };
    vec![
        ("gateway-api", Grade::Failed, Facts { api_versions: serving(&["v1alpha2/Gateway"]), ..good() }),
        (
            "gateway-api",
            Grade::Warning,
            Facts { api_versions: serving(&["v1/Gateway", "v1alpha2/TLSRoute"]), ..good() },
        ),
        (
            "ztunnel-trust",
            Grade::Failed,
            Facts {
                daemon_sets: Some(vec![ztunnel.clone()]),
                deployments: Some(vec![trusting("istio-system/ztunnel")]),
                ..good()
            },
        ),
        (
            "ztunnel-trust",
            Grade::Passed,
            Facts { daemon_sets: Some(vec![ztunnel]), wanted: vec![trusting("a/b,mesh/ztunnel")], ..good() },
        ),
        (
            "authority",
            Grade::Warning,
            Facts { root: Some(expired.to_owned()), brought_root: Some(pem("other")), ..good() },
        ),
        ("authority", Grade::Passed, Facts { root: Some(pem("mine")), brought_root: Some(pem("mine")), ..good() }),
        ("installers", Grade::Warning, Facts { deployments: Some(vec![helm]), ..good() }),
        ("certificates", Grade::Failed, Facts { root: Some(expired.to_owned()), now: 4_000_000_000, ..good() }),
        (
            "version-skew",
            Grade::Failed,
            Facts { deployments: Some(vec![istiod()]), fleet: Some(fleet("1.27.0")), ..good() },
        ),
    ]
}

/// Cases of its definitions.
fn cases_of_definitions() -> Cases {
    let crd = |version: &str, stored: &str| {
        let spec = json!({"versions": [{"name": version, "served": true}]});
        object(
            "CustomResourceDefinition",
            "apiextensions.k8s.io/v1",
            "a.istio.io",
            json!({"spec": spec, "status": {"storedVersions": [stored]}}),
        )
    };
    let schema = |fields: Value| {
        let spec = json!({"properties": {"spec": {"properties": fields}}});
        let version = json!({"name": "v1", "served": true, "schema": {"openAPIV3Schema": spec}});
        object(
            "CustomResourceDefinition",
            "apiextensions.k8s.io/v1",
            "a.istio.io",
            json!({"spec": {"versions": [version]}}),
        )
    };
    let newer = json!({"a": {"properties": {"b": {}}}, "c": {}});
    vec![
        (
            "definitions",
            Grade::Failed,
            Facts { definitions: Some(vec![crd("v1", "v1alpha3")]), wanted: vec![crd("v1", "v1")], ..good() },
        ),
        (
            "definitions",
            Grade::Warning,
            Facts { definitions: Some(vec![schema(json!({"a": {}}))]), wanted: vec![schema(newer.clone())], ..good() },
        ),
        (
            "definitions",
            Grade::Passed,
            Facts {
                definitions: Some(vec![schema(newer.clone())]),
                own_definitions: vec![schema(json!({"a": {}}))],
                ..good()
            },
        ),
        ("definitions", Grade::Warning, Facts { own_definitions: vec![schema(newer)], ..good() }),
    ]
}

#[test]
fn every_check_has_something_it_finds() {
    let all = [cases_of_the_cluster(), cases_of_webhooks_and_workloads(), cases_of_the_mesh(), cases_of_definitions()];
    let table: Cases = all.into_iter().flatten().collect();
    let known: BTreeSet<&str> = table.iter().map(|(id, ..)| *id).collect();
    assert_eq!(known, CHECKS.iter().map(|check| check.id).collect::<BTreeSet<_>>(), "a case for every check");
    for (id, outcome, facts) in table {
        let verdict = run(id, &facts);
        assert_eq!(verdict.outcome, outcome, "{id}: {verdict:?}");
        assert!(!verdict.reasons.is_empty(), "{id}");
        let clean = run(id, &Facts { deployments: Some(vec![istiod()]), ..good() });
        assert!(matches!(clean.outcome, Grade::Passed | Grade::Skipped), "{id}: {clean:?}");
        let blind = run(id, &Facts::default());
        assert!(matches!(blind.outcome, Grade::Passed | Grade::Skipped), "{id}: {blind:?}");
    }
}

#[test]
fn only_what_fails_closed_for_a_gone_control_plane_is_an_orphan() {
    let with = |webhook: Object, deployments: Vec<Object>| Facts {
        webhooks: Some(vec![webhook]),
        deployments: Some(deployments),
        slices: Some(vec![]),
        ..good()
    };
    let count = |webhook: Object, deployments: Vec<Object>| orphans(&with(webhook, deployments)).len();
    let mut handed_over = injector("Fail");
    handed_over.value_mut()["webhooks"][0]["objectSelector"] =
        json!({"matchLabels": {"istio.io/deactivated": "never-match"}});
    let mut foreign = injector("Fail");
    foreign.value_mut()["webhooks"][0]["name"] = "inject.example.com".into();
    assert_eq!(count(injector("Fail"), vec![]), 1);
    assert_eq!(count(injector("Fail"), vec![istiod()]), 0);
    assert_eq!(count(injector("Ignore"), vec![]), 0);
    // It refuses nothing, so nothing is stuck; it goes with the rest.
    assert_eq!(count(handed_over.clone(), vec![]), 1);
    assert_eq!(run("deadlocks", &with(handed_over, vec![])).outcome, Grade::Passed);
    assert_eq!(count(foreign, vec![]), 0);
    // The control plane of another cluster answers; and what may not be read is not gone.
    let remote = json!({"endpoints": [{"addresses": ["10.0.0.1"]}]});
    let mut remote = object("EndpointSlice", "discovery.k8s.io/v1", "istiod-1", remote);
    remote.set_label("kubernetes.io/service-name", "istiod");
    assert_eq!(orphans(&Facts { slices: Some(vec![remote]), ..with(injector("Fail"), vec![]) }).len(), 0);
    assert_eq!(orphans(&Facts { slices: None, ..with(injector("Fail"), vec![]) }).len(), 0);
    assert_eq!(orphans(&Facts { all_control_planes: false, ..with(injector("Fail"), vec![]) }).len(), 0);
}
