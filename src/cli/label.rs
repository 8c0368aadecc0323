//! `mesh label`.

use clap::{Args, ValueEnum};

use super::TextOutput;

/// `mesh label`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh label namespace default istio-injection=enabled
  mesh label namespace shop istio-injection- istio.io/rev=canary
  mesh label pod,deployment --all -n shop team=a --overwrite
  mesh label deployment/web pod/debug team=a
  mesh label namespace shop --list

As kubectl label does it. Besides, a revision or tag that does not exist is refused, as are labels that would inject the
control plane itself, and it says which workloads have to restart.")]
pub struct LabelArgs {
    /// TYPE NAME…, TYPE/NAME… or TYPE[,TYPE] with -l or --all; then KEY=VALUE to set and KEY- to remove
    #[allow(rustdoc::broken_intra_doc_links, reason = "the brackets are for readers of the help text")]
    #[arg(required = true, value_name = "WORD")]
    pub words: Vec<String>,
    /// Replace labels that have another value
    #[arg(long)]
    pub overwrite: bool,
    /// All objects of these types in the namespace
    #[arg(long)]
    pub all: bool,
    /// In every namespace
    #[arg(long, short = 'A')]
    pub all_namespaces: bool,
    /// Objects with these labels, such as app=web
    #[arg(long, short = 'l', value_name = "LABELS")]
    pub selector: Option<String>,
    /// Show the labels after the change; write nothing
    #[arg(long)]
    pub list: bool,
    /// Write nothing; server has the server check it
    #[arg(long, value_enum, num_args = 0..=1, require_equals = true, default_value_t = DryRun::None, default_missing_value = "client", value_name = "HOW")]
    pub dry_run: DryRun,
    /// Format of the result
    #[arg(long, short = 'o', value_enum, default_value_t = TextOutput::Text, value_name = "FORMAT")]
    pub output: TextOutput,
}

/// What a dry run asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DryRun {
    /// No dry run
    None,
    /// Nobody
    Client,
    /// The server
    Server,
}
