//! Stamps the crate with a hash of everything the `cluster` binary is made of, so that the library
//! can tell whether the binary it finds beside a test is the one it was built with.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// What ends up in the binary: this crate, and mesh, whose injector the stand-in istiod serves.
const INPUTS: &[&str] = &["src", "stages", "Cargo.toml", "../../src", "../../templates"];

fn main() -> io::Result<()> {
    let mut hash = Sha256::new();
    for input in INPUTS {
        println!("cargo::rerun-if-changed={input}");
        add(Path::new(input), &mut hash)?;
    }
    let stamp: String = hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    println!("cargo::rustc-env=CLUSTER_STAMP={stamp}");
    Ok(())
}

fn add(path: &Path, hash: &mut Sha256) -> io::Result<()> {
    if path.is_dir() {
        let mut entries: Vec<PathBuf> =
            fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
        entries.sort();
        for entry in entries {
            add(&entry, hash)?;
        }
    } else if path.is_file() {
        hash.update(path.to_string_lossy().as_bytes());
        hash.update(fs::read(path)?);
    }
    Ok(())
}
