//! Reading YAML as `sigs.k8s.io/yaml` does: the rules of YAML 1.1, then through JSON, so that every
//! number is a float and every key text.

use super::resolve::{Plain, resolve};
use crate::value::{MAX_NESTING, Map, TOO_DEEP, Value};
use serde_yaml::granit_parser::{Event, Parser, ScalarStyle};
use std::collections::HashMap;

/// How many nodes aliases may add in all.
const MAX_ALIASED: usize = 1_000_000;

/// Reads the first document of `text`; nothing at all is nil. Of a key that stands twice the last
/// one wins.
///
/// # Errors
/// Syntax, an alias without anchor, values that JSON has no word for.
pub(crate) fn read(text: &str) -> Result<Value, String> {
    let mut builder = Builder::default();
    for item in Parser::new_from_str(text) {
        let (event, span) = item.map_err(|e| format!("error converting YAML to JSON: yaml: {e}"))?;
        let done = builder
            .event(event)
            .map_err(|m| format!("error converting YAML to JSON: yaml: line {}: {m}", span.start.line()))?;
        if done {
            break;
        }
    }
    Ok(builder.root.unwrap_or_default())
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    root: Option<Value>,
    anchors: HashMap<usize, Value>,
    aliased: usize,
}

/// A collection whose end has not come yet.
struct Open {
    anchor: usize,
    kind: Kind,
}

enum Kind {
    List(Vec<Value>),
    Map {
        map: Map,
        /// Maps to merge in once the own keys are known.
        merges: Vec<Value>,
        key: Option<Key>,
    },
}

enum Key {
    Text(String),
    Merge,
}

impl Builder {
    /// Takes an event in; whether the first document is complete.
    fn event(&mut self, event: Event<'_>) -> Result<bool, String> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let tag = tag.map(|t| t.to_string());
                let plain = style == ScalarStyle::Plain;
                if self.takes_key() {
                    return self.key(&text, plain && tag.is_none()).map(|()| false);
                }
                let value = scalar(&text, plain, tag.as_deref())?;
                self.done(value, anchor)?;
            }
            Event::SequenceStart(_, anchor, _) => self.start(anchor, Kind::List(Vec::new()))?,
            Event::MappingStart(_, anchor, _) => {
                self.start(anchor, Kind::Map { map: Map::new(), merges: Vec::new(), key: None })?
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(open) = self.open.pop() else {
                    return Err("a collection ends that did not start".into());
                };
                let value = match open.kind {
                    Kind::List(items) => items.into(),
                    Kind::Map { map, merges, .. } => merged(map, &merges)?,
                };
                self.done(value, open.anchor)?;
            }
            Event::Alias(anchor) => {
                let value = self.anchors.get(&anchor).cloned().ok_or("unknown anchor")?;
                self.aliased += 1;
                let value = self.copy(&value, 0)?;
                if self.takes_key() {
                    return self.key(&value.to_string(), false).map(|()| false);
                }
                self.done(value, 0)?;
            }
            Event::DocumentEnd => return Ok(true),
            _ => {}
        }
        Ok(false)
    }

    fn takes_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { kind: Kind::Map { key: None, .. }, .. }))
    }

    /// A key: what is not text becomes the text JSON has for it.
    fn key(&mut self, text: &str, plain: bool) -> Result<(), String> {
        let resolved = if plain { resolve(text) } else { Plain::Text };
        let name = match resolved {
            Plain::Merge => Key::Merge,
            Plain::Text | Plain::Timestamp => Key::Text(text.into()),
            Plain::Null => return Err("unsupported map key null".into()),
            Plain::Bool(b) => Key::Text(b.to_string()),
            Plain::Int(i) => Key::Text(i.to_string()),
            Plain::Float(f) => Key::Text(crate::value::float(f)),
        };
        if let Some(Open { kind: Kind::Map { key, .. }, .. }) = self.open.last_mut() {
            *key = Some(name);
        }
        Ok(())
    }

    fn start(&mut self, anchor: usize, kind: Kind) -> Result<(), String> {
        if self.open.len() > MAX_NESTING {
            return Err(TOO_DEEP.into());
        }
        if self.takes_key() {
            return Err("a collection cannot be a key".into());
        }
        self.open.push(Open { anchor, kind });
        Ok(())
    }

    /// Puts a finished value where it belongs.
    fn done(&mut self, value: Value, anchor: usize) -> Result<(), String> {
        if anchor > 0 {
            self.anchors.insert(anchor, value.clone());
        }
        match self.open.last_mut() {
            None => self.root = Some(value),
            Some(Open { kind: Kind::List(items), .. }) => items.push(value),
            Some(Open { kind: Kind::Map { map, merges, key }, .. }) => match key.take() {
                Some(Key::Text(name)) => _ = map.insert(name, value),
                Some(Key::Merge) => merges.push(value),
                None => return Err("a value without key".into()),
            },
        }
        Ok(())
    }

    /// A copy of an anchored value, so that no two places share a map.
    fn copy(&mut self, value: &Value, depth: usize) -> Result<Value, String> {
        self.aliased += 1;
        if self.aliased > MAX_ALIASED {
            return Err("document contains excessive aliasing".into());
        }
        if depth > MAX_NESTING {
            return Err(TOO_DEEP.into());
        }
        Ok(match value {
            Value::List(items) => items.iter().map(|v| self.copy(v, depth + 1)).collect::<Result<Vec<_>, _>>()?.into(),
            Value::Map(map) => map
                .entries()
                .into_iter()
                .map(|(k, v)| Ok((k, self.copy(&v, depth + 1)?)))
                .collect::<Result<Map, String>>()?
                .into(),
            other => other.clone(),
        })
    }
}

fn scalar(text: &str, plain: bool, tag: Option<&str>) -> Result<Value, String> {
    let tag = tag.map(|t| t.rsplit([':', '!']).next().unwrap_or(""));
    match tag {
        Some("str") => Ok(text.into()),
        Some("int" | "float" | "bool" | "null") => {
            let resolved = resolve(text);
            let fits = match resolved {
                Plain::Int(_) => matches!(tag, Some("int" | "float")),
                Plain::Float(_) => tag == Some("float"),
                Plain::Bool(_) => tag == Some("bool"),
                Plain::Null => tag == Some("null"),
                _ => false,
            };
            if !fits {
                return Err(format!("cannot decode `{text}` as a !!{}", tag.unwrap_or("")));
            }
            resolved.value(text)
        }
        _ if plain => resolve(text).value(text),
        _ => Ok(text.into()),
    }
}

/// `map` with what its `<<` bring in; own keys win.
fn merged(map: Map, merges: &[Value]) -> Result<Value, String> {
    let take = |from: &Value| match from {
        Value::Map(from) => {
            for (key, value) in from.entries() {
                if !map.contains_key(&key) {
                    map.insert(key, value);
                }
            }
            Ok(())
        }
        _ => Err("map merge requires map or sequence of maps as the value".to_owned()),
    };
    for merge in merges {
        match merge {
            Value::List(items) => items.iter().try_for_each(take)?,
            one => take(one)?,
        }
    }
    Ok(map.into())
}
