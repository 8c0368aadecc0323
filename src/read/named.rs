//! The names of what is in a cluster, for shells that complete them: a request or two each.

use std::collections::BTreeSet;

use super::planes::mutating_webhooks;
use crate::cluster::{Cluster, Kinds};
use crate::error::Result;
use crate::istio::{DEFAULT, label};
use crate::object::ObjectId;

/// What is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// Namespaces.
    Namespaces,
    /// Revisions, by their webhooks.
    Revisions,
    /// Tags, by their webhooks.
    Tags,
    /// Workloads of this kind of `apps/v1`, in a namespace.
    Workloads(&'static str),
    /// Pods, in a namespace.
    Pods,
    /// Services, in a namespace.
    Services,
}

/// Their names, sorted; of what lies in namespaces those of `namespace`.
///
/// # Errors
/// Cluster errors.
pub async fn names(cluster: &Cluster, what: Named, namespace: &str) -> Result<BTreeSet<String>> {
    let id = match what {
        Named::Namespaces => ObjectId::new("v1", "Namespace", None, ""),
        Named::Workloads(kind) => ObjectId::new("apps/v1", kind, Some(namespace), ""),
        Named::Pods => ObjectId::new("v1", "Pod", Some(namespace), ""),
        Named::Services => ObjectId::new("v1", "Service", Some(namespace), ""),
        Named::Revisions | Named::Tags => return labels(cluster, what).await,
    };
    let found = cluster.list(&Kinds::built_in().collection(&id)?, &id, None).await?;
    Ok(found.iter().map(|object| object.name().to_owned()).collect())
}

async fn labels(cluster: &Cluster, what: Named) -> Result<BTreeSet<String>> {
    let key = if what == Named::Tags { label::TAG } else { label::REVISION };
    let all = mutating_webhooks(cluster).await?;
    let of = |webhook: &serde_json::Value| webhook["metadata"]["labels"][key].as_str().map(str::to_owned);
    let mut found: BTreeSet<String> = all.iter().filter_map(of).collect();
    // The tag of that name is not one that somebody has to type.
    if what == Named::Tags {
        found.remove(DEFAULT);
    }
    Ok(found)
}
