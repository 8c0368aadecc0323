//! `mesh profile …` and `mesh values …`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// `mesh profile …`.
#[derive(Debug, Subcommand)]
pub enum ProfileCommand {
    /// List the profiles
    #[command(after_help = "\
Examples:
  mesh profile list
  mesh profile list -o json")]
    List(ProfileListArgs),
    /// Print what a profile sets
    #[command(after_help = "\
Examples:
  mesh profile dump demo
  mesh profile dump minimal -o flags")]
    Dump(ProfileDumpArgs),
    /// Show what differs between two profiles; exit 1 if anything does
    #[command(after_help = "Examples:\n  mesh profile diff default demo")]
    Diff(ProfileDiffArgs),
}

/// `mesh profile list`.
#[derive(Debug, Args)]
pub struct ProfileListArgs {
    /// Format of the result
    #[arg(long, short = 'o', value_enum, default_value_t = TextOutput::Text, value_name = "FORMAT")]
    pub output: TextOutput,
    /// Whose profiles.
    #[command(flatten)]
    pub of: ChartsArgs,
}

/// `mesh profile dump`.
#[derive(Debug, Args)]
pub struct ProfileDumpArgs {
    /// The profile
    #[arg(default_value = "default", value_name = "NAME")]
    pub name: String,
    /// Format of the result
    #[arg(long, short = 'o', value_enum, default_value_t = DumpOutput::Yaml, value_name = "FORMAT")]
    pub output: DumpOutput,
    /// Whose profiles.
    #[command(flatten)]
    pub of: ChartsArgs,
}

/// `mesh profile diff`.
#[derive(Debug, Args)]
pub struct ProfileDiffArgs {
    /// The first profile
    #[arg(value_name = "A")]
    pub left: String,
    /// The second profile
    #[arg(value_name = "B")]
    pub right: String,
    /// Format of the result
    #[arg(long, short = 'o', value_enum, default_value_t = TextOutput::Text, value_name = "FORMAT")]
    pub output: TextOutput,
    /// Whose profiles.
    #[command(flatten)]
    pub of: ChartsArgs,
}

/// Charts in place of what is built in.
#[derive(Debug, Args)]
pub struct ChartsArgs {
    /// The profiles of Istio's own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)
    #[arg(long, short = 'd', visible_alias = "charts", value_name = "DIR|TGZ")]
    pub manifests: Option<PathBuf>,
    /// The profiles of this release of Istio, fetched once, such as 1.31.4
    #[arg(long, value_name = "VERSION", conflicts_with = "manifests")]
    pub version: Option<String>,
}

/// `mesh values …`.
#[derive(Debug, Subcommand)]
pub enum ValuesCommand {
    /// Tell the type and the default of a value, and which profile sets it
    #[command(after_help = "\
Examples:
  mesh values explain pilot.resources
  mesh values explain meshConfig.accessLogFile
  mesh values explain components.pilot.k8s.replicaCount -o json")]
    Explain(ExplainArgs),
}

/// `mesh values explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The value, as in --set; `values.` may be left out
    #[arg(value_name = "PATH")]
    pub path: String,
    /// Format of the result
    #[arg(long, short = 'o', value_enum, default_value_t = TextOutput::Text, value_name = "FORMAT")]
    pub output: TextOutput,
}

/// Text, or one JSON document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TextOutput {
    /// Lines for people
    Text,
    /// One JSON document
    Json,
}

/// Format of a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DumpOutput {
    /// An IstioOperator file
    Yaml,
    /// The same as JSON
    Json,
    /// One --set flag a value
    Flags,
}
