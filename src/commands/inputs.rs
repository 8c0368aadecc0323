//! What a command renders from: its flags, and the files they name.

use std::path::PathBuf;
use std::sync::Arc;

use super::settings::Settings;
use crate::cli::{FromBundleArgs, RenderArgs, Size};
use crate::config::{Config, Inputs};
use crate::error::Result;
use crate::input::bundle::{self, Mirror};
use crate::input::{Asked, Precedence};
use crate::{config, input, report};

/// What a command line gives: the inputs, whether that is more than a revision, and where the images are to be.
#[derive(Clone)]
pub(super) struct Given {
    pub(super) inputs: Inputs,
    pub(super) any: bool,
    pub(super) mirror: Option<Arc<Mirror>>,
}

impl Given {
    /// Gathers flags and files.
    ///
    /// # Errors
    /// Those of [`read`].
    pub(super) fn of(args: RenderArgs) -> Result<Self> {
        let any = any(&args);
        Ok(Self { inputs: read(args)?, any, mirror: None })
    }

    /// The same, and what is in a bundle, where one is named: its checksums are told to be right before anything of it is used.
    ///
    /// # Errors
    /// Those of [`read`] and of [`bundle::open`].
    pub(super) fn from(settings: &Settings, from: FromBundleArgs, args: RenderArgs) -> Result<Self> {
        let FromBundleArgs { bundle, no_image_check, insecure_registry: insecure } = from;
        let Some(path) = bundle else { return Self::of(args) };
        report::bundle::reading(&settings.ui, &path);
        let bundle = bundle::open(&path)?;
        let any = any(&args);
        let (files, _, flags) = parts(args);
        let inputs = input::read_bundled(&files, &bundle, flags)?;
        let mirror = Mirror { bundle, asks: !no_image_check, insecure, limit: settings.timeout };
        Ok(Self { inputs, any, mirror: Some(Arc::new(mirror)) })
    }

    /// What is asked for by it. Bad input is told here, before anybody is connected to.
    ///
    /// # Errors
    /// What [`Asked::of`] says.
    pub(super) fn asked(self, settings: &Settings, rule: Precedence) -> Result<Asked> {
        let Self { inputs, any, mirror } = self;
        Ok(Asked::of(inputs, any, rule, settings.home())?.from_bundle(mirror))
    }
}

/// What is asked for by files and flags, without a bundle.
///
/// # Errors
/// As [`Given::of`] and [`Given::asked`].
pub(super) fn asked(settings: &Settings, args: RenderArgs, rule: Precedence) -> Result<Asked> {
    Given::of(args)?.asked(settings, rule)
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
    let (files, manifests, flags) = parts(args);
    input::read(&files, manifests.as_deref(), flags)
}

/// The files, the charts, and what is no file.
fn parts(args: RenderArgs) -> (Vec<PathBuf>, Option<PathBuf>, Inputs) {
    let RenderArgs { files, sets, manifests, version, revision, registry, image_pull_secret, size, force } = args;
    let size = size.map(|Size::Tiny| "tiny".to_owned());
    let flags = Inputs { sets, version, revision, force, registry, image_pull_secret, size, ..Inputs::default() };
    (files, manifests, flags)
}

/// The same as the configuration it makes.
///
/// # Errors
/// Those of [`read`] and of [`config::load`].
pub(super) fn config(args: RenderArgs) -> Result<Config> {
    config::load(&read(args)?)
}

pub(super) use crate::input::file;
