//! A mesh on one screen.

use super::columns::Columns;
use crate::check::Overview;
use crate::istio::label;
use crate::plan::state::Outcome;
use crate::text;

/// Namespaces and webhooks beyond this many are counted only: it is one screen.
const SHOWN: usize = 20;

/// The screen of one cluster, each line with its end.
pub(super) fn overview(cluster: &str, overview: &Overview) -> String {
    let mut columns = Columns::default();
    columns.line(0, &[&format!("{cluster} (Kubernetes {})", overview.kubernetes)]);
    columns.line(0, &[""]);
    components(&mut columns, overview);
    elsewhere(&mut columns, overview);
    installations(&mut columns, overview);
    webhooks(&mut columns, overview);
    certificates(&mut columns, overview);
    namespaces(&mut columns, overview);
    proxies(&mut columns, overview);
    findings(&mut columns, overview);
    for why in &overview.unknown {
        columns.line(0, &[&format!("not known: {why}")]);
    }
    columns.text()
}

fn components(columns: &mut Columns, overview: &Overview) {
    if overview.components.is_empty() && !overview.elsewhere.is_empty() {
        return;
    }
    if overview.components.is_empty() {
        columns.line(
            0,
            &[match overview.unknown.as_slice() {
                [] => "no component of Istio is here: mesh install installs it",
                _ => "no component of Istio is seen, as not everything may be looked at",
            }],
        );
        columns.line(0, &[""]);
        return;
    }
    columns.line(0, &["COMPONENT", "KIND", "READY", "VERSION", "REVISION", ""]);
    for one in &overview.components {
        let name = format!("{}/{}", one.namespace, one.name);
        let ready = format!("{}/{}", one.ready, one.desired);
        columns.line(
            0,
            &[&name, &one.kind, &ready, &one.version, &one.revision, one.state.as_deref().unwrap_or_default()],
        );
    }
    columns.line(0, &[""]);
}

/// Of a remote cluster: where its control plane is, and whether that knows of it.
fn elsewhere(columns: &mut Columns, overview: &Overview) {
    if overview.elsewhere.is_empty() {
        return;
    }
    columns.line(0, &["CONTROL PLANE ELSEWHERE", "REVISION", "STATE"]);
    for one in &overview.elsewhere {
        let state = if one.is_signed {
            "serves this cluster"
        } else {
            "does not know this cluster yet: mesh check --only remote shows what lets it in"
        };
        columns.line(0, &[&one.address, &one.revision, state]);
    }
    columns.line(0, &[""]);
}

fn installations(columns: &mut Columns, overview: &Overview) {
    if overview.installations.is_empty() {
        return;
    }
    columns.line(0, &["INSTALLATION", "RECORD", "ISTIO", "CHANGED", "OUTCOME"]);
    for one in &overview.installations {
        let outcome = match one.outcome {
            Outcome::Pending => "not finished",
            Outcome::Done => "done",
            Outcome::Failed => "failed",
        };
        columns.line(0, &[&one.installation, &one.record.to_string(), &one.istio, &one.time, outcome]);
    }
    columns.line(0, &[""]);
}

fn webhooks(columns: &mut Columns, overview: &Overview) {
    if overview.webhooks.is_empty() {
        return;
    }
    columns.line(0, &["WEBHOOK", "KIND", "REVISION", "POLICY", "STATE"]);
    for one in overview.webhooks.iter().take(SHOWN) {
        let state = if one.troubles.is_empty() { "answered".to_owned() } else { one.troubles.join("; ") };
        columns.line(0, &[&one.name, one.kind, &one.revision, &one.policy, &state]);
    }
    more(columns, overview.webhooks.len());
    columns.line(0, &[""]);
}

fn more(columns: &mut Columns, all: usize) {
    if let Some(more) = text::more(all.saturating_sub(SHOWN)) {
        columns.line(0, &[&format!("{more} (see all: mesh status -o json)")]);
    }
}

fn certificates(columns: &mut Columns, overview: &Overview) {
    if overview.certificates.is_empty() {
        return;
    }
    columns.line(0, &["CERTIFICATE", "DAYS LEFT"]);
    let least = overview.certificates.iter().min_by_key(|one| one.days_left);
    // Webhooks mostly trust the same one: what ends first is what counts.
    for one in &overview.certificates {
        let is_root = !one.name.starts_with("caBundle");
        if is_root || least.is_some_and(|least| least.name == one.name) {
            columns.line(0, &[&one.name, &one.days_left.to_string()]);
        }
    }
    columns.line(0, &[""]);
}

fn namespaces(columns: &mut Columns, overview: &Overview) {
    if overview.namespaces.is_empty() {
        return;
    }
    columns.line(0, &["NAMESPACE", "ENROLLED BY", "PODS WITH PROXY"]);
    for place in overview.namespaces.iter().take(SHOWN) {
        let proxies: Vec<String> =
            place.proxies.iter().map(|(revision, pods)| format!("{pods} of revision {revision}")).collect();
        let proxies = if proxies.is_empty() { "0".to_owned() } else { proxies.join(", ") };
        columns.line(0, &[&place.name, place.enrolled.as_deref().unwrap_or("-"), &proxies]);
    }
    more(columns, overview.namespaces.len());
    columns.line(0, &[""]);
}

fn proxies(columns: &mut Columns, overview: &Overview) {
    if !overview.proxies.is_empty() {
        columns.line(0, &["PROXIES", "REVISION", "VERSION", "READY", ""]);
    }
    for one in &overview.proxies {
        let mut notes = Vec::new();
        match &one.control_plane {
            None if overview.elsewhere.iter().any(|plane| plane.revision == one.revision) => {
                notes.push("the control plane is elsewhere".to_owned());
            }
            None => notes.push("the control plane is gone".to_owned()),
            Some(version) if *version == one.version => {}
            Some(version) if one.pinned => {
                notes.push(format!("pinned by {}: the control plane is {version}", label::PROXY_IMAGE));
            }
            Some(version) => notes.push(format!("outdated: the control plane is {version}")),
        }
        if one.older_than_root > 0 {
            notes.push(format!("{} older than the root certificate of the mesh", one.older_than_root));
        }
        let note = notes.join("; ");
        let ready = format!("{}/{}", one.ready, one.pods);
        columns.line(0, &[&one.pods.to_string(), &one.revision, &one.version, &ready, &note]);
    }
    if !overview.workloads.is_empty() {
        columns.line(0, &[""]);
        columns.line(0, &["WORKLOAD WITHOUT PODS", "REVISION"]);
        let all =
            overview.workloads.iter().flat_map(|(revision, names)| names.iter().map(move |name| (name, revision)));
        for (name, revision) in all.clone().take(SHOWN) {
            columns.line(0, &[name, revision]);
        }
        more(columns, all.count());
    }
    if !overview.unready.is_empty() {
        columns.line(0, &[""]);
        columns.line(0, &["WORKLOAD NOT READY", "STATE"]);
        for one in overview.unready.iter().take(SHOWN) {
            columns.line(0, &[&one.workload, &one.state]);
        }
        more(columns, overview.unready.len());
    }
    if overview.troubled > 0 {
        columns.line(0, &[""]);
        columns.line(0, &["POD WITH TROUBLE", "WHAT"]);
        for one in &overview.troubles {
            columns.line(0, &[&one.pod, &one.message]);
        }
        if let Some(more) = text::more(overview.troubled.saturating_sub(overview.troubles.len())) {
            columns.line(0, &[&more]);
        }
    }
}

/// What checks find beside all that, with the command that says how to mend it.
fn findings(columns: &mut Columns, overview: &Overview) {
    if overview.findings.is_empty() {
        return;
    }
    columns.line(0, &[""]);
    columns.line(0, &["FOUND BY", "WHAT"]);
    for one in &overview.findings {
        for reason in &one.reasons {
            columns.line(0, &[one.check, reason]);
        }
    }
    columns.line(0, &["mesh check says what mends it"]);
}
