//! `mesh install`: exactly the given inputs.

use super::settings::Settings;
use super::{change, inputs};
use crate::cli::{InstallArgs, InstallOutput};
use crate::error::{Error, Result};
use crate::input::Precedence;

/// Installs what the inputs ask for, or shows what that would change; false where it would be refused.
pub(super) fn run(settings: &Settings, args: InstallArgs) -> Result<bool> {
    let InstallArgs { render, dry_run, change, output } = args;
    let with_hint = |error: Error| {
        if error.hints().is_empty() { error.hint("run `mesh install --help` to see what it takes") } else { error }
    };
    let asked = inputs::asked(settings, render, Precedence::Given).map_err(with_hint)?;
    if dry_run {
        return change::tried(settings, &asked, change, output == InstallOutput::Json);
    }
    change::carry_out(settings, &asked, change, output).map(|()| true)
}
