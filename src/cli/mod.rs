//! The command line as data: clap structures without any behaviour.

mod adopt;
mod bundle;
mod clusters;
mod completing;
mod describe;
mod duration;
mod elsewhere;
mod enrol;
mod export;
mod help;
mod history;
mod inject;
mod install;
mod label;
mod manifest;
mod migrate;
mod misc;
mod multicluster;
mod namespace;
mod profile;
mod rbac;
mod refused;
mod release;
mod revision;
mod schema;
mod status;
mod typed;
mod uninstall;
mod verify;

pub use adopt::AdoptArgs;
pub use bundle::{BundleArgs, BundleCommand, BundlePushArgs, FromBundleArgs};
pub use clusters::{ClustersArgs, WavesArgs, takes_many};
pub use completing::{Knows, Wanted, completing};
pub use describe::{DescribeArgs, ReadOutput};
pub use enrol::{InjectCommand, InjectNamespaceArgs, InjectWorkloadArgs, RestartArgs, RolloutArgs};
pub use export::{EngineName, ExportArgs};
pub use help::{command, is_plugin, names, parse};
pub use history::{HistoryArgs, RollbackArgs};
pub use inject::{InjectArgs, InjectOutput, NativeSidecars, UninjectArgs};
pub use install::{CanaryArgs, ChangeArgs, DiffArgs, InstallArgs, InstallOutput, UpgradeArgs};
pub use label::{DryRun, LabelArgs};
pub use manifest::{GenerateArgs, ImagesArgs, ManifestCommand, ManifestDiffArgs, ManifestOutput, RenderArgs, Size};
pub use migrate::MigrateArgs;
pub use misc::{CompletionArgs, VersionArgs, VersionOutput};
pub use multicluster::{LinkArgs, MulticlusterCommand, RemoteClustersArgs};
pub use profile::{
    ChartsArgs, DumpOutput, ExplainArgs, ProfileCommand, ProfileDiffArgs, ProfileDumpArgs, TextOutput, ValuesCommand,
};
pub use rbac::{RbacArgs, grant};
pub use refused::{Unparsed, wants_json};
pub use release::{ReleaseArgs, ReleaseCommand, ReleaseListArgs};
pub use revision::{RevisionCommand, RevisionListArgs, TagCommand, TagListArgs, TagOutput, TagRemoveArgs, TagSetArgs};
pub use schema::SchemaArgs;
pub use status::{CheckArgs, StatusArgs};
pub use typed::{of_one, reach, typed};
pub use uninstall::UninstallArgs;
pub use verify::{FindingsOutput, PageOutput, VerifyArgs};

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use crate::ui::Color;

/// Install Istio, and see what is planned, what goes wrong and what is there.
#[derive(Debug, Parser)]
#[command(
    name = "mesh",
    version,
    about = "Install Istio: the same objects as istioctl, a plan before, the cause during, proof after",
    after_help = EXAMPLES,
    subcommand_required = true,
    arg_required_else_help = true,
    infer_subcommands = false
)]
pub struct Cli {
    /// Flags of every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXAMPLES: &str = "\
Examples:
  mesh install --set profile=demo          install Istio with the demo profile
  mesh inject namespace default            put a namespace into the mesh, and restart what runs in it
  mesh inject -f web.yaml                  put the proxy into the workloads of a file
  mesh restart --outdated                  restart what runs an old proxy
  mesh manifest generate > istio.yaml      print what would be installed
  mesh diff                                show how what is there differs from what was installed
  mesh version                             versions of the client, the control plane and the proxies
  mesh uninstall --purge                   remove Istio, and leave what users configured

Exit codes:
  0         done
  1         the answer is no: not ready, refused, in conflict, cancelled
  2         wrong usage or bad input
  3         the cluster cannot be reached, or does not let you
  4         timed out, or another run holds the lock
  130, 143  interrupted";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Install Istio, or change an installation, and wait until it works
    #[command(visible_alias = "apply")]
    Install(InstallArgs),
    /// Change an installation, from its recorded inputs and the given ones
    Upgrade(UpgradeArgs),
    /// Show how what is wanted differs from what is there; exit 1 if anything does
    Diff(DiffArgs),
    /// Go back to what was there before a change
    Rollback(RollbackArgs),
    /// List the changes of an installation
    History(HistoryArgs),
    /// Remove Istio, or one revision of it, and wait until it is gone
    Uninstall(UninstallArgs),
    /// Take over what Helm installed, or hand it back, without restarting anything
    Adopt(AdoptArgs),
    /// Show the revisions of Istio in a cluster, and who uses them
    #[command(subcommand)]
    Revision(RevisionCommand),
    /// Make, move, list and remove revision tags
    #[command(subcommand)]
    Tag(TagCommand),
    /// Make one mesh of several clusters
    #[command(subcommand)]
    Multicluster(MulticlusterCommand),
    /// List the other clusters that a control plane reads, and whether it has read them
    RemoteClusters(RemoteClustersArgs),
    /// Put the proxy into workloads: of a file, or of a cluster's namespaces
    #[command(visible_alias = "kube-inject")]
    Inject(InjectArgs),
    /// Show a mesh on one screen: components, webhooks, certificates, namespaces, proxies
    Status(StatusArgs),
    /// Find what keeps Istio from being installed, and what is wrong with it
    #[command(visible_alias = "precheck")]
    Check(CheckArgs),
    /// Change labels as kubectl does, and say what that means for the mesh
    Label(LabelArgs),
    /// Restart workloads with care: those whose proxies are outdated
    Restart(RestartArgs),
    /// Verify that what runs is what was asked for: objects, workloads, webhooks, proxies
    #[command(visible_alias = "verify-install")]
    Verify(VerifyArgs),
    /// Show a deployment, pod, service, namespace or gateway as kubectl does, and what the mesh makes of it
    Describe(DescribeArgs),
    /// Take the proxy out of workloads of a file again, without a cluster
    #[command(visible_alias = "kube-uninject")]
    Uninject(UninjectArgs),
    /// Print the objects of an installation without a cluster
    #[command(subcommand)]
    Manifest(ManifestCommand),
    /// Write the same installation for Helm, with upstream's charts
    Export(ExportArgs),
    /// Rewrite an IstioOperator file of an earlier version for today's
    Migrate(MigrateArgs),
    /// List every image of an installation, those of injected pods included
    Images(ImagesArgs),
    /// Write all that an installation needs into one file, for where there is no network
    Bundle(BundleArgs),
    /// Print the roles that a command needs, and no more
    Rbac(RbacArgs),
    /// Show the profiles and what they set
    #[command(subcommand)]
    Profile(ProfileCommand),
    /// Show what a value is and who sets it
    #[command(subcommand)]
    Values(ValuesCommand),
    /// Fetch, list and remove the manifests of other releases of Istio, for --version
    #[command(subcommand)]
    Release(ReleaseCommand),
    /// Print the versions of the client, the control plane and the proxies
    Version(VersionArgs),
    /// List the documents that -o json writes, or print the JSON Schema of one
    Schema(SchemaArgs),
    /// Print a completion script for a shell
    Completion(CompletionArgs),
}

/// Flags of every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Kubeconfig file; else $KUBECONFIG, ~/.kube/config, or in-cluster
    #[arg(long, short = 'c', global = true, value_name = "FILE")]
    pub kubeconfig: Option<PathBuf>,
    /// Context of the kubeconfig to use (repeatable, for commands that take many clusters)
    #[arg(long, global = true, value_name = "NAME")]
    pub context: Vec<String>,
    /// Refuse to run when the context has another name (a guard for CI)
    #[arg(long, global = true, value_name = "NAME")]
    pub expect_context: Option<String>,
    /// Namespace to work in
    #[arg(long, short = 'n', global = true, value_parser = namespace::parse, value_name = "NAME")]
    pub namespace: Option<String>,
    /// Namespace of Istio's control plane
    #[arg(
        long,
        short = 'i',
        global = true,
        alias = "istioNamespace",
        default_value = "istio-system",
        value_parser = namespace::parse,
        value_name = "NAME"
    )]
    pub istio_namespace: String,
    /// User to act as
    #[arg(long = "as", global = true, value_name = "USER")]
    pub as_user: Option<String>,
    /// Group to act as (repeatable)
    #[arg(long, global = true, value_name = "GROUP")]
    pub as_group: Vec<String>,
    /// Time limit of the whole command, such as 90s or 1h
    #[arg(
        long,
        global = true,
        alias = "readiness-timeout",
        default_value = "5m",
        value_parser = duration::parse,
        value_name = "TIME",
        allow_hyphen_values = true
    )]
    pub timeout: Duration,
    /// Do not ask before changing or removing existing objects
    #[arg(long, short = 'y', global = true, alias = "skip-confirmation")]
    pub yes: bool,
    /// Print only results, warnings and errors
    #[arg(long, short = 'q', global = true)]
    pub quiet: bool,
    /// Print what is done; -vv prints every request too
    #[arg(long, short = 'v', global = true, action = ArgAction::Count)]
    pub verbose: u8,
    /// When to colour
    #[arg(long, global = true, value_enum, default_value_t = ColorArg::Auto, value_name = "WHEN")]
    pub color: ColorArg,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorArg {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl From<ColorArg> for Color {
    fn from(when: ColorArg) -> Self {
        match when {
            ColorArg::Auto => Self::Auto,
            ColorArg::Always => Self::Always,
            ColorArg::Never => Self::Never,
        }
    }
}
