//! Text in columns, as Go's `text/tabwriter` aligns it with a padding of two spaces: cells end where a line says so, and a
//! column is as wide as its widest cell on the lines that follow one another. Go counts characters, this the columns of a
//! terminal that they take: `世` takes two, a combining accent none.

use std::io::Write as _;

use tabwriter::TabWriter;

use crate::ui::sanitize;

/// What stands between the widest cell of a column and the next column.
const PADDING: usize = 2;
/// What a level is indented by.
const INDENT: &str = "  ";

/// Lines of cells. Every cell is made safe to show when it is added.
#[derive(Debug, Default)]
pub(in crate::report) struct Columns {
    /// Lines of cells with tabs between them.
    text: String,
}

impl Columns {
    /// Adds a line. Its last cell belongs to no column, so that it may be as long as it likes. A tab within a cell ends it, as
    /// everywhere in a table.
    pub(in crate::report) fn line(&mut self, level: usize, cells: &[&str]) {
        let cells: Vec<String> = cells.iter().flat_map(|cell| cell.split('\t')).map(sanitize).collect();
        self.text.push_str(&INDENT.repeat(level));
        self.text.push_str(&cells.join("\t"));
        self.text.push('\n');
    }

    /// A line of a name and its value.
    pub(in crate::report) fn field(&mut self, level: usize, name: &str, value: &str) {
        self.line(level, &[&format!("{name}:"), value]);
    }

    /// A name with several values, one a line; `<none>` where there is none.
    pub(in crate::report) fn list(&mut self, level: usize, name: &str, values: &[String]) {
        let Some((first, rest)) = values.split_first() else { return self.field(level, name, "<none>") };
        self.field(level, name, first);
        for value in rest {
            self.line(0, &["", value]);
        }
    }

    /// The text, each line with its end.
    pub(in crate::report) fn text(&self) -> String {
        let mut writer = TabWriter::new(Vec::new()).minwidth(0).padding(PADDING);
        let written = writer.write_all(self.text.as_bytes()).ok().and_then(|()| writer.into_inner().ok());
        // It writes into memory, which does not fail; the text without its alignment is still the text.
        written.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_else(|| self.text.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_lines_in_a_row() {
        let mut columns = Columns::default();
        columns.field(0, "Name", "web");
        columns.field(0, "Annotations", "a: b");
        columns.line(0, &["", "c: d"]);
        columns.line(0, &["Containers:"]);
        columns.line(1, &["app:"]);
        columns.field(2, "Port", "80");
        columns.line(1, &["a ", "x", "y"]);
        columns.line(1, &["longer ", "x"]);
        assert_eq!(
            columns.text(),
            "Name:         web\nAnnotations:  a: b\n              c: d\nContainers:\n  app:\n    Port:  80\n  \
             a        x  y\n  longer   x\n"
        );
    }

    #[test]
    fn a_column_is_as_wide_as_a_terminal_shows_it() {
        let mut columns = Columns::default();
        columns.line(0, &["世界", "a"]);
        columns.line(0, &["cafe\u{301}", "b"]);
        columns.line(0, &["four", "c"]);
        columns.line(0, &["", "d"]);
        assert_eq!(columns.text(), "世界  a\ncafe\u{301}  b\nfour  c\n      d\n");
    }

    #[test]
    fn nothing_steers_the_terminal() {
        let mut columns = Columns::default();
        columns.field(0, "Name", "a\u{1b}[31m\tb\nc");
        assert_eq!(columns.text(), "Name:  a\\u{1b}[31m  b ⏎ c\n");
    }
}
