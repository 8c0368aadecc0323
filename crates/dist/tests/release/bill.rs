//! The bill of materials is what is linked.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use dist::VERSION;
use serde_json::Value;

use crate::standin::{Release, root};

#[test]
fn the_bill_of_materials_is_what_is_linked() -> Result<()> {
    let bill = dist::sbom(&root())?;
    ensure!(bill == dist::sbom(&root())?, "twice it is not the same");
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
        ("rpm", false),
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

#[test]
fn a_release_has_it() -> Result<()> {
    let there: Value = serde_json::from_slice(&Release::whole().read(&format!("mesh-{VERSION}.cdx.json"))?)?;
    ensure!(there == dist::sbom(&root())?, "another bill");
    Ok(())
}
