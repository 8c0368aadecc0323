//! What a cluster has of Istio, read for the commands about revisions, whatever was installed by whom. What may be long is
//! read a page at a time, and kept in brief.

use serde::de::DeserializeOwned;

use super::fleet::{PAGE, untold_pods};
use super::istiods;
use crate::cluster::{Cluster, Kinds, Selection};
use crate::error::{Error, Result};
use crate::istio::{Gateway, GatewayClass, Idle, MAY_BE_IDLE, Picture, Pod, Unready, Workload, label};
use crate::object::{Object, ObjectId};

const GATEWAYS: &str = "/apis/gateway.networking.k8s.io/v1/";

/// Reads it. Workloads without pods and Gateways that may not be listed are named in `unknown`.
///
/// # Errors
/// Cluster errors.
pub(super) async fn read(cluster: &Cluster) -> Result<Picture> {
    with(cluster, pods(cluster)).await
}

/// The same with `pods`, which live and have a proxy.
///
/// # Errors
/// Cluster errors.
pub(super) async fn with(cluster: &Cluster, pods: impl Future<Output = Result<Vec<Pod>>>) -> Result<Picture> {
    let kinds = Kinds::built_in();
    let list = async |api_version: &str, kind: &str, selector: Option<&str>| -> Result<Vec<Object>> {
        let id = ObjectId::new(api_version, kind, None, "");
        cluster.list(&kinds.everywhere(&id)?, &id, selector).await
    };
    let admission = "admissionregistration.k8s.io/v1";
    let own = Some(label::REVISION);
    let ((webhooks, services, control_planes, namespaces, pods), without_pods) = futures::try_join!(
        async {
            futures::try_join!(
                list(admission, "MutatingWebhookConfiguration", own),
                list("v1", "Service", own),
                istiods::labelled(cluster),
                list("v1", "Namespace", None),
                pods,
            )
        },
        async { Ok::<_, Error>(without_pods(cluster).await) },
    )?;
    let WithoutPods { idle, gateways, unknown, unready: _, istiods } = without_pods;
    let control_planes = [istiods::missing(cluster, &control_planes, &istiods).await?, control_planes].concat();
    let istiods = untold_pods(cluster, &control_planes).await?;
    Ok(Picture { webhooks, services, control_planes, istiods, namespaces, pods, idle, gateways, unknown })
}

/// The pods that live and have a proxy.
async fn pods(cluster: &Cluster) -> Result<Vec<Pod>> {
    let selection = Selection { labels: Some(label::CANONICAL_NAME), fields: None };
    let mut found = Vec::new();
    let keep = |pods: Vec<Pod>| {
        found.extend(pods.into_iter().filter(|pod| pod.living_proxy().is_some()));
        Ok(())
    };
    cluster.pages("/api/v1/pods", "Pod", selection, PAGE, keep).await?;
    Ok(found)
}

/// What uses a revision without a pod of its own, and what else is seen on the way through all workloads.
#[derive(Debug, Default)]
pub(super) struct WithoutPods {
    /// Workloads without pods.
    pub(super) idle: Vec<Idle>,
    /// Workloads that lack pods.
    pub(super) unready: Vec<Unready>,
    /// Gateways that Istio serves.
    gateways: Vec<Gateway>,
    /// Deployments whose image is istiod's.
    pub(super) istiods: Vec<ObjectId>,
    /// What could not be read, and why.
    pub(super) unknown: Vec<String>,
}

/// Reads it, as far as that may be.
pub(super) async fn without_pods(cluster: &Cluster) -> WithoutPods {
    let (workloads, gateways) =
        futures::join!(futures::future::join_all(MAY_BE_IDLE.map(|of| workloads(cluster, of))), gateways(cluster));
    let mut found = WithoutPods::default();
    let said = |error: Error| error.to_string();
    for read in workloads {
        match read {
            Ok(seen) => {
                found.idle.extend(seen.idle);
                found.unready.extend(seen.unready);
                found.istiods.extend(seen.istiods);
            }
            Err(error) => found.unknown.push(said(error)),
        }
    }
    match gateways {
        Ok(read) => found.gateways = read,
        Err(error) => found.unknown.push(said(error)),
    }
    found
}

/// Those of a kind: without pods, with too few, and control planes.
async fn workloads(cluster: &Cluster, (version, kind, plural): (&str, &'static str, &str)) -> Result<WithoutPods> {
    let mut found = WithoutPods::default();
    let look = |page: Vec<Workload>| {
        for one in page {
            found.unready.extend(one.unready(kind));
            found.istiods.extend(Some(&one).filter(|_| kind == "Deployment").and_then(istiods::by_image));
            found.idle.extend(one.idle(kind));
        }
        Ok(())
    };
    cluster.pages(&format!("/apis/{version}/{plural}"), kind, Selection::default(), PAGE, look).await?;
    Ok(found)
}

/// The Gateways whose class is Istio's; where there are none, nobody asks for the classes.
async fn gateways(cluster: &Cluster) -> Result<Vec<Gateway>> {
    let mut found = kept(cluster, &format!("{GATEWAYS}gateways"), "Gateway", Some::<Gateway>).await?;
    if !found.is_empty() {
        let path = format!("{GATEWAYS}gatewayclasses");
        let classes: Vec<String> = kept(cluster, &path, "GatewayClass", GatewayClass::of_istio).await?;
        found.retain(|gateway| classes.iter().any(|class| class == gateway.class()));
    }
    Ok(found)
}

/// What is kept of a collection, which is read a page at a time.
///
/// # Errors
/// Cluster errors.
pub(super) async fn kept<T: DeserializeOwned, K>(
    cluster: &Cluster,
    path: &str,
    kind: &str,
    keep: impl Fn(T) -> Option<K>,
) -> Result<Vec<K>> {
    let mut found = Vec::new();
    let add = |page: Vec<T>| {
        found.extend(page.into_iter().filter_map(&keep));
        Ok(())
    };
    cluster.pages(path, kind, Selection::default(), PAGE, add).await?;
    Ok(found)
}
