//! The objects that are described, and what belongs to each: the requests `kubectl describe` makes too.

use futures::future::try_join_all;
use futures::join;
use serde_json::Value;

use super::{View, world};
use crate::cluster::{Cluster, Kinds, Selection};
use crate::describe::{self, Mesh, Related, Sought, Subject};
use crate::error::{Error, Result, Why};
use crate::object::{Object, ObjectId};

/// Where objects are looked for.
#[derive(Debug, Clone, Copy)]
pub struct Within<'a> {
    /// The namespace; none for all.
    pub namespace: Option<&'a str>,
    /// A selector of labels.
    pub labels: Option<&'a str>,
    /// The namespace of the control plane.
    pub istio: &'a str,
}

/// Everything that was found, and why some was not.
#[derive(Debug)]
pub struct Described {
    /// The objects, each with what the mesh makes of it.
    pub subjects: Vec<(Subject, Mesh)>,
    /// What there is not.
    pub failures: Vec<Error>,
}

impl View<'_> {
    /// Reads what these targets mean, and what of the mesh is about it.
    ///
    /// # Errors
    /// Cluster errors.
    pub async fn described(&self, targets: &[Sought], place: &Within<'_>) -> Result<Described> {
        // A server that is not there is told at once, not waited for.
        self.version().await?;
        let (cluster, kinds) = (self.cluster, self.kinds().await?);
        let (mut objects, mut missing) = (Vec::new(), Vec::new());
        for target in targets {
            match find(cluster, kinds, target, place).await? {
                Looked::There(found) => objects.extend(found),
                Looked::Missing(id) => missing.push(id),
            }
        }
        // `gateway NAME` asks for both kinds of gateway: one of them is enough.
        let shown: Vec<String> =
            objects.iter().filter(|one| one.kind() == "Gateway").map(|one| one.id().to_string()).collect();
        missing.retain(|id| !shown.contains(&id.to_string()));
        missing.dedup_by_key(|id| id.to_string());
        let world = world::read(cluster, kinds, place.istio, &objects).await;
        let subjects = subjects(cluster, kinds, objects).await?.into_iter().map(|subject| {
            let mesh = describe::mesh(&world, &subject.object);
            (subject, mesh)
        });
        Ok(Described { subjects: subjects.collect(), failures: missing.iter().map(not_found).collect() })
    }
}

/// What was found of a target.
enum Looked {
    There(Vec<Object>),
    /// Nothing of this name, and nothing whose name begins so.
    Missing(ObjectId),
}

/// The objects a target means. A name that is not there is taken for the beginning of one, as kubectl does.
async fn find(cluster: &Cluster, kinds: &Kinds, target: &Sought, place: &Within<'_>) -> Result<Looked> {
    let namespace = place.namespace.filter(|_| target.kind.namespaced());
    let mut id = target.kind.id(namespace, target.name.as_deref().unwrap_or_default());
    if let Some(served) = kinds.preferred(&id.group, &id.kind) {
        id.version = served.version;
    } else {
        // Not served: there is none of it.
        return Ok(if target.name.is_some() { Looked::Missing(id) } else { Looked::There(Vec::new()) });
    }
    let path = if namespace.is_some() { kinds.collection(&id)? } else { kinds.everywhere(&id)? };
    let Some(name) = &target.name else {
        let selection = Selection { labels: place.labels, fields: None };
        return cluster.select(&path, &id, selection).await.map(Looked::There);
    };
    if let Some(found) = cluster.get(kinds, &id).await? {
        return Ok(Looked::There(vec![found]));
    }
    let alike: Vec<Object> =
        cluster.list(&path, &id, None).await?.into_iter().filter(|one| one.name().starts_with(name)).collect();
    Ok(if alike.is_empty() { Looked::Missing(id) } else { Looked::There(alike) })
}

fn not_found(id: &ObjectId) -> Error {
    let list = match &id.namespace {
        Some(namespace) => format!("kubectl get {} -n {namespace}", id.kind.to_lowercase()),
        None => format!("kubectl get {}", id.kind.to_lowercase()),
    };
    Error::failed("not-found", format!("there is no {id}"))
        .because(Why::NotThere)
        .hint(format!("run `{list}` to see what there is"))
}

/// What belongs to an object. What may not be read is left out, as in kubectl.
async fn subject(cluster: &Cluster, kinds: &Kinds, object: Object) -> Result<Subject> {
    let namespace = object.namespace();
    let name = object.name();
    let related = match object.kind() {
        "Namespace" => {
            let list = async |kind: &str| all(cluster, kinds, &ObjectId::new("v1", kind, Some(name), ""), None).await;
            let (quotas, limit_ranges) = join!(list("ResourceQuota"), list("LimitRange"));
            Related {
                quotas: quotas.unwrap_or_default(),
                limit_ranges: limit_ranges.unwrap_or_default(),
                ..Related::default()
            }
        }
        "Deployment" => {
            let id = ObjectId::new("apps/v1", "ReplicaSet", namespace, "");
            let selector = selector(&object);
            let (sets, events) = join!(all(cluster, kinds, &id, Some(&selector)), events(cluster, kinds, &object));
            Related { replica_sets: sets.unwrap_or_default(), events, ..Related::default() }
        }
        "Service" => {
            let id = ObjectId::new("discovery.k8s.io/v1", "EndpointSlice", namespace, "");
            let selector = format!("kubernetes.io/service-name={name}");
            let (slices, events) = join!(all(cluster, kinds, &id, Some(&selector)), events(cluster, kinds, &object));
            Related { endpoint_slices: slices.unwrap_or_default(), events, ..Related::default() }
        }
        "Pod" => Related { events: events(cluster, kinds, &object).await, ..Related::default() },
        _ => Related::default(),
    };
    Ok(Subject { object, related })
}

async fn all(cluster: &Cluster, kinds: &Kinds, id: &ObjectId, labels: Option<&str>) -> Result<Vec<Object>> {
    cluster.list(&kinds.collection(id)?, id, labels).await
}

async fn events(cluster: &Cluster, kinds: &Kinds, object: &Object) -> Option<Vec<Object>> {
    // A static pod's events are about the uid that its node gave it.
    let mirror = object.annotation("kubernetes.io/config.mirror");
    let uid = mirror.or_else(|| object.text("/metadata/uid")).unwrap_or_default();
    let namespace = object.namespace().unwrap_or_default();
    let mut fields =
        format!("involvedObject.name={},involvedObject.namespace={namespace},involvedObject.uid={uid}", object.name());
    if object.kind() != "Pod" {
        fields.push_str(&format!(",involvedObject.kind={}", object.kind()));
    }
    let id = ObjectId::new("v1", "Event", object.namespace(), "");
    let path = kinds.collection(&id).ok()?;
    let selection = Selection { labels: None, fields: Some(&fields) };
    cluster.select(&path, &id, selection).await.map_err(|error| tracing::debug!(%error, "no events")).ok()
}

/// A Deployment's selector as a request has it.
fn selector(deployment: &Object) -> String {
    let labels = deployment.at("/spec/selector/matchLabels").and_then(Value::as_object);
    let mut parts: Vec<String> = labels
        .into_iter()
        .flatten()
        .map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()))
        .collect();
    for one in deployment.list("/spec/selector/matchExpressions") {
        let key = one["key"].as_str().unwrap_or_default();
        let values: Vec<&str> = one["values"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let values = values.join(",");
        parts.push(match one["operator"].as_str().unwrap_or_default() {
            "In" => format!("{key} in ({values})"),
            "NotIn" => format!("{key} notin ({values})"),
            "DoesNotExist" => format!("!{key}"),
            _ => key.to_owned(),
        });
    }
    parts.join(",")
}

/// All subjects, in order.
///
/// # Errors
/// Cluster errors.
async fn subjects(cluster: &Cluster, kinds: &Kinds, objects: Vec<Object>) -> Result<Vec<Subject>> {
    let mut subjects = Vec::new();
    let mut objects = objects.into_iter();
    // A few at a time, so that all pods of a cluster are no storm of requests.
    loop {
        let some: Vec<Object> = objects.by_ref().take(8).collect();
        if some.is_empty() {
            return Ok(subjects);
        }
        subjects.extend(try_join_all(some.into_iter().map(|object| subject(cluster, kinds, object))).await?);
    }
}
