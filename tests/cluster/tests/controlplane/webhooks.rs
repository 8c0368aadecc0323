//! The way from the API server to istiod: real webhooks, a real Service, a process that comes and goes with its pod.

use std::time::{Duration, Instant};

use base64::Engine as _;
use cluster::{Behaviour, Cluster, Failure, Istiod, Path};
use serde_json::{Value, json};

use super::deployment;

const SOON: Duration = Duration::from_secs(120);
const WEBHOOKS: &str = "/apis/admissionregistration.k8s.io/v1";

/// The least of an Istio installation: an istiod that is a pod, its Service and role, and its two webhooks.
fn install(cluster: &Cluster) {
    cluster.create_namespace("istio-system", &json!({})).unwrap();
    let account = json!({ "apiVersion": "v1", "kind": "ServiceAccount", "metadata": { "name": "istiod" } });
    cluster.create("/api/v1/namespaces/istio-system/serviceaccounts", &account).unwrap();
    let binding = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": { "name": "istiod" },
        "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin" },
        "subjects": [{ "kind": "ServiceAccount", "name": "istiod", "namespace": "istio-system" }],
    });
    cluster.create("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", &binding).unwrap();
    let service = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": { "name": "istiod" },
        "spec": {
            "selector": { "app": "istiod" },
            "ports": [{ "name": "https-webhook", "port": 443, "targetPort": 15017 }, { "name": "http-monitoring", "port": 15014 }],
        },
    });
    cluster.create("/api/v1/namespaces/istio-system/services", &service).unwrap();
    let crd = json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": { "name": "gateways.networking.istio.io" },
        "spec": {
            "group": "networking.istio.io", "scope": "Namespaced",
            "names": { "kind": "Gateway", "plural": "gateways", "singular": "gateway", "listKind": "GatewayList" },
            "versions": [{
                "name": "v1", "served": true, "storage": true,
                "schema": { "openAPIV3Schema": { "type": "object", "x-kubernetes-preserve-unknown-fields": true } },
            }],
        },
    });
    cluster.create("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", &crd).unwrap();
    let config = "policy: enabled\ndefaultTemplates: [sidecar]\ntemplates:\n  sidecar: |\n    spec:\n      containers:\n      - \
                  name: istio-proxy\n        image: proxy\n";
    for (name, data) in
        [("istio-sidecar-injector", json!({ "config": config, "values": "{}" })), ("istio", json!({ "mesh": "" }))]
    {
        let map = json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": name }, "data": data });
        cluster.create("/api/v1/namespaces/istio-system/configmaps", &map).unwrap();
    }
    webhooks(cluster);
    let mut istiod = deployment("istiod", "istio/pilot:1.2.3", |template| {
        template["metadata"]["labels"]["istio.io/rev"] = json!("default");
        template["spec"]["serviceAccountName"] = json!("istiod");
    });
    istiod["metadata"]["namespace"] = json!("istio-system");
    cluster.apply("/apis/apps/v1/namespaces/istio-system/deployments/istiod", &istiod).unwrap();
    cluster.create_namespace("meshed", &json!({ "istio-injection": "enabled" })).unwrap();
}

/// The injector and the validator.
fn webhooks(cluster: &Cluster) {
    let webhook = |name: &str, path: &str, rule: Value, more: Value| {
        let mut webhook = json!({
            "name": name,
            "clientConfig": { "service": { "name": "istiod", "namespace": "istio-system", "path": path, "port": 443 } },
            "rules": [rule], "sideEffects": "None", "admissionReviewVersions": ["v1"], "timeoutSeconds": 2,
        });
        webhook.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        webhook
    };
    let pods = json!({ "apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"] });
    let istio = json!({ "apiGroups": ["networking.istio.io"], "apiVersions": ["*"], "operations": ["CREATE", "UPDATE"], "resources": ["*"] });
    let labelled =
        json!({ "failurePolicy": "Fail", "namespaceSelector": { "matchLabels": { "istio-injection": "enabled" } } });
    for (plural, kind, webhook) in [
        (
            "mutatingwebhookconfigurations",
            "MutatingWebhookConfiguration",
            webhook("sidecar-injector.istio.io", "/inject", pods, labelled),
        ),
        (
            "validatingwebhookconfigurations",
            "ValidatingWebhookConfiguration",
            webhook("validation.istio.io", "/validate", istio, json!({ "failurePolicy": "Ignore" })),
        ),
    ] {
        let object = json!({
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": kind,
            "metadata": { "name": "istio", "labels": { "istio.io/rev": "default" } },
            "webhooks": [webhook],
        });
        cluster.apply(&format!("{WEBHOOKS}/{plural}/istio"), &object).unwrap();
    }
}

fn validator(cluster: &Cluster) -> Value {
    cluster.get(&format!("{WEBHOOKS}/validatingwebhookconfigurations/istio")).unwrap()
}

/// Waits until the webhooks trust istiod.
fn trusted(cluster: &Cluster) {
    let told = |cluster: &Cluster| {
        let webhook = cluster.get(&format!("{WEBHOOKS}/mutatingwebhookconfigurations/istio"))?;
        Ok(webhook["webhooks"][0]["clientConfig"]["caBundle"].is_string().then_some(()))
    };
    cluster.eventually(SOON, "caBundle", told).unwrap();
}

/// Creates a pod in the injected namespace, and returns the names of its containers.
fn create_pod(cluster: &Cluster, dry: bool) -> anyhow::Result<Vec<String>> {
    let pod = json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": { "generateName": "p-" },
        "spec": { "containers": [{ "name": "main", "image": "x" }], "serviceAccountName": "default" },
    });
    let query = if dry { "?dryRun=All" } else { "" };
    let pod = cluster.create(&format!("/api/v1/namespaces/meshed/pods{query}"), &pod)?;
    let lists = ["initContainers", "containers"].map(|list| pod["spec"][list].as_array().cloned().unwrap_or_default());
    Ok(lists.iter().flatten().map(|one| one["name"].as_str().unwrap_or_default().to_owned()).collect())
}

fn bad_gateway(cluster: &Cluster) -> anyhow::Result<Value> {
    let gateway = json!({
        "apiVersion": "networking.istio.io/v1", "kind": "Gateway", "metadata": { "name": "bad" },
        "spec": { "servers": [{ "hosts": ["a.b"], "port": { "number": 70000, "name": "http", "protocol": "HTTP" } }] },
    });
    cluster.create("/apis/networking.istio.io/v1/namespaces/default/gateways?dryRun=All", &gateway)
}

#[test]
fn the_stand_in_does_what_istiod_does() {
    let cluster = Cluster::builder().istiod(Istiod::StandIn(Behaviour::default())).start().unwrap();
    install(&cluster);
    trusted(&cluster);
    assert!(create_pod(&cluster, true).unwrap().contains(&"istio-proxy".to_owned()));

    let closed = |cluster: &Cluster| Ok((validator(cluster)["webhooks"][0]["failurePolicy"] == "Fail").then_some(()));
    cluster.eventually(SOON, "closed validator", closed).unwrap();
    let fields = validator(&cluster)["metadata"]["managedFields"].to_string();
    assert!(fields.contains("\"pilot-discovery\""), "{fields}");
    let refused = format!("{:#}", bad_gateway(&cluster).unwrap_err());
    assert!(refused.contains("denied the request") && refused.contains("70000"), "{refused}");

    let ca = cluster.get("/api/v1/namespaces/istio-system/secrets/istio-ca-secret").unwrap();
    assert_eq!(ca["type"], "istio.io/ca-root");
    let told = validator(&cluster)["webhooks"][0]["clientConfig"]["caBundle"].as_str().unwrap().to_owned();
    assert_eq!(ca["data"]["ca-cert.pem"].as_str().unwrap(), told);
    for map in ["istio-ca-root-cert", "istio-ca-crl"] {
        let there = |cluster: &Cluster| cluster.get_opt(&format!("/api/v1/namespaces/meshed/configmaps/{map}"));
        cluster.eventually(SOON, map, there).unwrap();
    }
    let pem = String::from_utf8(base64::engine::general_purpose::STANDARD.decode(told).unwrap()).unwrap();
    assert!(pem.contains("BEGIN CERTIFICATE"));
    // A Service's port and the API server's own proxy lead to the process too.
    let version = cluster.text("/api/v1/namespaces/istio-system/services/istiod:15014/proxy/version").unwrap();
    assert_eq!(version, "1.2.3-stand-in-Clean");
}

#[test]
fn ports_of_istiod_are_forwarded_and_its_log_is_served() {
    let cluster = Cluster::builder().istiod(Istiod::StandIn(Behaviour::default())).start().unwrap();
    install(&cluster);
    trusted(&cluster);
    let pods = "/api/v1/namespaces/istio-system/pods";
    let name = cluster.list(pods).unwrap()[0]["metadata"]["name"].as_str().unwrap().to_owned();
    let log = cluster.text(&format!("{pods}/{name}/log")).unwrap();
    assert!(log.contains("serving revision default"), "{log}");

    let answer = cluster
        .with_client(async |client| {
            use tokio::io::{AsyncReadExt, AsyncWriteExt};

            let pods: kube::Api<k8s_openapi::api::core::v1::Pod> = kube::Api::namespaced(client, "istio-system");
            let mut forwarder = pods.portforward(&name, &[15014]).await?;
            let mut stream = forwarder.take_stream(15014).unwrap();
            stream.write_all(b"GET /version HTTP/1.0\r\nHost: istiod\r\n\r\n").await?;
            let mut answer = String::new();
            let mut buffer = [0; 1024];
            // Over a websocket the end of one port's stream is not told, so what is read decides.
            while !answer.ends_with("Clean") {
                let read = tokio::time::timeout(SOON, stream.read(&mut buffer)).await??;
                anyhow::ensure!(read > 0, "closed after {answer:?}");
                answer.push_str(&String::from_utf8_lossy(&buffer[..read]));
            }
            Ok(answer)
        })
        .unwrap();
    assert!(answer.starts_with("HTTP/1.0 200") && answer.ends_with("1.2.3-stand-in-Clean"), "{answer}");
}

#[test]
fn the_way_can_be_cut_refused_and_slow() {
    let cluster = Cluster::builder().istiod(Istiod::StandIn(Behaviour::default())).start().unwrap();
    install(&cluster);
    trusted(&cluster);
    create_pod(&cluster, true).unwrap();

    cluster.webhooks(Path::Refuse).unwrap();
    let refused = format!("{:#}", create_pod(&cluster, true).unwrap_err());
    assert!(refused.contains("failed calling webhook") && refused.contains("connection refused"), "{refused}");

    cluster.webhooks(Path::Cut).unwrap();
    let started = Instant::now();
    let lost = format!("{:#}", create_pod(&cluster, true).unwrap_err());
    assert!(lost.contains("context deadline exceeded"), "{lost}");
    assert!(started.elapsed() >= Duration::from_secs(2), "the webhook's own timeout: {:?}", started.elapsed());

    cluster.webhooks(Path::Delay(Duration::from_millis(600))).unwrap();
    let started = Instant::now();
    create_pod(&cluster, true).unwrap();
    assert!(started.elapsed() >= Duration::from_millis(600), "{:?}", started.elapsed());

    cluster.webhooks(Path::Open).unwrap();
    create_pod(&cluster, true).unwrap();
}

#[test]
fn no_ready_pod_means_no_istiod() {
    let cluster = Cluster::builder()
        .istiod(Istiod::StandIn(Behaviour::default()))
        .fail(Failure::image_not_found("istio/pilot"))
        .start()
        .unwrap();
    install(&cluster);
    let refused = format!("{:#}", create_pod(&cluster, true).unwrap_err());
    assert!(refused.contains("connection refused"), "{refused}");
    let istiods = |cluster: &Cluster| -> Vec<String> {
        let all = cluster.processes().unwrap();
        all.into_iter().map(|process| process.name).filter(|name| name.starts_with("istiod")).collect()
    };
    assert_eq!(istiods(&cluster), Vec::<String>::new());

    cluster.fail([]).unwrap();
    trusted(&cluster);
    create_pod(&cluster, true).unwrap();
    assert_eq!(istiods(&cluster).len(), 1);

    let path = "/apis/apps/v1/namespaces/istio-system/deployments/istiod";
    cluster.merge(path, &json!({ "spec": { "replicas": 0 } })).unwrap();
    cluster.eventually(SOON, "end of istiod", |cluster| Ok(istiods(cluster).is_empty().then_some(()))).unwrap();
    let dead = |cluster: &Cluster| Ok(create_pod(cluster, true).is_err().then_some(()));
    cluster.eventually(SOON, "refusal", dead).unwrap();
}

#[test]
fn it_can_be_wrong_on_purpose() {
    let wrong = Behaviour { wrong_ca: true, ..Behaviour::default() };
    let cluster = Cluster::builder().istiod(Istiod::StandIn(wrong)).start().unwrap();
    install(&cluster);
    trusted(&cluster);
    let refused = format!("{:#}", create_pod(&cluster, true).unwrap_err());
    assert!(refused.contains("certificate"), "{refused}");

    cluster.istiod(Istiod::StandIn(Behaviour { injects: false, ..Behaviour::default() })).unwrap();
    let left_alone = |cluster: &Cluster| Ok(create_pod(cluster, true).ok().filter(|names| *names == ["main"]));
    cluster.eventually(SOON, "pod as it was", left_alone).unwrap();

    cluster.istiod(Istiod::StandIn(Behaviour { inject_fails: true, ..Behaviour::default() })).unwrap();
    let failed = |cluster: &Cluster| {
        Ok(create_pod(cluster, true)
            .err()
            .map(|cause| format!("{cause:#}"))
            .filter(|text| text.contains("500") || text.contains("told to fail")))
    };
    cluster.eventually(SOON, "HTTP 500", failed).unwrap();
}
