//! The checksums of a release, as `sha256sum --check` reads them, and their signature.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};

/// The file of the checksums.
pub(crate) const SUMS: &str = "SHA256SUMS";
/// The file of their signature, which `ssh-keygen` names so.
pub(crate) const SIGNATURE: &str = "SHA256SUMS.sig";
/// What the signature is for, so that one that was made for something else does not count.
const NAMESPACE: &str = "file";

/// In hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A line a file, in the order of their names.
pub(crate) fn listed(files: &BTreeMap<String, Vec<u8>>) -> String {
    files.iter().map(|(name, bytes)| format!("{}  {name}\n", sha256(bytes))).collect()
}

/// Takes away a signature that is in `folder`.
///
/// # Errors
/// It cannot be removed.
pub(crate) fn unsign(folder: &Path) -> Result<()> {
    let old = folder.join(SIGNATURE);
    match std::fs::remove_file(&old) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("{} cannot be replaced", old.display()))
        }
        _ => Ok(()),
    }
}

/// Signs the checksums in `folder` with an SSH key: with its private half, or with the public one whose other half an agent holds.
///
/// # Errors
/// There is no `ssh-keygen`, or it refuses.
pub(crate) fn sign(folder: &Path, key: &Path) -> Result<()> {
    let mut command = Command::new("ssh-keygen");
    command.args(["-q", "-Y", "sign", "-n", NAMESPACE, "-f"]).arg(key).arg(folder.join(SUMS)).stdin(Stdio::null());
    let output = command.output().context("ssh-keygen, which makes signatures, cannot be run")?;
    ensure!(output.status.success(), "ssh-keygen: {}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(())
}
