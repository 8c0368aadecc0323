//! `mesh status` and `mesh check`.

use clap::Args;

use super::{ClustersArgs, PageOutput, RenderArgs};

/// `mesh status`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh status
  mesh status --watch
  mesh status -o html > mesh.html
  mesh status -o json | jq '.clusters[].proxies[] | select(.outdated)'")]
pub struct StatusArgs {
    /// Look again every two seconds; -o json gives a line each time
    #[arg(long, short = 'w')]
    pub watch: bool,
    /// Format of the result
    #[arg(long, short = 'o', value_enum, default_value_t = PageOutput::Text, value_name = "FORMAT")]
    pub output: PageOutput,
    /// Where.
    #[command(flatten)]
    pub clusters: ClustersArgs,
}

/// `mesh check`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh check                           what would keep Istio from being installed, and what is wrong with it
  mesh check -f istio.yaml             for these settings
  mesh check --only permissions,room
  mesh check --fix                     remove webhooks of a gone control plane that refuse pods

Exit code 1 if a check fails. It says nothing of checks that pass; -v does.")]
pub struct CheckArgs {
    /// What would be installed.
    #[command(flatten)]
    pub render: RenderArgs,
    /// Only these checks, by their ids
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub only: Vec<String>,
    /// All but these checks
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub skip: Vec<String>,
    /// Remove webhooks that refuse pods or configuration for a control plane that is gone, and nothing else
    #[arg(long)]
    pub fix: bool,
    /// Format of the result
    #[arg(long, short = 'o', value_enum, default_value_t = PageOutput::Text, value_name = "FORMAT")]
    pub output: PageOutput,
    /// Where.
    #[command(flatten)]
    pub clusters: ClustersArgs,
}
