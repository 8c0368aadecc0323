//! What a program is built for, by its first bytes: one that is taken for another's would be shipped to everybody.

use anyhow::{Context, Result, bail, ensure};

use crate::Target;

/// What an executable says of itself.
#[derive(Debug, PartialEq, Eq)]
struct Kind {
    system: &'static str,
    processor: &'static str,
    /// Of Linux: it asks for a loader of shared libraries.
    is_dynamic: bool,
}

/// Holds a program to the target that it is given for.
///
/// # Errors
/// It is for another one, or for none; or needs shared libraries where it may not.
pub(crate) fn hold(bytes: &[u8], target: Target) -> Result<()> {
    let Kind { system, processor, is_dynamic } = kind(bytes)?;
    let (found, wanted) = (format!("{system}/{processor}"), format!("{}/{}", target.system(), target.processor()));
    ensure!(found == wanted, "it is a program for {found}, not for {wanted}");
    ensure!(!(target.is_static() && is_dynamic), "it needs shared libraries, and {target} is to need none");
    Ok(())
}

fn kind(bytes: &[u8]) -> Result<Kind> {
    match bytes {
        [0x7f, b'E', b'L', b'F', 2, 1, ..] => elf(bytes).context("its ELF header is cut off")?,
        [0xcf, 0xfa, 0xed, 0xfe, ..] => mach(bytes),
        [b'M', b'Z', ..] => portable(bytes).context("its PE header is cut off")?,
        _ => bail!("it is no program of 64 bits that is known: neither ELF, Mach-O nor PE"),
    }
}

fn number(bytes: &[u8], at: usize, length: usize) -> Option<usize> {
    let part = bytes.get(at..at.checked_add(length)?)?;
    let whole = part.iter().rev().fold(0_u64, |whole, byte| whole << 8 | u64::from(*byte));
    usize::try_from(whole).ok()
}

/// The fields of `Elf64_Ehdr` and `Elf64_Phdr` in elf(5).
fn elf(bytes: &[u8]) -> Option<Result<Kind>> {
    const INTERPRETER: usize = 3;
    let processor = match number(bytes, 18, 2)? {
        62 => "amd64",
        183 => "arm64",
        other => return Some(Err(anyhow::anyhow!("its processor is number {other} of ELF"))),
    };
    let (begin, size, count) = (number(bytes, 32, 8)?, number(bytes, 54, 2)?, number(bytes, 56, 2)?);
    let headers = (0..count).map(|at| number(bytes, begin.checked_add(at.checked_mul(size)?)?, 4));
    let kinds: Option<Vec<usize>> = headers.collect();
    Some(Ok(Kind { system: "linux", processor, is_dynamic: kinds?.contains(&INTERPRETER) }))
}

/// `cputype` of `mach_header_64`.
fn mach(bytes: &[u8]) -> Result<Kind> {
    let processor = match number(bytes, 4, 4) {
        Some(0x0100_0007) => "amd64",
        Some(0x0100_000c) => "arm64",
        other => bail!("its processor is {other:?} of Mach-O"),
    };
    Ok(Kind { system: "darwin", processor, is_dynamic: false })
}

/// The machine in the COFF header, whose place stands at 0x3c.
fn portable(bytes: &[u8]) -> Option<Result<Kind>> {
    let header = number(bytes, 0x3c, 4)?;
    if bytes.get(header..header.checked_add(4)?)? != b"PE\0\0" {
        return Some(Err(anyhow::anyhow!("it is a program of DOS")));
    }
    Some(match number(bytes, header + 4, 2)? {
        0x8664 => Ok(Kind { system: "windows", processor: "amd64", is_dynamic: false }),
        0xaa64 => Ok(Kind { system: "windows", processor: "arm64", is_dynamic: false }),
        other => Err(anyhow::anyhow!("its machine is {other:#x} of PE")),
    })
}
