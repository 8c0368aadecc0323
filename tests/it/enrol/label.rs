//! `mesh label` beside the kubectl on PATH: the same words, the same lines, the same labels; and what mesh adds.

use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use cluster::Cluster;
use serde_json::{Value, json};

use super::{create, namespace, plane, settled, workload};
use crate::harness::mesh::Mesh;
use crate::harness::say;

/// What both are asked, one after the other; each in a namespace of its own, which stands for NS.
const ASKED: &[&str] = &[
    "namespace NS team=a",
    "namespace NS team=a",
    "namespace NS team=b",
    "namespace NS team=b --overwrite",
    "ns NS team-",
    "ns NS team-",
    "ns/NS a=1 b=2",
    "ns NS a- c=longer-than-before",
    "ns NS a=1 --overwrite b-",
    "namespaces NS a=5 c=6",
    "ns NS a=5 --dry-run=client --overwrite",
    "ns NS a=5 --dry-run=server --overwrite",
    "ns NS --list",
    "ns NS x=y --list",
    "pod one tier=front -n NS",
    "pods one two tier=back -n NS",
    "pods one two tier=back --overwrite -n NS",
    "pods --all checked=yes -n NS",
    "pods -l tier=back seen=1 -n NS",
    "pods -l tier=none seen=1 -n NS",
    "pod/one pod/two seen- -n NS",
    "pods --all --list -n NS",
    "po one missing- -n NS",
    "deployment web tier=front -n NS",
    "deploy/web tier- -n NS",
    "pods,deployments -l app=web both=1 -n NS",
    "pod gone a=b -n NS",
    "pod one gone a=b -n NS",
    "pod one bad=val=ue -n NS",
    "pod one bad=val!ue -n NS",
    "pod one a=b a- -n NS",
    "pod one -n NS",
    "pod a=b -n NS",
    "pod one --all a=b -n NS",
    "pod one -l app=one a=b -n NS",
    "pods --all -l x=y a=b -n NS",
    "pod/one two a=b -n NS",
    "thing one a=b -n NS",
];

fn prepare(cluster: &Cluster, name: &str) -> Result<()> {
    namespace(cluster, name, json!({}))?;
    for pod in ["one", "two"] {
        let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": pod, "labels": {"app": pod}}, "spec": super::template(pod)["spec"]});
        cluster.create(&format!("/api/v1/namespaces/{name}/pods"), &pod)?;
    }
    create(cluster, name, &workload("Deployment", "web", 1, json!({})))?;
    settled(cluster, name, "web", 1, "1/1")
}

/// Success, and the lines of stdout sorted: kubectl lists labels in no order, and names of pods are the Deployment's own.
fn outcome(code: Option<i32>, stdout: &str, name: &str) -> (bool, Vec<String>) {
    let generated = regex::Regex::new(r"web-[a-z0-9]+-[a-z0-9]+").expect("a pattern");
    let hash = regex::Regex::new(r"pod-template-hash=\w+").expect("a pattern");
    let mut lines: Vec<String> = stdout
        .lines()
        // The zone is the scheduler's choice.
        .filter(|line| !line.contains("topology.kubernetes.io/"))
        .map(|line| {
            hash.replace(&generated.replace(&line.replace(name, "NS"), "web-X"), "pod-template-hash=X").into_owned()
        })
        .collect();
    lines.sort();
    (code == Some(0), lines)
}

/// The labels of everything in a namespace, by kind and name.
fn left(cluster: &Cluster, name: &str) -> Result<Vec<Value>> {
    let own = cluster.get(&format!("/api/v1/namespaces/{name}"))?;
    let web = cluster.get(&format!("/apis/apps/v1/namespaces/{name}/deployments/web"))?;
    let mut all = vec![own, web];
    for pod in ["one", "two"] {
        all.push(cluster.get(&format!("/api/v1/namespaces/{name}/pods/{pod}"))?);
    }
    Ok(all
        .iter_mut()
        .map(|object| {
            let mut labels = object["metadata"]["labels"].take();
            let own = |key: &str| !key.starts_with("topology.kubernetes.io/") && key != "kubernetes.io/metadata.name";
            labels.as_object_mut().into_iter().for_each(|map| map.retain(|key, _| own(key)));
            if labels.is_null() { json!({}) } else { labels }
        })
        .collect())
}

#[test]
fn labels_change_as_kubectl_changes_them() -> Result<()> {
    let cluster = plane()?;
    let (theirs, ours) = ("label-kubectl", "label-mesh");
    if std::process::Command::new("kubectl").arg("help").stdout(Stdio::null()).stderr(Stdio::null()).status().is_err() {
        say("skipped: there is no kubectl on PATH");
        return Ok(());
    }
    prepare(cluster, theirs)?;
    prepare(cluster, ours)?;
    let mut wrong = Vec::new();
    for asked in ASKED {
        let words = |name: &str| asked.replace("NS", name).split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let kubectl = cluster.command("kubectl").arg("label").args(words(theirs)).output().context("kubectl")?;
        let mesh = Mesh::on(cluster).args(["label"]).args(words(ours)).run()?;
        let wanted = outcome(kubectl.status.code(), &String::from_utf8_lossy(&kubectl.stdout), theirs);
        let found = outcome(mesh.code, &mesh.stdout, ours);
        if wanted != found {
            wrong.push(format!(
                "label {asked}: kubectl {wanted:?} {}, mesh {found:?} {}",
                String::from_utf8_lossy(&kubectl.stderr).trim(),
                mesh.stderr.trim()
            ));
        }
        let (wanted, found) = (left(cluster, theirs)?, left(cluster, ours)?);
        if wanted != found {
            wrong.push(format!("label {asked}: kubectl leaves {wanted:?}, mesh {found:?}"));
        }
    }
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    say(&format!("{} changes of labels are kubectl's", ASKED.len()));
    Ok(())
}

#[test]
fn labels_of_istio_are_looked_at_twice() -> Result<()> {
    let (cluster, space) = (plane()?, "label-istio");
    namespace(cluster, space, json!({}))?;
    create(cluster, space, &workload("Deployment", "web", 1, json!({})))?;
    settled(cluster, space, "web", 1, "1/1")?;
    let label = |words: &str| Mesh::on(cluster).args(["label"]).args(words.split_whitespace()).run();

    label("ns label-istio istio.io/rev=canary")?.expect_failed(
        2,
        &["istio.io/rev=canary: no revision and no tag is called `canary`", "there is revision default"],
    )?;
    for refused in ["istio-injection=enabled", "istio.io/rev=default", "istio.io/dataplane-mode=ambient"] {
        label(&format!("ns istio-system {refused}"))?
            .expect_failed(2, &["istio-system holds the control plane", "nothing was written"])?;
    }
    label("ns --all istio-injection=enabled --overwrite")?
        .expect_failed(2, &["istio-system holds the control plane"])?;
    let own = cluster.get("/api/v1/namespaces/istio-system")?;
    ensure!(own["metadata"]["labels"]["istio-injection"].is_null(), "{own}");

    let run = label("ns label-istio istio-injection=enabled --dry-run")?;
    run.expect_done("namespace/label-istio labeled (dry run)\n")?;
    let run = label("ns label-istio istio-injection=enabled")?;
    run.expect_done("namespace/label-istio labeled\n")?;
    let notes = run.lines_with("note: ");
    let wanted = [
        "note: 1 workload keeps its pods until they restart: deployment/web: 1 pod has no proxy",
        "note: restart with care: mesh restart --outdated -n label-istio",
    ];
    ensure!(notes == wanted, "{run}");
    let run = label("ns label-istio istio.io/rev=default")?;
    ensure!(
        run.code == Some(0)
            && run.stderr.contains("istio-injection=enabled comes first, so istio.io/rev=default has no effect"),
        "{run}"
    );
    let run = label("deployment web sidecar.istio.io/inject=true -n label-istio")?;
    run.expect_done("deployment.apps/web labeled\n")?;
    ensure!(run.stderr.contains("mesh inject deployment web"), "{run}");
    let run = label("ns label-istio istio-injection=yes --overwrite -o json")?;
    let document = run.json()?;
    ensure!(document["kind"] == "Labels" && document["clusters"][0]["objects"][0]["outcome"] == "labeled", "{run}");
    ensure!(
        document["clusters"][0]["notes"][0].as_str().is_some_and(|note| note.contains("asks for nothing")),
        "{run}"
    );
    Ok(())
}
