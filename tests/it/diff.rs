//! `mesh diff` and `install --dry-run`: what they show, what they answer, and that they write nothing.

use anyhow::{Result, ensure};
use cluster::{Cluster, Recorded, Requests};
use serde_json::{Value, json};

use crate::harness::mesh::{MINIMAL_LINES, Mesh, Run};
use crate::harness::planes::{self, Installed};

/// Runs `mesh` with these arguments, and gives what it asked of the server.
fn asked(cluster: &Cluster, args: &[&str]) -> Result<(Run, Requests)> {
    let mark = cluster.mark()?;
    let run = Mesh::with(&cluster.kubeconfig_for(planes::INSTALLER)?).args(args).run()?;
    let requests = cluster.requests_since(mark)?.filter(|request| request.user == planes::INSTALLER);
    Ok((run, requests))
}

fn dry_runs(requests: &Requests) -> Vec<&Recorded> {
    requests.all().iter().filter(|request| request.path.contains("dryRun=All")).collect()
}

fn writes_nothing(requests: &Requests) -> Result<()> {
    let writes = requests.clone().mutating();
    ensure!(writes.is_empty(), "{}", writes.lines());
    Ok(())
}

/// One after the other, as each counts the requests of its own.
#[test]
fn what_differs_is_told_and_nothing_is_written() -> Result<()> {
    let plane = planes::demo()?;
    what_was_installed_does_not_differ(plane)?;
    a_change_is_told_with_what_it_means(plane)?;
    what_goes_is_told_too(plane)
}

fn what_was_installed_does_not_differ(plane: &Installed) -> Result<()> {
    let (run, requests) = asked(&plane.cluster, &["diff"])?;
    ensure!(run.code == Some(0) && run.stdout == "nothing differs\n" && run.stderr.is_empty(), "{run}");
    writes_nothing(&requests)?;
    ensure!(dry_runs(&requests).is_empty() && requests.count() <= 20, "{}", requests.lines());
    // The same inputs given are the recorded ones.
    let (run, _) = asked(&plane.cluster, &["diff", "--set", "profile=demo"])?;
    ensure!(run.code == Some(0) && run.stdout == "nothing differs\n", "{run}");
    Ok(())
}

fn a_change_is_told_with_what_it_means(plane: &Installed) -> Result<()> {
    let change = [
        "--set",
        "profile=demo",
        "--set",
        "meshConfig.accessLogFile=",
        "--set",
        "values.global.logging.level=default:debug",
    ];
    let (run, requests) = asked(&plane.cluster, &[&["diff"], &change[..]].concat())?;
    ensure!(run.code == Some(1) && run.stderr.is_empty(), "{run}");
    for part in [
        "~ ConfigMap/istio-system/istio\n      data.mesh:\n        - accessLogFile: /dev/stdout",
        "~ Deployment/istio-system/istiod\n      spec.template.spec.containers[name=discovery].args",
        "\nthis restarts istiod",
        "configures every proxy anew, without restarts",
    ] {
        ensure!(run.stdout.contains(part), "no {part:?} in {run}");
    }
    writes_nothing(&requests)?;
    // Only what differs is tried.
    let tried = dry_runs(&requests);
    ensure!((2..=6).contains(&tried.len()), "{}", requests.lines());
    ensure!(tried.iter().all(|request| request.verb == "patch" && request.code == 200), "{tried:#?}");

    // A dry run of install shows the same, and has done what it was asked for.
    let (dry, requests) = asked(&plane.cluster, &[&["install", "--dry-run"], &change[..]].concat())?;
    ensure!(dry.code == Some(0) && dry.stdout == run.stdout, "{dry}");
    writes_nothing(&requests)
}

fn what_goes_is_told_too(plane: &Installed) -> Result<()> {
    let (run, requests) = asked(&plane.cluster, &["diff", "--set", "profile=minimal", "-o", "json"])?;
    ensure!(run.code == Some(1), "{run}");
    writes_nothing(&requests)?;
    let document = run.json()?;
    ensure!(document["apiVersion"] == "mesh/v1" && document["kind"] == "Diff", "{run}");
    let found = &document["clusters"][0];
    let deleted: Vec<&str> = found["delete"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for id in ["Deployment/istio-system/istio-egressgateway", "Service/istio-system/istio-ingressgateway"] {
        ensure!(deleted.contains(&id), "{run}");
    }
    ensure!(!deleted.iter().any(|id| id.contains("istiod") || id.starts_with("CustomResource")), "{deleted:?}");
    let effects = found["effects"].as_array().into_iter().flatten();
    let effects: Vec<&str> = effects.filter_map(|effect| effect["effect"].as_str()).collect();
    ensure!(effects.starts_with(&["gives-up-address", "removes-gateways"]), "{effects:?}");
    ensure!(found["same"] == false && found["refused"] == json!([]), "{run}");
    Ok(())
}

#[test]
fn on_a_fresh_cluster_it_is_tried_elsewhere_and_drift_is_told_after() -> Result<()> {
    let cluster = planes::builder().start()?;
    let minimal = ["--set", "profile=minimal"];
    let (run, requests) = asked(&cluster, &[&["install", "--dry-run"], &minimal[..]].concat())?;
    ensure!(run.code == Some(0) && run.stdout.starts_with("create 3"), "{run}");
    ensure!(!run.stdout.contains("not as its kind") && !run.stdout.contains("change"), "{run}");
    // In a namespace that is there, and what was taken is not asked about again.
    writes_nothing(&requests)?;
    let tried = dry_runs(&requests);
    ensure!(!tried.is_empty() && tried.iter().all(|one| one.namespace == "default"), "{}", requests.lines());
    let (run, _) = asked(&cluster, &[&["diff", "-o", "json"], &minimal[..]].concat())?;
    let created = &run.json()?["clusters"][0]["create"];
    let is_checked =
        |id: &str| created.as_array().into_iter().flatten().any(|one| one["object"] == id && one["check"] == "schema");
    ensure!(run.code == Some(1) && is_checked("Deployment/istio-system/istiod"), "{run}");

    what_would_be_refused_half_way_is_refused_before(&cluster)?;
    asked(&cluster, &[&["install"], &minimal[..]].concat())?.0.expect_done(MINIMAL_LINES)?;
    drift(&cluster)
}

/// Overlays can make anything of an object: of kinds that Kubernetes has, and where nothing is there yet to try it on.
fn what_would_be_refused_half_way_is_refused_before(cluster: &Cluster) -> Result<()> {
    let overlay = |kind: &str, name: &str, path: &str, value: &str| {
        format!(
            "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec:\n  profile: minimal\n  components:\n    \
             pilot:\n      k8s:\n        overlays:\n        - kind: {kind}\n          name: {name}\n          patches:\n          \
             - path: {path}\n            value: {value}\n"
        )
    };
    let table = [
        ("Deployment", "istiod", "spec.replica", "2", "Deployment/istio-system/istiod: spec.replica"),
        ("ConfigMap", "istio", "data.mesh", "{a: b}", "ConfigMap/istio-system/istio: data.mesh"),
        (
            "ClusterRole",
            "istiod-clusterrole-istio-system",
            "rules",
            "x",
            "ClusterRole/istiod-clusterrole-istio-system: rules",
        ),
        ("Role", "istiod", "rule", "[]", "Role/istio-system/istiod: rule"),
        ("Service", "istiod", "spec.ports", "80", "Service/istio-system/istiod: spec.ports"),
    ];
    let file = tempfile::NamedTempFile::new()?;
    let path = file.path().display().to_string();
    for (kind, name, field, value, named) in table {
        std::fs::write(file.path(), overlay(kind, name, field, value))?;
        let (run, requests) = asked(cluster, &["install", "-f", &path, "-y"])?;
        run.expect_failed(1, &["nothing was written", named])?;
        ensure!(
            run.stderr.lines().last().is_some_and(|line| line.starts_with("hint: to try again: mesh install -f")),
            "{run}"
        );
        writes_nothing(&requests)?;
        let (run, _) = asked(cluster, &["diff", "-f", &path])?;
        let (id, field) = named.split_once(": ").unwrap_or_default();
        ensure!(
            run.code == Some(1) && run.stdout.contains(&format!("+ {id} (not as its kind has it: {field})")),
            "{run}"
        );
    }
    Ok(())
}

/// Somebody changes what is installed: it is named with who did it, and mended, a fixed field by a new object.
fn drift(cluster: &Cluster) -> Result<()> {
    let binding = "/apis/rbac.authorization.k8s.io/v1/namespaces/istio-system/rolebindings";
    let mut other = cluster.get(&format!("{binding}/istiod"))?;
    cluster.delete(&format!("{binding}/istiod"))?;
    other["roleRef"]["name"] = "elsewhere".into();
    other["metadata"] = json!({ "name": "istiod", "labels": other["metadata"]["labels"] });
    cluster.create(&format!("{binding}?fieldManager=kubectl-create"), &other)?;
    let map = "/api/v1/namespaces/istio-system/configmaps/istio";
    cluster.kubectl(&["-n", "istio-system", "label", "configmap", "istio", "istio.io/rev=gone", "--overwrite"])?;
    let (run, requests) = asked(cluster, &["diff"])?;
    ensure!(run.code == Some(1), "{run}");
    for part in [
        "~ RoleBinding/istio-system/istiod is deleted and created: roleRef cannot be changed",
        "roleRef.name: elsewhere → istiod",
        "metadata.labels[istio.io/rev]: gone → default (set by kubectl-label)",
    ] {
        ensure!(run.stdout.contains(part), "no {part:?} in {run}");
    }
    writes_nothing(&requests)?;

    // Without a terminal it has to be allowed; the last line is the command.
    let (run, requests) = asked(cluster, &["install", "--set", "profile=minimal"])?;
    run.expect_failed(
        2,
        &["error: existing objects would change, and nobody can be asked", "roleRef cannot be changed"],
    )?;
    let last = run.stderr.lines().last();
    ensure!(last == Some("hint: to go on without being asked: mesh install --set profile=minimal -y"), "{run}");
    writes_nothing(&requests)?;
    let (run, _) = asked(cluster, &["install", "--set", "profile=minimal", "-y"])?;
    run.expect_done(MINIMAL_LINES)?;
    ensure!(run.stderr.contains("RoleBinding/istio-system/istiod recreated"), "{run}");
    ensure!(cluster.get(map)?["metadata"]["labels"]["istio.io/rev"] == "default");
    ensure!(cluster.get(&format!("{binding}/istiod"))?["roleRef"]["name"] == "istiod");
    let (run, _) = asked(cluster, &["diff"])?;
    ensure!(run.code == Some(0), "{run}");
    Ok(())
}
