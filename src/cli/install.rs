//! `mesh install`.

use clap::{Args, ValueEnum};

use super::RenderArgs;

/// `mesh install`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh install --set profile=demo
  mesh install -f istio.yaml -y --timeout 10m
  mesh install --revision canary -o json

Running it again continues an interrupted installation and writes only what differs.")]
pub struct InstallArgs {
    /// What is installed.
    #[command(flatten)]
    pub render: RenderArgs,
    /// Format of the result
    #[arg(long, short = 'o', value_enum, default_value_t = InstallOutput::Text, value_name = "FORMAT")]
    pub output: InstallOutput,
}

/// Format of the result of an installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum InstallOutput {
    /// Checkmark lines
    Text,
    /// One JSON document
    Json,
}
