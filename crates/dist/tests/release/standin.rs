//! Programs that stand for mesh, and a release of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context, Result};
use dist::{Made, Order, Target, Time, VERSION};
use tempfile::TempDir;

/// Where the release says that it is.
pub(crate) const URL: &str = "https://example.com/mesh/v1";
/// What a program of Linux prints, whatever it is asked.
pub(crate) const SAYS: &str = "2 findings\n";
/// And what it ends with.
pub(crate) const ENDS: u8 = 1;

/// The repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A whole release in a folder of its own.
pub(crate) struct Release {
    pub(crate) folder: TempDir,
    pub(crate) made: Made,
}

impl Release {
    /// One of every target, made once for all tests that only look at it.
    pub(crate) fn whole() -> &'static Self {
        static WHOLE: OnceLock<Release> = OnceLock::new();
        WHOLE.get_or_init(|| Self::of(Target::all(), |_| {}).expect("a release"))
    }

    /// One of some targets, and with a changed order.
    pub(crate) fn of(targets: impl Iterator<Item = Target>, change: impl FnOnce(&mut Order)) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut programs = BTreeMap::new();
        for target in targets {
            let path = folder.path().join(format!("{target}.bin"));
            fs::write(&path, program(target))?;
            programs.insert(target, path);
        }
        let (out, time) = (folder.path().join("out"), Time::of_variable(None)?);
        let mut order = Order { root: root(), out, programs, url: Some(URL.to_owned()), sign_key: None, time };
        change(&mut order);
        let made = dist::make(&order)?;
        Ok(Self { folder, made })
    }

    pub(crate) fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.out().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> Result<Vec<u8>> {
        fs::read(self.path(name)).with_context(|| name.to_owned())
    }

    /// Every file of it.
    pub(crate) fn files(&self) -> Result<BTreeMap<String, Vec<u8>>> {
        let mut files = BTreeMap::new();
        for entry in fs::read_dir(self.out())? {
            let entry = entry?;
            files.insert(entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path())?);
        }
        Ok(files)
    }
}

/// The name of an archive.
pub(crate) fn archive(target: Target) -> String {
    format!("mesh-{VERSION}-{target}.{}", target.extension())
}

/// Whether a program is on this machine; what needs it is skipped where it is not.
pub(crate) fn has(name: &str) -> bool {
    let found =
        std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|one| one.join(name).is_file()));
    if !found {
        #[expect(clippy::print_stderr, reason = "a test says what it leaves out")]
        {
            eprintln!("skipped: {name} is not installed");
        }
    }
    found
}

/// Runs a program that has to go well; what it printed.
pub(crate) fn run(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("{command:?}"))?;
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    anyhow::ensure!(output.status.success(), "{command:?}: {}\n{out}{err}", output.status);
    Ok(out.into_owned())
}

/// A program for a target, as small as it can be. That of Linux on Intel and AMD runs.
pub(crate) fn program(target: Target) -> Vec<u8> {
    match (target.system(), target.processor()) {
        ("linux", "amd64") => elf(62, 1, &code()),
        ("linux", _) => elf(183, 1, &[]),
        ("darwin", "amd64") => mach(7),
        ("darwin", _) => mach(12),
        _ => portable(),
    }
}

/// `write(1, SAYS)` and `exit(ENDS)`, in the code of x86-64.
fn code() -> Vec<u8> {
    let length = u32::try_from(SAYS.len()).expect("a short text").to_le_bytes();
    let mut code = Vec::new();
    code.extend([0xb8, 1, 0, 0, 0, 0xbf, 1, 0, 0, 0]);
    // The text stands behind the code, 19 bytes after this instruction.
    code.extend([0x48, 0x8d, 0x35, 19, 0, 0, 0, 0xba]);
    code.extend(length);
    code.extend([0x0f, 0x05, 0xb8, 60, 0, 0, 0, 0xbf, ENDS, 0, 0, 0, 0x0f, 0x05]);
    code.extend(SAYS.as_bytes());
    code
}

/// An ELF program with one header of `kind`: 1 is what is loaded, 3 asks for a loader of shared libraries.
pub(crate) fn elf(machine: u16, kind: u32, code: &[u8]) -> Vec<u8> {
    const BASE: u64 = 0x40_0000;
    const HEADERS: u64 = 64 + 56;
    let size = HEADERS + code.len() as u64;
    let mut bytes = vec![0x7f, b'E', b'L', b'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    bytes.extend(2_u16.to_le_bytes());
    bytes.extend(machine.to_le_bytes());
    bytes.extend(1_u32.to_le_bytes());
    for word in [BASE + HEADERS, 64, 0] {
        bytes.extend(word.to_le_bytes());
    }
    bytes.extend(0_u32.to_le_bytes());
    for half in [64_u16, 56, 1, 64, 0, 0] {
        bytes.extend(half.to_le_bytes());
    }
    bytes.extend(kind.to_le_bytes());
    bytes.extend(5_u32.to_le_bytes());
    for word in [0, BASE, BASE, size, size, 0x1000] {
        bytes.extend(word.to_le_bytes());
    }
    bytes.extend(code);
    bytes
}

fn mach(processor: u32) -> Vec<u8> {
    let words = [0xfeed_facf, 0x0100_0000 | processor, 0, 2, 0, 0, 0, 0];
    words.iter().flat_map(|word: &u32| word.to_le_bytes()).collect()
}

fn portable() -> Vec<u8> {
    let mut bytes = vec![0; 0x80];
    bytes[..2].copy_from_slice(b"MZ");
    bytes[0x3c] = 0x40;
    bytes[0x40..0x46].copy_from_slice(&[b'P', b'E', 0, 0, 0x64, 0x86]);
    bytes
}
