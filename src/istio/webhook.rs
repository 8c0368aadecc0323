//! The webhooks of a configuration.

use serde_json::Value;

use crate::object::Object;

/// How the names of the webhooks end that put sidecars into pods.
const INJECTOR: &str = "sidecar-injector.istio.io";

/// Whether an object is a configuration of webhooks, mutating or validating.
pub fn is_configuration(object: &Object) -> bool {
    matches!(object.kind(), "MutatingWebhookConfiguration" | "ValidatingWebhookConfiguration")
}

/// The webhooks of a configuration, to be changed.
pub fn webhooks_mut(configuration: &mut Object) -> impl Iterator<Item = &mut Value> {
    configuration.value_mut().get_mut("webhooks").and_then(Value::as_array_mut).into_iter().flatten()
}

/// The Service that a webhook calls: its namespace and name; none where it calls a URL.
pub fn service(webhook: &Value) -> Option<(&str, &str)> {
    let service = &webhook["clientConfig"]["service"];
    Some((service["namespace"].as_str()?, service["name"].as_str()?))
}

/// Whether a webhook refuses what it is asked about while nobody answers. `Fail` is also what holds where nothing is said.
pub fn fails_closed(webhook: &Value) -> bool {
    webhook["failurePolicy"] != "Ignore"
}

/// Whether a list of a webhook's rule has `word`, or `*` for all.
pub fn covers(list: &Value, word: &str) -> bool {
    list.as_array().into_iter().flatten().any(|one| one == word || one == "*")
}

/// The Services that the webhooks of a configuration call.
pub fn services(configuration: &Object) -> impl Iterator<Item = (&str, &str)> {
    configuration.list("/webhooks").iter().filter_map(service)
}

/// The webhooks of a configuration that put sidecars into pods.
pub fn injectors(configuration: &Value) -> impl Iterator<Item = &Value> {
    let webhooks = configuration["webhooks"].as_array().into_iter().flatten();
    webhooks.filter(|webhook| webhook["name"].as_str().is_some_and(|name| name.ends_with(INJECTOR)))
}

/// The namespaces that the webhooks of a configuration lead to.
pub fn homes_of(configuration: &Object) -> impl Iterator<Item = &str> {
    services(configuration).map(|(namespace, _)| namespace)
}
