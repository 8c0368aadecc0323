//! A mesh on one screen: what runs, what it answers, how long it lasts, who is in it.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use serde_json::Value;

use super::facts::Facts;
use super::rows::{Certificate, ComponentRow, Found, Installed, NamespaceRow, ProxyRow, Trouble, Unready, Webhook};
use super::{Alike, Backends, CHECKS, Grade, webhooks};
use crate::istio::{self, RemotePlane, label, revision, running};
use crate::object::Object;
use crate::plan::ledger::Ledger;
use crate::status::certificate;

const DAY: i64 = 24 * 3600;

/// The screen.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Overview {
    /// The version of Kubernetes.
    pub kubernetes: String,
    /// Control planes, gateways, node agents.
    pub components: Vec<ComponentRow>,
    /// Control planes of this cluster that run elsewhere.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub elsewhere: Vec<RemotePlane>,
    /// What is recorded.
    pub installations: Vec<Installed>,
    /// Istio's webhooks.
    pub webhooks: Vec<Webhook>,
    /// Certificates, with the days they last.
    pub certificates: Vec<Certificate>,
    /// Namespaces that are enrolled, or have proxies.
    pub namespaces: Vec<NamespaceRow>,
    /// Proxies by revision and version.
    pub proxies: Vec<ProxyRow>,
    /// Workloads without pods, as `KIND/NAMESPACE/NAME`, by the revision that they ask for.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub workloads: BTreeMap<String, Vec<String>>,
    /// Pods of the mesh with trouble, the first few.
    pub troubles: Vec<Trouble>,
    /// How many pods have trouble.
    pub troubled: usize,
    /// Workloads of the mesh that are not ready, beside Istio's own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unready: Vec<Unready>,
    /// What checks find that the rest of the screen does not show.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Found>,
    /// What is not known, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<String>,
}

/// Makes the screen.
pub fn overview(facts: &Facts) -> Overview {
    let mut overview = Overview {
        kubernetes: facts.kubernetes.clone(),
        components: components(facts),
        elsewhere: facts.remote_planes(),
        installations: installations(facts),
        webhooks: of_webhooks(facts),
        certificates: days_left(facts).into_iter().map(|(name, days_left)| Certificate { name, days_left }).collect(),
        workloads: facts.idle.clone(),
        unready: unready(facts),
        findings: findings(facts),
        unknown: facts.unknown.clone(),
        ..Overview::default()
    };
    let Some(fleet) = &facts.fleet else {
        overview.namespaces = places(facts, &BTreeMap::new());
        return overview;
    };
    overview.namespaces = places(facts, &fleet.namespaces);
    overview.proxies = fleet
        .groups
        .iter()
        .map(|(Alike { revision: of, version: runs, pinned }, group)| {
            let plane = facts.control_planes().find(|plane| revision(plane) == of);
            let control_plane = plane.map(|plane| running::version(plane, &facts.pods));
            // Control planes of other namespaces have roots of their own.
            let is_rooted_here = plane.and_then(Object::namespace) == Some(&facts.namespace);
            let older_than_root = if is_rooted_here { group.older_than_root } else { 0 };
            ProxyRow {
                revision: of.clone(),
                version: runs.clone(),
                pods: group.pods,
                ready: group.ready,
                // What a control plane elsewhere runs is not known here.
                outdated: older_than_root > 0
                    || (!pinned
                        && control_plane.as_ref() != Some(runs)
                        && overview.elsewhere.iter().all(|one| one.revision != *of)),
                control_plane,
                pinned: *pinned,
                older_than_root,
            }
        })
        .collect();
    let trouble = |(pod, message): &(String, String)| Trouble { pod: pod.clone(), message: message.clone() };
    overview.troubles = fleet.troubles.iter().map(trouble).collect();
    overview.troubled = fleet.troubled;
    overview
}

/// Checks whose findings are on the screen already, in tables of their own.
const SHOWN: [&str; 5] = ["workloads", "remote", "webhooks", "certificates", "version-skew"];

fn findings(facts: &Facts) -> Vec<Found> {
    let checks = CHECKS.iter().filter(|check| check.when.is_after() && !SHOWN.contains(&check.id));
    let found = checks.map(|check| (check.id, (check.run)(facts)));
    let found = found.filter(|(_, verdict)| matches!(verdict.outcome, Grade::Failed | Grade::Warning));
    found.map(|(check, verdict)| Found { check, result: verdict.outcome, reasons: verdict.reasons }).collect()
}

fn unready(facts: &Facts) -> Vec<Unready> {
    let others = facts.unready_of_mesh();
    let standing = others.filter_map(|one| Some((one.id().to_string(), facts.surroundings.standing(one)?.state)));
    standing.map(|(workload, state)| Unready { workload, state }).collect()
}

/// Whether a workload outside of Istio's namespace is one of Istio's: its installers label it so.
pub fn is_component(object: &Object, namespace: &str) -> bool {
    object.namespace() == Some(namespace) || istio::is_component(object) || object.label(label::GATEWAY_NAME).is_some()
}

fn components(facts: &Facts) -> Vec<ComponentRow> {
    let mut all: Vec<ComponentRow> = facts
        .components()
        .map(|one| {
            let is_set = one.kind() == "DaemonSet";
            let count = |pointer: &str| one.int(pointer).unwrap_or_default();
            let versions = running::of_pods(one, &facts.pods);
            let several = versions.keys().cloned().collect::<Vec<_>>().join(", ");
            ComponentRow {
                kind: one.kind().to_owned(),
                namespace: one.namespace().unwrap_or_default().to_owned(),
                name: one.name().to_owned(),
                desired: if is_set {
                    count("/status/desiredNumberScheduled")
                } else {
                    one.int("/spec/replicas").unwrap_or(1)
                },
                ready: if is_set { count("/status/numberReady") } else { count("/status/readyReplicas") },
                version: if several.is_empty() { running::of_template(one) } else { several },
                versions,
                revision: revision(one).to_owned(),
                state: facts.surroundings.standing(one).map(|standing| standing.state),
            }
        })
        .collect();
    // The control plane first.
    all.sort_by_key(|one| {
        (one.namespace != facts.namespace, one.name != "istiod", one.namespace.clone(), one.name.clone())
    });
    all
}

fn installations(facts: &Facts) -> Vec<Installed> {
    let all = facts.ledger.iter().flat_map(Ledger::installations);
    let newest = all.filter_map(|(one, history)| Some((one, history.records.first()?)));
    let installed = newest.map(|(one, (number, record))| Installed {
        installation: one.to_string(),
        revision: one.revision.clone(),
        namespace: one.namespace.clone(),
        record: *number,
        istio: record.istio.clone(),
        time: record.time.clone(),
        outcome: record.outcome,
    });
    installed.collect()
}

fn of_webhooks(facts: &Facts) -> Vec<Webhook> {
    let own: Vec<&Object> = facts.istio_webhooks().collect();
    let live: HashMap<_, _> = own.iter().map(|one| (one.id(), (*one).clone())).collect();
    let backends = Backends {
        services: facts.services.iter().flatten().collect(),
        slices: facts.slices.as_deref(),
        root: facts.root.as_deref(),
        now: facts.now,
    };
    // Without the Services nothing is known of what answers.
    let cases = if facts.services.is_some() { webhooks(own.iter().copied(), &live, &backends) } else { Vec::new() };
    let one = |configuration: &&Object| {
        let name = configuration.id().to_string();
        let case = cases.iter().find(|case| case.name == name);
        let policies =
            configuration.list("/webhooks").iter().map(|one| one["failurePolicy"].as_str().unwrap_or("Fail"));
        let tag = configuration.label(label::TAG).map(|tag| format!("{} (tag {tag})", revision(configuration)));
        Webhook {
            kind: if configuration.kind().starts_with("Mutating") { "mutating" } else { "validating" },
            name: configuration.name().to_owned(),
            revision: tag.unwrap_or_else(|| revision(configuration).to_owned()),
            policy: policies.min().unwrap_or("-").to_owned(),
            troubles: case
                .map(|case| case.findings.iter().map(|one| one.message.clone()).collect())
                .unwrap_or_default(),
        }
    };
    own.iter().map(one).collect()
}

/// The days each certificate lasts: the root of the mesh, and the CAs that webhooks trust.
pub fn days_left(facts: &Facts) -> Vec<(String, i64)> {
    let days = |pem: &str| certificate::ends(pem).into_iter().min().map(|end| (end - facts.now).div_euclid(DAY));
    let mut all = Vec::new();
    if let Some(days) = facts.root.as_deref().and_then(days) {
        all.push(("root certificate of the mesh".to_owned(), days));
    }
    for configuration in facts.istio_webhooks() {
        let bundles = configuration.list("/webhooks").iter().filter_map(|one| one["clientConfig"]["caBundle"].as_str());
        let ends = bundles.filter_map(|bundle| {
            use base64::Engine;
            let pem = base64::engine::general_purpose::STANDARD.decode(bundle).ok()?;
            days(std::str::from_utf8(&pem).ok()?)
        });
        if let Some(days) = ends.min() {
            all.push((format!("caBundle of {}", configuration.id()), days));
        }
    }
    all
}

fn places(facts: &Facts, proxies: &BTreeMap<(String, String), usize>) -> Vec<NamespaceRow> {
    let mut places: BTreeMap<String, NamespaceRow> = BTreeMap::new();
    let new = |name: &str| NamespaceRow { name: name.to_owned(), enrolled: None, proxies: BTreeMap::new() };
    for namespace in facts.namespaces.iter().flatten() {
        if let Some(label) = enrolment(namespace.at("/metadata/labels").unwrap_or(&Value::Null)) {
            let place = places.entry(namespace.name().to_owned()).or_insert_with(|| new(namespace.name()));
            place.enrolled = Some(label);
        }
    }
    for ((revision, namespace), count) in proxies {
        let place = places.entry(namespace.clone()).or_insert_with(|| new(namespace));
        place.proxies.insert(revision.clone(), *count);
    }
    places.into_values().collect()
}

/// The label that puts a namespace into the mesh.
fn enrolment(labels: &Value) -> Option<String> {
    let label = |key: &str| labels[key].as_str().map(|value| format!("{key}={value}"));
    let injection = label(label::INJECTION).filter(|one| one == "istio-injection=enabled");
    let ambient = label(label::DATAPLANE_MODE).filter(|one| one.ends_with("=ambient"));
    injection.or_else(|| label(label::REVISION)).or(ambient)
}
