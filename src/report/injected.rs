//! What is printed of a document that is injected, or has its sidecar taken out: its YAML, or what has changed in it.

use serde_json::Value;

use super::unified::unified;
use crate::error::Result;
use crate::inject::{self, Uninjected, Warning, kubernetes_form};
use crate::input::{self, Documents, Done};
use crate::ui::{Style, Ui, sanitize};
use crate::yaml::{self, Piece};

/// A document after the work on it.
pub struct Worked {
    object: Value,
    /// Whether it was looked at: what was not keeps its own spelling.
    touched: bool,
    /// What is to be said of it, a line each.
    notes: Vec<String>,
}

impl From<inject::Injected> for Worked {
    fn from(outcome: inject::Injected) -> Self {
        let without = outcome.decisions.iter().filter(|(_, injected, _)| !injected);
        let notes = without.map(|(workload, _, rule)| {
            format!("not injected: {}: {}", sanitize(workload), sanitize(&rule.to_string()))
        });
        let warnings = outcome.warnings.iter();
        let warnings = warnings.map(|(workload, what)| {
            let said = match what {
                Warning::UnknownKind(_) => "not injected",
                Warning::Twice(_) => "not valid",
            };
            format!("{said}: {}: {}", sanitize(workload), sanitize(&what.to_string()))
        });
        Self { notes: notes.chain(warnings).collect(), object: outcome.object, touched: outcome.known }
    }
}

impl From<Uninjected> for Worked {
    fn from(outcome: Uninjected) -> Self {
        let unsure = outcome.unsure.iter();
        let notes = unsure.map(|(workload, what)| format!("not sure: {}: {}", sanitize(workload), sanitize(what)));
        Self { notes: notes.collect(), object: outcome.object, touched: outcome.changed }
    }
}

/// How documents are printed. A thread has its own.
#[derive(Clone)]
pub struct Printer {
    ui: Ui,
    /// How errors name the stream.
    name: String,
    diff: bool,
}

impl Printer {
    /// Prints documents of the stream called `name` as YAML, or with `diff` what changes in them.
    pub fn new(ui: &Ui, name: &str, diff: bool) -> Self {
        Self { ui: ui.clone(), name: name.to_owned(), diff }
    }

    /// A piece of the stream, each of its documents as `work` makes it.
    ///
    /// # Errors
    /// Those of [`input::documents`] and of `work`, with the place.
    pub fn piece(&self, piece: &Piece, work: impl Fn(Value) -> Result<Worked>) -> Result<Done> {
        let Documents { place, documents, twice } = input::documents(&self.name, piece)?;
        let alone = documents.len() == 1;
        let mut done = Done::default();
        done.messages.extend(twice.iter().map(|said| sanitize(said)));
        for document in documents {
            let before = if self.diff { Some(kubernetes_form(document.clone())?) } else { None };
            let worked = work(document).map_err(|error| error.at(&place))?;
            done.messages.extend(worked.notes);
            match before {
                // What nobody has looked at is no part of a diff.
                Some(before) if worked.touched => self.changed(&mut done, &before, &worked.object)?,
                Some(_) => {}
                None if alone && !worked.touched => untouched(&mut done, &piece.text),
                None => {
                    done.text.push_str(&yaml::text(&worked.object)?);
                    done.text.push_str("---\n");
                }
            }
        }
        Ok(done)
    }

    /// A document before and after; objects of a List are compared one by one.
    fn changed(&self, done: &mut Done, before: &Value, after: &Value) -> Result<()> {
        match (before["items"].as_array(), after["items"].as_array()) {
            (Some(before), Some(after)) => {
                before.iter().zip(after).try_for_each(|(before, after)| self.difference(done, before, after))
            }
            _ => self.difference(done, before, after),
        }
    }

    fn difference(&self, done: &mut Done, before: &Value, after: &Value) -> Result<()> {
        if before == after {
            return Ok(());
        }
        let text = |pointer: &str| after.pointer(pointer).and_then(Value::as_str).filter(|text| !text.is_empty());
        let parts = [text("/kind"), text("/metadata/namespace"), text("/metadata/name").or(Some("?"))];
        let heading = parts.into_iter().flatten().collect::<Vec<_>>().join("/");
        done.text.push_str(&self.ui.paint_result(Style::Bold, &format!("{} changed", sanitize(&heading))));
        done.text.push('\n');
        for line in unified(&self.ui, before, after)? {
            done.text.extend(["  ", &line, "\n"]);
        }
        Ok(())
    }
}

/// A document that nobody has looked at keeps its own spelling.
fn untouched(done: &mut Done, text: &str) {
    done.text.push_str(text);
    if !text.ends_with('\n') {
        done.text.push('\n');
    }
    done.text.push_str("---\n");
}
