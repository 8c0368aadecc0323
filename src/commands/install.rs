//! `mesh install`: exactly the given inputs.

use super::settings::Settings;
use super::{change, inputs};
use crate::cli::{InstallArgs, InstallOutput};
use crate::error::{Error, Result};
use crate::input::Precedence;

/// Installs what the inputs ask for, or shows what that would change.
pub(super) fn run(settings: &Settings, args: InstallArgs) -> Result<()> {
    let InstallArgs { render, dry_run, change, output } = args;
    let with_hint = |error: Error| {
        if error.hints().is_empty() { error.hint("run `mesh install --help` to see what it takes") } else { error }
    };
    let asked = inputs::asked(settings, render, Precedence::Given).map_err(with_hint)?;
    if dry_run {
        // A dry run that has told what it would do has done what was asked for.
        return change::shown(settings, &asked, output == InstallOutput::Json).map(|_| ());
    }
    change::carry_out(settings, &asked, change, output)
}
