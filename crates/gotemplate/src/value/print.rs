//! How Go prints values.

use super::{MAX_NESTING, TOO_DEEP, Value};
use std::fmt::Write;

/// Message for text beyond the limit.
pub(crate) const TOO_LONG: &str = "result is longer than the limit of this rendering allows";

/// Appends `value` as `%v` does: `[a b]`, `map[a:1]`, `<nil>`, `1e+06`.
///
/// # Errors
/// It is nested too deeply, or `out` grows beyond `max` bytes.
pub(crate) fn write_go(value: &Value, out: &mut String, max: usize) -> Result<(), String> {
    write_nested(value, out, max, 0)
}

fn write_nested(value: &Value, out: &mut String, max: usize, depth: usize) -> Result<(), String> {
    if depth > MAX_NESTING {
        return Err(TOO_DEEP.into());
    }
    match value {
        Value::Nil => out.push_str("<nil>"),
        Value::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        // Writing into a String never fails.
        Value::Int(i) => _ = write!(out, "{i}"),
        Value::Float(f) => out.push_str(&float(*f)),
        Value::Str(s) => out.push_str(s),
        Value::List(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(' ');
                }
                write_nested(item, out, max, depth + 1)?;
            }
            out.push(']');
        }
        Value::Map(map) => {
            out.push_str("map[");
            for (i, (key, item)) in map.read().iter().enumerate() {
                if i > 0 {
                    out.push(' ');
                }
                out.push_str(key);
                out.push(':');
                write_nested(item, out, max, depth + 1)?;
            }
            out.push(']');
        }
        Value::Object(o) => write_nested(&o.value(), out, max, depth + 1)?,
    }
    if out.len() > max {
        return Err(TOO_LONG.into());
    }
    Ok(())
}

/// A float as Go's `%v` has it: the shortest digits, with an exponent below 1e-4 and from 1e6 on.
pub(crate) fn float(f: f64) -> String {
    if f.is_nan() {
        return "NaN".into();
    }
    if f.is_infinite() {
        return if f > 0.0 { "+Inf" } else { "-Inf" }.into();
    }
    let text = format!("{f:e}");
    match text.split_once('e').and_then(|(m, e)| Some((m, e.parse::<i32>().ok()?))) {
        Some((mantissa, exp)) if !(-4..6).contains(&exp) => with_exponent(mantissa, exp),
        _ => format!("{f}"),
    }
}

/// A mantissa with an exponent of at least two digits.
pub(crate) fn with_exponent(mantissa: &str, exp: i32) -> String {
    format!("{mantissa}e{exp:+03}")
}

/// Bits of a float's fraction.
const FRACTION: u32 = 52;

/// The bits of a float's size: what it counts, and the power of two that it counts in.
fn parts(f: f64) -> (u64, i32) {
    let bits = f.to_bits();
    let fraction = bits & ((1 << FRACTION) - 1);
    match i32::try_from((bits >> FRACTION) & 0x7ff).unwrap_or_default() {
        0 => (fraction, -1074),
        exponent => (fraction | 1 << FRACTION, exponent - 1075),
    }
}

/// The size of a finite float as Go's `%b` prints it: a whole number, and the power of two that it counts in.
pub(crate) fn binary(f: f64) -> String {
    let (count, power) = parts(f);
    format!("{count}p{power:+}")
}

/// The size of a finite float as Go's `%x` prints it, `0x1.8p+01`: all digits, or `precision` of them.
pub(crate) fn hexadecimal(f: f64, precision: Option<usize>) -> String {
    const DIGITS: usize = 13;
    let (mut count, mut power) = parts(f);
    if count == 0 {
        power = 0;
    } else {
        // One digit before the point, and it is 1.
        let up = count.leading_zeros() - (63 - FRACTION);
        count <<= up;
        power += 52 - i32::try_from(up).unwrap_or_default();
    }
    if let Some(cut) = precision.and_then(|wanted| DIGITS.checked_sub(wanted)).filter(|cut| *cut > 0) {
        let unit = 1 << (4 * cut);
        let (whole, rest) = (count / unit, count % unit);
        // To the nearest, and of two to the even one.
        let rounded = whole + u64::from(rest > unit / 2 || (rest == unit / 2 && whole % 2 == 1));
        count = rounded * unit;
        if count >> (FRACTION + 1) != 0 {
            count >>= 1;
            power += 1;
        }
    }
    let fraction = format!("{:013x}", count & ((1 << FRACTION) - 1));
    let fraction = match precision {
        None => fraction.trim_end_matches('0').to_owned(),
        Some(wanted) => format!("{}{}", &fraction[..wanted.min(DIGITS)], "0".repeat(wanted.saturating_sub(DIGITS))),
    };
    let point = if fraction.is_empty() { "" } else { "." };
    format!("0x{}{point}{fraction}p{power:+03}", count >> FRACTION)
}

/// Which quotes [`go_quote`] writes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quote {
    /// `%q`.
    Double,
    /// `%+q`: ASCII only.
    Ascii,
}

/// Text as a Go string literal, as `%q` prints it.
pub(crate) fn go_quote(text: &str, quote: Quote) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{b}' => out.push_str("\\v"),
            ' '..='~' => out.push(c),
            c if c < ' ' || c == '\u{7f}' => _ = write!(out, "\\x{:02x}", u32::from(c)),
            c if quote == Quote::Double && printable(c) => out.push(c),
            c if u32::from(c) < 0x10000 => _ = write!(out, "\\u{:04x}", u32::from(c)),
            c => _ = write!(out, "\\U{:08x}", u32::from(c)),
        }
    }
    out.push('"');
    out
}

/// Go's `unicode.IsPrint` for what is beyond ASCII: letters, marks, numbers, punctuation, symbols.
///
/// Rust's `Debug` of text keeps the same set as it is; a mark is kept when it follows another
/// character.
pub(crate) fn printable(c: char) -> bool {
    let mut probe = String::from("a");
    probe.push(c);
    format!("{probe:?}").len() == probe.len() + 2
}
