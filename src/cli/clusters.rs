//! The flags of commands that take many clusters.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::{Command, duration};
use crate::clusters::Share;

/// Which clusters, beside those of `--context`.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Many clusters")]
pub struct ClustersArgs {
    /// File that lists clusters by their contexts, with labels and settings of each
    #[arg(long, value_name = "FILE")]
    pub contexts_file: Option<PathBuf>,
    /// Only clusters of that file with these labels, such as env=prod,region!=eu
    #[arg(long, value_name = "LABELS", requires = "contexts_file")]
    pub context_selector: Option<String>,
}

/// Which clusters, and in which order they are changed.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Many clusters")]
pub struct WavesArgs {
    /// Which.
    #[command(flatten)]
    pub clusters: ClustersArgs,
    /// Change this cluster before the others (repeatable)
    #[arg(long, value_name = "NAME")]
    pub canary_context: Vec<String>,
    /// Change so many clusters at a time; the next begin once these are well
    #[arg(long, value_name = "N|N%", value_parser = Share::read)]
    pub max_unavailable: Option<Share>,
    /// Wait so long before the next clusters
    #[arg(long, default_value = "0s", value_parser = duration::parse, value_name = "TIME")]
    pub wave_pause: Duration,
    /// Begin with other clusters also after one has failed
    #[arg(long)]
    pub keep_going: bool,
}

/// Whether a command takes many clusters.
pub fn takes_many(command: &Command) -> bool {
    matches!(
        command,
        Command::Install(_)
            | Command::Upgrade(_)
            | Command::Uninstall(_)
            | Command::Verify(_)
            | Command::Diff(_)
            | Command::Check(_)
            | Command::Status(_)
    )
}
