//! What a command renders from: its flags, and the files they name, read here and nowhere else.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::manifests::{self, Manifests};
use crate::cli::{RenderArgs, Size};
use crate::config::{self, Inputs, Source};
use crate::error::{Error, Result};
use crate::yaml;

/// The most bytes of an IstioOperator file. Such files have some kilobytes; a cluster takes no object of 2 MiB.
const MAX_OPERATOR_BYTES: usize = 4 << 20;

/// Reads the files and gathers the flags.
///
/// # Errors
/// `unreadable-file`, `not-text` (usage) with the file's name; what [`manifests::read`] says of given charts.
pub(super) fn read(args: RenderArgs) -> Result<Inputs> {
    let RenderArgs { files, sets, manifests, revision, registry, image_pull_secret, size, force } = args;
    let size = size.map(|Size::Tiny| "tiny".to_owned());
    if files.iter().filter(|path| path.as_os_str() == "-").count() > 1 {
        return Err(Error::usage("stdin-twice", "`-f -` is given twice, but stdin can be read once only"));
    }
    let files = files.iter().map(|path| bounded(path, MAX_OPERATOR_BYTES)).collect::<Result<_>>()?;
    let mut inputs = Inputs { files, sets, revision, force, registry, image_pull_secret, size, ..Inputs::default() };
    read_charts(&mut inputs, manifests)?;
    Ok(inputs)
}

/// Reads the charts that the flag names, or the inputs themselves; none where neither does.
///
/// # Errors
/// What [`manifests::read`] says of them.
pub(super) fn read_charts(inputs: &mut Inputs, flag: Option<PathBuf>) -> Result<()> {
    let path = match flag {
        Some(path) => Some(path),
        None => Some(config::install_package_path(inputs)?).filter(|path| !path.is_empty()).map(PathBuf::from),
    };
    if let Some(path) = path {
        let Manifests { profiles, charts } = manifests::read(&path)?;
        inputs.profiles = Some(profiles);
        inputs.charts = Some(charts.into());
        // The next run may be started elsewhere.
        inputs.charts_path = std::path::absolute(&path).ok().map(|path| path.display().to_string());
    }
    Ok(())
}

/// Reads one file, or stdin.
///
/// # Errors
/// As [`read`].
pub(super) fn file(path: &Path) -> Result<Source> {
    bounded(path, yaml::MAX_BYTES)
}

fn bounded(path: &Path, most: usize) -> Result<Source> {
    let name = path.display().to_string();
    if name.starts_with("http://") || name.starts_with("https://") {
        return Err(Error::usage("remote-file", format!("{name}: files are not fetched from the network"))
            .hint(format!("fetch it first, look at it, and pass it on: curl -fsSL {name} | mesh … -f -")));
    }
    let unreadable = |error: std::io::Error| {
        let hint = match error.kind() {
            std::io::ErrorKind::NotFound => "check the path; it is relative to the working directory",
            std::io::ErrorKind::PermissionDenied => "check the permissions of the file",
            std::io::ErrorKind::IsADirectory => "name the files in it, one `-f` each",
            _ => "name a YAML file, or `-` for stdin",
        };
        Error::usage("unreadable-file", format!("{name}: cannot be read")).caused_by(error).hint(hint)
    };
    let mut bytes = Vec::new();
    // One byte more than is taken, so that a file that is too large is noticed without being read whole.
    let limit = most as u64 + 1;
    if name == "-" {
        std::io::stdin().lock().take(limit).read_to_end(&mut bytes).map_err(unreadable)?;
    } else {
        File::open(path).map_err(unreadable)?.take(limit).read_to_end(&mut bytes).map_err(unreadable)?;
    }
    if bytes.len() > most {
        let error = Error::usage("too-large", format!("{name}: larger than {} MiB", most >> 20));
        return Err(error.hint("check that it is the file you mean: a manifest has some kilobytes"));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let bytes = error.as_bytes();
        let line = bytes[..error.utf8_error().valid_up_to()].iter().filter(|&&byte| byte == b'\n').count() + 1;
        Error::usage("not-text", format!("{name}:{line}: this is not a UTF-8 text file"))
            .hint("name an IstioOperator file in YAML")
    })?;
    Ok(Source { name, text })
}
