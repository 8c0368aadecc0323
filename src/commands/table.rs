//! Plain tables, as `kubectl get` prints them.

use crate::ui::sanitize;

/// A table with its columns side by side.
pub(super) fn text(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let rows: Vec<Vec<String>> = std::iter::once(head.iter().map(|cell| (*cell).to_owned()).collect())
        .chain(rows.into_iter().map(|row| row.iter().map(|cell| sanitize(cell)).collect()))
        .collect();
    let width = |column: usize| {
        rows.iter().filter_map(|row: &Vec<String>| row.get(column)).map(|cell| cell.chars().count()).max()
    };
    let widths: Vec<usize> = (0..head.len()).map(|column| width(column).unwrap_or(0)).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}

/// Names in one cell; `-` where there are none.
pub(super) fn names(names: &[String]) -> String {
    if names.is_empty() { "-".to_owned() } else { names.join(",") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_side_by_side() {
        let rows = [
            vec!["a".to_owned(), names(&[])],
            vec!["long\u{1b}[31m".to_owned(), names(&["x".to_owned(), "y".to_owned()])],
        ];
        let text = text(&["ONE", "TWO"], rows);
        assert!(text.starts_with("ONE"), "{text}");
        assert_eq!(text.lines().count(), 3);
        assert!(!text.contains('\u{1b}'), "{text:?}");
        let starts: Vec<_> = text.lines().filter_map(|line| line.rfind("  ")).collect();
        assert!(starts.windows(2).all(|pair| pair[0] == pair[1]), "{text}");
    }
}
