//! Two texts as a diff for people.

use serde_json::Value;
use similar::{Algorithm, ChangeTag, DiffOp, capture_diff_slices, group_diff_ops};

use crate::error::Result;
use crate::text::hidden;
use crate::ui::{Style, Ui, sanitize};
use crate::yaml;

/// Lines around one that differs.
const AROUND: usize = 2;

/// The lines that differ, with a little of what is around them, as `diff -u` writes them; empty where nothing differs.
pub(super) fn raw(left: &str, right: &str) -> String {
    let (old, new) = (lines(left), lines(right));
    let mut text = String::new();
    for hunk in group_diff_ops(capture_diff_slices(Algorithm::Myers, &old, &new), AROUND) {
        let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else { continue };
        let removed = range(first.old_range().start, last.old_range().end);
        let added = range(first.new_range().start, last.new_range().end);
        text.push_str(&format!("@@ -{removed} +{added} @@\n"));
        for change in hunk.iter().flat_map(|part| part.iter_changes(&old, &new)) {
            text.push(match change.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
            });
            text.push_str(change.value());
            if !change.value().ends_with('\n') {
                text.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
    text
}

/// The lines of `left` that are not in `right`, and those that only `right` has, in the order in which they would be changed.
pub(super) fn differing(left: &str, right: &str) -> Vec<(ChangeTag, String)> {
    let (old, new) = (lines(left), lines(right));
    let changes = |part: &DiffOp| part.iter_changes(&old, &new).collect::<Vec<_>>();
    let parts = capture_diff_slices(Algorithm::Myers, &old, &new);
    let changes = parts.iter().flat_map(changes).filter(|change| change.tag() != ChangeTag::Equal);
    changes.map(|change| (change.tag(), change.value().trim_end_matches('\n').to_owned())).collect()
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// Lines from `start` to before `end`, counted from 0, as the head of a hunk names them.
fn range(start: usize, end: usize) -> String {
    match end - start {
        1 => (start + 1).to_string(),
        0 => format!("{start},0"),
        count => format!("{},{count}", start + 1),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hunks_are_those_of_diff_u() {
        let left = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n";
        let right = "a\nb\nC\nd\ne\nf\ng\nh\ni\nj\nk";
        let want =
            "@@ -1,5 +1,5 @@\n a\n b\n-c\n+C\n d\n e\n@@ -9,2 +9,3 @@\n i\n j\n+k\n\\ No newline at end of file\n";
        assert_eq!(raw(left, right), want);
        assert_eq!(raw("", "x\n"), "@@ -0,0 +1 @@\n+x\n");
        assert_eq!(raw("x\n", "x\n"), "");
        let differ = [
            (ChangeTag::Delete, "c".to_owned()),
            (ChangeTag::Insert, "C".to_owned()),
            (ChangeTag::Insert, "k".to_owned()),
        ];
        assert_eq!(differing(left, right), differ);
    }
}
