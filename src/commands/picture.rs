//! What a cluster has of Istio, read for the commands about revisions: five lists, whatever was installed by whom.

use crate::cluster::{Cluster, Kinds};
use crate::error::Result;
use crate::object::{Object, ObjectId};
use crate::plan::usage::Picture;

/// Reads it.
///
/// # Errors
/// Cluster errors.
pub(super) async fn read(cluster: &Cluster) -> Result<Picture> {
    let list = async |api_version: &str, kind: &str, plural: &str, selector: Option<&str>| -> Result<Vec<Object>> {
        let id = ObjectId::new(api_version, kind, None, "");
        let path = Kinds::of([(&id, plural, false)]).everywhere(&id)?;
        cluster.list(&path, &id, selector).await
    };
    let admission = "admissionregistration.k8s.io/v1";
    let (webhooks, services, control_planes, namespaces, pods) = futures::try_join!(
        list(admission, "MutatingWebhookConfiguration", "mutatingwebhookconfigurations", Some("istio.io/rev")),
        list("v1", "Service", "services", Some("istio.io/rev")),
        list("apps/v1", "Deployment", "deployments", Some("app=istiod")),
        list("v1", "Namespace", "namespaces", None),
        list("v1", "Pod", "pods", Some("service.istio.io/canonical-name")),
    )?;
    Ok(Picture { webhooks, services, control_planes, namespaces, pods })
}
