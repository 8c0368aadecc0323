//! `mesh manifest …` and the flags of every command that renders.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::TextOutput;

/// `mesh manifest …`.
#[derive(Debug, Subcommand)]
pub enum ManifestCommand {
    /// Print every object an installation consists of, as YAML
    #[command(after_help = "\
Examples:
  mesh manifest generate --set profile=demo
  mesh manifest generate -f istio.yaml --set hub=registry.example.com/istio
  mesh manifest generate --revision canary -o json | jq '.items[].kind'")]
    Generate(GenerateArgs),
    /// Show what differs between two manifests, object by object; exit 1 if anything does
    #[command(after_help = "\
Examples:
  mesh manifest generate > before.yaml
  mesh manifest generate -f istio.yaml | mesh manifest diff before.yaml -")]
    Diff(ManifestDiffArgs),
}

/// `mesh manifest diff`.
#[derive(Debug, Args)]
pub struct ManifestDiffArgs {
    /// The first manifest; `-` for stdin
    #[arg(value_name = "A")]
    pub left: PathBuf,
    /// The second manifest; `-` for stdin
    #[arg(value_name = "B")]
    pub right: PathBuf,
    /// Format of the result
    #[arg(long, short = 'o', value_enum, default_value_t = TextOutput::Text, value_name = "FORMAT")]
    pub output: TextOutput,
}

/// `mesh manifest generate`.
#[derive(Debug, Args)]
pub struct GenerateArgs {
    /// What is rendered.
    #[command(flatten)]
    pub render: RenderArgs,
    /// Format of the result
    #[arg(long, short = 'o', value_enum, default_value_t = ManifestOutput::Yaml, value_name = "FORMAT")]
    pub output: ManifestOutput,
}

/// `mesh images`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh images --set profile=demo
  mesh images --registry registry.example.com/istio
  mesh images -o json | jq -r '.images[].image'
  mesh images --resolve > images.txt
  mesh images --digests images.txt --resolve

With --digests an image that is not in the file, or is another one than the file says, makes the exit code 1. The file is what
--resolve printed (IMAGE@sha256:… or IMAGE sha256:…, a line an image), a bundle, or the bundle.json of one.")]
pub struct ImagesArgs {
    /// What is rendered.
    #[command(flatten)]
    pub render: RenderArgs,
    /// Hold the images to the digests of this file
    #[arg(long, value_name = "FILE")]
    pub digests: Option<PathBuf>,
    /// Ask the registry of each image for its digest, as `docker login` has it
    #[arg(long)]
    pub resolve: bool,
    /// Ask without TLS
    #[arg(long, requires = "resolve")]
    pub insecure_registry: bool,
    /// Format of the result
    #[arg(long, short = 'o', value_enum, default_value_t = TextOutput::Text, value_name = "FORMAT")]
    pub output: TextOutput,
}

/// Format of rendered objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ManifestOutput {
    /// YAML documents
    Yaml,
    /// One JSON list
    Json,
}

/// What to render: the same flags as istioctl's.
#[derive(Debug, Clone, Default, Args)]
pub struct RenderArgs {
    /// IstioOperator file, or `-` for stdin (repeatable; later files win)
    #[arg(long = "filename", short = 'f', value_name = "FILE", value_delimiter = ',')]
    pub files: Vec<PathBuf>,
    /// Set a value, such as profile=demo (repeatable; wins over files)
    #[arg(long = "set", short = 's', value_name = "PATH=VALUE")]
    pub sets: Vec<String>,
    /// Render Istio's own charts: folder of `charts` and `profiles`, release archive (.tar.gz), or bundle
    #[arg(long, short = 'd', visible_alias = "charts", value_name = "DIR|TGZ")]
    pub manifests: Option<PathBuf>,
    /// Render the charts of this release of Istio, fetched once, such as 1.31.4
    #[arg(long, value_name = "VERSION", conflicts_with = "manifests")]
    pub version: Option<String>,
    /// Revision of the control plane
    #[arg(long, short = 'r', value_name = "NAME")]
    pub revision: Option<String>,
    /// Take every image from this registry and folder, such as registry.example.com/istio
    #[arg(long, value_name = "HOST/PATH")]
    pub registry: Option<String>,
    /// Pull images with this Secret: in every service account, and in injected pods
    #[arg(long, value_name = "NAME")]
    pub image_pull_secret: Option<String>,
    /// Lower what is requested, for small clusters; below what files and --set say
    #[arg(long, value_enum, value_name = "SIZE")]
    pub size: Option<Size>,
    /// Go on after validation errors, showing them as warnings
    #[arg(long)]
    pub force: bool,
}

/// A set of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Size {
    /// For clusters on one machine
    Tiny,
}
