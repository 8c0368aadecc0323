//! A gateway, of Istio's API or of the Gateway API: what it listens on, which pods serve it, what is routed through it.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use super::selected::{GATEWAY_API, NETWORKING};
use super::world::{World, covers};
use crate::istio::label;
use crate::object::Object;
use crate::status::ready;

/// What a gateway lets in.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entrance {
    /// Its group and kind.
    pub kind: String,
    /// The GatewayClass, of a gateway of the Gateway API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// The labels of the pods that serve it, of a gateway of Istio's API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selector: Option<String>,
    /// What it listens on.
    pub listeners: Vec<Listener>,
    /// Pods that serve it, `NAMESPACE/NAME`, with whether they are ready.
    pub pods: Vec<(String, bool)>,
    /// Addresses the Gateway API reports.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<String>,
    /// What is routed through it: `KIND NAMESPACE/NAME`, with the hosts.
    pub routes: Vec<(String, String)>,
    /// Conditions that are not as they should be.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<String>,
}

/// A port with its hosts.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Listener {
    /// Its name, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The port.
    pub port: i64,
    /// The protocol.
    pub protocol: String,
    /// The hosts; empty for all.
    pub hosts: Vec<String>,
    /// How TLS ends: the mode and the names of Secrets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<String>,
}

/// What `object`, a gateway of either API, lets in.
pub(super) fn entrance(world: &World, object: &Object) -> Entrance {
    if object.id().group == GATEWAY_API { of_gateway_api(world, object) } else { of_istio(world, object) }
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(|one| one.as_str().map(str::to_owned)).collect()
}

fn of_istio(world: &World, object: &Object) -> Entrance {
    let none = serde_json::Map::new();
    let selector = object.at("/spec/selector").and_then(Value::as_object).unwrap_or(&none);
    let labels: Vec<String> =
        selector.iter().map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default())).collect();
    let listener = |server: &Value| {
        let tls = &server["tls"];
        let mode = tls["mode"].as_str().map(|mode| {
            let secrets = tls["credentialName"].as_str().map(|name| format!(", Secret {name}")).unwrap_or_default();
            format!("{mode}{secrets}")
        });
        Listener {
            name: server["port"]["name"].as_str().map(str::to_owned),
            port: server["port"]["number"].as_i64().unwrap_or_default(),
            protocol: server["port"]["protocol"].as_str().unwrap_or_default().to_owned(),
            hosts: texts(&server["hosts"]),
            tls: mode,
        }
    };
    let (name, namespace) = (object.name(), object.namespace().unwrap_or_default());
    let binds = |routes: &&Object| {
        routes.list("/spec/gateways").iter().filter_map(Value::as_str).any(|one| match one.split_once('/') {
            Some((place, other)) => place == namespace && other == name,
            None => one == name && routes.namespace() == Some(namespace),
        })
    };
    Entrance {
        kind: format!("Gateway.{NETWORKING}"),
        class: None,
        selector: Some(labels.join(",")),
        listeners: object.list("/spec/servers").iter().map(listener).collect(),
        pods: serving(world, |pod| {
            !selector.is_empty() && covers(selector, pod.at("/metadata/labels").unwrap_or(&Value::Null))
        }),
        addresses: Vec::new(),
        routes: world.config(NETWORKING, "VirtualService").filter(binds).map(|one| route(one, "/spec/hosts")).collect(),
        conditions: Vec::new(),
    }
}

fn of_gateway_api(world: &World, object: &Object) -> Entrance {
    let (name, namespace) = (object.name(), object.namespace().unwrap_or_default());
    let listener = |one: &Value| {
        let secrets: Vec<&str> = one["tls"]["certificateRefs"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|one| one["name"].as_str())
            .collect();
        let mode = one["tls"].is_object().then(|| {
            let mode = one["tls"]["mode"].as_str().unwrap_or("Terminate");
            if secrets.is_empty() { mode.to_owned() } else { format!("{mode}, Secret {}", secrets.join(", ")) }
        });
        Listener {
            name: one["name"].as_str().map(str::to_owned),
            port: one["port"].as_i64().unwrap_or_default(),
            protocol: one["protocol"].as_str().unwrap_or_default().to_owned(),
            hosts: one["hostname"].as_str().map(str::to_owned).into_iter().collect(),
            tls: mode,
        }
    };
    let is_parent = |route: &&Object| {
        route.list("/spec/parentRefs").iter().any(|one| {
            let kind = one["kind"].as_str().unwrap_or("Gateway");
            let place = one["namespace"].as_str().or(route.namespace());
            kind == "Gateway" && one["name"] == name && place == Some(namespace)
        })
    };
    let kinds = ["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute"];
    let routes = kinds.iter().flat_map(|kind| world.config(GATEWAY_API, kind).filter(is_parent));
    let conditions = object.list("/status/conditions").iter().filter(|one| one["status"] != "True").map(|one| {
        let text = |field: &str| one[field].as_str().unwrap_or_default();
        format!("{} is {}: {}: {}", text("type"), text("status"), text("reason"), text("message"))
    });
    Entrance {
        kind: format!("Gateway.{GATEWAY_API}"),
        class: object.text("/spec/gatewayClassName").map(str::to_owned),
        selector: None,
        listeners: object.list("/spec/listeners").iter().map(listener).collect(),
        pods: serving(world, |pod| pod.namespace() == Some(namespace) && pod.label(label::GATEWAY_NAME) == Some(name)),
        addresses: object
            .list("/status/addresses")
            .iter()
            .filter_map(|one| one["value"].as_str().map(str::to_owned))
            .collect(),
        routes: routes.map(|one| route(one, "/spec/hostnames")).collect(),
        conditions: conditions.collect(),
    }
}

fn route(object: &Object, hosts: &str) -> (String, String) {
    let name = format!("{} {}/{}", object.kind(), object.namespace().unwrap_or_default(), object.name());
    let hosts: BTreeSet<String> = object.at(hosts).map(texts).unwrap_or_default().into_iter().collect();
    (name, hosts.into_iter().collect::<Vec<_>>().join(", "))
}

fn serving(world: &World, serves: impl Fn(&Object) -> bool) -> Vec<(String, bool)> {
    let pods = world.living().filter(|pod| serves(pod));
    pods.map(|pod| (format!("{}/{}", pod.namespace().unwrap_or_default(), pod.name()), ready(pod).is_ready())).collect()
}
