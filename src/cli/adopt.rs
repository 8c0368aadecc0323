//! `mesh adopt`.

use clap::Args;

use super::{RenderArgs, TextOutput};

/// `mesh adopt`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh adopt --dry-run
  mesh adopt -f istio.yaml
  mesh adopt -y && mesh install -f istio.yaml
  mesh adopt --release -y

Only who holds the objects changes: nothing is restarted. Helm's records are kept, hidden from Helm, and --release brings
them back. What istioctl installed needs no adopting: mesh install takes it over.")]
pub struct AdoptArgs {
    /// What is installed; without it, what Helm's releases were given.
    #[command(flatten)]
    pub render: RenderArgs,
    /// Hand what was adopted back to Helm
    #[arg(long)]
    pub release: bool,
    /// Show what would change hands, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Format of the result
    #[arg(long, short = 'o', value_enum, default_value_t = TextOutput::Text, value_name = "FORMAT")]
    pub output: TextOutput,
}
