//! Finding the `cluster` binary that supervises, and building it where it is missing or of another build.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

use anyhow::{Context, Result, bail};

use crate::protocol::STAMP;

/// The subcommand that prints the stamp of a binary.
pub(crate) const STAMP_COMMAND: &str = "stamp";
/// A variable that names the binary, for setups in which it is not beside the tests.
const VARIABLE: &str = "MESH_TEST_SUPERVISOR";

static FOUND: Mutex<Option<PathBuf>> = Mutex::new(None);

/// The path of a `cluster` binary made of the same sources as this library.
pub(super) fn path() -> Result<PathBuf> {
    // The lock is held while building, so that parallel tests build once.
    let mut found = FOUND.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(path) = found.as_ref() {
        return Ok(path.clone());
    }
    let path = match std::env::var_os(VARIABLE) {
        Some(path) => PathBuf::from(path),
        None => beside_the_test()?,
    };
    Ok(found.insert(path).clone())
}

fn beside_the_test() -> Result<PathBuf> {
    let own = std::env::current_exe().context("cannot find this program's own path")?;
    // target/PROFILE/deps/it-0123, target/PROFILE/examples/x, target/PROFILE/demo
    let folder = own
        .ancestors()
        .skip(1)
        .find(|folder| !matches!(folder.file_name().and_then(|name| name.to_str()), Some("deps" | "examples")))
        .context("this program is in no folder")?;
    let binary = folder.join("cluster");
    if is_current(&binary) {
        return Ok(binary);
    }
    build(folder)?;
    if !is_current(&binary) {
        bail!("{} is not of this build, even after building it; {VARIABLE} can name another", binary.display());
    }
    Ok(binary)
}

fn is_current(binary: &Path) -> bool {
    let output = Command::new(binary).arg(STAMP_COMMAND).stdin(Stdio::null()).output();
    output.is_ok_and(|output| output.status.success() && output.stdout.trim_ascii() == STAMP.as_bytes())
}

/// Builds the binary with the profile and into the folder that the test was built with and into.
fn build(folder: &Path) -> Result<()> {
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(name) => name,
    };
    let target = folder.parent().context("this program is not in a target folder")?;
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    crate::binaries::say("building its supervisor with cargo");
    let output = crate::cargo()
        .args(["build", "--quiet", "--manifest-path", manifest, "--bin", "cluster", "--profile", profile])
        .arg("--target-dir")
        .arg(target)
        .stdin(Stdio::null())
        .output()
        .context("cannot run cargo")?;
    if !output.status.success() {
        bail!("building the test cluster's supervisor failed:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}
