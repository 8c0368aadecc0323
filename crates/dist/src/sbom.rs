//! The bill of materials of the program: every crate that is linked into it, from the lock file, as CycloneDX 1.5 (ECMA-424).

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Of the program in the workspace at `root`. The same lock file gives the same bytes: there is no time in it, and its serial
/// number is made of what it says.
///
/// # Errors
/// cargo cannot be run, or the lock file does not fit the manifests.
pub fn sbom(root: &Path) -> Result<Value> {
    let metadata = metadata(root)?;
    let checksums = checksums(root)?;
    let packages = metadata["packages"].as_array().context("no packages")?;
    let packages: BTreeMap<&str, &Value> = packages.iter().filter_map(|one| Some((one["id"].as_str()?, one))).collect();
    let program = packages.iter().find(|(_, one)| one["name"] == "mesh").context("no package mesh")?;
    let needs = needs(&metadata, program.0);
    let linked: BTreeSet<&str> = needs.keys().copied().collect();
    let components: Vec<Value> =
        linked.iter().filter(|id| *id != program.0).map(|id| component(packages[id], &checksums)).collect();
    let references = |ids: &BTreeSet<&str>| ids.iter().map(|id| purl(packages[id])).collect::<BTreeSet<_>>();
    let dependencies =
        needs.iter().map(|(id, needs)| json!({"ref": purl(packages[id]), "dependsOn": references(needs)}));
    let mut own = component(program.1, &checksums);
    own["type"] = "application".into();
    let mut bill = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": own},
        "components": components,
        "dependencies": dependencies.collect::<Vec<_>>(),
    });
    bill["serialNumber"] = serial(&bill.to_string()).into();
    Ok(bill)
}

/// Crates of other systems are part of the lock file too. Those that this machine has not yet are fetched, if that is possible.
fn metadata(root: &Path) -> Result<Value> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let asked = |also: &[&str]| {
        let args = ["metadata", "--quiet", "--format-version", "1", "--locked"];
        Command::new(&cargo).args(args).args(also).current_dir(root).output().context("cannot run cargo")
    };
    let mut output = asked(&["--offline"])?;
    if !output.status.success() {
        output = asked(&[])?;
    }
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "cargo metadata: {}\n`cargo fetch --locked` gets what is missing", said.trim());
    serde_json::from_slice(&output.stdout).context("cargo metadata prints no JSON")
}

/// The sha256 of each crate from a registry, by name and version.
fn checksums(root: &Path) -> Result<BTreeMap<(String, String), String>> {
    let text = std::fs::read_to_string(root.join("Cargo.lock")).context("no Cargo.lock")?;
    let lock: toml_edit::DocumentMut = text.parse().context("Cargo.lock cannot be read")?;
    let packages = lock["package"].as_array_of_tables().context("no packages in Cargo.lock")?;
    let text = |package: &toml_edit::Table, key: &str| Some(package.get(key)?.as_str()?.to_owned());
    let one = |package| Some(((text(package, "name")?, text(package, "version")?), text(package, "checksum")?));
    Ok(packages.iter().filter_map(one).collect())
}

/// What each linked package needs, from the program on: neither what only builds or tests it.
fn needs<'m>(metadata: &'m Value, program: &'m str) -> BTreeMap<&'m str, BTreeSet<&'m str>> {
    let nodes = metadata["resolve"]["nodes"].as_array().map(Vec::as_slice).unwrap_or_default();
    let nodes: BTreeMap<&str, &Value> = nodes.iter().filter_map(|node| Some((node["id"].as_str()?, node))).collect();
    let is_linked =
        |need: &&Value| need["dep_kinds"].as_array().into_iter().flatten().any(|kind| kind["kind"].is_null());
    let mut all: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut next = vec![program];
    while let Some(id) = next.pop() {
        if all.contains_key(id) {
            continue;
        }
        let needs = nodes.get(id).and_then(|node| node["deps"].as_array()).into_iter().flatten().filter(is_linked);
        let needs: BTreeSet<&str> = needs.filter_map(|need| need["pkg"].as_str()).collect();
        next.extend(&needs);
        all.insert(id, needs);
    }
    all
}

fn component(package: &Value, checksums: &BTreeMap<(String, String), String>) -> Value {
    let text = |key: &str| package[key].as_str().unwrap_or_default().to_owned();
    let mut component = json!({
        "type": "library", "bom-ref": purl(package), "name": text("name"), "version": text("version"), "purl": purl(package),
    });
    if let Some(licence) = package["license"].as_str() {
        // Some crates still write the `/` of old.
        component["licenses"] = json!([{"expression": licence.replace('/', " OR ")}]);
    }
    if let Some(sum) = checksums.get(&(text("name"), text("version"))) {
        component["hashes"] = json!([{"alg": "SHA-256", "content": sum}]);
    }
    component
}

fn purl(package: &Value) -> String {
    let text = |key: &str| package[key].as_str().unwrap_or_default();
    format!("pkg:cargo/{}@{}", text("name"), text("version").replace('+', "%2B"))
}

/// A UUID of version 8 (RFC 9562) out of the hash of a text.
fn serial(text: &str) -> String {
    let mut bytes: Vec<u8> = Sha256::digest(text).iter().copied().take(16).collect();
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("urn:uuid:{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}
