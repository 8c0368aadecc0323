//! What `check` and `status` see of a mesh that does not work as it should, and that it is seen before anything is begun.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use cluster::Cluster;
use serde_json::{Value, json};

use crate::harness::mesh::{MINIMAL_LINES, Mesh, Run};
use crate::harness::planes::builder;

const SOON: Duration = Duration::from_secs(120);
const ADMISSION: &str = "/apis/admissionregistration.k8s.io/v1";
const CRDS: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const HOME: &str = "/api/v1/namespaces/istio-system";
const ENFORCE: &str = "pod-security.kubernetes.io/enforce";

fn mesh(cluster: &Cluster, args: &[&str]) -> Result<Run> {
    Mesh::on(cluster).args(args).run()
}

/// The check ends with this exit code, and says these parts.
fn check(cluster: &Cluster, id: &str, code: i32, more: &[&str], parts: &[&str]) -> Result<()> {
    let run = mesh(cluster, &[&["check", "--only", id][..], more].concat())?;
    ensure!(run.code == Some(code), "check {id}: {run}");
    for part in parts {
        ensure!(run.stdout.contains(part), "check {id} without {part:?}: {run}");
    }
    Ok(())
}

fn status_says(cluster: &Cluster, parts: &[&str]) -> Result<()> {
    let run = mesh(cluster, &["status"])?;
    run.is_plain()?;
    for part in parts {
        ensure!(run.stdout.contains(part), "status without {part:?}: {run}");
    }
    Ok(())
}

fn namespace(cluster: &Cluster, name: &str, labels: Value) -> Result<()> {
    cluster.create_namespace(name, &labels)
}

fn deployment(cluster: &Cluster, namespace: &str, name: &str, image: &str) -> Result<()> {
    let template =
        json!({"metadata": {"labels": {"app": name}}, "spec": {"containers": [{"name": "web", "image": image}]}});
    let spec = json!({"replicas": 1, "selector": {"matchLabels": {"app": name}}, "template": template});
    let object = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec});
    cluster.create(&format!("/apis/apps/v1/namespaces/{namespace}/deployments"), &object).map(drop)
}

#[test]
fn what_does_not_work_is_found() -> Result<()> {
    let cluster = builder().nodes(2).start()?;
    before(&cluster)?;
    Mesh::on(&cluster).install(["--set", "profile=minimal", "-y"]).run()?.expect_done(MINIMAL_LINES)?;
    webhooks(&cluster)?;
    injector(&cluster)?;
    authority(&cluster)?;
    definitions(&cluster)?;
    forbidden(&cluster)?;
    workloads(&cluster)
}

/// What is seen before there is Istio.
fn before(cluster: &Cluster) -> Result<()> {
    let gateways = json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "gateways.gateway.networking.k8s.io",
            "annotations": {"api-approved.kubernetes.io": "https://github.com/kubernetes-sigs/gateway-api/pull/1"}},
        "spec": {"group": "gateway.networking.k8s.io", "scope": "Namespaced",
            "names": {"kind": "Gateway", "plural": "gateways", "singular": "gateway", "listKind": "GatewayList"},
            "versions": [{"name": "v1alpha2", "served": true, "storage": true,
                "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}}]},
    });
    cluster.create(CRDS, &gateways)?;
    cluster.eventually(SOON, "gateways", |cluster| {
        Ok(cluster.list("/apis/gateway.networking.k8s.io/v1alpha2/gateways").ok().map(drop))
    })?;
    let said = "Gateway is served as v1alpha2 only, and istiod waits for v1";
    cluster.eventually(SOON, "discovery", |cluster| {
        Ok(mesh(cluster, &["check", "--only", "gateway-api"])?.stdout.contains(said).then_some(()))
    })?;
    check(cluster, "gateway-api", 1, &[], &["standard-install.yaml"])?;
    status_says(cluster, &["gateway-api", said])?;
    // An installation would wait for it in vain.
    let mark = cluster.mark()?;
    mesh(cluster, &["install", "--set", "profile=minimal", "-y"])?
        .expect_failed(1, &["check gateway-api fails", said])?;
    let writes = cluster.requests_since(mark)?.by_agent("mesh/").mutating();
    ensure!(writes.all().iter().all(|one| one.path.contains("reviews")), "{}", writes.lines());
    cluster.delete(&format!("{CRDS}/gateways.gateway.networking.k8s.io"))?;
    cluster.eventually(SOON, "end of gateways", |cluster| {
        let gone = mesh(cluster, &["check", "--only", "gateway-api"])?;
        Ok((gone.code == Some(0)).then_some(()))
    })?;
    let elsewhere = ["--set", "profile=ambient", "--set", "components.ztunnel.namespace=mesh"];
    check(cluster, "ztunnel-trust", 1, &elsewhere, &["mesh/ztunnel", "values.pilot.trustedZtunnelNamespace=mesh"])?;
    let trusted = [&elsewhere[..], &["--set", "values.pilot.trustedZtunnelNamespace=mesh"]].concat();
    check(cluster, "ztunnel-trust", 0, &trusted, &[])
}

fn webhooks(cluster: &Cluster) -> Result<()> {
    let client = json!({"service": {"name": "policy", "namespace": "gone"}, "caBundle": "QQ=="});
    let nowhere = json!({"matchLabels": {"kubernetes.io/metadata.name": "nowhere"}});
    let hook = json!({"name": "policy.example.com", "clientConfig": client, "sideEffects": "None", "failurePolicy": "Fail",
        "admissionReviewVersions": ["v1"], "namespaceSelector": nowhere,
        "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}]});
    let dead = json!({"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": "policy"}, "webhooks": [hook]});
    let policies = format!("{ADMISSION}/validatingwebhookconfigurations");
    cluster.create(&policies, &dead)?;
    let said = "ValidatingWebhookConfiguration/policy: policy.example.com fails closed, and Service gone/policy";
    check(cluster, "other-webhooks", 1, &[], &[said])?;
    status_says(cluster, &["other-webhooks", said])?;
    cluster.delete(&format!("{policies}/policy"))?;

    let injectors = format!("{ADMISSION}/mutatingwebhookconfigurations");
    let mut copy = cluster.get(&format!("{injectors}/istio-revision-tag-default"))?;
    copy["metadata"] = json!({"name": "left-over", "labels": copy["metadata"]["labels"]});
    check(cluster, "overlaps", 0, &[], &[])?;
    cluster.create(&injectors, &copy)?;
    let said = "are injected by each of MutatingWebhookConfigurations istio-revision-tag-default and left-over";
    check(cluster, "overlaps", 1, &[], &[said])?;
    status_says(cluster, &["overlaps"])?;
    cluster.delete(&format!("{injectors}/left-over")).map(drop)
}

fn injector(cluster: &Cluster) -> Result<()> {
    let path = format!("{HOME}/configmaps/istio-sidecar-injector?fieldManager=kubectl-edit");
    let before = cluster.get(&path)?;
    check(cluster, "injectors", 0, &[], &[])?;
    for config in ["templates: [", "policy: enabled\ntemplates:\n  sidecar: \"{{ fail `no` }}\"\n"] {
        cluster.merge(&path, &json!({"data": {"config": config}}))?;
        check(cluster, "injectors", 1, &[], &["mesh install writes it anew"])?;
    }
    status_says(cluster, &["injectors"])?;
    cluster.merge(&path, &json!({"data": before["data"]})).map(drop)
}

fn authority(cluster: &Cluster) -> Result<()> {
    let brought = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCmIzUm9aWEk9Ci0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS0K";
    let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "cacerts"}, "data": {"root-cert.pem": brought}});
    check(cluster, "authority", 0, &[], &[])?;
    cluster.create(&format!("{HOME}/secrets"), &secret)?;
    check(cluster, "authority", 0, &[], &["istio-system/cacerts has another root", "kubectl rollout restart"])?;
    status_says(cluster, &["authority"])?;
    cluster.delete(&format!("{HOME}/secrets/cacerts")).map(drop)
}

fn definitions(cluster: &Cluster) -> Result<()> {
    let path = format!("{CRDS}/telemetries.telemetry.istio.io");
    let before = cluster.get(&path)?;
    check(cluster, "definitions", 0, &["-v"], &["nothing older is there"])?;
    let mut older = before.clone();
    for version in older["spec"]["versions"].as_array_mut().context("no versions")? {
        let fields = version.pointer_mut("/schema/openAPIV3Schema/properties/spec/properties");
        fields.and_then(Value::as_object_mut).context("no fields")?.shift_remove("tracing");
    }
    let edited = format!("{path}?fieldManager=kubectl-edit");
    cluster.merge(&edited, &json!({ "spec": { "versions": older["spec"]["versions"] } }))?;
    let said = "telemetries.telemetry.istio.io is of an older version: it does not have spec.tracing";
    check(cluster, "definitions", 0, &[], &[said, "hint: mesh install updates them"])?;
    cluster.delete(&format!("{CRDS}/wasmplugins.extensions.istio.io"))?;
    cluster.eventually(SOON, "end of a CRD", |cluster| {
        Ok(cluster.get_opt(&format!("{CRDS}/wasmplugins.extensions.istio.io"))?.is_none().then_some(()))
    })?;
    check(cluster, "definitions", 0, &[], &["wasmplugins.extensions.istio.io is not there"])?;
    // Where an installation leaves CRDs out, it does not mend them.
    let apart = ["--set", "components.base.enabled=false"];
    check(cluster, "definitions", 0, &apart, &[said, "kubectl apply --server-side"])?;
    Mesh::on(cluster).install(["--set", "profile=minimal", "-y"]).run()?.expect_done(MINIMAL_LINES)?;
    check(cluster, "definitions", 0, &["-v"], &["nothing older is there"])
}

/// What Pod Security forbids is said before it is tried.
fn forbidden(cluster: &Cluster) -> Result<()> {
    cluster.merge(HOME, &json!({"metadata": {"labels": {ENFORCE: "restricted"}}}))?;
    let said = "namespace istio-system enforces restricted, which pods of Deployment/istio-system/istiod break: seccompProfile.type";
    let hint = "kubectl label namespace istio-system pod-security.kubernetes.io/enforce=baseline --overwrite";
    check(cluster, "pod-security", 1, &["--set", "profile=minimal"], &[said, hint])?;
    let run = mesh(cluster, &["install", "--set", "profile=minimal", "--set", "values.pilot.traceSampling=2", "-y"])?;
    run.expect_failed(1, &["check pod-security fails, nothing was written", said, hint])?;
    cluster.merge(HOME, &json!({"metadata": {"labels": {ENFORCE: "baseline"}}}))?;
    check(cluster, "pod-security", 0, &["--set", "profile=minimal"], &[])?;
    cluster.merge(HOME, &json!({"metadata": {"labels": {ENFORCE: null}}}))?;

    namespace(cluster, "strict", json!({ENFORCE: "restricted"}))?;
    let mark = cluster.mark()?;
    let run = mesh(cluster, &["inject", "namespace", "strict"])?;
    run.expect_failed(
        1,
        &[
            "check pod-security fails, nothing was written",
            "namespace strict enforces restricted, which injected pods break without the CNI node agent: capabilities",
            "hint: mesh install --set components.cni.enabled=true",
        ],
    )?;
    let writes = cluster.requests_since(mark)?.by_agent("mesh/").mutating();
    ensure!(writes.is_empty(), "{}", writes.lines());
    let labels = cluster.get("/api/v1/namespaces/strict")?["metadata"]["labels"].take();
    ensure!(labels.get("istio-injection").is_none(), "{labels}");
    mesh(cluster, &["inject", "namespace", "strict", "--dry-run"])?.expect_failed(1, &["check pod-security fails"])?;
    // A workload alone is no other: its pods get the same proxy.
    let web = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {"replicas": 0,
        "selector": {"matchLabels": {"app": "web"}}, "template": {"metadata": {"labels": {"app": "web"}},
        "spec": {"containers": [{"name": "web", "image": "web:1"}]}}}});
    cluster.create("/apis/apps/v1/namespaces/strict/deployments", &web)?;
    let mark = cluster.mark()?;
    let run = mesh(cluster, &["inject", "deployment", "web", "-n", "strict"])?;
    run.expect_failed(1, &["check pod-security fails, nothing was written", "namespace strict enforces restricted"])?;
    let writes = cluster.requests_since(mark)?.by_agent("mesh/").mutating();
    ensure!(writes.is_empty(), "{}", writes.lines());
    cluster.delete("/apis/apps/v1/namespaces/strict/deployments/web").map(drop)
}

/// Every state that keeps a component or a workload of the mesh from being ready.
fn workloads(cluster: &Cluster) -> Result<()> {
    check(cluster, "workloads", 0, &["-v"], &["all of them"])?;
    namespace(cluster, "shop", json!({"istio-injection": "enabled"}))?;
    namespace(cluster, "full", json!({"istio-injection": "enabled"}))?;
    let none = json!({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "none"}, "spec": {"hard": {"pods": "0"}}});
    cluster.create("/api/v1/namespaces/full/resourcequotas", &none)?;
    cluster.eventually(SOON, "counted quota", |cluster| {
        let quota = cluster.get("/api/v1/namespaces/full/resourcequotas/none")?;
        Ok(quota["status"]["hard"].is_object().then_some(()))
    })?;
    deployment(cluster, "full", "web", "nginx:1.14.2")?;
    deployment(cluster, "shop", "web", "missing.invalid/web:1")?;
    // A bare namespace of somebody else is nobody's business here.
    namespace(cluster, "plain", json!({}))?;
    deployment(cluster, "plain", "web", "missing.invalid/web:1")?;
    let said =
        ["Deployment/full/web: 0/1: its pods do not fit", "Deployment/shop/web: 0/1: image missing.invalid/web:1"];
    cluster.eventually(SOON, "both causes", |cluster| {
        let run = mesh(cluster, &["check", "--only", "workloads"])?;
        Ok((said.iter().all(|part| run.stdout.contains(part))).then_some(()))
    })?;
    let run = mesh(cluster, &["check", "--only", "workloads"])?;
    ensure!(run.code == Some(0) && !run.stdout.contains("plain/web"), "{run}");
    let shown = ["WORKLOAD NOT READY", "Deployment/full/web", "Deployment/shop/web", "image missing.invalid/web:1"];
    status_says(cluster, &shown)?;

    let path = "/apis/apps/v1/namespaces/istio-system/deployments/istiod";
    let containers = json!([{"op": "replace", "path": "/spec/template/spec/containers/0/image", "value": "r.example.com/pilot:missing"}]);
    cluster.kubectl(&[
        "-n",
        "istio-system",
        "patch",
        "deployment",
        "istiod",
        "--type=json",
        "-p",
        &containers.to_string(),
    ])?;
    let mut istiod = cluster.get(path)?;
    if istiod["spec"]["template"]["spec"]["containers"][0]["image"] != "r.example.com/pilot:missing" {
        istiod["spec"]["template"]["spec"]["containers"][0]["image"] = "r.example.com/pilot:missing".into();
        cluster.replace(path, &istiod)?;
    }
    let said = "Deployment/istio-system/istiod: 0/1: image r.example.com/pilot:missing";
    let mut last = None;
    let found = cluster.eventually(SOON, "the cause", |cluster| {
        let run = mesh(cluster, &["check", "--only", "workloads"])?;
        let is_said = run.code == Some(1) && run.stdout.contains(said);
        last = Some(run);
        Ok(is_said.then_some(()))
    });
    ensure!(found.is_ok(), "no {said:?}: {last:?}");
    status_says(cluster, &["image r.example.com/pilot:missing"])
}
