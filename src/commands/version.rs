//! `mesh version`.

use serde_json::json;

use super::settings::Settings;
use crate::cli::{VersionArgs, VersionOutput};
use crate::error::Result;
use crate::yaml;

/// The version of Istio this client installs.
pub(super) const ISTIO_VERSION: &str = "1.30.3";

/// Prints versions.
pub(super) fn run(settings: &Settings, args: VersionArgs) -> Result<()> {
    let VersionArgs { client: _, output } = args;
    let client = json!({ "mesh": env!("CARGO_PKG_VERSION"), "istio": ISTIO_VERSION });
    let document = json!({ "apiVersion": "mesh/v1", "kind": "Version", "client": client });
    let text = match output {
        VersionOutput::Text => {
            format!("client version: {} (installs Istio {ISTIO_VERSION})\n", env!("CARGO_PKG_VERSION"))
        }
        VersionOutput::Json => format!("{document:#}\n"),
        VersionOutput::Yaml => yaml::text(&document)?,
    };
    settings.ui.result(&text)
}
