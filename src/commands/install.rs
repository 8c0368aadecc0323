//! `mesh install`: exactly the given inputs.

use super::inputs::Given;
use super::settings::Settings;
use super::targets::Targets;
use super::{Answer, change};
use crate::cli::{InstallArgs, InstallOutput};
use crate::error::{Error, Result};
use crate::input::Precedence;

/// Installs what the inputs ask for, or shows what that would change; no where it would be refused.
pub(super) fn run(settings: &Settings, args: InstallArgs) -> Result<Answer> {
    let InstallArgs { render, from, dry_run, change, output, waves } = args;
    let with_hint = |error: Error| {
        if error.hints().is_empty() { error.hint("run `mesh install --help` to see what it takes") } else { error }
    };
    let targets = Targets::in_waves(settings, &waves, dry_run)?;
    let given = Given::from(settings, from, render).map_err(with_hint)?;
    let asked = targets.asked(given, Precedence::Given).map_err(with_hint)?;
    let as_json = output == InstallOutput::Json;
    let kind = (change::subject(dry_run), as_json);
    targets.each(kind, asked, move |settings, asked| change::made(settings, asked, change, dry_run, as_json))
}
