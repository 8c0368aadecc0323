//! Releases of Istio that are kept, and those on their way.

use std::sync::Mutex;

use indicatif::ProgressBar;
use serde_json::json;

use super::arriving::{self, mebibytes};
use super::document;
use crate::input::release::{Kept, Step};
use crate::ui::{Ui, sanitize};

/// A line a release.
pub fn list(kept: &[Kept]) -> String {
    if kept.is_empty() {
        return "no release is kept\n".to_owned();
    }
    let width = kept.iter().map(|one| one.version.len()).max().unwrap_or_default();
    let line = |one: &Kept| format!("{:<width$}  {}  {}\n", one.version, mebibytes(one.bytes), one.path.display());
    kept.iter().map(line).collect()
}

/// A document of kind `ReleaseList`.
pub fn list_json(kept: &[Kept]) -> String {
    let one = |kept: &Kept| json!({"version": kept.version, "path": kept.path, "bytes": kept.bytes});
    document::of("ReleaseList", "releases", kept.iter().map(one).collect())
}

/// What was done to each, a line each: `kept`, `removed`.
pub fn done(versions: &[String], what: &str, kept: &[Kept]) -> String {
    let place = |version: &str| kept.iter().find(|one| one.version == version.trim_start_matches('v'));
    let line = |version: &String| match place(version) {
        Some(one) => format!("✔ Istio {} {what} in {}\n", one.version, one.path.display()),
        None => format!("✔ Istio {} {what}\n", sanitize(version)),
    };
    versions.iter().map(line).collect()
}

/// Tells of what is fetched: a terminal gets one live line, a pipe a line at the beginning and one at the end.
pub fn teller(ui: &Ui) -> impl Fn(&Step<'_>) + Send + Sync + use<> {
    let (ui, bar) = (ui.clone(), Mutex::new(None::<ProgressBar>));
    move |step| {
        let Ok(mut bar) = bar.lock() else { return };
        match step {
            Step::Waiting { version } => ui.progress(&format!("waiting for another run that fetches Istio {version}")),
            Step::Arriving { version, from, here, total } => {
                let bar = bar.get_or_insert_with(|| begun(&ui, version, from, *total));
                bar.set_position(*here);
            }
            Step::Here { version } => {
                if let Some(bar) = bar.take() {
                    bar.finish_and_clear();
                }
                ui.progress(&format!("Istio {version} is kept for the next time"));
            }
        }
    }
}

fn begun(ui: &Ui, version: &str, from: &str, total: Option<u64>) -> ProgressBar {
    let (prefix, from) = (format!("fetching Istio {version}"), sanitize(from));
    arriving::begun(ui, &prefix, &format!("{prefix} from {from}"), total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_a_line_each() {
        let one = |version: &str| Kept { version: version.to_owned(), path: "/c".into(), bytes: 3 << 19 };
        assert_eq!(list(&[]), "no release is kept\n");
        assert_eq!(list(&[one("1.9.0"), one("1.31.4")]), "1.9.0   1.5 MiB  /c\n1.31.4  1.5 MiB  /c\n");
        let said = done(&["v1.31.4".to_owned(), "1.2.3".to_owned()], "kept", &[one("1.31.4")]);
        assert_eq!(said, "✔ Istio 1.31.4 kept in /c\n✔ Istio 1.2.3 kept\n");
    }
}
