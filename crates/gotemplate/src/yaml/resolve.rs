//! What a plain YAML 1.1 scalar means to Go.

use crate::value::Value;
use std::borrow::Cow;

/// The value of plain text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Plain {
    Null,
    Bool(bool),
    /// An integer of up to 64 bits, with or without sign.
    Int(i128),
    Float(f64),
    /// A date; Go's JSON detour makes text of it.
    Timestamp,
    /// `<<`.
    Merge,
    Text,
}

/// How long `false` is: no longer word means anything but itself.
const LONGEST_WORD: usize = 5;

/// Resolves plain text by the rules of Go's `yaml` version 2.
pub(super) fn resolve(text: &str) -> Plain {
    if text.len() > LONGEST_WORD && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') {
        return Plain::Text;
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Plain::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            return Plain::Bool(true);
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Plain::Bool(false);
        }
        ".nan" | ".NaN" | ".NAN" => return Plain::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => {
            return Plain::Float(f64::INFINITY);
        }
        "-.inf" | "-.Inf" | "-.INF" => return Plain::Float(f64::NEG_INFINITY),
        "<<" => return Plain::Merge,
        _ => {}
    }
    match text.as_bytes().first() {
        Some(b'.') => float(text).map_or(Plain::Text, Plain::Float),
        Some(b'0'..=b'9' | b'+' | b'-') => number(text),
        _ => Plain::Text,
    }
}

fn number(text: &str) -> Plain {
    if is_timestamp(text) {
        return Plain::Timestamp;
    }
    let plain = without_underscores(text);
    if let Some(i) = go_integer(&plain) {
        return Plain::Int(i);
    }
    float(&plain).map_or(Plain::Text, Plain::Float)
}

/// An integer as Go's `ParseInt` reads it with base 0: `0x`, `0o`, `0b`, a leading zero for octal,
/// underscores between digits. Within 64 bits.
pub(crate) fn go_integer(text: &str) -> Option<i128> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    let (radix, body) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, digits.get(2..)?),
        [b'0', b'o' | b'O', ..] => (8, digits.get(2..)?),
        [b'0', b'b' | b'B', ..] => (2, digits.get(2..)?),
        [b'0', _, ..] => (8, digits.get(1..)?),
        _ => (10, digits),
    };
    if body.ends_with('_') || body.contains("__") || (radix == 10 && body.starts_with('_')) {
        return None;
    }
    let body = without_underscores(body);
    // `from_str_radix` takes a sign of its own.
    if !body.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    let magnitude = i128::from_str_radix(&body, radix).ok()?;
    let value = if negative { -magnitude } else { magnitude };
    let range =
        i128::from(i64::MIN)..=i128::from(if text.starts_with('-') { i64::MAX.unsigned_abs() } else { u64::MAX });
    range.contains(&value).then_some(value)
}

fn without_underscores(text: &str) -> Cow<'_, str> {
    if text.contains('_') { text.replace('_', "").into() } else { text.into() }
}

/// Digits with at most one point and an exponent.
fn float(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(i) => (unsigned.get(..i)?, unsigned.get(i + 1..)?),
        None => (unsigned, "0"),
    };
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let shaped = digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty());
    if !shaped || exponent.is_empty() || !digits(exponent) {
        return None;
    }
    text.parse().ok().filter(|f: &f64| f.is_finite())
}

/// `2006-1-2`, alone or with a time in one of the forms Go's package accepts.
fn is_timestamp(text: &str) -> bool {
    let Some((date, rest)) = split_date(text) else {
        return false;
    };
    if !date {
        return false;
    }
    let Some(separator) = rest.chars().next() else {
        return true;
    };
    let time = rest.get(1..).unwrap_or("");
    match separator {
        'T' | 't' => time_of_day(time).is_some_and(is_zone),
        ' ' => time_of_day(time) == Some(""),
        _ => false,
    }
}

/// A date at the start; whether it exists, and what follows it.
fn split_date(text: &str) -> Option<(bool, &str)> {
    let (year, rest) = number_of(text, 4, 4)?;
    let (month, rest) = number_of(rest.strip_prefix('-')?, 1, 2)?;
    let (day, rest) = number_of(rest.strip_prefix('-')?, 1, 2)?;
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    Some(((1..=days).contains(&day), rest))
}

/// `15:4:5` with an optional fraction at the start; what follows it.
fn time_of_day(text: &str) -> Option<&str> {
    let (hour, rest) = number_of(text, 1, 2)?;
    let (minute, rest) = number_of(rest.strip_prefix(':')?, 1, 2)?;
    let (second, rest) = number_of(rest.strip_prefix(':')?, 1, 2)?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    match rest.strip_prefix(['.', ',']) {
        Some(fraction) => {
            let after = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
            (after.len() < fraction.len()).then_some(after)
        }
        None => Some(rest),
    }
}

/// `Z` or `+07:00`.
fn is_zone(text: &str) -> bool {
    let hours_minutes = |zone: &str| {
        let (hours, rest) = number_of(zone, 2, 2)?;
        let (minutes, rest) = number_of(rest.strip_prefix(':')?, 2, 2)?;
        Some(rest.is_empty() && hours <= 24 && minutes <= 60)
    };
    text == "Z" || text.strip_prefix(['+', '-']).and_then(hours_minutes).unwrap_or(false)
}

fn number_of(text: &str, least: usize, most: usize) -> Option<(u32, &str)> {
    let digits = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    if digits < least {
        return None;
    }
    let (number, rest) = text.split_at(digits);
    Some((number.parse().ok()?, rest))
}

/// Whether plain text is a base 60 number, which other YAML 1.1 readers take as one.
pub(super) fn is_base60(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let mut parts = unsigned.split(':');
    let first = parts.next().unwrap_or("");
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit() || b == b'_');
    if !first.starts_with(|c: char| c.is_ascii_digit()) || !digits(first) {
        return false;
    }
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return false;
    };
    let sixty = |s: &str| match s.as_bytes() {
        [one] => one.is_ascii_digit(),
        [ten, one] => (b'0'..=b'5').contains(ten) && one.is_ascii_digit(),
        _ => false,
    };
    let (last, fraction) = last.split_once('.').unwrap_or((last, ""));
    middle.iter().all(|s| sixty(s)) && sixty(last) && digits(fraction)
}

impl Plain {
    /// The value after Go's detour over JSON, where every number is a float.
    pub(super) fn value(self, text: &str) -> Result<Value, String> {
        Ok(match self {
            Plain::Null => Value::Nil,
            Plain::Bool(b) => Value::Bool(b),
            #[expect(clippy::cast_precision_loss, reason = "every number is a float there")]
            Plain::Int(i) => Value::Float(i as f64),
            Plain::Float(f) if !f.is_finite() => {
                return Err(format!("json: unsupported value: {text}"));
            }
            Plain::Float(f) => Value::Float(f),
            Plain::Timestamp | Plain::Text | Plain::Merge => text.into(),
        })
    }
}
