//! What overviews and checks are made from. What may not be read is named, and the rest is said all the same.

use std::collections::BTreeSet;

use futures::future::join_all;
use futures::join;
use k8s_openapi::jiff::Timestamp;

use super::fleet::{fleet, root_of, untold_pods};
use super::injecting::{self, Injecting};
use super::{istiods, picture, records, surroundings};
use crate::check::{self, Facts, Overview, Surroundings, is_component, is_of_istio, stands_in_the_way};
use crate::cluster::{Cluster, Kinds};
use crate::error::Result;
use crate::istio::plane::is_istiod;
use crate::istio::webhook::homes_of;
use crate::istio::{Unready, idle_by_revision, label, tags_of};
use crate::object::{Object, ObjectId};

/// How Deployments of Istio's are labelled that are not in its own namespace: by the installers, the gateway charts, and
/// istiod where it makes gateways and waypoints itself.
const COMPONENTS: [&str; 3] =
    ["app in (istiod,istio-ingressgateway,istio-egressgateway)", label::COMPONENT, label::GATEWAY_NAME];

/// Takes what could be read, and names what could not.
pub(super) struct Taking {
    pub(super) unknown: Vec<String>,
}

impl Taking {
    pub(super) fn take<T>(&mut self, read: Result<T>) -> Option<T> {
        read.map_err(|error| self.unknown.push(error.to_string())).ok()
    }
}

/// Reads the mesh as it runs.
///
/// # Errors
/// Where the cluster does not answer at all, or does not know us.
pub async fn mesh(cluster: &Cluster, namespace: &str, now: i64) -> Result<Facts> {
    looked(cluster, namespace, now).await.map(|(facts, _)| facts)
}

/// The same, with what the cluster serves as far as it may be asked.
///
/// # Errors
/// As [`mesh`].
pub(super) async fn looked(cluster: &Cluster, namespace: &str, now: i64) -> Result<(Facts, Result<Kinds>)> {
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
    let own = taking.take(own);
    // All of them are refused for the same reason.
    let elsewhere = taking.take(elsewhere.into_iter().collect::<Result<Vec<_>>>());
    let all_control_planes = own.is_some() && elsewhere.is_some();
    let mut deployments = joined(own, elsewhere);
    if let Some(known) = &mut deployments {
        known.extend(taking.take(istiods::missing(cluster, known, &without_pods.istiods).await).unwrap_or_default());
    }
    let webhooks = match (taking.take(mutating), taking.take(validating)) {
        (Some(mutating), Some(validating)) => Some([mutating, validating].concat()),
        _ => None,
    };
    let daemon_sets = taking.take(sets);
    let namespaces = taking.take(namespaces);
    let places = namespaces.as_deref().unwrap_or_default();
    let Beside { surroundings, injecting, brought_root, served } =
        beside(cluster, namespace, (&deployments, &daemon_sets, &webhooks), &without_pods.unready, places).await;
    let injecting = injecting.and_then(|read| taking.take(read));
    taking.unknown.extend(injecting.iter().flat_map(|found| found.unknown.clone()));
    let (broken_injectors, injected) = injecting.map(|found| (found.broken, found.forbidden)).unzip();
    let workloads = deployments.iter().chain(&daemon_sets).flatten();
    let pods = untold_pods(cluster, workloads.filter(|one| is_component(one, namespace))).await;
    let mut fleet = taking.take(fleet);
    let tags = tags_of(webhooks.iter().flatten());
    if let Some(fleet) = &mut fleet {
        fleet.settle(&tags);
    }
    taking.unknown.extend(without_pods.unknown);
    let idle = idle_by_revision(&without_pods.idle, places, &tags);
    let (services, slices) = behind(cluster, kinds, namespace, webhooks.as_deref().unwrap_or_default()).await;
    let facts = Facts {
        kubernetes,
        // Where that is not known nothing is said of it, which the next request would tell of.
        api_versions: served.as_ref().map(Kinds::api_versions).unwrap_or_default(),
        namespace: namespace.to_owned(),
        namespaces,
        surroundings,
        broken_injectors,
        injected,
        brought_root,
        idle,
        deployments,
        all_control_planes,
        daemon_sets,
        pods: taking.take(pods).unwrap_or_default(),
        webhooks,
        services: taking.take(services),
        slices: taking.take(slices),
        root: taking.take(root).flatten(),
        fleet,
        now,
        unknown: taking.unknown,
        ..Facts::default()
    };
    Ok((facts, served))
}

/// All of them once; none where neither is known.
fn joined(own: Option<Vec<Object>>, elsewhere: Option<Vec<Vec<Object>>>) -> Option<Vec<Object>> {
    let mut all = own;
    for more in elsewhere.into_iter().flatten().flatten() {
        let known = all.get_or_insert_default();
        if known.iter().all(|one| one.id() != more.id()) {
            known.push(more);
        }
    }
    all
}

/// What is known only once it is known what there is.
struct Beside {
    surroundings: Surroundings,
    /// None where the webhooks are not known.
    injecting: Option<Result<Injecting>>,
    brought_root: Option<String>,
    served: Result<Kinds>,
}

type Seen<'a> = (&'a Option<Vec<Object>>, &'a Option<Vec<Object>>, &'a Option<Vec<Object>>);

async fn beside(
    cluster: &Cluster,
    namespace: &str,
    (deployments, daemon_sets, webhooks): Seen<'_>,
    unready: &[Unready],
    namespaces: &[Object],
) -> Beside {
    let components = deployments.iter().chain(daemon_sets).flatten();
    let planes: Vec<&Object> = deployments.iter().flatten().filter(|one| is_istiod(one)).collect();
    let injecting = async {
        match webhooks {
            Some(webhooks) => Some(injecting::look(cluster, webhooks, &planes, namespaces).await),
            None => None,
        }
    };
    let (surroundings, injecting, brought_root, served) = join!(
        surroundings::read(cluster, namespace, components, unready, namespaces),
        injecting,
        brought_root(cluster, namespace),
        cluster.kinds(),
    );
    Beside { surroundings, injecting, brought_root, served }
}

/// The root certificate of a CA that a user brought; empty where there is none, none where Secrets may not be read.
async fn brought_root(cluster: &Cluster, namespace: &str) -> Option<String> {
    use base64::Engine;
    let id = ObjectId::new("v1", "Secret", Some(namespace), "cacerts");
    let Some(secret) = cluster.get(&Kinds::built_in(), &id).await.ok()? else { return Some(String::new()) };
    let bytes = base64::engine::general_purpose::STANDARD.decode(secret.text("/data/root-cert.pem")?).ok()?;
    String::from_utf8(bytes).ok()
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

/// Services and EndpointSlices of the namespaces that Istio's webhooks lead to, and those that can stand in its way.
pub(super) async fn behind(
    cluster: &Cluster,
    kinds: &Kinds,
    namespace: &str,
    webhooks: &[Object],
) -> (Result<Vec<Object>>, Result<Vec<Object>>) {
    let counts = |one: &&Object| is_of_istio(one) || stands_in_the_way(one);
    let mut places: BTreeSet<&str> = webhooks.iter().filter(counts).flat_map(homes_of).collect();
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
