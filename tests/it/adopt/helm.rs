//! The same with Helm itself, where `MESH_TEST_HELM` names it and `MESH_TEST_CHARTS` Istio's charts: what it installed changes
//! hands, and it goes on with its releases afterwards.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use cluster::Cluster;

use super::{HOME, SOON, held, identities, mesh, same};
use crate::harness::{named_program, planes, say};

/// The release of a gateway.
const GATEWAY: &str = "istio-ingress";

struct Helm<'a> {
    cluster: &'a Cluster,
    program: OsString,
    charts: OsString,
    home: tempfile::TempDir,
}

impl Helm<'_> {
    fn run(&self, args: &[&str]) -> Result<String> {
        let output = self.cluster.command(&self.program).args(args).env("HOME", self.home.path()).output()?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        ensure!(output.status.success(), "helm {}: {}", args.join(" "), text(&output.stderr));
        Ok(text(&output.stdout))
    }

    /// `helm VERB RELEASE CHART -n NAMESPACE …`, until all of it is ready.
    fn release(&self, verb: &str, release: &str, chart: &str, namespace: &str, more: &[&str]) -> Result<()> {
        let chart = Path::new(&self.charts).join("charts").join(chart).display().to_string();
        let mut args = vec![verb, release, &chart, "-n", namespace, "--timeout", "2m"];
        // Helm waits for the address of a load balancer too, which never comes here.
        args.extend(if release == GATEWAY { None } else { Some("--wait") });
        args.extend(if verb == "install" { Some("--create-namespace") } else { None });
        self.run(&[&args[..], more].concat())?;
        if release == GATEWAY {
            self.cluster.wait_for_deployment(namespace, release, SOON)?;
        }
        Ok(())
    }

    /// The releases it knows of.
    fn list(&self) -> Result<Vec<String>> {
        let listed: serde_json::Value = serde_json::from_str(&self.run(&["list", "-A", "-o", "json"])?)?;
        let names = listed.as_array().context("no list")?.iter();
        let mut names: Vec<String> = names.map(|one| one["name"].as_str().unwrap_or_default().to_owned()).collect();
        names.sort();
        Ok(names)
    }
}

#[test]
fn helm_gives_and_takes_back() -> Result<()> {
    let (Some(program), Some(charts)) = (named_program("MESH_TEST_HELM"), named_program("MESH_TEST_CHARTS")) else {
        return Ok(());
    };
    // Several, as a PATH has them: Helm 3 writes by patches of its own, Helm 4 by server-side apply.
    std::env::split_paths(&program).try_for_each(|program| story(program.as_os_str(), &charts))
}

fn story(program: &OsStr, charts: &OsStr) -> Result<()> {
    let cluster = planes::builder().start()?;
    let helm =
        Helm { cluster: &cluster, program: program.to_owned(), charts: charts.to_owned(), home: tempfile::tempdir()? };
    helm.release("install", "istio-base", "base", "istio-system", &[])?;
    let logs = ["--set", "meshConfig.accessLogFile=/dev/stdout"];
    helm.release("install", "istiod", "istio-control/istio-discovery", "istio-system", &logs)?;
    helm.release("install", "istio-ingress", "gateway", "istio-ingress", &[])?;
    let releases = ["istio-base", "istio-ingress", "istiod"];
    ensure!(helm.list()? == releases, "{:?}", helm.list()?);
    let (before, all) = (identities(&cluster)?, held(&cluster, "helm")?);
    ensure!(all.1 >= 30 && before.len() > 20, "{all:?}");

    mesh(&cluster, &["install", "-y"])?.expect_failed(1, &["belongs to the Helm release", "mesh adopt"])?;
    let run = mesh(&cluster, &["adopt", "-y"])?;
    ensure!(run.code == Some(0) && run.stdout.contains("objects taken over from Helm"), "{run}");
    same(&before, &cluster)?;
    // The two namespaces, which Helm makes and never takes away: they are of no release.
    ensure!(held(&cluster, "helm")? == (2, 0), "{:?}\n{run}", held(&cluster, "helm")?);
    ensure!(helm.list()?.is_empty(), "{:?}", helm.list()?);

    // An installation like any other: what it was given is known, and its labels come with the first write.
    let map = format!("{HOME}/configmaps/istio");
    ensure!(cluster.get(&map)?["data"]["mesh"].to_string().contains("accessLogFile: /dev/stdout"));
    let run = mesh(&cluster, &["upgrade", "-y"])?;
    ensure!(run.code == Some(0), "{run}");
    ensure!(cluster.get(&map)?["data"]["mesh"].to_string().contains("accessLogFile: /dev/stdout"), "{run}");
    let verified = mesh(&cluster, &["verify"])?;
    ensure!(verified.code == Some(0), "{verified}");
    // Helm's charts and istioctl's objects are not the same: this change has made istiod's pods anew, as it says before.
    let mut before = identities(&cluster)?;
    before.retain(|name, _| !name.contains("pods/\"istiod-"));

    // And back: Helm goes on with all of its releases, also over what was written meanwhile.
    let run = mesh(&cluster, &["adopt", "--release", "-y"])?;
    ensure!(run.code == Some(0) && run.stdout.contains("handed back to Helm"), "{run}");
    ensure!(helm.list()? == releases, "{:?}", helm.list()?);
    same(&before, &cluster)?;
    let errors = ["--set", "meshConfig.accessLogFile=/dev/stderr"];
    helm.release("upgrade", "istio-base", "base", "istio-system", &[])?;
    helm.release("upgrade", "istiod", "istio-control/istio-discovery", "istio-system", &errors)?;
    helm.release("upgrade", "istio-ingress", "gateway", "istio-ingress", &[])?;
    ensure!(cluster.get(&map)?["data"]["mesh"].to_string().contains("accessLogFile: /dev/stderr"));
    mesh(&cluster, &["install", "-y"])?.expect_failed(1, &["belongs to the Helm release", "mesh adopt"])?;
    say(&format!("{}: installed, adopted, handed back, upgraded", helm.run(&["version", "--short"])?.trim()));
    Ok(())
}
