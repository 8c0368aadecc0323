//! What an installation has to be allowed to do.

use super::{Check, Grade, Verdict, When};
use crate::check::Facts;

pub(super) const CHECK: Check = Check {
    id: "permissions",
    title: "You may write what an installation writes",
    when: When::Before,
    hint: "mesh rbac --for install --user YOU | kubectl apply -f - (by an administrator, with the inputs of the installation)",
    run,
};

fn run(facts: &Facts) -> Verdict {
    let Some(denied) = &facts.denied else { return Verdict::skipped("it could not be asked") };
    let reasons = denied.iter().map(|deed| format!("you may not {deed}")).collect();
    Verdict::unless_empty(Grade::Failed, reasons, "everything that it takes")
}
