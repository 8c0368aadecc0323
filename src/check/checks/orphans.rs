//! Webhooks that nobody answers any more and that keep pods from being made, istiod's own among them, or configuration: a
//! deadlock.

use serde_json::Value;

use super::{Check, Grade, Verdict, When};
use crate::check::{Facts, has_backend};
use crate::istio::webhook::{covers, fails_closed, service};
use crate::istio::{remote, revision};
use crate::object::Object;

pub(super) const CHECK: Check = Check {
    id: "deadlocks",
    title: "No webhook of a gone control plane refuses pods or configuration",
    when: When::After,
    hint: "mesh check --fix removes such webhooks; mesh install brings the control plane back",
    run,
};

fn run(facts: &Facts) -> Verdict {
    if facts.webhooks.is_none() || facts.slices.is_none() || !facts.all_control_planes {
        return Verdict::skipped("webhooks, what is behind them, or the Deployments of all namespaces may not be read");
    }
    let reason = |one: &&Object| {
        let what = if one.kind() == "MutatingWebhookConfiguration" { "pods" } else { "configuration of Istio" };
        format!("{} refuses {what}, and its control plane is gone", one.id())
    };
    let refuses = |one: &&Object| closed(one).any(|hook| !never_matches(hook));
    let reasons = orphans(facts).into_iter().filter(refuses).map(|one| reason(&one)).collect();
    Verdict::unless_empty(Grade::Failed, reasons, "there is none")
}

/// The injectors and validators that fail closed and whose control plane is gone for good: no Deployment of an istiod is
/// where they lead to, and nothing answers there in its place, such as the control plane of another cluster. One that is only
/// not ready is none of them: it may come back any moment. What could not be read counts as there. An injector whose pods were
/// handed over to a tag is one too, though it refuses none; what fails open is not: Helm's chart `base` brings such a validator
/// before there is a control plane.
pub fn orphans(facts: &Facts) -> Vec<&Object> {
    let (Some(_), true) = (&facts.slices, facts.all_control_planes) else { return Vec::new() };
    let is_orphan = |one: &&Object| {
        let mut closed = closed(one).peekable();
        closed.peek().is_some() && closed.all(|hook| is_gone(hook, revision(one), facts))
    };
    facts.istio_webhooks().filter(is_orphan).collect()
}

/// The webhooks of a configuration that refuse what they are asked about while nobody answers: pods, of an injector.
fn closed(configuration: &Object) -> impl Iterator<Item = &Value> {
    let is_injector = configuration.kind() == "MutatingWebhookConfiguration";
    let about_it = move |rule: &Value| {
        covers(&rule["operations"], "CREATE") && (!is_injector || covers(&rule["resources"], "pods"))
    };
    let is_closed =
        move |hook: &&Value| fails_closed(hook) && hook["rules"].as_array().into_iter().flatten().any(about_it);
    configuration.list("/webhooks").iter().filter(is_closed)
}

/// Whether what a webhook of this revision calls is gone.
fn is_gone(webhook: &Value, of: &str, facts: &Facts) -> bool {
    let (Some((namespace, name)), Some(slices)) = (service(webhook), &facts.slices) else { return false };
    let is_it = |one: &&Object| one.name() == name && one.namespace() == Some(namespace);
    let found = facts.services.iter().flatten().find(is_it);
    // Of several istiods of a namespace one may be gone with its Service.
    let may_answer = |plane: &Object| found.is_some() || facts.services.is_none() || revision(plane) == of;
    !facts.control_planes().any(|one| one.namespace() == Some(namespace) && may_answer(one))
        && !has_backend(slices, namespace, name)
        && found.is_none_or(|service| remote::outside(service, slices).is_none())
}

/// Whether its selector asks for what nothing carries: handed over to a tag.
fn never_matches(webhook: &Value) -> bool {
    webhook["objectSelector"]["matchLabels"]["istio.io/deactivated"] == "never-match"
}
