//! String, character and number literals, with Go's syntax.

use crate::value::Value;

/// The text of a quoted literal's inside.
pub(super) fn unquote(inner: &str, quote: char) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(c) = rest.chars().next() {
        if c == '\\' {
            let (unit, after) = escape(rest, quote)?;
            match unit {
                Unit::Byte(b) => bytes.push(b),
                Unit::Char(c) => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            }
            rest = after;
        } else {
            let (head, after) = rest.split_at(c.len_utf8());
            bytes.extend_from_slice(head.as_bytes());
            rest = after;
        }
    }
    String::from_utf8(bytes).map_err(|_| "string literal is not UTF-8".into())
}

/// The code point of a character literal's inside.
pub(super) fn character(inner: &str) -> Result<i64, String> {
    let malformed = || "malformed character constant".to_owned();
    let mut chars = inner.chars();
    let (value, rest) = match chars.next() {
        Some('\\') => match escape(inner, '\'')? {
            (Unit::Byte(b), rest) => (i64::from(b), rest),
            (Unit::Char(c), rest) => (i64::from(u32::from(c)), rest),
        },
        Some('\'') | None => return Err(malformed()),
        Some(c) => (i64::from(u32::from(c)), chars.as_str()),
    };
    if rest.is_empty() { Ok(value) } else { Err(malformed()) }
}

/// What an escape stands for: `\x` and octal ones are bytes, the others characters.
enum Unit {
    Byte(u8),
    Char(char),
}

/// Reads the escape that `text` starts with; returns what follows it.
fn escape(text: &str, quote: char) -> Result<(Unit, &str), String> {
    let invalid = || "invalid escape sequence".to_owned();
    let mut chars = text.chars();
    chars.next();
    let c = chars.next().ok_or_else(invalid)?;
    let rest = chars.as_str();
    let simple = match c {
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        '\\' => '\\',
        c if c == quote => c,
        'x' | 'u' | 'U' => {
            let digits = match c {
                'x' => 2,
                'u' => 4,
                _ => 8,
            };
            let code = radix(rest, digits, 16).ok_or_else(invalid)?;
            let after = rest.get(digits..).unwrap_or("");
            let unit = if c == 'x' {
                Unit::Byte(u8::try_from(code).map_err(|_| invalid())?)
            } else {
                Unit::Char(char::from_u32(code).ok_or_else(invalid)?)
            };
            return Ok((unit, after));
        }
        '0'..='7' => {
            let digits = text.get(1..).unwrap_or("");
            let code = radix(digits, 3, 8).ok_or_else(invalid)?;
            let byte = u8::try_from(code).map_err(|_| invalid())?;
            return Ok((Unit::Byte(byte), digits.get(3..).unwrap_or("")));
        }
        _ => return Err(invalid()),
    };
    Ok((Unit::Char(simple), rest))
}

fn radix(text: &str, digits: usize, radix: u32) -> Option<u32> {
    let digits = text.get(..digits)?;
    digits.chars().all(|c| c.is_digit(radix)).then(|| u32::from_str_radix(digits, radix).ok())?
}

/// How many bytes of `text` look like a number.
pub(super) fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut i = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let mut base = 10;
    if bytes.get(i) == Some(&b'0') {
        base = match bytes.get(i + 1) {
            Some(b'x' | b'X') => 16,
            Some(b'o' | b'O') => 8,
            Some(b'b' | b'B') => 2,
            _ => 10,
        };
        i += if base == 10 { 1 } else { 2 };
    }
    let run = |mut i: usize, base: u32| {
        while bytes.get(i).is_some_and(|b| *b == b'_' || char::from(*b).is_digit(base)) {
            i += 1;
        }
        i
    };
    i = run(i, base);
    if bytes.get(i) == Some(&b'.') {
        i = run(i + 1, base);
    }
    let exponent: &[u8] = match base {
        10 => b"eE",
        16 => b"pP",
        _ => b"",
    };
    if bytes.get(i).is_some_and(|b| exponent.contains(b)) {
        i += 1;
        i += usize::from(matches!(bytes.get(i), Some(b'+' | b'-')));
        i = run(i, 10);
    }
    i
}

/// The value of a number literal: an int where it can be one and is not written as a float.
pub(super) fn number(text: &str) -> Result<Value, String> {
    let bad = || format!("bad number syntax: {text:?}");
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = digits.to_ascii_lowercase();
    let hex = lower.starts_with("0x");
    let float = lower.contains('.') || (!hex && lower.contains('e')) || lower.contains('p');
    if float {
        return float_value(&lower, negative).map(Value::Float).ok_or_else(bad);
    }
    let (radix, body) = match lower.get(..2) {
        Some("0x") => (16, lower.get(2..).unwrap_or("")),
        Some("0o") => (8, lower.get(2..).unwrap_or("")),
        Some("0b") => (2, lower.get(2..).unwrap_or("")),
        // A leading zero means octal, as in Go.
        Some(two) if two.starts_with('0') => (8, lower.get(1..).unwrap_or("")),
        _ => (10, lower.as_str()),
    };
    let body = plain_digits(body, radix != 10).ok_or_else(bad)?;
    let magnitude = i128::from_str_radix(&body, radix).map_err(|_| bad())?;
    let value = if negative { -magnitude } else { magnitude };
    i64::try_from(value).map(Value::Int).map_err(|_| format!("{text} overflows int"))
}

/// Digits without underscores, which may only stand between digits (or after a base prefix).
fn plain_digits(body: &str, prefixed: bool) -> Option<String> {
    if body.ends_with('_') || body.contains("__") || (!prefixed && body.starts_with('_')) {
        return None;
    }
    Some(body.replace('_', ""))
}

fn float_value(lower: &str, negative: bool) -> Option<f64> {
    let value = match lower.strip_prefix("0x") {
        Some(hex) => hex_float(hex)?,
        // Go takes underscores in a literal's floats only with a base prefix.
        None if lower.contains('_') => return None,
        None => lower.parse().ok().filter(|f: &f64| f.is_finite())?,
    };
    Some(if negative { -value } else { value })
}

/// `h.hhp±d`: exact for mantissas of up to 53 bits.
fn hex_float(text: &str) -> Option<f64> {
    let (mantissa, exponent) = text.split_once('p')?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}").replace('_', "");
    let units = u64::from_str_radix(&digits, 16).ok()?;
    let exponent: i32 = exponent.parse().ok()?;
    let shift = exponent.checked_sub(i32::try_from(fraction.len()).ok()?.checked_mul(4)?)?;
    #[expect(clippy::cast_precision_loss, reason = "a literal of more than 53 bits is rounded, as a float is")]
    let value = units as f64 * 2_f64.powi(shift);
    value.is_finite().then_some(value)
}
