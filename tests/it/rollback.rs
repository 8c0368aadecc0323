//! `mesh rollback`: shown before it is done, left to others what is theirs, and every kind of object that cannot be changed
//! made again.

use std::fs;
use std::net::TcpListener;

use anyhow::{Result, ensure};
use cluster::Cluster;
use serde_json::{Value, json};

use crate::harness::live;
use crate::harness::mesh::{Mesh, Run};
use crate::harness::planes;

const CONFIG: &str = "/api/v1/namespaces/istio-system/configmaps/istio";
const ISTIOD: &str = "/apis/apps/v1/namespaces/istio-system/deployments/istiod";
const DEBUG: [&str; 4] = ["upgrade", "-y", "--set", "meshConfig.accessLogFile=/dev/stderr"];

fn mesh(cluster: &Cluster, args: &[&str]) -> Result<Run> {
    Mesh::on(cluster).args(args).run()
}

fn done(cluster: &Cluster, args: &[&str]) -> Result<Run> {
    let run = mesh(cluster, args)?;
    ensure!(run.code == Some(0), "{args:?}: {run}");
    Ok(run)
}

/// What a run gave that has written nothing.
fn without_writes(cluster: &Cluster, args: &[&str]) -> Result<Run> {
    let mark = cluster.mark()?;
    let run = mesh(cluster, args)?;
    let writes = cluster.requests_since(mark)?.by_agent("mesh/").mutating();
    ensure!(writes.filter(|one| one.resource != "leases").is_empty(), "{run}");
    Ok(run)
}

fn managers(object: &Value, field: &str) -> Vec<String> {
    let entries = object["metadata"]["managedFields"].as_array().into_iter().flatten();
    let holding = entries.filter(|one| one["fieldsV1"].to_string().contains(field));
    holding.filter_map(|one| one["manager"].as_str().map(str::to_owned)).collect()
}

#[test]
fn what_others_have_taken_over_since_stays_theirs() -> Result<()> {
    let cluster = planes::builder().start()?;
    done(&cluster, &["install", "--set", "profile=minimal"])?;
    let before = cluster.get(CONFIG)?["data"].clone();
    done(&cluster, &DEBUG)?;

    it_is_shown_before(&cluster)?;
    what_an_engine_holds_is_refused(&cluster)?;
    what_an_engine_has_added_stays(&cluster, &before)?;
    what_a_person_has_changed_is_taken_over(&cluster, &before)
}

fn it_is_shown_before(cluster: &Cluster) -> Result<()> {
    let run = without_writes(cluster, &["rollback", "--dry-run"])?;
    ensure!(run.code == Some(0) && run.stdout.starts_with("back to record 1\nchange "), "{run}");
    for part in ["~ ConfigMap/istio-system/istio\n", "- accessLogFile: /dev/stderr", "configures every proxy anew"] {
        ensure!(run.stdout.contains(part), "no {part:?}: {run}");
    }
    let run = without_writes(cluster, &["rollback", "--dry-run", "-o", "json"])?;
    let document = run.json()?;
    let element = &document["clusters"][0];
    ensure!(run.code == Some(0) && document["kind"] == "Diff" && element["to"] == 1, "{run}");
    ensure!(element["same"] == false && element["refused"] == json!([]) && !element["change"][0].is_null(), "{run}");
    without_writes(cluster, &["rollback", "--dry-run", "--to", "7"])?
        .expect_failed(2, &["there is no way back to record 7"])
}

/// A field that was ours and that an engine holds now: nobody but the engine may change it.
fn what_an_engine_holds_is_refused(cluster: &Cluster) -> Result<()> {
    let applied = |data: Value| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "istio", "namespace": "istio-system"}, "data": data});
    let was = cluster.get(CONFIG)?["data"]["mesh"].as_str().unwrap_or_default().to_owned();
    cluster.apply_as("argocd-controller", CONFIG, &applied(json!({"mesh": format!("{was}# engine\n")})))?;
    let run = without_writes(cluster, &["rollback", "-y"])?;
    let held = ["others hold fields that differ; nothing was written", "ConfigMap/istio-system/istio data.mesh"];
    run.expect_failed(1, &[&held[..], &["argocd-controller", "let the other manager release the field"]].concat())?;
    let run = without_writes(cluster, &["rollback", "--dry-run"])?;
    let told = run.stdout.contains("may not be written: 1") && run.stdout.contains("(argocd-controller)");
    ensure!(run.code == Some(1) && told, "{run}");
    let run = without_writes(cluster, &["rollback", "--dry-run", "-o", "json"])?;
    ensure!(
        run.code == Some(1) && run.json()?["clusters"][0]["refused"][0]["object"] == "ConfigMap/istio-system/istio",
        "{run}"
    );
    // Released, it is ours again.
    cluster.apply_as("argocd-controller", CONFIG, &applied(json!({"mesh": was})))?;
    cluster.apply_as("mesh", CONFIG, &cluster.get(CONFIG).map(|now| applied(now["data"].clone()))?)?;
    cluster.apply_as("argocd-controller", CONFIG, &applied(json!({})))?;
    Ok(())
}

/// What was never ours is left as it is, and its holder goes on to hold it.
fn what_an_engine_has_added_stays(cluster: &Cluster, before: &Value) -> Result<()> {
    let label = json!({
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": {"name": "istio", "namespace": "istio-system", "labels": {"argocd.argoproj.io/instance": "mesh"}},
    });
    cluster.apply_as("argocd-controller", CONFIG, &label)?;
    let run = done(cluster, &["rollback", "-y"])?;
    let told = "ConfigMap/istio-system/istio keeps what argocd-controller holds of it: metadata.labels[argocd.argoproj.io/instance]";
    ensure!(run.stderr.contains(told), "{run}");
    let now = cluster.get(CONFIG)?;
    ensure!(now["data"] == *before && now["metadata"]["labels"]["argocd.argoproj.io/instance"] == "mesh", "{now}");
    ensure!(managers(&now, "argocd.argoproj.io/instance") == ["argocd-controller"], "{now}");
    Ok(())
}

fn what_a_person_has_changed_is_taken_over(cluster: &Cluster, before: &Value) -> Result<()> {
    done(cluster, &DEBUG)?;
    cluster.merge(&format!("{CONFIG}?fieldManager=kubectl-edit"), &json!({"data": {"mesh": "{}"}}))?;
    let run = without_writes(cluster, &["rollback"])?;
    let asked = ["takes over fields of 1 object from kubectl-edit", "nobody can be asked"];
    ensure!(run.code == Some(2) && asked.iter().all(|part| run.stderr.contains(part)), "{run}");
    let run = done(cluster, &["rollback", "-y"])?;
    ensure!(run.stderr.contains("kubectl-edit"), "{run}");
    ensure!(cluster.get(CONFIG)?["data"] == *before, "{run}");
    Ok(())
}

#[test]
fn every_kind_that_cannot_be_changed_is_made_again() -> Result<()> {
    let cluster = planes::builder().start()?;
    let folder = tempfile::tempdir()?;
    let file = |name: &str, overlays: &str| -> Result<String> {
        let path = folder.path().join(name);
        let components = format!("    cni:\n      enabled: true\n{overlays}");
        let text = format!("kind: IstioOperator\nspec:\n  profile: minimal\n  components:\n{components}");
        fs::write(&path, text)?;
        Ok(path.display().to_string())
    };
    let patched = |kind: &str, name: &str, patches: &[(&str, &str)]| {
        let patches: String =
            patches.iter().map(|(path, value)| format!("          - {{path: '{path}', value: {value}}}\n")).collect();
        format!("        - kind: {kind}\n          name: {name}\n          patches:\n{patches}")
    };
    let selector =
        |key: &str| [format!("spec.selector.matchLabels.{key}"), format!("spec.template.metadata.labels.{key}")];
    let (node, plane) = (selector("k8s-app"), selector("istio"));
    let changed = [
        "      k8s:\n        overlays:\n".to_owned(),
        patched("DaemonSet", "istio-cni-node", &[(&node[0], "other"), (&node[1], "other")]),
        "    pilot:\n      k8s:\n        overlays:\n".to_owned(),
        patched("Deployment", "istiod", &[(&plane[0], "other"), (&plane[1], "other")]),
        patched("Service", "istiod", &[("spec.selector.istio", "other")]),
        patched("RoleBinding", "istiod", &[("roleRef.name", "other")]),
    ];
    let (first, second) = (file("first.yaml", "")?, file("second.yaml", &changed.concat())?);
    done(&cluster, &["install", "-f", &first])?;
    let before = live::dump(&cluster)?;
    let run = done(&cluster, &["install", "-f", &second, "-y"])?;
    let selected = cluster.get(ISTIOD)?["spec"]["selector"]["matchLabels"]["istio"].clone();
    ensure!(selected == "other", "{selected}: {run}");
    let shown = without_writes(&cluster, &["rollback", "--dry-run"])?;
    let anew =
        ["DaemonSet/istio-system/istio-cni-node", "Deployment/istio-system/istiod", "RoleBinding/istio-system/istiod"];
    for id in anew {
        ensure!(shown.stdout.contains(&format!("~ {id} is deleted and created: ")), "no {id}: {shown}");
    }
    let run = done(&cluster, &["rollback", "-y"])?;
    ensure!(run.stdout.contains("3 objects made again"), "{run}");
    let line = |part: &str| run.stderr.lines().position(|line| line.contains(part));
    let (workload, service) =
        (line("Deployment/istio-system/istiod recreated"), line("Service/istio-system/istiod restored"));
    ensure!(workload.is_some() && workload < service, "the Service comes last: {run}");
    let differences = live::differences(&before, &live::dump(&cluster)?);
    ensure!(differences.is_empty(), "{}", differences.join("\n"));
    Ok(())
}

/// Before anything is known of the cluster, too.
#[test]
fn a_way_back_can_be_interrupted_from_its_beginning() -> Result<()> {
    let silent = TcpListener::bind("127.0.0.1:0")?;
    let server = format!("http://{}", silent.local_addr()?);
    let config = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "c", "users": [{"name": "c", "user": {}}],
        "clusters": [{"name": "c", "cluster": {"server": server}}],
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "c"}}],
    });
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("kubeconfig");
    fs::write(&path, config.to_string())?;
    let running = Mesh::with(&path).args(["rollback", "-y"]).start()?;
    let _connection = silent.accept()?;
    running.signal("INT")?;
    running.end()?.expect_failed(130, &["interrupted before"])
}
