//! The real kustomize-controller of Flux applies the folder. `MESH_TEST_FLUX` names a folder with its binary
//! (`go build` in a copy of the module github.com/fluxcd/kustomize-controller, 1.9 or later) and, in `crds/`, the definitions
//! of its kinds and of the sources (`config/crd/bases` of that module and of github.com/fluxcd/source-controller).

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use cluster::Cluster;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::{Folder, closed, versions};
use crate::harness::mesh::Mesh;
use crate::harness::named_program;
use crate::harness::planes::builder;
use crate::harness::releases::{Releases, sum};

/// A health check looks every few seconds.
const SOON: Duration = Duration::from_secs(240);
const KUSTOMIZATIONS: &str = "/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations";
const SOURCES: &str = "/apis/source.toolkit.fluxcd.io/v1/namespaces/flux-system/gitrepositories";

/// The controller, which ends with the test.
struct Controller(Child);

impl Drop for Controller {
    fn drop(&mut self) {
        // It may have ended by itself, which the test has seen.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Controller {
    fn start(flux: &Path, cluster: &Cluster) -> Result<Self> {
        let log = fs::File::create(cluster.folder().join("kustomize-controller.log"))?;
        let mut command = Command::new(flux.join("kustomize-controller"));
        command
            .args(["--metrics-addr=127.0.0.1:0", "--health-addr=127.0.0.1:0", "--requeue-dependency=1s"])
            .env("KUBECONFIG", cluster.kubeconfig())
            .env("RUNTIME_NAMESPACE", "flux-system")
            .stdout(Stdio::from(log.try_clone()?))
            .stderr(Stdio::from(log));
        Ok(Self(command.spawn().context("kustomize-controller does not run")?))
    }
}

#[test]
fn flux_applies_the_folder_and_finds_no_drift() -> Result<()> {
    let Some(flux) = named_program("MESH_TEST_FLUX") else { return Ok(()) };
    let flux = Path::new(&flux);
    let cluster = &builder().start()?;
    let folder = Folder::new()?;
    folder.exported("flux", &["--set", "profile=demo"])?;

    for entry in fs::read_dir(flux.join("crds"))? {
        let path = entry?.path();
        let crd = mesh::yaml::document("crd", &fs::read_to_string(&path)?)?;
        cluster.create("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", &crd)?;
    }
    cluster.create_namespace("flux-system", &json!({}))?;
    cluster.eventually(SOON, "kinds of Flux", |cluster| {
        Ok([KUSTOMIZATIONS, SOURCES].iter().all(|path| cluster.list(path).is_ok()).then_some(()))
    })?;
    let archive = folder.path().with_extension("tar.gz");
    let _server = source(cluster, &folder, &archive)?;
    let controller = Controller::start(flux, cluster)?;
    for entry in fs::read_dir(folder.path().join("clusters/default"))? {
        let path = entry?.path();
        let kustomization = mesh::yaml::document("kustomization", &fs::read_to_string(&path)?)?;
        cluster.create(KUSTOMIZATIONS, &kustomization)?;
    }
    ready(cluster)?;
    closed(cluster)?;

    // istiod has written into its webhooks by now: no reconciliation takes that back, and none writes anything.
    let before = versions(cluster, &folder)?;
    for round in ["one", "two"] {
        reconciled(cluster, round)?;
        ensure!(versions(cluster, &folder)? == before, "reconciliation {round} has written something");
    }
    closed(cluster)?;
    let run = Mesh::on(cluster).args(["verify", "--set", "profile=demo"]).run()?;
    ensure!(run.code == Some(0), "{run}");
    drop(controller);
    fs::remove_file(archive)?;
    Ok(())
}

/// The folder as Flux's source of that name, served on loopback as source-controller serves it.
fn source(cluster: &Cluster, folder: &Folder, archive: &Path) -> Result<Releases> {
    let mut tar = tar::Builder::new(GzEncoder::new(fs::File::create(archive)?, flate2::Compression::fast()));
    tar.append_dir_all(".", folder.path())?;
    tar.into_inner()?.finish()?;
    let server = Releases::start("fleet", archive)?;
    let spec = json!({"interval": "10m", "url": "https://git.example.com/fleet.git"});
    let repository = json!({
        "apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "GitRepository",
        "metadata": {"name": "flux-system", "namespace": "flux-system"}, "spec": spec,
    });
    cluster.create(SOURCES, &repository)?;
    let now = "2026-01-01T00:00:00Z";
    let ready = json!({
        "type": "Ready", "status": "True", "reason": "Succeeded", "message": "stored", "lastTransitionTime": now,
    });
    let artifact = json!({
        "digest": format!("sha256:{}", sum(&fs::read(archive)?)), "lastUpdateTime": now, "path": "fleet.tar.gz", "revision": "main@sha1:0",
        "url": format!("{}/fleet/istio-fleet-linux-amd64.tar.gz", server.url),
    });
    let status = json!({"status": {"observedGeneration": 1, "artifact": artifact, "conditions": [ready]}});
    cluster.merge(&format!("{SOURCES}/flux-system/status"), &status)?;
    Ok(server)
}

/// Waits until all parts are applied and well.
fn ready(cluster: &Cluster) -> Result<()> {
    let is_ready = |one: &Value| {
        let mut conditions = one["status"]["conditions"].as_array().into_iter().flatten();
        conditions.any(|own| own["type"] == "Ready" && own["status"] == "True")
    };
    let all = |cluster: &Cluster| Ok(cluster.list(KUSTOMIZATIONS)?.iter().all(is_ready).then_some(()));
    cluster.eventually(SOON, "Kustomizations to be ready", all).with_context(|| {
        let all = cluster.list(KUSTOMIZATIONS).unwrap_or_default();
        all.iter().map(|one| format!("{}: {}\n", one["metadata"]["name"], one["status"])).collect::<String>()
    })
}

/// Has every part reconciled once more.
fn reconciled(cluster: &Cluster, round: &str) -> Result<()> {
    let all = cluster.list(KUSTOMIZATIONS)?;
    let names: Vec<&str> = all.iter().filter_map(|one| one["metadata"]["name"].as_str()).collect();
    let asked = json!({"metadata": {"annotations": {"reconcile.fluxcd.io/requestedAt": round}}});
    for name in &names {
        cluster.merge(&format!("{KUSTOMIZATIONS}/{name}"), &asked)?;
    }
    let is_handled = |one: &Value| one["status"]["lastHandledReconcileAt"] == round;
    let handled = |cluster: &Cluster| Ok(cluster.list(KUSTOMIZATIONS)?.iter().all(is_handled).then_some(()));
    cluster.eventually(SOON, "reconciliation", handled)?;
    ready(cluster)
}
