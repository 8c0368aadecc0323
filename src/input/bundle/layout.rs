//! An OCI image layout: a folder, or a tar archive of one. What is in it is given out as a stream, and held to its digest by
//! those who read it.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use serde_json::Value;
use tar::Archive;

use super::unreadable;
use crate::error::{Error, Result};
use crate::oci::{Descriptor, Reference};

/// The most entries of an archive.
const MAX_ENTRIES: usize = 100_000;
/// The most bytes of `index.json`.
const MAX_INDEX_BYTES: u64 = 16 << 20;
/// The annotations by which images are named: OCI's, and containerd's, which Docker writes too.
pub(super) const NAMES: [&str; 2] = ["org.opencontainers.image.ref.name", "io.containerd.image.name"];

/// Where its files are.
pub(super) struct Layout {
    path: PathBuf,
    /// Of an archive: where each file begins, and how long it is.
    places: Option<BTreeMap<String, (u64, u64)>>,
    images: Vec<(Vec<String>, Descriptor)>,
}

impl Layout {
    /// Opens it, and reads what images it has.
    ///
    /// # Errors
    /// `unreadable-file`, `bad-layout` (usage).
    pub(super) fn open(path: &Path) -> Result<Self> {
        let kind = fs::metadata(path).map_err(|error| unreadable(path, error))?;
        let places = if kind.is_dir() { None } else { Some(places(path)?) };
        let mut layout = Self { path: path.to_owned(), places, images: Vec::new() };
        let mut text = Vec::new();
        let index = layout.file("index.json")?.ok_or_else(|| layout.bad("it has no index.json"))?;
        index.take(MAX_INDEX_BYTES).read_to_end(&mut text).map_err(|error| unreadable(path, error))?;
        let index: Value =
            serde_json::from_slice(&text).map_err(|error| layout.bad(&format!("index.json: {error}")))?;
        for one in index["manifests"].as_array().into_iter().flatten() {
            let descriptor = Descriptor::read(one).map_err(|why| layout.bad(&format!("index.json: {why}")))?;
            let name = |key: &&'static str| one["annotations"][*key].as_str().map(str::to_owned);
            layout.images.push((NAMES.iter().filter_map(name).collect(), descriptor));
        }
        Ok(layout)
    }

    /// The image of this name; one that only has its short name, or its tag where that is all that any has, is meant too.
    pub(super) fn image(&self, image: &Reference) -> Option<&Descriptor> {
        let (whole, short) = (image.to_string(), image.short());
        let named = |wanted: &dyn Fn(&str) -> bool| {
            self.images.iter().find(|(names, _)| names.iter().any(|name| wanted(name))).map(|(_, one)| one)
        };
        let same = |name: &str| Reference::parse(name).is_ok_and(|name| name.to_string() == whole);
        let ends = |name: &str| name == short || name.ends_with(&format!("/{short}"));
        let of_digest =
            || self.images.iter().map(|(_, one)| one).find(|one| Some(one.digest.as_str()) == image.digest());
        named(&same).or_else(of_digest).or_else(|| named(&ends))
    }

    /// The names of its images.
    pub(super) fn names(&self) -> Vec<&str> {
        self.images.iter().filter_map(|(names, _)| names.last()).map(String::as_str).collect()
    }

    /// A blob; none where there is none.
    pub(super) fn blob(&self, digest: &str) -> Result<Option<Box<dyn Read>>> {
        self.file(&format!("blobs/{}", digest.replace(':', "/")))
    }

    fn file(&self, below: &str) -> Result<Option<Box<dyn Read>>> {
        let wrong = |error| unreadable(&self.path, error);
        let Some(places) = &self.places else {
            return match File::open(self.path.join(below)) {
                Ok(file) => Ok(Some(Box::new(file))),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(wrong(error)),
            };
        };
        let Some((begin, size)) = places.get(below) else { return Ok(None) };
        let mut file = File::open(&self.path).map_err(wrong)?;
        file.seek(SeekFrom::Start(*begin)).map_err(wrong)?;
        Ok(Some(Box::new(file.take(*size))))
    }

    pub(super) fn bad(&self, why: &str) -> Error {
        bad(&self.path, why)
    }
}

/// Where the files of an archive are. Nothing is unpacked, so it does not matter where their paths lead.
fn places(path: &Path) -> Result<BTreeMap<String, (u64, u64)>> {
    let mut file = File::open(path).map_err(|error| unreadable(path, error))?;
    let mut first = [0; 2];
    if file.read(&mut first).is_ok_and(|read| read == 2) && first == [0x1f, 0x8b] {
        return Err(bad(path, "it is compressed").hint(format!("unpack it: gunzip {}", path.display())));
    }
    file.rewind().map_err(|error| unreadable(path, error))?;
    let broken = |error: io::Error| bad(path, "no whole tar archive").caused_by(error);
    let mut archive = Archive::new(file);
    let mut found = BTreeMap::new();
    for (count, entry) in archive.entries_with_seek().map_err(broken)?.enumerate() {
        let entry = entry.map_err(broken)?;
        if count == MAX_ENTRIES {
            return Err(bad(path, &format!("more than {MAX_ENTRIES} entries")));
        }
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let name = String::from_utf8_lossy(&entry.path_bytes()).trim_start_matches("./").to_owned();
        if found.insert(name.clone(), (entry.raw_file_position(), entry.size())).is_some() {
            return Err(bad(path, &format!("{name} is there twice")));
        }
    }
    Ok(found)
}

fn bad(path: &Path, why: &str) -> Error {
    Error::usage("bad-layout", format!("{}: {why}", path.display()))
        .hint("name an OCI image layout: a folder, or a tar archive of one, as `skopeo copy … oci-archive:FILE:NAME` and `docker save` make it")
}
