//! `mesh images`: every image that an installation and the pods it injects would pull.

use super::inputs;
use super::settings::Settings;
use crate::cli::{ImagesArgs, TextOutput};
use crate::error::Result;
use crate::{render, report};

/// Prints the images, each with what uses it; makes no connection.
pub(super) fn run(settings: &Settings, args: ImagesArgs) -> Result<()> {
    let ImagesArgs { render, output } = args;
    let used = render::images(&inputs::config(render)?)?;
    settings.ui.result(&match output {
        TextOutput::Text => report::images::text(&used),
        TextOutput::Json => report::images::json(&used),
    })
}
