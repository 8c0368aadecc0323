//! The tables of documents, and the JSON Schemas (draft 2020-12) that they stand for.
//!
//! A line that begins an entry is its name; the indented lines below are its fields, `NAME TYPE  DESCRIPTION`, with two
//! spaces before the description:
//!
//! ```text
//! Name by COMMAND, COMMAND: WHAT   a document; it has apiVersion and kind, unless it says otherwise
//! Name: WHAT                       an object that documents are made of
//! Name open: WHAT                  one that has other fields too
//! Name = TYPE: WHAT                a type with a name
//! name?                            a field that is not always there
//! + Name                           the fields of another entry
//! ```
//!
//! Types are
//!
//! ```text
//! any bool string int uint object    time  as RFC 3339    true  only that
//! A|B  =A    one of these words or numbers    [T]  a list    {T}  a map from any key to T    (T,T)  a list of just these
//! Name       another entry            Name|Name  one of these    T?  or null
//! ```

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

/// The tables, in the order in which documents are listed.
const TABLES: [&str; 4] =
    [include_str!("change.txt"), include_str!("look.txt"), include_str!("render.txt"), include_str!("shared.txt")];

static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let mut entries: Vec<Entry> = Vec::new();
    for line in TABLES.iter().flat_map(|table| table.lines()).filter(|line| !line.starts_with('#')) {
        match (line.strip_prefix("  "), entries.last_mut()) {
            (Some(field), Some(entry)) => entry.fields.push(field),
            _ => entries.push(Entry::begun(line)),
        }
    }
    entries
});

/// A document, or what documents are made of.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) name: &'static str,
    /// What it is, in a sentence.
    pub(super) about: &'static str,
    /// The commands that write it; none where it is no document.
    pub(super) commands: Vec<&'static str>,
    /// The type that it is a name of.
    same: Option<&'static str>,
    is_open: bool,
    fields: Vec<&'static str>,
}

/// All of them.
pub(super) fn entries() -> &'static [Entry] {
    &ENTRIES
}

impl Entry {
    fn begun(line: &'static str) -> Self {
        let (head, about) = line.split_once(": ").unwrap_or((line, ""));
        let (head, commands) = head.split_once(" by ").map_or((head, Vec::new()), |(name, commands)| {
            let commands = commands.split(", ").collect();
            (name, commands)
        });
        let (head, same) = head.split_once(" = ").map_or((head, None), |(name, same)| (name, Some(same)));
        let (name, is_open) = head.strip_suffix(" open").map_or((head, false), |name| (name, true));
        Self { name, about, commands, same, is_open, fields: Vec::new() }
    }

    pub(super) fn named(name: &str) -> Option<&'static Self> {
        entries().iter().find(|entry| entry.name == name)
    }

    pub(super) fn is_document(&self) -> bool {
        !self.commands.is_empty()
    }

    /// The whole schema of a document, with what it refers to.
    pub(super) fn schema(&self) -> Value {
        let mut schema = json!({ "$schema": "https://json-schema.org/draft/2020-12/schema", "title": self.name });
        let shape = self.shape();
        let mut wanted = Vec::new();
        references(&shape, &mut wanted);
        let mut types = Map::new();
        let mut next = 0;
        while let Some(name) = wanted.get(next).cloned() {
            next += 1;
            if let Some(entry) = Self::named(&name).filter(|_| !types.contains_key(&name)) {
                let shape = entry.shape();
                references(&shape, &mut wanted);
                types.insert(name, shape);
            }
        }
        if let (Some(schema), Value::Object(shape)) = (schema.as_object_mut(), shape) {
            schema.extend(shape);
            if !types.is_empty() {
                schema.insert("$defs".to_owned(), types.into());
            }
        }
        schema
    }

    fn shape(&self) -> Value {
        if let Some(same) = self.same {
            return described(of(same), self.about);
        }
        let mut fields = Fields::default();
        if self.is_document() {
            fields.add("apiVersion =mesh/v1");
            fields.add(&format!("kind ={}", self.name));
        }
        self.fields.iter().for_each(|line| fields.add(line));
        let Fields { properties, required } = fields;
        let shape = json!({
            "type": "object", "properties": properties, "required": required, "additionalProperties": self.is_open,
        });
        described(shape, self.about)
    }
}

/// The fields of an object.
#[derive(Default)]
struct Fields {
    properties: Map<String, Value>,
    required: Vec<String>,
}

impl Fields {
    fn add(&mut self, line: &str) {
        let (name, rest) = line.split_once(' ').unwrap_or((line, ""));
        if name == "+" {
            let others = Entry::named(rest).map_or(&[][..], |entry| &entry.fields);
            return others.iter().for_each(|line| self.add(line));
        }
        let (kind, about) = rest.trim_start().split_once("  ").unwrap_or((rest.trim_start(), ""));
        let (name, is_optional) = name.strip_suffix('?').map_or((name, false), |name| (name, true));
        let before = self.properties.insert(name.to_owned(), described(of(kind), about.trim_start()));
        // A document that is not ours says itself of which kind it is.
        if before.is_none() && !is_optional {
            self.required.push(name.to_owned());
        }
    }
}

fn described(shape: Value, about: &str) -> Value {
    let mut whole = Map::new();
    if !about.is_empty() {
        whole.insert("description".to_owned(), about.into());
    }
    if let Value::Object(shape) = shape {
        whole.extend(shape.into_iter().filter(|(key, _)| key != "description" || about.is_empty()));
    }
    whole.into()
}

/// The schema of a type.
fn of(kind: &str) -> Value {
    let within = |open: char, close: char| kind.strip_prefix(open)?.strip_suffix(close);
    if let Some(inner) = kind.strip_suffix('?') {
        let mut shape = of(inner);
        return match shape.get("type").cloned() {
            Some(kind) => {
                shape["type"] = json!([kind, "null"]);
                shape
            }
            None => json!({ "anyOf": [shape, { "type": "null" }] }),
        };
    }
    if let Some(inner) = within('[', ']') {
        return json!({ "type": "array", "items": of(inner) });
    }
    if let Some(inner) = within('{', '}') {
        return json!({ "type": "object", "additionalProperties": of(inner) });
    }
    if let Some(inner) = within('(', ')') {
        let parts: Vec<Value> = inner.split(',').map(of).collect();
        return json!({ "type": "array", "minItems": parts.len(), "prefixItems": parts, "items": false });
    }
    match kind {
        "any" => json!({}),
        "bool" => json!({ "type": "boolean" }),
        "string" | "object" => json!({ "type": kind }),
        "int" => json!({ "type": "integer" }),
        "uint" => json!({ "type": "integer", "minimum": 0 }),
        "time" => json!({ "type": "string", "format": "date-time" }),
        "true" => json!({ "const": true }),
        word if word.starts_with('=') => json!({ "const": word[1..] }),
        words if words.contains('|') => one_of(words),
        name => json!({ "$ref": format!("#/$defs/{name}") }),
    }
}

fn one_of(words: &str) -> Value {
    let words: Vec<&str> = words.split('|').collect();
    if words.iter().all(|word| Entry::named(word).is_some()) {
        return json!({ "anyOf": words.into_iter().map(of).collect::<Vec<_>>() });
    }
    let word = |word: &str| word.parse::<u64>().map_or_else(|_| word.into(), Value::from);
    json!({ "enum": words.into_iter().map(word).collect::<Vec<_>>() })
}

/// The names of the entries that a schema refers to.
fn references(shape: &Value, found: &mut Vec<String>) {
    match shape {
        Value::Object(fields) => {
            let named = fields.get("$ref").and_then(Value::as_str).and_then(|name| name.strip_prefix("#/$defs/"));
            found.extend(named.map(str::to_owned));
            fields.values().for_each(|one| references(one, found));
        }
        Value::Array(items) => items.iter().for_each(|one| references(one, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
