//! Packages of Fedora, RHEL, SUSE and their kin.

use anyhow::Result;
use rpm::{BuildConfig, CompressionType, FileOptions, PackageBuilder};

use crate::entry::{Entry, Tree, What};
use crate::kept::{Kept, Places};
use crate::{DESCRIPTION, LICENSE, MAINTAINER, Target, Time, VERSION};

const PLACES: Places = Places {
    license: "usr/share/licenses/mesh/LICENSE",
    zsh: "usr/share/zsh/site-functions/_mesh",
    is_compressed: false,
};

/// Folders that belong to the package; all above them belong to the distribution.
const OWN: [&str; 2] = ["usr/share/doc/mesh", "usr/share/licenses/mesh"];

/// The package of a target; its name, and its bytes. None where the target has none.
///
/// # Errors
/// The library refuses what it is given.
pub(crate) fn package(target: Target, program: &[u8], kept: &Kept, time: Time) -> Result<Option<(String, Vec<u8>)>> {
    let Some((_, processor)) = target.packages() else { return Ok(None) };
    let Tree(entries) = kept.installed(program, &PLACES)?;
    let mut builder = PackageBuilder::new("mesh", &version(), LICENSE, processor, "Installer of Istio");
    let seconds = u32::try_from(time.seconds())?;
    builder
        .using_config(BuildConfig::v4().compression(CompressionType::Bzip2).source_date(seconds))
        .description(format!("{DESCRIPTION}."))
        .packager(MAINTAINER)
        .build_host("localhost");
    for (path, Entry { mode, what, .. }) in entries {
        let place = format!("/{path}");
        let permissions = u16::try_from(mode)?;
        match what {
            What::File(bytes) => {
                let options = FileOptions::new(&place).permissions(permissions);
                let options = match path.as_str() {
                    license if license == PLACES.license => options.license(),
                    doc if doc.starts_with("usr/share/doc/") || doc.starts_with("usr/share/man/") => options.doc(),
                    _ => options,
                };
                builder.with_file_contents(bytes, options)?;
            }
            What::Folder if OWN.contains(&path.as_str()) => {
                builder.with_dir_entry(FileOptions::dir(&place).permissions(permissions))?;
            }
            What::Folder => {}
            What::Link(to) => {
                builder.with_symlink(FileOptions::symlink(&place, &to))?;
            }
        }
    }
    let mut bytes = Vec::new();
    builder.build()?.write(&mut bytes)?;
    Ok(Some((format!("mesh-{}-1.{processor}.rpm", version()), bytes)))
}

/// `~` sorts before the end of a version, as a pre-release has to.
fn version() -> String {
    VERSION.replace('-', "~")
}
