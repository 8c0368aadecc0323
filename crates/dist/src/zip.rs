//! Zip archives, for Windows: files that are deflated, and nothing else (PKWARE's APPNOTE.TXT).

use std::io::Write as _;

use anyhow::{Context, Result};
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

use crate::Time;
use crate::entry::{Entry, Tree, What};

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
/// Version 2.0 of the format has deflate.
const NEEDS: u16 = 20;
/// Made by Unix (3), so that modes count.
const MADE_BY: u16 = 3 << 8 | NEEDS;
/// Names are UTF-8.
const FLAGS: u16 = 1 << 11;
const DEFLATE: u16 = 8;
/// A regular file, in the type of a Unix mode.
const REGULAR: u32 = 0o100_000;

/// An archive of the files of a tree. Folders come by themselves when it is unpacked; links are left out.
///
/// # Errors
/// More than 4 GiB, or more than 65,535 files.
pub(crate) fn zip(tree: &Tree, time: Time) -> Result<Vec<u8>> {
    let (date, clock) = time.of_dos();
    let (mut out, mut directory, mut count) = (Vec::new(), Vec::new(), 0_u16);
    for (path, Entry { mode, what, .. }) in &tree.0 {
        let What::File(bytes) = what else { continue };
        let begin = size(out.len())?;
        let mut crc = Crc::new();
        crc.update(bytes);
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes)?;
        let deflated = encoder.finish()?;
        let mut about = Vec::new();
        for field in [NEEDS, FLAGS, DEFLATE, clock, date] {
            about.extend(field.to_le_bytes());
        }
        for field in [crc.sum(), size(deflated.len())?, size(bytes.len())?] {
            about.extend(field.to_le_bytes());
        }
        about.extend(u16::try_from(path.len()).context("a long path")?.to_le_bytes());
        // No extra field.
        about.extend(0_u16.to_le_bytes());
        out.extend(LOCAL.to_le_bytes());
        out.extend(&about);
        out.extend(path.as_bytes());
        out.extend(&deflated);
        directory.extend(CENTRAL.to_le_bytes());
        directory.extend(MADE_BY.to_le_bytes());
        directory.extend(&about);
        // No comment, on the first disk, of no kind that would be known.
        directory.extend([0; 6]);
        directory.extend(((REGULAR | mode) << 16).to_le_bytes());
        directory.extend(begin.to_le_bytes());
        directory.extend(path.as_bytes());
        count = count.checked_add(1).context("too many files")?;
    }
    let begin = size(out.len())?;
    out.extend(&directory);
    out.extend(END.to_le_bytes());
    // One disk, which is this one.
    out.extend([0; 4]);
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(size(directory.len())?.to_le_bytes());
    out.extend(begin.to_le_bytes());
    // No comment.
    out.extend([0; 2]);
    Ok(out)
}

fn size(length: usize) -> Result<u32> {
    u32::try_from(length).context("more than 4 GiB")
}
