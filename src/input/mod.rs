//! What people hand over: files of settings, charts, workloads and manifests, and stdin. Above the core, files are opened for
//! reading here and nowhere else. Makes no connection, but for a release that is not kept yet, and for images of a bundle.

mod asked;
pub mod bundle;
mod charts;
pub mod contexts;
pub mod digests;
mod file;
pub mod gitops;
mod login;
mod manifest;
pub mod release;
mod stream;

pub use asked::{Asked, Home, Origin, Parts, Precedence, Resolved};
use file::checksum;
pub use file::{file, open};
pub use login::login;
pub use manifest::{manifest, manifests};
pub use stream::{Documents, Done, Take, documents, stream};

use std::path::{Path, PathBuf};

use crate::config::{self, Inputs, Source};
use crate::error::{Error, Result};
use charts::ManifestsFolder;

/// The most bytes of an IstioOperator file. Such files have some kilobytes; a cluster takes no object of 2 MiB.
const MAX_OPERATOR_BYTES: usize = 4 << 20;

/// Reads the files of `inputs`, `-f` from left to right (`-` is stdin), and the charts of the folder or archive that
/// `charts` names, else those that the files name; the rest of `inputs` is as the flags say.
///
/// # Errors
/// `stdin-twice`, and what [`file()`] says of the files (usage); what is wrong with given charts.
pub fn read(files: &[PathBuf], charts: Option<&Path>, mut inputs: Inputs) -> Result<Inputs> {
    stdin_once(files.iter().map(PathBuf::as_path))?;
    inputs.files = files.iter().map(|path| file::bounded(path, MAX_OPERATOR_BYTES)).collect::<Result<_>>()?;
    read_charts(&mut inputs, charts)?;
    Ok(inputs)
}

/// The same with the manifests of a bundle.
///
/// # Errors
/// As [`read`], and `other-mesh` (usage) where the manifests of its release are built into another mesh.
pub fn read_bundled(files: &[PathBuf], bundle: &bundle::Bundled, flags: Inputs) -> Result<Inputs> {
    let folder = bundle.manifests()?;
    let mut inputs = read(files, None, flags)?;
    one_folder(bundle.path(), &inputs)?;
    if let Some(folder) = folder {
        take(&mut inputs, folder.clone(), bundle.path());
    }
    Ok(inputs)
}

/// Holds files to what can be read: stdin (`-`) only once.
fn stdin_once<'a>(files: impl Iterator<Item = &'a Path>) -> Result<()> {
    if files.filter(|path| path.as_os_str() == "-").count() > 1 {
        return Err(Error::usage("stdin-twice", "`-` is given twice, but stdin can be read once only"));
    }
    Ok(())
}

/// Reads one IstioOperator file, or stdin where it is called `-`.
///
/// # Errors
/// As [`file()`].
pub fn operator(path: &Path) -> Result<Source> {
    file::bounded(path, MAX_OPERATOR_BYTES)
}

/// Holds `--set` to the folder of `--manifests`: it is one setting.
fn one_folder(path: &Path, inputs: &Inputs) -> Result<()> {
    let flag = format!("--manifests {}", path.display());
    config::agree(inputs, "installPackagePath", &flag, |said| Path::new(said) == path)
}

/// Reads the charts that `given` names, or the inputs themselves; none where neither does.
///
/// # Errors
/// `two-values`, `remote-file`, `no-charts`, `unreadable-file`, `bad-charts` (usage), with the path of what is wrong; as
/// [`release::folder`].
pub fn read_charts(inputs: &mut Inputs, given: Option<&Path>) -> Result<()> {
    let path = match given {
        Some(path) => {
            one_folder(path, inputs)?;
            Some(path.to_owned())
        }
        None => match &inputs.version {
            Some(version) => {
                config::agree(inputs, "installPackagePath", &format!("--version {version}"), |_| false)?;
                Some(release::folder(version)?)
            }
            None => Some(config::install_package_path(inputs)?).filter(|path| !path.is_empty()).map(PathBuf::from),
        },
    };
    if let Some(path) = path
        && let Some(folder) = charts::read(&path)?
    {
        take(inputs, folder, &path);
    }
    Ok(())
}

/// Takes charts that are at `path` into the inputs.
fn take(inputs: &mut Inputs, folder: ManifestsFolder, path: &Path) {
    let ManifestsFolder { profiles, charts } = folder;
    inputs.profiles = Some(profiles);
    inputs.charts = Some(charts.into());
    // The next run may be started elsewhere; of a release the version is enough, on any machine.
    let path = std::path::absolute(path).ok().filter(|_| inputs.version.is_none());
    inputs.charts_path = path.map(|path| path.display().to_string());
}
