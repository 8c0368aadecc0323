//! The Deployments that run control planes, whoever made them: found by their label, and where somebody has taken that off,
//! by their image in the namespace that is asked about, or that a webhook names.

use std::collections::BTreeSet;

use futures::future::try_join_all;

use crate::cluster::{Cluster, Kinds};
use crate::error::Result;
use crate::istio::plane::is_istiod;
use crate::istio::revision;
use crate::istio::webhook::homes_of;
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

/// Those of `labelled`, and those without a label behind the `webhooks` of revisions that none of those is of.
///
/// # Errors
/// Cluster errors.
pub(super) async fn behind(cluster: &Cluster, webhooks: &[Object], mut labelled: Vec<Object>) -> Result<Vec<Object>> {
    let is_known = |home: &str, name: &str| {
        labelled.iter().any(|plane| plane.namespace() == Some(home) && revision(plane) == name)
    };
    let named = webhooks.iter().flat_map(|one| homes_of(one).map(|home| (home, revision(one))));
    let homes: BTreeSet<&str> = named.filter(|(home, name)| !is_known(home, name)).map(|(home, _)| home).collect();
    let more = try_join_all(homes.into_iter().map(|home| of_namespace(cluster, home))).await?.concat();
    for plane in more {
        if labelled.iter().all(|known| known.id() != plane.id()) {
            labelled.push(plane);
        }
    }
    Ok(labelled)
}
