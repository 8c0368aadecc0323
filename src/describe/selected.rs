//! Which configuration selects a workload or its Services.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use super::mtls::SECURITY;
use super::world::{World, covers, host_of};
use crate::istio::label;
use crate::object::Object;

/// The group of Istio's routing configuration.
pub(super) const NETWORKING: &str = "networking.istio.io";
/// The group of the Gateway API.
pub(super) const GATEWAY_API: &str = "gateway.networking.k8s.io";

/// An object of configuration, and why it counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Relevant {
    /// Its kind; with its group where two groups have one of this name.
    pub kind: String,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// What makes it count: a host, a selector, a place.
    pub why: String,
}

impl Relevant {
    fn of(object: &Object, why: impl Into<String>) -> Self {
        let group = object.id().group;
        let kind = match object.kind() {
            "Gateway" => format!("Gateway.{group}"),
            kind => kind.to_owned(),
        };
        let namespace = object.namespace().unwrap_or_default().to_owned();
        Self { kind, namespace, name: object.name().to_owned(), why: why.into() }
    }
}

/// Kinds that select pods by labels, in their own namespace, or everywhere from the root namespace.
const BY_LABELS: &[(&str, &str, &str)] = &[
    (SECURITY, "AuthorizationPolicy", "/spec/selector/matchLabels"),
    (SECURITY, "RequestAuthentication", "/spec/selector/matchLabels"),
    (SECURITY, "PeerAuthentication", "/spec/selector/matchLabels"),
    ("telemetry.istio.io", "Telemetry", "/spec/selector/matchLabels"),
    (NETWORKING, "EnvoyFilter", "/spec/workloadSelector/labels"),
    ("extensions.istio.io", "WasmPlugin", "/spec/selector/matchLabels"),
];

/// What selects pods with these labels in `namespace`, and the Services before them.
pub(super) fn of_workload(world: &World, namespace: &str, labels: &Value, services: &[&Object]) -> Vec<Relevant> {
    let mut all: BTreeSet<Relevant> = BTreeSet::new();
    for (group, kind, pointer) in BY_LABELS {
        for object in world.config(group, kind) {
            if let Some(why) = by_labels(world, object, pointer, namespace, labels, services) {
                all.insert(Relevant::of(object, why));
            }
        }
    }
    if let Some((sidecar, why)) = sidecar(world, namespace, labels) {
        all.insert(Relevant::of(sidecar, why));
    }
    for gateway in world.config(NETWORKING, "Gateway") {
        let selector = gateway.at("/spec/selector").and_then(Value::as_object);
        if selector.is_some_and(|selector| !selector.is_empty() && covers(selector, labels)) {
            all.insert(Relevant::of(gateway, "selector"));
        }
    }
    let own = labels[label::GATEWAY_NAME].as_str();
    let api = world.config(GATEWAY_API, "Gateway");
    for gateway in api.filter(|one| own == Some(one.name()) && one.namespace() == Some(namespace)) {
        all.insert(Relevant::of(gateway, "its pods"));
    }
    all.extend(of_services(world, services));
    all.into_iter().collect()
}

/// What selects Services: routes and rules for their hosts.
fn of_services(world: &World, services: &[&Object]) -> Vec<Relevant> {
    let mut all = BTreeSet::new();
    for service in services {
        let host = host_of(service);
        let place = service.namespace().unwrap_or_default();
        for rule in world.config(NETWORKING, "DestinationRule").filter(|one| is_exported(one, place)) {
            let from = rule.namespace().unwrap_or_default();
            let hosts = rule.text("/spec/host").into_iter().filter(|pattern| matches(pattern, from, &host));
            all.extend(hosts.map(|pattern| Relevant::of(rule, format!("host {pattern}"))));
        }
        for routes in world.config(NETWORKING, "VirtualService").filter(|one| is_exported(one, place)) {
            if let Some(why) = routed(routes, &host) {
                all.insert(Relevant::of(routes, why));
            }
        }
        for kind in ["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute"] {
            for route in world.config(GATEWAY_API, kind) {
                let from = route.namespace().unwrap_or_default();
                let names = |reference: &Value| names_service(reference, from, service);
                if route.list("/spec/parentRefs").iter().any(|one| one["kind"] == "Service" && names(one)) {
                    all.insert(Relevant::of(route, format!("parent Service {}", service.name())));
                } else if any_in(route.at("/spec/rules"), "backendRefs", &mut |list| {
                    list.as_array()
                        .into_iter()
                        .flatten()
                        .any(|one| one["kind"].as_str().is_none_or(|kind| kind == "Service") && names(one))
                }) {
                    let gateways: Vec<&str> =
                        route.list("/spec/parentRefs").iter().filter_map(|one| one["name"].as_str()).collect();
                    all.insert(Relevant::of(
                        route,
                        format!("sends to Service {} from {}", service.name(), gateways.join(", ")),
                    ));
                }
            }
        }
    }
    all.into_iter().collect()
}

/// Why an object that selects by labels counts; none where it does not.
fn by_labels(
    world: &World,
    object: &Object,
    pointer: &str,
    namespace: &str,
    labels: &Value,
    services: &[&Object],
) -> Option<String> {
    let own = object.namespace() == Some(namespace);
    let root = object.namespace() == Some(world.root.as_str());
    let references =
        [object.list("/spec/targetRefs"), object.at("/spec/targetRef").map_or(&[], std::slice::from_ref)].concat();
    if !references.is_empty() {
        let gateway = labels[label::GATEWAY_NAME].as_str();
        return references.iter().find_map(|one| {
            let name = one["name"].as_str()?;
            let is_it = match one["kind"].as_str()? {
                "Service" => services.iter().any(|service| service.name() == name),
                "Gateway" => gateway == Some(name),
                _ => false,
            };
            (own && is_it).then(|| format!("targetRef {} {name}", one["kind"].as_str().unwrap_or_default()))
        });
    }
    let selector = object.at(pointer).and_then(Value::as_object).filter(|selector| !selector.is_empty());
    match selector {
        Some(selector) if (own || root) && covers(selector, labels) => Some("selector".to_owned()),
        Some(_) => None,
        None if own => Some("its namespace".to_owned()),
        None if root => Some("the whole mesh".to_owned()),
        None => None,
    }
}

/// The one Sidecar that counts: the workload's, else its namespace's, else the mesh's.
fn sidecar<'a>(world: &'a World, namespace: &str, labels: &Value) -> Option<(&'a Object, &'static str)> {
    let mut all: Vec<&Object> = world.config(NETWORKING, "Sidecar").collect();
    all.sort_by_key(|one| (one.text("/metadata/creationTimestamp").unwrap_or_default(), one.name()));
    let selector =
        |one: &Object| one.at("/spec/workloadSelector/labels").and_then(Value::as_object).cloned().unwrap_or_default();
    let own = all.iter().find(|one| {
        let selector = selector(one);
        one.namespace() == Some(namespace) && !selector.is_empty() && covers(&selector, labels)
    });
    let of = |place: &str| all.iter().find(|one| one.namespace() == Some(place) && selector(one).is_empty());
    let of_namespace = || of(namespace).map(|one| (*one, "its namespace"));
    let of_mesh = || of(&world.root).map(|one| (*one, "the whole mesh"));
    own.map(|one| (*one, "selector")).or_else(of_namespace).or_else(of_mesh)
}

/// Whether an object may be seen from `namespace`.
fn is_exported(object: &Object, namespace: &str) -> bool {
    let to = object.list("/spec/exportTo");
    let own = object.namespace() == Some(namespace);
    to.is_empty() || to.iter().any(|one| *one == "*" || *one == namespace || (*one == "." && own))
}

/// Whether `pattern`, written in namespace `from`, means `host`.
pub(super) fn matches(pattern: &str, from: &str, host: &str) -> bool {
    let full = if pattern.contains('.') || pattern == "*" {
        pattern.to_owned()
    } else {
        format!("{pattern}.{from}.svc.cluster.local")
    };
    match full.strip_prefix('*') {
        Some(end) => host.ends_with(end),
        None => full == host,
    }
}

/// Why a VirtualService is about a host: it is one of its hosts, or it sends there.
fn routed(routes: &Object, host: &str) -> Option<String> {
    let from = routes.namespace().unwrap_or_default();
    let gateways: Vec<&str> = routes.list("/spec/gateways").iter().filter_map(Value::as_str).collect();
    let through = if gateways.is_empty() { String::new() } else { format!(", gateways {}", gateways.join(", ")) };
    let hosts = routes.list("/spec/hosts").iter().filter_map(Value::as_str);
    let is_in_mesh = gateways.is_empty() || gateways.contains(&"mesh");
    if let Some(found) = hosts.clone().find(|pattern| is_in_mesh && matches(pattern, from, host)) {
        return Some(format!("host {found}{through}"));
    }
    let sends = any_in(Some(routes.at("/spec")?), "destination", &mut |one| {
        one["host"].as_str().is_some_and(|pattern| matches(pattern, from, host))
    });
    sends.then(|| format!("sends {} to it{through}", hosts.collect::<Vec<_>>().join(", ")))
}

/// Whether `holds` for any value under the key `name`, however deep.
fn any_in(value: Option<&Value>, name: &str, holds: &mut dyn FnMut(&Value) -> bool) -> bool {
    match value {
        Some(Value::Object(map)) => {
            map.iter().any(|(key, value)| if key == name { holds(value) } else { any_in(Some(value), name, holds) })
        }
        Some(Value::Array(list)) => list.iter().any(|value| any_in(Some(value), name, holds)),
        _ => false,
    }
}

fn names_service(reference: &Value, from: &str, service: &Object) -> bool {
    let namespace = reference["namespace"].as_str().unwrap_or(from);
    reference["name"] == service.name() && Some(namespace) == service.namespace()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        let host = "web.shop.svc.cluster.local";
        let table = [
            ("web", "shop", true),
            ("web", "other", false),
            ("web.shop.svc.cluster.local", "other", true),
            ("*.shop.svc.cluster.local", "other", true),
            ("*", "other", true),
            ("web.shop", "shop", false),
            ("*.example.com", "shop", false),
        ];
        for (pattern, from, wanted) in table {
            assert_eq!(matches(pattern, from, host), wanted, "{pattern} in {from}");
        }
    }
}
