//! Kubernetes' types, read from the tables beside this file.

use std::sync::{LazyLock, OnceLock};

use super::{Spelled, Table};

const FILES: [&str; 7] = [
    include_str!("meta.txt"),
    include_str!("pod.txt"),
    include_str!("volumes.txt"),
    include_str!("workloads.txt"),
    include_str!("status.txt"),
    include_str!("cluster.txt"),
    include_str!("policy.txt"),
];

static TABLE: LazyLock<Table<GoStruct>> = LazyLock::new(|| {
    let named = |name| GoStruct { name, go_name: format!("v1.{name}"), fields: OnceLock::new() };
    Table::read(&FILES, named, |table, found, lines| {
        _ = found.fields.set(Fields::of(lines.iter().map(|line| Field::read(line, table)).collect()));
    })
});

/// What a value may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// Text, and bytes as base64.
    Text,
    /// True or false.
    Bool,
    /// A whole number of 32 bits.
    Int,
    /// A whole number of 64 bits.
    Long,
    /// A number.
    Float,
    /// A Kubernetes quantity, such as `100m`.
    Quantity,
    /// A whole number or text, such as a port by number or name.
    IntOrText,
    /// A point in time, as text or null.
    Time,
    /// Anything: taken as it is.
    Any,
    /// A list of one shape.
    List(Box<Shape>),
    /// A map from text to one shape.
    Map(Box<Shape>),
    /// A type of this table.
    Struct(&'static GoStruct),
}

/// When a field is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// When it is not empty (Go's `omitempty` on a plain value; a struct is never empty to it).
    NotEmpty,
    /// Always, even when empty.
    Always,
    /// When it is there, even with a zero value (Go's pointers).
    Set,
    /// Always, as null where it is not there (Go's pointers that are not left out).
    Nullable,
    /// When it is not the zero value (Go's `omitzero`).
    NotZero,
}

/// How a strategic merge patch treats a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Merge {
    /// The patch's list takes the place of the other.
    Replace,
    /// Plain values are added where they are missing.
    Union,
    /// Maps with the same value of this key are merged, others are added.
    ByKey(&'static str),
}

/// One field of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its JSON name.
    pub name: &'static str,
    /// What it holds.
    pub shape: Shape,
    /// When it is written.
    pub presence: Presence,
    /// How a patch of it is merged, where it is a list.
    pub merge: Merge,
}

/// A struct of the Kubernetes API.
#[derive(Debug)]
pub struct GoStruct {
    /// Kubernetes' name of it, such as `PodSpec`.
    pub name: &'static str,
    /// Go's name of it, such as `v1.PodSpec`.
    pub go_name: String,
    fields: OnceLock<Fields>,
}

#[derive(Debug)]
struct Fields {
    all: Vec<Field>,
    /// Names in the order of [`rank`], each with its place in `all`.
    places: Vec<(&'static str, usize)>,
}

impl PartialEq for GoStruct {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for GoStruct {}

impl GoStruct {
    /// The type of this name, such as `PodSpec` or `Deployment`; none for what the table does not know.
    pub fn named(name: &str) -> Option<&'static Self> {
        TABLE.get(name)
    }

    /// Its fields, in the order Kubernetes writes them.
    pub fn fields(&self) -> &[Field] {
        self.fields.get().map_or(&[], |fields| fields.all.as_slice())
    }

    /// The place of the field of this JSON name among [`Self::fields`].
    pub fn place(&self, name: &str) -> Option<usize> {
        let places = &self.fields.get()?.places;
        places.binary_search_by(|(known, _)| rank(known).cmp(&rank(name))).ok().map(|found| places[found].1)
    }

    /// The place of the field whose JSON name is this in any case: Go takes such a key where none has its very name.
    pub fn place_in_any_case(&self, name: &str) -> Option<usize> {
        self.fields().iter().position(|field| field.name.eq_ignore_ascii_case(name))
    }

    /// The field of this JSON name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.place(name).map(|place| &self.fields()[place])
    }
}

impl Fields {
    fn of(all: Vec<Field>) -> Self {
        let mut places: Vec<_> = all.iter().enumerate().map(|(place, field)| (field.name, place)).collect();
        places.sort_unstable_by_key(|(name, _)| rank(name));
        Self { all, places }
    }
}

/// An order of names in which most differ by their length already.
fn rank(name: &str) -> (usize, &str) {
    (name.len(), name)
}

impl Field {
    fn read(line: &'static str, table: &Table<GoStruct>) -> Self {
        let mut words = line.split(' ');
        let name = words.next().unwrap_or_default();
        let mut shape = words.next().unwrap_or_default();
        let mut presence = Presence::NotEmpty;
        for (mark, meaning) in [('!', Presence::Always), ('?', Presence::NotZero)] {
            if let Some(rest) = shape.strip_suffix(mark) {
                (shape, presence) = (rest, meaning);
            }
        }
        if let Spelled::Optional(inner) = Spelled::of(shape) {
            shape = inner;
            presence = if presence == Presence::Always { Presence::Nullable } else { Presence::Set };
        }
        let merge = match words.next() {
            None => Merge::Replace,
            Some(strategy) => strategy.strip_prefix("merge=").map_or(Merge::Union, Merge::ByKey),
        };
        Self { name, shape: Shape::read(shape, table), presence, merge }
    }
}

impl Shape {
    fn read(text: &str, table: &Table<GoStruct>) -> Self {
        match Spelled::of(text) {
            Spelled::List(element) => Self::List(Box::new(Self::read(element, table))),
            Spelled::Map(value) => Self::Map(Box::new(Self::read(value, table))),
            // Whether it may be absent is said of a field, not of what is within it.
            Spelled::Optional(_) => Self::Any,
            Spelled::Name(name) => match name {
                "string" => Self::Text,
                "bool" => Self::Bool,
                "int" => Self::Int,
                "int64" => Self::Long,
                "float" => Self::Float,
                "quantity" => Self::Quantity,
                "intstr" => Self::IntOrText,
                "time" => Self::Time,
                name => table.get(name).map_or(Self::Any, Self::Struct),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]
    use super::*;

    #[test]
    fn every_name_in_the_table_is_known_and_there_once() {
        let mut seen = std::collections::HashSet::new();
        for line in FILES.iter().flat_map(|file| file.lines()).filter(|line| !line.starts_with('#')) {
            let Some(field) = line.strip_prefix("  ") else {
                assert!(seen.insert(line), "{line} is there twice");
                continue;
            };
            let shape = field.split(' ').nth(1).unwrap().trim_matches(['!', '?', '*', '[', ']', '{', '}']);
            let plain =
                ["string", "bool", "int", "int64", "float", "quantity", "intstr", "time", "any"].contains(&shape);
            assert!(plain || GoStruct::named(shape).is_some(), "{line}: no such shape");
            let strategy = field.split(' ').nth(2).unwrap_or("merge");
            assert!(strategy.starts_with("merge"), "{line}: no such strategy");
        }
        assert!(seen.len() > 150);
    }

    #[test]
    fn merge_keys_are_fields_of_their_elements() {
        let types = FILES.iter().flat_map(|file| file.lines()).filter_map(GoStruct::named);
        for (owner, field) in types.flat_map(|owner| owner.fields().iter().map(move |field| (owner, field))) {
            let Merge::ByKey(key) = field.merge else { continue };
            let Shape::List(element) = &field.shape else { panic!("{}.{} is no list", owner.name, field.name) };
            let Shape::Struct(element) = **element else { panic!("{}.{} has no maps", owner.name, field.name) };
            assert!(element.field(key).is_some(), "{}.{}: no field {key}", owner.name, field.name);
        }
    }
}
