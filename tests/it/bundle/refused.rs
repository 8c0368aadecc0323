//! What is no bundle any more: whatever was changed of it.

use std::fs;

use anyhow::{Context, Result, ensure};
use mesh::error::Kind;
use mesh::input::bundle;
use serde_json::{Value, json};
use tar::EntryType;

use super::{Files, MINIMAL, Place, append, packed, unpacked};
use crate::harness::images::{Registry, digest};

#[test]
fn a_bundle_that_was_changed_is_refused() -> Result<()> {
    let (place, registry) = (Place::new()?, Registry::with_istio()?);
    let path = place.bundled("a.tar", &registry)?;
    let (whole, files) = (fs::read(&path)?, unpacked(&path)?);
    let bad = place.path("bad.tar");
    let refused = |parts: &[&str], what: &str| -> Result<()> {
        let install = ["install", "--bundle", &place.text("bad.tar"), "--registry", &registry.host];
        for args in [&install[..], &["images", "--manifests", &place.text("bad.tar")]] {
            let run = place.mesh().args(args).args(MINIMAL).run()?;
            run.expect_failed(2, parts).with_context(|| format!("{what}: {args:?}"))?;
        }
        Ok(())
    };
    // Cut anywhere, also between two files.
    for at in [whole.len() / 3, whole.len() - 300_000, 3000] {
        fs::write(&bad, &whole[..at])?;
        refused(&["bad.tar: "], "cut")?;
    }
    let short: Files = files[..files.len() - 1].to_vec();
    packed(&bad, &short, |_| ())?;
    refused(&["is not in it", "copy it again"], "a file less")?;
    for (at, (name, bytes)) in files.iter().enumerate() {
        if name == "mesh/bundle.json" || bytes.is_empty() {
            continue;
        }
        let mut other = files.clone();
        let middle = bytes.len() / 2;
        other[at].1[middle] ^= 1;
        packed(&bad, &other, |_| ())?;
        refused(&[&format!("{name} is not what its checksum says")], name)?;
    }
    let one = |name: &str, kind: EntryType| packed(&bad, &files, |archive| append(archive, name, kind, b"x"));
    for (name, part) in [
        ("../../etc/cron.d/x", "the path ../../etc/cron.d/x leaves it"),
        ("/etc/x", "the path /etc/x leaves it"),
        ("mesh/manifests/../../x", "leaves it"),
        ("mesh/manifests/charts/x.yaml", "is in it, and not among its checksums"),
        ("index.json", "index.json is there twice"),
        ("mesh/bundle.json", "mesh/bundle.json is there twice"),
    ] {
        one(name, EntryType::Regular)?;
        refused(&[part], name)?;
    }
    for kind in [EntryType::Symlink, EntryType::Link] {
        packed(&bad, &files, |archive| append(archive, "mesh/x", kind, b""))?;
        refused(&["mesh/x is a link"], "a link")?;
    }
    // What it says of itself is not believed either.
    let says = |change: &dyn Fn(&mut Value)| -> Result<()> {
        let mut other = files.clone();
        let mut contents: Value = serde_json::from_slice(&other[0].1)?;
        change(&mut contents);
        other[0].1 = contents.to_string().into_bytes();
        packed(&bad, &other, |_| ())
    };
    ensure!(files[0].0 == "mesh/bundle.json");
    says(&|contents| contents["files"]["../x"] = json!({"sha256": "0".repeat(64), "bytes": 1}))?;
    refused(&["the path ../x leaves it"], "a path")?;
    says(&|contents| contents["files"]["x"] = json!({"sha256": "0".repeat(64), "bytes": u64::MAX}))?;
    refused(&["no checksum of x"], "a size")?;
    says(&|contents| contents["images"][0]["digest"] = digest(b"x").into())?;
    refused(&["is not in it"], "an image")?;
    says(&|contents| contents["images"][0]["image"] = "registry.istio.io/release/qilot:1.30.3".into())?;
    refused(&["names other images than mesh/images.txt"], "another name")?;
    says(&|contents| contents["apiVersion"] = "mesh/v9".into())?;
    refused(&["it is a Bundle of mesh/v9"], "a version")?;
    says(&|contents| contents["istioVersion"] = "1.99.0".into())?;
    refused(&["the manifests of Istio 1.99.0 are built into mesh", "tar -xf"], "another mesh")?;

    // In any order it is the same.
    let mut turned = files.clone();
    turned.reverse();
    packed(&bad, &turned, |_| ())?;
    let run = place.mesh().args(["images", "--manifests", &place.text("bad.tar")]).args(MINIMAL).run()?;
    ensure!(run.code == Some(0), "{run}");
    Ok(())
}

/// Whatever byte of it is another one, it is refused, or nothing that counts is changed.
#[test]
fn no_byte_of_it_counts_unseen() -> Result<()> {
    let (place, registry) = (Place::new()?, Registry::with_istio()?);
    let path = place.bundled("a.tar", &registry)?;
    let (whole, images) = (fs::read(&path)?, bundle::open(&path)?.contents().images.clone());
    let (mut number, mut refused) = (7_usize, 0);
    for round in 0..300 {
        number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // Every other one in the contents and the headers at the beginning.
        let at = (number >> 33) % if round % 2 == 0 { 8192 } else { whole.len() };
        let mut other = whole.clone();
        other[at] ^= 1 << (number % 7);
        fs::write(&path, &other)?;
        match bundle::open(&path) {
            Ok(read) => ensure!(read.contents().images == images, "byte {at} makes other images of it"),
            Err(error) => {
                ensure!(error.kind() == Kind::Usage, "byte {at}: {error}");
                refused += 1;
            }
        }
    }
    ensure!(refused > 200, "{refused} of 300 were refused");
    Ok(())
}
