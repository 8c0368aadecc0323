//! Versions of the client and of what runs.

use serde_json::{Value, json};

use super::document;
use crate::component::ISTIO_VERSION;
use crate::error::{Error, Result};
use crate::read::Remote;
use crate::text;
use crate::ui::{Ui, sanitize};

/// Says beside the result why the versions of what runs are not known.
pub fn unknown(ui: &Ui, error: &Error) {
    ui.message(&format!("note: the cluster's versions are not known: {}", sanitize(&error.to_string())));
    error.hints().iter().for_each(|hint| ui.message(&format!("hint: {}", sanitize(hint))));
}

/// The versions of the client and of what runs.
pub fn text(remote: Option<&Result<Remote>>) -> String {
    let mut text = format!("client version: {} (installs Istio {ISTIO_VERSION})\n", env!("CARGO_PKG_VERSION"));
    let Some(Ok(remote)) = remote else { return text };
    if remote.control_planes.is_empty() {
        text.push_str("control plane version: none is installed\n");
    }
    for (revision, version) in &remote.control_planes {
        text.push_str(&format!("control plane version: {} (revision {})\n", sanitize(version), sanitize(revision)));
    }
    let proxies: Vec<String> = remote
        .proxies
        .iter()
        .map(|(version, count)| format!("{} ({})", sanitize(version), text::count(*count, "proxy")))
        .collect();
    if !proxies.is_empty() {
        text.push_str(&format!("data plane version: {}\n", proxies.join(", ")));
    }
    text
}

/// The same as a document, the error where what runs is not known.
pub fn document(remote: Option<&Result<Remote>>) -> Value {
    let mut versions = json!({
        "apiVersion": "mesh/v1",
        "kind": "Version",
        "client": { "mesh": env!("CARGO_PKG_VERSION"), "istio": ISTIO_VERSION },
    });
    match remote {
        Some(Ok(remote)) => {
            let planes = remote.control_planes.iter();
            let planes = planes.map(|(revision, version)| json!({ "revision": revision, "version": version }));
            let proxies = remote.proxies.iter().map(|(version, count)| json!({ "version": version, "count": count }));
            versions["clusters"] = json!([{
                "cluster": remote.cluster,
                "controlPlanes": planes.collect::<Vec<_>>(),
                "proxies": proxies.collect::<Vec<_>>(),
            }]);
        }
        Some(Err(error)) => versions["error"] = document::error(error),
        None => {}
    }
    versions
}
