//! A release archive on its way: its sum first, then what is not here yet of it.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;
use std::time::Duration;

use super::{Step, known, tell, uncached};
use crate::error::{Error, Kind, Result};
use crate::fetch::{self, Arriving, Failure};
use crate::input::{charts, checksum};

/// A sum is a line.
const MAX_SUM_BYTES: u64 = 64 << 10;
/// The most bytes of an archive; releases have some thirty million.
const MAX_ARCHIVE_BYTES: u64 = 512 << 20;
const PIECE: usize = 64 << 10;

/// Fetches the archive of a version to `path`, or the rest of it where a part is there, and holds it to its sum.
///
/// # Errors
/// As [`super::folder`].
pub(super) fn fetch(place: &str, version: &str, path: &Path, limit: Duration) -> Result<()> {
    // Charts are the same in the archives of all systems.
    let url = format!("{place}/{version}/istio-{version}-linux-amd64.tar.gz");
    let sum = sum(&format!("{url}.sha256"), version, limit)?;
    let here = fs::metadata(path).map_or(0, |file| file.len());
    take(&url, version, path, here, limit)?;
    if sum_of(path)? == sum {
        return Ok(());
    }
    // What was begun may be of another archive, or of none.
    if here > 0 {
        let _ = fs::remove_file(path);
        take(&url, version, path, 0, limit)?;
        if sum_of(path)? == sum {
            return Ok(());
        }
    }
    let _ = fs::remove_file(path);
    let message = format!("{}: what came is not what its checksum says, and was thrown away", fetch::shown(&url));
    Err(Error::failed("release-checksum", message).hint(
        "try again; if it stays so, the place or a proxy before it gives a wrong file: MESH_RELEASES names another",
    ))
}

/// The sum that the place tells.
fn sum(url: &str, version: &str, limit: Duration) -> Result<String> {
    let mut text = Vec::new();
    let arriving = fetch::open(url, 0, limit).map_err(|failure| failed(url, version, failure))?;
    arriving.rest.take(MAX_SUM_BYTES).read_to_end(&mut text).map_err(|error| broken(url, version, &error))?;
    told_sum(&text).ok_or_else(|| {
        Error::failed("release-checksum", format!("{}: what came is no checksum", fetch::shown(url)))
            .hint("a proxy or the page of a network's login may have answered: open the address in a browser")
    })
}

/// The SHA-256 that a file of `sha256sum` begins with, in lower-case hexadecimal; none where it is no such file.
pub fn told_sum(text: &[u8]) -> Option<String> {
    let word = std::str::from_utf8(text).ok()?.split_whitespace().next()?;
    (word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| word.to_ascii_lowercase())
}

/// Writes what comes behind what is here.
fn take(url: &str, version: &str, path: &Path, here: u64, limit: Duration) -> Result<()> {
    let Arriving { from, total, mut rest } =
        fetch::open(url, here, limit).map_err(|failure| failed(url, version, failure))?;
    let unwritable = |error: io::Error| uncached(path, error);
    let mut file = OpenOptions::new().create(true).append(true).open(path).map_err(unwritable)?;
    file.set_len(from).map_err(unwritable)?;
    let (mut here, mut piece, place) = (from, vec![0; PIECE], fetch::shown(url));
    loop {
        tell(&Step::Arriving { version, from: &place, here, total });
        match rest.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => {
                file.write_all(&piece[..read]).map_err(unwritable)?;
                here += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(broken(url, version, &error)),
        }
        if here > MAX_ARCHIVE_BYTES {
            let _ = fs::remove_file(path);
            let most = MAX_ARCHIVE_BYTES >> 20;
            return Err(Error::failed("release-checksum", format!("{place}: it has more than {most} MiB")));
        }
    }
    match total {
        Some(total) if here < total => {
            Err(broken(url, version, &io::Error::other(format!("it ended after {here} of {total} bytes"))))
        }
        _ => file.sync_all().map_err(unwritable),
    }
}

/// The manifests of an archive that came whole.
///
/// # Errors
/// `release-archive` (failed) where it is no release.
pub(super) fn texts(place: &str, version: &str, archive: &Path) -> Result<BTreeMap<String, String>> {
    let name = format!("the archive of {version} at {} is no release", fetch::shown(place));
    charts::texts(archive, name).map_err(|error| {
        let hint = "another place is named by MESH_RELEASES, such as a mirror";
        Error::failed("release-archive", error.to_string()).hint(hint)
    })
}

fn sum_of(path: &Path) -> Result<String> {
    checksum(path).map(|(sum, _)| sum).map_err(|error| uncached(path, error))
}

fn broken(url: &str, version: &str, error: &io::Error) -> Error {
    let failure = if fetch::is_timeout(error) { Failure::TimedOut } else { Failure::Unreachable(error.to_string()) };
    failed(url, version, failure).hint("what has come is kept: the next run goes on from there")
}

fn failed(url: &str, version: &str, failure: Failure) -> Error {
    let url = fetch::shown(url);
    match failure {
        Failure::NotThere => {
            Error::usage("unknown-version", format!("there is no release {version}: {url} does not exist"))
                .hint(format!("releases that are known: {}", known::near(version).join(", ")))
        }
        Failure::TimedOut => Error::new(Kind::TimedOut, "release-timeout", format!("{url} did not come in time"))
            .hint("give it more time: --timeout 15m"),
        Failure::Refused(status) => unreachable(&format!("{url} answers {status}")),
        Failure::Unreachable(why) => unreachable(&format!("{url} cannot be fetched: {why}")),
    }
}

fn unreachable(message: &str) -> Error {
    Error::failed("release-unreachable", message)
        .hint("behind a proxy: set HTTPS_PROXY, and SSL_CERT_FILE to its CA; MESH_RELEASES names a mirror, or file:///DIR")
        .hint("without a network: fetch the archive elsewhere, and give it: --manifests istio-VERSION-linux-amd64.tar.gz")
}
