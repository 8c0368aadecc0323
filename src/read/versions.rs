//! Which versions run in a cluster.

use std::collections::BTreeMap;

use futures::future::try_join_all;

use super::fleet::PAGE;
use super::{View, istiods, untold_pods};
use crate::cluster::{Cluster, Selection};
use crate::error::Result;
use crate::istio::{Pod, label, revision, running};
use crate::object::Object;

/// What runs in a cluster.
pub struct Remote {
    /// The cluster's name.
    pub cluster: String,
    /// `(revision, version)` of every istiod.
    pub control_planes: Vec<(String, String)>,
    /// Version to how many proxies run it.
    pub proxies: BTreeMap<String, usize>,
}

impl View<'_> {
    /// Looks which versions run; `namespace` is that of the control plane where others may not be looked at.
    ///
    /// # Errors
    /// Cluster errors.
    pub async fn versions(&self, namespace: &str) -> Result<Remote> {
        let cluster = self.cluster;
        self.version().await?;
        let mut proxies = BTreeMap::new();
        let selection = Selection { labels: Some(label::CANONICAL_NAME), fields: None };
        let count = |pods: Vec<Pod>| {
            for proxy in pods.iter().filter_map(Pod::living_proxy) {
                *proxies.entry(proxy.version()).or_insert(0) += 1;
            }
            Ok(())
        };
        let (control_planes, counted) = futures::join!(
            control_planes(cluster, namespace),
            cluster.pages("/api/v1/pods", "Pod", selection, PAGE, count),
        );
        counted?;
        Ok(Remote { cluster: cluster.name().to_owned(), control_planes: control_planes?, proxies })
    }
}

/// The control planes of all namespaces; where those may not be listed, of the one that is asked about.
async fn control_planes(cluster: &Cluster, namespace: &str) -> Result<Vec<(String, String)>> {
    let found = match istiods::all(cluster).await {
        Err(error) if error.is_forbidden() => istiods::of_namespace(cluster, namespace).await?,
        found => found?,
    };
    let one = async |plane: &Object| {
        let pods = untold_pods(cluster, [plane]).await?;
        Ok((revision(plane).to_owned(), running::version(plane, &pods)))
    };
    try_join_all(found.iter().map(one)).await
}
