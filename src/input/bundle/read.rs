//! Reading a bundle: every file of it is held to its checksum first. Nothing is unpacked, and nothing in it may lead elsewhere.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;

use tar::Archive;

use super::held::{Broken, Held};
use super::unreadable;
use super::write::blob;
use super::{Bundled, CONTENTS, Contents, IMAGES, MANIFESTS, Sum, listed};
use crate::error::{Error, Result};
use crate::input::charts::{Files, ManifestsFolder};
use crate::oci::{MAX_BLOB_BYTES, is_digest};

/// The most bytes of its contents.
const MAX_CONTENTS_BYTES: u64 = 16 << 20;
/// The most entries.
const MAX_ENTRIES: usize = 100_000;

/// Reads a bundle, and holds all of it to its checksums.
///
/// # Errors
/// `unreadable-file`, `no-bundle`, `bad-bundle` (usage).
pub fn open(path: &Path) -> Result<Bundled> {
    let mut file = opened(path)?;
    let contents = contents(path, &mut file)?.ok_or_else(|| {
        Error::usage("no-bundle", format!("{}: no bundle: there is no {CONTENTS} in it", path.display()))
            .hint(format!("make one where there is a network: mesh bundle {}", path.display()))
    })?;
    let charts = held(path, &mut file, &contents)?;
    Ok(Bundled { path: path.to_owned(), contents, charts })
}

/// What is at `path`, where that is a bundle at all.
///
/// # Errors
/// As [`open`].
pub(in crate::input) fn if_one(path: &Path) -> Result<Option<Bundled>> {
    contents_of(path)?.map(|_| open(path)).transpose()
}

/// What a bundle says that it is, unchecked; none where it is none.
///
/// # Errors
/// As [`open`].
pub(in crate::input) fn contents_of(path: &Path) -> Result<Option<Contents>> {
    if is_tar(path) { contents(path, &mut opened(path)?) } else { Ok(None) }
}

/// Whether a file looks like a tar archive that is not compressed.
fn is_tar(path: &Path) -> bool {
    let mut head = [0; 512];
    let is_file = path.is_file();
    is_file && File::open(path).and_then(|mut file| file.read_exact(&mut head)).is_ok() && head[257..262] == *b"ustar"
}

fn opened(path: &Path) -> Result<File> {
    let opened = File::open(path).and_then(|file| Ok((file.metadata()?.is_file(), file)));
    match opened {
        Ok((true, file)) => Ok(file),
        Ok((false, _)) => Err(unreadable(path, io::Error::other("it is no plain file"))),
        Err(error) => Err(unreadable(path, error)),
    }
}

/// Finds the contents, wherever in the archive they are.
fn contents(path: &Path, file: &mut File) -> Result<Option<Contents>> {
    let broken = |error: io::Error| bad(path, "no whole tar archive").caused_by(error);
    file.rewind().map_err(|error| unreadable(path, error))?;
    let mut archive = Archive::new(file);
    for entry in archive.entries_with_seek().map_err(broken)?.take(MAX_ENTRIES) {
        let entry = entry.map_err(broken)?;
        if entry.path_bytes() != CONTENTS.as_bytes() || !entry.header().entry_type().is_file() {
            continue;
        }
        let mut text = Vec::new();
        entry.take(MAX_CONTENTS_BYTES).read_to_end(&mut text).map_err(broken)?;
        let read: Contents =
            serde_json::from_slice(&text).map_err(|error| bad(path, &format!("{CONTENTS}: {error}")))?;
        checked(path, &read)?;
        return Ok(Some(read));
    }
    Ok(None)
}

/// Whether the contents can be true at all.
fn checked(path: &Path, contents: &Contents) -> Result<()> {
    let Contents { api_version, kind, images, files, .. } = contents;
    if api_version != "mesh/v1" || kind != "Bundle" {
        return Err(bad(path, &format!("{CONTENTS}: it is a {kind} of {api_version}, no Bundle of mesh/v1")));
    }
    for (name, Sum { sha256, bytes }) in files {
        if !is_plain(name) {
            return Err(bad(path, &format!("the path {name} leaves it")));
        }
        if !is_digest(&format!("sha256:{sha256}")) || *bytes > MAX_BLOB_BYTES {
            return Err(bad(path, &format!("{CONTENTS}: no checksum of {name}")));
        }
        if name.strip_prefix("blobs/sha256/").is_some_and(|hex| hex != sha256) {
            return Err(bad(path, &format!("{CONTENTS}: {name} is not its checksum")));
        }
    }
    if !files.contains_key(IMAGES) {
        return Err(bad(path, &format!("{IMAGES} is not in it")));
    }
    for image in images {
        if let Some(digest) = image.digest.as_ref().filter(|digest| !files.contains_key(&blob(digest))) {
            return Err(bad(path, &format!("{CONTENTS}: {} ({digest}) is not in it", image.image)));
        }
    }
    Ok(())
}

/// Goes through all of the archive: what is in it is what the contents say, no more and no less. Gives the charts.
fn held(path: &Path, file: &mut File, contents: &Contents) -> Result<Option<ManifestsFolder>> {
    let broken = |error: io::Error| bad(path, "no whole tar archive").caused_by(error);
    file.rewind().map_err(|error| unreadable(path, error))?;
    let mut archive = Archive::new(file);
    let mut seen = BTreeSet::new();
    let mut charts = Files::none(path.display().to_string());
    for (count, entry) in archive.entries_with_seek().map_err(broken)?.enumerate() {
        let mut entry = entry.map_err(broken)?;
        if count == MAX_ENTRIES {
            return Err(bad(path, &format!("more than {MAX_ENTRIES} entries")));
        }
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let kind = entry.header().entry_type();
        if kind.is_dir() && is_plain(name.trim_end_matches('/')) {
            continue;
        }
        if !is_plain(&name) {
            return Err(bad(path, &format!("the path {name} leaves it")));
        }
        if !kind.is_file() {
            let what = if kind.is_symlink() || kind.is_hard_link() { "a link" } else { "no plain file" };
            return Err(bad(path, &format!("{name} is {what}")));
        }
        if !seen.insert(name.clone()) {
            return Err(bad(path, &format!("{name} is there twice")));
        }
        if name == CONTENTS {
            continue;
        }
        let Some(Sum { sha256, bytes }) = contents.files.get(&name) else {
            return Err(bad(path, &format!("{name} is in it, and not among its checksums")));
        };
        let mut held = Held::new(&mut entry, &format!("sha256:{sha256}"), *bytes, &|_| ());
        let read = match name.strip_prefix(MANIFESTS) {
            Some(below) => charts.file(below, &mut held),
            // The contents have no checksum of their own.
            None if name == IMAGES => {
                let mut text = Vec::new();
                let read = (&mut held).take(MAX_CONTENTS_BYTES).read_to_end(&mut text).map_err(broken);
                let is_same = text == listed(&contents.images).into_bytes();
                read.and(if is_same {
                    Ok(())
                } else {
                    Err(bad(path, &format!("{CONTENTS} names other images than {IMAGES}")))
                })
            }
            None => io::copy(&mut held, &mut io::sink()).map(drop).map_err(broken),
        };
        match held.failed.take() {
            Some(Broken::Wrong(why)) => return Err(bad(path, &format!("{name} is not what its checksum says: {why}"))),
            Some(Broken::Lost(error)) => return Err(unreadable(path, error)),
            None => read?,
        }
    }
    if let Some(missing) = contents.files.keys().find(|name| !seen.contains(*name)) {
        return Err(bad(path, &format!("{missing} is not in it")));
    }
    let has_charts = contents.files.keys().any(|name| name.starts_with(MANIFESTS));
    if has_charts { charts.sorted(path).map(Some) } else { Ok(None) }
}

/// Whether a path stays where it is put.
fn is_plain(path: &str) -> bool {
    let parts_fit = path.split('/').all(|part| !part.is_empty() && part != "." && part != "..");
    parts_fit && !path.contains(['\\', '\0'])
}

fn bad(path: &Path, why: &str) -> Error {
    Error::usage("bad-bundle", format!("{}: {why}", path.display()))
        .hint("it was cut or changed on its way: copy it again, and compare its sha256 with what mesh bundle printed")
}
