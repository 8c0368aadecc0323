//! Webhooks of others that nobody answers, and that refuse what Istio needs.

use super::{Check, Grade, Verdict, When};
use crate::check::{Facts, facts::refuses_what_istio_needs, webhooks::behind};
use crate::object::Object;

pub(super) const CHECK: Check = Check {
    id: "other-webhooks",
    title: "No dead webhook of others refuses pods or Istio's configuration",
    when: When::Always,
    hint: "bring back what answers for it; where it is not used any more: kubectl delete validatingwebhookconfiguration or \
           mutatingwebhookconfiguration NAME",
    run,
};

fn run(facts: &Facts) -> Verdict {
    let (Some(_), Some(services), Some(slices)) = (&facts.webhooks, &facts.services, &facts.slices) else {
        return Verdict::skipped("webhooks, or what is behind them, may not be read");
    };
    let services: Vec<&Object> = services.iter().collect();
    let mut reasons = Vec::new();
    for configuration in facts.foreign_webhooks() {
        for webhook in configuration.list("/webhooks").iter().filter(|one| refuses_what_istio_needs(one)) {
            if let Some((_, why)) = behind(&webhook["clientConfig"], &services, Some(slices)) {
                let name = webhook["name"].as_str().unwrap_or_default();
                reasons.push(format!("{}: {name} fails closed, and {why}", configuration.id()));
            }
        }
    }
    Verdict::unless_empty(Grade::Failed, reasons, "there is none")
}
