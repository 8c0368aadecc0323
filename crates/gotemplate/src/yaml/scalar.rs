//! How text is written as a YAML scalar: plain, quoted, or as a block.

use super::resolve::{Plain, is_base60, resolve};

/// The styles of a scalar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Single,
    Double,
    Literal,
}

/// What text looks like to a YAML writer.
struct Looks {
    /// May stand without quotes outside of flow collections.
    plain: bool,
    single: bool,
    block: bool,
}

/// The style for `text`; a key on one line (`simple_key`) takes no block.
pub(super) fn style(text: &str, simple_key: bool) -> Style {
    if is_harmless(text) {
        return if resolve(text) == Plain::Text && !is_beyond(text) { Style::Plain } else { Style::Double };
    }
    if text.contains('\n') {
        return if !simple_key && fits_block(text) { Style::Literal } else { Style::Double };
    }
    let looks = looks(text);
    let merges = simple_key || text != "<<";
    if (resolve(text) != Plain::Text && merges) || is_base60(text) || is_beyond(text) {
        return Style::Double;
    }
    match looks {
        Looks { plain: true, .. } => Style::Plain,
        Looks { single: true, .. } => Style::Single,
        _ => Style::Double,
    }
}

/// Whether text of several lines may stand as a block. Whole files do, so most are told without a look at each character.
fn fits_block(text: &str) -> bool {
    if all_bytes(text, |b| matches!(b, b' '..=b'~' | b'\n')) {
        return !text.ends_with(' ') && !text.contains(" \n");
    }
    looks(text).block
}

fn looks(text: &str) -> Looks {
    let mut looks = Looks { plain: !(text.starts_with("---") || text.starts_with("...")), single: true, block: true };
    let mut before = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let blank_next = chars.peek().is_none_or(|c| matches!(c, ' ' | '\t'));
        let indicator = match (before, c) {
            (None, '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`') => {
                true
            }
            (None, '?' | ':' | '-') | (Some(_), ':') => blank_next,
            (Some(b), '#') => is_blank(b),
            _ => false,
        };
        if indicator {
            looks.plain = false;
        }
        let space_break = before == Some(' ') && is_break(c);
        let break_space = before.is_some_and(is_break) && c == ' ';
        if break_space {
            looks.plain = false;
            looks.single = false;
        }
        // Breaks other than a line feed would need care in quotes; they are escaped instead.
        if space_break || !is_printable(c) || (is_break(c) && c != '\n') {
            looks.plain = false;
            looks.single = false;
            looks.block = false;
        }
        before = Some(c);
    }
    let edge = |c: char| c == ' ' || is_break(c);
    if text.contains('\n') || text.starts_with(edge) || text.ends_with(edge) {
        looks.plain = false;
    }
    if text.ends_with(' ') {
        looks.block = false;
    }
    looks
}

/// Whether no character of `text` can mean anything to YAML, whatever stands around it: nearly all keys and values are so.
fn is_harmless(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return false };
    let safe = |b: u8| matches!(b, b' '..=b'~') && !matches!(b, b'#' | b':');
    (first.is_ascii_alphanumeric() || *first == b'/') && *last != b' ' && all_bytes(text, safe)
}

/// Whether `text` is written as it is in that style, and each of its bytes takes a column.
pub(super) fn is_verbatim(text: &str, style: Style) -> bool {
    match style {
        Style::Plain | Style::Literal => all_bytes(text, |b| matches!(b, b' '..=b'~')),
        Style::Single => all_bytes(text, |b| matches!(b, b' '..=b'~') && b != b'\''),
        Style::Double => all_bytes(text, is_bare),
    }
}

/// Whether a byte stands for itself within double quotes.
pub(super) fn is_bare(b: u8) -> bool {
    matches!(b, b' '..=b'~') && !matches!(b, b'"' | b'\\')
}

/// Whether all bytes are as wanted. They are taken in blocks without a way out of one, so that many are looked at at once.
fn all_bytes(text: &str, wanted: impl Fn(u8) -> bool) -> bool {
    let other = |found, b: &u8| found | u8::from(!wanted(*b));
    text.as_bytes().chunks(32).all(|block| block.iter().fold(0, other) == 0)
}

/// Whether it is a number beyond all that a float holds: text to Go, but other readers refuse it without quotes.
fn is_beyond(text: &str) -> bool {
    let number = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.');
    // It has an exponent, or is called infinite, or has more digits than the largest float.
    let large = |text: &str| text.len() > 300 || text.contains(['e', 'E', 'i', 'I']);
    text.starts_with(number) && large(text) && text.replace('_', "").parse().is_ok_and(f64::is_infinite)
}

fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t') || is_break(c)
}

/// What Go's writer takes as printable: nothing beyond the basic plane, no tab.
pub(super) fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}')
}

/// The escape of a character within double quotes, if it needs one.
pub(super) fn escape(c: char) -> Option<String> {
    if is_printable(c) && !is_break(c) && c != '"' && c != '\\' {
        return None;
    }
    let code = u32::from(c);
    Some(match c {
        '\0' => "\\0".into(),
        '\u{7}' => "\\a".into(),
        '\u{8}' => "\\b".into(),
        '\t' => "\\t".into(),
        '\n' => "\\n".into(),
        '\u{b}' => "\\v".into(),
        '\u{c}' => "\\f".into(),
        '\r' => "\\r".into(),
        '\u{1b}' => "\\e".into(),
        '"' => "\\\"".into(),
        '\\' => "\\\\".into(),
        '\u{85}' => "\\N".into(),
        '\u{2028}' => "\\L".into(),
        '\u{2029}' => "\\P".into(),
        _ if code <= 0xff => format!("\\x{code:02X}"),
        _ if code <= 0xffff => format!("\\u{code:04X}"),
        _ => format!("\\U{code:08X}"),
    })
}
