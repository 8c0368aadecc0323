//! `mesh describe`.

use clap::{Args, ValueEnum};

/// `mesh describe`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh describe deployment web
  mesh describe pod -l app=web -n shop
  mesh describe svc/web ns/shop
  mesh describe gateway -A -o json

Kinds: deployment (deploy, deployments.apps), pod (po), service (svc), namespace (ns), gateway (gw): those of
networking.istio.io and of gateway.networking.k8s.io. A name that is not there is taken for the beginning of one.")]
pub struct DescribeArgs {
    /// KIND [NAME]…, or KIND/NAME…; without a name all of the kind
    #[allow(rustdoc::broken_intra_doc_links, reason = "the brackets are for readers of the help text")]
    #[arg(required = true, value_name = "KIND [NAME]")]
    pub targets: Vec<String>,
    /// Only objects with these labels, such as app=web
    #[arg(long, short = 'l', value_name = "LABELS")]
    pub selector: Option<String>,
    /// In all namespaces
    #[arg(long, short = 'A')]
    pub all_namespaces: bool,
    /// Format of the result
    #[arg(long, short = 'o', value_enum, default_value_t = ReadOutput::Text, value_name = "FORMAT")]
    pub output: ReadOutput,
}

/// Format of what is read of a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReadOutput {
    /// For people
    Text,
    /// One JSON document
    Json,
    /// The same document as YAML
    Yaml,
}
