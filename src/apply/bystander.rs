//! Webhooks of others that answer for the same objects as those that are proven: where one of them refuses, it is named.

use crate::cluster::{Cluster, Kinds};
use crate::error::Result;
use crate::inject::Selector;
use crate::istio::webhook;
use crate::object::{Object, ObjectId};

/// A webhook of the name that failed, which calls somebody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bystander {
    /// Its configuration.
    pub(super) id: ObjectId,
    /// The Service that it calls, `NAMESPACE/NAME`.
    pub(super) calls: String,
}

/// Finds a webhook called `name` that is asked about `probe`, fails closed and calls another Service than `own`, which is
/// given by its namespace and name. What cannot be read is not there.
pub(super) async fn find(
    cluster: &Cluster,
    kinds: &Kinds,
    probe: &Object,
    name: &str,
    own: (&str, &str),
) -> Option<Bystander> {
    let kind = if probe.kind() == "Pod" { "MutatingWebhookConfiguration" } else { "ValidatingWebhookConfiguration" };
    let home = ObjectId::new("v1", "Namespace", None, probe.namespace()?);
    let (listed, home) = futures::join!(listed(cluster, kind), cluster.get(kinds, &home));
    let home = home.ok().flatten()?;
    listed.ok()?.iter().find_map(|configuration| asked(configuration, probe, &home, name, own))
}

async fn listed(cluster: &Cluster, kind: &str) -> Result<Vec<Object>> {
    let id = ObjectId::new("admissionregistration.k8s.io/v1", kind, None, "");
    cluster.list(&Kinds::built_in().collection(&id)?, &id, None).await
}

fn asked(configuration: &Object, probe: &Object, home: &Object, name: &str, own: (&str, &str)) -> Option<Bystander> {
    let labels =
        |object: &Object| object.at("/metadata/labels").and_then(|one| one.as_object()).cloned().unwrap_or_default();
    configuration.list("/webhooks").iter().find_map(|hook| {
        let called = webhook::service(hook)?;
        let selects = |field: &str, object: &Object| {
            Selector::read(&hook[field]).is_ok_and(|selector| selector.matches(&labels(object)))
        };
        let is_asked = hook["name"] == name
            && webhook::fails_closed(hook)
            && selects("namespaceSelector", home)
            && selects("objectSelector", probe);
        (is_asked && called != own)
            .then(|| Bystander { id: configuration.id(), calls: format!("{}/{}", called.0, called.1) })
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn object(kind: &str, name: &str, rest: Value) -> Object {
        let mut value = json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": name}});
        value.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        Object::new(value).unwrap()
    }

    #[test]
    fn only_what_refuses_this_object_and_calls_another_is_one() {
        let hook = |policy: &str, selector: Value, namespace: &str| {
            let client = json!({"service": {"namespace": namespace, "name": "istiod"}});
            let hooks =
                json!([{"name": "w", "failurePolicy": policy, "objectSelector": selector, "clientConfig": client}]);
            object("MutatingWebhookConfiguration", "left", json!({ "webhooks": hooks }))
        };
        let (home, pod) = (object("Namespace", "n", json!({})), object("Pod", "p", json!({})));
        let own = ("istio-system", "istiod");
        let found =
            |configuration: &Object, name: &str| asked(configuration, &pod, &home, name, own).map(|one| one.calls);
        let labelled = json!({"matchLabels": {"a": "b"}});
        assert_eq!(found(&hook("Fail", json!({}), "old"), "w").as_deref(), Some("old/istiod"));
        assert_eq!(found(&hook("Fail", json!({}), "old"), "v"), None);
        assert_eq!(found(&hook("Ignore", json!({}), "old"), "w"), None);
        assert_eq!(found(&hook("Fail", labelled, "old"), "w"), None);
        assert_eq!(found(&hook("Fail", json!({}), "istio-system"), "w"), None);
    }
}
