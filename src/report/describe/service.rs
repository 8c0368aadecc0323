//! Services and Namespaces, as `kubectl describe` writes them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::columns::Columns;
use super::values::{annotations, is_set, items, labels, plain, sorted, text, texts};
use super::{Clock, events};
use crate::describe::Related;
use crate::object::Object;

/// How many endpoints of a port are named.
const MOST_ENDPOINTS: usize = 3;

/// A Service.
pub(super) fn service(columns: &mut Columns, service: &Object, related: &Related, clock: &Clock) {
    let value = service.value();
    let (metadata, spec) = (&value["metadata"], &value["spec"]);
    columns.field(0, "Name", service.name());
    columns.field(0, "Namespace", service.namespace().unwrap_or_default());
    labels(columns, 0, "Labels", &metadata["labels"]);
    annotations(columns, 0, "Annotations", &metadata["annotations"]);
    let or_none = |shown: String| if shown.is_empty() { "<none>".to_owned() } else { shown };
    let selector: Vec<String> =
        sorted(&spec["selector"]).into_iter().map(|(key, value)| format!("{key}={}", text(value))).collect();
    columns.field(0, "Selector", &or_none(selector.join(",")));
    columns.field(0, "Type", text(&spec["type"]));
    if spec["ipFamilyPolicy"].is_string() {
        columns.field(0, "IP Family Policy", text(&spec["ipFamilyPolicy"]));
    }
    columns.field(0, "IP Families", &or_none(texts(&spec["ipFamilies"]).join(",")));
    columns.field(0, "IP", text(&spec["clusterIP"]));
    columns.field(0, "IPs", &or_none(texts(&spec["clusterIPs"]).join(",")));
    let optional = |columns: &mut Columns, name: &str, shown: &str| {
        if !shown.is_empty() {
            columns.field(0, name, shown);
        }
    };
    optional(columns, "External IPs", &texts(&spec["externalIPs"]).join(","));
    optional(columns, "Desired LoadBalancer IP", text(&spec["loadBalancerIP"]));
    optional(columns, "External Name", text(&spec["externalName"]));
    optional(columns, "LoadBalancer Ingress", &ingress(&value["status"]["loadBalancer"]["ingress"]));
    for port in items(&spec["ports"]) {
        let name = if is_set(&port["name"]) { text(&port["name"]) } else { "<unset>" };
        let protocol = text(&port["protocol"]);
        columns.line(0, &["Port:", name, &format!("{}/{protocol}", plain(&port["port"]))]);
        columns.field(0, "TargetPort", &format!("{}/{protocol}", or_zero(&port["targetPort"])));
        if let Some(node_port) = port["nodePort"].as_i64().filter(|port| *port != 0) {
            columns.line(0, &["NodePort:", name, &format!("{node_port}/{protocol}")]);
        }
        columns.field(0, "Endpoints", &endpoints(&related.endpoint_slices, text(&port["name"])));
    }
    columns.field(0, "Session Affinity", text(&spec["sessionAffinity"]));
    optional(columns, "External Traffic Policy", text(&spec["externalTrafficPolicy"]));
    optional(columns, "Internal Traffic Policy", text(&spec["internalTrafficPolicy"]));
    if let Some(port) = spec["healthCheckNodePort"].as_i64().filter(|port| *port != 0) {
        columns.field(0, "HealthCheck NodePort", &port.to_string());
    }
    optional(columns, "LoadBalancer Source Ranges", &texts(&spec["loadBalancerSourceRanges"]).join(","));
    events::write(columns, related.events.as_deref(), clock);
}

fn or_zero(port: &Value) -> String {
    if port.is_null() { "0".to_owned() } else { plain(port) }
}

fn ingress(list: &Value) -> String {
    let one = |entry: &Value| match text(&entry["ip"]) {
        "" => text(&entry["hostname"]).to_owned(),
        address if entry["ipMode"].is_string() => format!("{address} ({})", text(&entry["ipMode"])),
        address => address.to_owned(),
    };
    items(list).iter().map(one).collect::<Vec<_>>().join(", ")
}

/// The ready endpoints of a port by its name, the first few with their address.
fn endpoints(slices: &[Object], port_name: &str) -> String {
    if slices.is_empty() {
        return "<none>".to_owned();
    }
    let mut shown = Vec::new();
    for slice in slices {
        let ready = || slice.list("/endpoints").iter().filter(|one| one["conditions"]["ready"] != false);
        let address = |one: &Value| one["addresses"].get(0).map(text).unwrap_or_default().to_owned();
        let ports = slice.list("/ports");
        if ports.is_empty() {
            shown.extend(ready().map(address));
        }
        for port in ports.iter().filter(|port| text(&port["name"]) == port_name) {
            shown.extend(ready().map(|one| match address(one) {
                address if address.contains(':') => format!("[{address}]:{}", plain(&port["port"])),
                address => format!("{address}:{}", plain(&port["port"])),
            }));
        }
    }
    let more = shown.len().saturating_sub(MOST_ENDPOINTS);
    shown.truncate(MOST_ENDPOINTS);
    let shown = shown.join(",");
    if more > 0 { format!("{shown} + {more} more...") } else { shown }
}

/// A Namespace.
pub(super) fn namespace(columns: &mut Columns, namespace: &Object, related: &Related, clock: &Clock) {
    let value = namespace.value();
    columns.field(0, "Name", namespace.name());
    labels(columns, 0, "Labels", &value["metadata"]["labels"]);
    annotations(columns, 0, "Annotations", &value["metadata"]["annotations"]);
    columns.field(0, "Status", text(&value["status"]["phase"]));
    let conditions = items(&value["status"]["conditions"]);
    if !conditions.is_empty() {
        columns.line(0, &["Conditions:"]);
        columns.line(1, &["Type", "Status", "LastTransitionTime", "Reason", "Message"]);
        columns.line(1, &["----", "------", "------------------", "------", "-------"]);
    }
    for condition in conditions {
        let part = |field: &str| text(&condition[field]);
        let time = clock.moment(&condition["lastTransitionTime"]);
        columns.line(1, &[part("type"), part("status"), &time, part("reason"), part("message")]);
    }
    columns.line(0, &[""]);
    quotas(columns, &related.quotas);
    columns.line(0, &[""]);
    limits(columns, &related.limit_ranges);
}

fn quotas(columns: &mut Columns, quotas: &[Object]) {
    if quotas.is_empty() {
        columns.line(0, &["No resource quota."]);
        return;
    }
    let mut quotas: Vec<&Object> = quotas.iter().collect();
    quotas.sort_by_key(|quota| quota.name());
    columns.line(0, &["Resource Quotas"]);
    for quota in quotas {
        columns.field(1, "Name", quota.name());
        let mut scopes = quota.at("/spec/scopes").map(texts).unwrap_or_default();
        if !scopes.is_empty() {
            scopes.sort_unstable();
            columns.field(1, "Scopes", &scopes.join(", "));
        }
        for help in scopes.into_iter().filter_map(scope) {
            columns.line(1, &[&format!("* {help}")]);
        }
        columns.line(1, &["Resource", "Used", "Hard"]);
        columns.line(1, &["--------", "---", "---"]);
        let status = quota.at("/status").unwrap_or(&Value::Null);
        for (name, hard) in sorted(&status["hard"]) {
            columns.line(1, &[name, &or_zero(&status["used"][name]), &plain(hard)]);
        }
    }
}

/// kubectl's explanation of a scope.
fn scope(name: &str) -> Option<&'static str> {
    Some(match name {
        "Terminating" => {
            "Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being \
             actively terminated by the system."
        }
        "NotTerminating" => {
            "Matches all pods that do not have an active deadline. These pods usually include long running pods whose \
             container command is not expected to terminate."
        }
        "BestEffort" => {
            "Matches all pods that do not have resource requirements set. These pods have a best effort quality of service."
        }
        "NotBestEffort" => {
            "Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed \
             quality of service."
        }
        _ => return None,
    })
}

fn limits(columns: &mut Columns, ranges: &[Object]) {
    if ranges.is_empty() {
        columns.line(0, &["No LimitRange resource."]);
        return;
    }
    columns.line(0, &["Resource Limits"]);
    let titles = [" Type", "Resource", "Min", "Max", "Default Request", "Default Limit", "Max Limit/Request Ratio"];
    columns.line(0, &titles);
    columns
        .line(0, &[" ----", "--------", "---", "---", "---------------", "-------------", "-----------------------"]);
    const FIELDS: [&str; 5] = ["min", "max", "defaultRequest", "default", "maxLimitRequestRatio"];
    for limit in ranges.iter().flat_map(|range| range.list("/spec/limits")) {
        let names: BTreeSet<&str> =
            FIELDS.iter().flat_map(|field| sorted(&limit[field])).map(|(name, _)| name).collect();
        for name in names {
            let amounts = FIELDS.map(|field| match &limit[field][name] {
                Value::Null => "-".to_owned(),
                amount => plain(amount),
            });
            let kind = format!(" {}", text(&limit["type"]));
            let cells: Vec<&str> =
                [kind.as_str(), name].into_iter().chain(amounts.iter().map(String::as_str)).collect();
            columns.line(0, &cells);
        }
    }
}
