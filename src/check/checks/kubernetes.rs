//! The version of Kubernetes.

use super::{Check, Grade, Verdict, When};
use crate::check::Facts;
use crate::line::Supported;

pub(super) const CHECK: Check = Check {
    id: "kubernetes-version",
    title: "Kubernetes is of a version that Istio supports",
    when: When::Before,
    hint: "upgrade the cluster, or install a version of Istio that supports it: mesh install --manifests FOLDER",
    run,
};

fn run(facts: &Facts) -> Verdict {
    let Facts { kubernetes: version, line, .. } = facts;
    match line.supports(version) {
        None => Verdict::skipped(format!("{version:?} is no version")),
        Some(Supported::TooOld) => {
            let said = line.said_of_older(version).unwrap_or_default();
            Verdict::new(Grade::Failed, vec![format!("{version}: {said}")])
        }
        Some(Supported::Newer) => {
            let reason = format!("{version}: Istio {line} was released with 1.{}; it may well work", line.kubernetes.1);
            Verdict::new(Grade::Warning, vec![reason])
                .hint("try it on a test cluster first: mesh install, then mesh verify --probe")
        }
        Some(Supported::Yes) => Verdict::passed(version.clone()),
    }
}
