//! Namespaces, as they have to be for workloads to be put into the mesh.

use futures::future::try_join_all;

use super::View;
use crate::cluster::Kinds;
use crate::error::{Error, Result};
use crate::object::{Object, ObjectId};

impl View<'_> {
    /// A namespace that must be there, and stay.
    ///
    /// # Errors
    /// `not-found` and `being-deleted` (failed), cluster errors.
    pub async fn namespace(&self, name: &str) -> Result<Object> {
        let id = ObjectId::new("v1", "Namespace", None, name);
        let Some(found) = self.cluster.get(&Kinds::built_in(), &id).await? else {
            return Err(Error::failed(
                "not-found",
                format!("namespace {name} does not exist on {}", self.cluster.name()),
            )
            .hint(format!("see those that do: kubectl get namespaces; or make it: kubectl create namespace {name}")));
        };
        if found.text("/metadata/deletionTimestamp").is_some() {
            return Err(Error::failed("being-deleted", format!("namespace {name} is being deleted"))
                .hint(format!("wait until it is gone: kubectl wait --for=delete namespace/{name} --timeout=5m")));
        }
        Ok(found)
    }

    /// Several of them, in this order.
    ///
    /// # Errors
    /// As [`View::namespace`].
    pub async fn namespaces(&self, names: &[String]) -> Result<Vec<Object>> {
        try_join_all(names.iter().map(|name| self.namespace(name))).await
    }

    /// All of the cluster.
    ///
    /// # Errors
    /// Cluster errors.
    pub async fn all_namespaces(&self) -> Result<Vec<Object>> {
        let id = ObjectId::new("v1", "Namespace", None, "");
        self.cluster.list(&Kinds::built_in().collection(&id)?, &id, None).await
    }

    /// Makes sure that there is what ambient mode needs: a ztunnel on the nodes.
    ///
    /// # Errors
    /// `no-ambient` (usage), cluster errors.
    pub async fn check_ambient(&self) -> Result<()> {
        let id = ObjectId::new("apps/v1", "DaemonSet", None, "");
        // Its installers label its pods alike, and itself each in their own way.
        let is_ztunnel = |set: &Object| set.text("/spec/template/metadata/labels/app") == Some("ztunnel");
        if self.cluster.list(&Kinds::built_in().collection(&id)?, &id, None).await?.iter().any(is_ztunnel) {
            return Ok(());
        }
        Err(Error::usage(
            "no-ambient",
            "ambient mode is not installed on this cluster: there is no ztunnel; nothing was written",
        )
        .hint("install it: mesh install --set profile=ambient"))
    }
}
