//! `mesh uninstall`.

use std::path::PathBuf;

use clap::Args;

use super::{TextOutput, WavesArgs};

/// `mesh uninstall`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh uninstall --revision 1-29-2
  mesh uninstall -f istio.yaml
  mesh uninstall --revision 1-30 --installation gateways
  mesh uninstall --purge --dry-run
  mesh uninstall --purge -y
  mesh uninstall --purge --delete-crds --yes-delete-crds -y

--revision takes the control plane of a revision and what belongs to no other installation; -f and --installation take one
installation (metadata.name, revision and namespace). What another one wants stays, and is handed over to it.

Webhooks go first, so that pods can be created at any time. What users configured stays, unless --delete-crds asks for
it to go; then it is written to a file before. Running it again goes on after an interruption.")]
pub struct UninstallArgs {
    /// Revision to remove; without it and --purge, the only one there is
    #[arg(long, short = 'r', value_name = "NAME")]
    pub revision: Option<String>,
    /// Name of the installation to remove (metadata.name of its file, '' for one without)
    #[arg(long, value_name = "NAME", conflicts_with_all = ["purge", "files", "sets"])]
    pub installation: Option<String>,
    /// IstioOperator file that names the installation to remove, or `-` for stdin (repeatable)
    #[arg(long = "filename", short = 'f', value_name = "FILE", value_delimiter = ',')]
    pub files: Vec<PathBuf>,
    /// The same by a value, such as revision=1-29-2 (repeatable)
    #[arg(long = "set", short = 's', value_name = "PATH=VALUE")]
    pub sets: Vec<String>,
    /// The profiles and charts that files and values are read by: folder, or release archive (.tar.gz)
    #[arg(long, short = 'd', visible_alias = "charts", value_name = "DIR|TGZ")]
    pub manifests: Option<PathBuf>,
    /// The same of this release of Istio, fetched once, such as 1.31.4
    #[arg(long, value_name = "VERSION", conflicts_with = "manifests")]
    pub version: Option<String>,
    /// Remove every revision, and what istiod has made
    #[arg(long, conflicts_with_all = ["revision", "files", "sets"])]
    pub purge: bool,
    /// Remove the revision even though it is used
    #[arg(long)]
    pub force: bool,
    /// Delete Istio's CRDs and with them everything that users configured
    #[arg(long)]
    pub delete_crds: bool,
    /// Do not ask for the number of objects that --delete-crds deletes
    #[arg(long, requires = "delete_crds")]
    pub yes_delete_crds: bool,
    /// Where --delete-crds writes what it deletes [default: ./mesh-backup-TIME.yaml]
    #[arg(long, value_name = "FILE", requires = "delete_crds")]
    pub backup: Option<PathBuf>,
    /// Show what would be removed, and remove nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Format of the result
    #[arg(long, short = 'o', value_enum, default_value_t = TextOutput::Text, value_name = "FORMAT")]
    pub output: TextOutput,
    /// Where.
    #[command(flatten)]
    pub waves: WavesArgs,
}
