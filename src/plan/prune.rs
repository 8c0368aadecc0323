//! What was installed and is not wanted any more: what of it goes, and in which order.
//!
//! It goes last, backwards, and webhooks before all else: at no time may a webhook that must answer have nothing behind it,
//! or no pod of the cluster could be created.

use std::collections::BTreeSet;

use crate::object::{Object, ObjectId};

/// What is in `inventory` (what the last installation consisted of, in the order it was written) and not among `wanted`,
/// in the order to delete it. [`super::filter::prune`] has to be asked of each.
pub fn unwanted<'a>(inventory: &[ObjectId], wanted: impl IntoIterator<Item = &'a Object>) -> Vec<ObjectId> {
    let wanted: BTreeSet<ObjectId> = wanted.into_iter().map(Object::id).collect();
    let gone: Vec<ObjectId> = inventory.iter().filter(|id| !wanted.contains(id)).cloned().collect();
    removal(&gone)
}

/// The order to delete objects that were written in the order of `written`: webhooks first, so that they never outlive
/// what answers them, then the rest backwards.
pub fn removal(written: &[ObjectId]) -> Vec<ObjectId> {
    let (webhooks, rest): (Vec<_>, Vec<_>) = written.iter().rev().cloned().partition(is_webhook);
    webhooks.into_iter().chain(rest).collect()
}

fn is_webhook(id: &ObjectId) -> bool {
    matches!(id.kind.as_str(), "MutatingWebhookConfiguration" | "ValidatingWebhookConfiguration")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use serde_json::json;

    fn object(api_version: &str, kind: &str, name: &str) -> Object {
        Object::new(json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": name}})).unwrap()
    }

    #[test]
    fn what_is_not_wanted_any_more_goes_backwards_and_webhooks_first() {
        let inventory = [
            object("v1", "ConfigMap", "istio").id(),
            object("v1", "ConfigMap", "old").id(),
            object("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", "old").id(),
            object("apps/v1", "Deployment", "egress").id(),
            object("policy/v1beta1", "PodDisruptionBudget", "istiod").id(),
            object("v1", "Service", "egress").id(),
        ];
        // Another version of the same object is that object.
        let wanted = [object("v1", "ConfigMap", "istio"), object("policy/v1", "PodDisruptionBudget", "istiod")];
        let shown: Vec<String> = unwanted(&inventory, &wanted).iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["MutatingWebhookConfiguration/old", "Service/egress", "Deployment/egress", "ConfigMap/old"]);
        assert_eq!(unwanted(&[], &wanted), []);
    }
}
