//! Releases of Istio: the manifests of a version, fetched once, checked by their sum, and kept in the user's cache.
//!
//! ```text
//! CACHE/mesh/releases/1.31.4/{charts,profiles}   whole, or not there
//!                     1.31.4.lock                who fetches it
//!                     1.31.4.part                what of the archive has come so far
//! ```

mod arrive;
mod known;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

pub use arrive::told_sum;

use crate::error::{Error, Result};
use crate::fetch;

/// Where the project publishes its releases.
const PUBLISHED: &str = "https://github.com/istio/istio/releases/download";
/// The variable that names another place.
const PLACE: &str = "MESH_RELEASES";

/// What is happening.
#[derive(Debug)]
pub enum Step<'a> {
    /// Another run fetches this version.
    Waiting {
        /// The version.
        version: &'a str,
    },
    /// The archive comes.
    Arriving {
        /// The version.
        version: &'a str,
        /// Where it comes from.
        from: &'a str,
        /// How many bytes are here.
        here: u64,
        /// How many there are in all, where that is told.
        total: Option<u64>,
    },
    /// It is here.
    Here {
        /// The version.
        version: &'a str,
    },
}

/// A version that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The version.
    pub version: String,
    /// The folder of its `charts` and `profiles`.
    pub path: PathBuf,
    /// How many bytes its files have.
    pub bytes: u64,
}

/// Who is told, and how long a fetch may take.
struct Manner {
    tell: Box<dyn Fn(&Step<'_>) + Send + Sync>,
    limit: Duration,
}

static MANNER: OnceLock<Manner> = OnceLock::new();

/// Says once, at the start of the process, who is told of a fetch and how long it may take: one may be needed deep in a command,
/// where a record names a version.
pub fn fetch_by(limit: Duration, tell: impl Fn(&Step<'_>) + Send + Sync + 'static) {
    // The first one stays.
    let _ = MANNER.set(Manner { tell: Box::new(tell), limit });
}

fn tell(step: &Step<'_>) {
    if let Some(manner) = MANNER.get() {
        (manner.tell)(step);
    }
}

/// The folder with `charts` and `profiles` of a version, fetched first where it is not kept yet.
///
/// # Errors
/// `bad-version`, `unknown-version` (usage); `release-unreachable`, `release-checksum`, `no-cache` (failed); `release-timeout` (timed
/// out); what is wrong with the archive, as [`super::read_charts`] says it.
pub fn folder(version: &str) -> Result<PathBuf> {
    let version = plain(version)?;
    let home = home()?;
    let whole = home.join(&version);
    if is_whole(&whole) {
        return Ok(whole);
    }
    let unwritable = |error: io::Error| uncached(&home, error);
    fs::create_dir_all(&home).map_err(unwritable)?;
    let lock = File::create(home.join(format!("{version}.lock"))).map_err(unwritable)?;
    if lock.try_lock().is_err() {
        tell(&Step::Waiting { version: &version });
        lock.lock().map_err(unwritable)?;
    }
    if !is_whole(&whole) {
        let limit = MANNER.get().map_or(Duration::from_secs(300), |manner| manner.limit);
        let archive = home.join(format!("{version}.part"));
        let place = place()?;
        arrive::fetch(&place, &version, &archive, limit)?;
        // What is wrong with it is not kept for the next run.
        let texts = arrive::texts(&place, &version, &archive);
        let _ = fs::remove_file(&archive);
        let texts = texts?;
        unpack(texts, &home, &version)?;
        tell(&Step::Here { version: &version });
    }
    let _ = fs::remove_file(home.join(format!("{version}.lock")));
    Ok(whole)
}

/// The versions that this mesh knows of: the newest patch of each minor one.
pub fn known() -> Vec<String> {
    known::all()
}

/// The versions that are kept, the oldest first.
///
/// # Errors
/// `no-cache` (failed).
pub fn kept() -> Result<Vec<Kept>> {
    let home = home()?;
    let entries = match fs::read_dir(&home) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(uncached(&home, error)),
    };
    let mut found: Vec<(semver::Version, Kept)> = entries
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let version = path.file_name()?.to_str()?.to_owned();
            let number = semver::Version::parse(&version).ok().filter(|_| is_whole(&path))?;
            let bytes = size(&path);
            Some((number, Kept { version, path, bytes }))
        })
        .collect();
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(found.into_iter().map(|(_, kept)| kept).collect())
}

/// Removes versions that are kept: all of them, or none where one is not. What was begun of one goes with it.
///
/// # Errors
/// `bad-version`, `not-kept` (usage), `no-cache` (failed).
pub fn remove(versions: &[String]) -> Result<()> {
    let home = home()?;
    let mut going = Vec::new();
    for version in versions {
        let version = plain(version)?;
        let (folder, part) = (home.join(&version), home.join(format!("{version}.part")));
        if !folder.is_dir() && !part.is_file() {
            let error = Error::usage("not-kept", format!("the release {version} is not kept; nothing was removed"));
            return Err(error.hint("see those that are: mesh release list"));
        }
        going.push((version, folder, part));
    }
    for (version, folder, part) in going {
        let _ = fs::remove_file(part);
        let _ = fs::remove_file(home.join(format!("{version}.lock")));
        // Nobody finds half of it meanwhile.
        let aside = home.join(format!(".{version}.going"));
        match fs::rename(&folder, &aside).and_then(|()| fs::remove_dir_all(&aside)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(uncached(&home, error)),
            _ => {}
        }
    }
    Ok(())
}

/// A version as releases are called: no part of a path.
fn plain(version: &str) -> Result<String> {
    let text = version.trim().trim_start_matches('v');
    match semver::Version::parse(text) {
        Ok(number) if number.build.is_empty() => Ok(number.to_string()),
        _ => Err(Error::usage("bad-version", format!("`{version}` is no version of a release"))
            .hint(format!("write all three numbers, such as --version {}", known::newest()))),
    }
}

fn place() -> Result<String> {
    let Some(named) = std::env::var(PLACE).ok().filter(|place| !place.is_empty()) else {
        return Ok(PUBLISHED.to_owned());
    };
    let is_folder = |path: &str| path.strip_prefix("//").unwrap_or(path).starts_with('/');
    let is_known = ["https://", "http://"].iter().any(|scheme| named.starts_with(scheme))
        || named.strip_prefix("file:").is_some_and(is_folder);
    if is_known {
        return Ok(named.trim_end_matches('/').to_owned());
    }
    Err(Error::usage("bad-place", format!("{PLACE} is no place of releases: `{}`", fetch::shown(&named)))
        .hint("write https://HOST/PATH of a mirror, or file:///FOLDER"))
}

/// The folder of all releases: in `XDG_CACHE_HOME`, else in `~/.cache`, on Windows in `LOCALAPPDATA`.
fn home() -> Result<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    // One that is relative does not count (XDG Base Directory Specification).
    let cache = variable("XDG_CACHE_HOME")
        .filter(|path| path.is_absolute())
        .or_else(|| variable("LOCALAPPDATA").filter(|_| cfg!(windows)))
        .or_else(|| variable("HOME").map(|home| home.join(".cache")));
    let cache = cache.ok_or_else(|| {
        Error::failed("no-cache", "neither XDG_CACHE_HOME nor HOME is set: there is no place to keep releases in")
            .hint("name a folder: XDG_CACHE_HOME=DIR, or give the manifests yourself: --manifests DIR|TGZ")
    })?;
    Ok(cache.join("mesh").join("releases"))
}

fn uncached(home: &Path, error: io::Error) -> Error {
    Error::failed("no-cache", format!("{}: releases cannot be kept here", home.display()))
        .caused_by(error)
        .hint("make room, or name another folder: XDG_CACHE_HOME=DIR")
}

/// Writes the manifests of an archive to `home/VERSION`, whole.
fn unpack(texts: BTreeMap<String, String>, home: &Path, version: &str) -> Result<()> {
    let half = home.join(format!(".{version}.new"));
    let _ = fs::remove_dir_all(&half);
    let write = |below: &str, text: &str| {
        let path = half.join(below);
        path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, text))
    };
    for (below, text) in texts {
        write(&below, &text).map_err(|error| uncached(home, error))?;
    }
    fs::rename(&half, home.join(version)).map_err(|error| uncached(home, error))
}

/// Whether a version is there: it comes whole or not at all, and a folder that somebody made is none.
fn is_whole(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}

fn size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|one| if one.path().is_dir() { size(&one.path()) } else { one.metadata().map_or(0, |it| it.len()) })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_no_path() {
        for (version, wanted) in
            [("1.31.4", Some("1.31.4")), ("v1.30.0-rc.1", Some("1.30.0-rc.1")), (" 1.29.6", Some("1.29.6"))]
        {
            assert_eq!(plain(version).ok().as_deref(), wanted, "{version}");
        }
        for version in ["", "1.31", "latest", "../1.31.4", "1.31.4/..", "1.31.4+a", "1.31.4 -x"] {
            let error = plain(version).map_err(|error| error.hints().concat()).unwrap_or_default();
            assert!(plain(version).is_err(), "{version}: {error}");
        }
    }
}
