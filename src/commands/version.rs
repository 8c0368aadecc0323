//! `mesh version`.

use std::collections::BTreeMap;

use futures::future::try_join_all;
use serde_json::{Value, json};

use super::settings::Settings;
use crate::cli::{VersionArgs, VersionOutput};
use crate::cluster::{Cluster, Kinds, Selection};
use crate::component::ISTIO_VERSION;
use crate::error::{Error, Result};
use crate::istio::{Pod, label, revision, running};
use crate::object::{Object, ObjectId};
use crate::read;
use crate::report::document::error as as_value;
use crate::ui::{self, sanitize};

/// So many pods are held at once.
const PAGE: u32 = 100;

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
    let mut proxies = BTreeMap::new();
    let selection = Selection { labels: Some(label::CANONICAL_NAME), fields: None };
    let count = |pods: Vec<Pod>| {
        for proxy in pods.iter().filter_map(Pod::living_proxy) {
            *proxies.entry(proxy.version()).or_insert(0) += 1;
        }
        Ok(())
    };
    let (control_planes, counted) = futures::join!(
        control_planes(cluster, settings),
        cluster.pages("/api/v1/pods", "Pod", selection, PAGE, count),
    );
    counted?;
    Ok(Remote { cluster: cluster.name().to_owned(), control_planes: control_planes?, proxies })
}

/// The control planes of all namespaces; where those may not be listed, of the one that is asked about.
async fn control_planes(cluster: &Cluster, settings: &Settings) -> Result<Vec<(String, String)>> {
    let id = ObjectId::new("apps/v1", "Deployment", Some(&settings.istio_namespace), "");
    let kinds = Kinds::of([(&id, "deployments", true)]);
    let list = async |path: String| cluster.list(&path, &id, Some("app=istiod")).await;
    let found = match list(kinds.everywhere(&id)?).await {
        Err(error) if error.is_forbidden() => list(kinds.collection(&id)?).await?,
        found => found?,
    };
    let one = async |plane: &Object| {
        let pods = if running::is_rolled_out(plane) { Vec::new() } else { read::pods_of(cluster, plane).await? };
        Ok((revision(plane).to_owned(), running::version(plane, &pods)))
    };
    try_join_all(found.iter().map(one)).await
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
