//! Control planes of several minor versions of Istio in one cluster, each treated by its own line: 1.29 and 1.30 installed by
//! mesh, 1.31 as istioctl leaves it.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use cluster::Cluster;
use serde_json::{Value, json};

use crate::harness::live;
use crate::harness::mesh::{Mesh, Run};
use crate::harness::paths::Paths;
use crate::harness::planes::builder;

const SOON: Duration = Duration::from_secs(120);
const NEW: &str = "1.31.0-rc.0";
const MAPS: &str = "/api/v1/namespaces/istio-system/configmaps";
const DEPLOYMENTS: &str = "/apis/apps/v1/namespaces/istio-system/deployments";
const VALIDATORS: &str = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";

fn mesh(cluster: &Cluster, args: &[&str]) -> Result<Run> {
    Mesh::on(cluster).args(args).run()
}

/// A namespace of a revision, with a workload that tells where its metrics are as only 1.31 reads it.
fn enrolled(cluster: &Cluster, name: &str) -> Result<()> {
    cluster.create_namespace(name, &json!({"istio.io/rev": name}))?;
    let annotations = json!({"prometheus.istio.io/scrape-targets": "8080,9100:/custom"});
    let metadata = json!({"labels": {"app": "web"}, "annotations": annotations});
    let template = json!({"metadata": metadata, "spec": {"containers": [{"name": "web", "image": "web:1"}]}});
    let web = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
        "spec": {"replicas": 1, "selector": {"matchLabels": {"app": "web"}}, "template": template}});
    cluster.create(&format!("/apis/apps/v1/namespaces/{name}/deployments"), &web)?;
    // Pods are refused until istiod answers.
    cluster.wait_for_deployment(name, "web", SOON)
}

/// Puts the revision `canary` of 1.31 there, as istioctl applies it.
fn by_istioctl(cluster: &Cluster, manifest: &str) -> Result<()> {
    let paths = Paths::of(cluster)?;
    for mut document in mesh::yaml::documents("manifest", manifest)? {
        let name = document["metadata"]["name"].as_str().unwrap_or_default();
        if document.is_null() || name.contains("gateway") && !name.contains("controller") {
            continue;
        }
        if name == "istio-sidecar-injector-canary" && document["kind"] == "ConfigMap" {
            with_templates(cluster, &mut document)?;
        }
        cluster.apply_as("istio-operator", &paths.object(&document)?, &document)?;
    }
    cluster.wait_for_deployment("istio-system", "istiod-canary", SOON)
}

/// The reference keeps no templates: those of 1.30 with the field that 1.31 added, for the image of istio-init.
fn with_templates(cluster: &Cluster, map: &mut Value) -> Result<()> {
    let read = |map: &Value| mesh::yaml::document("config", map["data"]["config"].as_str().unwrap_or_default());
    let mut templates = read(&cluster.get(&format!("{MAPS}/istio-sidecar-injector"))?)?["templates"].take();
    let sidecar = templates["sidecar"].as_str().context("no template")?.replacen(".ProxyImage", ".ProxyInitImage", 1);
    ensure!(sidecar.contains(".ProxyInitImage"), "no image in {sidecar}");
    templates["sidecar"] = sidecar.into();
    let mut config = read(map)?;
    config["templates"] = templates;
    map["data"]["config"] = config.to_string().into();
    Ok(())
}

#[test]
fn each_control_plane_is_treated_by_its_own_line() -> Result<()> {
    let Some(manifest) = live::golden("1.31/manifest/flag-revision/expected.yaml")? else { return Ok(()) };
    let cluster = &builder().start()?;
    for args in [
        &["install", "--set", "profile=minimal", "-y"][..],
        &["install", "--set", "profile=minimal", "--revision", "old", "--set", "tag=1.29.6", "-y"],
    ] {
        let run = mesh(cluster, args)?;
        ensure!(run.code == Some(0), "{run}");
    }
    by_istioctl(cluster, &manifest)?;
    for revision in ["old", "canary"] {
        enrolled(cluster, revision)?;
    }
    seen(cluster)?;
    tagged(cluster)?;
    not_known(cluster)?;
    uninstalled(cluster)
}

/// What is read: every command that looks says the same of each version.
fn seen(cluster: &Cluster) -> Result<()> {
    let listed = mesh(cluster, &["revision", "list"])?;
    for (revision, version) in [("default", "1.30.3"), ("old", "1.29.6"), ("canary", NEW)] {
        let is_row = |line: &str| line.starts_with(revision) && line.contains(version);
        ensure!(listed.stdout.lines().any(is_row), "no {revision} of {version}: {listed}");
    }
    for (args, code, parts) in [
        (&["status"][..], 0, &["istio-system/istiod-canary", NEW, "1.29.6"][..]),
        (&["version"], 0, &[NEW, "1.29.6", "1.30.3"]),
        (&["check", "--only", "injectors,webhooks,workloads,deadlocks", "-v"], 0, &["nothing was found"]),
        (&["describe", "deployment", "web", "-n", "canary"], 0, &["canary"]),
        // Recorded is what mesh installed; of what others did nothing is said to be wrong.
        (&["verify"], 0, &[]),
    ] {
        let run = mesh(cluster, args)?;
        ensure!(run.code == Some(code) && parts.iter().all(|part| run.stdout.contains(part)), "{args:?}: {run}");
        ensure!(!run.stdout.contains("Not Known") && !run.stderr.contains("not known"), "{args:?}: {run}");
    }
    // The pod of 1.31 is scraped at several places, that of 1.29 knows nothing of them; both are what would be made now.
    for (space, told) in [("old", false), ("canary", true)] {
        let pod = cluster.list(&format!("/api/v1/namespaces/{space}/pods"))?.into_iter().next().context("no pod")?;
        let variable = pod.to_string().contains("ISTIO_PROMETHEUS_ANNOTATIONS");
        ensure!(variable == told, "{space}: {pod}");
        mesh(cluster, &["restart", "--outdated", "-n", space])?.expect_done("nothing has to restart\n")?;
        let described =
            mesh(cluster, &["describe", "pod", pod["metadata"]["name"].as_str().unwrap_or_default(), "-n", space])?;
        ensure!(described.code == Some(0) && described.stdout.contains("Drift:        none"), "{described}");
        // A file is injected as the webhook does it.
        let file = tempfile::NamedTempFile::with_suffix(".yaml")?;
        std::fs::write(file.path(), pod_of_file(space))?;
        let path = file.path().display().to_string();
        let run = mesh(cluster, &["inject", "-f", &path, "--from-cluster", "--revision", space])?;
        ensure!(run.code == Some(0) && run.stdout.contains("ISTIO_PROMETHEUS_ANNOTATIONS") == told, "{run}");
    }
    Ok(())
}

fn pod_of_file(space: &str) -> String {
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": space,
        "annotations": {"prometheus.istio.io/scrape-targets": "8080"}}, "spec": {"containers": [{"name": "a", "image": "a"}]}})
    .to_string()
}

/// A tag goes with the validator that is labelled with it.
fn tagged(cluster: &Cluster) -> Result<()> {
    mesh(cluster, &["tag", "set", "prod", "--revision", "canary", "-y"])?
        .expect_done("✔ Tag prod leads to revision canary\n")?;
    let validator = json!({"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": "istio-validator-tag-prod", "labels": {"istio.io/tag": "prod"}}, "webhooks": []});
    cluster.create(VALIDATORS, &validator)?;
    let run = mesh(cluster, &["tag", "remove", "prod", "-y"])?;
    ensure!(run.code == Some(0), "{run}");
    ensure!(cluster.get_opt(&format!("{VALIDATORS}/istio-validator-tag-prod"))?.is_none(), "it stays: {run}");
    Ok(())
}

/// What a template reads and mesh does not know is said, and not that pods are refused; so is a version that is too new.
fn not_known(cluster: &Cluster) -> Result<()> {
    let map = format!("{MAPS}/istio-sidecar-injector-canary");
    let config = cluster.get(&map)?["data"]["config"].as_str().context("no config")?.to_owned();
    let write = |text: &str| cluster.merge(&map, &json!({"data": {"config": text}})).map(drop);
    for (used, said) in
        [(".Strange", "reads the field Strange"), ("(strange .ProxyImage)", "calls the function strange")]
    {
        let strange = config.replacen(".ProxyInitImage", used, 1);
        ensure!(strange != config, "nothing to put it in place of");
        write(&strange)?;
        let said = format!("{said}, which this mesh does not know");
        let run = mesh(cluster, &["restart", "--outdated", "-n", "canary"])?;
        run.expect_failed(1, &[&said, "hint: a newer mesh may know it"])?;
        ensure!(!run.stderr.contains("would be refused"), "{run}");
        let run = mesh(cluster, &["check", "--only", "injectors"])?;
        ensure!(run.stderr.contains(&said) && !run.stdout.contains("are refused"), "{run}");
    }
    write(&config)?;

    let istiod = format!("{DEPLOYMENTS}/istiod-canary");
    let image = |tag: &str| {
        let mut containers = cluster.get(&istiod)?["spec"]["template"]["spec"]["containers"].take();
        containers[0]["image"] = format!("registry.istio.io/release/pilot:{tag}").into();
        cluster.merge(&istiod, &json!({"spec": {"template": {"spec": {"containers": containers}}}}))?;
        cluster.wait_for_deployment("istio-system", "istiod-canary", SOON)
    };
    image("1.40.1")?;
    let said = "warning: Istio 1.40.1 is newer than what this mesh knows; it is treated as 1.31";
    let run = mesh(cluster, &["restart", "--outdated", "-n", "canary", "--dry-run"])?;
    ensure!(run.stderr.matches(said).count() == 1, "{run}");
    image(NEW)
}

/// What another version made goes as it came.
fn uninstalled(cluster: &Cluster) -> Result<()> {
    for space in ["canary", "old"] {
        cluster.delete(&format!("/api/v1/namespaces/{space}"))?;
        cluster.eventually(SOON, "end of a namespace", |cluster| {
            Ok(cluster.get_opt(&format!("/api/v1/namespaces/{space}"))?.is_none().then_some(()))
        })?;
    }
    let run = mesh(cluster, &["uninstall", "--revision", "canary", "-y"])?;
    ensure!(run.code == Some(0), "{run}");
    let left: Vec<Value> = cluster.list(DEPLOYMENTS)?;
    let names: Vec<&str> = left.iter().filter_map(|one| one["metadata"]["name"].as_str()).collect();
    ensure!(names == ["istiod", "istiod-old"], "{names:?}");
    let run = mesh(cluster, &["verify"])?;
    ensure!(run.code == Some(0), "{run}");
    Ok(())
}
