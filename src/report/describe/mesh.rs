//! The Mesh section of a description.

use super::columns::Columns;
use crate::describe::{Ambient, Drifted, Entrance, Injection, Mesh, Proxies};
use crate::text::{count, more};

/// How many differing fields are shown.
const SHOWN_FIELDS: usize = 10;

/// Writes the section.
pub(super) fn write(columns: &mut Columns, mesh: &Mesh) {
    columns.line(0, &["Mesh:"]);
    if let Some(entrance) = &mesh.gateway {
        gateway(columns, entrance);
    }
    if let Some(one) = &mesh.injection {
        injection(columns, one);
    }
    if let Some(one) = &mesh.proxies {
        proxies(columns, one);
    }
    if let Some(one) = &mesh.drift {
        drift(columns, one);
    }
    if let Some(mtls) = &mesh.mtls {
        columns.field(1, "mTLS", &format!("{} ({})", mtls.mode, mtls.source));
        for (port, mode) in &mtls.ports {
            columns.line(1, &["", &format!("port {port}: {mode}")]);
        }
    }
    if let Some(one) = &mesh.ambient {
        ambient(columns, one);
    }
    let ports: Vec<String> = mesh
        .ports
        .iter()
        .map(|port| {
            let name = port.name.as_ref().map_or_else(String::new, |name| format!("/{name}"));
            format!("{}{name} {}: {} ({})", port.service, port.port, port.protocol, port.because)
        })
        .collect();
    if !ports.is_empty() {
        columns.list(1, "Ports", &ports);
    }
    if mesh.gateway.is_none() {
        let line =
            |one: &crate::describe::Relevant| format!("{} {}/{} ({})", one.kind, one.namespace, one.name, one.why);
        columns.list(1, "Selected By", &mesh.selected_by.iter().map(line).collect::<Vec<_>>());
    }
    for (name, lines) in [("Look At", &mesh.warnings), ("Not Known", &mesh.unknown)] {
        if !lines.is_empty() {
            columns.list(1, name, lines);
        }
    }
}

fn injection(columns: &mut Columns, one: &Injection) {
    let answer = match one.injected {
        Some(true) => format!("yes, by revision {}", one.revision.as_deref().unwrap_or("default")),
        Some(false) => "no".to_owned(),
        None => "not known".to_owned(),
    };
    columns.field(1, "Injection", &answer);
    columns.field(1, "Decided By", &one.rule);
    if !one.webhooks.is_empty() {
        columns.list(1, "Webhooks", &one.webhooks);
    }
    if let Some(command) = &one.change {
        columns.field(1, "To Change", command);
    }
}

fn proxies(columns: &mut Columns, proxies: &Proxies) {
    let mut lines: Vec<String> = proxies
        .with
        .iter()
        .map(|one| {
            let plane = match &one.control_plane {
                Some(version) if *version == one.version => "as its control plane".to_owned(),
                Some(version) => format!("its control plane is {version}"),
                None => "it has no control plane".to_owned(),
            };
            format!("{} with {} (revision {}; {plane})", pods(one.pods), one.version, one.revision)
        })
        .collect();
    if proxies.without > 0 {
        lines.push(format!("{} without", pods(proxies.without)));
    }
    columns.list(1, "Proxies", &lines);
}

fn pods(number: usize) -> String {
    count(number, "pod")
}

fn drift(columns: &mut Columns, drift: &Drifted) {
    let mut lines = Vec::new();
    if drift.compared > 0 {
        lines.push(match drift.differ {
            0 => format!("none ({} compared with what would be injected now)", pods(drift.compared)),
            differ => format!("{differ} of {} not as would be injected now", pods(drift.compared)),
        });
    }
    let of = |count: &usize| if drift.compared > 1 { format!(" ({})", pods(*count)) } else { String::new() };
    lines.extend(drift.fields.iter().take(SHOWN_FIELDS).map(|(field, count)| format!("{field}{}", of(count))));
    lines.extend(
        more(drift.fields.len().saturating_sub(SHOWN_FIELDS)).map(|more| format!("{more} fields (see all: -o json)")),
    );
    lines.extend(drift.unknown.iter().map(|why| format!("not known: {why}")));
    columns.list(1, "Drift", &lines);
}

fn ambient(columns: &mut Columns, ambient: &Ambient) {
    let enrolled = if ambient.enrolled { "yes" } else { "no" };
    let served = ambient.redirected.filter(|number| ambient.enrolled || *number > 0);
    let served = served.map(|number| format!("; ztunnel serves {}", pods(number))).unwrap_or_default();
    columns.field(1, "Ambient", &format!("{enrolled} ({}){served}", ambient.because));
    if let Some(waypoint) = &ambient.waypoint {
        let there = if ambient.waypoint_exists == Some(false) { " (there is no such Gateway)" } else { "" };
        columns.field(1, "Waypoint", &format!("{waypoint}{there}"));
    }
}

fn gateway(columns: &mut Columns, entrance: &Entrance) {
    columns.field(1, "Kind", &entrance.kind);
    for (name, value) in [("Class", &entrance.class), ("Selector", &entrance.selector)] {
        if let Some(value) = value {
            columns.field(1, name, value);
        }
    }
    let listeners: Vec<String> = entrance
        .listeners
        .iter()
        .map(|one| {
            let name = one.name.as_ref().map_or_else(String::new, |name| format!("{name} "));
            let hosts = if one.hosts.is_empty() { "all hosts".to_owned() } else { one.hosts.join(", ") };
            let tls = one.tls.as_ref().map_or_else(String::new, |tls| format!("; TLS {tls}"));
            format!("{name}{}/{}: {hosts}{tls}", one.port, one.protocol)
        })
        .collect();
    columns.list(1, "Listeners", &listeners);
    let state = |ready: bool| if ready { "ready" } else { "not ready" };
    let served: Vec<String> = entrance.pods.iter().map(|(pod, ready)| format!("{pod} ({})", state(*ready))).collect();
    columns.list(1, "Served By", &served);
    if !entrance.addresses.is_empty() {
        columns.list(1, "Addresses", &entrance.addresses);
    }
    let routes: Vec<String> = entrance.routes.iter().map(|(route, hosts)| format!("{route} ({hosts})")).collect();
    columns.list(1, "Routes", &routes);
    if !entrance.conditions.is_empty() {
        columns.list(1, "Conditions", &entrance.conditions);
    }
}
