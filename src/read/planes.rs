//! What a cluster injects by: its webhooks, and what each istiod reads. Few requests, whatever the size of the cluster.

use futures::future::try_join_all;
use serde_json::Value;

use super::{View, istiods, untold_pods};
use crate::cluster::{Cluster, Kinds};
use crate::error::{Error, Result};
use crate::istio::plane::{INJECTOR, MESH, ROOT, map_name};
use crate::istio::{ControlPlane, DEFAULT, label, revision};
use crate::object::{Object, ObjectId};
use crate::plan::injection::{Injectors, nodes_can};
use crate::plan::revisions::Revisions;

/// The MutatingWebhookConfigurations of a cluster.
///
/// # Errors
/// Cluster errors.
pub(super) async fn mutating_webhooks(cluster: &Cluster) -> Result<Vec<Value>> {
    let id = ObjectId::new("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", None, "");
    let found = cluster.list(&Kinds::built_in().collection(&id)?, &id, None).await?;
    Ok(found.into_iter().map(Object::into_value).collect())
}

/// Whether every node runs native sidecars.
///
/// # Errors
/// Cluster errors.
pub(super) async fn every_node_can(cluster: &Cluster) -> Result<bool> {
    let node = ObjectId::new("v1", "Node", None, "");
    Ok(nodes_can(&cluster.list(&Kinds::built_in().collection(&node)?, &node, None).await?))
}

/// The `ProxyConfig` resources of a cluster; none where it does not know the kind. Who may read the pods of a namespace
/// often may not read these of all: then it goes on as without.
///
/// # Errors
/// Cluster errors but that they may not be read.
pub(super) async fn proxy_configs(cluster: &Cluster) -> Result<Vec<Value>> {
    let id = ObjectId::new("networking.istio.io/v1beta1", "ProxyConfig", None, "");
    let path = Kinds::of([(&id, "proxyconfigs", true)]).everywhere(&id)?;
    match cluster.list(&path, &id, None).await {
        Ok(found) => Ok(found.into_iter().map(Object::into_value).collect()),
        Err(error) if error.is_forbidden() => {
            tracing::debug!(%error, "ProxyConfigs are not known");
            Ok(Vec::new())
        }
        Err(error) => Err(error),
    }
}

/// Everything that decides what becomes of a pod that is made now: besides `configurations`, which are known already,
/// one list of ConfigMaps and of Deployments a namespace with an istiod, the nodes, and the `ProxyConfig` resources.
///
/// # Errors
/// Cluster errors; a configuration that cannot be read.
pub(super) async fn injection(cluster: &Cluster, configurations: Vec<Value>) -> Result<Injectors> {
    let (injection, errors) = injection_as_known(cluster, configurations).await?;
    errors.into_iter().next().map_or(Ok(injection), Err)
}

/// The same without the control planes whose configuration is wrong, with what is wrong with each.
///
/// # Errors
/// Cluster errors.
pub(super) async fn injection_as_known(
    cluster: &Cluster,
    configurations: Vec<Value>,
) -> Result<(Injectors, Vec<Error>)> {
    let namespaces = Revisions::of(&configurations).namespaces;
    let planes = try_join_all(namespaces.iter().map(|namespace| control_planes(cluster, namespace)));
    let (planes, nodes_can, proxies) = futures::try_join!(planes, every_node_can(cluster), proxy_configs(cluster))?;
    Ok(Injectors::as_far_as_known(configurations, &planes.concat(), nodes_can, &proxies))
}

/// The control planes of a namespace, as far as their ConfigMaps are there.
pub(super) async fn control_planes(cluster: &Cluster, namespace: &str) -> Result<Vec<ControlPlane>> {
    let map = ObjectId::new("v1", "ConfigMap", Some(namespace), "");
    let root = ObjectId::new("v1", "ConfigMap", Some(namespace), ROOT);
    let kinds = Kinds::built_in();
    let maps = kinds.collection(&map)?;
    let (mut maps, deployments, root) = futures::try_join!(
        cluster.list(&maps, &map, Some(label::REVISION)),
        istiods::of_namespace(cluster, namespace),
        cluster.get(&kinds, &root),
    )?;
    maps.extend(root);
    let pods = untold_pods(cluster, &deployments).await?;
    let revisions = maps.iter().filter_map(|map| match map.name().strip_prefix(INJECTOR)? {
        "" => Some(DEFAULT),
        suffix => suffix.strip_prefix('-'),
    });
    let plane = |name: &str| {
        let own = deployments.iter().find(|one| revision(one) == name);
        ControlPlane::of(name, &maps, own, &pods)
    };
    Ok(revisions.map(plane).filter(ControlPlane::is_known).collect())
}

impl View<'_> {
    /// What the istiod of `revision` (empty, `default` or a tag, too) in `namespace` injects by.
    ///
    /// # Errors
    /// `no-config-map` (failed) with what there is in its place; cluster errors.
    pub(super) async fn control_plane(&self, namespace: &str, revision: &str) -> Result<ControlPlane> {
        let planes = control_planes(self.cluster, namespace).await?;
        let named = |name: &str| planes.iter().find(|plane| plane.revision == name).cloned();
        let wanted = if revision.is_empty() { DEFAULT } else { revision };
        if let Some(plane) = named(wanted) {
            return Ok(plane);
        }
        let known = self.revisions().await?;
        if let Some(plane) = known.tags.get(wanted).and_then(|revision| named(revision)) {
            return Ok(plane);
        }
        let (injector, mesh) = (map_name(INJECTOR, wanted), map_name(MESH, wanted));
        let message =
            format!("namespace {namespace} has no ConfigMaps {injector} and {mesh}, which the injector reads");
        let error = Error::failed("no-config-map", message);
        let there: Vec<&str> = planes.iter().map(|plane| plane.revision.as_str()).collect();
        Err(if there.is_empty() {
            error.hint("name the namespace of the control plane with -i, or install one: mesh install")
        } else {
            error.hint(format!("name a revision with --revision; those of {} are there", there.join(", ")))
        })
    }
}
