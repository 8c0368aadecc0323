//! `mesh inject namespace|deployment|statefulset|daemonset` and `mesh restart`.

use clap::{Args, Subcommand};

use super::TextOutput;

/// What of a cluster is put into the mesh.
#[derive(Debug, Subcommand)]
pub enum InjectCommand {
    /// Label namespaces for injection and restart what runs in them
    #[command(
        visible_alias = "ns",
        after_help = "\
Examples:
  mesh inject namespace default
  mesh inject namespace shop pay --revision canary
  mesh inject namespace shop --dry-run
  mesh inject namespace shop --ambient

A label that stands against the wanted one is replaced. Pods on their own and runs of Jobs are listed, not restarted."
    )]
    Namespace(InjectNamespaceArgs),
    /// Have the pods of Deployments injected
    #[command(
        visible_alias = "deploy",
        after_help = "\
Examples:
  mesh inject deployment web -n shop
  mesh inject deployment web --revision canary --dry-run"
    )]
    Deployment(InjectWorkloadArgs),
    /// Have the pods of StatefulSets injected
    #[command(visible_alias = "sts", after_help = "Examples:\n  mesh inject statefulset db -n shop")]
    Statefulset(InjectWorkloadArgs),
    /// Have the pods of DaemonSets injected
    #[command(visible_alias = "ds", after_help = "Examples:\n  mesh inject daemonset agent -n shop")]
    Daemonset(InjectWorkloadArgs),
}

/// `mesh inject namespace`.
#[derive(Debug, Args)]
pub struct InjectNamespaceArgs {
    /// The namespaces
    #[arg(required = true, value_name = "NAMESPACE")]
    pub namespaces: Vec<String>,
    /// Revision or tag that injects; without it the default one
    #[arg(long, short = 'r', value_name = "NAME")]
    pub revision: Option<String>,
    /// Into the mesh without sidecars
    #[arg(long, conflicts_with = "revision")]
    pub ambient: bool,
    /// Label only; restart nothing
    #[arg(long)]
    pub no_restart: bool,
    /// How restarts go.
    #[command(flatten)]
    pub rollout: RolloutArgs,
}

/// `mesh inject deployment|statefulset|daemonset`.
#[derive(Debug, Args)]
pub struct InjectWorkloadArgs {
    /// Their names
    #[arg(required = true, value_name = "NAME")]
    pub names: Vec<String>,
    /// Revision or tag that injects; without it the one of the namespace
    #[arg(long, short = 'r', value_name = "NAME")]
    pub revision: Option<String>,
    /// How restarts go.
    #[command(flatten)]
    pub rollout: RolloutArgs,
}

/// How restarts go.
#[derive(Debug, Clone, Args)]
pub struct RolloutArgs {
    /// Restart so many workloads at once
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..), value_name = "N")]
    pub at_once: u16,
    /// Show what would be done; write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Format of the result
    #[arg(long, short = 'o', value_enum, default_value_t = TextOutput::Text, value_name = "FORMAT")]
    pub output: TextOutput,
}

/// `mesh restart`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh restart --outdated
  mesh restart --outdated -n shop --dry-run
  mesh restart --outdated -A --at-once 2 --timeout 1h

A proxy is outdated if it differs from what would be injected now: in its revision, its image, or any field that comes
from injection. Workloads restart a few at a time, while their PodDisruptionBudgets allow it; none more once one fails.")]
pub struct RestartArgs {
    /// Restart workloads whose proxies differ from what would be injected now
    #[arg(long, required = true)]
    pub outdated: bool,
    /// In every namespace
    #[arg(long, short = 'A')]
    pub all_namespaces: bool,
    /// How restarts go.
    #[command(flatten)]
    pub rollout: RolloutArgs,
}
