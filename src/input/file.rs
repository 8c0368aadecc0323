//! One file, or stdin: as text that is bounded, or as a stream.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::config::Source;
use crate::error::{Error, Result};
use crate::yaml;

/// Reads one file of YAML, or stdin where it is called `-`.
///
/// # Errors
/// `remote-file`, `unreadable-file`, `too-large`, `not-text` (usage), with the file's name.
pub fn file(path: &Path) -> Result<Source> {
    bounded(path, yaml::MAX_BYTES)
}

/// Opens a file of workloads, or stdin where it is called `-`, as a stream of any length.
///
/// # Errors
/// `unreadable-file` (usage).
pub fn open(path: &Path) -> Result<Box<dyn BufRead>> {
    if path.as_os_str() == "-" {
        return Ok(Box::new(std::io::stdin().lock()));
    }
    let file = File::open(path).map_err(|error| {
        Error::usage("unreadable-file", format!("{}: cannot be read", path.display()))
            .caused_by(error)
            .hint("name a YAML file of workloads, or `-` for stdin")
    })?;
    Ok(Box::new(BufReader::new(file)))
}

/// The sha256 of a file, in hexadecimal, and how many bytes it has.
pub(super) fn checksum(path: &Path) -> io::Result<(String, u64)> {
    let mut hash = Sha256::new();
    let bytes = io::copy(&mut File::open(path)?, &mut hash)?;
    Ok((hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect(), bytes))
}

/// As [`file`], with this many bytes at most.
pub(super) fn bounded(path: &Path, most: usize) -> Result<Source> {
    let name = path.display().to_string();
    if name.starts_with("http://") || name.starts_with("https://") {
        return Err(Error::usage("remote-file", format!("{name}: files are not fetched from the network"))
            .hint(format!("fetch it first, look at it, and pass it on: curl -fsSL {name} | mesh … -f -")));
    }
    let unreadable = |error: std::io::Error| {
        let hint = match error.kind() {
            std::io::ErrorKind::NotFound => "check the path; it is relative to the working directory",
            std::io::ErrorKind::PermissionDenied => "check the permissions of the file",
            std::io::ErrorKind::IsADirectory => "name the files in it",
            _ => "name a YAML file, or `-` for stdin",
        };
        Error::usage("unreadable-file", format!("{name}: cannot be read")).caused_by(error).hint(hint)
    };
    let mut bytes = Vec::new();
    // One byte more than is taken, so that a file that is too large is noticed without being read whole.
    let limit = most as u64 + 1;
    if name == "-" {
        std::io::stdin().lock().take(limit).read_to_end(&mut bytes).map_err(unreadable)?;
    } else {
        File::open(path).map_err(unreadable)?.take(limit).read_to_end(&mut bytes).map_err(unreadable)?;
    }
    if bytes.len() > most {
        let error = Error::usage("too-large", format!("{name}: larger than {} MiB", most >> 20));
        return Err(error.hint("check that it is the file you mean: a manifest has some kilobytes"));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let bytes = error.as_bytes();
        let line = bytes[..error.utf8_error().valid_up_to()].iter().filter(|&&byte| byte == b'\n').count() + 1;
        Error::usage("not-text", format!("{name}:{line}: this is not a UTF-8 text file"))
            .hint("name an IstioOperator file in YAML")
    })?;
    Ok(Source { name, text })
}
