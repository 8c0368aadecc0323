//! What overviews and checks are made from. What may not be read is named, and the rest is said all the same.

use std::collections::BTreeSet;

use futures::future::{join_all, try_join_all};
use futures::join;
use k8s_openapi::jiff::Timestamp;

use super::fleet::{PAGE, fleet, pods_of, root_of};
use super::{picture, records};
use crate::apply::lease_deeds;
use crate::check::{self, Facts, Overview, Requested, is_component, is_of_istio};
use crate::cluster::{Cluster, Deed, Kinds, Selection};
use crate::config::{self, Config};
use crate::error::Result;
use crate::istio::label;
use crate::istio::{Pod, idle_by_revision, running, tags_of};
use crate::object::{Object, ObjectId};
use crate::render::{self, Target};

/// How Deployments of Istio's are labelled that are not in its own namespace: by the installers, the gateway charts, and
/// istiod where it makes gateways and waypoints itself.
const COMPONENTS: [&str; 3] =
    ["app in (istiod,istio-ingressgateway,istio-egressgateway)", label::COMPONENT, label::GATEWAY_NAME];

/// Takes what could be read, and names what could not.
struct Taking {
    unknown: Vec<String>,
}

impl Taking {
    fn take<T>(&mut self, read: Result<T>) -> Option<T> {
        read.map_err(|error| self.unknown.push(error.to_string())).ok()
    }
}

/// Reads the mesh as it runs.
///
/// # Errors
/// Where the cluster does not answer at all, or does not know us.
pub async fn mesh(cluster: &Cluster, namespace: &str, now: i64) -> Result<Facts> {
    let kubernetes = cluster.version().await?;
    let kinds = &Kinds::built_in();
    let list = async |version: &str, kind: &str, place: Option<&str>, labels: Option<&str>| {
        let id = ObjectId::new(version, kind, place, "");
        cluster.list(&kinds.collection(&id)?, &id, labels).await
    };
    let webhook = "admissionregistration.k8s.io/v1";
    let root = ObjectId::new("v1", "ConfigMap", Some(namespace), "istio-ca-root-cert");
    let (namespaces, own, elsewhere, sets, mutating, validating, (root, fleet), without_pods) = join!(
        list("v1", "Namespace", None, None),
        list("apps/v1", "Deployment", Some(namespace), None),
        join_all(COMPONENTS.map(|labels| list("apps/v1", "Deployment", None, Some(labels)))),
        list("apps/v1", "DaemonSet", None, None),
        list(webhook, "MutatingWebhookConfiguration", None, None),
        list(webhook, "ValidatingWebhookConfiguration", None, None),
        async {
            let root = cluster.get(kinds, &root).await;
            let text = root.as_ref().ok().and_then(Option::as_ref).and_then(root_of);
            let fleet = fleet(cluster, text.as_deref()).await;
            (root.map(|_| text), fleet)
        },
        picture::without_pods(cluster),
    );
    let mut taking = Taking { unknown: Vec::new() };
    let mut deployments = taking.take(own);
    // All of them are refused for the same reason.
    let elsewhere = taking.take(elsewhere.into_iter().collect::<Result<Vec<_>>>());
    let all_control_planes = deployments.is_some() && elsewhere.is_some();
    for more in elsewhere.into_iter().flatten().flatten() {
        let known = deployments.get_or_insert_default();
        if known.iter().all(|one| one.id() != more.id()) {
            known.push(more);
        }
    }
    let webhooks = match (taking.take(mutating), taking.take(validating)) {
        (Some(mutating), Some(validating)) => Some([mutating, validating].concat()),
        _ => None,
    };
    let daemon_sets = taking.take(sets);
    let pods = old_pods(cluster, namespace, deployments.iter().chain(&daemon_sets).flatten()).await;
    let mut fleet = taking.take(fleet);
    let tags = tags_of(webhooks.iter().flatten());
    if let Some(fleet) = &mut fleet {
        fleet.settle(&tags);
    }
    taking.unknown.extend(without_pods.unknown);
    let namespaces = taking.take(namespaces);
    let idle = idle_by_revision(&without_pods.idle, namespaces.as_deref().unwrap_or_default(), &tags);
    let (services, slices) = behind(cluster, kinds, namespace, webhooks.as_deref().unwrap_or_default()).await;
    let root = taking.take(root).flatten();
    Ok(Facts {
        kubernetes,
        namespace: namespace.to_owned(),
        namespaces,
        idle,
        deployments,
        all_control_planes,
        daemon_sets,
        pods: taking.take(pods).unwrap_or_default(),
        webhooks,
        services: taking.take(services),
        slices: taking.take(slices),
        root,
        fleet,
        now,
        unknown: taking.unknown,
        ..Facts::default()
    })
}

/// Looks at the mesh as a whole, and at what is recorded of it.
///
/// # Errors
/// Where the cluster does not answer at all, or does not know us.
pub async fn overview(cluster: &Cluster, namespace: &str) -> Result<Overview> {
    let now = Timestamp::now().as_second();
    let mut facts = mesh(cluster, namespace, now).await?;
    let homes = facts.control_planes().filter_map(Object::namespace).chain([namespace]);
    match records::of_all(cluster, &homes.map(str::to_owned).collect()).await {
        Ok(ledger) => facts.ledger = Some(ledger),
        Err(error) => facts.unknown.push(error.to_string()),
    }
    Ok(check::overview(&facts))
}

/// The pods of those of Istio's workloads whose templates do not tell what runs: most often there are none.
async fn old_pods(cluster: &Cluster, namespace: &str, workloads: impl Iterator<Item = &Object>) -> Result<Vec<Pod>> {
    let unlike = workloads.filter(|one| is_component(one, namespace) && !running::is_rolled_out(one));
    Ok(try_join_all(unlike.map(|one| pods_of(cluster, one))).await?.concat())
}

/// Reads the mesh as it runs, and what tells whether what `config` says can be installed.
///
/// # Errors
/// Where the cluster does not answer at all, or does not know us; as [`render::render`].
pub async fn with_installation(cluster: &Cluster, namespace: &str, now: i64, config: &Config) -> Result<Facts> {
    let mut facts = mesh(cluster, namespace, now).await?;
    let served = cluster.kinds().await?;
    let target =
        Target { kubernetes: facts.kubernetes.clone(), api_versions: served.api_versions().into_iter().collect() };
    let bundle = render::render(config, &target)?;
    let wanted: Vec<Object> = bundle.install_set(true).objects().cloned().collect();
    before(cluster, &mut facts, &served, wanted).await?;
    Ok(facts)
}

/// Services and EndpointSlices of the namespaces that Istio's webhooks lead to.
async fn behind(
    cluster: &Cluster,
    kinds: &Kinds,
    namespace: &str,
    webhooks: &[Object],
) -> (Result<Vec<Object>>, Result<Vec<Object>>) {
    let hooks = webhooks.iter().filter(|one| is_of_istio(one)).flat_map(|one| one.list("/webhooks"));
    let mut places: BTreeSet<&str> =
        hooks.filter_map(|hook| hook["clientConfig"]["service"]["namespace"].as_str()).collect();
    places.insert(namespace);
    let all = async |version: &str, kind: &str| {
        let lists = places.iter().map(|place| {
            let id = ObjectId::new(version, kind, Some(place), "");
            async move { cluster.list(&kinds.collection(&id)?, &id, None).await }
        });
        Ok(join_all(lists).await.into_iter().collect::<Result<Vec<_>>>()?.concat())
    };
    join!(all("v1", "Service"), all("discovery.k8s.io/v1", "EndpointSlice"))
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
        denied(cluster, served, &facts.namespace, &wanted),
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
    facts.wanted = wanted;
    Ok(())
}

/// The Secrets that service accounts name for pulling images and that are not there, each asked for once.
///
/// # Errors
/// Where one may not be read.
pub async fn missing_pull_secrets(cluster: &Cluster, wanted: &[Object]) -> Result<Vec<String>> {
    let named = wanted.iter().filter(|object| object.kind() == "ServiceAccount").flat_map(|account| {
        let names = account.list("/imagePullSecrets").iter().filter_map(|secret| secret["name"].as_str());
        names.map(|name| ObjectId::new("v1", "Secret", account.id().namespace.as_deref(), name))
    });
    let (named, kinds) = (named.collect::<BTreeSet<ObjectId>>(), Kinds::built_in());
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

/// What of an installation we may not do: every kind of it is asked for once.
async fn denied(cluster: &Cluster, served: &Kinds, namespace: &str, wanted: &[Object]) -> Result<Vec<String>> {
    let mut deeds: BTreeSet<Deed> = BTreeSet::new();
    for object in wanted {
        let id = object.id();
        // What its own CRDs will serve comes with them.
        let Ok(resource) = served.plural(&id) else { continue };
        for verb in ["create", "patch"] {
            deeds.insert(Deed {
                verb,
                group: id.group.clone(),
                resource: resource.to_owned(),
                namespace: id.namespace.clone(),
            });
        }
    }
    deeds.extend(lease_deeds(namespace));
    let answers = join_all(deeds.iter().map(|deed| cluster.may(deed))).await;
    let mut denied = Vec::new();
    for (deed, allowed) in deeds.iter().zip(answers) {
        if !allowed? {
            denied.push(deed.to_string());
        }
    }
    Ok(denied)
}
