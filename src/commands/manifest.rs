//! `mesh manifest …`.

use super::settings::Settings;
use super::{Answer, inputs};
use crate::cli::{GenerateArgs, ManifestCommand, ManifestDiffArgs, ManifestOutput, TextOutput};
use crate::error::Result;
use crate::input;
use crate::object::differences;
use crate::render::{self, Target};
use crate::report::{manifest, message};

/// Runs a subcommand.
pub(super) fn run(settings: &Settings, command: ManifestCommand) -> Result<Answer> {
    match command {
        ManifestCommand::Generate(args) => generate(settings, args).map(Answer::from),
        ManifestCommand::Diff(args) => diff(settings, &args).map(Answer::from),
    }
}

/// Prints what would be installed; makes no connection.
fn generate(settings: &Settings, args: GenerateArgs) -> Result<()> {
    let GenerateArgs { render, output } = args;
    let bundle = render::render(&inputs::config(render)?, &Target::default())?;
    message::warnings(&settings.ui, &bundle.warnings);
    let objects = bundle.generate_set();
    match output {
        ManifestOutput::Yaml => manifest::yaml(&settings.ui, &objects)?,
        ManifestOutput::Json => settings.ui.result(&manifest::json(&objects))?,
    }
    // The process ends here: to take the tree apart first would be a tenth of its time.
    std::mem::forget(bundle);
    Ok(())
}

/// Compares two manifests object by object, whatever their order; true where they are the same.
fn diff(settings: &Settings, args: &ManifestDiffArgs) -> Result<bool> {
    let ManifestDiffArgs { left, right, output } = args;
    let [left, right] = input::manifests([left, right])?;
    manifest::tell(&settings.ui, &differences(&left, &right), *output == TextOutput::Json)
}
