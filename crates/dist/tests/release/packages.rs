//! The packages of Linux distributions, read by their own tools where those are here.

use std::collections::BTreeMap;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use dist::{Target, VERSION};

use crate::archives::{gunzip, untar};
use crate::standin::{Release, has, program, run};

/// Each target with packages, and what Debian and RPM call its processor.
const PACKAGED: [(Target, &str, &str); 2] =
    [(Target::LinuxX86, "amd64", "x86_64"), (Target::LinuxArm, "arm64", "aarch64")];

/// What a user looks for, in both kinds of packages.
const BOTH: [&str; 7] = [
    "usr/bin/mesh",
    "usr/bin/kubectl_complete-mesh",
    "usr/share/man/man1/mesh.1.gz",
    "usr/share/man/man1/mesh-install.1.gz",
    "usr/share/bash-completion/completions/mesh",
    "usr/share/fish/vendor_completions.d/mesh.fish",
    "usr/share/doc/mesh/README.md",
];
const OF_DEB: [&str; 3] =
    ["usr/share/zsh/vendor-completions/_mesh", "usr/share/doc/mesh/copyright", "usr/share/doc/mesh/changelog.gz"];
const OF_RPM: [&str; 3] =
    ["usr/share/zsh/site-functions/_mesh", "usr/share/licenses/mesh/LICENSE", "usr/share/doc/mesh/CHANGELOG.md"];

fn deb(processor: &str) -> String {
    format!("mesh_{VERSION}-1_{processor}.deb")
}

/// The members of an `ar` archive.
fn members(bytes: &[u8]) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut rest = bytes.strip_prefix(b"!<arch>\n").context("no ar archive")?;
    let mut members = BTreeMap::new();
    while let Some((header, after)) = rest.split_at_checked(60) {
        ensure!(header.ends_with(b"`\n"), "no header");
        let text = |from: usize, to: usize| std::str::from_utf8(&header[from..to]).map(str::trim);
        let length: usize = text(48, 58)?.parse()?;
        members.insert(text(0, 16)?.to_owned(), after.get(..length).context("cut off")?.to_vec());
        rest = after.get(length + length % 2..).context("no padding")?;
    }
    ensure!(rest.is_empty(), "{} bytes too many", rest.len());
    Ok(members)
}

#[test]
fn a_deb_holds_what_is_installed() -> Result<()> {
    for (target, processor, _) in PACKAGED {
        let members = members(&Release::whole().read(&deb(processor))?)?;
        ensure!(members["debian-binary"] == b"2.0\n", "{members:?}");
        let control = untar(&gunzip(&members["control.tar.gz"])?, 946_684_800)?;
        let control = String::from_utf8(control["./control"].1.clone())?;
        for line in ["Package: mesh", &format!("Version: {VERSION}-1"), &format!("Architecture: {processor}")] {
            ensure!(control.lines().any(|one| one == line), "no `{line}`: {control}");
        }
        let data = untar(&gunzip(&members["data.tar.gz"])?, 946_684_800)?;
        for path in BOTH.iter().chain(&OF_DEB) {
            let (mode, bytes) = data.get(&format!("./{path}")).with_context(|| format!("no {path}"))?;
            ensure!(*mode == if path.starts_with("usr/bin/") { 0o755 } else { 0o644 }, "{path}: {mode:o}");
            ensure!(!bytes.is_empty(), "{path} is empty");
        }
        ensure!(data["./usr/bin/mesh"].1 == program(target), "{processor}: another program");
    }
    Ok(())
}

#[test]
fn dpkg_reads_a_deb() -> Result<()> {
    if !has("dpkg-deb") {
        return Ok(());
    }
    for (_, processor, _) in PACKAGED {
        let path = Release::whole().path(&deb(processor));
        let listed = run(Command::new("dpkg-deb").arg("-c").arg(&path))?;
        let has = |line: &str, mode: &str| listed.lines().any(|one| one.starts_with(mode) && one.ends_with(line));
        ensure!(has("./usr/bin/mesh", "-rwxr-xr-x 0/0"), "{listed}");
        ensure!(has("./usr/bin/kubectl-mesh -> mesh", "lrwxrwxrwx 0/0"), "{listed}");
        ensure!(has("./usr/share/man/man1/", "drwxr-xr-x 0/0"), "{listed}");
        for path in BOTH.iter().chain(&OF_DEB) {
            ensure!(has(&format!("./{path}"), "-rw"), "{path}: {listed}");
        }
        let told = run(Command::new("dpkg-deb").arg("-I").arg(&path))?;
        let lines =
            [format!("Version: {VERSION}-1"), format!("Architecture: {processor}"), "Installed-Size: ".to_owned()];
        ensure!(lines.iter().all(|line| told.contains(line)), "{told}");
    }
    Ok(())
}

fn rpm_name(processor: &str) -> String {
    format!("mesh-{VERSION}-1.{processor}.rpm")
}

#[test]
fn an_rpm_holds_what_is_installed() -> Result<()> {
    for (_, _, processor) in PACKAGED {
        let package = rpm::Package::open(Release::whole().path(&rpm_name(processor)))?;
        package.verify_digests()?;
        let about = &package.metadata;
        let found = (about.get_name()?, about.get_version()?, about.get_release()?, about.get_arch()?);
        ensure!(found == ("mesh", VERSION, "1", processor), "{found:?}");
        ensure!(about.get_license()? == "Apache-2.0" && about.get_build_time()? == 946_684_800, "{processor}");
        let entries = about.get_file_entries()?;
        let mode = |path: &str| {
            let entry = entries.iter().find(|entry| entry.path().to_string_lossy() == format!("/{path}"));
            entry.map(|entry| (entry.mode().permissions(), entry.user().to_owned()))
        };
        for path in BOTH.iter().chain(&OF_RPM) {
            let wanted = if path.starts_with("usr/bin/") { 0o755 } else { 0o644 };
            ensure!(mode(path) == Some((wanted, "root".to_owned())), "{path}: {:?}", mode(path));
        }
        // Folders of the distribution are not the package's.
        ensure!(mode("usr/bin").is_none() && mode("usr/share/doc/mesh").is_some(), "{processor}: folders");
        ensure!(mode("usr/bin/kubectl-mesh").is_some(), "{processor}: no link");
    }
    Ok(())
}

#[test]
fn rpm_reads_an_rpm() -> Result<()> {
    if !has("rpm") {
        return Ok(());
    }
    for (_, _, processor) in PACKAGED {
        let path = Release::whole().path(&rpm_name(processor));
        let listed = run(Command::new("rpm").args(["-qpl", "--nosignature"]).arg(&path))?;
        for path in BOTH.iter().chain(&OF_RPM) {
            ensure!(listed.lines().any(|line| line == format!("/{path}")), "{path}: {listed}");
        }
        run(Command::new("rpm").args(["-K", "--nosignature"]).arg(&path))?;
    }
    Ok(())
}
