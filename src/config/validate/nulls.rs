//! Values that may not be null: a null takes the chart's default away, and there are values that charts cannot do without.

use serde_json::Value;

use super::Finding;
use crate::config::merge::at;
use crate::yaml::Place;

/// A component (its key below `components`), a path below `values`, and what has to be set there too for it to matter: a
/// path, and whether it has to be true or left out.
type Needed = (&'static str, &'static str, Option<(&'static str, bool)>);

/// What Istio's charts 1.30 cannot do without, found by setting each of their values to null.
const NEEDED: [Needed; 18] = [
    ("base", "global", None),
    ("pilot", "global", None),
    ("pilot", "global.logging", None),
    ("pilot", "pilot.image", None),
    ("pilot", "sidecarInjectorWebhook", None),
    ("pilot", "sidecarInjectorWebhook.templates", None),
    ("pilot", "telemetry", None),
    ("pilot", "telemetry.v2", Some(("telemetry.enabled", true))),
    ("cni", "cni.image", None),
    ("ztunnel", "ztunnel.image", None),
    ("ingressGateways", "gateways", None),
    ("ingressGateways", "gateways.istio-ingressgateway", None),
    ("ingressGateways", "gateways.istio-ingressgateway.env", Some((INGRESS_TEMPLATE, false))),
    ("ingressGateways", "gateways.istio-ingressgateway.serviceAccount", None),
    ("egressGateways", "gateways", None),
    ("egressGateways", "gateways.istio-egressgateway", None),
    ("egressGateways", "gateways.istio-egressgateway.env", Some((EGRESS_TEMPLATE, false))),
    ("egressGateways", "gateways.istio-egressgateway.serviceAccount", None),
];
/// The image of a gateway that is not injected.
const GATEWAY_IMAGES: [Needed; 2] = [
    ("ingressGateways", "global.proxy.image", Some((INGRESS_TEMPLATE, false))),
    ("egressGateways", "global.proxy.image", Some((EGRESS_TEMPLATE, false))),
];
const INGRESS_TEMPLATE: &str = "gateways.istio-ingressgateway.injectionTemplate";
const EGRESS_TEMPLATE: &str = "gateways.istio-egressgateway.injectionTemplate";

/// Finds the nulls that a component which is on cannot do with.
pub(super) fn check(spec: &Value, findings: &mut Vec<Finding>) {
    let mut told: Vec<&str> = Vec::new();
    for (component, path, matters) in NEEDED.iter().chain(&GATEWAY_IMAGES) {
        let is_null = at(&spec["values"], path).is_some_and(Value::is_null);
        if !is_null || told.contains(path) || !is_on(spec, component) || !matters.is_none_or(|rule| holds(spec, rule)) {
            continue;
        }
        told.push(path);
        let place = ["spec", "values"].into_iter().chain(path.split('.')).map(Place::key).collect();
        findings.push(Finding {
            id: "bad-value",
            path: place,
            message: format!("`values.{path}` cannot be null: Istio's charts need it"),
            hints: vec!["leave the line out to have the default".to_owned()],
        });
    }
}

/// Whether a switch is on (or nothing is said of it), or a text is empty.
fn holds(spec: &Value, (path, switch): (&str, bool)) -> bool {
    match at(&spec["values"], path) {
        None | Some(Value::Null) => true,
        Some(Value::Bool(on)) => *on == switch,
        Some(value) => value == "",
    }
}

fn is_on(spec: &Value, component: &str) -> bool {
    let on = |entry: &Value| entry["enabled"].as_bool().unwrap_or(true);
    match &spec["components"][component] {
        Value::Array(entries) => entries.iter().any(on),
        entry @ Value::Object(_) => on(entry),
        _ => matches!(component, "pilot" | "ingressGateways"),
    }
}
