//! Where objects are in the API: their paths, by what discovery says.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use cluster::Cluster;
use serde_json::Value;

use super::live;

/// The path of the collection of each kind, by `apiVersion kind`.
pub(crate) struct Paths(BTreeMap<String, String>);

impl Paths {
    /// Those of everything that a cluster serves now.
    pub(crate) fn of(cluster: &Cluster) -> Result<Self> {
        let all = live::collections(cluster)?.into_iter();
        Ok(Self(all.map(|(path, version, kind)| (format!("{version} {kind}"), path)).collect()))
    }

    /// The collection that an object is in.
    pub(crate) fn collection(&self, object: &Value) -> Result<String> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let key = format!("{} {}", text(&object["apiVersion"]), text(&object["kind"]));
        let path = self.0.get(&key).with_context(|| format!("{key} is not served"))?;
        let (root, plural) = path.rsplit_once('/').context("a collection")?;
        Ok(match object["metadata"]["namespace"].as_str() {
            Some(namespace) => format!("{root}/namespaces/{namespace}/{plural}"),
            None => path.clone(),
        })
    }

    /// The object itself.
    pub(crate) fn object(&self, object: &Value) -> Result<String> {
        let name = object["metadata"]["name"].as_str().unwrap_or_default();
        Ok(format!("{}/{name}", self.collection(object)?))
    }
}
