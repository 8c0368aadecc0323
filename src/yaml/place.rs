//! Where in a text a value stands. Read a second time, for errors only.

use std::collections::HashMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::{DuplicateKeyPolicy, Location, Spanned};

/// How deep values may be nested whose places are told.
const MAX_DEPTH: usize = 60;

/// One step of the way to a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A key of a map.
    Key(String),
    /// An element of a list.
    Index(usize),
}

impl Place {
    /// A key.
    pub fn key(key: &str) -> Self {
        Self::Key(key.to_owned())
    }

    /// Whether it is that key.
    pub fn is(&self, key: &str) -> bool {
        matches!(self, Self::Key(own) if own == key)
    }

    /// The steps as `a.b[0].c`.
    pub fn join(path: &[Self]) -> String {
        let mut text = String::new();
        for step in path {
            match step {
                Self::Key(key) if text.is_empty() => text.push_str(key),
                Self::Key(key) => text.extend([".", key]),
                Self::Index(index) => text.push_str(&format!("[{index}]")),
            }
        }
        text
    }
}

/// Where everything in a text stands, for who asks more than once: it is read once.
#[derive(Debug)]
pub struct Places(Vec<Spanned<Node>>);

/// A key that is in its map once more, further down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Twice {
    /// The path to it.
    pub path: Vec<Place>,
    /// Its line, from 1.
    pub line: u64,
    /// The line of the last one of its name, which counts where such a map is taken.
    pub last: u64,
}

impl Places {
    /// Of a text; of one that is no YAML nothing is known. Of a key that is there twice the last one counts.
    pub fn of(text: &str) -> Self {
        let mut options = super::read::reading();
        options.duplicate_keys = DuplicateKeyPolicy::PassThrough;
        // A level takes far more of the stack here than where only values are read. Nobody's settings are half as deep.
        if let Some(budget) = &mut options.budget {
            budget.max_depth = MAX_DEPTH;
        }
        Self(serde_yaml::from_multiple_with_options(text, options).unwrap_or_default())
    }

    /// Line and column, from 1, of the key (or list element) that `path` leads to in the first document that is a map.
    pub fn key(&self, path: &[Place]) -> Option<(u64, u64)> {
        self.of_path(path).map(|(key, _)| key)
    }

    /// The path to the key (or list element) that stands at a line and column, from 1, of the first document that is a map; of
    /// an element and the first key in it the one to the element.
    pub fn path(&self, place: (u64, u64)) -> Option<Vec<Place>> {
        let document = self.0.iter().find(|document| matches!(document.value, Node::Map(_)))?;
        let mut path = Vec::new();
        leads_to(&document.value, place, &mut path).then_some(path)
    }

    /// The keys that are in a map twice, in the first document that is a map; nothing of what is below them.
    pub fn twice(&self) -> Vec<Twice> {
        let mut found = Vec::new();
        if let Some(document) = self.0.iter().find(|document| matches!(document.value, Node::Map(_))) {
            doubles(&document.value, &mut Vec::new(), &mut found);
        }
        found
    }

    /// Where the key of what `path` leads to is, and where its value.
    fn of_path(&self, path: &[Place]) -> Option<((u64, u64), (u64, u64))> {
        let document = self.0.iter().find(|document| matches!(document.value, Node::Map(_)))?;
        let own = line_column(document.referenced);
        let mut here = ((own, own), &document.value);
        for step in path {
            here = match (step, here.1) {
                (Place::Key(key), Node::Map(entries)) => {
                    let (key, value) = entries.iter().rfind(|(own, _)| own.value.0 == *key)?;
                    ((line_column(key.referenced), line_column(value.referenced)), &value.value)
                }
                (Place::Index(index), Node::List(elements)) => {
                    let element = elements.get(*index)?;
                    let place = line_column(element.referenced);
                    ((place, place), &element.value)
                }
                _ => return None,
            };
        }
        Some(here.0)
    }
}

fn doubles(node: &Node, path: &mut Vec<Place>, found: &mut Vec<Twice>) {
    let mut below = |step: Place, node: &Node, last: Option<(u64, u64)>| {
        path.push(step);
        match last {
            Some((line, last)) => found.push(Twice { path: path.clone(), line, last }),
            None => doubles(node, path, found),
        }
        path.pop();
    };
    match node {
        Node::Map(entries) => {
            let last: HashMap<&str, Location> =
                entries.iter().map(|(key, _)| (&*key.value.0, key.referenced)).collect();
            for (key, value) in entries {
                let lines = last.get(&*key.value.0).map(|last| (key.referenced.line(), last.line()));
                let is_last = last.get(&*key.value.0).is_none_or(|last| *last == key.referenced);
                below(Place::key(&key.value.0), &value.value, lines.filter(|_| !is_last));
            }
        }
        Node::List(elements) => {
            elements.iter().enumerate().for_each(|(index, element)| below(Place::Index(index), &element.value, None));
        }
        Node::Null | Node::Scalar => {}
    }
}

/// Whether something below `node` stands at a place; then `path` leads there.
fn leads_to(node: &Node, place: (u64, u64), path: &mut Vec<Place>) -> bool {
    let mut below = |step: Place, own: Location, node: &Node| {
        path.push(step);
        let found = line_column(own) == place || leads_to(node, place, path);
        if !found {
            path.pop();
        }
        found
    };
    match node {
        Node::Map(entries) => {
            entries.iter().any(|(key, value)| below(Place::key(&key.value.0), key.referenced, &value.value))
        }
        Node::List(elements) => {
            let mut indexed = elements.iter().enumerate();
            indexed.any(|(index, element)| below(Place::Index(index), element.referenced, &element.value))
        }
        Node::Null | Node::Scalar => false,
    }
}

/// As [`Places::key`], of a text that is asked for one place.
pub fn place_of(text: &str, path: &[Place]) -> Option<(u64, u64)> {
    Places::of(text).key(path)
}

/// The plain scalar that `path` leads to, as it is written: `0130`, `1e3`, `yes`.
pub fn written_at(text: &str, path: &[Place]) -> Option<String> {
    let (_, (line, column)) = Places::of(text).of_path(path)?;
    let line = text.lines().nth(usize::try_from(line).ok()?.checked_sub(1)?)?;
    let rest = line.chars().skip(usize::try_from(column).ok()?.saturating_sub(1));
    let written: String = rest.take_while(|char| !char.is_whitespace() && !",]}".contains(*char)).collect();
    (!written.is_empty() && !written.starts_with(['*', '&', '!', '"', '\''])).then_some(written)
}

/// Line and column of the document of that index, empty ones not counted.
pub fn document_place(text: &str, index: usize) -> Option<(u64, u64)> {
    let Places(documents) = Places::of(text);
    let document = documents.iter().filter(|document| !matches!(document.value, Node::Null)).nth(index)?;
    let first_key = match &document.value {
        Node::Map(entries) => entries.first().map(|(key, _)| key.referenced),
        _ => None,
    };
    Some(line_column(first_key.unwrap_or(document.referenced)))
}

fn line_column(location: Location) -> (u64, u64) {
    (location.line(), location.column())
}

/// A value of which only the shape counts.
#[derive(Debug)]
enum Node {
    Null,
    Scalar,
    List(Vec<Spanned<Node>>),
    Map(Vec<(Spanned<Key>, Spanned<Node>)>),
}

/// A key as text, as `serde_json` writes it.
#[derive(Debug)]
struct Key(String);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Shape)
    }
}

struct Shape;

impl<'de> Visitor<'de> for Shape {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_i128<E>(self, _: i128) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_u128<E>(self, _: u128) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_str<E>(self, _: &str) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        Node::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = access.next_element()? {
            elements.push(element);
        }
        Ok(Node::List(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_entry()? {
            entries.push(entry);
        }
        Ok(Node::Map(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# a comment\n---\na:\n  b: 1\n  c:\n  - x: 1\n    y: {z: yes}\n  - 2\n1: one\n---\nq: 1\n";

    #[test]
    fn keys_and_elements_are_found() {
        let key = Place::key;
        let table = [
            (vec![key("a")], Some((3, 1))),
            (vec![key("a"), key("b")], Some((4, 3))),
            (vec![key("a"), key("c"), Place::Index(0), key("y"), key("z")], Some((7, 9))),
            (vec![key("a"), key("c"), Place::Index(1)], Some((8, 5))),
            (vec![key("1")], Some((9, 1))),
            (vec![key("a"), key("nope")], None),
            (vec![key("a"), key("c"), Place::Index(2)], None),
            (vec![key("q")], None),
        ];
        for (path, want) in table {
            assert_eq!(place_of(TEXT, &path), want, "{}", Place::join(&path));
            let back = want.and_then(|place| Places::of(TEXT).path(place));
            assert_eq!(back, want.map(|_| path));
        }
        let element = Places::of(TEXT).path((6, 5));
        assert_eq!(element, Some(vec![key("a"), key("c"), Place::Index(0)]));
        assert_eq!(Places::of(TEXT).path((4, 4)), None);
        assert_eq!(document_place(TEXT, 1), Some((11, 1)));
        assert_eq!(document_place(TEXT, 2), None);
    }

    #[test]
    fn keys_that_are_there_twice_are_found_and_the_last_one_counts() {
        let text = "a:\n  b: 1\n  c: {d: 1, d: 2}\n  b: {x: 1, x: 2}\na2: &m {x: 1}\nl:\n- {<<: *m, x: 2}\n- x: 1\n  x: 2\n  x: 3\n";
        let key = Place::key;
        let twice = |path: Vec<Place>, line, last| Twice { path, line, last };
        let want = [
            twice(vec![key("a"), key("b")], 2, 4),
            twice(vec![key("a"), key("c"), key("d")], 3, 3),
            twice(vec![key("a"), key("b"), key("x")], 4, 4),
            twice(vec![key("l"), Place::Index(1), key("x")], 8, 10),
            twice(vec![key("l"), Place::Index(1), key("x")], 9, 10),
        ];
        assert_eq!(Places::of(text).twice(), want);
        assert_eq!(place_of(text, &[key("a"), key("b")]), Some((4, 3)));
        assert_eq!(Places::of(TEXT).twice(), []);
    }

    #[test]
    fn what_cannot_be_read_has_no_places() {
        assert_eq!(place_of("a: [", &[Place::key("a")]), None);
    }
}
