//! `mesh history` and `mesh rollback`.

use clap::Args;

use super::{InstallOutput, TextOutput};

/// `mesh history`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh history
  mesh history --revision canary
  mesh history -o json | jq '.clusters[].records[0].inputs'

The last five changes of a revision are kept, in Secrets mesh.v1.REVISION.N.")]
pub struct HistoryArgs {
    /// Revision of the control plane; all without it
    #[arg(long, short = 'r', value_name = "NAME")]
    pub revision: Option<String>,
    /// Format of the result
    #[arg(long, short = 'o', value_enum, default_value_t = TextOutput::Text, value_name = "FORMAT")]
    pub output: TextOutput,
}

/// `mesh rollback`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh rollback
  mesh rollback --to 3 -y
  mesh rollback --revision canary

Spec, labels and annotations of every object that was changed since are restored exactly; what was deleted is made
again and gets new uids; what was made goes. The rollback is a change of its own: another one undoes it.")]
pub struct RollbackArgs {
    /// Record to go back to, as `mesh history` numbers them; else the one before the newest
    #[arg(long, value_name = "N")]
    pub to: Option<u64>,
    /// Revision of the control plane
    #[arg(long, short = 'r', default_value = "default", value_name = "NAME")]
    pub revision: String,
    /// Format of the result
    #[arg(long, short = 'o', value_enum, default_value_t = InstallOutput::Text, value_name = "FORMAT")]
    pub output: InstallOutput,
}
