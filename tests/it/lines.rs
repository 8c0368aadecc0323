//! Control planes of several minor versions of Istio in one cluster, each treated by its own line: 1.28, 1.29 and 1.30 installed
//! by mesh, 1.31 as istioctl leaves it.

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

/// A control plane, and what is said of it.
struct Plane {
    revision: &'static str,
    version: &'static str,
    /// Whether its proxies are told where their metrics are, which 1.31 began with.
    tells: bool,
    /// What `diff` answers: mesh has written it, or would write another one over it.
    diff: (i32, &'static str),
}

const PLANES: [Plane; 4] = [
    Plane { revision: "older", version: "1.28.10", tells: false, diff: (0, "nothing differs\n") },
    Plane { revision: "old", version: "1.29.6", tells: false, diff: (0, "nothing differs\n") },
    Plane { revision: "default", version: "1.30.3", tells: false, diff: (0, "nothing differs\n") },
    Plane { revision: "canary", version: NEW, tells: true, diff: (1, "~ Deployment/istio-system/istiod-canary\n") },
];

impl Plane {
    /// The namespace whose pods it injects.
    fn space(&self) -> String {
        format!("of-{}", self.revision)
    }
}

fn mesh(cluster: &Cluster, args: &[&str]) -> Result<Run> {
    Mesh::on(cluster).args(args).run()
}

/// A namespace of a plane, with a workload that tells where its metrics are as only 1.31 reads it.
fn enrolled(cluster: &Cluster, plane: &Plane) -> Result<()> {
    let name = &plane.space();
    cluster.create_namespace(name, &json!({"istio.io/rev": plane.revision}))?;
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
        &["install", "--set", "profile=minimal", "--revision", "older", "--set", "tag=1.28.10", "-y"],
    ] {
        let run = mesh(cluster, args)?;
        ensure!(run.code == Some(0), "{run}");
    }
    by_istioctl(cluster, &manifest)?;
    for plane in &PLANES {
        enrolled(cluster, plane)?;
    }
    seen(cluster)?;
    for plane in &PLANES {
        each(cluster, plane).with_context(|| format!("{} of {}", plane.revision, plane.version))?;
    }
    not_known(cluster)?;
    uninstalled(cluster)
}

/// What is read of all at once: every command that looks says the same of each version.
fn seen(cluster: &Cluster) -> Result<()> {
    let listed = mesh(cluster, &["revision", "list"])?;
    for Plane { revision, version, .. } in &PLANES {
        let is_row = |line: &str| line.split_whitespace().next() == Some(revision) && line.contains(version);
        ensure!(listed.stdout.lines().any(is_row), "no {revision} of {version}: {listed}");
    }
    let versions = PLANES.map(|plane| plane.version);
    let istiods = ["istio-system/istiod-canary", "istio-system/istiod-old", "istio-system/istiod-older"];
    for (args, parts) in [
        (&["status"][..], &[&versions[..], &istiods].concat()[..]),
        (&["version"], &versions),
        (&["check", "--only", "injectors,webhooks,workloads,deadlocks", "-v"], &["nothing was found"]),
        // Recorded is what mesh installed; of what others did nothing is said to be wrong.
        (&["verify"], &[]),
    ] {
        is_said(cluster, args, 0, parts)?;
    }
    Ok(())
}

/// A command ends so, says this, and says of nothing that it is not known.
fn is_said(cluster: &Cluster, args: &[&str], code: i32, parts: &[&str]) -> Result<Run> {
    let run = mesh(cluster, args)?;
    ensure!(run.code == Some(code) && parts.iter().all(|part| run.stdout.contains(part)), "{args:?}: {run}");
    ensure!(!run.stdout.contains("Not Known") && !run.stderr.contains("not know"), "{args:?}: {run}");
    Ok(run)
}

/// What is said and done of one plane.
fn each(cluster: &Cluster, plane: &Plane) -> Result<()> {
    let Plane { revision, version, tells, diff: (differs, said) } = *plane;
    let space = &plane.space();
    // The pod of 1.31 is scraped at several places, those before know nothing of them; each is what would be made now.
    let pod = cluster.list(&format!("/api/v1/namespaces/{space}/pods"))?.into_iter().next().context("no pod")?;
    ensure!(pod.to_string().contains("ISTIO_PROMETHEUS_ANNOTATIONS") == tells, "{pod}");
    let pod = pod["metadata"]["name"].as_str().unwrap_or_default();
    // A file is injected as the webhook does it.
    let file = tempfile::NamedTempFile::with_suffix(".yaml")?;
    std::fs::write(file.path(), pod_of_file(space))?;
    let path = file.path().display().to_string();
    let tag = format!("tag={version}");
    let table = [
        (&["describe", "deployment", "web", "-n", space][..], 0, revision),
        (&["describe", "pod", pod, "-n", space], 0, "Drift:        none"),
        (&["restart", "--outdated", "-n", space], 0, "nothing has to restart\n"),
        (&["inject", "-f", &path, "--from-cluster", "--revision", revision], 0, "istio-proxy"),
        (&["diff", "--revision", revision, "--set", "profile=minimal", "--set", &tag], differs, said),
        (&["tag", "set", "prod", "--revision", revision, "-y"], 0, "✔ Tag prod leads to revision "),
    ];
    for (args, code, said) in table {
        let run = is_said(cluster, args, code, &[said])?;
        if args[0] == "inject" {
            ensure!(run.stdout.contains("ISTIO_PROMETHEUS_ANNOTATIONS") == tells, "{run}");
        }
    }
    // A tag goes with the validator that is labelled with it.
    let validator = json!({"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": "istio-validator-tag-prod", "labels": {"istio.io/tag": "prod"}}, "webhooks": []});
    cluster.create(VALIDATORS, &validator)?;
    let run = is_said(cluster, &["tag", "remove", "prod", "-y"], 0, &[])?;
    ensure!(cluster.get_opt(&format!("{VALIDATORS}/istio-validator-tag-prod"))?.is_none(), "it stays: {run}");
    Ok(())
}

fn pod_of_file(space: &str) -> String {
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": space,
        "annotations": {"prometheus.istio.io/scrape-targets": "8080"}}, "spec": {"containers": [{"name": "a", "image": "a"}]}})
    .to_string()
}

/// What a template reads and mesh does not know is said, and not that pods are refused; so is a version that is too new.
fn not_known(cluster: &Cluster) -> Result<()> {
    let map = format!("{MAPS}/istio-sidecar-injector-canary");
    let config = cluster.get(&map)?["data"]["config"].as_str().context("no config")?.to_owned();
    let write = |text: &str| cluster.merge(&map, &json!({"data": {"config": text}})).map(drop);
    let space = "of-canary";
    for (used, said) in
        [(".Strange", "reads the field Strange"), ("(strange .ProxyImage)", "calls the function strange")]
    {
        let strange = config.replacen(".ProxyInitImage", used, 1);
        ensure!(strange != config, "nothing to put it in place of");
        write(&strange)?;
        let templates = &mesh::yaml::document("config", &strange)?["templates"];
        let sidecar = templates["sidecar"].as_str().context("no template")?;
        let before = sidecar.find(used).context("it is in another template")?;
        let line = sidecar[..before].matches('\n').count() + 1;
        let said = format!("injection template sidecar, line {line}, {said}, which this mesh does not know");
        let run = mesh(cluster, &["restart", "--outdated", "-n", space])?;
        run.expect_failed(1, &[&said, "hint: a newer mesh may know it", "--injectConfigFile TEMPLATES"])?;
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
    let run = mesh(cluster, &["restart", "--outdated", "-n", space, "--dry-run"])?;
    ensure!(run.stderr.matches(said).count() == 1, "{run}");
    let run = mesh(cluster, &["describe", "deployment", "web", "-n", space])?;
    ensure!(run.code == Some(0) && run.stdout.contains("Not Known"), "{run}");
    ensure!(run.stdout.matches(said.trim_start_matches("warning: ")).count() == 1, "{run}");
    image(NEW)
}

/// What another version made goes as it came, and nothing of the others.
fn uninstalled(cluster: &Cluster) -> Result<()> {
    let goes = || PLANES.iter().filter(|plane| plane.revision != "default");
    for plane in goes() {
        cluster.delete(&format!("/api/v1/namespaces/{}", plane.space()))?;
    }
    for plane in goes() {
        let space = format!("/api/v1/namespaces/{}", plane.space());
        cluster
            .eventually(SOON, "end of a namespace", |cluster| Ok(cluster.get_opt(&space)?.is_none().then_some(())))?;
    }
    let names = |cluster: &Cluster| -> Result<Vec<String>> {
        let all = cluster.list(DEPLOYMENTS)?;
        Ok(all.iter().filter_map(|one| one["metadata"]["name"].as_str().map(str::to_owned)).collect())
    };
    let mut left = names(cluster)?;
    for plane in goes() {
        let run = mesh(cluster, &["uninstall", "--revision", plane.revision, "-y"])?;
        ensure!(run.code == Some(0), "{run}");
        left.retain(|name| *name != format!("istiod-{}", plane.revision));
        ensure!(names(cluster)? == left, "{:?}, not {left:?}: {run}", names(cluster)?);
        is_said(cluster, &["verify"], 0, &[])?;
    }
    ensure!(left == ["istiod"], "{left:?}");
    Ok(())
}
