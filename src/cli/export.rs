//! `mesh export`.

use std::path::PathBuf;

use clap::Args;

use super::RenderArgs;

/// `mesh export`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh export --helm istio-helm --set profile=demo
  mesh export --helm istio-helm -f istio.yaml && sh istio-helm/install.sh --dry-run
  mesh export --helm istio-helm -f istio.yaml --manifests istio-1.30.3/manifests

With --manifests the charts given are rendered with the values written, and every difference is told.")]
pub struct ExportArgs {
    /// Write values, patches, a script and a README for Helm into this folder, which is new or empty
    #[arg(long, value_name = "DIR")]
    pub helm: PathBuf,
    /// What is exported.
    #[command(flatten)]
    pub render: RenderArgs,
}
