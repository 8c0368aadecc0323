//! Plain tables, as `kubectl get` prints them.

use super::columns::Columns;
use crate::ui::sanitize;

/// A table with its columns side by side.
pub fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut columns = Columns::default();
    columns.line(0, head);
    for row in rows {
        // A tab would be one cell more.
        let cells: Vec<String> = row.iter().map(|cell| sanitize(cell)).collect();
        columns.line(0, &cells.iter().map(String::as_str).collect::<Vec<_>>());
    }
    columns.text().lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// Names in one cell; `-` where there are none.
pub fn names(names: &[String]) -> String {
    if names.is_empty() { "-".to_owned() } else { names.join(",") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_side_by_side() {
        let rows = [
            vec!["a".to_owned(), names(&[]), "x".to_owned()],
            vec!["long\u{1b}[31m".to_owned(), names(&["x".to_owned(), "y".to_owned()]), String::new()],
            vec!["世界\t世界".to_owned(), String::new(), "z".to_owned()],
        ];
        let text = table(&["ONE", "TWO", "THREE"], rows);
        let want =
            ["ONE             TWO  THREE", "a               -    x", "long\\u{1b}[31m  x,y", "世界 世界            z"];
        assert_eq!(text.lines().collect::<Vec<_>>(), want);
    }
}
