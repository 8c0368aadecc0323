//! The Deployments that run control planes, whoever made them: found by their label, and where somebody has taken that off,
//! by their image.

use std::collections::BTreeSet;

use futures::future::try_join_all;

use super::picture::kept;
use crate::cluster::{Cluster, Kinds};
use crate::error::Result;
use crate::istio::Workload;
use crate::istio::plane::is_istiod;
use crate::object::{Object, ObjectId};

fn deployment(namespace: Option<&str>) -> ObjectId {
    ObjectId::new("apps/v1", "Deployment", namespace, "")
}

/// Those of a namespace.
///
/// # Errors
/// Cluster errors.
pub(super) async fn of_namespace(cluster: &Cluster, namespace: &str) -> Result<Vec<Object>> {
    let id = deployment(Some(namespace));
    let mut found = cluster.list(&Kinds::built_in().collection(&id)?, &id, None).await?;
    found.retain(is_istiod);
    Ok(found)
}

/// Those of all namespaces, as far as they are labelled.
///
/// # Errors
/// Cluster errors.
pub(super) async fn labelled(cluster: &Cluster) -> Result<Vec<Object>> {
    let id = deployment(None);
    cluster.list(&Kinds::built_in().everywhere(&id)?, &id, Some("app=istiod")).await
}

/// Those of all namespaces: the Deployments are looked at a page at a time, and most of them dropped.
///
/// # Errors
/// Cluster errors.
pub(super) async fn all(cluster: &Cluster) -> Result<Vec<Object>> {
    let looked = kept(cluster, "/apis/apps/v1/deployments", "Deployment", |one| by_image(&one));
    let (known, by_image) = futures::try_join!(labelled(cluster), looked)?;
    Ok([missing(cluster, &known, &by_image).await?, known].concat())
}

/// What a Deployment is called whose image is istiod's.
pub(super) fn by_image(one: &Workload) -> Option<ObjectId> {
    let (namespace, name) = one.place();
    one.runs_discovery().then(|| ObjectId::new("apps/v1", "Deployment", Some(namespace), name))
}

/// Those of `by_image` that are not among `known`.
///
/// # Errors
/// Cluster errors.
pub(super) async fn missing(cluster: &Cluster, known: &[Object], by_image: &[ObjectId]) -> Result<Vec<Object>> {
    let is_known = |id: &ObjectId| known.iter().any(|one| one.id() == *id);
    let places = by_image.iter().filter(|id| !is_known(id)).filter_map(|id| id.namespace.as_deref());
    let places: BTreeSet<&str> = places.collect();
    // Not each by its name: who may list them needs no other right.
    let mut found = try_join_all(places.into_iter().map(|place| of_namespace(cluster, place))).await?.concat();
    found.retain(|one| !is_known(&one.id()));
    Ok(found)
}
