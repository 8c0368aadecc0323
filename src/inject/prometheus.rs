//! One scrape for application and proxy: the agent serves both, so the pod's annotations are turned to it, and it is told
//! where the application's own metrics are.

use serde_json::{Map, Value};

use super::annotations::parse_bool;
use super::containers::{self, PROXY};
use super::mesh::MeshConfig;

/// Prometheus reads `prometheus.io/port`, `prometheus.io.port` and `prometheus-io/port` as one name; empty for a name that
/// is none of these.
fn normal(name: &str) -> String {
    if !name.starts_with("prometheus") {
        return String::new();
    }
    name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' }).collect()
}

/// The value of an annotation of Prometheus's, however it is spelt.
fn setting<'a>(annotations: &'a Map<String, Value>, what: &str) -> Option<&'a str> {
    let wanted = format!("prometheus_io_{what}");
    let mut found: Vec<(&String, &str)> = annotations
        .iter()
        .filter(|(name, _)| normal(name) == wanted)
        .filter_map(|(name, value)| Some((name, value.as_str()?)))
        .collect();
    found.sort_unstable();
    found.first().map(|(_, value)| *value)
}

/// Takes Prometheus's annotations out, however they are spelt.
fn clear(annotations: &mut Map<String, Value>) {
    annotations.retain(|name, _| {
        !["prometheus_io_path", "prometheus_io_port", "prometheus_io_scrape"].contains(&normal(name).as_str())
    });
}

/// Takes them out where they point at the agent: an injection before this one has put them there.
pub(super) fn clear_own(annotations: &mut Map<String, Value>, mesh: &MeshConfig) {
    if setting(annotations, "port").is_some_and(|port| port == status_port(mesh)) {
        clear(annotations);
    }
}

fn status_port(mesh: &MeshConfig) -> String {
    mesh.at("defaultConfig.statusPort").and_then(Value::as_i64).unwrap_or_default().to_string()
}

/// Turns a pod's scrape to the agent, unless the pod is not scraped or pod or mesh do not want it.
pub(super) fn merge(pod: &mut Value, mesh: &MeshConfig) {
    let none = Map::new();
    let annotations = pod["metadata"]["annotations"].as_object().unwrap_or(&none);
    let scraped = setting(annotations, "scrape").and_then(parse_bool).unwrap_or(true);
    let asked = annotations.get("prometheus.istio.io/merge-metrics").and_then(Value::as_str).and_then(parse_bool);
    let wanted = asked.or_else(|| mesh.at("enablePrometheusMerge").and_then(Value::as_bool)).unwrap_or(true);
    let target = status_port(mesh);
    if !scraped || !wanted || setting(annotations, "port").is_some_and(|port| port == target) {
        return;
    }
    // The agent reads these three in this order.
    let own: Map<String, Value> = ["scrape", "path", "port"]
        .into_iter()
        .map(|what| (what.to_owned(), setting(annotations, what).unwrap_or_default().into()))
        .collect();
    let told = own.values().any(|value| value != "");
    if let Some(proxy) = containers::find_mut(pod, PROXY).filter(|_| told) {
        containers::add_env(proxy, "ISTIO_PROMETHEUS_ANNOTATIONS", &crate::template::go_json(&Value::Object(own)));
    }
    if let Some(annotations) = pod["metadata"]["annotations"].as_object_mut() {
        clear(annotations);
        annotations.insert("prometheus.io/port".to_owned(), target.into());
        annotations.insert("prometheus.io/path".to_owned(), "/stats/prometheus".into());
        annotations.insert("prometheus.io/scrape".to_owned(), "true".into());
    }
}
