//! What istiods inject by.

use super::{Check, Grade, Verdict, When};
use crate::check::Facts;

pub(super) const CHECK: Check = Check {
    id: "injectors",
    title: "What istiod injects by can be read",
    when: When::After,
    hint: "mesh diff shows what was changed in ConfigMap istio-sidecar-injector, mesh install writes it anew",
    run,
};

fn run(facts: &Facts) -> Verdict {
    let Some(broken) = &facts.broken_injectors else {
        return Verdict::skipped("webhooks, or ConfigMaps of control planes, may not be read");
    };
    Verdict::unless_empty(Grade::Failed, broken.clone(), "of all revisions")
}
