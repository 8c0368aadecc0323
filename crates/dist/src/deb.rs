//! Packages of Debian and its kin: an `ar` archive of the format's version and two tar archives (deb(5)).

use anyhow::{Result, ensure};

use crate::entry::{READ, Tree, What, gzip};
use crate::kept::{Kept, Places};
use crate::{DESCRIPTION, MAINTAINER, Target, Time, VERSION};

/// Debian's policy, chapters 9 and 12.
const PLACES: Places = Places {
    license: "usr/share/doc/mesh/copyright",
    zsh: "usr/share/zsh/vendor-completions/_mesh",
    is_compressed: true,
};

/// The package of a target; its name, and its bytes. None where the target has none.
///
/// # Errors
/// A number that the format has no room for.
pub(crate) fn package(target: Target, program: &[u8], kept: &Kept, time: Time) -> Result<Option<(String, Vec<u8>)>> {
    let Some((processor, _)) = target.packages() else { return Ok(None) };
    let version = version();
    let data = kept.installed(program, &PLACES)?;
    let bytes = data.0.values().map(|entry| if let What::File(bytes) = &entry.what { bytes.len() } else { 0 });
    // In KiB, each file rounded up, and one for what is no file.
    let installed: usize = bytes.map(|bytes| bytes.div_ceil(1024).max(1)).sum();
    let control = format!(
        "Package: mesh\nVersion: {version}\nArchitecture: {processor}\nMaintainer: {MAINTAINER}\n\
         Installed-Size: {installed}\nSection: admin\nPriority: optional\nDescription: installer of Istio\n {DESCRIPTION}.\n"
    );
    let mut about = Tree::default();
    about.file("control", READ, control);
    let members = [
        ("debian-binary", b"2.0\n".to_vec()),
        ("control.tar.gz", gzip(&about.tar(time, "./")?)?),
        ("data.tar.gz", gzip(&data.tar(time, "./")?)?),
    ];
    let mut archive = b"!<arch>\n".to_vec();
    for (name, bytes) in members {
        let (seconds, length) = (time.seconds(), bytes.len());
        let header = format!("{name:<16}{seconds:<12}{:<6}{:<6}{:<8}{length:<10}`\n", 0, 0, "100644");
        ensure!(header.len() == 60, "{name} is too large for an ar archive");
        archive.extend(header.as_bytes());
        archive.extend(&bytes);
        // A member begins at an even place.
        archive.extend(std::iter::repeat_n(b'\n', length % 2));
    }
    Ok(Some((format!("mesh_{version}_{processor}.deb"), archive)))
}

/// `~` sorts before the end of a version, as a pre-release has to.
fn version() -> String {
    format!("{}-1", VERSION.replace('-', "~"))
}
