//! Building what the demo needs: `mesh`, and beside it the control plane.

use std::path::PathBuf;
use std::process::Stdio;
use std::thread;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::output::{Failed, line};

/// The path of `mesh`, after the programs of the control plane are there, too. Both are built at once: Cargo has long work for
/// one processor only at its end, and Go has work for all there are.
pub(crate) fn all() -> Result<PathBuf> {
    let control_plane = thread::spawn(cluster::build);
    // Where that fails nobody waits for the other.
    let mesh = mesh()?;
    control_plane.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
    Ok(mesh)
}

/// The path of `mesh`, built by cargo with its progress on stderr. In the profile of this program and with its package
/// named, so that what both are made of is built once: a release would be built from nothing.
pub(crate) fn mesh() -> Result<PathBuf> {
    line("building mesh (cargo build)")?;
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml");
    let output = cluster::cargo()
        .args(["build", "--package", "mesh", "--package", "cluster", "--bin", "mesh", "--manifest-path", manifest])
        .args(["--message-format", "json-render-diagnostics"])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run cargo")?;
    if !output.status.success() {
        let code = output.status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
        return Err(Failed { what: "cargo build".to_owned(), code }.into());
    }
    // cargo says itself where it put the binary, whatever the target folder is.
    let messages = String::from_utf8_lossy(&output.stdout);
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == "mesh")
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .context("cargo built no binary called mesh")
}
