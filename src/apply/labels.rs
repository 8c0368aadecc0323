//! Labels of one object, written.

use serde_json::{Map, Value};

use crate::cluster::{Cluster, Kinds};
use crate::error::Result;
use crate::object::Object;
use crate::plan::labels;

/// How a change is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trial {
    /// It is written.
    None,
    /// Nobody is asked.
    Here,
    /// The server is asked, and writes nothing.
    Server,
}

/// Makes an object's labels these, by one merge patch; where nothing changes, nothing is sent.
///
/// # Errors
/// `refused` where the object is gone, too; cluster errors.
pub async fn label(cluster: &Cluster, object: &Object, after: &Map<String, Value>, trial: Trial) -> Result<()> {
    let patch = labels::patch(object, after);
    let writes = patch["metadata"]["labels"].as_object().is_some_and(|labels| !labels.is_empty());
    if writes && trial != Trial::Here {
        cluster.merge(&Kinds::built_in(), &object.id(), &patch, trial == Trial::Server).await?;
    }
    Ok(())
}

/// The same for an object that is still as it was seen: false where it has changed since or is gone, and nothing was written.
///
/// # Errors
/// Cluster errors; `refused` where a webhook says no.
pub async fn label_as_seen(cluster: &Cluster, seen: &Object, after: &Map<String, Value>) -> Result<bool> {
    let mut patch = labels::patch(seen, after);
    patch["metadata"]["resourceVersion"] = seen.at("/metadata/resourceVersion").cloned().unwrap_or_default();
    match cluster.merge(&Kinds::built_in(), &seen.id(), &patch, false).await {
        Ok(_) => Ok(true),
        Err(error) if error.is_conflict() || error.is_not_found() => Ok(false),
        Err(error) => Err(error),
    }
}
