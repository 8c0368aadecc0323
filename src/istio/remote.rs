//! A control plane that runs elsewhere: the webhooks of a cluster lead out of it.

use serde::Serialize;
use serde_json::Value;

use super::plane::is_istiod;
use super::{revision, webhook};
use crate::object::Object;
use crate::status::untrusted;

/// The annotation of the control plane's namespace by which a cluster says which clusters' istiod serves it.
pub const SERVED_BY: &str = "topology.istio.io/controlPlaneClusters";

/// A control plane elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RemotePlane {
    /// Its revision.
    pub revision: String,
    /// Where it is: an address, a host name or a URL.
    pub address: String,
    /// Whether it knows this cluster: it has put its CA into all of its webhooks.
    pub is_signed: bool,
}

/// Whether what is installed has its control plane elsewhere: webhooks that inject, and no istiod.
pub fn is_elsewhere<'o>(installed: impl IntoIterator<Item = &'o Object>) -> bool {
    let mut injects = false;
    for object in installed {
        if is_istiod(object) {
            return false;
        }
        injects |= is_injector(object);
    }
    injects
}

/// The control planes elsewhere that the injectors among `webhooks` lead to, each revision once.
pub fn planes<'o>(
    webhooks: impl IntoIterator<Item = &'o Object>,
    services: &[&Object],
    slices: &[Object],
) -> Vec<RemotePlane> {
    let mut found: Vec<RemotePlane> = Vec::new();
    for configuration in webhooks.into_iter().filter(|one| is_injector(one)) {
        let mut hooks = webhook::injectors(configuration.value());
        let Some(address) = hooks.find_map(|hook| leads_to(&hook["clientConfig"], services, slices)) else { continue };
        let (revision, is_signed) = (revision(configuration).to_owned(), untrusted(configuration).is_empty());
        match found.iter_mut().find(|one| one.revision == revision) {
            Some(known) => known.is_signed &= is_signed,
            None => found.push(RemotePlane { revision, address, is_signed }),
        }
    }
    found.sort_by(|a, b| a.revision.cmp(&b.revision));
    found
}

fn is_injector(object: &Object) -> bool {
    object.kind() == "MutatingWebhookConfiguration" && webhook::injectors(object.value()).next().is_some()
}

/// Where a webhook, by its `clientConfig`, leads to outside of the cluster; none where it leads to pods, or to nothing.
pub fn leads_to(client: &Value, services: &[&Object], slices: &[Object]) -> Option<String> {
    if let Some(url) = client["url"].as_str() {
        return Some(url.to_owned());
    }
    let service = &client["service"];
    let (namespace, name) = (service["namespace"].as_str(), service["name"].as_str()?);
    let found = services.iter().find(|one| one.name() == name && one.namespace() == namespace)?;
    outside(found, slices)
}

/// Where a Service leads to outside of the cluster: the host that it is another name of, or the addresses that somebody has
/// written down for it.
pub fn outside(service: &Object, slices: &[Object]) -> Option<String> {
    if service.text("/spec/type") == Some("ExternalName") {
        return service.text("/spec/externalName").map(str::to_owned);
    }
    let selects = service.at("/spec/selector").and_then(Value::as_object).is_some_and(|labels| !labels.is_empty());
    if selects {
        return None;
    }
    let own = slices.iter().filter(|slice| {
        slice.namespace() == service.namespace() && slice.label("kubernetes.io/service-name") == Some(service.name())
    });
    let endpoints = own.flat_map(|slice| slice.list("/endpoints"));
    let addresses = endpoints.flat_map(|one| one["addresses"].as_array().into_iter().flatten());
    let addresses: Vec<&str> = addresses.filter_map(Value::as_str).collect();
    (!addresses.is_empty()).then(|| addresses.join(", "))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use serde_json::json;

    fn object(kind: &str, name: &str, rest: Value) -> Object {
        let mut value =
            json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": name, "namespace": "istio-system"}});
        value.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        Object::new(value).unwrap()
    }

    fn injector(name: &str, client: Value) -> Object {
        let hook = json!({"name": "namespace.sidecar-injector.istio.io", "clientConfig": client});
        object("MutatingWebhookConfiguration", name, json!({"webhooks": [hook]}))
    }

    #[test]
    fn a_control_plane_elsewhere_is_told_by_where_webhooks_lead() {
        let to_service = |ca: &str| json!({"service": {"name": "istiod", "namespace": "istio-system"}, "caBundle": ca});
        let local = object("Service", "istiod", json!({"spec": {"selector": {"app": "istiod"}}}));
        let by_address = object("Service", "istiod", json!({"spec": {"ports": []}}));
        let by_name = object(
            "Service",
            "istiod",
            json!({"spec": {"type": "ExternalName", "externalName": "istiod.example.com"}}),
        );
        let mut slice = object("EndpointSlice", "istiod", json!({"endpoints": [{"addresses": ["10.0.0.1"]}]}));
        slice.set_label("kubernetes.io/service-name", "istiod");
        let url = json!({"url": "https://istiod.example.com/inject"});
        type Row<'o> = (Vec<Object>, Vec<&'o Object>, Option<(&'o str, bool)>);
        let table: Vec<Row> = vec![
            (vec![injector("a", to_service("QQ=="))], vec![&local], None),
            (vec![injector("a", to_service("QQ=="))], vec![], None),
            (vec![injector("a", to_service(""))], vec![&by_address], Some(("10.0.0.1", false))),
            (vec![injector("a", to_service("QQ=="))], vec![&by_name], Some(("istiod.example.com", true))),
            (vec![injector("a", url)], vec![], Some(("https://istiod.example.com/inject", true))),
            // One of two is not signed.
            (
                vec![injector("a", to_service("QQ==")), injector("b", to_service(""))],
                vec![&by_address],
                Some(("10.0.0.1", false)),
            ),
            (vec![object("ValidatingWebhookConfiguration", "v", json!({}))], vec![&by_address], None),
        ];
        for (webhooks, services, expected) in table {
            let found = planes(&webhooks, &services, std::slice::from_ref(&slice));
            let found: Vec<(&str, bool)> = found.iter().map(|one| (one.address.as_str(), one.is_signed)).collect();
            assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{webhooks:?}");
        }
    }

    #[test]
    fn what_has_an_istiod_of_its_own_is_here() {
        let webhook = injector("a", json!({}));
        let mut istiod = object("Deployment", "istiod", json!({}));
        istiod.set_label("app", "istiod");
        assert!(is_elsewhere([&webhook]));
        assert!(!is_elsewhere([&webhook, &istiod]));
        assert!(!is_elsewhere([&object("Service", "istiod", json!({}))]));
    }
}
