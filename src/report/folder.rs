//! Files that are written for the user: new ones only.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use crate::error::{Error, Result};

/// Writes a file into a folder, which is made where it is not there; a script can be run.
///
/// # Errors
/// `file-exists` (usage), `unwritable-file` (failed).
pub(super) fn write(folder: &Path, name: &str, content: &str) -> Result<()> {
    let path = folder.join(name);
    let failed = |error: std::io::Error| {
        Error::failed("unwritable-file", format!("{}: cannot be written", path.display())).caused_by(error)
    };
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(failed)?;
    }
    // What is there may be somebody's work.
    let mut file = fs::File::create_new(&path).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            Error::usage("file-exists", format!("{}: is there already", path.display()))
                .hint("name a new or empty folder, or remove that file")
        }
        _ => failed(error),
    })?;
    file.write_all(content.as_bytes()).map_err(failed)?;
    if name.ends_with(".sh") {
        executable(&file).map_err(failed)?;
    }
    Ok(())
}

#[cfg(unix)]
fn executable(file: &fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
const fn executable(_: &fs::File) -> std::io::Result<()> {
    Ok(())
}
