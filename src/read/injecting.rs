//! What istiods inject by, where it is broken, and what of it namespaces forbid.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::planes::injection_as_known;
use crate::cluster::Cluster;
use crate::error::{Error, Result, Why};
use crate::inject::Namespace;
use crate::istio::plane::{INJECTOR, is_istiod_of, map_name};
use crate::istio::{asks, label};
use crate::object::Object;
use crate::plan::injection::{Injectors, probe};
use crate::plan::standards::{Standard, of_injected, of_namespace};

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Injecting {
    /// What is wrong with what istiods inject by, a sentence each.
    pub(super) broken: Vec<String>,
    /// What could not be told, a sentence each.
    pub(super) unknown: Vec<String>,
    /// What of the containers that injection adds the standard of a namespace forbids.
    pub(super) forbidden: BTreeMap<String, Vec<String>>,
}

/// Looks at it: `webhooks` are all configurations, `planes` the Deployments of istiods, `namespaces` those whose pods may be
/// injected.
///
/// # Errors
/// Cluster errors.
pub(super) async fn look(
    cluster: &Cluster,
    webhooks: &[Object],
    planes: &[&Object],
    namespaces: &[Object],
) -> Result<Injecting> {
    let injectors = webhooks.iter().filter(|one| one.kind() == "MutatingWebhookConfiguration");
    let configurations: Vec<Value> = injectors.map(|one| one.value().clone()).collect();
    let (injection, errors) = injection_as_known(cluster, configurations).await?;
    let (unknown, broken): (Vec<&Error>, Vec<&Error>) = errors.iter().partition(|error| error.is(&Why::Unknown));
    let texts = |errors: Vec<&Error>| errors.iter().map(ToString::to_string).collect();
    let mut found = Injecting { broken: texts(broken), unknown: texts(unknown), ..Injecting::default() };
    for revision in injection.unknown() {
        // A control plane elsewhere has its configuration there; what could not be read was told.
        let here = planes.iter().find(|one| is_istiod_of(one, revision)).filter(|_| errors.is_empty());
        found.broken.extend(here.map(|plane| {
            format!(
                "{} has no ConfigMap {} beside it that says what to inject",
                plane.id(),
                map_name(INJECTOR, revision)
            )
        }));
    }
    for (revision, error) in failing(&injection) {
        if error.is(&Why::Unknown) {
            found.unknown.push(format!("what injects pods of revision {revision}: {error}"));
        } else {
            found.broken.push(format!("pods of revision {revision} are refused: {error}"));
        }
    }
    found.unknown.extend(injection.newer().iter().cloned());
    for namespace in namespaces.iter().filter(|one| of_namespace(one) > Standard::Privileged) {
        if asks::of_namespace(namespace).is_some() {
            // A template that fails was told.
            let broken = of_injected(&injection, namespace, &[]).unwrap_or_default();
            found.forbidden.extend(broken.map(|broken| (namespace.name().to_owned(), broken)));
        }
    }
    Ok(found)
}

/// The revisions whose templates fail for the plainest of pods, with why.
fn failing(injection: &Injectors) -> Vec<(String, Error)> {
    let revisions: BTreeSet<&str> = injection
        .configurations()
        .iter()
        .filter_map(|one| one["metadata"]["labels"][label::REVISION].as_str())
        .collect();
    let pod = probe("default", &[]);
    let fails = |revision: &&str| {
        let labels = Map::from_iter([(label::REVISION.to_owned(), Value::from(*revision))]);
        let namespace = Namespace { name: "default".to_owned(), labels };
        let error = injection.outlook(&namespace, &Value::Null, &pod).err()?;
        Some(((*revision).to_owned(), error))
    };
    revisions.iter().filter_map(fails).collect()
}
