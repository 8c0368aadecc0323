//! Of what a container wrote, the lines that tell something.

/// How many lines of errors are told that stand before the last lines.
const EARLIER: usize = 2;

/// At most `most` of these lines, in their order: the last ones that are not empty, but where none of them speaks of an error,
/// the last ones before them that do take the place of some.
pub fn telling<'l>(lines: impl IntoIterator<Item = &'l str>, most: usize) -> Vec<&'l str> {
    let lines: Vec<&str> = lines.into_iter().filter(|line| !line.trim().is_empty()).collect();
    let (before, tail) = lines.split_at(lines.len().saturating_sub(most));
    if tail.iter().any(|line| is_error(line)) {
        return tail.to_vec();
    }
    let mut told: Vec<&str> =
        before.iter().rev().filter(|line| is_error(line)).take(EARLIER.min(most)).copied().collect();
    told.reverse();
    told.extend(&tail[told.len().min(tail.len())..]);
    told
}

fn is_error(line: &str) -> bool {
    let line = line.to_lowercase();
    ["error", "fatal", "panic", "exception", "cannot ", "failed"].iter().any(|word| line.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_lines_are_skipped_and_lines_of_errors_kept() {
        let usage = "info starting\nError: unknown flag: --nope\nUsage:\n  pilot-discovery [flags]\n\nFlags:\n  --a  one\n  --b  \
                     two\n\n  --c  three\n";
        let table: [(&str, &[&str]); 4] = [
            (usage, &["Error: unknown flag: --nope", "  --a  one", "  --b  two", "  --c  three"]),
            ("a\n\nb\n\n", &["a", "b"]),
            ("Error: first\none\ntwo\nthree\npanic: last\n", &["one", "two", "three", "panic: last"]),
            ("", &[]),
        ];
        for (text, wanted) in table {
            assert_eq!(telling(text.lines(), 4), wanted, "{text}");
        }
    }
}
