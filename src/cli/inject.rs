//! `mesh inject`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::InjectCommand;

/// `mesh inject`.
#[derive(Debug, Args)]
#[command(
    subcommand_negates_reqs = true,
    after_help = "\
Examples:
  mesh inject namespace default
  mesh inject -f web.yaml | kubectl apply -f -
  kubectl get deployment web -o yaml | mesh inject -f - --set profile=demo
  mesh inject -f web.yaml --from-cluster
  mesh inject -f web.yaml -o diff
  mesh inject -f web.yaml --injectConfigFile config.yaml --meshConfigFile mesh.yaml --valuesFile values.json

What is not a workload comes out as it went in; workloads of other kinds do too, and are named. The first workload that cannot be injected ends the run (exit 2); what
came before it is written."
)]
pub struct InjectArgs {
    /// File of workloads, or `-` for stdin
    #[arg(long = "filename", short = 'f', required = true, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// What of a cluster is put into the mesh instead.
    #[command(subcommand)]
    pub command: Option<InjectCommand>,
    /// Inject as the mesh of the cluster does, by its ConfigMaps
    #[arg(long, conflicts_with_all = ["sets", "operator_file", "manifests", "version"])]
    pub from_cluster: bool,
    /// Set a value of the mesh, such as profile=demo (repeatable)
    #[arg(long = "set", short = 's', value_name = "PATH=VALUE")]
    pub sets: Vec<String>,
    /// IstioOperator file of the mesh (repeatable; later files win)
    #[arg(long, alias = "operatorFileName", value_name = "FILE", value_delimiter = ',')]
    pub operator_file: Vec<PathBuf>,
    /// Use the injection templates of Istio's own charts: folder of `charts` and `profiles`, or release archive (.tar.gz)
    #[arg(long, short = 'd', visible_alias = "charts", value_name = "DIR|TGZ")]
    pub manifests: Option<PathBuf>,
    /// Use the injection templates of this release of Istio, fetched once, such as 1.31.4
    #[arg(long, value_name = "VERSION", conflicts_with = "manifests")]
    pub version: Option<String>,
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
    /// Whether the proxy is a native sidecar; auto is as istiod's ENABLE_NATIVE_SIDECARS says, else as the nodes can with --from-cluster
    #[arg(long, value_enum, default_value_t = NativeSidecars::Auto, value_name = "WHEN")]
    pub native_sidecars: NativeSidecars,
    /// What to print: yaml, diff (what changes), or a file to write the YAML to, such as ./injected.yaml
    #[arg(long, short = 'o', value_parser = InjectOutput::parse, default_value = "yaml", value_name = "FORMAT|FILE")]
    pub output: InjectOutput,
}

/// `mesh uninject`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh uninject -f injected.yaml | kubectl apply -f -
  kubectl get deployment web -o yaml | mesh uninject -f -
  mesh uninject -f injected.yaml -o diff

What was not injected comes out as it went in. What the injected pod does not tell is said on stderr: the place of an
istio-proxy container of your own among the others, a volume of the template that a container of yours mounts, the network's
label. Names of ports in probes come back as their numbers, and labels and annotations that you had set to the very value
that injection writes go too.")]
pub struct UninjectArgs {
    /// File of workloads, or `-` for stdin
    #[arg(long = "filename", short = 'f', value_name = "FILE")]
    pub file: PathBuf,
    /// What to print: yaml, diff (what changes), or a file to write the YAML to, such as ./plain.yaml
    #[arg(long, short = 'o', value_parser = InjectOutput::parse, default_value = "yaml", value_name = "FORMAT|FILE")]
    pub output: InjectOutput,
}

/// What is printed of workloads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InjectOutput {
    /// The workloads as YAML
    Yaml,
    /// What changes in them
    Diff,
    /// The YAML goes into a file
    File(PathBuf),
}

impl InjectOutput {
    /// The file to write to, where one is named.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Yaml | Self::Diff => None,
        }
    }

    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "yaml" => Ok(Self::Yaml),
            "diff" => Ok(Self::Diff),
            // A word alone is more likely a format that does not exist than a file.
            path if path.contains(['.', '/', '\\']) => Ok(Self::File(path.into())),
            _ => Err("it is yaml, diff, or a file such as ./injected.yaml".to_owned()),
        }
    }
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
