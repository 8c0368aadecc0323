//! The container image: everything is found by its digest, and it runs as nobody.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use dist::{Target, VERSION};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::archives::{gunzip, untar};
use crate::standin::{Release, program};

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold("sha256:".to_owned(), |text, byte| format!("{text}{byte:02x}"))
}

/// What a descriptor names, which has to be of its digest and size.
fn blob<'f>(files: &'f BTreeMap<String, (u32, Vec<u8>)>, descriptor: &Value) -> Result<&'f [u8]> {
    let name = descriptor["digest"].as_str().context("no digest")?;
    let (_, bytes) = files.get(&format!("blobs/{}", name.replace(':', "/"))).with_context(|| format!("no {name}"))?;
    ensure!(digest(bytes) == name && descriptor["size"] == bytes.len(), "{descriptor}");
    Ok(bytes)
}

#[test]
fn both_processors_are_in_one_index_and_run_as_nobody() -> Result<()> {
    let files = untar(&Release::whole().read(&format!("mesh-{VERSION}-oci.tar"))?, 946_684_800)?;
    ensure!(files["oci-layout"].1 == br#"{"imageLayoutVersion":"1.0.0"}"#, "the version of the layout");
    let outer: Value = serde_json::from_slice(&files["index.json"].1)?;
    let named = &outer["manifests"][0];
    ensure!(named["annotations"]["org.opencontainers.image.ref.name"] == VERSION, "{outer}");
    let index: Value = serde_json::from_slice(blob(&files, named)?)?;
    let manifests = index["manifests"].as_array().context("no manifests")?;
    let mut seen = 1;
    for (descriptor, target) in manifests.iter().zip([Target::LinuxX86, Target::LinuxArm]) {
        let platform = &descriptor["platform"];
        ensure!(platform["os"] == "linux" && platform["architecture"] == target.processor(), "{descriptor}");
        let manifest: Value = serde_json::from_slice(blob(&files, descriptor)?)?;
        let config: Value = serde_json::from_slice(blob(&files, &manifest["config"])?)?;
        ensure!(config["architecture"] == target.processor() && config["os"] == "linux", "{config}");
        ensure!(config["config"]["User"] == "65532:65532", "{config}");
        ensure!(config["config"]["Entrypoint"] == serde_json::json!(["/usr/bin/mesh"]), "{config}");
        let layer = gunzip(blob(&files, &manifest["layers"][0])?)?;
        ensure!(config["rootfs"]["diff_ids"][0] == digest(&layer).as_str(), "{config}");
        let inside = untar(&layer, 946_684_800)?;
        ensure!(inside["usr/bin/mesh"] == (0o755, program(target)), "{target}: another program");
        ensure!(!inside.keys().any(|path| path.contains("ssl") || path.contains("bin/sh")), "{:?}", inside.keys());
        let home = tar::Archive::new(layer.as_slice()).entries()?.find_map(|entry| {
            let entry = entry.ok()?;
            let is_home = entry.path_bytes().as_ref() == b"home/mesh/";
            is_home.then(|| (entry.header().uid().ok(), entry.header().mode().ok()))
        });
        ensure!(home == Some((Some(65_532), Some(0o700))), "{home:?}");
        seen += 3;
    }
    ensure!(manifests.len() == 2, "{index}");
    // Nothing is in it that nobody names: the index, and of each image its manifest, configuration and layer.
    let blobs = files.keys().filter(|path| path.starts_with("blobs/")).count();
    ensure!(blobs == seen, "{blobs}");
    Ok(())
}

#[test]
fn one_program_is_an_image_too() -> Result<()> {
    let release = Release::of([Target::LinuxArm, Target::GnuX86].into_iter(), |_| {})?;
    let files = untar(&release.read(&format!("mesh-{VERSION}-oci.tar"))?, 946_684_800)?;
    let outer: Value = serde_json::from_slice(&files["index.json"].1)?;
    let index: Value = serde_json::from_slice(blob(&files, &outer["manifests"][0])?)?;
    ensure!(index["manifests"].as_array().map(Vec::len) == Some(1), "{index}");
    Ok(())
}
