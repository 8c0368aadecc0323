//! The rows of an overview: what each of its tables says of one thing.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Grade;
use crate::plan::state::Outcome;

/// A workload of Istio's own.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ComponentRow {
    /// `Deployment` or `DaemonSet`.
    pub kind: String,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// How many pods it wants.
    pub desired: i64,
    /// How many of them are ready.
    pub ready: i64,
    /// The version that its pods run; several where they run several.
    pub version: String,
    /// How many pods run each version, where they are not all of the newest template.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub versions: BTreeMap<String, usize>,
    /// Its revision.
    pub revision: String,
    /// Why it is not ready; none where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
}

/// An installation by its newest record.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Installed {
    /// How people call it.
    pub installation: String,
    /// Its revision.
    pub revision: String,
    /// The namespace of its control plane.
    pub namespace: String,
    /// The number of the record.
    pub record: u64,
    /// The version of Istio that it installs.
    pub istio: String,
    /// When it was changed last.
    pub time: String,
    /// How that ended.
    pub outcome: Outcome,
}

/// A webhook configuration.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Webhook {
    /// `mutating` or `validating`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// Its revision, or tag.
    pub revision: String,
    /// What happens while nobody answers: `Fail` or `Ignore`.
    pub policy: String,
    /// What is wrong; empty where nothing is.
    pub troubles: Vec<String>,
}

/// A certificate.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Certificate {
    /// Whose it is.
    pub name: String,
    /// For how many days it is valid.
    pub days_left: i64,
}

/// A namespace.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NamespaceRow {
    /// Its name.
    pub name: String,
    /// The label that enrols it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enrolled: Option<String>,
    /// Its pods with a proxy, by revision.
    pub proxies: BTreeMap<String, usize>,
}

/// Proxies that are alike.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProxyRow {
    /// The revision that injected them.
    pub revision: String,
    /// The version they run.
    pub version: String,
    /// How many.
    pub pods: usize,
    /// How many of their pods are ready.
    pub ready: usize,
    /// The version of their control plane; none where it is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub control_plane: Option<String>,
    /// Whether they run another version than it, or trust another root.
    pub outdated: bool,
    /// Whether their pods pin the image by annotation `sidecar.istio.io/proxyImage`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub pinned: bool,
    /// How many run since before the mesh had its root certificate.
    #[serde(skip_serializing_if = "is_zero")]
    pub older_than_root: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde asks for")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// A workload that is not ready.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Unready {
    /// `KIND/NAMESPACE/NAME`.
    pub workload: String,
    /// Where it stands, and why where that is known.
    pub state: String,
}

/// What a check finds.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Found {
    /// The check.
    pub check: &'static str,
    /// How it ended.
    pub result: Grade,
    /// Why, in a sentence a line.
    pub reasons: Vec<String>,
}

/// A pod with trouble.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Trouble {
    /// `NAMESPACE/NAME`.
    pub pod: String,
    /// The container and what is wrong with it.
    pub message: String,
}
