//! `mesh bundle`, and what `mesh install --bundle` takes beside it.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{RenderArgs, TextOutput};

/// `mesh bundle`.
#[derive(Debug, Args)]
#[command(
    subcommand_negates_reqs = true,
    after_help = "\
Examples:
  mesh bundle istio.tar --set profile=demo
  mesh bundle istio.tar -f istio.yaml --version 1.31.4 --platform linux/amd64
  mesh bundle istio.tar --from mirror.example.com/istio
  mesh bundle istio.tar --images images.tar
  mesh bundle push istio.tar --registry registry.example.com/istio
  mesh install --bundle istio.tar --registry registry.example.com/istio --set profile=demo

In the file are the manifests of the release, mesh itself, the images with their digests as an OCI image layout, and the checksum of
each file. The same inputs make the same bytes. It is written whole, or not at all. Registries are asked as `docker login` has it, without
TLS only on this machine."
)]
pub struct BundleArgs {
    /// File to write
    #[arg(required = true, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// What is done with one instead.
    #[command(subcommand)]
    pub command: Option<BundleCommand>,
    /// Copy all images from this registry and folder, whatever registry their names say
    #[arg(long, value_name = "HOST/PATH", conflicts_with = "images")]
    pub from: Option<String>,
    /// Copy them from an OCI image layout: folder, or tar archive
    #[arg(long, value_name = "DIR|TAR")]
    pub images: Option<PathBuf>,
    /// Only for these platforms, such as linux/amd64 (repeatable); else for all that there are
    #[arg(long = "platform", value_name = "OS/ARCH", value_delimiter = ',', value_parser = platform)]
    pub platforms: Vec<String>,
    /// Leave the images out: only their names are in it, and no registry is asked
    #[arg(long, conflicts_with_all = ["from", "images", "platforms"])]
    pub no_images: bool,
    /// Program to put in, for another system, in place of this one
    #[arg(long, value_name = "FILE")]
    pub program: Option<PathBuf>,
    /// Speak to the registries without TLS
    #[arg(long)]
    pub insecure_registry: bool,
    /// What is to be installed from it.
    #[command(flatten)]
    pub render: RenderArgs,
    /// Format of the result
    #[arg(long, short = 'o', value_enum, default_value_t = TextOutput::Text, value_name = "FORMAT")]
    pub output: TextOutput,
}

/// `mesh bundle …`.
#[derive(Debug, Subcommand)]
pub enum BundleCommand {
    /// Copy the images of a bundle into a registry
    #[command(after_help = "\
Examples:
  mesh bundle push istio.tar --registry registry.example.com/istio
  mesh bundle push istio.tar --registry registry.example.com/istio -o json

What is there already is not sent again. Each image keeps its name and digest.")]
    Push(BundlePushArgs),
}

/// `mesh bundle push`.
#[derive(Debug, Args)]
pub struct BundlePushArgs {
    /// The bundle
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Registry and folder to copy them to, such as registry.example.com/istio
    #[arg(long, value_name = "HOST/PATH")]
    pub registry: String,
    /// Speak to the registry without TLS
    #[arg(long)]
    pub insecure_registry: bool,
    /// Format of the result
    #[arg(long, short = 'o', value_enum, default_value_t = TextOutput::Text, value_name = "FORMAT")]
    pub output: TextOutput,
}

/// An installation from a bundle.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Installation from a bundle")]
pub struct FromBundleArgs {
    /// Install from what `mesh bundle` made: by its manifests, once each image is in the registry as it is in the bundle, and each
    /// pull secret is there
    #[arg(long, value_name = "FILE", requires = "registry", conflicts_with_all = ["manifests", "version"])]
    pub bundle: Option<PathBuf>,
    /// Do not ask the registry: where nodes reach it, and this machine does not
    #[arg(long, requires = "bundle")]
    pub no_image_check: bool,
    /// Ask the registry without TLS
    #[arg(long, requires = "bundle")]
    pub insecure_registry: bool,
}

/// `linux/amd64`, `linux/arm/v7`.
fn platform(text: &str) -> Result<String, String> {
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(|one| one.is_ascii_alphanumeric());
    match text.split('/').collect::<Vec<_>>().as_slice() {
        parts @ [_, _] | parts @ [_, _, _] if parts.iter().all(|part| is_part(part)) => Ok(text.to_owned()),
        _ => Err("a platform is OS/ARCH, as in `linux/amd64`".to_owned()),
    }
}
