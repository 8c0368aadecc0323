//! The version of Kubernetes.

use super::{Check, Grade, Verdict, When};
use crate::check::Facts;

/// The oldest minor version of Kubernetes 1 that Istio 1.30 supports, and the newest it was released with.
const SUPPORTED: (u32, u32) = (32, 36);

pub(super) const CHECK: Check = Check {
    id: "kubernetes-version",
    title: "Kubernetes is of a version that Istio supports",
    when: When::Before,
    hint: "upgrade the cluster to Kubernetes 1.32 or later, or install an older Istio",
    run,
};

fn run(facts: &Facts) -> Verdict {
    let version = &facts.kubernetes;
    let minor = version
        .trim_start_matches('v')
        .split('.')
        .nth(1)
        .and_then(|minor| minor.trim_end_matches('+').parse::<u32>().ok());
    match minor {
        None => Verdict::skipped(format!("{version:?} is no version")),
        Some(minor) if minor < SUPPORTED.0 => {
            Verdict::new(Grade::Failed, vec![format!("{version}: Istio 1.30 supports 1.{} and later", SUPPORTED.0)])
        }
        Some(minor) if minor > SUPPORTED.1 => {
            let reason = format!("{version}: Istio 1.30 was released with 1.{}; it may well work", SUPPORTED.1);
            Verdict::new(Grade::Warning, vec![reason])
                .hint("try it on a test cluster first: mesh install, then mesh verify --probe")
        }
        Some(_) => Verdict::passed(version.clone()),
    }
}
