//! What a cluster injects by: its webhooks, and what each istiod reads. Few requests, whatever the size of the cluster.

use futures::future::try_join_all;
use serde_json::Value;

use super::{Cluster, Kinds};
use crate::error::{Error, Result};
use crate::istio::plane::{INJECTOR, MESH, ROOT, map_name};
use crate::istio::{ControlPlane, DEFAULT, label, revision};
use crate::object::{Object, ObjectId};
use crate::plan::injection::{Injection, nodes_can};
use crate::plan::revisions::Revisions;

impl Cluster {
    /// The MutatingWebhookConfigurations of the cluster.
    ///
    /// # Errors
    /// Cluster errors.
    pub async fn mutating_webhooks(&self) -> Result<Vec<Value>> {
        let id = ObjectId::new("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", None, "");
        let kinds = Kinds::of([(&id, "mutatingwebhookconfigurations", false)]);
        let found = self.list(&kinds.collection(&id)?, &id, None).await?;
        Ok(found.into_iter().map(Object::into_value).collect())
    }

    /// Whether every node runs native sidecars.
    ///
    /// # Errors
    /// Cluster errors.
    pub async fn nodes_can(&self) -> Result<bool> {
        let node = ObjectId::new("v1", "Node", None, "");
        Ok(nodes_can(&self.list("/api/v1/nodes", &node, None).await?))
    }

    /// Everything that decides what becomes of a pod that is made now: besides `configurations`, which are known already,
    /// one list of ConfigMaps and of Deployments a namespace with an istiod, and the nodes.
    ///
    /// # Errors
    /// Cluster errors; a configuration that cannot be read.
    pub async fn injection(&self, configurations: Vec<Value>) -> Result<Injection> {
        let namespaces = Revisions::of(&configurations).namespaces;
        let planes = try_join_all(namespaces.iter().map(|namespace| self.control_planes(namespace)));
        let (planes, nodes_can) = futures::try_join!(planes, self.nodes_can())?;
        Injection::of(configurations, &planes.concat(), nodes_can)
    }

    /// The control planes of a namespace, as far as their ConfigMaps are there.
    async fn control_planes(&self, namespace: &str) -> Result<Vec<ControlPlane>> {
        let map = ObjectId::new("v1", "ConfigMap", Some(namespace), "");
        let root = ObjectId::new("v1", "ConfigMap", Some(namespace), ROOT);
        let deployment = ObjectId::new("apps/v1", "Deployment", Some(namespace), "");
        let kinds = Kinds::of([(&map, "configmaps", true), (&deployment, "deployments", true)]);
        let (maps, deployments) = (kinds.collection(&map)?, kinds.collection(&deployment)?);
        let (mut maps, deployments, root) = futures::try_join!(
            self.list(&maps, &map, Some(label::REVISION)),
            self.list(&deployments, &deployment, Some("app=istiod")),
            self.get(&kinds, &root),
        )?;
        maps.extend(root);
        let revisions = maps.iter().filter_map(|map| match map.name().strip_prefix(INJECTOR)? {
            "" => Some(DEFAULT),
            suffix => suffix.strip_prefix('-'),
        });
        let plane = |name: &str| {
            let own = deployments.iter().find(|one| revision(one) == name);
            ControlPlane::of(name, &maps, own, &[])
        };
        Ok(revisions.map(plane).filter(ControlPlane::is_known).collect())
    }

    /// What the istiod of `revision` (empty, `default` or a tag, too) in `namespace` injects by.
    ///
    /// # Errors
    /// `no-config-map` (failed) with what there is in its place; cluster errors.
    pub async fn control_plane(&self, namespace: &str, revision: &str) -> Result<ControlPlane> {
        let planes = self.control_planes(namespace).await?;
        let named = |name: &str| planes.iter().find(|plane| plane.revision == name).cloned();
        let wanted = if revision.is_empty() { DEFAULT } else { revision };
        if let Some(plane) = named(wanted) {
            return Ok(plane);
        }
        let known = Revisions::of(&self.mutating_webhooks().await?);
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
