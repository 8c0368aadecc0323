//! `mesh install`, `mesh upgrade` and `mesh diff`.

use clap::{Args, ValueEnum};

use super::{RenderArgs, TextOutput};

/// `mesh install`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh install --set profile=demo
  mesh install -f istio.yaml -y --timeout 10m
  mesh install -f istio.yaml --dry-run
  mesh install --revision canary -o json

It installs exactly what is given: what was installed and is not asked for any more goes, and recorded settings that
are left out are listed; both want -y or an answer. Running it again continues an interrupted installation and writes
only what differs.

Files with different metadata.name, revision or namespace are different installations: none takes away what another one
wants, or what somebody uses.")]
pub struct InstallArgs {
    /// What is installed.
    #[command(flatten)]
    pub render: RenderArgs,
    /// Show what would change, tried on the server, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// How it is carried out.
    #[command(flatten)]
    pub change: ChangeArgs,
    /// Format of the result
    #[arg(long, short = 'o', value_enum, default_value_t = InstallOutput::Text, value_name = "FORMAT")]
    pub output: InstallOutput,
}

/// `mesh upgrade`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh upgrade
  mesh upgrade --set meshConfig.accessLogFile=/dev/stdout
  mesh upgrade --revision canary
  mesh upgrade -f istio.yaml --reset-values -y

The recorded inputs are used again; what is given wins over them. With a --revision that is not installed yet, the
inputs of the default installation make a second control plane beside the first.")]
pub struct UpgradeArgs {
    /// What is installed.
    #[command(flatten)]
    pub render: RenderArgs,
    /// Use the recorded inputs again (the default)
    #[arg(long, conflicts_with = "reset_values")]
    pub reuse_values: bool,
    /// Use only the given inputs, as install does
    #[arg(long)]
    pub reset_values: bool,
    /// Name of the installation (metadata.name of its file), where the revision has several
    #[arg(long, value_name = "NAME", conflicts_with = "reset_values")]
    pub installation: Option<String>,
    /// Show what would change, tried on the server, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// How it is carried out.
    #[command(flatten)]
    pub change: ChangeArgs,
    /// Format of the result
    #[arg(long, short = 'o', value_enum, default_value_t = InstallOutput::Text, value_name = "FORMAT")]
    pub output: InstallOutput,
}

/// How a change is carried out.
#[derive(Debug, Clone, Copy, Args)]
pub struct ChangeArgs {
    /// If it fails, show events, states and logs, then restore what was there before
    #[arg(long)]
    pub rollback_on_failure: bool,
    /// Go over more than one minor version at once, or back to an older one
    #[arg(long)]
    pub allow_version_skew: bool,
}

/// `mesh diff`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh diff                                 has anybody changed what was installed?
  mesh diff -f istio.yaml                   what would `mesh install -f istio.yaml` change?
  mesh diff --set profile=demo -o json

Exit codes: 0 nothing differs, 1 something does. Nothing is written: objects that exist and differ are tried on the
server by a dry run, new ones are held to the fields of their kinds.")]
pub struct DiffArgs {
    /// What is wanted.
    #[command(flatten)]
    pub render: RenderArgs,
    /// Format of the result
    #[arg(long, short = 'o', value_enum, default_value_t = TextOutput::Text, value_name = "FORMAT")]
    pub output: TextOutput,
}

/// Format of the result of an installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum InstallOutput {
    /// Checkmark lines
    Text,
    /// One JSON document
    Json,
}
