//! sprig: slash-separated paths. The `os…` names do the same here, as on Linux.

use super::{Arity::Exactly, Row, args::text};

pub(super) const TABLE: &[Row] = &[
    ("base", Exactly(1), |_, a| Ok(base(&text(a, 0)?).into())),
    ("dir", Exactly(1), |_, a| Ok(dir(&text(a, 0)?).into())),
    ("clean", Exactly(1), |_, a| Ok(clean(&text(a, 0)?).into())),
    ("ext", Exactly(1), |_, a| Ok(ext(&text(a, 0)?).into())),
    ("isAbs", Exactly(1), |_, a| Ok(text(a, 0)?.starts_with('/').into())),
    ("osBase", Exactly(1), |_, a| Ok(base(&text(a, 0)?).into())),
    ("osDir", Exactly(1), |_, a| Ok(dir(&text(a, 0)?).into())),
    ("osClean", Exactly(1), |_, a| Ok(clean(&text(a, 0)?).into())),
    ("osExt", Exactly(1), |_, a| Ok(ext(&text(a, 0)?).into())),
    ("osIsAbs", Exactly(1), |_, a| Ok(text(a, 0)?.starts_with('/').into())),
];

fn base(path: &str) -> &str {
    if path.is_empty() {
        return ".";
    }
    match path.trim_end_matches('/').rsplit('/').next() {
        None | Some("") => "/",
        Some(last) => last,
    }
}

fn dir(path: &str) -> String {
    let end = path.rfind('/').map_or(0, |i| i + 1);
    clean(path.get(..end).unwrap_or(""))
}

/// The shortest path that leads to the same place.
fn clean(path: &str) -> String {
    let absolute = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|p| *p != "..") => _ = parts.pop(),
            ".." if absolute => {}
            part => parts.push(part),
        }
    }
    match (absolute, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".into(),
        (false, false) => parts.join("/"),
    }
}

fn ext(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or("");
    name.rfind('.').and_then(|i| name.get(i..)).unwrap_or("")
}
