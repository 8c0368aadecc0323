//! Helm, played: its marks on objects, and its records.

use std::io::Write as _;

use anyhow::Result;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// Marks an object as one of a release.
pub(crate) fn mark(object: &mut Value, release: &str, namespace: &str) {
    let metadata = &mut object["metadata"];
    metadata["labels"]["app.kubernetes.io/managed-by"] = "Helm".into();
    metadata["annotations"]["meta.helm.sh/release-name"] = release.into();
    metadata["annotations"]["meta.helm.sh/release-namespace"] = namespace.into();
}

/// The Secret in which Helm records a release, to be created in the release's namespace.
pub(crate) fn record(release: &str, chart: &str, config: &Value) -> Result<Value> {
    let text = json!({"name": release, "config": config, "chart": {"metadata": {"name": chart, "version": "1.30.3"}}});
    record_of(release, &text)
}

/// The same where Helm keeps its records in ConfigMaps.
pub(crate) fn map_of(release: &str, text: &Value) -> Result<Value> {
    let mut map = record_of(release, text)?;
    map["kind"] = "ConfigMap".into();
    map.as_object_mut().map(|map| map.remove("type"));
    map["data"]["release"] = packed(text)?.into();
    Ok(map)
}

fn packed(text: &Value) -> Result<String> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(text.to_string().as_bytes())?;
    Ok(STANDARD.encode(packer.finish()?))
}

/// The record of a release that is written down as `text`.
pub(crate) fn record_of(release: &str, text: &Value) -> Result<Value> {
    let data = STANDARD.encode(packed(text)?);
    let name = format!("sh.helm.release.v1.{release}.v1");
    let labels = json!({"owner": "helm", "name": release, "status": "deployed", "version": "1"});
    Ok(json!({
        "apiVersion": "v1", "kind": "Secret", "type": "helm.sh/release.v1",
        "metadata": {"name": name, "labels": labels}, "data": {"release": data},
    }))
}
