//! Writing JSON as Go's `encoding/json` does: keys in order, `<`, `>` and `&` escaped.

use crate::value::{MAX_NESTING, TOO_DEEP, TOO_LONG, Value, with_exponent};
use std::fmt::Write;

/// The layout of JSON text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// On one line, with HTML's characters escaped.
    Compact,
    /// On one line, with HTML's characters as they are.
    Raw,
    /// Two spaces per level, with HTML's characters escaped.
    Pretty,
}

/// The JSON text of `value`, of at most `max` bytes.
pub(crate) fn write_json(value: &Value, style: Style, max: usize) -> Result<String, String> {
    let mut writer = Writer { out: String::new(), style, max };
    writer.value(value, 0)?;
    Ok(writer.out)
}

struct Writer {
    out: String,
    style: Style,
    max: usize,
}

impl Writer {
    fn value(&mut self, value: &Value, depth: usize) -> Result<(), String> {
        if depth > MAX_NESTING {
            return Err(TOO_DEEP.into());
        }
        if self.out.len() > self.max {
            return Err(TOO_LONG.into());
        }
        match value {
            Value::Nil => self.out.push_str("null"),
            Value::Bool(b) => self.out.push_str(if *b { "true" } else { "false" }),
            Value::Int(i) => _ = write!(self.out, "{i}"),
            Value::Float(f) => self.out.push_str(&number(*f)?),
            Value::Str(s) => self.text(s),
            Value::List(items) if items.is_empty() => self.out.push_str("[]"),
            Value::List(items) => {
                self.out.push('[');
                for (i, item) in items.iter().enumerate() {
                    self.next(i, depth);
                    self.value(item, depth + 1)?;
                }
                self.line(depth);
                self.out.push(']');
            }
            Value::Map(map) if map.is_empty() => self.out.push_str("{}"),
            Value::Map(map) => {
                self.out.push('{');
                for (i, (key, item)) in map.read().iter().enumerate() {
                    self.next(i, depth);
                    self.text(key);
                    self.out.push_str(if self.style == Style::Pretty { ": " } else { ":" });
                    self.value(item, depth + 1)?;
                }
                self.line(depth);
                self.out.push('}');
            }
            Value::Object(o) => self.value(&o.value(), depth + 1)?,
        }
        Ok(())
    }

    /// What stands before the `i`th item.
    fn next(&mut self, i: usize, depth: usize) {
        if i > 0 {
            self.out.push(',');
        }
        self.line(depth + 1);
    }

    fn line(&mut self, depth: usize) {
        if self.style == Style::Pretty {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n("  ", depth));
        }
    }

    fn text(&mut self, s: &str) {
        self.out.push('"');
        for c in s.chars() {
            match c {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\r' => self.out.push_str("\\r"),
                '\t' => self.out.push_str("\\t"),
                '\u{8}' => self.out.push_str("\\b"),
                '\u{c}' => self.out.push_str("\\f"),
                '<' | '>' | '&' if self.style != Style::Raw => self.escape(c),
                '\u{2028}' | '\u{2029}' => self.escape(c),
                c if c < ' ' => self.escape(c),
                c => self.out.push(c),
            }
        }
        self.out.push('"');
    }

    fn escape(&mut self, c: char) {
        _ = write!(self.out, "\\u{:04x}", u32::from(c));
    }
}

/// A float as JSON: without exponent between 1e-6 and 1e21.
fn number(f: f64) -> Result<String, String> {
    if !f.is_finite() {
        return Err(format!("json: unsupported value: {f}"));
    }
    let magnitude = f.abs();
    if magnitude == 0.0 || (1e-6..1e21).contains(&magnitude) {
        return Ok(format!("{f}"));
    }
    let text = format!("{f:e}");
    Ok(match text.split_once('e') {
        // Go writes two digits for large exponents, and drops the zero of small ones.
        Some((mantissa, exp)) => match exp.parse::<i32>() {
            Ok(exp) if exp < 0 => format!("{mantissa}e{exp}"),
            Ok(exp) => with_exponent(mantissa, exp),
            Err(_) => text,
        },
        None => text,
    })
}
