//! Installations from Istio's own charts: those of 1.30.3 where `MESH_TEST_CHARTS` names their folder, those of another
//! version where `MESH_TEST_OTHER_CHARTS` does.

use std::ffi::OsStr;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use cluster::{Cluster, Istiod};
use serde_json::{Value, json};

use crate::harness::mesh::{DEMO_LINES, Mesh};
use crate::harness::{live, named_program, planes};

const SOON: Duration = Duration::from_secs(120);
const ISTIOD: &str = "/apis/apps/v1/namespaces/istio-system/deployments/istiod";
const WEB: &str = "/apis/apps/v1/namespaces/default/deployments/web";

fn demo<'a>(charts: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["--manifests", charts, "--set", "profile=demo"], more].concat()
}

/// A Deployment gets its sidecars, by the templates that the charts hold.
fn injects(cluster: &Cluster) -> Result<()> {
    let web = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": "web" },
        "spec": {
            "selector": { "matchLabels": { "app": "web" } },
            "template": {
                "metadata": { "labels": { "app": "web" } },
                "spec": { "containers": [{ "name": "web", "image": "nginx:1.14.2" }] },
            },
        },
    });
    cluster.apply(WEB, &web)?;
    cluster.wait_for_deployment("default", "web", SOON)?;
    let run = Mesh::on(cluster).args(["inject", "namespace", "default"]).run()?;
    ensure!(run.code == Some(0) && run.stdout.contains("deployment/web 1/1 → 2/2"), "{run}");
    Ok(())
}

/// Everything after the installation holds too: nothing to write, nothing that differs, by the recorded inputs.
fn stays(cluster: &Cluster, arguments: &[&str]) -> Result<()> {
    let again = Mesh::on(cluster).install(arguments).run()?;
    again.expect_done(DEMO_LINES)?;
    ensure!(again.stderr.contains(": 0 objects to write"), "{again}");
    for command in ["diff", "verify"] {
        let run = Mesh::on(cluster).args([command]).run()?;
        ensure!(run.code == Some(0), "{command}: {run}");
    }
    Ok(())
}

fn tag(cluster: &Cluster) -> Result<String> {
    let istiod: Value = cluster.get(ISTIOD)?;
    let image = istiod["spec"]["template"]["spec"]["containers"][0]["image"].as_str().context("no image")?;
    Ok(image.rsplit(':').next().unwrap_or_default().to_owned())
}

fn whole(charts: &OsStr, cluster: &Cluster) -> Result<()> {
    let charts = charts.to_str().context("a plain path")?;
    let run = Mesh::on(cluster).install(demo(charts, &[])).run()?;
    run.expect_done(DEMO_LINES)?;
    if let Some(reference) = live::reference("demo")? {
        let differences = live::differences(&reference, &live::dump(cluster)?);
        ensure!(differences.is_empty(), "{}", differences.join("\n"));
    }
    stays(cluster, &demo(charts, &[]))?;
    injects(cluster)?;
    // What is built in makes the same but for the text of the injection templates and descriptions: no pod restarts.
    let pods = |cluster: &Cluster| -> Result<Vec<Value>> {
        let pods = cluster.list("/api/v1/namespaces/istio-system/pods")?;
        Ok(pods.into_iter().map(|pod| pod["metadata"]["uid"].clone()).collect())
    };
    let before = pods(cluster)?;
    Mesh::on(cluster).install(["--set", "profile=demo", "-y"]).run()?.expect_done(DEMO_LINES)?;
    ensure!(before.len() == 3 && before == pods(cluster)?, "pods were replaced");
    Ok(())
}

#[test]
fn the_charts_of_this_version_install_the_same() -> Result<()> {
    let Some(charts) = named_program("MESH_TEST_CHARTS") else { return Ok(()) };
    whole(&charts, &planes::builder().start()?)
}

#[test]
fn the_charts_of_this_version_run_with_the_real_istiod() -> Result<()> {
    let Some(charts) = named_program("MESH_TEST_CHARTS") else { return Ok(()) };
    let Some(istiod) = named_program("MESH_TEST_ISTIOD") else { return Ok(()) };
    whole(&charts, &Cluster::builder().istiod(Istiod::Real(istiod.into())).start()?)
}

#[test]
fn charts_of_another_version_install_that_version() -> Result<()> {
    let Some(charts) = named_program("MESH_TEST_OTHER_CHARTS") else { return Ok(()) };
    let charts = charts.to_str().context("a plain path")?;
    let cluster = planes::builder().start()?;
    Mesh::on(&cluster).install(demo(charts, &[])).run()?.expect_done(DEMO_LINES)?;
    let other = tag(&cluster)?;
    ensure!(other != "1.30.3" && !other.is_empty(), "{other}");
    let version = Mesh::on(&cluster).args(["version"]).run()?;
    ensure!(version.stdout.contains(&format!("control plane version: {other} (revision default)")), "{version}");
    stays(&cluster, &demo(charts, &[]))?;
    injects(&cluster)?;
    // And what is built in beside it, as a revision of its own.
    let run = Mesh::on(&cluster).install(["--set", "profile=minimal", "--revision", "next", "-y"]).run()?;
    ensure!(run.code == Some(0), "{run}");
    let run = Mesh::on(&cluster).args(["revision", "list"]).run()?;
    ensure!(run.code == Some(0) && run.stdout.contains(&other) && run.stdout.contains("1.30.3"), "{run}");
    Ok(())
}
