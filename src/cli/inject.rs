//! `mesh inject`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// `mesh inject`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh inject -f web.yaml | kubectl apply -f -
  kubectl get deployment web -o yaml | mesh inject -f - --set profile=demo
  mesh inject -f web.yaml --injectConfigFile config.yaml --meshConfigFile mesh.yaml --valuesFile values.json

What is not a workload comes out as it went in. The first workload that cannot be injected ends the run (exit 2); what
came before it is written.")]
pub struct InjectArgs {
    /// File of workloads, or `-` for stdin
    #[arg(long = "filename", short = 'f', value_name = "FILE")]
    pub file: PathBuf,
    /// Set a value of the mesh, such as profile=demo (repeatable)
    #[arg(long = "set", short = 's', value_name = "PATH=VALUE")]
    pub sets: Vec<String>,
    /// IstioOperator file of the mesh (repeatable; later files win)
    #[arg(long, alias = "operatorFileName", value_name = "FILE", value_delimiter = ',')]
    pub operator_file: Vec<PathBuf>,
    /// Use the injection templates of Istio's own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)
    #[arg(long, short = 'd', visible_alias = "charts", value_name = "DIR|TGZ")]
    pub manifests: Option<PathBuf>,
    /// Revision of the control plane
    #[arg(long, short = 'r', value_name = "NAME")]
    pub revision: Option<String>,
    /// Injection configuration, or one template, in place of the built-in one
    #[arg(long, visible_alias = "injectConfigFile", value_name = "FILE")]
    pub inject_config_file: Option<PathBuf>,
    /// Mesh configuration in place of the one of the settings
    #[arg(long, visible_alias = "meshConfigFile", value_name = "FILE")]
    pub mesh_config_file: Option<PathBuf>,
    /// Values of the injection configuration in place of those of the settings
    #[arg(long, visible_alias = "valuesFile", value_name = "FILE")]
    pub values_file: Option<PathBuf>,
    /// Whether the proxy is a native sidecar; auto asks the nodes, and is false without a cluster
    #[arg(long, value_enum, default_value_t = NativeSidecars::Auto, value_name = "WHEN")]
    pub native_sidecars: NativeSidecars,
}

/// Whether the proxy is an init container that stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum NativeSidecars {
    /// By the version of the nodes
    Auto,
    /// It is
    True,
    /// It is not
    False,
}
