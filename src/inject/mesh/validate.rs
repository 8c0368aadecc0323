//! What Istio refuses in the configuration of a proxy.

use core::net::IpAddr;

use serde_json::Value;

use super::{MeshConfig, read, traffic};

/// Checks a mesh's configuration, defaults included; all that is wrong, empty where nothing is.
pub(crate) fn mesh_config(mesh: &MeshConfig) -> Vec<String> {
    const SECOND: i64 = 1_000_000_000;
    let mut wrong = Vec::new();
    let port = mesh.at("proxyListenPort").and_then(Value::as_i64).unwrap_or_default();
    if !(1..=65535).contains(&port) {
        wrong.push(format!("proxyListenPort {port} must be in the range 1..65535"));
    }
    match read::duration(mesh.text("connectTimeout")) {
        Some(nanos) if nanos % 1_000_000 != 0 => wrong.push("connectTimeout must be whole milliseconds".to_owned()),
        Some(nanos) if !(1_000_000..=3600 * SECOND).contains(&nanos) => {
            wrong.push("connectTimeout must be in the range 1ms..1h".to_owned());
        }
        Some(_) => {}
        None => wrong.push("connectTimeout must be set".to_owned()),
    }
    if read::duration(mesh.text("protocolDetectionTimeout")).is_some_and(|nanos| nanos % 1_000_000 != 0) {
        wrong.push("protocolDetectionTimeout must be whole milliseconds".to_owned());
    }
    wrong.extend(proxy_config(&mesh.default_config()).into_iter().map(|why| format!("defaultConfig: {why}")));
    wrong.extend(traffic::localities(mesh));
    wrong.extend(traffic::service_hosts(mesh));
    let aliases = mesh.at("trustDomainAliases").and_then(Value::as_array).into_iter().flatten();
    for domain in aliases.filter_map(Value::as_str).chain([mesh.text("trustDomain")]) {
        let name = domain.strip_suffix('.').unwrap_or(domain);
        let label = |label: &str| {
            let inner = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
            let bytes = label.as_bytes();
            bytes.len() <= 63
                && bytes.first().is_some_and(inner)
                && bytes.last().is_some_and(inner)
                && bytes.iter().all(|byte| inner(byte) || *byte == b'-')
        };
        if !name.split('.').all(label) {
            wrong.push(format!("trust domain {domain:?} must be a DNS name"));
        }
    }
    if mesh.at("meshMTLS.ecdhCurves").and_then(Value::as_array).is_some_and(|curves| !curves.is_empty()) {
        wrong.push("meshMTLS.ecdhCurves cannot be set: curves are set in tlsDefaults".to_owned());
    }
    wrong
}

/// Checks a proxy's configuration, defaults included; all that is wrong, empty where nothing is.
pub(crate) fn proxy_config(proxy: &MeshConfig) -> Vec<String> {
    let mut wrong = Vec::new();
    for (field, what) in [("configPath", "config path"), ("binaryPath", "binary path")] {
        if proxy.text(field).is_empty() {
            wrong.push(format!("{what} must be set"));
        }
    }
    if proxy.text("serviceCluster").is_empty() && proxy.at("tracingServiceName").is_none() {
        wrong.push("one of serviceCluster and tracingServiceName must be set".to_owned());
    }
    match read::duration(proxy.text("drainDuration")) {
        Some(nanos) if nanos < 1_000_000 => wrong.push("drainDuration must be at least 1ms".to_owned()),
        Some(nanos) if nanos % 1_000_000_000 != 0 => wrong.push("drainDuration must be whole seconds".to_owned()),
        Some(_) => {}
        None => wrong.push("drainDuration must be set".to_owned()),
    }
    wrong.extend(address("discoveryAddress", proxy.text("discoveryAddress")));
    for field in [
        "statsdUdpAddress",
        "envoyMetricsServiceAddress",
        "envoyMetricsService.address",
        "envoyAccessLogService.address",
    ] {
        let value = proxy.text(field);
        if !value.is_empty() {
            wrong.extend(address(field, value));
        }
    }
    for tracer in ["zipkin", "datadog", "lightstep"] {
        let Some(settings) = proxy.at(&format!("tracing.{tracer}")) else { continue };
        let given = settings.get("address").and_then(Value::as_str).unwrap_or_default();
        let given = if tracer == "lightstep" { given.to_owned() } else { given.replacen("$(HOST_IP)", "127.0.0.1", 1) };
        wrong.extend(address(&format!("tracing.{tracer}.address"), &given));
        if tracer == "lightstep" && settings.get("accessToken").is_none() {
            wrong.push("tracing.lightstep.accessToken must be set".to_owned());
        }
    }
    for field in ["proxyAdminPort", "statusPort"] {
        let port = proxy.at(field).and_then(Value::as_i64).unwrap_or_default();
        if !(1..=65535).contains(&port) {
            wrong.push(format!("{field} {port} must be in the range 1..65535"));
        }
    }
    if proxy.text("controlPlaneAuthPolicy") == "INHERIT" {
        wrong.push("controlPlaneAuthPolicy must be NONE or MUTUAL_TLS".to_owned());
    }
    if let Some(provider) = proxy.at("privateKeyProvider") {
        let delay =
            ["cryptomb", "qat"].iter().find_map(|name| provider.get(name)).map(|found| found["pollDelay"].as_str());
        if delay.flatten().and_then(read::duration).unwrap_or_default() == 0 {
            wrong.push("privateKeyProvider must be cryptomb or qat, with a pollDelay above zero".to_owned());
        }
    }
    wrong
}

/// `host:port`, the host a DNS name or an IP address (IPv6 in brackets).
fn address(field: &str, text: &str) -> Option<String> {
    let bad = |why: &str| Some(format!("{field} {text:?} {why}"));
    let Some((host, port)) = text.rsplit_once(':') else { return bad("has no port") };
    let bracketed = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    if bracketed.is_none() && host.contains(':') {
        return bad("has too many colons");
    }
    match port.parse::<i64>() {
        Ok(port) if (1..=65535).contains(&port) => {}
        _ => return bad("must have a port in the range 1..65535"),
    }
    let host = bracketed.unwrap_or(host);
    let label = |label: &str| {
        let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        label.len() <= 63
            && edge(label.chars().next())
            && edge(label.chars().last())
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    };
    let name = host.strip_suffix('.').unwrap_or(host);
    let dns = !name.is_empty() && name.len() <= 255 && name.split('.').all(label);
    if dns || host.parse::<IpAddr>().is_ok() { None } else { bad("must have a DNS name or an IP address") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_defaults_are_right_and_each_mistake_is_told() {
        assert_eq!(proxy_config(&MeshConfig::proxy_defaults()), Vec::<String>::new());
        let table = [
            (json!({"discoveryAddress": "istiod"}), "discoveryAddress \"istiod\" has no port"),
            (json!({"discoveryAddress": "a b:1"}), "must have a DNS name"),
            (json!({"statusPort": 70000}), "statusPort 70000 must be"),
            (json!({"drainDuration": "1.5s"}), "whole seconds"),
            (
                json!({"tracing": {"zipkin": {"address": "$(HOST_IP)"}}}),
                "tracing.zipkin.address \"127.0.0.1\" has no port",
            ),
            (json!({"privateKeyProvider": {"qat": {}}}), "privateKeyProvider"),
            (json!({"configPath": ""}), "config path must be set"),
        ];
        for (given, want) in table {
            let told = MeshConfig::proxy_defaults().with_proxy(&given).map(|proxy| proxy_config(&proxy).join("; "));
            assert!(told.as_ref().is_ok_and(|told| told.contains(want)), "{given}: {told:?}");
        }
        let good = json!({"discoveryAddress": "[::1]:15012", "tracing": {"datadog": {"address": "$(HOST_IP):8126"}}});
        assert_eq!(MeshConfig::proxy_defaults().with_proxy(&good).map(|proxy| proxy_config(&proxy)), Ok(Vec::new()));
    }
}
