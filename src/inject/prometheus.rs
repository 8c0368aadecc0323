//! One scrape for application and proxy: the agent serves both, so the pod's annotations are turned to it, and it is told
//! where the application's own metrics are.

use serde_json::{Map, Value, json};

use super::annotations::parse_bool;
use super::containers::{self, PROXY};
use super::mesh::MeshConfig;
use crate::error::{Error, Result};
use crate::line::Line;

/// Several places to scrape, as [`normal`] has the name.
const TARGETS: &str = "prometheus_istio_io_scrape_targets";
/// Where the agent is scraped by TLS.
pub(super) const SECURE_PORT: &str = "prometheus.istio.io/secure-port";
/// The variable of the proxy that says so.
pub(super) const SECURE_PORT_ENV: &str = "ENVOY_SECURE_MERGED_METRICS_PORT";

/// The ports of proxy and agent (`pilot/cmd/pilot-agent/status/server.go`, Istio 1.31).
const RESERVED: [(i64, &str); 9] = [
    (15000, "its administration"),
    (15001, "outbound traffic"),
    (15004, "the debug interface of istiod"),
    (15006, "inbound traffic"),
    (15008, "HBONE"),
    (15020, "the agent's merged metrics"),
    (15021, "its health"),
    (15053, "DNS"),
    (15090, "its own metrics, which are merged already"),
];

/// Prometheus reads `prometheus.io/port`, `prometheus.io.port` and `prometheus-io/port` as one name; empty for a name that
/// is none of these.
fn normal(name: &str) -> String {
    if !name.starts_with("prometheus") {
        return String::new();
    }
    name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' }).collect()
}

/// The value of an annotation, however it is spelt; `wanted` is what [`normal`] makes of its name.
fn named<'a>(annotations: &'a Map<String, Value>, wanted: &str) -> Option<&'a str> {
    let mut found: Vec<(&String, &str)> = annotations
        .iter()
        .filter(|(name, _)| normal(name) == wanted)
        .filter_map(|(name, value)| Some((name, value.as_str()?)))
        .collect();
    found.sort_unstable();
    found.first().map(|(_, value)| *value)
}

/// The value of an annotation of Prometheus's.
fn setting<'a>(annotations: &'a Map<String, Value>, what: &str) -> Option<&'a str> {
    named(annotations, &format!("prometheus_io_{what}"))
}

/// Takes Prometheus's annotations out, however they are spelt.
fn clear(annotations: &mut Map<String, Value>, line: Line) {
    let mut own = vec!["prometheus_io_path", "prometheus_io_port", "prometheus_io_scrape"];
    own.extend(line.scrapes_targets.then_some(TARGETS));
    annotations.retain(|name, _| !own.contains(&normal(name).as_str()));
}

/// Takes them out where they point at the agent: an injection before this one has put them there.
pub(super) fn clear_own(annotations: &mut Map<String, Value>, mesh: &MeshConfig, line: Line) {
    if setting(annotations, "port").is_some_and(|port| port == status_port(mesh)) {
        clear(annotations, line);
    }
}

fn status_port(mesh: &MeshConfig) -> String {
    mesh.at("defaultConfig.statusPort").and_then(Value::as_i64).unwrap_or_default().to_string()
}

/// Turns a pod's scrape to the agent, unless the pod is not scraped or pod or mesh do not want it.
///
/// # Errors
/// `bad-annotation` (usage), since 1.31: a port that cannot be scraped.
pub(super) fn merge(pod: &mut Value, mesh: &MeshConfig, line: Line) -> Result<()> {
    to_agent(pod, mesh, line)?;
    if line.scrapes_targets {
        tell_secure_port(pod);
    }
    Ok(())
}

fn to_agent(pod: &mut Value, mesh: &MeshConfig, line: Line) -> Result<()> {
    let none = Map::new();
    let annotations = pod["metadata"]["annotations"].as_object().unwrap_or(&none);
    let scraped = setting(annotations, "scrape").and_then(parse_bool).unwrap_or(true);
    let asked = annotations.get("prometheus.istio.io/merge-metrics").and_then(Value::as_str).and_then(parse_bool);
    let wanted = asked.or_else(|| mesh.at("enablePrometheusMerge").and_then(Value::as_bool)).unwrap_or(true);
    let agent = status_port(mesh);
    if !scraped || !wanted || setting(annotations, "port").is_some_and(|port| port == agent) {
        return Ok(());
    }
    // The agent reads these three in this order.
    let own = ["scrape", "path", "port"].map(|what| (what, setting(annotations, what).unwrap_or_default().to_owned()));
    let mut own: Map<String, Value> = own.into_iter().map(|(what, value)| (what.to_owned(), value.into())).collect();
    if line.scrapes_targets {
        with_targets(&mut own, annotations, &agent)?;
    }
    let told = own.values().any(|value| value != "");
    if let Some(proxy) = containers::find_mut(pod, PROXY).filter(|_| told) {
        containers::add_env(proxy, "ISTIO_PROMETHEUS_ANNOTATIONS", &crate::template::go_json(&Value::Object(own)));
    }
    if let Some(annotations) = pod["metadata"]["annotations"].as_object_mut() {
        clear(annotations, line);
        annotations.insert("prometheus.io/port".to_owned(), agent.into());
        annotations.insert("prometheus.io/path".to_owned(), "/stats/prometheus".into());
        annotations.insert("prometheus.io/scrape".to_owned(), "true".into());
    }
    Ok(())
}

/// Adds the places that the agent is to scrape. An agent that knows only one takes the first.
fn with_targets(own: &mut Map<String, Value>, annotations: &Map<String, Value>, agent: &str) -> Result<()> {
    let targets = named(annotations, TARGETS).and_then(targets).unwrap_or_default();
    if let Some((port, path)) = targets.first() {
        own["port"] = port.as_str().into();
        own["path"] = path.as_str().into();
    }
    let ports: Vec<&str> = match targets.as_slice() {
        [] => own["port"].as_str().into_iter().filter(|port| !port.is_empty()).collect(),
        all => all.iter().map(|(port, _)| port.as_str()).collect(),
    };
    let annotation = if targets.is_empty() { "prometheus.io/port" } else { "prometheus.istio.io/scrape-targets" };
    for port in ports {
        if let Err(why) = may_be_scraped(port, agent) {
            return Err(Error::usage(
                "bad-annotation",
                format!("annotation `{annotation}` names port {port:?}: {why}"),
            )
            .hint("istiod refuses a pod with this annotation: correct or remove it"));
        }
    }
    if !targets.is_empty() {
        let told = targets.iter().map(|(port, path)| json!({"port": port, "path": path})).collect();
        own.insert("targets".to_owned(), told);
    }
    Ok(())
}

/// The places of `PORT[:PATH],…`; none where one of them has no port.
fn targets(text: &str) -> Option<Vec<(String, String)>> {
    let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
    let target = |entry: &str| {
        let (port, path) = entry.split_once(':').unwrap_or((entry, ""));
        let path = Some(path.trim()).filter(|path| !path.is_empty()).unwrap_or("/metrics");
        Some((port.trim().to_owned(), path.to_owned())).filter(|(port, _)| !port.is_empty())
    };
    entries.map(target).collect()
}

/// Whether the agent can scrape a port: it is one, it is not the agent's own, nor one of the proxy's.
fn may_be_scraped(port: &str, agent: &str) -> Result<(), String> {
    let number = port.parse::<i64>().ok().filter(|number| (1..=65535).contains(number));
    let Some(number) = number else { return Err("it is not a port (1 to 65535)".to_owned()) };
    if number.to_string() == agent {
        return Err("it is the agent's own".to_owned());
    }
    match RESERVED.iter().find(|(reserved, _)| *reserved == number) {
        Some((_, what)) => Err(format!("it is reserved for the proxy: {what}")),
        None => Ok(()),
    }
}

/// Says where the agent is scraped by TLS, as its environment has it, unless the pod says so itself.
fn tell_secure_port(pod: &mut Value) {
    let none = Map::new();
    let annotations = pod["metadata"]["annotations"].as_object().unwrap_or(&none);
    if annotations.keys().any(|name| normal(name) == "prometheus_istio_io_secure_port") {
        return;
    }
    let env = containers::find(pod, PROXY).and_then(|proxy| proxy["env"].as_array()).into_iter().flatten();
    let mut ports = env.filter(|one| one["name"] == SECURE_PORT_ENV).filter_map(|one| one["value"].as_str());
    if let Some(port) = ports.find(|port| !matches!(*port, "" | "0")).map(str::to_owned) {
        pod["metadata"]["annotations"][SECURE_PORT] = port.into();
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    /// What a pod with these annotations and these variables of its proxy gets: its annotations, and what the agent is told.
    fn merged(annotations: Value, env: Value, line: Line) -> Result<(Value, Option<String>)> {
        let proxy = json!({"name": PROXY, "env": env});
        let mut pod = json!({"metadata": {"annotations": annotations}, "spec": {"containers": [proxy]}});
        merge(&mut pod, &MeshConfig::mesh(&json!({})).unwrap(), line)?;
        let env = pod["spec"]["containers"][0]["env"].as_array().cloned().unwrap_or_default();
        let told = env.iter().find(|one| one["name"] == "ISTIO_PROMETHEUS_ANNOTATIONS");
        Ok((pod["metadata"]["annotations"].take(), told.and_then(|one| Some(one["value"].as_str()?.to_owned()))))
    }

    #[test]
    fn several_places_are_scraped_since_1_31() {
        let annotations =
            json!({"prometheus.istio.io/scrape-targets": " 8080 , ,9100:/custom,", "prometheus.io/port": "7"});
        let (notes, told) = merged(annotations.clone(), json!([]), Line::newest()).unwrap();
        let targets = r#"[{"port":"8080","path":"/metrics"},{"port":"9100","path":"/custom"}]"#;
        assert_eq!(told.unwrap(), format!(r#"{{"scrape":"","path":"/metrics","port":"8080","targets":{targets}}}"#));
        assert!(notes.get("prometheus.istio.io/scrape-targets").is_none() && notes["prometheus.io/port"] == "15020");
        let (notes, told) = merged(annotations, json!([]), Line::default()).unwrap();
        assert_eq!(told.unwrap(), r#"{"scrape":"","path":"","port":"7"}"#);
        assert!(notes.get("prometheus.istio.io/scrape-targets").is_some());
        // One without a port makes the whole of it count for nothing.
        let annotations = json!({"prometheus.istio.io/scrape-targets": "8080,:/metrics"});
        assert_eq!(merged(annotations, json!([]), Line::newest()).unwrap().1, None);
    }

    #[test]
    fn ports_that_are_none_or_the_proxys_are_refused_since_1_31() {
        let table = [
            (json!({"prometheus.istio.io/scrape-targets": "8080,15020"}), "the agent's own"),
            (json!({"prometheus.istio.io/scrape-targets": "15090"}), "reserved for the proxy"),
            (json!({"prometheus.istio.io/scrape-targets": "http"}), "not a port"),
            (json!({"prometheus-io/port": "015008"}), "HBONE"),
            (json!({"prometheus.io/port": "70000"}), "not a port"),
        ];
        for (annotations, wanted) in table {
            let error = merged(annotations.clone(), json!([]), Line::newest()).unwrap_err();
            assert!(error.to_string().contains(wanted), "{annotations}: {error}");
            assert!(merged(annotations, json!([]), Line::default()).is_ok());
        }
    }

    #[test]
    fn the_port_of_tls_is_told_unless_the_pod_tells_it() {
        let env = |port: &str| json!([{"name": SECURE_PORT_ENV, "value": port}]);
        let of = |annotations: Value, env: Value, line: Line| {
            merged(annotations, env, line).unwrap().0[SECURE_PORT].as_str().map(str::to_owned)
        };
        let table = [
            (json!({}), env("15091"), Line::newest(), Some("15091")),
            (json!({"prometheus.istio.io/merge-metrics": "false"}), env("15091"), Line::newest(), Some("15091")),
            (json!({}), env("0"), Line::newest(), None),
            (json!({}), json!([]), Line::newest(), None),
            (json!({"prometheus.istio.io/secure_port": "1"}), env("15091"), Line::newest(), None),
            (json!({SECURE_PORT: "1"}), env("15091"), Line::newest(), Some("1")),
            (json!({}), env("15091"), Line::default(), None),
        ];
        for (annotations, env, line, wanted) in table {
            assert_eq!(of(annotations.clone(), env, line).as_deref(), wanted, "{annotations} {line}");
        }
    }
}
