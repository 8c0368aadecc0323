//! Small writes to objects that are others': a merge patch, an eviction.

use kube::api::{Patch, PatchParams};
use kube::core::Request;
use serde_json::{Value, json};

use super::refused::refusal;
use super::write::FIELD_MANAGER;
use super::{Cluster, Kinds};
use crate::error::{Refusal, Result};
use crate::object::{Object, ObjectId};

/// What became of an eviction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Eviction {
    /// The pod goes, or has gone already.
    Goes,
    /// A PodDisruptionBudget does not allow it now: the server's sentence, raw.
    Held(String),
}

impl Cluster {
    /// Merges `patch` (RFC 7386) into an object, giving what is live afterwards; with `dry_run` only what would be. Sending
    /// it twice does what sending it once does, so it is repeated while that may help.
    ///
    /// # Errors
    /// `refused` where the object does not exist, too; as [`Cluster::apply`].
    pub async fn merge(&self, kinds: &Kinds, id: &ObjectId, patch: &Value, dry_run: bool) -> Result<Object> {
        let what = format!("patch {id}");
        let request = Request::new(kinds.collection(id)?);
        let params = PatchParams { field_manager: Some(FIELD_MANAGER.to_owned()), dry_run, ..PatchParams::default() };
        let patch = Patch::Merge(patch);
        let merged = self
            .retried(&what, || async {
                let request = request.patch(&id.name, &params, &patch).map_err(kube::Error::BuildRequest)?;
                self.client.request::<Value>(request).await
            })
            .await?;
        Object::new(merged)
    }

    /// Evicts a pod, only while it has this uid: its PodDisruptionBudgets have their say.
    ///
    /// # Errors
    /// `refused`, cluster errors.
    pub async fn evict(&self, pod: &ObjectId, uid: &str) -> Result<Eviction> {
        let what = format!("evict {pod}");
        let namespace = pod.namespace.as_deref().unwrap_or_default();
        let path = format!("/api/v1/namespaces/{namespace}/pods/{}/eviction", pod.name);
        let body = json!({
            "apiVersion": "policy/v1",
            "kind": "Eviction",
            "metadata": { "name": pod.name, "namespace": namespace },
            "deleteOptions": { "preconditions": { "uid": uid } },
        });
        self.retried(&what, || async {
            let request = http::Request::post(&path).header(http::header::CONTENT_TYPE, "application/json");
            let request = request.body(body.to_string().into_bytes()).map_err(kube::Error::HttpError)?;
            match self.client.request::<Value>(request).await {
                Ok(_) => Ok(Eviction::Goes),
                // Another pod of this name is not ours to evict.
                Err(kube::Error::Api(status)) if matches!(status.code, 404 | 409) => Ok(Eviction::Goes),
                // The budget's no looks like a busy server's, but names its cause.
                Err(kube::Error::Api(status))
                    if matches!(refusal(&status), Refusal::TooManyRequests { by_budget: true, .. }) =>
                {
                    Ok(Eviction::Held(status.message.clone()))
                }
                Err(error) => Err(error),
            }
        })
        .await
    }
}
