//! Versions that are too far apart.

use std::collections::BTreeMap;

use super::{Check, Grade, Verdict, When};
use crate::check::{Alike, Facts};
use crate::istio::{label, revision, running};
use crate::text;

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
        facts.control_planes().map(|one| (revision(one).to_owned(), running::version(one, &facts.pods))).collect();
    let elsewhere = facts.remote_planes();
    if planes.is_empty() && fleet.groups.is_empty() {
        return Verdict::skipped("no control plane and no proxy is there");
    }
    let (mut errors, mut warnings) = (Vec::new(), Vec::new());
    for (Alike { revision: of, version: runs, pinned }, group) in &fleet.groups {
        let (proxies, example) = (text::count(group.pods, "proxy"), &group.example);
        let is_rooted_here =
            facts.control_planes().any(|one| revision(one) == of && one.namespace() == Some(&facts.namespace));
        if group.older_than_root > 0 && is_rooted_here {
            errors.push(format!(
                "{} of {} of revision {of} {} since before the mesh got its root certificate, and trust \
                 another; one is {}",
                group.older_than_root,
                proxies,
                text::verb(group.older_than_root, "runs", "run"),
                group.old_example
            ));
        }
        match planes.get(of) {
            // What it runs is not known here.
            None if elsewhere.iter().any(|one| one.revision == *of) => {}
            None => errors.push(format!(
                "{proxies} of revision {of} {} no control plane; one is {example}",
                text::verb(group.pods, "has", "have")
            )),
            Some(version) if version == runs => {}
            Some(version) => {
                let by = if *pinned { format!(" by annotation {}", label::PROXY_IMAGE) } else { String::new() };
                let reason = format!(
                    "{proxies} of revision {of} {} {runs}{by}, the control plane {version}; one is {example}",
                    text::verb(group.pods, "runs", "run")
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
        return Verdict::new(Grade::Failed, errors.into_iter().chain(warnings).collect());
    }
    Verdict::unless_empty(Grade::Warning, warnings, "all of them")
}

fn minor(version: &str) -> Option<i64> {
    version.split('.').nth(1)?.parse().ok()
}
