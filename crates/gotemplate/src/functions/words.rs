//! sprig: cases, words, wrapping.

use super::{
    Arity::Exactly,
    Row,
    args::{int, text},
    builtin::cut,
};

pub(super) const TABLE: &[Row] = &[
    ("title", Exactly(1), |_, a| Ok(title(&text(a, 0)?).into())),
    ("untitle", Exactly(1), |_, a| Ok(untitle(&text(a, 0)?).into())),
    ("swapcase", Exactly(1), |_, a| Ok(swap_case(&text(a, 0)?).into())),
    ("initials", Exactly(1), |_, a| {
        let initials = text(a, 0)?.split_whitespace().filter_map(|w| w.chars().next()).collect::<String>();
        Ok(initials.into())
    }),
    ("snakecase", Exactly(1), |_, a| Ok(separated(&text(a, 0)?, '_').into())),
    ("kebabcase", Exactly(1), |_, a| Ok(separated(&text(a, 0)?, '-').into())),
    ("camelcase", Exactly(1), |_, a| Ok(camel(&text(a, 0)?).into())),
    ("abbrev", Exactly(2), |_, a| {
        let (width, s) = (int(a, 0)?, text(a, 1)?);
        Ok(if width < 4 { s.into() } else { abbreviate(&s, 0, width).into() })
    }),
    ("abbrevboth", Exactly(3), |_, a| {
        let (left, right, s) = (int(a, 0)?, int(a, 1)?, text(a, 2)?);
        let too_narrow = right < 4 || (left > 0 && right < 7);
        Ok(if too_narrow { s.into() } else { abbreviate(&s, left, right).into() })
    }),
    ("wrap", Exactly(2), |_, a| Ok(wrap(&text(a, 1)?, int(a, 0)?, "\n", false).into())),
    ("wrapWith", Exactly(3), |c, a| {
        let (width, separator, s) = (int(a, 0)?, text(a, 1)?, text(a, 2)?);
        let separator = if separator.is_empty() { "\n".into() } else { separator };
        let lines = s.len() / usize::try_from(width).unwrap_or(1).max(1) + 1;
        c.fits(s.len().saturating_add(lines.saturating_mul(separator.len())))?;
        Ok(wrap(&s, width, &separator, true).into())
    }),
];

/// Upper case of one character; where Unicode would need several, Go leaves it (`ß`).
pub(super) fn upper(c: char) -> char {
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

/// Lower case of one character.
pub(super) fn lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

/// Upper case for the first letter of every word, as Go's `strings.Title`.
fn title(text: &str) -> String {
    let mut before = ' ';
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let in_word = before == '_' || before.is_alphanumeric() || !(before.is_ascii() || before.is_whitespace());
        if in_word {
            out.push(c);
        } else {
            out.push(upper(c));
        }
        before = c;
    }
    out
}

/// Lower case for the first letter of every word between white space.
fn untitle(text: &str) -> String {
    let mut start = true;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if start && !c.is_whitespace() {
            out.push(lower(c));
        } else {
            out.push(c);
        }
        start = c.is_whitespace();
    }
    out
}

fn swap_case(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            c if c.is_lowercase() => upper(c),
            c if c.is_uppercase() => lower(c),
            c => c,
        })
        .collect()
}

/// What [`separated`] cuts text into.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    /// `-`, `_` and space.
    Connector,
    Punctuation,
    /// `Http`, `HTTP`.
    Upper,
    /// Letters without upper case.
    Lower,
    Number,
    Other,
}

fn is_connector(c: char) -> bool {
    c == '-' || c == '_' || c.is_whitespace()
}

fn class(c: char) -> Word {
    match c {
        c if is_connector(c) => Word::Connector,
        c if is_punctuation(c) => Word::Punctuation,
        c if c.is_uppercase() => Word::Upper,
        c if c.is_alphabetic() => Word::Lower,
        c if c.is_numeric() => Word::Number,
        _ => Word::Other,
    }
}

/// Unicode's punctuation within ASCII; beyond it marks count as other text.
fn is_punctuation(c: char) -> bool {
    c.is_ascii_punctuation() && !"$+<=>^`|~".contains(c)
}

/// Cuts text into words: runs of one class, but an upper case letter takes the lower case ones
/// after it, and of several upper case letters the last one belongs to the next word.
fn words(text: &str) -> Vec<(Word, &str)> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let class_at = |i: usize| chars.get(i).map(|(_, c)| class(*c));
    let mut words = Vec::new();
    let mut i = 0;
    while let Some(kind) = class_at(i) {
        let run = |mut end: usize, kind: Word| {
            while class_at(end) == Some(kind) {
                end += 1;
            }
            end
        };
        let mut end = run(i, kind);
        if kind == Word::Upper {
            match class_at(end) {
                Some(Word::Lower) if end - i == 1 => end = run(end, Word::Lower),
                Some(Word::Lower) => end -= 1,
                _ => {}
            }
        }
        let at = |i: usize| chars.get(i).map_or(text.len(), |(at, _)| *at);
        words.push((kind, text.get(at(i)..at(end)).unwrap_or("")));
        i = end;
    }
    words
}

/// Lower case words with a connector between them: `HTTPServer2` is `http_server2`.
///
/// A number stays with the word before it, unless lower case letters follow: then it starts a word
/// with them (`http_2xx`).
fn separated(text: &str, connector: char) -> String {
    let words = words(text);
    let mut out = String::with_capacity(text.len() + 8);
    let kind = |i: usize| words.get(i).map(|(kind, _)| *kind);
    let mut i = 0;
    while let Some((word, part)) = words.get(i) {
        match word {
            Word::Connector => out.extend(part.chars().map(|_| connector)),
            Word::Upper => out.extend(part.chars().map(lower)),
            _ => out.push_str(part),
        }
        i += 1;
        if matches!(word, Word::Connector | Word::Punctuation) {
            continue;
        }
        let mut numbers = *word == Word::Number;
        if !numbers && kind(i) == Some(Word::Number) {
            if kind(i + 1) == Some(Word::Lower) {
                out.push(connector);
                numbers = true;
            } else if let Some((_, number)) = words.get(i) {
                out.push_str(number);
                i += 1;
            }
        }
        while numbers && let Some((Word::Lower | Word::Number, part)) = words.get(i) {
            out.push_str(part);
            i += 1;
        }
        if !matches!(kind(i), None | Some(Word::Connector | Word::Punctuation)) {
            out.push(connector);
        }
    }
    out
}

/// `http_server` as `HttpServer`. Connectors at the start and all but the last of several stay.
fn camel(text: &str) -> String {
    let body = text.trim_start_matches(is_connector);
    let mut out = text.get(..text.len() - body.len()).unwrap_or("").to_owned();
    if body.is_empty() {
        // Go's function repeats the last of nothing but connectors.
        out.extend(text.chars().last());
    }
    let mut chars = body.chars().peekable();
    let mut starts = true;
    let mut flatten = false;
    while let Some(c) = chars.next() {
        if is_connector(c) && !starts {
            match chars.peek() {
                Some(next) if !is_connector(*next) => starts = true,
                _ => out.push(c),
            }
        } else if starts {
            starts = false;
            flatten = c.is_uppercase();
            out.push(upper(c));
        } else {
            flatten = flatten && c.is_uppercase();
            if flatten {
                out.push(lower(c));
            } else {
                out.push(c);
            }
        }
    }
    out
}

/// At most `width` bytes with `...` where something is cut; from `offset` on if it is above 4.
fn abbreviate(text: &str, offset: i64, width: i64) -> String {
    let len = i64::try_from(text.len()).unwrap_or(i64::MAX);
    if len <= width {
        return text.to_owned();
    }
    let room = width - 3;
    let offset = offset.clamp(0, len).min(len - room).max(0);
    let slice = |from: i64, to: i64| {
        let index = |i: i64| usize::try_from(i).unwrap_or(0).min(text.len());
        cut(text, index(from), index(to))
    };
    if offset <= 4 {
        return format!("{}...", slice(0, room));
    }
    if offset + room < len {
        let rest = slice(offset, len);
        return format!("...{}", if room < 4 { String::new() } else { abbreviate(&rest, 0, room) });
    }
    format!("...{}", slice(len - room, len))
}

/// Breaks text at spaces so that lines have at most `width` bytes; longer words are cut if
/// `cut_words`, else they stand out.
fn wrap(text: &str, width: i64, separator: &str, cut_words: bool) -> String {
    let width = usize::try_from(width).unwrap_or(1).max(1);
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len() + text.len() / width);
    let mut at = 0;
    while text.len() - at > width {
        if bytes.get(at) == Some(&b' ') {
            at += 1;
            continue;
        }
        let window = bytes.get(at..=at + width).unwrap_or_default();
        let space = window.iter().rposition(|b| *b == b' ');
        let (end, next) = match space {
            Some(i) => (at + i, at + i + 1),
            None if cut_words => (at + width, at + width),
            None => {
                let rest = bytes.get(at + width..).unwrap_or_default();
                match rest.iter().position(|b| *b == b' ') {
                    Some(i) => (at + width + i, at + width + i + 1),
                    None => break,
                }
            }
        };
        out.push_str(&cut(text, at, end));
        out.push_str(separator);
        at = next;
    }
    out.push_str(&cut(text, at, text.len()));
    out
}
