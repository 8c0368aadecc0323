//! Scalars: what text without quotes means, and what stands in quotes.

use serde_json::{Number, Value};

/// The part of a line that is a scalar without quotes; none where it may be something else.
pub(super) fn one_line(rest: &str) -> Option<&str> {
    let text = rest.find(" #").map_or(rest, |comment| rest[..comment].trim_end_matches(' '));
    let sure = !text.contains('\t') && !text.contains(": ") && !text.ends_with(':');
    sure.then_some(text)
}

/// What stands for the line break between two lines of a scalar with `breaks` blank lines between them.
pub(super) fn fold(text: &mut String, breaks: usize) {
    match breaks {
        0 => text.push(' '),
        breaks => text.extend(std::iter::repeat_n('\n', breaks)),
    }
}

/// What a character after a backslash stands for.
pub(super) fn unescaped(escaped: char) -> Option<char> {
    match escaped {
        same @ ('"' | '\\' | '/' | ' ') => Some(same),
        'n' => Some('\n'),
        't' => Some('\t'),
        _ => None,
    }
}

/// A scalar in quotes at the start, and how long it is with them.
pub(super) fn quoted(rest: &str) -> Option<(String, usize)> {
    let quote = rest.chars().next()?;
    let mut text = String::new();
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\t' => return None,
            '\'' if quote == '\'' && chars.next_if(|(_, next)| *next == '\'').is_some() => text.push('\''),
            '\\' if quote == '"' => text.push(unescaped(chars.next()?.1)?),
            c if c == quote => return Some((text, at + 1)),
            c => text.push(c),
        }
    }
    None
}

/// A value without quotes.
pub(super) fn plain(text: &str) -> Option<Value> {
    let bytes = text.as_bytes();
    let text_value = || Some(Value::String(text.to_owned()));
    match (bytes.first()?, bytes.get(1)) {
        (b'a'..=b'z' | b'A'..=b'Z', _) => match text {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            "null" => Some(Value::Null),
            _ if is_text(text) => text_value(),
            _ => None,
        },
        (b'~', None) => Some(Value::Null),
        (b'/' | b'_' | b'$' | b'(' | b'\\' | b'^', _) => text_value(),
        (b'.', Some(b'a'..=b'z')) if text.len() > ".inf".len() => text_value(),
        (b'-', Some(b'-' | b'a'..=b'z' | b'A'..=b'Z')) => text_value(),
        (b'-' | b'0'..=b'9', _) => number(text),
        _ => None,
    }
}

/// Whether a word that starts with a letter means itself: no reader takes it for anything else.
pub(super) fn is_text(word: &str) -> bool {
    const OTHERS: [&str; 11] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "inf", "nan"];
    word.len() > 8
        || !(OTHERS.iter().any(|other| word.eq_ignore_ascii_case(other)) || word.eq_ignore_ascii_case("infinity"))
}

/// What starts with a digit or a minus: a decimal number, or what no reader takes for a number.
fn number(text: &str) -> Option<Value> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let decimal = |digits: &str| {
        !digits.is_empty()
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && (digits == "0" || !digits.starts_with('0'))
    };
    if decimal(digits) {
        let small = digits.len() < 18 && text != "-0";
        return text.parse::<i64>().ok().filter(|_| small).map(|whole| Value::Number(whole.into()));
    }
    if let Some((whole, fraction)) = digits.split_once('.')
        && decimal(whole)
        && (1..=6).contains(&fraction.len())
        && whole.len() < 9
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
    {
        return Number::from_f64(text.parse().ok()?).map(Value::Number);
    }
    // What is in no number of any base or form; and versions and addresses, which have two points.
    let never = |byte: u8| {
        let small = byte.to_ascii_lowercase();
        matches!(small, b'g' | b'h' | b'j'..=b'm' | b'p'..=b's' | b'u'..=b'w' | b'/' | b'*' | b',' | b'%')
    };
    let points = text.bytes().filter(|byte| *byte == b'.').count() > 1;
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let dotted = points && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.'));
    (dotted || text.bytes().any(never)).then(|| Value::String(text.to_owned()))
}
