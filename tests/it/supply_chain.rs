//! What our own crates may not do.

use std::path::Path;

use anyhow::{Result, ensure};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// `unsafe_code` is forbidden for the workspace, and every crate of ours keeps to that.
#[test]
fn no_crate_of_ours_is_unsafe() -> Result<()> {
    let workspace = std::fs::read_to_string(root().join("Cargo.toml"))?;
    ensure!(workspace.contains("unsafe_code = \"forbid\""), "it is not forbidden");
    let mut seen = 0;
    for member in ["", "crates/dist/", "crates/gotemplate/", "tests/cluster/", "tests/fuzz/"] {
        let manifest = format!("{member}Cargo.toml");
        let Ok(text) = std::fs::read_to_string(root().join(&manifest)) else { continue };
        seen += 1;
        ensure!(text.contains("[lints]\nworkspace = true"), "{manifest} does not take the lints of the workspace");
    }
    ensure!(seen >= 4, "{seen}");
    Ok(())
}
