//! What tells whether something can be done before it is begun: an installation, or pods that get a proxy.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::join_all;
use futures::join;

use super::Scene;
use super::facts::{Taking, behind, looked};
use super::fleet::PAGE;
use super::rights::{self, Taken};
use crate::check::{Facts, Requested, is_of_istio, stands_in_the_way};
use crate::cluster::{Cluster, Kinds, Selection};
use crate::config::{self, Config};
use crate::error::Result;
use crate::inject::{Namespace, Selector, selecting};
use crate::object::{Object, ObjectId};
use crate::plan::access::{self, Purpose, Subject};
use crate::plan::injection::probe;
use crate::plan::standards::{Standard, of_injected, of_namespace};
use crate::render::{self, Target};

/// Reads the mesh as it runs, and what tells whether what `config` says can be installed.
///
/// # Errors
/// Where the cluster does not answer at all, or does not know us; as [`render::render`].
pub async fn with_installation(cluster: &Cluster, namespace: &str, now: i64, config: &Config) -> Result<Facts> {
    let (mut facts, served) = looked(cluster, namespace, now).await?;
    let served = served?;
    facts.line = config.line();
    let target =
        Target { kubernetes: facts.kubernetes.clone(), api_versions: served.api_versions().into_iter().collect() };
    let bundle = render::render(config, &target)?;
    let wanted: Vec<Object> = bundle.install_set(true).objects().cloned().collect();
    before(cluster, &mut facts, &served, wanted).await?;
    Ok(facts)
}

/// Adds what tells whether `wanted` can be installed.
///
/// # Errors
/// Where the cluster does not answer at all.
async fn before(cluster: &Cluster, facts: &mut Facts, served: &Kinds, wanted: Vec<Object>) -> Result<()> {
    let known = Kinds::built_in();
    let crd = ObjectId::new("apiextensions.k8s.io/v1", "CustomResourceDefinition", None, "");
    let node = ObjectId::new("v1", "Node", None, "");
    let quota = ObjectId::new("v1", "ResourceQuota", Some(&facts.namespace), "");
    let (crds, quotas) = (known.collection(&crd)?, known.collection(&quota)?);
    let (definitions, quotas, nodes, requested, denied, missing) = join!(
        cluster.list(&crds, &crd, None),
        cluster.list(&quotas, &quota, None),
        cluster.list("/api/v1/nodes", &node, None),
        requested(cluster),
        denied(cluster, &facts.namespace, &wanted),
        missing_pull_secrets(cluster, &wanted),
    );
    let mut taking = Taking { unknown: std::mem::take(&mut facts.unknown) };
    let own = |one: &Object| one.text("/spec/group").is_some_and(|group| group.ends_with(".istio.io"));
    facts.definitions = taking.take(definitions).map(|all| all.into_iter().filter(own).collect());
    facts.quotas = taking.take(quotas);
    facts.nodes = taking.take(nodes);
    facts.requested = taking.take(requested);
    facts.denied = taking.take(denied);
    facts.missing_pull_secrets = taking.take(missing);
    facts.unknown = taking.unknown;
    facts.api_versions = served.api_versions();
    let nodes: Vec<serde_json::Value> = facts.nodes.iter().flatten().take(3).map(|node| node.value().clone()).collect();
    let signs = config::Signs { version: &facts.kubernetes, groups: served.groups(), nodes: &nodes };
    facts.platform = config::detect(&signs).map(|platform| platform.name.to_owned());
    let crds = render::crds::crds()?.into_iter().map(Object::new);
    facts.own_definitions = crds.collect::<Result<_>>()?;
    facts.wanted = wanted;
    Ok(())
}

/// The Secrets that service accounts and pods name for pulling images and that are not there, each asked for once.
///
/// # Errors
/// Where one may not be read.
pub async fn missing_pull_secrets(cluster: &Cluster, wanted: &[Object]) -> Result<Vec<String>> {
    let named: BTreeSet<ObjectId> = wanted.iter().flat_map(access::pull_secrets).collect();
    let kinds = Kinds::built_in();
    let found = join_all(named.iter().map(|id| cluster.get(&kinds, id))).await;
    let found: Vec<Option<Object>> = found.into_iter().collect::<Result<_>>()?;
    let missing = named.iter().zip(found).filter(|(_, found)| found.is_none());
    Ok(missing.map(|(id, _)| id.to_string()).collect())
}

async fn requested(cluster: &Cluster) -> Result<Requested> {
    let mut requested = Requested::default();
    let selection = Selection::default();
    cluster
        .pages("/api/v1/pods", "Pod", selection, PAGE, |pods| {
            requested.add(pods);
            Ok(())
        })
        .await?;
    Ok(requested)
}

/// What of an installation we may not do, asked one by one.
async fn denied(cluster: &Cluster, namespace: &str, wanted: &[Object]) -> Result<Vec<String>> {
    let objects: Vec<&Object> = wanted.iter().collect();
    let subject = Subject { objects: &objects, home: namespace, place: None };
    let deeds = access::to_write(Purpose::Install, &subject, &objects);
    let taken = Taken { deeds, escalations: access::escalations(&objects, &objects) };
    let denied = rights::denied_one_by_one(cluster, namespace, &taken).await?;
    Ok(denied.iter().map(ToString::to_string).collect())
}

/// What tells whether pods of the namespaces of `scene` can be made that get a proxy, by their namespaces or by these `labels`
/// of their own: the webhooks that are asked about them, what is behind these, and what the namespaces forbid.
///
/// # Errors
/// Cluster errors; where istiod refuses every pod.
pub async fn of_enrolment(cluster: &Cluster, home: &str, scene: &Scene, labels: &[(String, String)]) -> Result<Facts> {
    let places: Vec<Namespace> = scene.namespaces.iter().map(Namespace::of).collect();
    let is_asked = |one: &Object| {
        let injects = |place: &Namespace| {
            let found = selecting(std::slice::from_ref(one.value()), place, &probe(&place.name, labels));
            !found.is_empty()
        };
        if is_of_istio(one) { places.iter().any(injects) } else { stands_in_the_way(one) && selects(one, &places) }
    };
    let mut webhooks = Vec::new();
    for configuration in scene.injection.configurations() {
        webhooks.push(Object::new(configuration.clone())?);
    }
    webhooks.retain(is_asked);
    let mut injected = BTreeMap::new();
    for namespace in scene.namespaces.iter().filter(|one| of_namespace(one) > Standard::Privileged) {
        // What is injected from elsewhere is not known here, and nothing is said of it.
        let broken = of_injected(&scene.injection, namespace, labels)?.unwrap_or_default();
        injected.insert(namespace.name().to_owned(), broken);
    }
    let (services, slices) = behind(cluster, &Kinds::built_in(), home, &webhooks).await;
    Ok(Facts {
        namespace: home.to_owned(),
        namespaces: Some(scene.namespaces.clone()),
        webhooks: Some(webhooks),
        services: services.ok(),
        slices: slices.ok(),
        injected: Some(injected),
        now: k8s_openapi::jiff::Timestamp::now().as_second(),
        ..Facts::default()
    })
}

/// Whether a webhook is asked about pods of one of these namespaces.
fn selects(configuration: &Object, places: &[Namespace]) -> bool {
    configuration.list("/webhooks").iter().any(|hook| {
        let selector = Selector::read(&hook["namespaceSelector"]);
        selector.is_ok_and(|selector| places.iter().any(|place| selector.matches(&place.labels)))
    })
}
