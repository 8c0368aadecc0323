//! Files that are generated and kept in the repository, so that a change of them is seen.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Paths below a folder, and what the files hold.
pub(crate) type Files = BTreeMap<PathBuf, String>;

/// Holds the files of `folder` (below the package) against `wanted`, or writes them when `MESH_UPDATE` says so. `how` is
/// the command that does.
pub(crate) fn keep(folder: &str, wanted: &Files, how: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let found = read(&folder);
    if std::env::var_os("MESH_UPDATE").is_some() {
        for stale in found.keys().filter(|path| !wanted.contains_key(*path)) {
            fs::remove_file(folder.join(stale)).expect("a stale file goes");
        }
        for (path, text) in wanted {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder for it");
            fs::write(path, text).expect("a file is written");
        }
        return;
    }
    let paths = wanted.keys().chain(found.keys().filter(|path| !wanted.contains_key(*path)));
    let wrong: Vec<String> = paths
        .filter_map(|path| {
            let place = folder.join(path);
            match (found.get(path), wanted.get(path)) {
                (Some(found), Some(wanted)) if found == wanted => None,
                (Some(found), Some(wanted)) => Some(format!("{}:{}", place.display(), first_difference(found, wanted))),
                (None, _) => Some(format!("{}: is missing", place.display())),
                (_, None) => Some(format!("{}: nothing generates it", place.display())),
            }
        })
        .collect();
    assert!(wrong.is_empty(), "look at the differences after MESH_UPDATE=1 {how}\n{}", wrong.join("\n"));
}

/// `LINE: kept …, now …`.
fn first_difference(kept: &str, now: &str) -> String {
    let (mut kept, mut now) = (kept.lines(), now.lines());
    for number in 1.. {
        match (kept.next(), now.next()) {
            (None, None) => break,
            (kept, now) if kept == now => {}
            (kept, now) => return format!("{number}: kept {kept:?}, now {now:?}"),
        }
    }
    "the line ends differ".to_owned()
}

fn read(folder: &Path) -> Files {
    let mut files = Files::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let Ok(entries) = fs::read_dir(&next) else { continue };
        for entry in entries {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = fs::read_to_string(&path).expect("a text file");
                files.insert(path.strip_prefix(folder).expect("below it").to_owned(), text);
            }
        }
    }
    files
}
