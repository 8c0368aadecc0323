//! Webhooks that nobody answers any more and that keep pods from being made, istiod's own among them: a deadlock.

use serde_json::Value;

use super::{Check, Grade, Verdict, When};
use crate::check::{Facts, has_backend};
use crate::object::Object;

pub(super) const CHECK: Check = Check {
    id: "deadlocks",
    title: "No webhook of a gone control plane keeps pods from being made",
    when: When::After,
    hint: "mesh check --fix removes such webhooks; mesh install brings the control plane back",
    run,
};

fn run(facts: &Facts) -> Verdict {
    if facts.webhooks.is_none() || facts.slices.is_none() || !facts.all_control_planes {
        return Verdict::skipped("webhooks, what is behind them, or the Deployments of all namespaces may not be read");
    }
    let reason = |one: &&Object| format!("{} refuses pods, and its control plane is gone", one.id());
    let reasons = orphans(facts).iter().map(reason).collect();
    Verdict::unless_empty(Grade::Failed, reasons, "there is none")
}

/// The injectors that fail closed and whose control plane is gone for good: no Deployment of an istiod is where they lead
/// to, and nothing answers there in its place, such as the control plane of another cluster. One that is only not ready is
/// none of them: it may come back any moment. What could not be read counts as there.
pub fn orphans(facts: &Facts) -> Vec<&Object> {
    let (Some(slices), true) = (&facts.slices, facts.all_control_planes) else { return Vec::new() };
    let refuses = |webhook: &&Value| {
        // `Fail` is also what holds where nothing is said.
        let rules = webhook["rules"].as_array().into_iter().flatten();
        let has = |list: &Value, word: &str| list.as_array().into_iter().flatten().any(|one| one == word || one == "*");
        webhook["failurePolicy"] != "Ignore"
            && rules.into_iter().any(|rule| has(&rule["resources"], "pods") && has(&rule["operations"], "CREATE"))
            && !never_matches(webhook)
    };
    let is_gone = |webhook: &Value| {
        let service = &webhook["clientConfig"]["service"];
        let (Some(namespace), Some(name)) = (service["namespace"].as_str(), service["name"].as_str()) else {
            return false;
        };
        !facts.control_planes().any(|one| one.namespace() == Some(namespace)) && !has_backend(slices, namespace, name)
    };
    facts
        .istio_webhooks()
        .filter(|one| one.kind() == "MutatingWebhookConfiguration")
        .filter(|one| {
            let mut refusing = one.list("/webhooks").iter().filter(refuses).peekable();
            refusing.peek().is_some() && refusing.all(is_gone)
        })
        .collect()
}

/// Whether its selector asks for what nothing carries: handed over to a tag.
fn never_matches(webhook: &Value) -> bool {
    webhook["objectSelector"]["matchLabels"]["istio.io/deactivated"] == "never-match"
}
