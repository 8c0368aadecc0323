//! Prints the linker script of the static program: `cargo layout PROGRAM PROFILE… > .cargo/static.ld`. The program has its
//! symbols; a profile is what `valgrind --tool=callgrind --demangle=no` wrote of a run of it.

use std::io::Write as _;
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result, ensure};

fn main() -> Result<()> {
    let mut arguments = env::args().skip(1);
    let program = arguments.next().context("cargo layout PROGRAM PROFILE…")?;
    let read = |path: String| fs::read_to_string(&path).map(|text| dist::layout::ran(&text)).context(path);
    let profiles = arguments.map(read).collect::<Result<Vec<_>>>()?;
    let symbols = Command::new("nm").args(["--print-size", &program]).output().context("nm")?;
    let functions = dist::layout::functions(&String::from_utf8_lossy(&symbols.stdout));
    ensure!(!functions.is_empty(), "{program}: no symbols: it has to be built with `strip = false`");
    ensure!(profiles.iter().any(|ran| !ran.is_empty()), "the profiles name no function");
    write!(std::io::stdout(), "{}", dist::layout::script(&functions, &profiles))?;
    Ok(())
}
