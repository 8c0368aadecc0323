//! What users configured with Istio's kinds.

use futures::stream::{self, StreamExt, TryStreamExt};

use crate::cluster::{Cluster, Kinds};
use crate::error::Result;
use crate::object::{Object, ObjectId};

/// The objects of all kinds that `definitions` define.
///
/// # Errors
/// Cluster errors.
pub async fn configured(cluster: &Cluster, definitions: &[&Object]) -> Result<Vec<Object>> {
    let lists = definitions.iter().map(|definition| async move {
        let text = |pointer: &str| definition.text(pointer).unwrap_or_default().to_owned();
        let versions = definition.list("/spec/versions");
        let stored = versions.iter().find(|version| version["storage"] == true).or(versions.first());
        let version = stored.and_then(|version| version["name"].as_str()).unwrap_or_default();
        let api_version = format!("{}/{version}", text("/spec/group"));
        let id = ObjectId::new(&api_version, &text("/spec/names/kind"), None, "");
        let path = Kinds::of([(&id, text("/spec/names/plural").as_str(), true)]).everywhere(&id)?;
        cluster.list(&path, &id, None).await
    });
    let found: Vec<Vec<Object>> = stream::iter(lists).buffered(8).try_collect().await?;
    Ok(found.into_iter().flatten().collect())
}
