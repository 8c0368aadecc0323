//! Installations from a bundle: nothing before all that is pulled is there.

use std::fs;
use std::time::Duration;

use anyhow::{Result, ensure};
use cluster::Cluster;
use serde_json::json;

use super::{MINIMAL, Place};
use crate::charts;
use crate::harness::images::{Manner, Registry};
use crate::harness::mesh::{MINIMAL_LINES, Mesh, Run};
use crate::harness::planes;

/// Runs a command of which nothing may come but an error; the cluster stays as it is.
fn refused(cluster: &Cluster, mesh: Mesh, code: i32, parts: &[&str]) -> Result<Run> {
    let mark = cluster.mark()?;
    let run = mesh.run()?;
    run.expect_failed(code, parts)?;
    let writes = cluster.requests_since(mark)?.by_agent("mesh/").mutating();
    ensure!(writes.is_empty(), "it has written:\n{}{run}", writes.lines());
    Ok(run)
}

#[test]
fn nothing_is_written_before_all_that_is_pulled_is_there() -> Result<()> {
    let (place, source, target) = (Place::new()?, Registry::with_istio()?, Registry::start()?);
    place.bundled("a.tar", &source)?;
    let cluster = planes::builder().start()?;
    let registry = format!("{}/mirror", target.host);
    let bundle = place.text("a.tar");
    let install = |more: &[&str]| {
        let from = ["--bundle", &bundle, "--registry", &registry];
        Mesh::on(&cluster).env("HOME", place.folder.path()).install(from).args(MINIMAL).args(["-y"]).args(more)
    };
    let pull = ["--image-pull-secret", "pull"];
    let push = format!("mesh bundle push {bundle} --registry {registry}");
    let (pilot, proxy) = (format!("{registry}/pilot:1.30.3"), format!("{registry}/proxyv2:1.30.3"));
    let missing = [format!("{pilot} is not in its registry"), format!("{proxy} is not in its registry")];
    let secret = "Secret/istio-system/pull is not there";
    let all = [&missing[0], &missing[1], secret, &push, "kubectl create secret docker-registry pull -n istio-system"];
    refused(&cluster, install(&pull), 1, &all)?;
    refused(&cluster, install(&["--dry-run"]), 1, &[&missing[0], &missing[1]])?;

    let pushed = place.mesh().args(["bundle", "push", &bundle, "--registry", &registry]).run()?;
    ensure!(pushed.code == Some(0) && pushed.stdout.lines().count() == 2, "{pushed}");
    for name in ["pilot", "proxyv2"] {
        let (wanted, found) =
            (source.tagged(&format!("release/{name}"), "1.30.3"), target.tagged(&format!("mirror/{name}"), "1.30.3"));
        ensure!(wanted.is_some() && wanted == found, "{wanted:?} {found:?}: {pushed}");
    }
    // A second time nothing is sent that is there.
    target.asked();
    place.mesh().args(["bundle", "push", &bundle, "--registry", &registry]).run()?.expect_done(&pushed.stdout)?;
    ensure!(!target.asked().iter().any(|line| line.starts_with("POST")), "it was sent again");

    let run = refused(&cluster, install(&pull), 1, &[secret])?;
    ensure!(!run.stderr.contains("is not in its registry") && !run.stderr.contains("bundle push"), "{run}");
    // Another image of the same name.
    target.add("mirror/proxyv2", "1.30.3", &["linux/amd64"], 9);
    let (is, wanted) = (target.tagged("mirror/proxyv2", "1.30.3"), source.tagged("release/proxyv2", "1.30.3"));
    let other = format!("{proxy} is {}, and has to be {}", is.unwrap_or_default(), wanted.unwrap_or_default());
    refused(&cluster, install(&[]), 1, &[&other, &push])?;
    // What the bundle has not.
    let more = refused(&cluster, install(&["--set", "tag=1.30.9"]), 1, &["/pilot:1.30.9 is not in the bundle"])?;
    ensure!(more.stderr.contains("make the bundle by the settings that are installed"), "{more}");
    // A registry that cannot be asked from here.
    target.be(Manner::Status(503));
    let hint = "--no-image-check leaves the registry unasked";
    refused(&cluster, install(&pull), 1, &["the registry answers 503", hint, "hint: also: Secret/istio-system/pull"])?;
    refused(&cluster, install(&["--no-image-check"]).args(pull), 1, &[secret])?;
    refused(&cluster, install(&["--no-image-check", "--set", "tag=1.30.9"]), 1, &["is not in the bundle"])?;
    refused(&cluster, Mesh::on(&cluster).install(["--bundle", &bundle]), 2, &["--registry"])?;
    ensure!(cluster.get_opt("/api/v1/namespaces/istio-system")?.is_none(), "the namespace is there");

    target.be(Manner::Well);
    place.mesh().args(["bundle", "push", &bundle, "--registry", &registry]).run()?.expect_done(&pushed.stdout)?;
    cluster.create_namespace("istio-system", &json!({}))?;
    let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "pull"}});
    cluster.create("/api/v1/namespaces/istio-system/secrets", &secret)?;
    install(&pull).run()?.expect_done(MINIMAL_LINES)?;
    let istiod = cluster.get("/apis/apps/v1/namespaces/istio-system/deployments/istiod")?;
    ensure!(istiod["spec"]["template"]["spec"]["containers"][0]["image"] == pilot.as_str(), "{istiod:#}");
    let verify = Mesh::on(&cluster).args(["verify"]).run()?;
    ensure!(verify.code == Some(0), "{verify}");

    // A second time nothing is to be written, and nobody is asked.
    target.asked();
    let mark = cluster.mark()?;
    install(&pull).run()?.expect_done(MINIMAL_LINES)?;
    let writes = cluster.requests_since(mark)?.by_agent("mesh/").mutating();
    ensure!(writes.is_empty() && target.asked().is_empty(), "{}", writes.lines());
    // An upgrade is held to the same.
    let upgrade = |more: &[&str]| {
        let mesh = Mesh::on(&cluster).env("HOME", place.folder.path()).args(["upgrade", "-y"]);
        mesh.args(["--bundle", &bundle, "--registry", &registry, "--set", "meshConfig.accessLogFile=/dev/stdout"])
            .args(more)
    };
    target.forget("mirror/proxyv2", "1.30.3");
    refused(&cluster, upgrade(&[]), 1, &[&missing[1]])?;
    for canary in [&["--canary"][..], &["--canary", "--dry-run"]] {
        refused(&cluster, upgrade(canary), 1, &[&missing[1]])?;
    }
    let run = upgrade(&["--no-image-check"]).run()?;
    ensure!(run.code == Some(0), "{run}");
    Ok(())
}

/// Charts of a bundle are found again by the record, as long as the bundle is there.
#[test]
fn an_installation_from_the_charts_of_a_bundle_stays_of_them() -> Result<()> {
    let (place, cluster) = (Place::new()?, planes::builder().start()?);
    let mut files = charts::files();
    // No server would take it.
    files.retain(|path, _| !path.contains("/crds/"));
    charts::archive_of(&files, place.folder.path(), |_| ());
    let of_release = ["--manifests", &place.text("release.tar.gz"), "--no-images", "--program", &place.text("program")];
    let run = place.mesh().args(["bundle", &place.text("a.tar")]).args(of_release).run()?;
    ensure!(run.code == Some(0), "{run}");
    fs::remove_file(place.path("release.tar.gz"))?;
    let from = ["--bundle", &place.text("a.tar"), "--registry", "registry.example.com/istio"];
    let run = Mesh::on(&cluster).install(from).args(["-y"]).run()?;
    ensure!(run.code == Some(0), "{run}");
    let made = || cluster.get_opt("/api/v1/namespaces/istio-system/configmaps/istio-made");
    let made = cluster.eventually(Duration::from_secs(60), "the chart's object", |_| made())?;
    ensure!(
        made["data"]["merged"].as_str().is_some_and(|text| text.contains("registry.example.com/istio")),
        "{made:#}"
    );
    for command in ["diff", "verify"] {
        let run = Mesh::on(&cluster).args([command]).run()?;
        ensure!(run.code == Some(0), "{command}: {run}");
    }
    Ok(())
}
