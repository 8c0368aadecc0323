//! `mesh verify`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{ClustersArgs, RenderArgs};

/// `mesh verify`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh verify                                  against what was recorded at the installation
  mesh verify -f istio.yaml -o junit > mesh.xml
  mesh verify --wait --timeout 5m
  mesh verify -o html > mesh.html
  mesh verify --ignore ignore.yaml -o sarif > mesh.sarif

Exit code 1 if anything is not as wanted, in every format. It writes nothing, and needs no right to.")]
pub struct VerifyArgs {
    /// What is wanted; what was recorded where nothing is given.
    #[command(flatten)]
    pub render: RenderArgs,
    /// Wait until everything is as wanted, up to --timeout
    #[arg(long)]
    pub wait: bool,
    /// Also create a pod as a dry run, which has to come back injected (needs the right to create pods)
    #[arg(long)]
    pub probe: bool,
    /// File of rules that let findings pass (repeatable)
    #[arg(long, value_name = "FILE")]
    pub ignore: Vec<PathBuf>,
    /// Format of the result
    #[arg(long, short = 'o', value_enum, default_value_t = FindingsOutput::Text, value_name = "FORMAT")]
    pub output: FindingsOutput,
    /// Where.
    #[command(flatten)]
    pub clusters: ClustersArgs,
}

/// Format of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FindingsOutput {
    /// For people
    Text,
    /// One JSON document
    Json,
    /// JUnit's XML
    Junit,
    /// SARIF 2.1.0
    Sarif,
    /// Annotations of GitHub's workflows
    Github,
    /// A page for a browser or a mail
    Html,
}

/// Format of what people also look at together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PageOutput {
    /// Lines for people
    Text,
    /// One JSON document
    Json,
    /// A page for a browser or a mail
    Html,
}

impl PageOutput {
    /// Whether the result is a document; a page is one in another form.
    pub fn is_document(self) -> bool {
        self != Self::Text
    }
}
