//! What `mesh migrate` says: a line a field on stderr, or a document of kind `Migration`.

use std::path::Path;

use serde_json::{Value, json};

use super::Written;
use crate::config::{Change, Done, Migrated};
use crate::error::Result;
use crate::input::{self, Take};
use crate::ui::{self, Ui, sanitize};

/// A line on stderr for each change of the file called `name`.
pub fn tell(ui: &Ui, name: &str, migrated: &Migrated) {
    for change in &migrated.changes {
        ui.message(&sanitize(&format!("{name}:{}: {}", change.line, sentence(change))));
    }
    if migrated.operators == 0 && migrated.is_current() {
        ui.message(&sanitize(&format!("{name}: no IstioOperator, nothing to migrate")));
    } else if migrated.is_current() {
        ui.message(&sanitize(&format!("{name}: nothing to migrate")));
    }
}

/// The file in place of the one that was read.
///
/// # Errors
/// `unwritable-file` (failed).
pub fn write(ui: &Ui, path: &Path, migrated: &Migrated) -> Result<()> {
    let mut file = Written::to(ui, Some(path))?;
    file.take(input::Done { text: migrated.text.clone(), messages: Vec::new() })?;
    file.end(Ok(()))
}

/// A document of kind `Migration`, with the text of the file where it goes nowhere else.
pub fn json(name: &str, migrated: &Migrated, with_text: bool) -> String {
    let changes: Vec<Value> = migrated.changes.iter().map(element).collect();
    let mut document = json!({ "apiVersion": "mesh/v1", "kind": "Migration", "file": name, "changes": changes });
    if with_text {
        document["text"] = migrated.text.clone().into();
    }
    ui::json(&document)
}

fn element(change: &Change) -> Value {
    let (done, to) = match &change.done {
        Done::Translated(to) => ("translated", Some(to)),
        Done::Removed => ("removed", None),
        Done::Superseded(to) => ("superseded", Some(to)),
        Done::Left(_) => ("left", None),
    };
    json!({
        "path": change.path,
        "line": change.line,
        "since": change.since.map(|since| format!("1.{since}")),
        "done": done,
        "to": to,
        "message": sentence(change),
    })
}

/// What became of a field: its path, and what was done.
fn sentence(change: &Change) -> String {
    let (path, now) = (&change.path, &change.now);
    let since = change.since.map(|since| format!("1.{since}"));
    match (&change.done, since) {
        (Done::Translated(to), Some(since)) => format!("{path}: is {to} since {since}"),
        (Done::Translated(to), None) => format!("{path}: is {to}: {now}"),
        (Done::Removed, Some(since)) => format!("{path}: removed in {since}: {now}"),
        (Done::Removed, None) => format!("{path}: removed: {now}"),
        (Done::Superseded(to), _) => format!("{path}: taken out: {to} took its place, and is set"),
        (Done::Left(why), Some(since)) => format!("{path}: not migrated: {why} (removed in {since}: {now})"),
        (Done::Left(why), None) if now.is_empty() => format!("{path}: not migrated: {why}"),
        (Done::Left(why), None) => format!("{path}: not migrated: {why}; {now}"),
    }
}
