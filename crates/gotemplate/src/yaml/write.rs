//! Writing YAML with the layout of `sigs.k8s.io/yaml`: keys in natural order, two spaces, lists
//! not indented under their key, lines folded at spaces after column 80.

use super::{
    json,
    node::{Node, View},
    scalar::{Style, escape, is_bare, is_verbatim, style},
};
use crate::value::{MAX_NESTING, TOO_DEEP, TOO_LONG, Value, float};
use std::{cmp::Ordering, ops::Range};

/// Column after which a space becomes a line break.
const WIDTH: usize = 80;

/// Longest key in bytes that stands before its colon on one line.
const MAX_SIMPLE_KEY: usize = 128;

/// The bytes from which on an entry is worth remembering for the next item of a list.
const LARGE: usize = 1024;

/// What lines are indented with.
const SPACES: &str = "                                                                ";

/// The YAML text of `value`, of at most `max` bytes, without the line break at the end that Helm
/// cuts off as well.
pub(crate) fn write<N: Node>(value: &N, max: usize) -> Result<String, String> {
    let mut out = String::new();
    append(&mut out, value, max)?;
    Ok(out)
}

/// [`write`] after what is in `out` already, which ends where a line starts.
pub(crate) fn append<N: Node>(out: &mut String, value: &N, max: usize) -> Result<(), String> {
    let start = out.len();
    Writer { out, start, line: start, max }.node(value, 0, Place::Root, 0)
}

struct Writer<'a> {
    out: &'a mut String,
    /// Where the text of the value starts.
    start: usize,
    /// Where the current line starts.
    line: usize,
    max: usize,
}

/// An item of a list that is a map, and where the text of its large entries is.
struct Written<'v, N> {
    item: Option<&'v N>,
    large: Vec<(String, Range<usize>)>,
}

impl<N: Node> Written<'_, N> {
    /// Where the text of this very entry is.
    fn text_of(&self, key: &str, value: &N) -> Option<Range<usize>> {
        let (_, text) = self.large.iter().find(|(large, _)| large == key)?;
        self.item.filter(|item| item.has_entry(key, value)).map(|_| text.clone())
    }
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

impl Writer<'_> {
    /// `indent` is where the lines of a collection start.
    fn node<N: Node>(&mut self, value: &N, indent: usize, place: Place, depth: usize) -> Result<(), String> {
        self.bounded(depth)?;
        match value.view() {
            View::List(items) if !items.is_empty() => {
                // A list as the value of a key starts below the key itself.
                let indent = if place == Place::Value { indent.saturating_sub(2) } else { indent };
                let mut before = Written { item: None, large: Vec::new() };
                for (i, item) in items.iter().enumerate() {
                    if i > 0 || place != Place::Item {
                        self.newline(indent);
                    }
                    self.out.push_str("- ");
                    match item.view() {
                        View::Map => before = self.map(item, indent + 2, Place::Item, depth + 1, &before)?,
                        _ => self.node(item, indent + 2, Place::Item, depth + 1)?,
                    }
                }
            }
            View::List(_) => self.out.push_str("[]"),
            View::Map => {
                self.map(value, indent, place, depth, &Written { item: None, large: Vec::new() })?;
            }
            View::Nil => self.out.push_str("null"),
            View::Bool(b) => self.out.push_str(if b { "true" } else { "false" }),
            View::Int(i) => self.out.push_str(&i.to_string()),
            View::Float(f) => self.out.push_str(&number(f)?),
            View::Text(s) => {
                // At the root the continuation lines of a scalar are indented once.
                let indent = if place == Place::Root { 2 } else { indent };
                self.text(s, indent, false);
            }
            View::Object(inner) => self.node(&inner, indent, place, depth + 1)?,
        }
        Ok(())
    }

    fn bounded(&self, depth: usize) -> Result<(), String> {
        if depth > MAX_NESTING {
            return Err(TOO_DEEP.into());
        }
        if self.out.len() - self.start > self.max {
            return Err(TOO_LONG.into());
        }
        Ok(())
    }

    /// A map, where `before` is the item before it in a list: what both have, as the versions of a CRD have their schema,
    /// is copied as text.
    fn map<'v, N: Node>(
        &mut self,
        value: &'v N,
        indent: usize,
        place: Place,
        depth: usize,
        before: &Written<'_, N>,
    ) -> Result<Written<'v, N>, String> {
        self.bounded(depth)?;
        let mut large = Vec::new();
        if value.is_empty_map() {
            self.out.push_str("{}");
            return Ok(Written { item: Some(value), large });
        }
        value.with_entries(|entries| {
            entries.sort_by(|(a, _), (b, _)| natural(a, b));
            for (i, (key, item)) in entries.iter().enumerate() {
                if i > 0 || place != Place::Item {
                    self.newline(indent);
                }
                let start = self.out.len();
                match before.text_of(key, *item) {
                    Some(text) => self.out.extend_from_within(text),
                    None => self.entry(key, *item, indent, depth)?,
                }
                if place == Place::Item && self.out.len() - start >= LARGE {
                    large.push(((*key).to_owned(), start..self.out.len()));
                }
            }
            Ok::<_, String>(())
        })?;
        Ok(Written { item: Some(value), large })
    }

    fn entry<N: Node>(&mut self, key: &str, item: &N, indent: usize, depth: usize) -> Result<(), String> {
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
        if self.out.len() > self.start {
            self.out.push('\n');
        }
        self.line = self.out.len();
        let mut left = indent;
        while left > 0 {
            let some = left.min(SPACES.len());
            self.out.push_str(&SPACES[..some]);
            left -= some;
        }
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
        if simple_key || self.out.len() - self.line + s.len() <= WIDTH {
            return self.word(s, style);
        }
        let (bytes, verbatim) = (s.as_bytes(), is_verbatim(s, style));
        // Where a byte is a column, no space counts before the line is full.
        let full = |from: usize, column: usize| if verbatim { from + (WIDTH + 1).saturating_sub(column) } else { 0 };
        let mut from = 0;
        let mut next = full(from, self.column());
        while let Some(space) = bytes.iter().skip(next).position(|b| *b == b' ').map(|after| next + after) {
            next = space + 1;
            let after_space = space > 0 && bytes[space - 1] == b' ';
            let space_next = bytes.get(next) == Some(&b' ');
            let inside = style == Style::Plain || (space > 0 && next < s.len());
            if after_space || !inside || (style != Style::Double && space_next) {
                continue;
            }
            self.word(&s[from..space], style);
            from = space;
            if self.column() > WIDTH {
                self.newline(indent);
                if space_next {
                    self.out.push('\\');
                }
                from = next;
            }
            next = next.max(full(from, self.column()));
        }
        self.word(&s[from..], style);
    }

    /// Text that does not fold.
    fn word(&mut self, word: &str, style: Style) {
        match style {
            Style::Double => {
                let mut rest = word;
                while let Some(bare) = rest.bytes().position(|b| !is_bare(b)) {
                    let (before, after) = rest.split_at(bare);
                    self.out.push_str(before);
                    let mut chars = after.chars();
                    let Some(c) = chars.next() else { break };
                    match escape(c) {
                        Some(escaped) => self.out.push_str(&escaped),
                        None => self.out.push(c),
                    }
                    rest = chars.as_str();
                }
                self.out.push_str(rest);
            }
            Style::Single if word.contains('\'') => self.out.push_str(&word.replace('\'', "''")),
            _ => self.out.push_str(word),
        }
    }

    fn column(&self) -> usize {
        let line = self.out.get(self.line..).unwrap_or_default();
        // No more characters than bytes: most lines need no counting.
        if line.len() <= WIDTH { line.len() } else { line.chars().count() }
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
fn starts_inline<N: Node>(value: &N) -> bool {
    match value.view() {
        View::List(items) => items.is_empty(),
        View::Map => value.is_empty_map(),
        View::Object(inner) => starts_inline(&inner),
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
    if a.starts_with(b) || b.starts_with(a) {
        return a.len().cmp(&b.len());
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value as Json, json};

    /// Template values are written entry by entry, JSON copies what an item of a list has in common with the one before.
    #[test]
    fn what_items_share_is_written_as_it_is_alone() {
        let long =
            |word: &str| -> Json { (0..100).map(|i| json!({ "name": format!("{word} {i}"), "on": "y" })).collect() };
        let deep = json!({ "list": long("a"), "text": "line\n".repeat(300), "folded": "word ".repeat(400) });
        let lists = [
            json!([{ "a": deep, "b": 1 }, { "a": deep, "b": 2 }, { "a": deep, "b": 2 }]),
            json!([{ "a": deep }, { "a": long("b") }, { "a": deep }, 1, { "b": deep }, { "a": deep }, {}]),
            json!({ "versions": [{ "n": 1, "schema": { "s": deep } }, { "schema": { "s": deep }, "n": 2 }] }),
            json!([[{ "a": deep }, { "a": deep }], [{ "a": deep }]]),
        ];
        for list in lists {
            let written = write(&list, usize::MAX);
            assert!(written == write(&Value::from_json(&list), usize::MAX));
            let read = written.and_then(|text| crate::yaml::read(&text)).and_then(|value| value.to_json());
            assert!(read == Ok(list));
        }
    }

    #[test]
    fn copies_count_against_the_limit() {
        let large: Json = (0..200).map(|i| json!({ "number": i })).collect();
        let many = Json::Array(vec![json!({ "large": large }); 50]);
        assert!(write(&many, 20_000).is_err());
    }
}
