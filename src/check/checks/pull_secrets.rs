//! Whether the Secrets are there that images are to be pulled with.

use super::{Check, Grade, Verdict, When};
use crate::check::Facts;

pub(super) const CHECK: Check = Check {
    id: "pull-secrets",
    title: "The Secrets that images are pulled with are there",
    when: When::Before,
    hint: "kubectl create secret docker-registry NAME -n NAMESPACE --docker-server=REGISTRY --docker-username=USER --docker-password=PASSWORD",
    run,
};

fn run(facts: &Facts) -> Verdict {
    let Some(missing) = &facts.missing_pull_secrets else { return Verdict::skipped("Secrets may not be read") };
    let reasons = missing.iter().map(|id| format!("{id} is not there, and images are to be pulled with it")).collect();
    Verdict::unless_empty(Grade::Warning, reasons, "every one that is named")
}
