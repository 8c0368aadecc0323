//! Istio's webhooks: trusted and answered.

use std::collections::HashMap;

use super::{Check, Grade, Verdict, When};
use crate::check::{Backends, Facts, webhooks};
use crate::object::Object;

pub(super) const CHECK: Check = Check {
    id: "webhooks",
    title: "Webhooks are trusted and answered",
    when: When::After,
    hint: "kubectl logs -n istio-system -l app=istiod --tail=50 shows why istiod does not serve them",
    run,
};

fn run(facts: &Facts) -> Verdict {
    if facts.webhooks.is_none() {
        return Verdict::skipped("webhooks may not be read");
    }
    let own: Vec<&Object> = facts.istio_webhooks().collect();
    if own.is_empty() {
        return Verdict::skipped("there are none");
    }
    let Some(services) = &facts.services else { return Verdict::skipped("Services may not be read") };
    let live = own.iter().map(|one| (one.id(), (*one).clone())).collect::<HashMap<_, _>>();
    let backends = Backends {
        services: services.iter().collect(),
        slices: facts.slices.as_deref(),
        root: facts.root.as_deref(),
        now: facts.now,
    };
    let cases = webhooks(own.iter().copied(), &live, &backends);
    let reasons = cases.iter().flat_map(|case| &case.findings).map(crate::check::Finding::line).collect();
    let verdict = Verdict::unless_empty(Grade::Failed, reasons, "all of them");
    // Its logs are not in this cluster.
    let is_elsewhere = facts.control_planes().next().is_none() && !facts.remote_planes().is_empty();
    if is_elsewhere { verdict.hint(super::remote::CHECK.hint) } else { verdict }
}
