//! `mesh migrate`.

use std::path::PathBuf;

use clap::Args;

use super::TextOutput;

/// `mesh migrate`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh migrate -f old.yaml > istio.yaml
  mesh migrate -f istio.yaml --in-place
  mesh migrate -f istio.yaml --check
  kubectl get istiooperator mesh -o yaml | mesh migrate -f -

What has a successor is translated. What has none is taken out; a comment in its place says since when, and what does its work
now. Everything else stays to the byte: comments, order, quotes, other documents. Each field is told on stderr with its line.
What cannot be changed line by line (braces, anchors, merges) stays, is told, and the answer is no (exit 1).")]
pub struct MigrateArgs {
    /// IstioOperator file of an earlier version, or `-` for stdin
    #[arg(long = "filename", short = 'f', value_name = "FILE")]
    pub file: PathBuf,
    /// Print no file: exit 1 if anything would change
    #[arg(long, conflicts_with = "in_place")]
    pub check: bool,
    /// Write the file in its place instead of printing it
    #[arg(long)]
    pub in_place: bool,
    /// Format of the result
    #[arg(long, short = 'o', value_enum, default_value_t = TextOutput::Text, value_name = "FORMAT")]
    pub output: TextOutput,
}
