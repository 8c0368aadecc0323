//! The archives of all targets: what is in them, as what, and the same bytes every time.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use dist::{Target, Time, VERSION};
use flate2::read::{DeflateDecoder, GzDecoder};

use crate::standin::{Release, archive, elf, has, program, root, run};

/// What an archive holds: mode and bytes of each file, by its path below the archive's one folder.
type Files = BTreeMap<String, (u32, Vec<u8>)>;

/// The files of a tar archive; everything is owned by nobody, and of one time.
pub(crate) fn untar(bytes: &[u8], seconds: u64) -> Result<Files> {
    let mut files = Files::new();
    let mut last = String::new();
    for entry in tar::Archive::new(bytes).entries()? {
        let mut entry = entry?;
        let header = entry.header();
        let path = String::from_utf8(entry.path_bytes().into_owned())?.trim_end_matches('/').to_owned();
        let is_plain = header.uid()? == header.gid()? && header.username()? == Some("") && header.mtime()? == seconds;
        ensure!(is_plain, "{path}: {header:?}");
        ensure!(last < path, "{path} stands after {last}");
        let mode = header.mode()?;
        let is_file = header.entry_type().is_file();
        last.clone_from(&path);
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        if is_file {
            files.insert(path, (mode, bytes));
        }
    }
    Ok(files)
}

pub(crate) fn gunzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut plain = Vec::new();
    GzDecoder::new(bytes).read_to_end(&mut plain)?;
    Ok(plain)
}

/// The files of a zip archive, by its central directory.
fn unzip(bytes: &[u8]) -> Result<Files> {
    let number = |at: usize, length: usize| -> Result<usize> {
        let part = bytes.get(at..at + length).context("cut off")?;
        Ok(part.iter().rev().fold(0, |whole, byte| whole << 8 | usize::from(*byte)))
    };
    let end = bytes.len() - 22;
    ensure!(bytes[end..].starts_with(b"PK\x05\x06"), "no end");
    let (count, mut at, mut files) = (number(end + 10, 2)?, number(end + 16, 4)?, Files::new());
    for _ in 0..count {
        ensure!(bytes[at..].starts_with(b"PK\x01\x02"), "no entry at {at}");
        let (crc, packed, size, name) =
            (number(at + 16, 4)?, number(at + 20, 4)?, number(at + 24, 4)?, number(at + 28, 2)?);
        let (mode, begin) = (number(at + 40, 2)?, number(at + 42, 4)?);
        let path = String::from_utf8(bytes[at + 46..at + 46 + name].to_vec())?;
        ensure!(bytes[begin..].starts_with(b"PK\x03\x04") && number(begin + 26, 2)? == name, "no file at {begin}");
        let from = begin + 30 + name;
        let mut plain = Vec::new();
        DeflateDecoder::new(&bytes[from..from + packed]).read_to_end(&mut plain)?;
        let mut sum = flate2::Crc::new();
        sum.update(&plain);
        ensure!(plain.len() == size && sum.sum() as usize == crc, "{path}: {size} bytes, {crc}");
        files.insert(path, (u32::try_from(mode & 0o7777)?, plain));
        at += 46 + name;
    }
    ensure!(at == end, "{at}, but the directory ends at {end}");
    Ok(files)
}

fn of(target: Target) -> Result<Files> {
    let bytes = Release::whole().read(&archive(target))?;
    let files = if target == Target::Windows { unzip(&bytes)? } else { untar(&gunzip(&bytes)?, 946_684_800)? };
    let folder = format!("mesh-{VERSION}-{target}/");
    files
        .into_iter()
        .map(|(path, file)| Ok((path.strip_prefix(&folder).context(path.clone())?.to_owned(), file)))
        .collect()
}

#[test]
fn every_target_has_the_program_and_all_that_belongs_to_it() -> Result<()> {
    for target in Target::all() {
        let files = of(target)?;
        let of_repository = |name: &str| fs::read(root().join(name));
        for name in ["LICENSE", "README.md", "CHANGELOG.md"] {
            ensure!(files[name] == (0o644, of_repository(name)?), "{target}: {name}");
        }
        for (folder, of) in [("man", "completions/man"), ("completions", "completions")] {
            let mut count = 0;
            for entry in fs::read_dir(root().join(of))? {
                let entry = entry?;
                if entry.path().is_file() {
                    let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
                    ensure!(files.get(&name) == Some(&(0o644, fs::read(entry.path())?)), "{target}: {name}");
                    count += 1;
                }
            }
            ensure!(
                files.keys().filter(|name| name.starts_with(&format!("{folder}/"))).count() == count,
                "{target}: {folder}"
            );
        }
        ensure!(files[target.program()] == (0o755, program(target)), "{target}: the program");
        let plugin = of_repository("crates/dist/recipes/kubectl_complete-mesh")?;
        ensure!(files["kubectl_complete-mesh"] == (0o755, plugin), "{target}: the completion of kubectl");
        ensure!(files.keys().filter(|name| !name.contains('/')).count() == 5, "{target}: {:?}", files.keys());
    }
    Ok(())
}

#[test]
fn other_tools_open_them() -> Result<()> {
    let release = Release::whole();
    let wanted = of(Target::LinuxX86)?.len();
    if has("tar") {
        let listed = run(Command::new("tar").arg("-tzf").arg(release.path(&archive(Target::LinuxX86))))?;
        ensure!(listed.lines().filter(|line| !line.ends_with('/')).count() == wanted, "{listed}");
    }
    if has("unzip") {
        let tested = run(Command::new("unzip").arg("-tq").arg(release.path(&archive(Target::Windows))))?;
        ensure!(tested.contains("No errors"), "{tested}");
    }
    Ok(())
}

#[test]
fn the_same_programs_give_the_same_bytes() -> Result<()> {
    let few = || [Target::LinuxX86, Target::LinuxArm, Target::Windows].into_iter();
    // What names every archive is another file where there are fewer.
    let lists = ["SHA256SUMS", "mesh.rb", "mesh.yaml"];
    let (first, second) = (Release::whole().files()?, Release::of(few(), |_| {})?.files()?);
    ensure!(second.len() == 9 + lists.len(), "{:?}", second.keys());
    for (name, bytes) in second.iter().filter(|(name, _)| !lists.contains(&name.as_str())) {
        ensure!(first[name] == *bytes, "{name} has other bytes");
    }
    let later =
        Release::of(few(), |order| order.time = Time::of_variable(Some("1767225600")).expect("a time"))?.files()?;
    // What has no time in it.
    let same: Vec<&str> = second.keys().filter(|name| later[*name] == second[*name]).map(String::as_str).collect();
    let bill = format!("mesh-{VERSION}.cdx.json");
    ensure!(same == [bill.as_str()], "the same at another time: {same:?}");
    Ok(())
}

#[test]
fn what_was_made_is_what_is_there() -> Result<()> {
    let release = Release::whole();
    let (files, mut made) = (release.files()?, release.made.files.clone());
    made.sort();
    ensure!(files.keys().eq(&made), "{made:?}");
    ensure!(release.made.skipped == ["SHA256SUMS.sig: it needs --sign-key"], "{:?}", release.made.skipped);
    let few = Release::of([Target::MacArm].into_iter(), |order| order.url = None)?;
    ensure!(few.made.skipped.len() == 3, "{:?}", few.made.skipped);
    let names: Vec<String> = few.files()?.into_keys().collect();
    let wanted = ["SHA256SUMS".to_owned(), archive(Target::MacArm), format!("mesh-{VERSION}.cdx.json")];
    ensure!(names == wanted, "{names:?}");
    Ok(())
}

#[test]
fn a_program_of_another_target_is_refused() -> Result<()> {
    let table: [(Target, Vec<u8>, &str); 9] = [
        (Target::LinuxX86, program(Target::LinuxArm), "it is a program for linux/arm64, not for linux/amd64"),
        (Target::LinuxArm, program(Target::MacArm), "it is a program for darwin/arm64"),
        (Target::MacX86, program(Target::MacArm), "not for darwin/amd64"),
        (Target::Windows, program(Target::GnuX86), "not for windows/amd64"),
        (Target::LinuxX86, elf(62, 3, &[]), "it needs shared libraries"),
        (Target::LinuxX86, elf(40, 1, &[]), "number 40"),
        (Target::LinuxX86, elf(62, 1, &[])[..66].to_vec(), "cut off"),
        (Target::Windows, b"MZ".to_vec(), "cut off"),
        (Target::LinuxX86, b"#!/bin/sh\n".to_vec(), "neither ELF, Mach-O nor PE"),
    ];
    for (target, bytes, wanted) in table {
        let refused = Release::of([target].into_iter(), |order| {
            fs::write(&order.programs[&target], &bytes).expect("another program");
        });
        let said = format!("{:#}", refused.err().with_context(|| format!("{target}: taken"))?);
        ensure!(said.contains(wanted), "{target}: {said}");
    }
    // With glibc it may.
    Release::of([Target::GnuX86].into_iter(), |order| {
        fs::write(&order.programs[&Target::GnuX86], elf(62, 3, &[])).expect("another program");
    })?;
    ensure!(Release::of(std::iter::empty(), |_| {}).is_err(), "nothing is taken");
    Ok(())
}
