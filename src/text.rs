//! What many sentences have in them: how many, a few of them by name, and words to be typed.

pub mod hidden;

use std::fmt::Display;

/// `1 object`, `2 objects`; of a noun in `y` after a consonant `2 proxies`.
pub fn count(number: usize, noun: &str) -> String {
    format!("{number} {}", plural(number, noun))
}

/// `1 object was`, `2 objects were`.
pub fn were(number: usize, noun: &str) -> String {
    format!("{} {}", count(number, noun), verb(number, "was", "were"))
}

/// The verb of that number: of 1 `one`, else `many`.
pub const fn verb<'t>(number: usize, one: &'t str, many: &'t str) -> &'t str {
    if number == 1 { one } else { many }
}

/// The noun as it stands after that number.
pub fn plural(number: usize, noun: &str) -> String {
    match noun.strip_suffix('y') {
        _ if number == 1 => noun.to_owned(),
        Some(stem) if !stem.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{stem}ies"),
        _ => format!("{noun}s"),
    }
}

/// `a, b, c`, and where there are more than `most`, ` and 4 more`.
pub fn few(names: impl IntoIterator<Item = impl Display>, most: usize) -> String {
    let mut names = names.into_iter();
    let mut text = String::new();
    for name in names.by_ref().take(most) {
        if !text.is_empty() {
            text.push_str(", ");
        }
        text.push_str(&name.to_string());
    }
    match more(names.count()) {
        Some(more) => format!("{text} {more}"),
        None => text,
    }
}

/// `and 4 more`; none where there are no more.
pub fn more(rest: usize) -> Option<String> {
    (rest > 0).then(|| format!("and {rest} more"))
}

/// A word as a shell takes it: in quotes where it would make something else of it.
pub fn shell_word(word: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "-_./:=,@%+".contains(character);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nouns_follow_their_number() {
        let table = [
            (0, "object", "0 objects"),
            (1, "object", "1 object"),
            (2, "object", "2 objects"),
            (1, "proxy", "1 proxy"),
            (2, "proxy", "2 proxies"),
            (2, "key", "2 keys"),
        ];
        for (number, noun, want) in table {
            assert_eq!(count(number, noun), want);
            assert_eq!(were(number, noun), format!("{want} {}", if number == 1 { "was" } else { "were" }));
        }
    }

    #[test]
    fn a_few_are_named_and_the_rest_is_counted() {
        let table =
            [(vec![], ""), (vec!["a"], "a"), (vec!["a", "b"], "a, b"), (vec!["a", "b", "c", "d"], "a, b and 2 more")];
        for (names, want) in table {
            assert_eq!(few(&names, 2), want);
        }
    }
}
