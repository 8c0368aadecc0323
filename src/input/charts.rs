//! Istio's own charts and profiles: a folder, or a release archive, read here and handed on as texts.
//!
//! A bundle (`mesh bundle`) is read by its own rules. What is read may be from anywhere, so nothing in it leads elsewhere: links are refused, and paths that leave the folder.
//! How much is read is bounded.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path};

use flate2::read::GzDecoder;
use tar::{Archive, EntryType};

use super::bundle;
use crate::config::Source;
use crate::error::{Error, Result};

/// The folders of a manifests folder that are read.
const FOLDERS: [&str; 2] = ["charts", "profiles"];
/// The most files taken; Istio's releases have some hundreds.
const MAX_FILES: usize = 4096;
/// The most bytes of one file; the largest of Istio, its CRDs, has one million.
const MAX_FILE_BYTES: u64 = 16 << 20;
/// The most bytes of all files together.
const MAX_BYTES: usize = 64 << 20;
/// The most entries of an archive, those that are passed over as well.
const MAX_ENTRIES: usize = 50_000;
/// The most bytes that an archive unpacks to; a release holds a large program too.
const MAX_UNPACKED: u64 = 1 << 30;
/// Folders within folders.
const MAX_DEPTH: usize = 16;

/// What a manifests folder holds.
#[derive(Debug, Clone)]
pub(super) struct ManifestsFolder {
    /// The profiles, by their names.
    pub(super) profiles: Vec<Source>,
    /// The files of the charts, by their paths below `charts/`.
    pub(super) charts: Vec<Source>,
}

/// Reads a folder that holds `charts/` and `profiles/`, a release archive that has them under `*/manifests/`, or a bundle; none
/// where the manifests of a bundle are those that are built in.
///
/// # Errors
/// `remote-file`, `no-charts`, `unreadable-file`, `bad-charts` (usage), with the path of what is wrong.
pub(super) fn read(path: &Path) -> Result<Option<ManifestsFolder>> {
    let name = path.display().to_string();
    if name.starts_with("http://") || name.starts_with("https://") {
        return Err(Error::usage("remote-file", format!("{name}: charts are not fetched from the network"))
            .hint("name the version of a release: --version VERSION")
            .hint(format!("or fetch the archive first: curl -fsSLO {name}")));
    }
    match bundle::if_one(path)? {
        Some(bundle) => Ok(bundle.manifests()?.cloned()),
        None => Files::of(path, name)?.sorted(path).map(Some),
    }
}

/// The files of a folder or archive as [`read`] takes them, by their paths below the manifests folder; `name` is how errors call
/// it.
///
/// # Errors
/// As [`read`].
pub(super) fn texts(path: &Path, name: String) -> Result<BTreeMap<String, String>> {
    let files = Files::of(path, name)?;
    let found = files.found.clone();
    files.sorted(path)?;
    Ok(found)
}

/// Files found so far, by their paths below the manifests folder.
pub(super) struct Files {
    /// How errors name where they are from.
    name: String,
    found: BTreeMap<String, String>,
    bytes: usize,
}

impl Files {
    /// None yet.
    pub(super) fn none(name: String) -> Self {
        Self { name, found: BTreeMap::new(), bytes: 0 }
    }

    fn of(path: &Path, name: String) -> Result<Self> {
        let mut files = Self::none(name);
        let kind = fs::metadata(path).map_err(|error| files.unreadable(error))?;
        if kind.is_dir() {
            files.folder(path)?
        } else {
            files.archive(path)?
        }
        Ok(files)
    }

    fn folder(&mut self, root: &Path) -> Result<()> {
        for folder in FOLDERS {
            let path = root.join(folder);
            match fs::symlink_metadata(&path) {
                Ok(_) => self.walk(&path, folder, 0)?,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(self.unreadable(error)),
            }
        }
        Ok(())
    }

    /// What is at `path`, which is `below` the manifests folder.
    fn walk(&mut self, path: &Path, below: &str, depth: usize) -> Result<()> {
        let kind = fs::symlink_metadata(path).map_err(|error| self.unreadable(error))?.file_type();
        if kind.is_symlink() {
            return Err(self.bad(format!("{below} is a link")).hint("copy what it leads to into the folder"));
        }
        if kind.is_file() {
            let file = File::open(path).map_err(|error| self.unreadable(error))?;
            return self.file(below, file);
        }
        if !kind.is_dir() {
            return Err(self.bad(format!("{below} is neither a file nor a folder")));
        }
        if depth == MAX_DEPTH {
            return Err(self.bad(format!("{below} is more than {MAX_DEPTH} folders deep")));
        }
        for entry in fs::read_dir(path).map_err(|error| self.unreadable(error))? {
            let entry = entry.map_err(|error| self.unreadable(error))?;
            let name = self.plain(&entry.file_name())?;
            self.walk(&entry.path(), &format!("{below}/{name}"), depth + 1)?;
        }
        Ok(())
    }

    fn archive(&mut self, path: &Path) -> Result<()> {
        let file = File::open(path).map_err(|error| self.unreadable(error))?;
        let mut archive = Archive::new(GzDecoder::new(file).take(MAX_UNPACKED));
        let mut root = None;
        let broken = |files: &Self, error: io::Error| {
            let hint = "name an Istio release archive (.tar.gz), or the folder it unpacks to";
            files.bad("not a whole gzipped tar archive".to_owned()).caused_by(error).hint(hint)
        };
        for (count, entry) in archive.entries().map_err(|error| broken(self, error))?.enumerate() {
            let mut entry = entry.map_err(|error| broken(self, error))?;
            if count == MAX_ENTRIES {
                return Err(self.bad(format!("more than {MAX_ENTRIES} entries")));
            }
            let inside = entry.path().map_err(|error| broken(self, error))?.into_owned();
            let Some((above, below)) = self.parts(&inside)? else { continue };
            let kind = entry.header().entry_type();
            if matches!(kind, EntryType::Directory) {
                continue;
            }
            if !kind.is_file() {
                let what = if kind.is_symlink() || kind.is_hard_link() { "a link" } else { "no plain file" };
                return Err(self.bad(format!("{} is {what}", inside.display())));
            }
            if root.get_or_insert_with(|| above.clone()) != &above {
                return Err(self.bad("two `manifests` folders".to_owned()).hint("unpack it and name one of them"));
            }
            if self.found.contains_key(&below) {
                return Err(self.bad(format!("{} is there twice", inside.display())));
            }
            self.file(&below, &mut entry)?;
        }
        Ok(())
    }

    /// What is above `manifests/` in an archive's path and what below it; none for paths that are passed over.
    fn parts(&self, path: &Path) -> Result<Option<(String, String)>> {
        let mut names = Vec::new();
        for component in path.components() {
            match component {
                Component::Normal(name) => names.push(name),
                Component::CurDir => {}
                _ => return Err(self.bad(format!("the path {} leaves it", path.display()))),
            }
        }
        let Some(at) = names.iter().take(2).position(|name| *name == "manifests") else { return Ok(None) };
        let wanted = |name: &&OsStr| FOLDERS.iter().any(|folder| *name == *folder);
        if !names.get(at + 1).is_some_and(wanted) {
            return Ok(None);
        }
        let names = names.iter().map(|name| self.plain(name)).collect::<Result<Vec<_>>>()?;
        Ok(Some((names[..at].join("/"), names[at + 1..].join("/"))))
    }

    /// Takes a file in.
    pub(super) fn file(&mut self, below: &str, from: impl Read) -> Result<()> {
        if self.found.len() == MAX_FILES {
            return Err(self.bad(format!("more than {MAX_FILES} files")));
        }
        let mut bytes = Vec::new();
        from.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(|error| self.unreadable(error).at(below))?;
        self.bytes += bytes.len();
        if bytes.len() as u64 > MAX_FILE_BYTES || self.bytes > MAX_BYTES {
            let (one, all) = (MAX_FILE_BYTES >> 20, MAX_BYTES >> 20);
            return Err(self.bad(format!("{below} is too large: {one} MiB a file are read, {all} MiB in all")));
        }
        match String::from_utf8(bytes) {
            Ok(text) => {
                self.found.insert(below.to_owned(), text);
            }
            Err(_) if [".yaml", ".tpl", ".txt"].iter().any(|end| below.ends_with(end)) => {
                return Err(self.bad(format!("{below} is not UTF-8 text")));
            }
            // A picture, say: no template can use it.
            Err(_) => {}
        }
        Ok(())
    }

    /// The profiles and the charts.
    pub(super) fn sorted(self, path: &Path) -> Result<ManifestsFolder> {
        let (mut profiles, mut charts) = (Vec::new(), Vec::new());
        for (below, text) in self.found {
            if let Some(file) = below.strip_prefix("charts/") {
                charts.push(Source { name: file.to_owned(), text });
            } else if let Some(name) = below.strip_prefix("profiles/").and_then(|file| file.strip_suffix(".yaml")) {
                profiles.push(Source { name: name.to_owned(), text });
            }
        }
        let missing = if charts.is_empty() { "charts" } else { "profiles" };
        if charts.is_empty() || profiles.is_empty() {
            let inner = path.join("manifests");
            let hint = if inner.join("charts").is_dir() {
                format!("did you mean {}?", inner.display())
            } else {
                "name the `manifests` folder of an Istio release, or the release archive (.tar.gz)".to_owned()
            };
            return Err(Error::usage("no-charts", format!("{}: there is no `{missing}` in it", self.name)).hint(hint));
        }
        Ok(ManifestsFolder { profiles, charts })
    }

    /// A name that can be part of a path in any system.
    fn plain(&self, name: &OsStr) -> Result<String> {
        let plain = name.to_str().filter(|name| !name.contains(['\\', '\0']));
        plain.map(str::to_owned).ok_or_else(|| self.bad(format!("{} is no plain name", name.display())))
    }

    fn bad(&self, why: String) -> Error {
        Error::usage("bad-charts", format!("{}: {why}", self.name))
    }

    fn unreadable(&self, error: io::Error) -> Error {
        let hint = "name the `manifests` folder of an Istio release, or the release archive (.tar.gz)";
        Error::usage("unreadable-file", format!("{}: cannot be read", self.name)).caused_by(error).hint(hint)
    }
}
