//! `mesh export --gitops`: the folder, and that what an engine applies of it in its order is as wanted and does not drift:
//! played by server-side applies, and by the real kustomize-controller of Flux where `MESH_TEST_FLUX` names its binary.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use cluster::Cluster;
use serde_json::{Value, json};

use crate::harness::live;
use crate::harness::mesh::{Mesh, Run};
use crate::harness::paths::Paths;
use crate::harness::planes::builder;

mod flux;

const SOON: Duration = Duration::from_secs(120);
const PARTS: [&str; 3] = ["core", "revisions/default/control-plane", "revisions/default/gateways"];

/// A folder that is exported into.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Result<Self> {
        Ok(Self(tempfile::tempdir()?))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn export(&self, engine: &str, args: &[&str]) -> Result<Run> {
        let dir = self.path().display().to_string();
        Mesh::alone().args(["export", "--gitops", engine, &dir]).args(args).run()
    }

    fn exported(&self, engine: &str, args: &[&str]) -> Result<BTreeSet<String>> {
        let run = self.export(engine, args)?;
        ensure!(run.code == Some(0), "{run}");
        let root = format!("{}/", self.path().display());
        Ok(run.stdout.lines().map(|line| line.trim_start_matches(&root).to_owned()).collect())
    }

    fn diff(&self, args: &[&str]) -> Result<Run> {
        Mesh::alone().args(["diff", "--gitops", &self.path().display().to_string()]).args(args).run()
    }

    fn text(&self, name: &str) -> Result<String> {
        fs::read_to_string(self.path().join(name)).with_context(|| name.to_owned())
    }

    fn document(&self, name: &str) -> Result<Value> {
        Ok(mesh::yaml::document(name, &self.text(name)?)?)
    }

    /// The objects of a part, as Kustomize reads them.
    fn objects(&self, part: &str) -> Result<Vec<Value>> {
        let list = self.document(&format!("{part}/kustomization.yaml"))?;
        let names = list["resources"].as_array().into_iter().flatten().filter_map(Value::as_str);
        names.map(|name| self.document(&format!("{part}/{name}"))).collect()
    }
}

/// All files below a folder, with what is in them.
fn files(root: &Path) -> Result<BTreeMap<PathBuf, String>> {
    let (mut found, mut left) = (BTreeMap::new(), vec![root.to_owned()]);
    while let Some(folder) = left.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            match path.is_dir() {
                true => left.push(path),
                false => drop(found.insert(path.clone(), fs::read_to_string(&path)?)),
            }
        }
    }
    Ok(found)
}

#[test]
fn the_folder_has_all_objects_in_parts() -> Result<()> {
    let folder = Folder::new()?;
    let written = folder.exported("flux", &["--set", "profile=demo", "--cluster", "east", "--cluster", "west"])?;
    for wanted in
        ["README.md", "core/kustomization.yaml", "revisions/default/mesh.yaml", "clusters/west/istio-gateways.yaml"]
    {
        ensure!(written.contains(wanted), "no {wanted}: {written:?}");
    }
    let key = |object: &Value| {
        let metadata = &object["metadata"];
        format!("{} {} {}", object["kind"], metadata["namespace"], metadata["name"])
    };
    let mut found = BTreeMap::new();
    for object in PARTS.iter().map(|part| folder.objects(part)).collect::<Result<Vec<_>>>()?.concat() {
        found.insert(key(&object), object);
    }
    let printed = Mesh::alone().args(["manifest", "generate", "--set", "profile=demo"]).run()?;
    let mut wanted = BTreeMap::new();
    for object in mesh::yaml::documents("printed", &printed.stdout)?.iter().filter(|object| object.is_object()) {
        let mut object = object.clone();
        mesh::object::drop_nulls(&mut object);
        wanted.insert(key(&object), object);
    }
    wanted.insert(
        "\"Namespace\" null \"istio-system\"".to_owned(),
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "istio-system"}}),
    );
    ensure!(found == wanted, "{:?}", found.keys().filter(|one| !wanted.contains_key(*one)).collect::<Vec<_>>());

    // Each part comes after the one that it needs, and nothing of users goes with the first.
    let depends =
        |name: &str| Ok::<_, anyhow::Error>(folder.document(&format!("clusters/east/{name}.yaml"))?["spec"].take());
    let (core, plane, gateways) = (depends("istio-core")?, depends("istio-default")?, depends("istio-gateways")?);
    ensure!(core["prune"] == false && core["wait"] == true && core["dependsOn"].is_null(), "{core}");
    ensure!(
        plane["dependsOn"][0]["name"] == "istio-core" && plane["path"] == "./revisions/default/control-plane",
        "{plane}"
    );
    ensure!(gateways["dependsOn"][0]["name"] == "istio-default", "{gateways}");
    ensure!(plane["healthChecks"][0]["name"] == "istiod", "{plane}");
    ensure!(plane["ignore"].to_string().contains("/webhooks/0/failurePolicy"), "{plane}");
    Ok(())
}

#[test]
fn what_is_written_again_is_only_what_changed_and_is_ours() -> Result<()> {
    let folder = Folder::new()?;
    let demo = ["--set", "profile=demo"];
    folder.exported("flux", &demo)?;
    ensure!(folder.exported("flux", &demo)?.is_empty(), "it is written again");
    ensure!(folder.exported("flux", &[])?.is_empty(), "its own inputs are not those of before");
    folder.diff(&[])?.expect_done("")?;

    // What a change would write is told first; objects that are not wanted any more go, and what is somebody's stays.
    let run = folder.diff(&["--set", "profile=default"])?;
    ensure!(run.code == Some(1) && run.stdout.contains("Deployment/istio-system/istio-egressgateway removed"), "{run}");
    let run = folder.diff(&["--set", "profile=demo", "--set", "meshConfig.accessLogFile=/dev/stderr", "-o", "json"])?;
    let changed = run.json()?["objects"].as_array().map(Vec::len);
    ensure!(run.code == Some(1) && changed == Some(2), "{run}");
    let mine = folder.path().join("revisions/default/gateways/mine.yaml");
    fs::write(&mine, "mine")?;
    let cluster = "clusters/default/istio-default.yaml";
    fs::write(folder.path().join(cluster), folder.text(cluster)? + "# mine\n")?;
    let run = folder.export("flux", &["--set", "profile=default"])?;
    ensure!(run.code == Some(0) && run.stdout.contains("deployment-istio-egressgateway.yaml (removed)"), "{run}");
    ensure!(run.stderr.contains("is yours to change"), "{run}");
    ensure!(mine.is_file() && folder.text(cluster)?.ends_with("# mine\n"), "it is not there any more");
    ensure!(!folder.path().join("revisions/default/gateways/deployment-istio-egressgateway.yaml").exists(), "{run}");
    folder.diff(&[])?.expect_done("")?;

    // A revision beside: what there is once in a cluster stays the first one's.
    let beside = folder.exported("flux", &["--set", "profile=default", "--revision", "next"])?;
    ensure!(beside.contains("clusters/default/istio-next.yaml"), "{beside:?}");
    let gateways = folder.document("clusters/default/istio-gateways.yaml")?;
    ensure!(gateways["spec"]["path"] == "./revisions/default/gateways", "{gateways}");
    folder.diff(&["--revision", "next"])?.expect_done("")?;
    folder.diff(&["--revision", "none"])?.expect_failed(2, &["nothing of revision none", "there are: default, next"])
}

#[test]
fn what_is_somebody_elses_is_not_written_over() -> Result<()> {
    let folder = Folder::new()?;
    fs::create_dir(folder.path().join("core"))?;
    let theirs = folder.path().join("core/kustomization.yaml");
    fs::write(&theirs, "resources: [../../secret.yaml]\n")?;
    let before = files(folder.path())?;
    folder.export("flux", &[])?.expect_failed(2, &["core/kustomization.yaml: was not written by mesh"])?;
    ensure!(files(folder.path())? == before, "it was written");
    folder.export("argocd", &[])?.expect_failed(2, &["hint: name it: --repo "])?;
    folder.export("flux", &["--cluster", "../up"])?.expect_failed(2, &["letters, digits"])?;
    folder.diff(&[])?.expect_failed(2, &["nothing of revision default was exported there"])?;

    // A core of a newer Istio stays: another revision needs it.
    fs::remove_file(&theirs)?;
    folder.exported("flux", &[])?;
    let newer = folder.text("core/kustomization.yaml")?.replace("1.30.3", "1.31.0");
    fs::write(&theirs, &newer)?;
    let run = folder.export("flux", &[])?;
    ensure!(run.stderr.contains("core is of Istio 1.31.0, which is newer, and stays"), "{run}");
    ensure!(folder.text("core/kustomization.yaml")? == newer, "{run}");
    folder.diff(&[])?.expect_done("")?;
    let before = files(folder.path())?;
    folder.export("argocd", &["--repo", "https://git.example.com/fleet.git"])?.expect_failed(2, &["another engine"])?;
    ensure!(files(folder.path())? == before, "it was written");
    Ok(())
}

#[test]
fn argo_cd_gets_one_application_in_waves() -> Result<()> {
    let folder = Folder::new()?;
    fs::create_dir(folder.path().join(".git"))?;
    let inner = folder.path().join("fleet/istio").display().to_string();
    let url = "https://git.example.com/fleet.git";
    let run = Mesh::alone().args(["export", "--gitops", "argocd", &inner, "--repo", url]).run()?;
    ensure!(run.code == Some(0), "{run}");
    let application = folder.document("fleet/istio/clusters/default/istio.yaml")?;
    let sources = application["spec"]["sources"].as_array().context("no sources")?;
    let paths: Vec<&str> = sources.iter().filter_map(|one| one["path"].as_str()).collect();
    ensure!(paths == PARTS.map(|part| format!("fleet/istio/{part}")), "{paths:?}");
    ensure!(sources.iter().all(|one| one["repoURL"] == url), "{application}");
    let ignored = application["spec"]["ignoreDifferences"].to_string();
    ensure!(ignored.contains("/webhooks/0/failurePolicy") && ignored.contains("caBundle"), "{ignored}");
    for (part, wave) in PARTS.iter().zip(["-3", "-2", "0"]) {
        for object in folder.objects(&format!("fleet/istio/{part}"))? {
            let annotations = &object["metadata"]["annotations"];
            ensure!(annotations["argocd.argoproj.io/sync-wave"] == wave, "{part}: {object}");
            ensure!((annotations["argocd.argoproj.io/sync-options"] == "Prune=false") == (*part == "core"), "{object}");
        }
    }
    Ok(())
}

/// Where an object is in the API; namespaces and definitions are not among what the dumps look at.
fn path_of(paths: &Paths, object: &Value) -> Result<String> {
    let name = object["metadata"]["name"].as_str().unwrap_or_default();
    Ok(match object["kind"].as_str() {
        Some("Namespace") => format!("/api/v1/namespaces/{name}"),
        Some("CustomResourceDefinition") => format!("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{name}"),
        _ => paths.object(object)?,
    })
}

/// Applies the parts as an engine does: each by server-side apply, with what it is told to leave alone as it is.
fn applied(cluster: &Cluster, folder: &Folder) -> Result<()> {
    let paths = Paths::of(cluster)?;
    let rules: Vec<Value> = ["istio-default"]
        .iter()
        .map(|name| Ok(folder.document(&format!("clusters/default/{name}.yaml"))?["spec"]["ignore"].take()))
        .collect::<Result<_>>()?;
    for part in PARTS {
        let objects = folder.objects(part)?;
        for mut object in objects.iter().cloned() {
            let path = path_of(&paths, &object)?;
            let live = cluster.get_opt(&path)?;
            for rule in rules.iter().flat_map(|all| all.as_array().into_iter().flatten()) {
                let name = object["metadata"]["name"].as_str().unwrap_or_default();
                if rule["target"]["kind"] != object["kind"] || rule["target"]["name"] != format!("^{name}$") {
                    continue;
                }
                for pointer in rule["paths"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                    let there = live.as_ref().and_then(|live| live.pointer(pointer)).cloned();
                    if let (Some(own), Some(there)) = (object.pointer_mut(pointer), there) {
                        *own = there;
                    }
                }
            }
            // By these labels Flux knows what is its own.
            object["metadata"]["labels"]["kustomize.toolkit.fluxcd.io/name"] = part.replace('/', "-").into();
            cluster.apply_as("kustomize-controller", &path, &object)?;
        }
        for object in objects.iter().filter(|object| object["kind"] == "Deployment") {
            let text = |field: &str| object["metadata"][field].as_str().unwrap_or_default();
            cluster.wait_for_deployment(text("namespace"), text("name"), SOON)?;
        }
    }
    Ok(())
}

/// What istiod writes at the end: it checks configuration from then on.
fn closed(cluster: &Cluster) -> Result<()> {
    let validator =
        "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/istio-validator-istio-system";
    let is_closed =
        |cluster: &Cluster| Ok((cluster.get(validator)?["webhooks"][0]["failurePolicy"] == "Fail").then_some(()));
    cluster.eventually(SOON, "closed validator", is_closed).map(drop)
}

/// What is there, with how often it was written: the version of each object that the folder has.
fn versions(cluster: &Cluster, folder: &Folder) -> Result<BTreeMap<String, String>> {
    let paths = Paths::of(cluster)?;
    let mut found = BTreeMap::new();
    for object in PARTS.iter().map(|part| folder.objects(part)).collect::<Result<Vec<_>>>()?.concat() {
        // What has a status is written to by controllers.
        let path = path_of(&paths, &object)?;
        let live = cluster.get(&path)?;
        let generation = &live["metadata"]["generation"];
        let version = if generation.is_null() { &live["metadata"]["resourceVersion"] } else { generation };
        found.insert(path, version.to_string());
    }
    Ok(found)
}

#[test]
fn what_an_engine_applies_is_as_wanted_and_stays() -> Result<()> {
    let cluster = &builder().start()?;
    let folder = Folder::new()?;
    folder.exported("flux", &["--set", "profile=demo"])?;
    applied(cluster, &folder)?;
    closed(cluster)?;
    let (before, all) = (versions(cluster, &folder)?, live::dump(cluster)?);
    applied(cluster, &folder)?;
    let after = versions(cluster, &folder)?;
    let changed: Vec<&String> =
        before.iter().filter(|(path, was)| after.get(*path) != Some(was)).map(|(path, _)| path).collect();
    ensure!(changed.is_empty(), "the second time these were written: {changed:?}");
    let differences = live::differences(&all, &live::dump(cluster)?);
    ensure!(differences.is_empty(), "{}", differences.join("\n"));
    let run = Mesh::on(cluster).args(["verify", "--set", "profile=demo"]).run()?;
    ensure!(run.code == Some(0), "{run}");
    let run = Mesh::on(cluster).args(["diff", "--set", "profile=demo"]).run()?;
    ensure!(run.code == Some(0), "{run}");
    Ok(())
}
