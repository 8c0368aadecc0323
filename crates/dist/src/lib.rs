//! Makes what a release of mesh consists of from programs that are built.
//!
//! The same programs give the same bytes: entries are sorted, nobody owns them, and they have one [`Time`]. Nothing is fetched,
//! no daemon is asked, and nobody has to be root. `docs/packaging.md` says what each file is.

mod deb;
mod entry;
mod kept;
pub mod layout;
mod manifests;
mod oci;
mod program;
mod rpm;
mod sbom;
mod sums;
mod target;
mod time;
mod zip;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

pub use sbom::sbom;
pub use target::Target;
pub use time::Time;

/// The version of the release: that of the workspace.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The licence, as SPDX names it.
pub const LICENSE: &str = env!("CARGO_PKG_LICENSE");
/// What mesh is.
pub const DESCRIPTION: &str =
    "Installs Istio: the same objects as istioctl, with a plan before, the cause during and proof after";
/// Whom packages name.
const MAINTAINER: &str = "The authors of mesh";

/// What a release is to be made of.
#[derive(Debug)]
pub struct Order {
    /// The repository.
    pub root: PathBuf,
    /// The folder to write to; it is made where there is none.
    pub out: PathBuf,
    /// The programs.
    pub programs: BTreeMap<Target, PathBuf>,
    /// Where the files of the release will be: Homebrew's formula and krew's manifest name it.
    pub url: Option<String>,
    /// The SSH key to sign with.
    pub sign_key: Option<PathBuf>,
    /// The time of everything.
    pub time: Time,
}

/// What came of an order.
#[derive(Debug, Default)]
pub struct Made {
    /// The files that were written, by their names.
    pub files: Vec<String>,
    /// What was not made, and why.
    pub skipped: Vec<String>,
}

/// An archive, to those who fetch it.
struct Archive {
    name: String,
    sha256: String,
}

/// Makes everything, and writes it to the folder.
///
/// # Errors
/// No program is named, or one is not for its target; a file cannot be read or written; no signature can be made.
pub fn make(order: &Order) -> Result<Made> {
    let Order { root, out, url, sign_key, time, .. } = order;
    let base = url.as_deref().map(|url| url.trim_end_matches('/'));
    if let Some(base) = base {
        ensure!(is_plain(base), "`{base}` is no address that can stand in a manifest");
    }
    let programs = programs(order)?;
    let kept = kept::Kept::of(root)?;
    let mut files = BTreeMap::new();
    let mut skipped = Vec::new();
    let mut archives = BTreeMap::new();
    for (target, program) in &programs {
        let (name, bytes) = archive(*target, program, &kept, *time).with_context(|| target.to_string())?;
        archives.insert(*target, Archive { name: name.clone(), sha256: sums::sha256(&bytes) });
        files.insert(name, bytes);
        files.extend(deb::package(*target, program, &kept, *time)?);
        files.extend(rpm::package(*target, program, &kept, *time)?);
    }
    let packaged = programs.iter().filter(|(target, _)| target.packages().is_some());
    let packaged: Vec<(Target, &[u8])> = packaged.map(|(target, program)| (*target, program.as_slice())).collect();
    if packaged.is_empty() {
        skipped.push("packages and the image: no program for Linux without a C library is named".to_owned());
    } else {
        files.insert(format!("mesh-{VERSION}-oci.tar"), oci::archive(&packaged, &kept, *time)?);
    }
    files.insert(format!("mesh-{VERSION}.cdx.json"), format!("{:#}\n", sbom(root)?).into_bytes());
    if let Some(base) = base {
        files.insert("mesh.rb".to_owned(), manifests::formula(&archives, base).into_bytes());
        files.insert("mesh.yaml".to_owned(), manifests::plugin(&archives, base).into_bytes());
    } else {
        skipped.push("mesh.rb and mesh.yaml, for Homebrew and krew: they need --url".to_owned());
    }
    files.insert(sums::SUMS.to_owned(), sums::listed(&files).into_bytes());
    fs::create_dir_all(out).with_context(|| format!("{} cannot be made", out.display()))?;
    // One that is there already is of other checksums.
    sums::unsign(out)?;
    for (name, bytes) in &files {
        write(&out.join(name), bytes)?;
    }
    let mut made: Vec<String> = files.into_keys().collect();
    if let Some(key) = sign_key {
        sums::sign(out, key)?;
        made.push(sums::SIGNATURE.to_owned());
    } else {
        skipped.push(format!("{}: it needs --sign-key", sums::SIGNATURE));
    }
    Ok(Made { files: made, skipped })
}

/// The programs, each held to its target.
fn programs(order: &Order) -> Result<BTreeMap<Target, Vec<u8>>> {
    ensure!(!order.programs.is_empty(), "no program is named: --binary TARGET=PATH");
    let read = |(target, path): (&Target, &PathBuf)| {
        let bytes = fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
        program::hold(&bytes, *target).with_context(|| path.display().to_string())?;
        Ok((*target, bytes))
    };
    order.programs.iter().map(read).collect()
}

/// The archive of a target: its name, and its bytes.
fn archive(target: Target, program: &[u8], kept: &kept::Kept, time: Time) -> Result<(String, Vec<u8>)> {
    let mut tree = kept.loose();
    tree.file(target.program(), entry::RUN, program);
    let folder = format!("mesh-{VERSION}-{target}");
    let tree = tree.below(&folder);
    let bytes = if target == Target::Windows { zip::zip(&tree, time)? } else { entry::gzip(&tree.tar(time, "")?)? };
    Ok((format!("{folder}.{}", target.extension()), bytes))
}

/// Whether an address can stand between quotes in Ruby.
fn is_plain(url: &str) -> bool {
    let is_plain = |one: char| one.is_ascii_alphanumeric() || "-._~:/?@!$&'()*+,;=%".contains(one);
    url.contains("://") && url.chars().all(is_plain)
}

/// Writes a file beside its place first: nobody finds half of one.
fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let part = path.with_added_extension("part");
    let written = fs::write(&part, bytes).and_then(|()| fs::rename(&part, path));
    written.with_context(|| format!("{} cannot be written", path.display()))
}
