//! `mesh status` and `mesh check`: before there is Istio, with one that is well, and with one whose control plane is gone.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use cluster::Cluster;
use serde_json::{Value, json};

use crate::harness::mesh::{MINIMAL_LINES, Mesh, Run};
use crate::harness::planes::builder;
use crate::harness::proxy::Proxy;
use crate::harness::screen::Screen;
use crate::harness::{named_program, say};

#[test]
fn a_mesh_is_shown_and_checked_from_its_beginning_to_its_end() -> Result<()> {
    let cluster = builder().nodes(2).start()?;
    before(&cluster)?;
    Mesh::on(&cluster).install(["--set", "profile=minimal", "-y"]).run()?.expect_done(MINIMAL_LINES)?;
    shown(&cluster)?;
    let check = Mesh::on(&cluster).args(["check"]).run()?;
    check.expect_done("22 checks, nothing was found\n")?;
    watched(&cluster)?;
    watched_on_a_terminal(&cluster)?;
    who_may_not_read(&cluster)?;
    orphans(&cluster)
}

fn checked(cluster: &Cluster, args: &[&str]) -> Result<(Run, Vec<(String, String)>)> {
    let run = Mesh::on(cluster).args(["check", "-o", "json"]).args(args).run()?;
    let document = run.json()?;
    ensure!(document["apiVersion"] == "mesh/v1" && document["kind"] == "Check", "{run}");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let checks = document["clusters"][0]["checks"].as_array().context("no checks")?.iter();
    let results = checks.map(|one| {
        ensure!(
            !text(&one["hint"]).is_empty() && one["reasons"].as_array().is_some_and(|all| !all.is_empty()),
            "{one}"
        );
        Ok((text(&one["id"]), text(&one["result"])))
    });
    let results = results.collect::<Result<_>>()?;
    Ok((run, results))
}

fn before(cluster: &Cluster) -> Result<()> {
    let status = Mesh::on(cluster).args(["status"]).run()?;
    ensure!(
        status.code == Some(0) && status.stdout.contains("no component of Istio is here: mesh install installs it"),
        "{status}"
    );
    // A namespace that forbids what injection adds, and pods too large for any node.
    let labels = json!({"istio-injection": "enabled", "pod-security.kubernetes.io/enforce": "restricted"});
    cluster.create_namespace("strict", &labels)?;
    let (run, results) = checked(cluster, &["--set", "values.pilot.resources.requests.memory=9Ti", "--skip", "cni"])?;
    let failed: Vec<&str> =
        results.iter().filter(|(_, result)| result == "failed").map(|(id, _)| id.as_str()).collect();
    ensure!(run.code == Some(1) && failed == ["room", "pod-security"], "{run}");
    ensure!(results.iter().all(|(id, _)| id != "cni"), "{run}");
    let (run, results) = checked(cluster, &["--only", "room,permissions"])?;
    ensure!(run.code == Some(0) && results.len() == 2, "{run}");
    Mesh::on(cluster)
        .args(["check", "--only", "rooms"])
        .run()?
        .expect_failed(2, &["there is no check `rooms`", "there are: "])?;
    let text = Mesh::on(cluster).args(["check"]).run()?;
    ensure!(
        text.code == Some(1) && text.stdout.contains("✘ Pod Security") && text.stdout.contains("hint: mesh install"),
        "{text}"
    );
    a_quota_that_leaves_too_little(cluster)?;
    cluster.delete("/api/v1/namespaces/strict")?;
    cluster.eventually(Duration::from_secs(120), "end of a namespace", |cluster| {
        Ok(cluster.get_opt("/api/v1/namespaces/strict")?.is_none().then_some(()))
    })
}

fn a_quota_that_leaves_too_little(cluster: &Cluster) -> Result<()> {
    cluster.create_namespace("istio-system", &json!({}))?;
    let quotas = "/api/v1/namespaces/istio-system/resourcequotas";
    let few = json!({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "few"}, "spec": {"hard": {"requests.memory": "1Gi"}}});
    cluster.create(quotas, &few)?;
    cluster.eventually(Duration::from_secs(120), "counted quota", |cluster| {
        Ok(cluster.get(&format!("{quotas}/few"))?["status"]["hard"].is_object().then_some(()))
    })?;
    let run = Mesh::on(cluster).args(["check", "--only", "room"]).run()?;
    let told = "ResourceQuota/istio-system/few leaves 1Gi of requests.memory, and 2.1Gi is asked for";
    ensure!(run.code == Some(1) && run.stdout.contains(told), "{run}");
    cluster.delete(&format!("{quotas}/few")).map(drop)
}

fn shown(cluster: &Cluster) -> Result<()> {
    cluster.create_namespace("shop", &json!({"istio-injection": "enabled"}))?;
    let template = json!({"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "web", "image": "nginx:1.14.2"}]}});
    let web = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "web"}}, "template": template}});
    cluster.create("/apis/apps/v1/namespaces/shop/deployments", &web)?;
    cluster.wait_for_deployment("shop", "web", Duration::from_secs(120))?;
    let note = "\u{1b}[31mbad\u{202e}";
    let old = json!({"apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": "old", "namespace": "default", "labels": {"service.istio.io/canonical-name": "old"}, "annotations": {"istio.io/rev": note}},
        "spec": {"containers": [{"name": "istio-proxy", "image": "missing.invalid/proxyv2:1.20.0"}]}});
    cluster.create("/api/v1/namespaces/default/pods", &old)?;
    let run = cluster.eventually(Duration::from_secs(120), "pod with trouble", |cluster| {
        let run = Mesh::on(cluster).args(["status"]).run()?;
        Ok(run.stdout.contains("POD WITH TROUBLE").then_some(run))
    })?;
    run.is_plain()?;
    let one_line = |parts: &[&str]| run.stdout.lines().any(|line| parts.iter().all(|part| line.contains(part)));
    for parts in [
        &["istio-system/istiod", "Deployment", "1/1", "1.30.3", "default"][..],
        &["istio-revision-tag-default", "mutating", "tag default", "Fail", "answered"],
        &["shop", "istio-injection=enabled", "2 of revision default"],
        &["1.20.0", "the control plane is gone"],
        // In the words of a wait, whatever state the kubelet is in: it fails, or backs off after that.
        &["default/old", "image missing.invalid/proxyv2:1.20.0: "],
    ] {
        ensure!(one_line(parts), "no line with {parts:?}: {run}");
    }
    ensure!(!run.stdout.contains("ErrImagePull") && !run.stdout.contains("ImagePullBackOff"), "{run}");
    let document = Mesh::on(cluster).args(["status", "-o", "json"]).run()?.json()?;
    let status = &document["clusters"][0];
    ensure!(document["kind"] == "Status" && status["components"][0]["ready"] == 1, "{document}");
    let outdated: Vec<&str> = status["proxies"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|one| one["outdated"] == true)
        .filter_map(|one| one["version"].as_str())
        .collect();
    ensure!(outdated == ["1.20.0"] && status["troubled"] == 1, "{document}");
    let days = status["certificates"].as_array().into_iter().flatten().filter_map(|one| one["daysLeft"].as_i64());
    ensure!(days.min().is_some_and(|days| days > 0), "{document}");
    as_a_page(cluster)?;
    words_of_the_cluster(cluster)?;
    cluster.delete("/api/v1/namespaces/default/pods/old")?;
    cluster.eventually(Duration::from_secs(120), "end of a pod", |cluster| {
        Ok(cluster.get_opt("/api/v1/namespaces/default/pods/old")?.is_none().then_some(()))
    })
}

/// A page says the same as the screen, and what a pod calls itself is text in it.
fn as_a_page(cluster: &Cluster) -> Result<()> {
    let run = Mesh::on(cluster).args(["status", "-o", "html"]).run()?;
    ensure!(run.code == Some(0) && run.stderr.is_empty() && run.stdout.starts_with("<!doctype html>"), "{run}");
    for part in ["<svg", "revision default", "istio-system/istiod", "1.20.0", "default/old", "\\u{1b}[31mbad\\u{202e}"]
    {
        ensure!(run.stdout.contains(part), "no {part:?}: {run}");
    }
    ensure!(!run.stdout.contains('\u{1b}') && !run.stdout.contains("<script"), "{run}");
    let verify = Mesh::on(cluster).args(["verify", "-o", "html"]).run()?;
    ensure!(verify.code == Some(0) && verify.stdout.contains("as wanted"), "{verify}");
    let check = Mesh::on(cluster).args(["check", "-o", "html"]).run()?;
    ensure!(check.stdout.contains("version-skew") && check.stdout.ends_with("</html>\n"), "{check}");
    let file = ["diff", "--set", "profile=minimal", "--set", "meshConfig.accessLogFile=/dev/stderr", "-o", "html"];
    let diff = Mesh::on(cluster).args(file).run()?;
    ensure!(diff.code == Some(1) && diff.stdout.contains("ConfigMap/istio-system/istio"), "{diff}");
    let canary = Mesh::on(cluster).args(["upgrade", "--canary", "--dry-run", "-o", "html"]).run()?;
    ensure!(canary.code == Some(0) && canary.stdout.contains("install revision 1-30-3 beside default"), "{canary}");
    Mesh::on(cluster).args(["status", "--watch", "-o", "html"]).run()?.expect_failed(2, &["one look", "--watch"])?;
    Mesh::on(cluster).args(["upgrade", "-o", "html"]).run()?.expect_failed(2, &["--dry-run", "--canary --status"])?;
    seen_by_a_browser(&[run, verify, check, diff, canary])
}

/// A real browser finds nothing to complain about, where one is named.
fn seen_by_a_browser(pages: &[Run]) -> Result<()> {
    let Some(browser) = named_program("MESH_TEST_BROWSER") else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    for (number, page) in pages.iter().enumerate() {
        let file = folder.path().join(format!("{number}.html"));
        std::fs::write(&file, &page.stdout)?;
        let home = format!("--user-data-dir={}", folder.path().join("home").display());
        let quiet = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-sync",
            "--disable-background-networking",
            "--dump-dom",
        ];
        let output =
            Command::new(&browser).args(quiet).arg(home).args(["--enable-logging=stderr"]).arg(&file).output()?;
        let (seen, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        let count = |text: &str, tag: &str| text.matches(&format!("<{tag}")).count();
        for tag in ["section", "details", "tr", "rect", "li"] {
            ensure!(
                count(&seen, tag) == count(&page.stdout, tag),
                "{tag}: what was written is not what is seen: {seen}"
            );
        }
        ensure!(!said.contains("CONSOLE"), "{said}");
    }
    say(&format!("{} pages were seen by a browser", pages.len()));
    Ok(())
}

/// What a word may become is asked of the cluster; of one that is not there nothing is said.
fn words_of_the_cluster(cluster: &Cluster) -> Result<()> {
    let become_of = |kubeconfig: &std::path::Path, words: &[&str]| Mesh::with(kubeconfig).completes(words);
    let kubeconfig = cluster.kubeconfig();
    let context = become_of(&kubeconfig, &["status", "--context", ""])?;
    ensure!(context == ["test-cluster"], "{context:?}");
    let table: [(&[&str], &str); 6] = [
        (&["inject", "namespace", "sho"], "shop"),
        (&["status", "-n", ""], "istio-system"),
        (&["inject", "deployment", "-n", "shop", ""], "web"),
        (&["describe", "-n", "shop", "deployment/"], "deployment/web"),
        (&["describe", "-n", "shop", "deployment", ""], "web"),
        (&["uninstall", "--revision", ""], "default"),
    ];
    for (words, wanted) in table {
        let found = become_of(&kubeconfig, words)?;
        ensure!(found.iter().any(|one| one == wanted), "{words:?}: {found:?}");
        let found = become_of("/nowhere".as_ref(), words)?;
        ensure!(!found.iter().any(|one| one == wanted), "{words:?}: {found:?}");
    }
    Ok(())
}

/// A watched screen goes on until it is stopped.
fn watched(cluster: &Cluster) -> Result<()> {
    let running = Mesh::on(cluster).args(["status", "--watch", "-o", "json"]).start()?;
    running.printed(2)?;
    running.signal("INT")?;
    let run = running.end()?;
    ensure!(run.code == Some(130) && run.stdout.lines().count() >= 2, "{run}");
    for line in run.stdout.lines() {
        serde_json::from_str::<Value>(line).with_context(|| format!("{line:?} is no JSON"))?;
    }
    Ok(())
}

/// On a terminal the screen is drawn over and over, cut to what fits. A server that goes away is said to be away, and what was
/// seen last stays; when it is there again, so is the truth.
fn watched_on_a_terminal(cluster: &Cluster) -> Result<()> {
    let proxy = Proxy::start()?;
    let kubeconfig = proxy.kubeconfig(cluster, "watched")?;
    let Some(mut screen) = Screen::of(&kubeconfig, "status --watch")? else { return Ok(()) };
    screen.wait_for("istio-system/istiod")?;
    let drawn = screen.wait_for("\u{1b}[H\u{1b}[J")?;
    ensure!(drawn.matches("COMPONENT").count() == 1, "drawn twice without waiting: {drawn:?}");
    screen.forget();
    let drawn = screen.wait_for("istio-system/istiod")?;
    ensure!(drawn.contains("\u{1b}[H\u{1b}[J"), "not drawn over: {drawn:?}");
    let widest = drawn.lines().map(|line| line.chars().count()).max();
    ensure!(widest <= Some(80 + "\u{1b}[H\u{1b}[J".len()), "wraps: {drawn:?}");
    proxy.shut(true);
    screen.forget();
    let old = screen.wait_for("! not known since ")?;
    ensure!(old.contains("istio-system/istiod"), "what was seen is gone: {old:?}");
    proxy.shut(false);
    screen.forget();
    screen.wait_for("istio-system/istiod")?;
    screen.forget();
    let again = screen.wait_for("istio-system/istiod")?;
    ensure!(!again.contains("not known since"), "{again:?}");
    screen.type_in("\u{3}")?;
    let (shown, code) = screen.end()?;
    // The cursor was never hidden, and stands below the screen.
    ensure!(code == Some(130) && !shown.contains("\u{1b}[?25l") && shown.ends_with('\n'), "exit {code:?}: {shown:?}");
    Ok(())
}

fn who_may_not_read(cluster: &Cluster) -> Result<()> {
    let nobody = cluster.kubeconfig_for("nobody")?;
    let status = Mesh::with(&nobody).args(["status"]).run()?;
    ensure!(status.code == Some(0) && status.stdout.contains("not known: cannot list Deployment"), "{status}");
    let check = Mesh::with(&nobody).args(["check"]).run()?;
    ensure!(
        check.code == Some(1) && check.stdout.contains("you may not create clusterroles.rbac.authorization.k8s.io"),
        "{check}"
    );
    Ok(())
}

/// Istiod is gone and its webhooks refuse every pod: that is found, and `--fix` mends that alone.
fn orphans(cluster: &Cluster) -> Result<()> {
    let client = json!({"service": {"name": "istiod", "namespace": "istio-system"}});
    let foreign = json!({"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration",
        "metadata": {"name": "somebody"},
        "webhooks": [{"name": "inject.example.com", "clientConfig": client, "sideEffects": "None", "admissionReviewVersions": ["v1"],
            "failurePolicy": "Ignore", "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}]}]});
    let webhooks = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
    cluster.create(webhooks, &foreign)?;
    // While istiod is only not ready nothing is removed.
    let istiod = "/apis/apps/v1/namespaces/istio-system/deployments/istiod";
    cluster.merge(istiod, &json!({"spec": {"replicas": 0}}))?;
    let run = Mesh::on(cluster).args(["check", "--fix", "-y", "--only", "deadlocks"]).run()?;
    run.expect_done("1 check, nothing was found\n")?;
    cluster.delete(istiod)?;
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "new"}, "spec": {"containers": [{"name": "a", "image": "a"}]}});
    let pods = "/api/v1/namespaces/shop/pods";
    cluster.eventually(Duration::from_secs(120), "refusal", |cluster| {
        Ok(cluster.create(&format!("{pods}?dryRun=All"), &pod).is_err().then_some(()))
    })?;
    let (run, results) = checked(cluster, &[])?;
    let failed: Vec<&str> =
        results.iter().filter(|(_, result)| result == "failed").map(|(id, _)| id.as_str()).collect();
    ensure!(run.code == Some(1) && failed.contains(&"webhooks") && failed.contains(&"deadlocks"), "{run}");
    let before: Vec<String> = names(cluster, webhooks)?;
    Mesh::on(cluster).args(["check", "--fix"]).run()?.expect_failed(2, &["nobody can be asked"])?;
    ensure!(names(cluster, webhooks)? == before, "removed without being asked");
    let fixed = Mesh::on(cluster).args(["check", "--fix", "-y", "--only", "deadlocks"]).run()?;
    ensure!(fixed.code == Some(0) && fixed.stdout.contains("istio-revision-tag-default removed"), "{fixed}");
    ensure!(names(cluster, webhooks)? == ["somebody"], "{before:?}");
    let validating = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
    ensure!(names(cluster, validating)?.is_empty(), "{fixed}");
    let (run, results) = checked(cluster, &[])?;
    ensure!(!results.iter().any(|(id, result)| id == "webhooks" && result == "failed"), "still red: {run}");
    cluster.create(pods, &pod)?;
    Mesh::on(cluster).install(["--set", "profile=minimal", "-y"]).run()?.expect_done(MINIMAL_LINES)?;
    Mesh::on(cluster).args(["check", "--skip", "version-skew"]).run()?.expect_done("21 checks, nothing was found\n")
}

fn names(cluster: &Cluster, collection: &str) -> Result<Vec<String>> {
    let all = cluster.list(collection)?;
    let mut names: Vec<String> =
        all.iter().filter_map(|one| one["metadata"]["name"].as_str().map(str::to_owned)).collect();
    names.sort();
    Ok(names)
}
