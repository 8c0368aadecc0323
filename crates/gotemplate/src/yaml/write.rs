//! Writing YAML with the layout of `sigs.k8s.io/yaml`: keys in natural order, two spaces, lists
//! not indented under their key, lines folded at spaces after column 80.

use super::{
    json,
    scalar::{Style, escape, style},
};
use crate::value::{MAX_NESTING, TOO_DEEP, TOO_LONG, Value, float};
use std::{cmp::Ordering, rc::Rc};

/// Column after which a space becomes a line break.
const WIDTH: usize = 80;

/// Longest key in bytes that stands before its colon on one line.
const MAX_SIMPLE_KEY: usize = 128;

/// The YAML text of `value`, of at most `max` bytes, without the line break at the end that Helm
/// cuts off as well.
pub(crate) fn write(value: &Value, max: usize) -> Result<String, String> {
    let mut writer = Writer { out: String::new(), line: 0, max };
    writer.node(value, 0, Place::Root, 0)?;
    Ok(writer.out)
}

struct Writer {
    out: String,
    /// Where the current line starts.
    line: usize,
    max: usize,
}

/// Where a node stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Root,
    /// After `key:`.
    Value,
    /// After `- ` or `? `: a collection starts on the same line.
    Item,
}

impl Writer {
    /// `indent` is where the lines of a collection start.
    fn node(&mut self, value: &Value, indent: usize, place: Place, depth: usize) -> Result<(), String> {
        if depth > MAX_NESTING {
            return Err(TOO_DEEP.into());
        }
        if self.out.len() > self.max {
            return Err(TOO_LONG.into());
        }
        match value {
            Value::List(items) if !items.is_empty() => {
                // A list as the value of a key starts below the key itself.
                let indent = if place == Place::Value { indent.saturating_sub(2) } else { indent };
                for (i, item) in items.iter().enumerate() {
                    if i > 0 || place != Place::Item {
                        self.newline(indent);
                    }
                    self.out.push('-');
                    self.out.push(' ');
                    self.node(item, indent + 2, Place::Item, depth + 1)?;
                }
            }
            Value::Map(map) if !map.is_empty() => {
                let map = map.read();
                let mut entries: Vec<(&Rc<str>, &Value)> = map.iter().collect();
                entries.sort_by(|(a, _), (b, _)| natural(a, b));
                for (i, (key, item)) in entries.into_iter().enumerate() {
                    if i > 0 || place != Place::Item {
                        self.newline(indent);
                    }
                    self.entry(key, item, indent, depth)?;
                }
            }
            Value::List(_) => self.out.push_str("[]"),
            Value::Map(_) => self.out.push_str("{}"),
            Value::Nil => self.out.push_str("null"),
            Value::Bool(b) => self.out.push_str(if *b { "true" } else { "false" }),
            Value::Int(i) => self.out.push_str(&i.to_string()),
            Value::Float(f) => self.out.push_str(&number(*f)?),
            Value::Str(s) => {
                // At the root the continuation lines of a scalar are indented once.
                let indent = if place == Place::Root { 2 } else { indent };
                self.text(s, indent, false);
            }
            Value::Object(o) => self.node(&o.value(), indent, place, depth + 1)?,
        }
        Ok(())
    }

    fn entry(&mut self, key: &Rc<str>, item: &Value, indent: usize, depth: usize) -> Result<(), String> {
        if key.len() <= MAX_SIMPLE_KEY && !key.contains('\n') {
            self.text(key, indent, true);
            self.out.push(':');
            if starts_inline(item) {
                self.out.push(' ');
            }
            return self.node(item, indent + 2, Place::Value, depth + 1);
        }
        self.out.push_str("? ");
        self.text(key, indent + 2, false);
        self.newline(indent);
        self.out.push_str(": ");
        self.node(item, indent + 2, Place::Item, depth + 1)
    }

    fn newline(&mut self, indent: usize) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.line = self.out.len();
        self.out.extend(std::iter::repeat_n(' ', indent));
    }

    fn text(&mut self, s: &str, indent: usize, simple_key: bool) {
        match style(s, simple_key) {
            Style::Plain => self.folded(s, indent, simple_key, Style::Plain),
            Style::Single => {
                self.out.push('\'');
                self.folded(s, indent, simple_key, Style::Single);
                self.out.push('\'');
            }
            Style::Double => {
                self.out.push('"');
                self.folded(s, indent, simple_key, Style::Double);
                self.out.push('"');
            }
            Style::Literal => self.literal(s, indent),
        }
    }

    /// Text in a style that may fold: beyond [`WIDTH`] a single space becomes a line break.
    fn folded(&mut self, s: &str, indent: usize, simple_key: bool, style: Style) {
        let mut after_space = false;
        let mut chars = s.chars().enumerate().peekable();
        let last = s.chars().count().saturating_sub(1);
        while let Some((i, c)) = chars.next() {
            let space_next = chars.peek().is_some_and(|(_, c)| *c == ' ');
            if c != ' ' {
                match style {
                    Style::Double => match escape(c) {
                        Some(escaped) => self.out.push_str(&escaped),
                        None => self.out.push(c),
                    },
                    Style::Single if c == '\'' => self.out.push_str("''"),
                    _ => self.out.push(c),
                }
                after_space = false;
                continue;
            }
            let inside = style == Style::Plain || (i > 0 && i < last);
            let foldable = inside && (style == Style::Double || !space_next);
            if !simple_key && !after_space && foldable && self.column() > WIDTH {
                self.newline(indent);
                if space_next {
                    self.out.push('\\');
                }
            } else {
                self.out.push(' ');
            }
            after_space = true;
        }
    }

    fn column(&self) -> usize {
        self.out.get(self.line..).map_or(0, |line| line.chars().count())
    }

    /// A block: `|`, with how it ends, and its lines.
    fn literal(&mut self, s: &str, indent: usize) {
        self.out.push('|');
        if s.starts_with([' ', '\n']) {
            self.out.push('2');
        }
        if !s.ends_with('\n') {
            self.out.push('-');
        } else if s.ends_with("\n\n") || s == "\n" {
            self.out.push('+');
        }
        let body = s.strip_suffix('\n').unwrap_or(s);
        for line in body.split('\n') {
            self.newline(if line.is_empty() { 0 } else { indent });
            self.out.push_str(line);
        }
    }
}

/// Whether the value of a key starts on the key's line.
fn starts_inline(value: &Value) -> bool {
    match value.plain() {
        Value::List(items) => items.is_empty(),
        Value::Map(map) => map.is_empty(),
        _ => true,
    }
}

/// A float after Go's detour over JSON: whole ones that fit 64 bits become integers.
fn number(f: f64) -> Result<String, String> {
    if f == 0.0 {
        return Ok("0".into());
    }
    let whole = f.fract() == 0.0 && (-9_223_372_036_854_775_808.0..18_446_744_073_709_551_616.0).contains(&f);
    if whole {
        return json::write_json(&Value::Float(f), json::Style::Compact, usize::MAX);
    }
    if !f.is_finite() {
        return Err(format!("json: unsupported value: {f}"));
    }
    Ok(float(f))
}

/// The order of keys: letters after everything else, runs of digits by their number.
fn natural(a: &str, b: &str) -> Ordering {
    // Nearly all keys part at two letters; those need no look at the digits around.
    if let Some((x, y)) = a.bytes().zip(b.bytes()).find(|(x, y)| x != y)
        && x.is_ascii_alphabetic()
        && y.is_ascii_alphabetic()
    {
        return x.cmp(&y);
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let Some(i) = a.iter().zip(&b).position(|(x, y)| x != y) else {
        return a.len().cmp(&b.len());
    };
    let (Some(x), Some(y)) = (a.get(i).copied(), b.get(i).copied()) else {
        return Ordering::Equal;
    };
    match (x.is_alphabetic(), y.is_alphabetic()) {
        (true, true) => return x.cmp(&y),
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    // Within a number that started with another digit than 0, a 0 is a digit like others.
    let in_number = (x == '0' || y == '0')
        && a.get(..i).unwrap_or_default().iter().rev().take_while(|c| c.is_ascii_digit()).any(|c| *c != '0');
    let run = |text: &[char]| -> (u128, usize) {
        let digits: Vec<u32> = text.iter().skip(i).map_while(|c| c.to_digit(10)).collect();
        let start = u128::from(in_number);
        let number = digits.iter().fold(start, |n, d| n.wrapping_mul(10).wrapping_add(u128::from(*d)));
        (number, digits.len())
    };
    let ((m, long), (n, short)) = (run(&a), run(&b));
    m.cmp(&n).then(long.cmp(&short)).then(x.cmp(&y))
}
