//! Versions that are too far apart.

use std::collections::BTreeMap;

use super::{Check, Outcome, Verdict, When};
use crate::check::revision;
use crate::check::{Facts, version_of};

pub(super) const CHECK: Check = Check {
    id: "version-skew",
    title: "Proxies fit their control plane",
    when: When::After,
    hint: "mesh restart --outdated -A gives pods the proxy of their control plane",
    run,
};

fn run(facts: &Facts) -> Verdict {
    let Some(fleet) = &facts.fleet else { return Verdict::skipped("pods may not be read") };
    let planes: BTreeMap<String, String> =
        facts.control_planes().map(|one| (revision(one).to_owned(), version_of(one))).collect();
    if planes.is_empty() && fleet.groups.is_empty() {
        return Verdict::skipped("no control plane and no proxy is there");
    }
    let (mut errors, mut warnings) = (Vec::new(), Vec::new());
    for ((of, runs), group) in &fleet.groups {
        let (pods, example) = (group.pods, &group.example);
        match planes.get(of) {
            None => errors.push(format!("{pods} proxies of revision {of} have no control plane; one is {example}")),
            Some(version) if version == runs => {}
            Some(version) => {
                let reason = format!(
                    "{pods} proxies of revision {of} run {runs}, their control plane {version}; one is {example}"
                );
                let apart = minor(version).zip(minor(runs)).map(|(plane, proxy)| plane - proxy);
                // A proxy may be two minor versions older than istiod, and never newer (Istio's support policy).
                if apart.is_some_and(|apart| !(0..=2).contains(&apart)) {
                    errors.push(reason)
                } else {
                    warnings.push(reason)
                }
            }
        }
    }
    if !errors.is_empty() {
        return Verdict::new(Outcome::Failed, errors.into_iter().chain(warnings).collect());
    }
    Verdict::unless_empty(Outcome::Warning, warnings, "all of them")
}

fn minor(version: &str) -> Option<i64> {
    version.split('.').nth(1)?.parse().ok()
}
