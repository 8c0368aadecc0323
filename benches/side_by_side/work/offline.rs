//! Work on files: starting, rendering, injecting.

use anyhow::Result;

use crate::contest::Contest;
use crate::inputs;
use crate::place::Place;
use crate::process::Step;
use crate::told::{HELM, ISTIOCTL, MESH, Work};

use super::{PROFILES, installation};

type By = Vec<(&'static str, Vec<Step>)>;

/// A version is told without a cluster.
pub(super) fn start(place: &Place) -> Contest {
    let mut by: By = vec![(MESH, vec![Step::new(&place.tools.mesh, ["version", "--client"])])];
    let theirs = place.tools.istioctl.iter().map(|istioctl| Step::new(istioctl, ["version", "--remote=false"]));
    by.extend(theirs.map(|step| (ISTIOCTL, vec![step])));
    Contest::offline("", place.runs(21), Work::Start, by)
}

/// Manifests of the profiles, and of a few and many gateways.
pub(super) fn generate(place: &Place) -> Result<Vec<Contest>> {
    let both = |settings: &[String]| -> By {
        let args = || ["manifest", "generate"].map(str::to_owned).into_iter().chain(settings.iter().cloned());
        let theirs = place.tools.istioctl.iter().map(|istioctl| (ISTIOCTL, vec![Step::new(istioctl, args())]));
        [(MESH, vec![Step::new(&place.tools.mesh, args())])].into_iter().chain(theirs).collect()
    };
    let mut contests = Vec::new();
    for profile in PROFILES {
        let mut by = both(&["--set".to_owned(), format!("profile={profile}")]);
        if profile == "demo" {
            by.extend(installation::helm_template(place).map(|steps| (HELM, steps)));
        }
        contests.push(Contest::offline(profile, place.runs(11), Work::Generate, by));
    }
    if let Some(manifests) = &place.tools.manifests {
        let settings = ["--set", "profile=demo", "--manifests", &manifests.display().to_string()].map(str::to_owned);
        let contest = Contest::offline("demo from charts", place.runs(7), Work::Generate, both(&settings));
        contests.push(Contest { drawn: false, ..contest });
    }
    for count in [3, 30] {
        let by = both(&["-f".to_owned(), inputs::gateways(place, count)?]);
        let contest = Contest::offline(&installation::gateways(count), place.runs(7), Work::Generate, by);
        contests.push(Contest { ten_times: (count == 30).then(|| installation::gateways(3)), drawn: false, ..contest });
    }
    Ok(contests)
}

/// Deployments of a file get the proxy.
pub(super) fn inject(place: &Place) -> Result<Vec<Contest>> {
    let flags = inputs::injection(place)?;
    let name = |count: &str| format!("{count} Deployments");
    let mut contests = Vec::new();
    for (count, text, runs) in [(1_000, "1,000", 5), (10_000, "10,000", 3)] {
        let file = inputs::deployments(place, count)?;
        let args = |command: &str| {
            [command, "-f", &file].map(str::to_owned).into_iter().chain(flags.iter().cloned()).collect::<Vec<_>>()
        };
        let mut by: By = vec![(MESH, vec![Step::new(&place.tools.mesh, args("inject"))])];
        let theirs = place.tools.istioctl.iter().map(|istioctl| Step::new(istioctl, args("kube-inject")));
        by.extend(theirs.map(|step| (ISTIOCTL, vec![step])));
        let contest = Contest::offline(&name(text), place.runs(runs), Work::Inject, by);
        contests.push(Contest { ten_times: (count == 10_000).then(|| name("1,000")), ..contest });
    }
    Ok(contests)
}
