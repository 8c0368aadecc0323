//! The tables, and types as they are written there.

use std::collections::HashMap;
use std::fmt;
use std::sync::OnceLock;

/// One table of types.
#[derive(Debug)]
pub(crate) struct Table {
    /// Protobuf's JSON: numbers may be quoted, keys may be written with underscores.
    pub(crate) protobuf: bool,
    /// Unknown keys are worth a warning only.
    pub(crate) lenient: bool,
    types: HashMap<&'static str, Struct>,
}

#[derive(Debug, Default)]
struct Struct {
    open: bool,
    fields: Vec<(&'static str, &'static str)>,
}

/// What a key holds.
#[derive(Debug, Clone)]
pub(crate) enum Type {
    /// Anything.
    Any,
    /// `true` or `false`.
    Bool,
    /// A string.
    String,
    /// An integer.
    Int,
    /// An integer that is not negative.
    Uint,
    /// A number.
    Number,
    /// A duration as Go writes it: `1m30s`.
    Duration,
    /// An amount as Kubernetes writes it: `500m`, `1Gi`, 2.
    Quantity,
    /// An integer or a string.
    IntOrString,
    /// One of some words, separated by `|`; a single word is written `=WORD`.
    Enum(&'static str),
    /// A list.
    List(Box<Self>),
    /// A map with any keys.
    Map(Box<Self>),
    /// A map with the keys of a type.
    Struct(&'static Table, &'static str),
}

/// A key of a type.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it holds.
    pub(crate) kind: Type,
    /// Still taken, no longer meant to be used.
    pub(crate) deprecated: bool,
}

impl Field {
    pub(super) fn anonymous(kind: Type) -> Self {
        Self { name: "", kind, deprecated: false }
    }
}

pub(super) fn operator() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| Table::parse(include_str!("operator.txt"), false, false))
}

fn values() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| Table::parse(include_str!("values.txt"), true, false))
}

fn mesh() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| Table::parse(include_str!("mesh.txt"), true, true))
}

fn kubernetes() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        Table::parse(concat!(include_str!("kubernetes.txt"), include_str!("volumes.txt")), false, false)
    })
}

/// All tables.
#[cfg(test)]
pub(super) fn all() -> [&'static Table; 4] {
    [operator(), values(), mesh(), kubernetes()]
}

impl Table {
    fn parse(text: &'static str, protobuf: bool, lenient: bool) -> Self {
        let mut types = HashMap::new();
        let mut current: Option<&mut Struct> = None;
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if let (Some(field), Some(current)) = (line.strip_prefix("  "), current.as_deref_mut()) {
                current.fields.extend(field.split_once(' '));
            } else {
                let (name, open) = line.split_once(' ').map_or((line, false), |(name, mark)| (name, mark == "open"));
                current = Some(types.entry(name).or_insert(Struct { open, fields: Vec::new() }));
            }
        }
        Self { protobuf, lenient, types }
    }

    #[cfg(test)]
    pub(super) fn type_names(&self) -> impl Iterator<Item = &'static str> {
        self.types.keys().copied()
    }

    #[cfg(test)]
    pub(super) fn has(&self, name: &str) -> bool {
        self.types.contains_key(name)
    }
}

impl Type {
    /// A type of a table.
    pub(super) fn of(table: &'static Table, name: &'static str) -> Self {
        Self::Struct(table, name)
    }

    fn parse(table: &'static Table, text: &'static str) -> Self {
        let inner = |open: char, close: char| text.strip_prefix(open)?.strip_suffix(close);
        if let Some(inner) = inner('[', ']') {
            return Self::List(Box::new(Self::parse(table, inner)));
        }
        if let Some(inner) = inner('{', '}') {
            return Self::Map(Box::new(Self::parse(table, inner)));
        }
        match text {
            "any" => Self::Any,
            "bool" => Self::Bool,
            "string" => Self::String,
            "int" => Self::Int,
            "uint" => Self::Uint,
            "number" => Self::Number,
            "duration" => Self::Duration,
            "quantity" => Self::Quantity,
            "int-or-string" => Self::IntOrString,
            words if words.contains('|') => Self::Enum(words),
            word if word.starts_with('=') => Self::Enum(&word[1..]),
            name => match name.split_once('.') {
                Some(("values", name)) => Self::Struct(values(), name),
                Some(("mesh", name)) => Self::Struct(mesh(), name),
                Some((_, name)) => Self::Struct(kubernetes(), name),
                None => Self::Struct(table, name),
            },
        }
    }

    /// The keys it has; none where it is not a map with known keys.
    pub(crate) fn fields(&self) -> Vec<Field> {
        let Self::Struct(table, name) = self else { return Vec::new() };
        let fields = table.types.get(name).into_iter().flat_map(|one| &one.fields);
        fields.map(|(name, text)| field(table, name, text)).collect()
    }

    /// The key of that name, as protobuf's JSON takes it where the table is protobuf's.
    pub(crate) fn field(&self, key: &str) -> Option<Field> {
        let Self::Struct(table, name) = self else { return None };
        let own = &table.types.get(name)?.fields;
        let named = |key: &str| own.iter().find(|(name, _)| *name == key).map(|(name, text)| field(table, name, text));
        named(key).or_else(|| if table.protobuf && key.contains('_') { named(&json_name(key)) } else { None })
    }

    /// Whether differences from it are worth a warning only.
    pub(super) fn is_open(&self) -> bool {
        matches!(self, Self::Struct(table, name) if table.types.get(name).is_some_and(|one| one.open))
    }
}

fn field(table: &'static Table, name: &'static str, text: &'static str) -> Field {
    let (text, deprecated) = text.strip_suffix(" deprecated").map_or((text, false), |text| (text, true));
    Field { name, kind: Type::parse(table, text), deprecated }
}

/// A protobuf field name as its JSON name: `_` goes, and the letter after it is a capital one.
fn json_name(name: &str) -> String {
    let mut json = String::with_capacity(name.len());
    let mut chars = name.chars();
    while let Some(char) = chars.next() {
        if char == '_' {
            json.extend(chars.next().map(|next| next.to_ascii_uppercase()));
        } else {
            json.push(char);
        }
    }
    json
}

/// In words, as it goes into `has to be …`.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("any value"),
            Self::Bool => f.write_str("true or false"),
            Self::String => f.write_str("a string"),
            Self::Int => f.write_str("an integer"),
            Self::Uint => f.write_str("an integer from 0"),
            Self::Number => f.write_str("a number"),
            Self::Duration => f.write_str("a duration such as 1m30s"),
            Self::Quantity => f.write_str("a quantity such as 500m or 1Gi"),
            Self::IntOrString => f.write_str("an integer or a string"),
            Self::Enum(word) if !word.contains('|') => f.write_str(word),
            Self::Enum(words) => write!(f, "one of {}", words.replace('|', ", ")),
            Self::List(inner) if matches!(**inner, Self::Any | Self::Struct(..) | Self::Map(_)) => {
                f.write_str("a list")
            }
            Self::List(inner) => write!(f, "a list, each element {inner}"),
            Self::Map(inner) if matches!(**inner, Self::Any) => f.write_str("a map"),
            Self::Map(inner) => write!(f, "a map, each value {inner}"),
            Self::Struct(..) => f.write_str("a map"),
        }
    }
}
