//! What the program is made of: the bill of materials, and what our own crates may not do.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_bill_of_materials_is_what_is_linked() -> Result<()> {
    let bill = cluster::sbom(root())?;
    ensure!(bill == cluster::sbom(root())?, "twice it is not the same");
    let components = bill["components"].as_array().context("no components")?;
    let of = |one: &Value| Some((one["name"].as_str()?.to_owned(), one["version"].as_str()?.to_owned()));
    let listed: BTreeSet<(String, String)> = components.iter().filter_map(of).collect();
    let lock = std::fs::read_to_string(root().join("Cargo.lock"))?;
    for (name, version) in &listed {
        let entry = format!("name = \"{name}\"\nversion = \"{version}\"\n");
        ensure!(lock.contains(&entry), "{name} {version} is not in the lock file");
    }
    let has = |name: &str| listed.iter().any(|(one, _)| one == name);
    // What is linked is there; what only tests and builds is not.
    for (name, wanted) in [
        ("kube", true),
        ("rustls", true),
        ("gotemplate", true),
        ("proptest", false),
        ("trycmd", false),
        ("mesh", false),
    ] {
        ensure!(has(name) == wanted, "{name}: {}", has(name));
    }
    for one in components {
        let is_ours = one["name"] == "gotemplate";
        let sum = one["hashes"][0]["content"].as_str().unwrap_or_default();
        ensure!(is_ours || sum.len() == 64 && lock.contains(sum), "no checksum: {one}");
        ensure!(one["licenses"][0]["expression"].is_string() && one["purl"] == one["bom-ref"], "{one}");
    }
    let references: BTreeSet<&str> = components.iter().filter_map(|one| one["bom-ref"].as_str()).collect();
    let needs = bill["dependencies"].as_array().context("no dependencies")?;
    let dangling = needs.iter().flat_map(|one| one["dependsOn"].as_array().into_iter().flatten());
    let dangling: Vec<&str> =
        dangling.filter_map(Value::as_str).filter(|needed| !references.contains(needed)).collect();
    ensure!(dangling.is_empty() && needs.len() == components.len() + 1, "{dangling:?}");
    ensure!(
        bill["serialNumber"].as_str().is_some_and(|text| text.starts_with("urn:uuid:") && text.len() == 45),
        "{bill}"
    );
    Ok(())
}

/// `unsafe_code` is forbidden for the workspace, and every crate of ours keeps to that.
#[test]
fn no_crate_of_ours_is_unsafe() -> Result<()> {
    let workspace = std::fs::read_to_string(root().join("Cargo.toml"))?;
    ensure!(workspace.contains("unsafe_code = \"forbid\""), "it is not forbidden");
    let mut seen = 0;
    for manifest in ["Cargo.toml", "crates/gotemplate/Cargo.toml", "tests/cluster/Cargo.toml", "tests/fuzz/Cargo.toml"]
    {
        let Ok(text) = std::fs::read_to_string(root().join(manifest)) else { continue };
        seen += 1;
        ensure!(text.contains("[lints]\nworkspace = true"), "{manifest} does not take the lints of the workspace");
    }
    ensure!(seen >= 3, "{seen}");
    Ok(())
}
