//! Lines that are longer than a terminal is wide: broken between words.

use console::{Term, measure_text_width};

use super::called;

/// What begins something to type: it is never broken, as it could not be copied any more.
const COMMANDS: [&str; 5] = ["mesh ", "kubectl ", "helm ", "istioctl ", "--set "];
/// What every line but the first begins with, after the indent of the first.
const HANGING: &str = "  ";
/// Narrower than that, lines are left to the terminal.
const NARROW: usize = 40;

/// `text` for this terminal; as it is where it is none.
pub(super) fn for_terminal(terminal: &Term, text: &str) -> String {
    let text = called::told(text);
    match terminal.size_checked() {
        Some((_, columns)) => text.lines().map(|line| wrapped(line, columns.into())).collect::<Vec<_>>().join("\n"),
        None => text.into_owned(),
    }
}

/// `line` in lines of at most so many cells, colours not counted. Words that are longer stay whole, and so does what is
/// between backticks, and a command up to the end of the line.
fn wrapped(line: &str, columns: usize) -> String {
    if columns < NARROW || measure_text_width(line) <= columns {
        return line.to_owned();
    }
    let indent = &line[..line.len() - line.trim_start().len()];
    let mut lines = String::from(indent);
    let mut used = measure_text_width(indent);
    for (gap, word) in words(line.trim_start()) {
        let width = measure_text_width(word);
        // Before the first word there is nothing to break at; between columns there are several spaces.
        if gap == 0 || used + gap + width <= columns {
            lines.push_str(&" ".repeat(gap));
            used += gap;
        } else {
            lines.extend(["\n", indent, HANGING]);
            used = measure_text_width(indent) + HANGING.len();
        }
        lines.push_str(word);
        used += width;
    }
    lines
}

/// The pieces between which a line may be broken, each with how many spaces come before it.
fn words(text: &str) -> Vec<(usize, &str)> {
    let mut words: Vec<(usize, &str)> = Vec::new();
    let mut rest = text.trim_end_matches(' ');
    while !rest.is_empty() {
        let next = rest.trim_start_matches(' ');
        let end = end_of_word(next, words.last().map(|(_, word)| *word));
        words.push((rest.len() - next.len(), &next[..end]));
        rest = &next[end..];
    }
    words
}

/// Where the first word of `rest` ends; `before` is the word before it.
fn end_of_word(rest: &str, before: Option<&str>) -> usize {
    // `to do so: mesh …`: nothing comes after a command that is written without marks.
    let after_colon = before.is_none_or(|before| before.ends_with(':'));
    if after_colon && COMMANDS.iter().any(|command| rest.starts_with(command)) {
        return rest.len();
    }
    let mut is_quoted = false;
    for (at, character) in rest.char_indices() {
        match character {
            '`' => is_quoted = !is_quoted,
            ' ' if !(is_quoted && rest[at..].contains('`')) => return at,
            _ => {}
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_between_words_and_commands_are_not() {
        let table = [
            ("short", "short"),
            (
                "error: the API server refuses Deployment/istio-system/istiod as it was",
                "error: the API server refuses\n  Deployment/istio-system/istiod as it\n  was",
            ),
            (
                "  indented: one two three four five six seven eight nine",
                "  indented: one two three four five six\n    seven eight nine",
            ),
            (
                "hint: to go on without being asked: mesh install -y --set profile=demo --set hub=example.com",
                "hint: to go on without being asked:\n  mesh install -y --set profile=demo --set hub=example.com",
            ),
            (
                "hint: type `mesh describe pod reviews-v1-0 -n shop` and see the mesh of it",
                "hint: type\n  `mesh describe pod reviews-v1-0 -n shop`\n  and see the mesh of it",
            ),
            (
                "a `b that is not closed and is longer than forty cells",
                "a `b that is not closed and is longer\n  than forty cells",
            ),
            ("a column of this text    another   a third one", "a column of this text    another   a\n  third one"),
            ("a column of this text is here   another   x", "a column of this text is here   another\n  x"),
            ("世界世界世界世界世界世界世界世界世界 世界世界", "世界世界世界世界世界世界世界世界世界\n  世界世界"),
            ("nothingtobreakatnothingtobreakatnothingtobreakat", "nothingtobreakatnothingtobreakatnothingtobreakat"),
        ];
        for (line, want) in table {
            assert_eq!(wrapped(line, 40), want);
        }
        let red = "\u{1b}[31merror:\u{1b}[0m exactly forty cells in this line ok";
        assert_eq!(wrapped(red, measure_text_width(red)), red);
        assert_eq!(wrapped("too narrow for breaking", 10), "too narrow for breaking");
    }
}
