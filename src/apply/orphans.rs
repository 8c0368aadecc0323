//! Webhooks of a control plane that is gone, removed.

use crate::cluster::{Cluster, Kinds};
use crate::error::Result;
use crate::object::Object;

/// Removes these webhook configurations, each only while it is the object that was looked at.
///
/// # Errors
/// Cluster errors.
pub async fn remove_webhooks(cluster: &Cluster, webhooks: &[&Object]) -> Result<()> {
    for one in webhooks {
        cluster.delete(&Kinds::built_in(), &one.id(), one.text("/metadata/uid")).await?;
    }
    Ok(())
}
