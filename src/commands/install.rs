//! `mesh install`: exactly the given inputs.

use super::recorded::{Asked, Rule};
use super::settings::Settings;
use super::{change, diff};
use crate::cli::{InstallArgs, InstallOutput, TextOutput};
use crate::error::{Error, Result};

/// Installs what the inputs ask for, or shows what that would change.
pub(super) fn run(settings: &Settings, args: InstallArgs) -> Result<()> {
    let InstallArgs { render, dry_run, change: more, output } = args;
    let with_hint = |error: Error| {
        if error.hints().is_empty() { error.hint("run `mesh install --help` to see what it takes") } else { error }
    };
    let asked = Asked::read(settings, render, Rule::Given).map_err(with_hint)?;
    if dry_run {
        let output = if output == InstallOutput::Json { TextOutput::Json } else { TextOutput::Text };
        // A dry run that has told what it would do has done what was asked for.
        return diff::shown(settings, &asked, output).map(|_| ());
    }
    change::run(settings, &asked, output, change::Options::from(more))
}
