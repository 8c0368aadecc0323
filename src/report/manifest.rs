//! Rendered objects, and how two manifests differ.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use serde_json::{Value, json};

use super::document;
use super::unified::unified;
use crate::error::Result;
use crate::object::{Object, Unlike};
use crate::text::hidden::HIDDEN;
use crate::ui::{self, Style, Ui, sanitize};
use crate::yaml;

/// One JSON list of objects.
pub fn json(objects: &[&Object]) -> String {
    let items: Vec<&Value> = objects.iter().map(|object| object.value()).collect();
    ui::json(&json!({ "apiVersion": "v1", "kind": "List", "items": items }))
}

/// The documents in order, as [`yaml()`] prints them.
///
/// # Errors
/// None that an input can cause.
pub fn text(objects: &[&Object]) -> Result<String> {
    objects.iter().map(|object| yaml::text(object.value()).map(|text| text + "---\n")).collect()
}

/// Prints the documents in order, as they come. To write them as text is half of the work of the command, so two threads
/// share it, and the reader of a pipe has the first ones meanwhile.
///
/// # Errors
/// Those of stdout.
pub fn yaml(ui: &Ui, objects: &[&Object]) -> Result<()> {
    let next = AtomicUsize::new(0);
    // Each takes the next object that nobody has: they differ a hundredfold in size.
    let document = || {
        let at = next.fetch_add(1, Ordering::Relaxed);
        objects.get(at).map(|object| {
            let text = yaml::text(object.value()).map(|text| text + "---\n");
            (at, text)
        })
    };
    std::thread::scope(|scope| {
        let (done, ready) = mpsc::channel();
        scope.spawn(move || {
            // Nobody takes them any more where printing failed.
            while document().is_some_and(|document| done.send(document).is_ok()) {}
        });
        let mut early = BTreeMap::new();
        let mut printed = 0;
        // Own ones while there are any, then those the other thread is still at.
        while let Some((at, text)) = document().or_else(|| ready.recv().ok()) {
            early.insert(at, text?);
            for (at, text) in ready.try_iter() {
                early.insert(at, text?);
            }
            while let Some(text) = early.remove(&printed) {
                ui.result(&text)?;
                printed += 1;
            }
        }
        Ok(())
    })
}

/// Tells in what two manifests differ; true where they are the same.
///
/// # Errors
/// Those of stdout.
pub fn tell(ui: &Ui, found: &[Unlike<'_>], as_json: bool) -> Result<bool> {
    if as_json {
        ui.document(&differences_json(found))?;
    } else {
        ui.result(&differences(ui, found)?)?;
    }
    Ok(found.is_empty())
}

/// What differs, for people: a heading an object, and what changes in it.
///
/// # Errors
/// None that an input can cause.
fn differences(ui: &Ui, differences: &[Unlike<'_>]) -> Result<String> {
    let mut shown = String::new();
    for one in differences {
        let heading = format!("{} {}", sanitize(&one.id.to_string()), one.change());
        shown.push_str(&(ui.paint_result(Style::Bold, &heading) + "\n"));
        if let (Some(left), Some(right)) = (one.left, one.right) {
            let lines = unified(ui, left, right)?;
            // Nothing is left where only secrets differ.
            let secret = lines.is_empty().then(|| format!("what differs is secret: {HIDDEN}"));
            shown.extend(lines.into_iter().chain(secret).map(|line| format!("  {line}\n")));
        }
    }
    Ok(shown)
}

/// A document of kind `ManifestDiff`.
fn differences_json(differences: &[Unlike<'_>]) -> Value {
    let objects = differences.iter().map(|one| json!({ "object": one.id.to_string(), "change": one.change() }));
    document::about("ManifestDiff", "objects", objects.collect())
}
