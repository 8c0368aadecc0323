//! Two texts as a diff for people.

use similar::TextDiff;

use crate::ui::{Style, Ui, sanitize};

/// The lines that differ, with a little of what is around them, as `diff -u` writes them; empty where nothing differs.
pub(super) fn raw(left: &str, right: &str) -> String {
    TextDiff::from_lines(left, right).unified_diff().context_radius(2).to_string()
}

/// The same in colours, and safe to show.
pub(super) fn unified(ui: &Ui, left: &str, right: &str) -> Vec<String> {
    let lines = raw(left, right);
    let painted = |line: &str| {
        let line = sanitize(line);
        match line.chars().next() {
            Some('+') => ui.paint_result(Style::Good, &line),
            Some('-') => ui.paint_result(Style::Bad, &line),
            _ => line,
        }
    };
    lines.lines().map(painted).collect()
}
