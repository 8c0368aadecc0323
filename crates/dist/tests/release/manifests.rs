//! What Homebrew and krew read: each address is that of an archive, with its checksum.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use dist::{DESCRIPTION, Target, VERSION};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::standin::{Release, URL, archive, root};

/// The checksum of an archive by its address.
fn sum(release: &Release, url: &str) -> Result<String> {
    let name = url.strip_prefix(URL).and_then(|rest| rest.strip_prefix('/')).with_context(|| url.to_owned())?;
    Ok(Sha256::digest(release.read(name)?).iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Those that package managers get: not those with glibc.
fn preferred() -> impl Iterator<Item = Target> {
    Target::all().filter(|target| target.is_preferred())
}

#[test]
fn the_formula_names_the_archives() -> Result<()> {
    let release = Release::whole();
    let text = String::from_utf8(release.read("mesh.rb")?)?;
    let quoted = |key: &str| -> Vec<String> {
        let lines = text.lines().filter_map(|line| line.trim().strip_prefix(key)?.strip_prefix(" \""));
        lines.filter_map(|rest| Some(rest.strip_suffix('"')?.to_owned())).collect()
    };
    let (urls, sums) = (quoted("url"), quoted("sha256"));
    let order = [Target::MacArm, Target::MacX86, Target::LinuxArm, Target::LinuxX86];
    let wanted: Vec<String> = order.iter().map(|target| format!("{URL}/{}", archive(*target))).collect();
    ensure!(urls == wanted, "{urls:?}");
    for (url, sum_there) in urls.iter().zip(&sums) {
        ensure!(sum(release, url)? == *sum_there, "{url}");
    }
    ensure!(sums.len() == urls.len() && quoted("version") == [VERSION], "{text}");
    // Every block ends: `class`, `do` and `def` each have their `end`.
    let begins = text
        .lines()
        .map(str::trim)
        .filter(|line| line.ends_with(" do") || line.starts_with("class ") || line.starts_with("def "));
    ensure!(begins.count() == text.lines().filter(|line| line.trim() == "end").count(), "{text}");
    Ok(())
}

#[test]
fn a_formula_of_few_archives_names_no_other_system() -> Result<()> {
    let release = Release::of([Target::LinuxX86].into_iter(), |_| {})?;
    let text = String::from_utf8(release.read("mesh.rb")?)?;
    ensure!(!text.contains("on_macos") && !text.contains("on_arm") && text.contains("on_linux"), "{text}");
    // What needs a C library is left to those who ask for it.
    let text = String::from_utf8(Release::of([Target::GnuX86].into_iter(), |_| {})?.read("mesh.rb")?)?;
    ensure!(!text.contains("url"), "{text}");
    Ok(())
}

#[test]
fn the_manifest_of_krew_names_the_archives() -> Result<()> {
    let release = Release::whole();
    let manifest: Value = serde_yaml::from_str(&String::from_utf8(release.read("mesh.yaml")?)?)?;
    ensure!(manifest["kind"] == "Plugin" && manifest["metadata"]["name"] == "mesh", "{manifest}");
    ensure!(manifest["spec"]["version"] == format!("v{VERSION}"), "{manifest}");
    let platforms = manifest["spec"]["platforms"].as_array().context("no platforms")?;
    let mut found = BTreeMap::new();
    for platform in platforms {
        let url = platform["uri"].as_str().context("no address")?;
        ensure!(platform["sha256"] == sum(release, url)?, "{platform}");
        let labels = &platform["selector"]["matchLabels"];
        ensure!(
            platform["files"][0]["from"] == format!("*/{}", platform["bin"].as_str().unwrap_or_default()),
            "{platform}"
        );
        found.insert(url.to_owned(), (labels["os"].clone(), labels["arch"].clone()));
    }
    let wanted = preferred()
        .map(|target| (format!("{URL}/{}", archive(target)), (target.system().into(), target.processor().into())));
    ensure!(found == wanted.collect::<BTreeMap<String, (Value, Value)>>(), "{found:?}");
    Ok(())
}

#[test]
fn an_address_cannot_say_something_else() {
    for wrong in ["https://example.com/\"\n  system \"true", "https://example.com/#{1}", "example.com"] {
        let refused = Release::of([Target::MacArm].into_iter(), |order| order.url = Some(wrong.to_owned()));
        assert!(refused.is_err(), "{wrong}");
    }
}

#[test]
fn all_say_what_the_package_says() -> Result<()> {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml"))?;
    let manifest: toml_edit::DocumentMut = manifest.parse()?;
    ensure!(manifest["package"]["description"].as_str() == Some(DESCRIPTION), "{DESCRIPTION}");
    ensure!(
        manifest["package"]["version"]["workspace"].as_bool() == Some(true),
        "the version is that of the workspace"
    );
    ensure!(
        manifest["package"]["license"]["workspace"].as_bool() == Some(true),
        "the licence is that of the workspace"
    );
    Ok(())
}
