//! How the static program is laid out: the functions that a run needs lie side by side.
//!
//! The kernel reads a program from its file by 64 KiB around each function that is called. Functions in the order of a linker
//! are scattered, so that nearly all of the program came into memory for the tenth of it that a command runs.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

/// Foreign bytes that a pattern may take in, to the bytes it is for: fewer patterns, which fit after a change too.
const FOREIGN: f64 = 0.5;

/// The mangled names of the functions that ran, from a profile that `valgrind --tool=callgrind --demangle=no` wrote.
#[must_use]
pub fn ran(profile: &str) -> HashSet<String> {
    // A name is there once, where its function runs or is called for the first time.
    let called = profile.lines().filter_map(|line| line.strip_prefix("fn=").or(line.strip_prefix("cfn=")));
    let names = called.filter_map(|function| function.split_once(") ")).map(|(_, name)| name);
    // A function that calls itself is told apart by its depth: `'2`.
    names.map(|name| stable(name.split('\'').next().unwrap_or(name))).collect()
}

/// The functions of a program and their bytes, from what `nm --print-size` says of it.
#[must_use]
pub fn functions(symbols: &str) -> BTreeMap<String, u64> {
    let mut functions = BTreeMap::new();
    for line in symbols.lines() {
        let mut words = line.split(' ');
        let (Some(_), Some(size), Some("t" | "T" | "w" | "W"), Some(name)) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            continue;
        };
        *functions.entry(stable(name)).or_default() += u64::from_str_radix(size, 16).unwrap_or_default();
    }
    functions
}

/// The linker script that lays out first what ran in the first profile, then what ran in the second besides, and so on. What
/// ran in none stays where the linker puts it.
#[must_use]
pub fn script(functions: &BTreeMap<String, u64>, profiles: &[HashSet<String>]) -> String {
    let mut script = String::from(HEAD);
    let mut placed = HashSet::new();
    for profile in profiles {
        let group: HashSet<&str> = profile
            .iter()
            .map(String::as_str)
            .filter(|name| functions.contains_key(*name) && placed.insert(*name))
            .collect();
        let all: Vec<Function<'_>> = functions
            .iter()
            .map(|(name, bytes)| Function { name, bytes: *bytes, wanted: group.contains(name.as_str()) })
            .collect();
        let mut patterns = Vec::new();
        collect(&all, 0..all.len(), &mut patterns);
        for pattern in patterns {
            _ = writeln!(script, "  *(.text.{pattern})");
        }
    }
    script.push_str(TAIL);
    script
}

const HEAD: &str = "\
/* How the static program is laid out. Made by `cargo layout`, which docs/packaging.md tells of; not to be changed by hand. */
SECTIONS
{
  /* Where a panic aborts, nobody unwinds: what says how is left out, but for what the C library starts with. */
  /DISCARD/ : { *(EXCLUDE_FILE(*crt*.o) .eh_frame) }
}
INSERT AFTER .text;
SECTIONS
{
  .text.first :
  {
";

const TAIL: &str = "  }\n}\nINSERT BEFORE .text;\n";

struct Function<'a> {
    name: &'a str,
    bytes: u64,
    wanted: bool,
}

/// The shortest patterns for the wanted ones in `range`, of functions in the order of their names.
fn collect(all: &[Function<'_>], range: std::ops::Range<usize>, patterns: &mut Vec<String>) {
    let part = &all[range.clone()];
    let bytes = |wanted: bool| -> u64 { part.iter().filter(|one| one.wanted == wanted).map(|one| one.bytes).sum() };
    let (Some(first), Some(last)) = (part.first(), part.last()) else { return };
    if !part.iter().any(|one| one.wanted) {
        return;
    }
    let common = shared(first.name, last.name);
    #[expect(clippy::cast_precision_loss, reason = "a ratio of sizes")]
    let few = bytes(false) as f64 <= FOREIGN * bytes(true) as f64;
    if part.len() == 1 {
        let beside = [range.start.checked_sub(1), Some(range.end)];
        let own =
            beside.into_iter().flatten().filter_map(|at| all.get(at)).map(|one| shared(first.name, one.name) + 1).max();
        match own.and_then(|end| first.name.get(..end)).filter(|own| own.len() < first.name.len()) {
            Some(own) => patterns.push(format!("{own}*")),
            None => patterns.push(first.name.to_owned()),
        }
    } else if few && common > 0 {
        patterns.push(format!("{}*", first.name.get(..common).unwrap_or(first.name)));
    } else {
        let mut start = range.start;
        for same in part.chunk_by(|a, b| a.name.as_bytes().get(common) == b.name.as_bytes().get(common)) {
            collect(all, start..start + same.len(), patterns);
            start += same.len();
        }
    }
}

/// How many bytes two names have in common at their start.
fn shared(a: &str, b: &str) -> usize {
    a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count()
}

/// A mangled name, with `*` for what is another in each build: the hash of a crate (`Cs…_`), and the unit it was built in.
fn stable(name: &str) -> String {
    let name = name.split(".llvm.").next().unwrap_or(name);
    let mut parts = name.split("Cs");
    let mut stable = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        stable.push_str("Cs");
        match part.split_once('_') {
            Some((hash, rest)) if !hash.is_empty() && hash.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                stable.push_str("*_");
                stable.push_str(rest);
            }
            _ => stable.push_str(part),
        }
    }
    stable
}

#[cfg(test)]
mod tests {
    use super::*;

    const SYMBOLS: &str = "\
0000000000401000 0000000000000100 t _RNvNtCsaB3_4mesh4yaml4text
0000000000401100 0000000000000200 t _RNvNtCsaB3_4mesh4yaml4read
0000000000401300 0000000000000400 T _RNvNtCsaB3_4mesh5apply3run
0000000000401700 0000000000000010 t _RNvNtCsaB3_4mesh6report3one.llvm.123
0000000000401710 0000000000000010 W mi_malloc
0000000000401720 0000000000000010 W mi_free
0000000000501000 0000000000000010 r _RNvNtCsaB3_4mesh4yaml5TABLE
                 U nothing
";

    const START: &str = "fn=(1) mi_malloc\n1 2\nfn=(2) _RNvNtCszz_4mesh6report3one.llvm.9\ncfn=(3) mi_free\n";
    const RENDER: &str =
        "fn=(1) _RNvNtCszz_4mesh4yaml4text'2\nfn=(1)\nfn=(2) _RNvNtCszz_4mesh4yaml4read\nfn=(3) mi_malloc\n";

    fn lines(script: &str) -> Vec<&str> {
        script.lines().filter_map(|line| line.strip_prefix("  *(.text.")?.strip_suffix(')')).collect()
    }

    #[test]
    fn what_ran_first_is_first_and_shares_its_patterns() {
        let script = script(&functions(SYMBOLS), &[ran(START), ran(RENDER)]);
        assert_eq!(lines(&script), ["_RNvNtCs*_4mesh6*", "mi_*", "_RNvNtCs*_4mesh4yaml4*"], "{script}");
    }

    #[test]
    fn what_did_not_run_is_in_no_pattern() {
        let script = script(&functions(SYMBOLS), &[ran("fn=(1) _RNvNtCsq_4mesh4yaml4text\n")]);
        assert_eq!(lines(&script), ["_RNvNtCs*_4mesh4yaml4t*"], "{script}");
    }
}
