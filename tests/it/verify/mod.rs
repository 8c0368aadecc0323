//! `mesh verify`: silent about a clean installation, exact about what is not as wanted, the same in every format.

mod formats;
mod scale;
mod schema;

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use cluster::{Cluster, Path};
use mesh::yaml;
use serde_json::{Value, json};

use crate::docs::shown_file;
use crate::harness::mesh::{DEMO_LINES, Mesh, Run};
use crate::harness::planes::{INSTALLER, builder};

/// Who verifies in CI: with the role that docs/commands-look.md shows and no other right.
const READER: &str = "reader";
/// So many requests a verification of demo may take.
const MOST_REQUESTS: usize = 25;

#[test]
fn an_installation_is_verified_by_whoever_may_only_read() -> Result<()> {
    let cluster = builder().nodes(2).user(READER, &[]).start()?;
    without_istio(&cluster)?;
    Mesh::on(&cluster).install(["--set", "profile=demo", "-y"]).run()?.expect_done(DEMO_LINES)?;
    clean(&cluster)?;
    drift_is_named_and_install_mends_it(&cluster)?;
    rules_let_findings_pass(&cluster)?;
    proxies_of_another_version(&cluster)?;
    webhooks_and_workloads(&cluster)?;
    who_may_not_read(&cluster)
}

fn verify(cluster: &Cluster, args: &[&str]) -> Result<Run> {
    Mesh::on(cluster).args(["verify"]).args(args).run()
}

/// The findings, each as `OBJECT FIELD RULE`.
fn findings(run: &Run) -> Result<Vec<String>> {
    let document = run.json()?;
    ensure!(document["apiVersion"] == "mesh/v1" && document["kind"] == "Verification", "{run}");
    let found = document["clusters"][0]["findings"].as_array().context("no findings")?;
    let text = |one: &Value, field: &str| one[field].as_str().unwrap_or("-").to_owned();
    Ok(found
        .iter()
        .map(|one| format!("{} {} {}", text(one, "object"), text(one, "field"), text(one, "rule")))
        .collect())
}

fn without_istio(cluster: &Cluster) -> Result<()> {
    let run = verify(cluster, &["--set", "profile=minimal", "-o", "json"])?;
    ensure!(run.code == Some(1), "{run}");
    let found = findings(&run)?;
    ensure!(found.contains(&"Deployment/istio-system/istiod - missing".to_owned()), "{found:?}");
    ensure!(found.iter().all(|one| one.ends_with(" - missing")), "{found:?}");
    Ok(())
}

/// Nothing is found, by an administrator and by a reader, with few requests, none of which could change anything.
fn clean(cluster: &Cluster) -> Result<()> {
    for document in yaml::documents("reader.yaml", &shown_file("reader.yaml"))? {
        let (kind, name) = (
            document["kind"].as_str().context("kind")?.to_lowercase(),
            document["metadata"]["name"].as_str().context("name")?,
        );
        cluster.apply(&format!("/apis/rbac.authorization.k8s.io/v1/{kind}s/{name}"), &document)?;
    }
    let user = json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
        "metadata": {"name": "reader-of-tests"}, "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": READER}],
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "mesh-verify"}});
    cluster.apply("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/reader-of-tests", &user)?;
    let mark = cluster.mark()?;
    let run = Mesh::with(&cluster.kubeconfig_for(READER)?).args(["verify", "--set", "profile=demo"]).run()?;
    ensure!(run.code == Some(0) && !run.stdout.contains('✘'), "{run}");
    // What may not be read is said, and nothing else.
    let warned = "warning: the records of earlier runs are not known";
    ensure!(run.stderr.lines().count() == 1 && run.stderr.starts_with(warned), "{run}");
    let requests = cluster.requests_since(mark)?.filter(|request| request.user == READER);
    ensure!(requests.count() <= MOST_REQUESTS, "{} requests:\n{}", requests.count(), requests.lines());
    let reads = requests.clone().filter(|request| matches!(request.verb.as_str(), "get" | "list"));
    ensure!(reads.count() == requests.count(), "{}", requests.lines());
    // Who may only read is told what an installation takes, before anything is written.
    let install = ["--set", "profile=demo", "--set", "meshConfig.accessLogFile=/dev/stdout", "-y"];
    let run = Mesh::with(&cluster.kubeconfig_for(READER)?).install(install).run()?;
    run.expect_failed(
        3,
        &["check permissions fails, nothing was written", "you may not patch configmaps in namespace istio-system"],
    )?;
    // Against the record, with a probe, waiting for what is there already.
    let run = verify(cluster, &["--probe", "--wait"])?;
    ensure!(run.code == Some(0) && run.stdout.contains("by record 1") && run.stdout.contains("✔ 1 probe"), "{run}");
    for format in ["json", "junit", "sarif", "github"] {
        let run = verify(cluster, &["-o", format])?;
        ensure!(run.code == Some(0), "{format}: {run}");
        formats::check(format, &run.stdout, 0).with_context(|| run.to_string())?;
    }
    Ok(())
}

/// What people change is named by object, field, wanted, found and manager, whatever the format; installing mends it.
fn drift_is_named_and_install_mends_it(cluster: &Cluster) -> Result<()> {
    let patch = |path: &str, patch: Value| cluster.merge(&format!("{path}?fieldManager=kubectl-edit"), &patch);
    let place = "/api/v1/namespaces/istio-system";
    let service = cluster.get(&format!("{place}/services/istiod"))?;
    let mut ports = service["spec"]["ports"].clone();
    ports[0]["port"] = json!(15099);
    patch(&format!("{place}/services/istiod"), json!({"spec": {"ports": ports}}))?;
    patch(&format!("{place}/configmaps/istio"), json!({"data": {"mesh": "\u{1b}[31m# \u{202e}hostile\n"}}))?;
    let role = "/apis/rbac.authorization.k8s.io/v1/clusterroles/istiod-clusterrole-istio-system";
    patch(role, json!({"rules": []}))?;
    cluster.delete(&format!("{place}/serviceaccounts/istio-reader-service-account"))?;
    let wanted = [
        "ClusterRole/istiod-clusterrole-istio-system rules drift",
        "ConfigMap/istio-system/istio data.mesh drift",
        "Service/istio-system/istiod spec.ports[port=15010].port drift",
        "ServiceAccount/istio-system/istio-reader-service-account - missing",
    ];
    let run = verify(cluster, &["-o", "json"])?;
    let mut found = findings(&run)?;
    found.sort();
    ensure!(run.code == Some(1) && found == wanted, "{found:#?}");
    let document = run.json()?;
    let port = document["clusters"][0]["findings"].as_array().into_iter().flatten().find(|one| one["wanted"] == 15010);
    let port = port.context("no port")?;
    ensure!(port["found"] == 15099 && port["manager"] == "kubectl-edit", "{port}");
    let text = verify(cluster, &[])?;
    ensure!(text.code == Some(1) && text.stdout.contains("wanted 15010, found 15099 (kubectl-edit)"), "{text}");
    text.is_plain()?;
    for format in ["junit", "sarif", "github"] {
        let run = verify(cluster, &["-o", format])?;
        ensure!(run.code == Some(1), "{format}: {run}");
        run.is_plain()?;
        ensure!(!run.stdout.contains('\u{202e}'), "{format}: a mark that hides text");
        formats::check(format, &run.stdout, wanted.len()).with_context(|| run.to_string())?;
    }
    Mesh::on(cluster).install(["--set", "profile=demo", "-y"]).run()?.expect_done(DEMO_LINES)?;
    let run = verify(cluster, &[])?;
    ensure!(run.code == Some(0), "{run}");
    Ok(())
}

fn rules_let_findings_pass(cluster: &Cluster) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("ignore.yaml");
    let file = file.to_str().context("a path")?;
    let labels = json!({"metadata": {"labels": {"app": "other"}}});
    cluster.merge("/api/v1/namespaces/istio-system/services/istiod?fieldManager=kubectl-edit", &labels)?;
    std::fs::write(
        file,
        "ignore:\n- {object: Service/*/istiod, field: metadata.labels.*, reason: a trial}\n- {rule: leftover, reason: never}\n",
    )?;
    let run = verify(cluster, &["--ignore", file])?;
    ensure!(run.code == Some(0) && run.stdout.contains("1 finding is ignored"), "{run}");
    ensure!(run.stderr.contains("ignore[1] matches no finding"), "{run}");
    std::fs::write(file, "ignore:\n- {object: Service/*/other, reason: a trial}\n")?;
    ensure!(verify(cluster, &["--ignore", file])?.code == Some(1));
    std::fs::write(file, "ignore:\n- {object: Service/*/other}\n")?;
    verify(cluster, &["--ignore", file])?.expect_failed(2, &["it gives no `reason`"])?;
    let labels = json!({"metadata": {"labels": {"app": "istiod"}}});
    cluster.merge("/api/v1/namespaces/istio-system/services/istiod?fieldManager=kubectl-edit", &labels)?;
    ensure!(verify(cluster, &[])?.code == Some(0));
    Ok(())
}

fn proxies_of_another_version(cluster: &Cluster) -> Result<()> {
    let pod = json!({"apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": "old", "namespace": "default", "labels": {"service.istio.io/canonical-name": "old"}, "annotations": {"istio.io/rev": "default"}},
        "spec": {"containers": [{"name": "a", "image": "a"}, {"name": "istio-proxy", "image": "registry.example.com/proxyv2:1.28.1-distroless"}]}});
    cluster.create("/api/v1/namespaces/default/pods", &pod)?;
    let run = verify(cluster, &[])?;
    ensure!(run.code == Some(1), "{run}");
    ensure!(
        run.stdout.contains("1 pod of revision default runs proxy 1.28.1, where 1.30.3 is wanted; one is default/old"),
        "{run}"
    );
    cluster.delete("/api/v1/namespaces/default/pods/old")?;
    cluster.eventually(Duration::from_secs(120), "end of a pod", |cluster| {
        Ok(cluster.get_opt("/api/v1/namespaces/default/pods/old")?.is_none().then_some(()))
    })
}

/// The way to istiod cut, and istiod gone.
fn webhooks_and_workloads(cluster: &Cluster) -> Result<()> {
    cluster.webhooks(Path::Cut)?;
    let run = verify(cluster, &["--probe"])?;
    ensure!(run.code == Some(1) && run.stdout.contains("✘ 1 of 1 probe not injected"), "{run}");
    cluster.webhooks(Path::Open)?;
    let istiod = "/apis/apps/v1/namespaces/istio-system/deployments/istiod";
    cluster.merge(&format!("{istiod}?fieldManager=kubectl-edit"), &json!({"spec": {"replicas": 0}}))?;
    cluster.eventually(Duration::from_secs(120), "finding about webhooks", |cluster| {
        let run = verify(cluster, &["-o", "json"])?;
        let found = findings(&run)?;
        let named = found.iter().filter(|one| one.ends_with("webhook-no-backend")).count();
        Ok((named >= 2 && run.code == Some(1)).then_some(()))
    })?;
    // Waiting ends with the time, and says so by its own exit code.
    let late = verify(cluster, &["--wait", "--timeout", "4s"])?;
    late.expect_failed(4, &["not everything was as wanted in time"])?;
    Mesh::on(cluster).install(["--set", "profile=demo", "-y"]).run()?.expect_done(DEMO_LINES)?;
    let run = verify(cluster, &["--wait", "--timeout", "60s"])?;
    ensure!(run.code == Some(0), "{run}");
    Ok(())
}

fn who_may_not_read(cluster: &Cluster) -> Result<()> {
    let run = Mesh::with(&cluster.kubeconfig_for("nobody")?).args(["verify"]).run()?;
    run.expect_failed(3, &["User \"nobody\" cannot"])?;
    let run = Mesh::with(&cluster.kubeconfig_for(INSTALLER)?)
        .args(["verify", "-o", "junit", "--set", "profile=dmo"])
        .run()?;
    run.expect_failed(2, &["unknown profile"])
}
