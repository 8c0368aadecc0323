//! A screen that is drawn again and again on a terminal.

use console::{Term, truncate_str};

/// Cursor home, and everything below it away: the screen does not flicker.
const HOME: &str = "\u{1b}[H\u{1b}[J";

/// `text` drawn over what stands there, cut to what fits: lines that wrap or scroll would leave pieces of earlier screens.
/// `last` is a line that has to be seen whatever is cut.
pub fn redraw(text: &str, last: Option<&str>) -> String {
    let (rows, columns) = Term::stdout().size();
    format!("{HOME}{}", cut(text, last, usize::from(rows), usize::from(columns)))
}

fn cut(text: &str, last: Option<&str>, rows: usize, columns: usize) -> String {
    // Behind the last line stands the cursor, in a row of its own.
    let room = rows.saturating_sub(1).saturating_sub(usize::from(last.is_some()));
    let mut lines: Vec<&str> = text.lines().collect();
    let hidden = format!("… {} more lines, where the terminal is higher", (lines.len() + 1).saturating_sub(room));
    if lines.len() > room {
        lines.truncate(room.saturating_sub(1));
        lines.push(&hidden);
    }
    let shown = lines.into_iter().chain(last).map(|line| truncate_str(line, columns, "…") + "\n");
    shown.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_counted_and_the_last_line_stays() {
        assert_eq!(cut("a\nb\n", None, 3, 10), "a\nb\n");
        assert_eq!(cut("a\nb\nc\n", None, 3, 80), "a\n… 2 more lines, where the terminal is higher\n");
        assert_eq!(cut("a\nb\nc\n", Some("!"), 4, 80), "a\n… 2 more lines, where the terminal is higher\n!\n");
        assert_eq!(cut("a long line\n世界世界\n", None, 9, 6), "a lon…\n世界…\n");
        assert_eq!(cut("a\n", None, 0, 0).lines().count(), 1);
    }
}
