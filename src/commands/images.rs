//! `mesh images`: every image that an installation and the pods it injects would pull.

use super::inputs;
use super::settings::Settings;
use crate::check::images::all;
use crate::cli::{ImagesArgs, TextOutput};
use crate::error::Result;
use crate::input::digests;
use crate::{render, report};

/// Prints the images, each with what uses it; false where one is not what a list of digests says. Makes no connection but to
/// registries that are to be asked.
pub(super) fn run(settings: &Settings, args: ImagesArgs) -> Result<bool> {
    let ImagesArgs { render, digests, resolve, insecure_registry, output } = args;
    let used = render::images(&inputs::config(render)?)?;
    let list = digests.as_deref().map(digests::read).transpose()?;
    let found = if resolve {
        let (names, limit) = (used.keys().cloned().collect(), settings.timeout);
        let ask = move || digests::resolve(&names, insecure_registry, limit);
        Some(Settings::aside("all images were looked up", ask)?)
    } else {
        None
    };
    let held = all(used.keys(), list.as_ref(), found.as_ref())?;
    settings.ui.result(&match output {
        TextOutput::Text if list.is_some() => report::images::held(&held),
        TextOutput::Text => report::images::text(&held),
        TextOutput::Json => report::images::json(&used, &held),
    })?;
    Ok(held.iter().all(|one| one.wrong.is_none()))
}
