//! `mesh version`.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::failure::as_value;
use super::settings::Settings;
use crate::cli::{VersionArgs, VersionOutput};
use crate::cluster::{Cluster, Kinds};
use crate::component::ISTIO_VERSION;
use crate::describe;
use crate::error::{Error, Result};
use crate::object::{Object, ObjectId};
use crate::status::version;
use crate::ui::{self, sanitize};

/// What runs in a cluster.
struct Remote {
    /// The cluster's name.
    cluster: String,
    /// `(revision, version)` of every istiod.
    control_planes: Vec<(String, String)>,
    /// Version to how many proxies run it.
    proxies: BTreeMap<String, usize>,
}

/// Prints versions: of the client alone, or of what runs in the cluster too when that can be reached.
pub(super) fn run(settings: &Settings, args: VersionArgs) -> Result<()> {
    let VersionArgs { client, output } = args;
    let remote = if client {
        None
    } else {
        Some(settings.on_cluster(|cluster| async move { remote(&cluster, settings).await }))
    };
    let text = match output {
        VersionOutput::Text => text(remote.as_ref()),
        VersionOutput::Json => ui::json(&document(remote.as_ref())),
        VersionOutput::Yaml => ui::yaml(&document(remote.as_ref()))?,
    };
    settings.ui.result(&text)?;
    // Documents have the error in them.
    if let (VersionOutput::Text, Some(Err(error))) = (output, &remote) {
        settings.ui.message(&format!("note: the cluster's versions are not known: {}", sanitize(&error.to_string())));
        for hint in error.hints() {
            settings.ui.message(&format!("hint: {}", sanitize(hint)));
        }
    }
    Ok(())
}

async fn remote(cluster: &Cluster, settings: &Settings) -> Result<Remote> {
    cluster.version().await?;
    let deployment = ObjectId::new("apps/v1", "Deployment", Some(&settings.istio_namespace), "");
    let pod = ObjectId::new("v1", "Pod", None, "");
    let kinds = Kinds::of([(&deployment, "deployments", true), (&pod, "pods", true)]);
    let path = kinds.collection(&deployment)?;
    let (control_planes, pods) = futures::try_join!(
        cluster.list(&path, &deployment, Some("app=istiod")),
        cluster.list("/api/v1/pods", &pod, Some("service.istio.io/canonical-name")),
    )?;
    let control_planes = control_planes.iter().map(control_plane).collect();
    let mut proxies = BTreeMap::new();
    for version in pods.iter().filter_map(proxy_version) {
        *proxies.entry(version).or_insert(0) += 1;
    }
    Ok(Remote { cluster: cluster.name().to_owned(), control_planes, proxies })
}

fn control_plane(deployment: &Object) -> (String, String) {
    let revision = deployment.label("istio.io/rev").unwrap_or("default").to_owned();
    let discovery = describe::container(deployment.list("/spec/template/spec/containers"), "discovery");
    let image = discovery.and_then(|container| container["image"].as_str());
    (revision, image.map_or_else(|| "unknown".to_owned(), version::of_image))
}

/// The version of a pod's proxy.
fn proxy_version(pod: &Object) -> Option<String> {
    let (proxy, _) = describe::proxy(pod)?;
    proxy["image"].as_str().map(version::of_image)
}

fn text(remote: Option<&Result<Remote>>) -> String {
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
        .map(|(version, count)| {
            format!("{} ({count} {})", sanitize(version), if *count == 1 { "proxy" } else { "proxies" })
        })
        .collect();
    if !proxies.is_empty() {
        text.push_str(&format!("data plane version: {}\n", proxies.join(", ")));
    }
    text
}

fn document(remote: Option<&Result<Remote, Error>>) -> Value {
    let mut document = json!({
        "apiVersion": "mesh/v1",
        "kind": "Version",
        "client": { "mesh": env!("CARGO_PKG_VERSION"), "istio": ISTIO_VERSION },
    });
    match remote {
        Some(Ok(remote)) => {
            let planes = remote.control_planes.iter();
            let planes = planes.map(|(revision, version)| json!({ "revision": revision, "version": version }));
            let proxies = remote.proxies.iter().map(|(version, count)| json!({ "version": version, "count": count }));
            document["clusters"] = json!([{
                "cluster": remote.cluster,
                "controlPlanes": planes.collect::<Vec<_>>(),
                "proxies": proxies.collect::<Vec<_>>(),
            }]);
        }
        Some(Err(error)) => document["error"] = as_value(error),
        None => {}
    }
    document
}
