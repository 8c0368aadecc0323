//! The checksums of a release, and their signature.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use dist::Target;
use sha2::{Digest, Sha256};

use crate::standin::{Release, has, run};

#[test]
fn every_file_has_its_checksum() -> Result<()> {
    let release = Release::whole();
    let mut files = release.files()?;
    let sums = String::from_utf8(files.remove("SHA256SUMS").context("no checksums")?)?;
    ensure!(sums.lines().count() == files.len(), "{sums}");
    for (name, bytes) in files {
        let sum: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        ensure!(sums.lines().any(|line| line == format!("{sum}  {name}")), "{name}: {sums}");
    }
    if has("sha256sum") {
        run(Command::new("sha256sum").args(["--check", "--strict", "SHA256SUMS"]).current_dir(release.out()))?;
    }
    Ok(())
}

fn verified(out: &Path, signers: &Path) -> Result<bool> {
    let mut command = Command::new("ssh-keygen");
    command.args(["-Y", "verify", "-I", "release", "-n", "file", "-s", "SHA256SUMS.sig", "-f"]).arg(signers);
    command.current_dir(out).stdin(File::open(out.join("SHA256SUMS"))?).stdout(Stdio::null()).stderr(Stdio::null());
    Ok(command.status()?.success())
}

#[test]
fn a_signature_is_of_these_checksums_only() -> Result<()> {
    if !has("ssh-keygen") {
        return Ok(());
    }
    let keys = tempfile::tempdir()?;
    let key = keys.path().join("key");
    run(Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-C", "release", "-f"]).arg(&key))?;
    let public = fs::read_to_string(key.with_extension("pub"))?;
    let signers = keys.path().join("signers");
    fs::write(&signers, format!("release namespaces=\"file\" {public}"))?;
    let release = Release::of([Target::LinuxArm].into_iter(), |order| order.sign_key = Some(key.clone()))?;
    ensure!(release.made.skipped.is_empty(), "{:?}", release.made.skipped);
    ensure!(verified(&release.out(), &signers)?, "the signature is not taken");
    let sums = release.path("SHA256SUMS");
    fs::write(&sums, fs::read_to_string(&sums)?.replace('0', "1"))?;
    ensure!(!verified(&release.out(), &signers)?, "changed checksums are taken");
    // The signature of an earlier release in the same folder does not stay.
    let again = Release::of([Target::LinuxArm].into_iter(), |order| {
        fs::create_dir_all(&order.out).expect("a folder");
        fs::write(order.out.join("SHA256SUMS.sig"), "old").expect("an old signature");
    })?;
    ensure!(!again.path("SHA256SUMS.sig").exists(), "the old signature is there still");
    let no_key = Release::of([Target::LinuxArm].into_iter(), |order| order.sign_key = Some(keys.path().join("none")));
    let said = format!("{:#}", no_key.err().context("it is signed without a key")?);
    ensure!(said.contains("ssh-keygen: "), "{said}");
    Ok(())
}
