//! What is printed of a document: its YAML, or what has changed in it.

use serde_json::Value;

use super::stream::Done;
use crate::cli::InjectOutput;
use crate::commands::text_diff;
use crate::error::Result;
use crate::ui::{Style, Ui, sanitize};
use crate::yaml;

/// How documents are printed. A thread has its own.
#[derive(Clone)]
pub(super) struct Printer {
    ui: Ui,
    diff: bool,
}

impl Printer {
    pub(super) fn new(ui: &Ui, output: &InjectOutput) -> Self {
        Self { ui: ui.clone(), diff: matches!(output, InjectOutput::Diff) }
    }

    /// Whether what was before is asked for.
    pub(super) const fn wants_before(&self) -> bool {
        self.diff
    }

    /// A document that nobody has looked at keeps its own spelling; of a diff it is no part.
    pub(super) fn untouched(&self, done: &mut Done, text: &str) {
        if self.diff {
            return;
        }
        done.text.push_str(text);
        if !text.ends_with('\n') {
            done.text.push('\n');
        }
        done.text.push_str("---\n");
    }

    /// A document before (where that was asked for) and after; objects of a List are compared one by one.
    pub(super) fn document(&self, done: &mut Done, before: Option<&Value>, after: &Value) -> Result<()> {
        let Some(before) = before else {
            done.text.push_str(&yaml::text(after)?);
            done.text.push_str("---\n");
            return Ok(());
        };
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
        for line in text_diff::unified(&self.ui, &yaml::text(before)?, &yaml::text(after)?) {
            done.text.extend(["  ", &line, "\n"]);
        }
        Ok(())
    }
}
