//! `mesh uninstall`: nothing is left that was not there before, users' configuration stays unless its number is confirmed,
//! and in no moment is there a webhook with nothing behind it.

use std::os::unix::fs::PermissionsExt as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use cluster::{Cluster, Istiod};
use serde_json::{Value, json};

use crate::harness::live;
use crate::harness::mesh::{DEMO_LINES, Mesh, Run};
use crate::harness::{named_program, planes, say, whole};

const SOON: Duration = Duration::from_secs(120);
const DEMO_GONE: &str = "\
✔ Webhooks removed
✔ Ingress gateways removed
✔ Egress gateways removed
✔ Istiod removed
✔ Istio core removed
✔ Istio CRDs removed
✔ What istiod made removed
✔ Namespace removed
✔ Uninstall complete
";
const EVERYTHING: [&str; 5] = ["uninstall", "--purge", "--delete-crds", "--yes-delete-crds", "-y"];

fn mesh(cluster: &Cluster, args: &[&str]) -> Result<Run> {
    Mesh::on(cluster).args(args).run()
}

fn install(cluster: &Cluster, args: &[&str]) -> Result<()> {
    let run = Mesh::on(cluster).install(args).args(["-y"]).run()?;
    ensure!(run.code == Some(0), "{run}");
    Ok(())
}

/// Everything is as it was. The API server and its controllers clean up behind a CRD by themselves, a moment later.
fn is_as_before(cluster: &Cluster, before: &live::Dump, run: &Run) -> Result<()> {
    let same = |cluster: &Cluster| Ok(live::differences(before, &whole::dump(cluster)?).is_empty().then_some(()));
    if cluster.eventually(SOON, "equal dump", same).is_err() {
        let differences = live::differences(before, &whole::dump(cluster)?);
        ensure!(differences.is_empty(), "{}\n{run}", differences.join("\n"));
    }
    Ok(())
}

/// The paths of what was deleted, in order.
fn deleted(cluster: &Cluster, mark: cluster::Mark) -> Result<Vec<String>> {
    let deletes = cluster.requests_since(mark)?.by_agent("mesh/").by_verb("delete");
    Ok(deletes.all().iter().map(|request| request.path.clone()).collect())
}

fn place(paths: &[String], part: &str) -> Result<usize> {
    paths.iter().position(|path| path.contains(part)).with_context(|| format!("no {part} in {paths:#?}"))
}

#[test]
fn install_and_uninstall_leave_the_api_as_it_was() -> Result<()> {
    let cluster = planes::builder().start()?;
    cluster.create_namespace("shop", &json!({}))?;
    let before = whole::dump(&cluster)?;
    ensure!(before.len() > 100, "{} objects", before.len());
    Mesh::on(&cluster).install(["--set", "profile=demo"]).run()?.expect_done(DEMO_LINES)?;
    ensure!(live::differences(&before, &whole::dump(&cluster)?).len() > 50);
    // What an upgrade that was left in the middle noted.
    let note =
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "mesh-canary"}, "data": {"note": "{}"}});
    cluster.create("/api/v1/namespaces/istio-system/configmaps", &note)?;

    // First what it would do: nothing leaves.
    let mark = cluster.mark()?;
    let document = mesh(&cluster, &["uninstall", "--purge", "--dry-run", "-o", "json"])?.json()?;
    let plan = &document["clusters"][0]["plan"];
    let parts = plan["delete"].as_array().into_iter().flatten();
    let goes: Vec<&str> =
        parts.flat_map(|part| part["objects"].as_array().into_iter().flatten()).filter_map(Value::as_str).collect();
    ensure!(goes.contains(&"Deployment/istio-system/istiod") && plan["whatIstiodMade"] == true, "{document}");
    let run = mesh(&cluster, &["uninstall", "--purge", "--dry-run"])?;
    ensure!(run.code == Some(0) && run.stderr.contains("Webhooks: ValidatingWebhookConfiguration/"), "{run}");
    ensure!(run.stdout.contains("15 CRDs of Istio"), "{run}");
    let writes = cluster.requests_since(mark)?.by_agent("mesh/").mutating();
    ensure!(writes.is_empty(), "{}", writes.lines());
    // And without a word from anybody it does nothing either.
    let run = mesh(&cluster, &["uninstall", "--purge"])?;
    run.expect_failed(2, &["nobody can be asked", "to go on without being asked: mesh ", "test-cluster", "Istiod: "])?;

    let mark = cluster.mark()?;
    let run = mesh(&cluster, &EVERYTHING)?;
    run.expect_done(DEMO_GONE)?;
    is_as_before(&cluster, &before, &run)?;
    let paths = deleted(&cluster, mark)?;
    let last_webhook = paths.iter().rposition(|path| path.contains("webhookconfigurations")).context("no webhook")?;
    let others = ["deployments", "services/", "clusterroles/", "customresourcedefinitions", "secrets/mesh.v1"];
    for other in others {
        ensure!(place(&paths, other)? > last_webhook, "{other} before a webhook: {paths:#?}");
    }
    ensure!(place(&paths, "deployments/istio-ingressgateway")? < place(&paths, "deployments/istiod")?, "{paths:#?}");
    ensure!(place(&paths, "deployments/istiod")? < place(&paths, "clusterroles/istiod")?, "{paths:#?}");
    ensure!(place(&paths, "secrets/mesh.v1")? > place(&paths, "customresourcedefinitions")?, "{paths:#?}");
    // Nobody had configured anything, so there is no file.
    ensure!(!run.stderr.contains("written to"), "{run}");

    // Ended in the middle, the next run goes on.
    Mesh::on(&cluster).install(["--set", "profile=demo"]).run()?.expect_done(DEMO_LINES)?;
    for line in ["Webhooks: gone", "Istiod: started", "Istio core: gone"] {
        let mut running = Mesh::on(&cluster).args(EVERYTHING).start()?;
        // What an earlier run has done is not done again.
        if running.line_with(line).is_ok() {
            running.signal("KILL")?;
        }
        running.end()?;
    }
    let run = mesh(&cluster, &EVERYTHING)?;
    ensure!(run.code == Some(0), "{run}");
    is_as_before(&cluster, &before, &run)
}

/// The same with what a real istiod makes, in every namespace, while pods of ours are injected.
#[test]
fn what_a_real_istiod_made_goes_too() -> Result<()> {
    let Some(binary) = named_program("MESH_TEST_ISTIOD") else { return Ok(()) };
    let cluster = planes::builder().istiod(Istiod::Real(binary.into())).start()?;
    cluster.create_namespace("shop", &json!({}))?;
    let before = whole::dump(&cluster)?;
    Mesh::on(&cluster).install(["--set", "profile=demo"]).run()?.expect_done(DEMO_LINES)?;
    cluster.eventually(SOON, "certificates", |cluster| {
        cluster.get_opt("/api/v1/namespaces/shop/configmaps/istio-ca-root-cert")
    })?;
    let run = mesh(&cluster, &EVERYTHING)?;
    run.expect_done(DEMO_GONE)?;
    is_as_before(&cluster, &before, &run)?;
    say("nothing is left of what the real istiod made");
    Ok(())
}

/// What takes long to go is watched: however long it takes, it costs no more requests.
#[test]
fn what_goes_slowly_is_watched() -> Result<()> {
    let cluster = planes::builder().start()?;
    install(&cluster, &["--set", "profile=minimal"])?;
    let account = "/api/v1/namespaces/istio-system/serviceaccounts/istiod";
    cluster.merge(account, &json!({"metadata": {"finalizers": ["example.com/slow"]}}))?;
    let mark = cluster.mark()?;
    let mut running = Mesh::on(&cluster).args(["uninstall", "--purge", "-y"]).start()?;
    running.line_with("waiting for ServiceAccount/istio-system/istiod to go")?;
    std::thread::sleep(Duration::from_secs(3));
    cluster.merge(account, &json!({"metadata": {"finalizers": []}}))?;
    let run = running.end()?;
    ensure!(run.code == Some(0) && run.stdout.contains("✔ Uninstall complete"), "{run}");
    let asked = cluster.requests_since(mark)?.by_agent("mesh/");
    let accounts = |verb: &str| asked.clone().by_verb(verb).by_resource("serviceaccounts").count();
    // One list of all to find them, one once they are deleted; and those of the namespace in the end.
    ensure!(accounts("watch") >= 1 && accounts("list") <= 4, "{}", asked.lines());
    // Out of time: what does not go is named, with what it waits for.
    install(&cluster, &["--set", "profile=minimal"])?;
    cluster.merge(account, &json!({"metadata": {"finalizers": ["example.com/never"]}}))?;
    let run = mesh(&cluster, &["uninstall", "--purge", "-y", "--timeout", "10s"])?;
    run.expect_failed(4, &["ServiceAccount/istio-system/istiod (waits for example.com/never)"])?;
    let last = run.stderr.lines().last();
    ensure!(last == Some("hint: to continue: mesh uninstall --purge -y --timeout 10s"), "{run}");
    Ok(())
}

fn gateway(namespace: &str, name: &str) -> Value {
    json!({
        "apiVersion": "networking.istio.io/v1", "kind": "Gateway", "metadata": {"name": name, "namespace": namespace},
        "spec": {"selector": {"app": "x"}, "servers": [{"port": {"number": 80, "name": "http", "protocol": "HTTP"}, "hosts": ["a.example.com"]}]},
    })
}

#[test]
fn what_users_have_stays_until_they_say_so() -> Result<()> {
    let cluster = planes::builder().start()?;
    install(&cluster, &["--set", "profile=minimal"])?;
    cluster.create_namespace("shop", &json!({"istio-injection": "enabled"}))?;
    let gateways = "/apis/networking.istio.io/v1/namespaces/shop/gateways";
    let one = cluster.create(gateways, &gateway("shop", "one"))?;
    cluster.create(gateways, &gateway("shop", "two"))?;

    // A revision that is used is not taken away.
    for args in [&["uninstall"][..], &["uninstall", "--revision", "default", "-y"]] {
        let mark = cluster.mark()?;
        let run = mesh(&cluster, args)?;
        run.expect_failed(1, &["revision default is in use", "1 namespace is injected by it: shop", "--force"])?;
        ensure!(cluster.requests_since(mark)?.by_agent("mesh/").mutating().is_empty(), "{run}");
    }
    mesh(&cluster, &["uninstall", "--revision", "other", "-y"])?.expect_failed(1, &["no revision other", "default"])?;

    // CRDs are not taken along, and say what they hold.
    let run = mesh(&cluster, &["uninstall", "--purge", "-y", "-o", "json"])?;
    ensure!(run.code == Some(0), "{run}");
    let left = run.json()?["clusters"][0]["left"].to_string();
    ensure!(left.contains("15 CRDs of Istio") && left.contains("2 objects in 1 namespace"), "{left}");
    ensure!(left.contains("label istio-injection of shop"), "{left}");
    ensure!(cluster.get(&format!("{gateways}/one"))?["metadata"]["uid"] == one["metadata"]["uid"]);
    ensure!(cluster.get_opt("/api/v1/namespaces/istio-system")?.is_none(), "{run}");

    // Only the number of them, confirmed, deletes them, and a file that is there is not overwritten.
    install(&cluster, &["--set", "profile=minimal"])?;
    let folder = tempfile::tempdir()?;
    let backup = folder.path().join("backup.yaml");
    let with_crds = ["uninstall", "--purge", "--delete-crds", "-y", "--backup", &backup.display().to_string()];
    let run = mesh(&cluster, &with_crds)?;
    run.expect_failed(2, &["2 objects in 1 namespace", "--yes-delete-crds"])?;
    ensure!(!backup.exists() && cluster.get_opt(&format!("{gateways}/two"))?.is_some(), "{run}");
    std::fs::write(&backup, "mine")?;
    let run = mesh(&cluster, &[&with_crds[..], &["--yes-delete-crds"]].concat())?;
    run.expect_failed(2, &["backup.yaml", "nothing was removed", "--backup"])?;
    ensure!(cluster.get_opt("/apis/apps/v1/namespaces/istio-system/deployments/istiod")?.is_some(), "{run}");
    std::fs::remove_file(&backup)?;
    let run = mesh(&cluster, &[&with_crds[..], &["--yes-delete-crds"]].concat())?;
    ensure!(run.code == Some(0) && run.stderr.contains("2 objects in 1 namespace written to"), "{run}");
    ensure!(std::fs::metadata(&backup)?.permissions().mode() & 0o777 == 0o600);
    let text = std::fs::read_to_string(&backup)?;
    ensure!(text.matches("kind: Gateway").count() == 2 && !text.contains("resourceVersion"), "{text}");
    let crds = cluster.list("/apis/apiextensions.k8s.io/v1/customresourcedefinitions")?;
    ensure!(crds.iter().all(|crd| !crd["spec"]["group"].as_str().unwrap_or_default().ends_with("istio.io")), "{run}");

    // What was written can be applied again.
    install(&cluster, &["--set", "profile=minimal"])?;
    if cluster.kubectl(&["apply", "-f", &backup.display().to_string()])?.is_some() {
        ensure!(cluster.get(&format!("{gateways}/two"))?["spec"] == gateway("shop", "two")["spec"]);
    }

    // A namespace with something of others in it stays.
    let mine = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "mine"}, "data": {"a": "b"}});
    cluster.create("/api/v1/namespaces/istio-system/configmaps", &mine)?;
    let run = mesh(&cluster, &["uninstall", "--purge", "-y"])?;
    ensure!(
        run.code == Some(0)
            && run.stdout.contains("Namespace/istio-system: others have objects in it: ConfigMap/istio-system/mine"),
        "{run}"
    );
    ensure!(cluster.list("/api/v1/namespaces/istio-system/secrets")?.is_empty());
    Ok(())
}

#[test]
fn one_of_two_revisions_goes_and_ambient_goes_in_the_safe_order() -> Result<()> {
    let cluster = planes::builder().start()?;
    install(&cluster, &["--set", "profile=ambient"])?;
    install(&cluster, &["--set", "profile=minimal", "--revision", "canary"])?;
    cluster.create_namespace("mesh-app", &json!({"istio.io/dataplane-mode": "ambient"}))?;

    mesh(&cluster, &["uninstall", "-y"])?.expect_failed(2, &["several revisions: canary, default", "--revision"])?;
    let run = mesh(&cluster, &["uninstall", "--revision", "default", "--delete-crds", "-y"])?;
    run.expect_failed(1, &["in use by revision canary"])?;
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(
        file.path(),
        "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec:\n  revision: canary\n",
    )?;
    let file = file.path().display().to_string();
    for named in [["-f", &file], ["--set", "revision=canary"], ["--revision", "canary"]] {
        let run = mesh(&cluster, &[&["uninstall", "--dry-run"], &named[..]].concat())?;
        ensure!(
            run.code == Some(0) && run.stderr.contains("istiod-canary") && !run.stderr.contains("ztunnel"),
            "{run}"
        );
    }
    mesh(&cluster, &["uninstall", "--set", "revisoin=canary", "-y"])?.expect_failed(2, &["did you mean `revision`"])?;
    mesh(&cluster, &["uninstall", "--set", "revision=gone", "-y"])?.expect_failed(1, &["no revision gone"])?;
    let run = mesh(&cluster, &["uninstall", "-f", &file, "-y"])?;
    run.expect_done("✔ Webhooks removed\n✔ Istiod removed\n✔ Uninstall complete\nLeft:\n  15 CRDs of Istio: kept; --delete-crds deletes them\n")?;
    let deployments = cluster.list("/apis/apps/v1/namespaces/istio-system/deployments")?;
    ensure!(deployments.len() == 1 && deployments[0]["metadata"]["name"] == "istiod", "{run}");
    // Nothing that the other one needs is gone: it installs again without a write.
    let run = Mesh::on(&cluster).install(["--set", "profile=ambient", "-y"]).run()?;
    ensure!(run.code == Some(0), "{run}");

    let mark = cluster.mark()?;
    let run = mesh(&cluster, &["uninstall", "--purge", "-y"])?;
    ensure!(run.code == Some(0), "{run}");
    ensure!(run.stderr.contains("1 namespace is in ambient mode: mesh-app"), "{run}");
    let writes = cluster.requests_since(mark)?.by_agent("mesh/").mutating();
    let paths: Vec<String> = writes.all().iter().map(|request| request.path.clone()).collect();
    let let_go = place(&paths, "/api/v1/namespaces/mesh-app")?;
    let (ztunnel, cni) = (place(&paths, "daemonsets/ztunnel")?, place(&paths, "daemonsets/istio-cni-node")?);
    ensure!(place(&paths, "webhookconfigurations")? < let_go && let_go < ztunnel && ztunnel < cni, "{paths:#?}");
    ensure!(cni < place(&paths, "clusterroles/istio-cni")?, "{paths:#?}");
    let labels = &cluster.get("/api/v1/namespaces/mesh-app")?["metadata"]["labels"];
    ensure!(labels.get("istio.io/dataplane-mode").is_none(), "{labels}");
    Ok(())
}

#[test]
fn what_istioctl_installed_goes_too() -> Result<()> {
    let Some(istioctl) = named_program("MESH_TEST_ISTIOCTL") else { return Ok(()) };
    let cluster = planes::builder().start()?;
    cluster.create_namespace("istio-system", &json!({}))?;
    let before = whole::dump(&cluster)?;
    let output = cluster.command(istioctl).args(["install", "--set", "profile=demo", "-y"]).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let run = mesh(&cluster, &EVERYTHING)?;
    ensure!(run.code == Some(0) && run.stdout.contains("Namespace/istio-system: was not made by mesh"), "{run}");
    is_as_before(&cluster, &before, &run)?;
    say("the real istioctl's installation was removed");
    Ok(())
}

/// What others made is recognised: it goes whole, or nothing of it is touched.
#[test]
fn a_control_plane_of_others_goes_whole_or_not_at_all() -> Result<()> {
    let cluster = planes::builder().nodes(1).start()?;
    let home = "/api/v1/namespaces/istio-system";
    cluster.create_namespace("istio-system", &json!({}))?;
    let pod = json!({"containers": [{"name": "discovery", "image": "r.example.com/pilot:1.30.3"}]});
    let labels = json!({"app": "istiod", "istio.io/rev": "default"});
    let istiod = json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {
            "name": "istiod", "namespace": "istio-system", "labels": labels,
            "annotations": {"meta.helm.sh/release-name": "istiod", "meta.helm.sh/release-namespace": "istio-system"},
        },
        "spec": {
            "selector": {"matchLabels": {"app": "istiod"}},
            "template": {"metadata": {"labels": labels}, "spec": pod},
        },
    });
    let path = "/apis/apps/v1/namespaces/istio-system/deployments/istiod";
    cluster.apply_as("kubectl-client-side-apply", path, &istiod)?;
    let ca = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "istio-ca-secret"}, "data": {}});
    cluster.create(&format!("{home}/secrets"), &ca)?;
    let secret = format!("{home}/secrets/istio-ca-secret");
    let mark = cluster.mark()?;
    let run = mesh(&cluster, &EVERYTHING)?;
    run.expect_failed(1, &["would stay without what it needs; nothing was removed", "Deployment/istio-system/istiod"])?;
    ensure!(!run.stdout.contains("complete"), "{run}");
    ensure!(deleted(&cluster, mark)?.is_empty(), "{run}");
    mesh(&cluster, &["uninstall", "--purge", "--dry-run"])?.expect_failed(1, &["nothing was removed"])?;

    // Somebody has taken its label off, and no webhook leads to it: its image tells what it is.
    cluster.merge(path, &json!({"metadata": {"labels": {"app": null}}}))?;
    let run = mesh(&cluster, &EVERYTHING)?;
    run.expect_failed(1, &["would stay without what it needs; nothing was removed", "Deployment/istio-system/istiod"])?;
    ensure!(deleted(&cluster, mark)?.is_empty() && cluster.get_opt(&secret)?.is_some(), "{run}");
    let run = mesh(&cluster, &["version"])?;
    ensure!(run.code == Some(0) && run.stdout.contains("1.30.3"), "{run}");

    // An engine that goes on to put it back: its CA stays.
    let unmark = json!({"metadata": {"annotations": null}});
    cluster.merge(&format!("{path}?fieldManager=helm"), &unmark)?;
    cluster.delete(path)?;
    let istiod = without_annotations(istiod);
    let gone = |cluster: &Cluster| Ok(cluster.get_opt(path)?.is_none().then_some(()));
    cluster.eventually(SOON, "end of the one before", gone)?;
    cluster.apply_as("argocd-controller", path, &istiod)?;
    let is_ended = AtomicBool::new(false);
    let run = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_ended.load(Ordering::Relaxed) {
                if matches!(cluster.get_opt(path), Ok(None)) {
                    let _ = cluster.apply_as("argocd-controller", path, &istiod);
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        });
        let run = mesh(&cluster, &EVERYTHING);
        is_ended.store(true, Ordering::Relaxed);
        run
    })?;
    run.expect_failed(1, &["Deployment/istio-system/istiod was removed, and argocd-controller has made it again"])?;
    ensure!(run.stderr.contains("was made by argocd-controller, which makes it again unless"), "{run}");
    ensure!(!run.stdout.contains("complete") && cluster.get_opt(&secret)?.is_some(), "{run}");

    // A person applied it: with its control plane goes all of it.
    cluster.delete(path)?;
    cluster.eventually(SOON, "end of the engine's", gone)?;
    cluster.apply_as("kubectl-client-side-apply", path, &istiod)?;
    let account = json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "istiod"}});
    cluster.create(&format!("{home}/serviceaccounts?fieldManager=kubectl-client-side-apply"), &account)?;
    let run = mesh(&cluster, &["uninstall", "--purge", "--dry-run"])?;
    let told = "Deployment/istio-system/istiod was made by kubectl";
    ensure!(run.code == Some(0) && run.stderr.contains(told), "{run}");
    let run = mesh(&cluster, &EVERYTHING)?;
    ensure!(run.code == Some(0) && run.stdout.contains("✔ Uninstall complete"), "{run}");
    for path in [path, &secret, &format!("{home}/serviceaccounts/istiod")] {
        ensure!(cluster.get_opt(path)?.is_none(), "{path} is left: {run}");
    }
    Ok(())
}

fn without_annotations(mut object: Value) -> Value {
    object["metadata"].as_object_mut().map(|metadata| metadata.remove("annotations"));
    object
}

/// A CRD of the Gateway API, as far as this test needs it.
fn gateway_api(plural: &str, kind: &str, scope: &str) -> Value {
    json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": format!("{plural}.gateway.networking.k8s.io"),
            "annotations": {"api-approved.kubernetes.io": "https://github.com/kubernetes-sigs/gateway-api/pull/1"}},
        "spec": {"group": "gateway.networking.k8s.io", "scope": scope,
            "names": {"kind": kind, "plural": plural, "singular": kind.to_lowercase(), "listKind": format!("{kind}List")},
            "versions": [{"name": "v1", "served": true, "storage": true,
                "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}}]},
    })
}

/// What istiod has made for the Gateway API is of nobody once it is gone: it is named, with what removes it.
#[test]
fn what_istiod_made_for_gateways_is_named() -> Result<()> {
    const API: &str = "/apis/gateway.networking.k8s.io/v1";
    let cluster = planes::builder().nodes(1).start()?;
    for (plural, kind, scope) in [("gatewayclasses", "GatewayClass", "Cluster"), ("gateways", "Gateway", "Namespaced")]
    {
        cluster.create("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", &gateway_api(plural, kind, scope))?;
        cluster.eventually(SOON, plural, |cluster| Ok(cluster.list(&format!("{API}/{plural}")).ok().map(drop)))?;
    }
    install(&cluster, &["--set", "profile=minimal"])?;
    for (name, controller) in [
        ("istio", "istio.io/gateway-controller"),
        ("istio-remote", "istio.io/unmanaged-gateway"),
        ("other", "example.com/controller"),
    ] {
        let class = json!({"apiVersion": "gateway.networking.k8s.io/v1", "kind": "GatewayClass", "metadata": {"name": name},
            "spec": {"controllerName": controller}});
        cluster.create(&format!("{API}/gatewayclasses"), &class)?;
    }
    cluster.create_namespace("shop", &json!({}))?;
    let gateway = json!({"apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway", "metadata": {"name": "edge"},
        "spec": {"gatewayClassName": "istio"}});
    let gateway = cluster.create(&format!("{API}/namespaces/shop/gateways"), &gateway)?;
    let owner = json!({"apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway", "name": "edge", "uid": gateway["metadata"]["uid"]});
    let labels = json!({"gateway.networking.k8s.io/gateway-name": "edge", "service.istio.io/canonical-name": "edge", "istio.io/rev": "default"});
    let metadata = json!({"name": "edge-istio", "labels": labels, "ownerReferences": [owner]});
    let pod = json!({"containers": [{"name": "istio-proxy", "image": "r.example.com/proxyv2:1.30.3", "args": ["proxy", "router"]}]});
    let mut labelled = json!({"metadata": {"labels": labels}, "spec": pod});
    labelled["metadata"]["labels"]["sidecar.istio.io/inject"] = "false".into();
    let deployment = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata,
        "spec": {"selector": {"matchLabels": labels}, "template": labelled}});
    cluster.create("/apis/apps/v1/namespaces/shop/deployments", &deployment)?;
    let service =
        json!({"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": {"ports": [{"port": 80}]}});
    cluster.create("/api/v1/namespaces/shop/services", &service)?;
    cluster.wait_for_deployment("shop", "edge-istio", SOON)?;

    let lines = [
        "  GatewayClasses istio, istio-remote: made by istiod, and served by nobody now: kubectl delete gatewayclass istio istio-remote",
        "  Service/shop/edge-istio, Deployment/shop/edge-istio: made by istiod, go with its Gateway: kubectl delete \
         gateways.gateway.networking.k8s.io -n shop edge",
    ];
    for args in [&["uninstall", "--purge", "--dry-run"][..], &["uninstall", "--purge", "-y"]] {
        let run = mesh(&cluster, args)?;
        ensure!(run.code == Some(0), "{run}");
        for line in lines {
            ensure!(run.stdout.lines().any(|one| one == line), "no {line:?}: {run}");
        }
        // A restart brings them back as they are.
        ensure!(!run.stdout.contains("restart them to be rid of it"), "{run}");
    }
    Ok(())
}
