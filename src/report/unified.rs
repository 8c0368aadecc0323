//! Two texts as a diff for people.

use serde_json::Value;
use similar::TextDiff;

use crate::error::Result;
use crate::text::hidden;
use crate::ui::{Style, Ui, sanitize};
use crate::yaml;

/// The lines that differ, with a little of what is around them, as `diff -u` writes them; empty where nothing differs.
pub(super) fn raw(left: &str, right: &str) -> String {
    TextDiff::from_lines(left, right).unified_diff().context_radius(2).to_string()
}

/// How two objects of Kubernetes differ: the same of their YAML without secrets, in colours, and safe to show.
///
/// # Errors
/// None that an input can cause.
pub(super) fn unified(ui: &Ui, left: &Value, right: &Value) -> Result<Vec<String>> {
    let text = |object| yaml::text(&hidden::object(object));
    let lines = raw(&text(left)?, &text(right)?);
    let painted = |line: &str| {
        let line = sanitize(line);
        match line.chars().next() {
            Some('+') => ui.paint_result(Style::Good, &line),
            Some('-') => ui.paint_result(Style::Bad, &line),
            _ => line,
        }
    };
    Ok(lines.lines().map(painted).collect())
}
