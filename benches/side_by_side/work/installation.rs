//! The life of an installation on a cluster: installed, installed again, looked at, removed. Each does it with its own
//! installation, on a cluster without Istio.

use anyhow::Result;

use crate::bare;
use crate::contest::{After, Contest, Life, Stage};
use crate::inputs::{self, Manifest};
use crate::place::Place;
use crate::process::Step;
use crate::told::{BARE, HELM, ISTIOCTL, KUBECTL, MESH, Work};

const NAMESPACE: &str = "istio-system";
/// The release that all install; the charts of a source tree name no images of their own.
const IMAGES: [&str; 2] = ["global.hub=registry.istio.io/release", "global.tag=1.30.3"];
/// Helm waits for the address of a load balancer, which nobody gives here.
const NO_BALANCER: &str = "gateways.istio-ingressgateway.type=NodePort";

/// How an installation with so many ingress gateways is called.
pub(super) fn gateways(count: usize) -> String {
    format!("{count} gateways")
}

/// The profile demo, and a few and many gateways.
pub(super) fn contests(place: &Place) -> Result<Vec<Contest>> {
    let demo = ["--set", "profile=demo"].map(str::to_owned);
    let mut contests = vec![contest(place, "demo", &demo, 3)?];
    // Many gateways take every other tool minutes: what counts is how much longer it takes than with a few.
    for count in [3, 30] {
        let settings = ["-f".to_owned(), inputs::gateways(place, count)?];
        let ten_times = (count == 30).then(|| gateways(3));
        contests.push(Contest { ten_times, drawn: false, ..contest(place, &gateways(count), &settings, 1)? });
    }
    // The charts have no list of gateways.
    if let Some(helm) = helm(place) {
        contests.iter_mut().take(1).for_each(|demo| demo.lives.extend(helm.lives()));
    }
    Ok(contests)
}

fn contest(place: &Place, what: &str, settings: &[String], runs: usize) -> Result<Contest> {
    let tools = &place.tools;
    let manifest = inputs::manifest(place, &what.replace(' ', "-"), settings)?;
    let mut lives = vec![mesh(place, settings)];
    lives.extend(tools.istioctl.as_ref().map(|program| {
        let install = || vec![Step::new(program, with(&["install"], settings, &["-y"]))];
        let uninstall = vec![Step::new(program, ["uninstall", "--purge", "-y"])];
        life(ISTIOCTL, [(Work::Install, install()), (Work::Again, install()), (Work::Uninstall, uninstall)])
    }));
    lives.extend(tools.kubectl.as_ref().map(|program| kubectl(program, &manifest)));
    lives.push(bare(&manifest)?);
    Ok(Contest {
        what: what.to_owned(),
        ten_times: None,
        drawn: true,
        rounds: place.runs(runs),
        warm: false,
        lives,
        after: After::Sweep,
        before: Some(Box::new(|place| place.plane()?.sweep())),
    })
}

fn life(who: &'static str, stages: impl IntoIterator<Item = (Work, Vec<Step>)>) -> Life {
    Life { who, stages: stages.into_iter().map(|(work, steps)| Stage { work, steps }).collect() }
}

fn with(before: &[&str], settings: &[String], after: &[&str]) -> Vec<String> {
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    [owned(before), settings.to_vec(), owned(after)].concat()
}

fn mesh(place: &Place, settings: &[String]) -> Life {
    let step = |args: Vec<String>| vec![Step::new(&place.tools.mesh, args)];
    let install = || step(with(&["install"], settings, &["-y"]));
    let stages = [
        (Work::Install, install()),
        (Work::Again, install()),
        (Work::Diff, step(with(&["diff"], settings, &[]))),
        (Work::Verify, step(with(&["verify"], &[], &[]))),
        (Work::Uninstall, step(with(&["uninstall", "--purge", "-y"], &[], &[]))),
    ];
    life(MESH, stages)
}

fn kubectl(program: &std::path::Path, manifest: &Manifest) -> Life {
    let step = |args: &[&str]| Step::new(program, args.iter().copied());
    let server_side = ["--server-side", "--force-conflicts", "-f", &manifest.all];
    let install = || {
        let apply = step(&[&["apply"][..], &server_side].concat());
        let wait = ["wait", "deployment", "--all", "-n", NAMESPACE, "--for=condition=Available", "--timeout=300s"];
        vec![apply, step(&wait)]
    };
    // What istiod has written since differs.
    let diff = || vec![step(&[&["diff"][..], &server_side].concat()).or_one()];
    let uninstall = vec![step(&["delete", "--wait", "--ignore-not-found", "-f", &manifest.without_crds])];
    let stages = [
        (Work::Install, install()),
        (Work::Again, install()),
        (Work::Diff, diff()),
        // It has nothing else to verify by.
        (Work::Verify, diff()),
        (Work::Uninstall, uninstall),
    ];
    life(KUBECTL, stages)
}

fn bare(manifest: &Manifest) -> Result<Life> {
    let apply = || Step::own([bare::APPLY, &manifest.all]).map(|step| vec![step]);
    let remove = vec![Step::own([bare::REMOVE, &manifest.without_crds])?];
    Ok(life(BARE, [(Work::Install, apply()?), (Work::Again, apply()?), (Work::Uninstall, remove)]))
}

/// Helm, with the charts of the profile demo: release, chart.
struct Helm<'a> {
    program: &'a std::path::Path,
    releases: [(&'static str, String); 4],
}

fn helm(place: &Place) -> Option<Helm<'_>> {
    let (program, charts) = place.tools.helm()?;
    let chart = |path: &str| charts.join(path).display().to_string();
    let releases = [
        ("istio-base", chart("base")),
        ("istiod", chart("istio-control/istio-discovery")),
        ("istio-ingressgateway", chart("gateways/istio-ingress")),
        ("istio-egressgateway", chart("gateways/istio-egress")),
    ];
    Some(Helm { program, releases })
}

/// What renders the charts of the profile demo.
pub(super) fn helm_template(place: &Place) -> Option<Vec<Step>> {
    helm(place).map(|helm| helm.each(&["template"], &[]))
}

impl Helm<'_> {
    /// A command for each release.
    fn each(&self, before: &[&str], after: &[&str]) -> Vec<Step> {
        let step = |(release, chart): &(&str, String)| {
            let mut args =
                [before, &[*release, chart, "--namespace", NAMESPACE, "--set", "profile=demo"], after].concat();
            args.extend(IMAGES.iter().chain([&NO_BALANCER]).flat_map(|value| ["--set", value]));
            Step::new(self.program, args)
        };
        self.releases.iter().map(step).collect()
    }

    fn lives(&self) -> Option<Life> {
        let install = || self.each(&["upgrade", "--install"], &["--create-namespace", "--wait"]);
        let releases = self.releases.iter().rev().map(|(release, _)| *release);
        let uninstall =
            releases.map(|release| Step::new(self.program, ["uninstall", release, "--namespace", NAMESPACE, "--wait"]));
        let stages =
            [(Work::Install, install()), (Work::Again, install()), (Work::Uninstall, uninstall.collect::<Vec<_>>())];
        Some(life(HELM, stages))
    }
}
