//! `mesh history` and `mesh rollback`.

use clap::Args;

use super::{InstallOutput, TextOutput};

/// `mesh history`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh history
  mesh history --revision canary
  mesh history --revision 1-30 --installation gateways
  mesh history -o json | jq '.clusters[].records[0].inputs'

An installation is what one IstioOperator says: its metadata.name, its revision, the namespace of the control plane. The
last five changes of each are kept, in Secrets mesh.v1.REVISION.N or mesh.v1.REVISION.NAME.N.")]
pub struct HistoryArgs {
    /// Revision of the control plane; all without it
    #[arg(long, short = 'r', value_name = "NAME")]
    pub revision: Option<String>,
    /// Name of the installation (metadata.name of its file, '' for one without); all without it
    #[arg(long, value_name = "NAME")]
    pub installation: Option<String>,
    /// Format of the result
    #[arg(long, short = 'o', value_enum, default_value_t = TextOutput::Text, value_name = "FORMAT")]
    pub output: TextOutput,
}

/// `mesh rollback`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh rollback --dry-run
  mesh rollback
  mesh rollback --to 3 -y
  mesh rollback --revision canary
  mesh rollback --revision 1-30 --installation gateways

Spec, labels and annotations of every object that was changed since are restored exactly; what was deleted is made
again and gets new uids; what was made goes. The rollback is a change of its own: another one undoes it.")]
pub struct RollbackArgs {
    /// Record to go back to, as `mesh history` numbers them; else the one before the newest
    #[arg(long, value_name = "N")]
    pub to: Option<u64>,
    /// Revision of the control plane; without it the default one, or the only one that is recorded
    #[arg(long, short = 'r', value_name = "NAME")]
    pub revision: Option<String>,
    /// Name of the installation (metadata.name of its file, '' for one without), where the revision has several
    #[arg(long, value_name = "NAME")]
    pub installation: Option<String>,
    /// Show what would change, tried on the server, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Format of the result
    #[arg(long, short = 'o', value_enum, default_value_t = InstallOutput::Text, value_name = "FORMAT")]
    pub output: InstallOutput,
}
