//! Webhooks: does the API server trust what answers, is that trust current, and does anything answer.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::finding::{Case, Finding, Suite};
use crate::istio::remote;
use crate::istio::webhook::fails_closed;
use crate::object::{Object, ObjectId};
use crate::status::certificate;

/// What webhooks lead to, as far as it is known.
#[derive(Debug, Default)]
pub struct Backends<'a> {
    /// All Services of the namespaces that webhooks lead to.
    pub services: Vec<&'a Object>,
    /// EndpointSlices of those namespaces; none where they are not known.
    pub slices: Option<&'a [Object]>,
    /// The root certificate of the mesh, as PEM.
    pub root: Option<&'a str>,
    /// Now, in seconds since 1970.
    pub now: i64,
}

/// Every wanted webhook configuration that is there.
pub fn webhooks<'a>(
    wanted: impl IntoIterator<Item = &'a Object>,
    live: &HashMap<ObjectId, Object>,
    backends: &Backends<'_>,
) -> Vec<Case> {
    let configurations = wanted.into_iter().filter(|object| object.kind().ends_with("WebhookConfiguration"));
    configurations.filter_map(|wanted| live.get(&wanted.id())).map(|there| configuration(there, backends)).collect()
}

fn configuration(there: &Object, backends: &Backends<'_>) -> Case {
    let id = there.id();
    let mut case = Case::new(Suite::Webhooks, id.to_string());
    let mut found: Vec<Finding> = Vec::new();
    for webhook in there.list("/webhooks") {
        let name = webhook["name"].as_str().unwrap_or_default();
        let client = &webhook["clientConfig"];
        // An istiod elsewhere lets in what injects, and leaves configuration to the clusters that it reads it from.
        let is_left = there.kind() == "ValidatingWebhookConfiguration"
            && !fails_closed(webhook)
            && remote::leads_to(client, &backends.services, backends.slices.unwrap_or_default()).is_some();
        let trust = if is_left { None } else { trust(client, backends) };
        let troubles = [trust, backend(client, backends)];
        for (rule, why) in troubles.into_iter().flatten() {
            // Webhooks of one configuration mostly share what is wrong.
            let known = found.iter_mut().find(|one| one.rule == rule && one.message.ends_with(&why));
            match known {
                Some(one) => one.message = format!("{name}, {}", one.message),
                None => found.push(Finding::error(rule, Some(&id), format!("{name}: {why}"))),
            }
        }
    }
    case.findings = found;
    case
}

fn trust(client: &Value, backends: &Backends<'_>) -> Option<(&'static str, String)> {
    if client["url"].is_string() && client["caBundle"].is_null() {
        return None;
    }
    let bundle = client["caBundle"].as_str().unwrap_or_default();
    if bundle.is_empty() {
        return Some(("webhook-unsigned", "has no caBundle: istiod has not put its CA into it".to_owned()));
    }
    let Some(pem) = STANDARD.decode(bundle).ok().and_then(|bytes| String::from_utf8(bytes).ok()) else {
        return Some(("webhook-ca", "its caBundle is no PEM text".to_owned()));
    };
    let certificates: Vec<Vec<u8>> = certificate::blocks(&pem).collect();
    if let Some(root) = backends.root
        && !certificate::blocks(root).any(|one| certificates.contains(&one))
    {
        let why = "its caBundle is not the CA of the mesh (ConfigMap istio-ca-root-cert)";
        return Some(("webhook-ca", why.to_owned()));
    }
    let last = certificate::ends(&pem).into_iter().max()?;
    (last < backends.now).then(|| ("webhook-expired", "the certificates of its caBundle have expired".to_owned()))
}

fn backend(client: &Value, backends: &Backends<'_>) -> Option<(&'static str, String)> {
    behind(client, &backends.services, backends.slices)
}

/// What is missing behind what a webhook calls, by an id and a sentence; none where something answers, or where it is not
/// known.
pub(super) fn behind(
    client: &Value,
    services: &[&Object],
    slices: Option<&[Object]>,
) -> Option<(&'static str, String)> {
    let service = &client["service"];
    let (name, namespace) = (service["name"].as_str()?, service["namespace"].as_str().unwrap_or_default());
    let is_it = |one: &&&Object| one.name() == name && one.namespace() == Some(namespace);
    let Some(found) = services.iter().find(is_it) else {
        return Some(("webhook-no-service", format!("Service {namespace}/{name}, which answers for it, is not there")));
    };
    // What is behind it is another cluster's.
    if remote::outside(found, slices.unwrap_or_default()).is_some() {
        return None;
    }
    (!has_backend(slices?, namespace, name)).then(|| {
        ("webhook-no-backend", format!("no ready pod is behind Service {namespace}/{name}, which answers for it"))
    })
}

/// Whether anything that is ready is behind a Service, by the EndpointSlices of its namespace.
pub fn has_backend(slices: &[Object], namespace: &str, service: &str) -> bool {
    let is_ready = |endpoint: &Value| endpoint["conditions"]["ready"] != false;
    let own = slices.iter().filter(|slice| {
        slice.namespace() == Some(namespace) && slice.label("kubernetes.io/service-name") == Some(service)
    });
    own.into_iter().any(|slice| slice.list("/endpoints").iter().any(is_ready))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use serde_json::json;

    fn object(kind: &str, name: &str, rest: Value) -> Object {
        let mut value = json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": name, "namespace": "n"}});
        for (key, part) in rest.as_object().unwrap() {
            value[key] = part.clone();
        }
        Object::new(value).unwrap()
    }

    #[test]
    fn each_trouble_is_told_once() {
        let pem =
            |text: &str| format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", STANDARD.encode(text));
        let hook = |bundle: &str| {
            let client = json!({"service": {"name": "istiod", "namespace": "n"}, "caBundle": STANDARD.encode(bundle)});
            json!({"webhooks": [{"name": "a", "clientConfig": client}, {"name": "b", "clientConfig": client}]})
        };
        let service = object("Service", "istiod", json!({}));
        let slice = |ready: bool| {
            let mut slice =
                object("EndpointSlice", "istiod-1", json!({"endpoints": [{"conditions": {"ready": ready}}]}));
            slice.set_label("kubernetes.io/service-name", "istiod");
            slice
        };
        let lines = |bundle: &str, services: Vec<&Object>, slices: &[Object]| {
            let there = object("MutatingWebhookConfiguration", "w", hook(bundle));
            let live = HashMap::from([(there.id(), there.clone())]);
            let root = pem("root");
            let backends = Backends { services, slices: Some(slices), root: Some(&root), now: 0 };
            let cases = webhooks([&there], &live, &backends);
            cases[0].findings.iter().map(|one| (one.rule, one.message.clone())).collect::<Vec<_>>()
        };
        let ready = [slice(true)];
        assert_eq!(lines(&pem("root"), vec![&service], &ready), []);
        let rules = |found: Vec<(&'static str, String)>| found.into_iter().map(|(rule, _)| rule).collect::<Vec<_>>();
        assert_eq!(rules(lines("", vec![&service], &ready)), ["webhook-unsigned"]);
        assert_eq!(rules(lines(&pem("other"), vec![&service], &ready)), ["webhook-ca"]);
        assert_eq!(rules(lines(&pem("root"), vec![], &ready)), ["webhook-no-service"]);
        let found = lines(&pem("root"), vec![&service], &[slice(false)]);
        assert_eq!(found[0].1, "b, a: no ready pod is behind Service n/istiod, which answers for it");
        assert_eq!(rules(lines(&pem("root"), vec![&service], &[])), ["webhook-no-backend"]);
    }
}
