//! What a command renders from: its flags, and the files they name.

use std::path::PathBuf;

use crate::cli::{RenderArgs, Size};
use crate::config::{Config, Inputs};
use crate::error::Result;
use crate::{config, input};

/// Gathers the flags, and reads the files.
///
/// # Errors
/// What [`input::read`] says of them.
pub(super) fn read(args: RenderArgs) -> Result<Inputs> {
    let RenderArgs { files, sets, manifests, revision, registry, image_pull_secret, size, force } = args;
    let size = size.map(|Size::Tiny| "tiny".to_owned());
    let flags = Inputs { sets, revision, force, registry, image_pull_secret, size, ..Inputs::default() };
    input::read(&files, manifests.as_deref(), flags)
}

/// The same as the configuration it makes.
///
/// # Errors
/// Those of [`read`] and of [`config::load`].
pub(super) fn config(args: RenderArgs) -> Result<Config> {
    config::load(&read(args)?)
}

/// See [`input::read_charts`].
pub(super) fn read_charts(inputs: &mut Inputs, flag: Option<PathBuf>) -> Result<()> {
    input::read_charts(inputs, flag.as_deref())
}

pub(super) use crate::input::file;
