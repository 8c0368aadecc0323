//! `mesh release …`.

use clap::{Args, Subcommand};

use super::TextOutput;

/// `mesh release …`.
#[derive(Debug, Subcommand)]
pub enum ReleaseCommand {
    /// List the releases of Istio whose manifests are kept on this machine
    #[command(after_help = "\
Examples:
  mesh release list
  mesh release list -o json")]
    List(ReleaseListArgs),
    /// Fetch the manifests of a release, and keep them
    #[command(after_help = "\
Examples:
  mesh release fetch 1.31.4
  MESH_RELEASES=https://mirror.example.com/istio mesh release fetch 1.31.4
  MESH_RELEASES=file:///media/istio mesh release fetch 1.31.4

The archive is taken from MESH_RELEASES/1.31.4/istio-1.31.4-linux-amd64.tar.gz, by default from Istio's own releases, and has to match
the checksum beside it. HTTPS_PROXY, NO_PROXY and SSL_CERT_FILE count.")]
    Fetch(ReleaseArgs),
    /// Remove the manifests of a release from this machine
    #[command(after_help = "Examples:\n  mesh release remove 1.30.2")]
    Remove(ReleaseArgs),
}

/// `mesh release list`.
#[derive(Debug, Args)]
pub struct ReleaseListArgs {
    /// Format of the result
    #[arg(long, short = 'o', value_enum, default_value_t = TextOutput::Text, value_name = "FORMAT")]
    pub output: TextOutput,
}

/// `mesh release fetch` and `mesh release remove`.
#[derive(Debug, Args)]
pub struct ReleaseArgs {
    /// The versions
    #[arg(required = true, value_name = "VERSION")]
    pub versions: Vec<String>,
    /// Format of the result
    #[arg(long, short = 'o', value_enum, default_value_t = TextOutput::Text, value_name = "FORMAT")]
    pub output: TextOutput,
}
