//! Building `mesh` as its users get it.

use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::output::{Failed, line};

/// The path of a release build of `mesh`, built by cargo with its progress on stderr.
pub(crate) fn mesh() -> Result<PathBuf> {
    line("building mesh (cargo build --release)")?;
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml");
    let output = cluster::cargo()
        .args(["build", "--release", "--package", "mesh", "--bin", "mesh", "--manifest-path", manifest])
        .args(["--message-format", "json-render-diagnostics"])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run cargo")?;
    if !output.status.success() {
        let code = output.status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
        return Err(Failed { what: "cargo build --release".to_owned(), code }.into());
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
