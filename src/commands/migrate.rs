//! `mesh migrate`: an IstioOperator file of an earlier version as today's takes it.

use super::Answer;
use super::settings::Settings;
use crate::cli::{MigrateArgs, TextOutput};
use crate::error::{Error, Result};
use crate::render::{Target, render};
use crate::report::migrated;
use crate::{config, input};

/// Runs the command; makes no connection.
pub(super) fn run(settings: &Settings, args: MigrateArgs) -> Result<Answer> {
    let MigrateArgs { file, check, in_place, output } = args;
    if in_place && file.as_os_str() == "-" {
        return Err(Error::usage("no-file", "--in-place: stdin is no file that can be written")
            .hint("leave --in-place out: the migrated text goes to stdout"));
    }
    let source = input::operator(&file)?;
    let migrated = config::migrate(&source, &|config| render(config, &Target::default()).map(drop))?;
    if in_place && migrated.text != source.text {
        migrated::write(&settings.ui, &file, &migrated)?;
    }
    let has_text = !check && !in_place;
    match output {
        TextOutput::Json => settings.ui.result(&migrated::json(&source.name, &migrated, has_text))?,
        TextOutput::Text => {
            migrated::tell(&settings.ui, &source.name, &migrated);
            if has_text {
                settings.ui.result(&migrated.text)?;
            }
        }
    }
    Ok(Answer::from(!migrated.has_left() && (!check || migrated.is_current())))
}
