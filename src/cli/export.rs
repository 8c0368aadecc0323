//! `mesh export`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{RenderArgs, TextOutput};

/// `mesh export`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh export --helm istio-helm --set profile=demo
  mesh export --helm istio-helm -f istio.yaml && sh istio-helm/install.sh --dry-run
  mesh export --helm istio-helm -f istio.yaml --manifests istio-1.30.3/manifests
  mesh export --gitops flux fleet/istio -f istio.yaml --cluster east --cluster west
  mesh export --gitops argocd fleet/istio -f istio.yaml --repo https://git.example.com/fleet.git
  mesh diff --gitops fleet/istio --version 1.31.4

With --manifests the charts given are rendered with the values written, and every difference is told.")]
pub struct ExportArgs {
    /// Write values, patches, a script and a README for Helm into this folder, which is new or empty
    #[arg(long, value_name = "DIR", conflicts_with = "gitops")]
    pub helm: Option<PathBuf>,
    /// Write the manifests in their order for this engine into the folder DIR
    #[arg(long, value_name = "ENGINE", value_enum, requires = "dir")]
    pub gitops: Option<EngineName>,
    /// Folder for --gitops, in its repository: what mesh wrote there is written anew, your files stay
    #[arg(value_name = "DIR", requires = "gitops")]
    pub dir: Option<PathBuf>,
    /// Cluster that the engine runs in: a folder of its own in clusters/ (repeatable)
    #[arg(long = "cluster", value_name = "NAME", default_value = "default", value_parser = cluster_name)]
    pub clusters: Vec<String>,
    /// URL of the repository, which Argo CD wants to know
    #[arg(long = "repo", value_name = "URL")]
    pub repository: Option<String>,
    /// Format of the result: the names of the files
    #[arg(long, short = 'o', value_enum, default_value_t = TextOutput::Text, value_name = "FORMAT")]
    pub output: TextOutput,
    /// What is exported.
    #[command(flatten)]
    pub render: RenderArgs,
}

/// An engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EngineName {
    /// Argo CD: one Application a cluster, whose objects come in sync waves
    Argocd,
    /// Flux (2.9 or later): a Kustomization a part, each after the one that it needs
    Flux,
}

/// A name that is the name of a folder, too.
fn cluster_name(text: &str) -> Result<String, String> {
    let is_plain = |one: char| one.is_ascii_alphanumeric() || "-_.".contains(one);
    if text.chars().all(is_plain) && text.chars().any(|one| one.is_ascii_alphanumeric()) && !text.starts_with('.') {
        return Ok(text.to_owned());
    }
    Err("letters, digits, `-`, `_` and `.`, as in `east`".to_owned())
}
