//! Which revision answers pods that ask for injection and name none. At every moment it is one: by the tag `default`, or by
//! an injector of its own that has handed over to no tag.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::inject::{Namespace, selecting};
use crate::istio::plane::is_istiod_of;
use crate::istio::{DEFAULT, Maker, label, revision, webhook};
use crate::object::{Object, ObjectId};

/// The end of the names of webhooks that put sidecars into pods.
const INJECTOR: &str = "sidecar-injector.istio.io";

/// Who answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The revision.
    pub revision: String,
    /// Its webhook.
    pub by: ObjectId,
    /// Whether that is the tag's.
    pub by_tag: bool,
}

/// Who answers `istio-injection=enabled`, as the MutatingWebhookConfigurations among `objects` say, whoever made them.
pub fn answering<'o>(objects: impl IntoIterator<Item = &'o Object>) -> Option<Answer> {
    let webhooks = objects.into_iter().filter(|object| object.kind() == "MutatingWebhookConfiguration");
    let (tags, injectors): (Vec<&Object>, Vec<&Object>) = webhooks.partition(|object| is_of_tag(object));
    let tag = tags.into_iter().find(|object| object.label("app") == Some("sidecar-injector"));
    let by_tag = tag.is_some();
    let found = tag.or_else(|| injectors.into_iter().filter(|object| answers(object)).min_by_key(|one| one.id()))?;
    Some(Answer { revision: revision(found).to_owned(), by: found.id(), by_tag })
}

/// Whether the control plane of a revision is applied as it is printed, and nobody has made a tag `default`: then it has
/// none, and needs none. Only an installation over it makes one.
pub fn is_as_printed<'o>(objects: impl IntoIterator<Item = &'o Object>, name: &str) -> bool {
    let is_applied = |object: &Object| is_istiod_of(object, name) && Maker::of(object).applies_manifests();
    let mut found = false;
    for object in objects {
        if is_of_tag(object) {
            return false;
        }
        found |= is_applied(object);
    }
    found
}

/// Whether `object` is one of the tag `default`: its webhook, the validator, the Service.
pub fn is_of_tag(object: &Object) -> bool {
    object.label(label::TAG) == Some(DEFAULT)
}

/// A webhook configuration that an installation takes over from a control plane that is gone.
#[derive(Debug, Clone, Copy)]
pub struct Repointed<'o> {
    /// As it is wanted.
    pub wanted: &'o Object,
    /// As it is.
    pub live: &'o Object,
}

/// Those webhook configurations among `wanted` that call another Service now: somebody else's, who has left them behind.
pub fn repointed<'o>(wanted: &'o [Object], live: &'o HashMap<ObjectId, Object>) -> Vec<Repointed<'o>> {
    let pair = |wanted: &'o Object| Some(Repointed { wanted, live: live.get(&wanted.id())? });
    wanted.iter().filter_map(pair).filter(|one| !calls_alike(one.wanted, one.live)).collect()
}

/// Whether all webhooks of `live` call a Service that one of `wanted` calls.
pub fn calls_alike(wanted: &Object, live: &Object) -> bool {
    webhook::services(live).all(|called| webhook::services(wanted).any(|own| own == called))
        || webhook::services(wanted).next().is_none()
}

impl Repointed<'_> {
    /// Whom it calls now, and whom it will: one sentence.
    pub fn sentence(&self) -> String {
        let name = |configuration: &Object| {
            webhook::services(configuration).next().map_or_else(String::new, |(place, name)| format!("{place}/{name}"))
        };
        format!(
            "{} leads to Service {}, whose control plane is gone; it is made to lead to {}",
            self.live.id(),
            name(self.live),
            name(self.wanted)
        )
    }
}

/// Whether a webhook of this configuration injects pods of a namespace that asks for nothing but injection.
pub fn answers(configuration: &Object) -> bool {
    let mut labels = Map::new();
    labels.insert(label::INJECTION.to_owned(), "enabled".into());
    let namespace = Namespace { name: String::new(), labels };
    let matches = selecting(std::slice::from_ref(configuration.value()), &namespace, &Value::Null);
    matches.iter().any(|found| found.webhook.ends_with(INJECTOR))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use serde_json::json;

    fn webhook(name: &str, labels: Value, selector: Value, webhook: &str) -> Object {
        Object::new(json!({
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration",
            "metadata": {"name": name, "labels": labels},
            "webhooks": [{
                "name": webhook, "namespaceSelector": selector,
                "rules": [{"operations": ["CREATE"], "resources": ["pods"]}],
            }],
        }))
        .unwrap()
    }

    #[test]
    fn who_applies_what_is_printed_makes_no_tag() {
        let istiod = |revision: &str, manager: &str| {
            Object::new(json!({
                "apiVersion": "apps/v1", "kind": "Deployment",
                "metadata": {
                    "name": "istiod", "labels": {"app": "istiod", "istio.io/rev": revision},
                    "managedFields": [{"manager": manager, "operation": "Update", "fieldsV1": {"f:spec": {}}}],
                },
            }))
            .unwrap()
        };
        let tag = webhook("t", json!({"istio.io/tag": "default"}), json!({}), "x");
        let (ours, theirs) = (istiod("default", "mesh"), istiod("default", "kubectl-create"));
        assert!(is_as_printed([&theirs], "default"));
        assert!(!is_as_printed([&theirs], "canary") && !is_as_printed([&ours], "default"));
        assert!(!is_as_printed([&theirs, &tag], "default") && !is_as_printed([], "default"));
    }

    #[test]
    fn one_revision_answers() {
        let enabled = || json!({"matchLabels": {"istio-injection": "enabled"}});
        let never = || json!({"matchLabels": {"istio.io/deactivated": "never-match"}});
        let of = |revision: &str| json!({"app": "sidecar-injector", "istio.io/rev": revision});
        let name = "namespace.sidecar-injector.istio.io";
        let active = webhook("a", of("default"), enabled(), name);
        let unlabelled = webhook("u", json!({}), enabled(), name);
        let closed = webhook("c", of("default"), never(), name);
        let canary = webhook("n", of("canary"), json!({"matchLabels": {"istio.io/rev": "canary"}}), name);
        let other = webhook("o", of("x"), enabled(), "policy.example.com");
        let mut tag = webhook("t", of("canary"), enabled(), name);
        tag.set_label("istio.io/tag", "default");
        type Row<'o> = (Vec<&'o Object>, Option<(&'o str, &'o str, bool)>);
        let table: [Row; 6] = [
            (vec![], None),
            (vec![&canary, &active], Some(("default", "a", false))),
            (vec![&unlabelled], Some(("default", "u", false))),
            (vec![&closed, &canary, &other], None),
            (vec![&closed, &tag], Some(("canary", "t", true))),
            (vec![&active, &tag], Some(("canary", "t", true))),
        ];
        for (objects, expected) in table {
            let found = answering(objects.iter().copied());
            let found = found.as_ref().map(|one| (one.revision.as_str(), one.by.name.as_str(), one.by_tag));
            assert_eq!(found, expected);
        }
    }
}
