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

use std::sync::{LazyLock, OnceLock};

use crate::object::types::{Spelled, Table};

const FILES: [&str; 2] = [include_str!("proxy.txt"), include_str!("mesh.txt")];

static TABLE: LazyLock<Table<Named>> = LazyLock::new(|| {
    let named = |name| Named { name, content: OnceLock::new() };
    Table::read(&FILES, named, |table, found, lines| {
        _ = found.content.set(Content::read(lines, table));
    })
});

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
        TABLE.get(name)
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

impl Content {
    fn read(lines: &[&'static str], table: &Table<Named>) -> Self {
        let mut content = Self::default();
        for line in lines {
            match line.strip_prefix("= ") {
                Some(value) => {
                    let (number, name) = value.split_once(' ').unwrap_or(("0", value));
                    content.values.push((number.parse().unwrap_or_default(), name));
                }
                None => content.fields.push(Field::read(line, table)),
            }
        }
        content
    }
}

impl Field {
    fn read(line: &'static str, table: &Table<Named>) -> Self {
        let mut words = line.split(' ');
        let name = words.next().unwrap_or_default();
        let shape = Shape::read(words.next().unwrap_or_default(), table);
        let mut field = Self { name, proto: name, shape, oneof: None };
        for word in words {
            match word.strip_prefix("oneof=") {
                Some(oneof) => field.oneof = Some(oneof),
                None => field.proto = word,
            }
        }
        field
    }
}

impl Shape {
    fn read(text: &str, table: &Table<Named>) -> Self {
        match Spelled::of(text) {
            Spelled::Optional(inner) => Self::Wrapped(Box::new(Self::read(inner, table))),
            Spelled::List(element) => Self::List(Box::new(Self::read(element, table))),
            Spelled::Map(value) => Self::Map(Box::new(Self::read(value, table))),
            Spelled::Name(name) => match name {
                "string" | "bytes" => Self::Text,
                "bool" => Self::Bool,
                "int" => Self::Int,
                "int64" => Self::Long,
                "float" => Self::Float,
                "duration" => Self::Duration,
                name => table.get(name).map_or(Self::Any, Self::Named),
            },
        }
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
