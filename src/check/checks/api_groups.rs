//! The APIs an installation writes to.

use super::{Check, Grade, Verdict, When};
use crate::check::Facts;

pub(super) const CHECK: Check = Check {
    id: "api-groups",
    title: "The cluster serves the APIs that an installation uses",
    when: When::Before,
    hint: "kubectl api-versions shows what is served; kubectl get apiservices shows what is broken",
    run,
};

fn run(facts: &Facts) -> Verdict {
    let own = |object: &&crate::object::Object| {
        // What comes with CRDs of the installation itself need not be there yet.
        !object.id().group.ends_with(".istio.io")
    };
    let wanted = facts.wanted.iter().filter(own).map(|object| format!("{}/{}", object.api_version(), object.kind()));
    let mut missing: Vec<String> = wanted.filter(|one| !facts.api_versions.contains(one)).collect();
    missing.sort();
    missing.dedup();
    let reasons = missing.iter().map(|one| format!("{one} is not served")).collect();
    Verdict::unless_empty(Grade::Failed, reasons, "all of them")
}
