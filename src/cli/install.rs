//! `mesh install`, `mesh upgrade` and `mesh diff`.

use std::time::Duration;

use clap::{Args, ValueEnum};

use super::{ClustersArgs, FromBundleArgs, PageOutput, RenderArgs, WavesArgs, duration};

/// `mesh install`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh install --set profile=demo
  mesh install -f istio.yaml -y --timeout 10m
  mesh install -f istio.yaml --dry-run
  mesh install --revision canary -o json
  mesh install --bundle istio.tar --registry registry.example.com/istio --set profile=demo

It installs exactly what is given: what was installed and is not asked for any more goes, and recorded settings that
are left out are listed; both want -y or an answer. Running it again continues an interrupted installation and writes
only what differs.

Files with different metadata.name, revision or namespace are different installations: none takes away what another one
wants, or what somebody uses.")]
pub struct InstallArgs {
    /// What is installed.
    #[command(flatten)]
    pub render: RenderArgs,
    /// From a bundle.
    #[command(flatten)]
    pub from: FromBundleArgs,
    /// Show what would change, tried on the server, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// How it is carried out.
    #[command(flatten)]
    pub change: ChangeArgs,
    /// Format of the result
    #[arg(long, short = 'o', value_enum, default_value_t = InstallOutput::Text, value_name = "FORMAT")]
    pub output: InstallOutput,
    /// Where.
    #[command(flatten)]
    pub waves: WavesArgs,
}

/// `mesh upgrade`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh upgrade
  mesh upgrade --set meshConfig.accessLogFile=/dev/stdout
  mesh upgrade --revision canary
  mesh upgrade -f istio.yaml --reset-values -y
  mesh upgrade --canary --pause 10m
  mesh upgrade --canary --status -o html > upgrade.html
  mesh upgrade --canary --finish

The recorded inputs are used again; what is given wins over them. With a --revision that is not installed yet, the
inputs of the default installation make a second control plane beside the first.

With --canary nothing loses a request: the new revision, named by its version or by --revision, is installed beside the old
one; namespaces move one after the other, then gateways, last the tag default. It stands in the cluster how far that
has come, so that another run, or another machine, goes on. The old revision stays until --finish; --timeout is the limit of a step.")]
pub struct UpgradeArgs {
    /// What is installed.
    #[command(flatten)]
    pub render: RenderArgs,
    /// From a bundle.
    #[command(flatten)]
    pub from: FromBundleArgs,
    /// Use the recorded inputs again (the default)
    #[arg(long, conflicts_with = "reset_values")]
    pub reuse_values: bool,
    /// Use only the given inputs, as install does
    #[arg(long)]
    pub reset_values: bool,
    /// Name of the installation (metadata.name of its file, '' for one without), where the revision has several
    #[arg(long, value_name = "NAME", conflicts_with = "reset_values")]
    pub installation: Option<String>,
    /// Show what would change, tried on the server, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// How it is carried out.
    #[command(flatten)]
    pub change: ChangeArgs,
    /// By a second revision.
    #[command(flatten)]
    pub canary: CanaryArgs,
    /// Format of the result
    #[arg(long, short = 'o', value_enum, default_value_t = PageOutput::Text, value_name = "FORMAT")]
    pub output: PageOutput,
    /// Where.
    #[command(flatten)]
    pub waves: WavesArgs,
}

/// An upgrade by a second revision.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Upgrade by a second revision")]
pub struct CanaryArgs {
    /// Put the new revision beside the old one, and move namespaces, gateways and tags to it, one after the other
    #[arg(long)]
    pub canary: bool,
    /// Move only these namespaces, neither tags nor gateways
    #[arg(long, value_name = "NAMES", value_delimiter = ',', requires = "canary")]
    pub namespaces: Vec<String>,
    /// Restart so many workloads of a namespace at once
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..), value_name = "N", requires = "canary")]
    pub at_once: u16,
    /// Look at a namespace so long before the next one moves: what becomes unready or restarts stops it
    #[arg(long, default_value = "0s", value_parser = duration::parse, value_name = "TIME", requires = "canary")]
    pub pause: Duration,
    /// Carry out one step, no more
    #[arg(long, requires = "canary")]
    pub step: bool,
    /// Show where the upgrade stands; write nothing
    #[arg(long, requires = "canary", conflicts_with_all = ["continues", "abort", "finish"])]
    pub status: bool,
    /// Go on with the upgrade that is under way
    #[arg(long = "continue", requires = "canary", conflicts_with_all = ["abort", "finish"])]
    pub continues: bool,
    /// Move everything back, and remove the new revision
    #[arg(long, requires = "canary", conflicts_with = "finish")]
    pub abort: bool,
    /// Remove the old revision, once nothing runs its proxies any more
    #[arg(long, requires = "canary")]
    pub finish: bool,
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
  mesh diff -f istio.yaml -o html > diff.html

Exit codes: 0 nothing differs, 1 something does. Nothing is written: objects that exist and differ are tried on the
server by a dry run, new ones are held to the fields of their kinds.")]
pub struct DiffArgs {
    /// Compare with what `mesh export --gitops` wrote into this folder; makes no connection. Without inputs those of the
    /// folder count, with --version a release
    #[arg(long, value_name = "DIR")]
    pub gitops: Option<std::path::PathBuf>,
    /// What is wanted.
    #[command(flatten)]
    pub render: RenderArgs,
    /// Format of the result
    #[arg(long, short = 'o', value_enum, default_value_t = PageOutput::Text, value_name = "FORMAT")]
    pub output: PageOutput,
    /// Where.
    #[command(flatten)]
    pub clusters: ClustersArgs,
}

/// Format of the result of an installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum InstallOutput {
    /// Checkmark lines
    Text,
    /// One JSON document
    Json,
}
