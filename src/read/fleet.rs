//! Pods as far as the mesh asks, a page at a time: the proxies of a cluster, and the pods of one workload.

use futures::future::try_join_all;
use serde_json::Value;

use crate::check::Fleet;
use crate::cluster::{Cluster, Selection, with_labels};
use crate::error::Result;
use crate::istio::{Pod, label, running};
use crate::object::{Object, ObjectId};
use crate::status::certificate;

/// So many objects are held at once.
pub(super) const PAGE: u32 = 100;

/// The root certificate in the ConfigMap that istiod publishes it in.
pub fn root_of(map: &Object) -> Option<String> {
    map.text("/data/root-cert.pem").map(str::to_owned)
}

/// The proxies of all namespaces, beside the root certificate of the mesh.
///
/// # Errors
/// Cluster errors.
pub async fn fleet(cluster: &Cluster, root: Option<&str>) -> Result<Fleet> {
    let mut fleet = Fleet::new(root.and_then(certificate::rooted_since));
    let selection = Selection { labels: Some(label::CANONICAL_NAME), fields: None };
    let add = |pods: Vec<Object>| {
        fleet.add(&pods);
        Ok(())
    };
    let id = ObjectId::new("v1", "Pod", None, "");
    cluster.object_pages("/api/v1/pods", &id, selection, PAGE, add).await?;
    Ok(fleet)
}

/// The pods of those of `workloads` whose templates do not tell what runs: most often there are none.
///
/// # Errors
/// Cluster errors.
pub async fn untold_pods<'o>(cluster: &Cluster, workloads: impl IntoIterator<Item = &'o Object>) -> Result<Vec<Pod>> {
    let untold = workloads.into_iter().filter(|one| !running::is_rolled_out(one));
    Ok(try_join_all(untold.map(|one| pods_of(cluster, one))).await?.concat())
}

/// The pods that the selector of a workload matches.
///
/// # Errors
/// Cluster errors.
async fn pods_of(cluster: &Cluster, workload: &Object) -> Result<Vec<Pod>> {
    let labels = workload.at("/spec/selector/matchLabels").and_then(Value::as_object);
    let labels = labels.map(with_labels).unwrap_or_default();
    let path = format!("/api/v1/namespaces/{}/pods", workload.namespace().unwrap_or_default());
    let mut found = Vec::new();
    let add = |pods: Vec<Pod>| {
        found.extend(pods);
        Ok(())
    };
    cluster.pages(&path, "Pod", Selection { labels: Some(&labels), fields: None }, PAGE, add).await?;
    Ok(found)
}
