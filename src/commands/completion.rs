//! `mesh completion SHELL`.

use super::settings::Settings;
use crate::cli::{self, CompletionArgs};
use crate::error::{Error, Result};

/// Prints the completion script of a shell.
pub(super) fn run(settings: &Settings, args: &CompletionArgs) -> Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut cli::command(), "mesh", &mut script);
    let script = String::from_utf8(script)
        .map_err(|error| Error::failed("completion", "the completion script is not text").caused_by(error))?;
    settings.ui.result(&script)
}
