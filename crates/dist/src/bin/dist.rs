//! `cargo dist`: the files of a release, from programs that are built.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clap::Parser;
use dist::{Order, Target, Time};

/// Make what a release of mesh consists of from programs that are built
#[derive(Parser)]
#[command(name = "cargo dist", after_help = "SOURCE_DATE_EPOCH is the time of everything; a fixed one without it.")]
struct Arguments {
    /// Folder to write to
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// A program, and what it is built for (repeatable)
    #[arg(long = "binary", value_name = "TARGET=PATH", required = true, value_parser = program)]
    binaries: Vec<(Target, PathBuf)>,
    /// Where the files will be, for Homebrew's formula and krew's manifest
    #[arg(long, value_name = "BASE")]
    url: Option<String>,
    /// SSH key to sign SHA256SUMS with
    #[arg(long, value_name = "FILE")]
    sign_key: Option<PathBuf>,
}

fn program(text: &str) -> Result<(Target, PathBuf), String> {
    let (target, path) = text.split_once('=').ok_or("it is TARGET=PATH")?;
    Ok((target.parse()?, path.into()))
}

fn main() -> Result<()> {
    let Arguments { out, binaries, url, sign_key } = Arguments::parse();
    let named = binaries.len();
    let programs: std::collections::BTreeMap<Target, PathBuf> = binaries.into_iter().collect();
    ensure!(programs.len() == named, "a target is named twice");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let root = root.canonicalize().context("the repository is not where this was built")?;
    let time = Time::of_variable(std::env::var("SOURCE_DATE_EPOCH").ok().as_deref())?;
    let made = dist::make(&Order { root, out: out.clone(), programs, url, sign_key, time })?;
    let mut to = std::io::stdout().lock();
    for name in &made.files {
        writeln!(to, "{}", out.join(name).display())?;
    }
    for what in &made.skipped {
        writeln!(std::io::stderr(), "skipped {what}")?;
    }
    Ok(())
}
