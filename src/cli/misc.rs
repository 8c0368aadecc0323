//! `mesh version` and `mesh completion`.

use clap::{Args, ValueEnum};

/// `mesh version`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh version
  mesh version --client
  mesh version -o json")]
pub struct VersionArgs {
    /// Print the client's version only; makes no connection
    #[arg(long)]
    pub client: bool,
    /// Format of the result
    #[arg(long, short = 'o', value_enum, default_value_t = VersionOutput::Text, value_name = "FORMAT")]
    pub output: VersionOutput,
}

/// Format of versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum VersionOutput {
    /// One line each
    Text,
    /// One JSON document
    Json,
    /// The same document as YAML
    Yaml,
}

/// `mesh completion`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh completion bash > /etc/bash_completion.d/mesh
  mesh completion zsh > \"${fpath[1]}/_mesh\"
  mesh completion fish > ~/.config/fish/completions/mesh.fish
  mesh completion powershell >> $PROFILE

The script asks mesh while you type: profiles, paths of --set, and of your cluster the namespaces, revisions, tags and workloads, where
it answers within two seconds.")]
pub struct CompletionArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
    /// A script that knows commands and flags only, and asks nobody
    #[arg(long = "static")]
    pub fixed: bool,
}
