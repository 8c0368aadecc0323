//! The shapes of Istio's mesh API (`istio.io/api/mesh/v1alpha1`, 1.30): the messages a mesh configuration is made of,
//! their fields in the order protobuf declares them.
//!
//! They stand in the text files beside this one: the name of a message or an enum, then a field or a value a line:
//!
//! ```text
//! jsonName shape [proto_name] [oneof=NAME]
//! = NUMBER NAME
//! ```
//!
//! Shapes: `string`, `bool`, `int`, `int64`, `float`, `bytes`, `duration`, `any`, a name, `[shape]` a list, `{shape}` a
//! map from text; `*shape` is one of protobuf's wrappers, whose zero value is kept.

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

const FILES: [&str; 2] = [include_str!("proxy.txt"), include_str!("mesh.txt")];

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::read(&FILES));

/// What a field holds.
#[derive(Debug, Clone)]
pub(super) enum Shape {
    Text,
    Bool,
    Int,
    /// 64 bits: text in JSON.
    Long,
    Float,
    Duration,
    Any,
    Wrapped(Box<Shape>),
    List(Box<Shape>),
    Map(Box<Shape>),
    Named(&'static Named),
}

#[derive(Debug)]
pub(super) struct Field {
    /// Its name in JSON: `drainDuration`.
    pub(super) name: &'static str,
    /// Its name in protobuf, which JSON may use too: `drain_duration`.
    pub(super) proto: &'static str,
    pub(super) shape: Shape,
    /// The fields with the same one shut each other out.
    pub(super) oneof: Option<&'static str>,
}

/// A message or an enum.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) name: &'static str,
    content: OnceLock<Content>,
}

#[derive(Debug, Default)]
struct Content {
    fields: Vec<Field>,
    values: Vec<(i64, &'static str)>,
}

impl Named {
    /// The message or enum of this name, such as `ProxyConfig`; nested ones are `Tracing.Zipkin`.
    pub(super) fn of(name: &str) -> Option<&'static Self> {
        TABLE.names.get(name).copied()
    }

    pub(super) fn fields(&self) -> &[Field] {
        self.content.get().map_or(&[], |content| &content.fields)
    }

    /// The values of an enum, with their numbers; empty for a message.
    pub(super) fn values(&self) -> &[(i64, &'static str)] {
        self.content.get().map_or(&[], |content| &content.values)
    }

    pub(super) fn is_enum(&self) -> bool {
        !self.values().is_empty()
    }

    pub(super) fn field(&self, name: &str) -> Option<&Field> {
        self.fields().iter().find(|field| field.name == name || field.proto == name)
    }
}

struct Table {
    names: HashMap<&'static str, &'static Named>,
}

impl Table {
    /// Messages refer to each other before they are read, and the table lives as long as the program: names first.
    fn read(files: &[&'static str]) -> Self {
        let lines = || files.iter().flat_map(|file| file.lines()).filter(|line| !line.starts_with('#'));
        let names = lines()
            .filter(|line| !line.starts_with(' '))
            .map(|name| {
                let leaked: &'static Named = Box::leak(Box::new(Named { name, content: OnceLock::new() }));
                (name, leaked)
            })
            .collect();
        let table = Self { names };
        let mut current: Option<(&'static Named, Content)> = None;
        for line in lines() {
            match (line.strip_prefix("  "), &mut current) {
                (Some(line), Some((_, content))) => match line.strip_prefix("= ") {
                    Some(value) => {
                        let (number, name) = value.split_once(' ').unwrap_or(("0", value));
                        content.values.push((number.parse().unwrap_or_default(), name));
                    }
                    None => content.fields.push(table.field(line)),
                },
                (Some(_), None) => {}
                (None, _) => {
                    finish(current.take());
                    current = table.names.get(line).map(|found| (*found, Content::default()));
                }
            }
        }
        finish(current);
        table
    }

    fn field(&self, line: &'static str) -> Field {
        let mut words = line.split(' ');
        let name = words.next().unwrap_or_default();
        let shape = self.shape(words.next().unwrap_or_default());
        let mut field = Field { name, proto: name, shape, oneof: None };
        for word in words {
            match word.strip_prefix("oneof=") {
                Some(oneof) => field.oneof = Some(oneof),
                None => field.proto = word,
            }
        }
        field
    }

    fn shape(&self, text: &str) -> Shape {
        let within = |open, close| text.strip_prefix(open).and_then(|rest: &str| rest.strip_suffix(close));
        if let Some(inner) = text.strip_prefix('*') {
            return Shape::Wrapped(Box::new(self.shape(inner)));
        }
        if let Some(element) = within('[', ']') {
            return Shape::List(Box::new(self.shape(element)));
        }
        if let Some(value) = within('{', '}') {
            return Shape::Map(Box::new(self.shape(value)));
        }
        match text {
            "string" | "bytes" => Shape::Text,
            "bool" => Shape::Bool,
            "int" => Shape::Int,
            "int64" => Shape::Long,
            "float" => Shape::Float,
            "duration" => Shape::Duration,
            name => self.names.get(name).map_or(Shape::Any, |found| Shape::Named(found)),
        }
    }
}

fn finish(read: Option<(&'static Named, Content)>) {
    if let Some((found, content)) = read {
        // One that is there twice keeps its first content; a test refuses it.
        _ = found.content.set(content);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_in_the_table_is_known_and_there_once() {
        let mut seen = std::collections::HashSet::new();
        for line in FILES.iter().flat_map(|file| file.lines()).filter(|line| !line.starts_with('#')) {
            let Some(field) = line.strip_prefix("  ") else {
                assert!(seen.insert(line), "{line} is there twice");
                continue;
            };
            let shape = field.split(' ').nth(1).unwrap_or_default().trim_matches(['*', '[', ']', '{', '}']);
            let plain = ["string", "bytes", "bool", "int", "int64", "float", "duration", "any"].contains(&shape);
            assert!(field.starts_with("= ") || plain || Named::of(shape).is_some(), "{line}: no such shape");
        }
        assert!(seen.len() > 90);
    }
}
