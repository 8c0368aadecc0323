//! The version of Kubernetes.

use super::{Check, Grade, Verdict, When};
use crate::check::Facts;

pub(super) const CHECK: Check = Check {
    id: "kubernetes-version",
    title: "Kubernetes is of a version that Istio supports",
    when: When::Before,
    hint: "upgrade the cluster, or install a version of Istio that supports it: mesh install --manifests FOLDER",
    run,
};

fn run(facts: &Facts) -> Verdict {
    let version = &facts.kubernetes;
    let minor = version
        .trim_start_matches('v')
        .split('.')
        .nth(1)
        .and_then(|minor| minor.trim_end_matches('+').parse::<u32>().ok());
    let line = facts.line;
    let (oldest, newest) = line.kubernetes;
    match minor {
        None => Verdict::skipped(format!("{version:?} is no version")),
        Some(minor) if minor < oldest => {
            Verdict::new(Grade::Failed, vec![format!("{version}: Istio {line} supports 1.{oldest} and later")])
        }
        Some(minor) if minor > newest => {
            let reason = format!("{version}: Istio {line} was released with 1.{newest}; it may well work");
            Verdict::new(Grade::Warning, vec![reason])
                .hint("try it on a test cluster first: mesh install, then mesh verify --probe")
        }
        Some(_) => Verdict::passed(version.clone()),
    }
}
