//! Which protocol Istio takes a port of a Service for: by its `appProtocol`, else by its name, else it looks at the traffic.

use serde::Serialize;
use serde_json::Value;

use crate::object::Object;

/// A port of a Service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Port {
    /// The Service.
    pub service: String,
    /// The port's name, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its number.
    pub port: i64,
    /// The protocol, `auto` where the traffic decides.
    pub protocol: &'static str,
    /// What decides.
    pub because: &'static str,
}

/// Protocols by the word that names them.
const PROTOCOLS: &[(&str, &str)] = &[
    ("tcp", "TCP"),
    ("udp", "UDP"),
    ("grpc", "gRPC"),
    ("http", "HTTP"),
    ("http_proxy", "HTTP_PROXY"),
    ("http2", "HTTP2"),
    ("https", "HTTPS"),
    ("tls", "TLS"),
    ("mongo", "Mongo"),
    ("redis", "Redis"),
    ("mysql", "MySQL"),
];
/// Of `appProtocol` alone: Kubernetes' own words.
const STANDARD: &[(&str, &str)] =
    &[("kubernetes.io/h2c", "HTTP2"), ("kubernetes.io/ws", "HTTP"), ("kubernetes.io/wss", "HTTPS")];
/// SMTP, DNS, MySQL and MongoDB: where the server speaks first, looking at the traffic would wait for ever.
const KNOWN_TCP: &[i64] = &[25, 53, 3306, 27017];

/// The ports of a Service.
pub(super) fn ports(service: &Object) -> Vec<Port> {
    let one = |port: &Value| {
        let text = |field: &str| port[field].as_str().filter(|text| !text.is_empty());
        let number = port["port"].as_i64().unwrap_or_default();
        let (protocol, because) = protocol(number, text("name"), text("protocol"), text("appProtocol"));
        Port {
            service: service.name().to_owned(),
            name: text("name").map(str::to_owned),
            port: number,
            protocol,
            because,
        }
    };
    service.list("/spec/ports").iter().map(one).collect()
}

fn protocol(
    port: i64,
    name: Option<&str>,
    transport: Option<&str>,
    app_protocol: Option<&str>,
) -> (&'static str, &'static str) {
    if transport == Some("UDP") {
        return ("UDP", "protocol");
    }
    let find = |table: &[(&str, &'static str)], word: &str| {
        table.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)).map(|(_, protocol)| *protocol)
    };
    if let Some(protocol) = app_protocol.and_then(|word| find(STANDARD, word)) {
        return (protocol, "appProtocol");
    }
    let (word, because) = app_protocol.map_or((name.unwrap_or_default(), "port name"), |word| (word, "appProtocol"));
    if word.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("grpc-web")) {
        return ("gRPC-Web", because);
    }
    let prefix = word.split('-').next().unwrap_or_default();
    match find(PROTOCOLS, prefix) {
        Some(protocol) => (protocol, because),
        None if KNOWN_TCP.contains(&port) => ("TCP", "port number"),
        None => ("auto", "neither appProtocol nor name says: the traffic decides"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn protocols() {
        let table = [
            (80, Some("http-web"), None, None, "HTTP"),
            (80, Some("HTTP2"), None, None, "HTTP2"),
            (80, Some("grpc-web-x"), None, None, "gRPC-Web"),
            (80, Some("grpc-x"), None, None, "gRPC"),
            (80, Some("web"), None, None, "auto"),
            (80, None, None, None, "auto"),
            (3306, None, None, None, "TCP"),
            (80, Some("http"), Some("UDP"), None, "UDP"),
            (80, Some("http"), None, Some("tcp"), "TCP"),
            (80, Some("http"), None, Some("kubernetes.io/wss"), "HTTPS"),
            (80, Some("http"), None, Some("other"), "auto"),
        ];
        for (port, name, transport, app, wanted) in table {
            assert_eq!(protocol(port, name, transport, app).0, wanted, "{port} {name:?} {transport:?} {app:?}");
        }
    }
}
