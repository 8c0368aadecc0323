//! Text in columns, as Go's `text/tabwriter` aligns it with a padding of two spaces: cells end where a line says so, and a
//! column is as wide as its widest cell on the lines that follow one another.

use crate::ui::sanitize;

/// What stands between the widest cell of a column and the next column.
const PADDING: usize = 2;
/// What a level is indented by.
const INDENT: &str = "  ";

/// Lines of cells. Every cell is made safe to show when it is added.
#[derive(Debug, Default)]
pub(in crate::report) struct Columns {
    lines: Vec<Vec<String>>,
}

impl Columns {
    /// Adds a line. Its last cell belongs to no column, so that it may be as long as it likes. A tab within a cell ends it, as
    /// everywhere in a table.
    pub(in crate::report) fn line(&mut self, level: usize, cells: &[&str]) {
        let mut cells: Vec<String> = cells.iter().flat_map(|cell| cell.split('\t')).map(sanitize).collect();
        if let Some(first) = cells.first_mut() {
            first.insert_str(0, &INDENT.repeat(level));
        }
        self.lines.push(cells);
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
        let mut text = String::new();
        write(&self.lines, &mut Vec::new(), &mut text);
        text
    }
}

fn write(lines: &[Vec<String>], widths: &mut Vec<usize>, text: &mut String) {
    let column = widths.len();
    let goes_on = |line: &Vec<String>| line.len() > column + 1;
    let mut rest = lines;
    while let Some(first) = rest.first() {
        if !goes_on(first) {
            write_line(first, widths, text);
            rest = &rest[1..];
            continue;
        }
        let (block, after) = rest.split_at(rest.iter().take_while(|line| goes_on(line)).count());
        let widest = block.iter().map(|line| line[column].chars().count()).max().unwrap_or_default();
        widths.push(widest + PADDING);
        write(block, widths, text);
        widths.pop();
        rest = after;
    }
}

fn write_line(cells: &[String], widths: &[usize], text: &mut String) {
    for (place, cell) in cells.iter().enumerate() {
        text.push_str(cell);
        if let Some(width) = widths.get(place) {
            text.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.chars().count())));
        }
    }
    text.push('\n');
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
    fn nothing_steers_the_terminal() {
        let mut columns = Columns::default();
        columns.field(0, "Name", "a\u{1b}[31m\tb\nc");
        assert_eq!(columns.text(), "Name:  a\\u{1b}[31m  b ⏎ c\n");
    }
}
