//! What a command renders from: its flags, and the files they name.

use super::settings::Settings;
use crate::cli::{RenderArgs, Size};
use crate::config::{Config, Inputs};
use crate::error::Result;
use crate::input::{Asked, Precedence};
use crate::{config, input};

/// What is asked for by files and flags. Bad input is told here, before anybody is connected to.
///
/// # Errors
/// What [`input::read`] and [`Asked::of`] say.
pub(super) fn asked(settings: &Settings, args: RenderArgs, rule: Precedence) -> Result<Asked> {
    let any = any(&args);
    Asked::of(read(args)?, any, rule, settings.home())
}

/// Whether the command line gives any inputs; the revision alone only says which installation is meant.
pub(super) fn any(args: &RenderArgs) -> bool {
    !args.files.is_empty()
        || !args.sets.is_empty()
        || args.manifests.is_some()
        || args.version.is_some()
        || args.registry.is_some()
        || args.image_pull_secret.is_some()
        || args.size.is_some()
}

/// Gathers the flags, and reads the files.
///
/// # Errors
/// What [`input::read`] says of them.
pub(super) fn read(args: RenderArgs) -> Result<Inputs> {
    let RenderArgs { files, sets, manifests, version, revision, registry, image_pull_secret, size, force } = args;
    let size = size.map(|Size::Tiny| "tiny".to_owned());
    let flags = Inputs { sets, version, revision, force, registry, image_pull_secret, size, ..Inputs::default() };
    input::read(&files, manifests.as_deref(), flags)
}

/// The same as the configuration it makes.
///
/// # Errors
/// Those of [`read`] and of [`config::load`].
pub(super) fn config(args: RenderArgs) -> Result<Config> {
    config::load(&read(args)?)
}

pub(super) use crate::input::file;
