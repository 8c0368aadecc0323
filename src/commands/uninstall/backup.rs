//! What users configured with Istio's kinds: counted, and written to a file before it goes.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use futures::stream::{self, StreamExt, TryStreamExt};
use k8s_openapi::jiff::Timestamp;

use crate::cluster::{Cluster, Kinds};
use crate::error::{Error, Result};
use crate::object::{Object, ObjectId};
use crate::yaml;

/// The objects of all kinds that `definitions` define.
///
/// # Errors
/// Cluster errors.
pub(super) async fn objects(cluster: &Cluster, definitions: &[&Object]) -> Result<Vec<Object>> {
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

/// `214 objects in 31 namespaces`.
pub(super) fn counted(objects: &[Object]) -> String {
    let namespaces: BTreeSet<&str> = objects.iter().filter_map(Object::namespace).collect();
    let noun = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    format!("{} in {}", noun(objects.len(), "object"), noun(namespaces.len(), "namespace"))
}

/// Writes the objects, as they can be applied again, to a new file that only its owner may read. Gives its path.
///
/// # Errors
/// `backup-failed` (usage): there is such a file, or it cannot be written.
pub(super) fn write(objects: &[Object], path: Option<&Path>) -> Result<PathBuf> {
    let usual = || PathBuf::from(format!("mesh-backup-{}.yaml", Timestamp::now().strftime("%Y%m%dT%H%M%SZ")));
    let path = path.map_or_else(usual, Path::to_owned);
    let failed = |error: std::io::Error| {
        let message = format!("{}: the backup cannot be written; nothing was removed", path.display());
        Error::usage("backup-failed", message).caused_by(error).hint("name another file: --backup FILE")
    };
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).map_err(failed)?;
    for object in objects {
        let text = yaml::text(&bare(object))?;
        file.write_all(format!("---\n{text}").as_bytes()).map_err(failed)?;
    }
    file.sync_all().map_err(failed)?;
    Ok(path)
}

/// Without what only the API server writes.
fn bare(object: &Object) -> serde_json::Value {
    let mut value = object.value().clone();
    if let Some(root) = value.as_object_mut() {
        root.shift_remove("status");
    }
    if let Some(metadata) = value.get_mut("metadata").and_then(serde_json::Value::as_object_mut) {
        for field in ["managedFields", "resourceVersion", "uid", "generation", "creationTimestamp", "selfLink"] {
            metadata.shift_remove(field);
        }
    }
    value
}
