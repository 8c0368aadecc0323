//! Collections in brackets.

use serde_json::{Map, Value};

use super::block::{MAX_DEPTH, MAX_KEY, key};
use super::scalar::{plain, quoted};

/// A collection in brackets, on one line.
pub(super) struct Flow<'a> {
    /// What is not read yet.
    pub(super) rest: &'a str,
    depth: usize,
}

impl<'a> Flow<'a> {
    pub(super) fn new(rest: &'a str) -> Self {
        Self { rest, depth: 0 }
    }

    pub(super) fn value(&mut self) -> Option<Value> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let value = match self.rest.as_bytes().first()? {
            b'[' => {
                let mut items = Vec::new();
                self.entries(']', |flow| {
                    items.push(flow.value()?);
                    Some(())
                })?;
                Value::Array(items)
            }
            b'{' => {
                let mut map = Map::new();
                self.entries('}', |flow| {
                    let (key, length) = json_key(flow.rest).or_else(|| key(flow.rest))?;
                    let rest = flow.rest.get(length..)?;
                    flow.rest = rest.trim_start_matches(' ');
                    let value = flow.value()?;
                    map.insert(key.to_owned(), value).is_none().then_some(())
                })?;
                Value::Object(map)
            }
            b'"' | b'\'' => {
                let (text, length) = quoted(self.rest)?;
                self.rest = self.rest.get(length..)?;
                Value::String(text)
            }
            _ => {
                let part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'/' | b'.' | b'-' | b'~');
                let end = self.rest.bytes().position(|byte| !part(byte))?;
                let (word, rest) = self.rest.split_at(end);
                self.rest = rest;
                plain(word)?
            }
        };
        self.depth -= 1;
        Some(value)
    }

    /// What stands between the bracket at the start and its other half, separated by commas; `one` reads one of them.
    fn entries(&mut self, close: char, mut one: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.rest = self.rest[1..].trim_start_matches(' ');
        if let Some(rest) = self.rest.strip_prefix(close) {
            self.rest = rest;
            return Some(());
        }
        loop {
            one(self)?;
            self.rest = self.rest.trim_start_matches(' ');
            if let Some(rest) = self.rest.strip_prefix(close) {
                self.rest = rest;
                return Some(());
            }
            self.rest = self.rest.strip_prefix(',')?.trim_start_matches(' ');
        }
    }
}

/// A key as JSON writes it, `"key":`, and how long it is with its colon: in brackets the value may follow at once. Templates
/// have `toJson`.
fn json_key(rest: &str) -> Option<(&str, usize)> {
    let inner = rest.strip_prefix('"')?;
    let end = inner.find(['"', '\\', '\t'])?;
    let value = inner[end..].strip_prefix("\":")?;
    let sure = value.starts_with(|c: char| matches!(c, '"' | '{' | '[') || c.is_ascii_alphanumeric());
    (sure && (1..=MAX_KEY).contains(&end)).then(|| (&inner[..end], end + "\"\":".len()))
}
