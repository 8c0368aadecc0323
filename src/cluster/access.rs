//! What we may do, asked of the API server itself.

use kube::api::PostParams;
use kube::core::Request;
use serde_json::{Value, json};

use super::Cluster;
use crate::error::Result;

/// Something one may be allowed to do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Deed {
    /// `create`, `patch`, …
    pub verb: &'static str,
    /// The API group, empty for the core group.
    pub group: String,
    /// The path segment of the kind, such as `deployments`.
    pub resource: String,
    /// The namespace; none for the whole cluster.
    pub namespace: Option<String>,
}

/// `create deployments.apps in namespace istio-system`.
impl std::fmt::Display for Deed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let dot = if self.group.is_empty() { "" } else { "." };
        write!(f, "{} {}{dot}{}", self.verb, self.resource, self.group)?;
        self.namespace.as_ref().map_or(Ok(()), |namespace| write!(f, " in namespace {namespace}"))
    }
}

impl Cluster {
    /// Whether we may do `deed` (a SelfSubjectAccessReview, which everybody may ask for).
    ///
    /// # Errors
    /// Cluster errors.
    pub async fn may(&self, deed: &Deed) -> Result<bool> {
        let review = json!({
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": { "resourceAttributes": {
                "verb": deed.verb, "group": deed.group, "resource": deed.resource,
                "namespace": deed.namespace.as_deref().unwrap_or_default(),
            } },
        });
        let bytes = review.to_string().into_bytes();
        let request = Request::new("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews");
        let answer = self
            .retried(&format!("ask whether we may {deed}"), || async {
                let request =
                    request.create(&PostParams::default(), bytes.clone()).map_err(kube::Error::BuildRequest)?;
                self.client.request::<Value>(request).await
            })
            .await?;
        Ok(answer["status"]["allowed"] == true)
    }
}
