//! Text files in which types stand: the name of one on a line of its own, then a line for each of its parts, two spaces in;
//! `#` begins a comment.

use std::collections::HashMap;

/// What such files hold, by name. It is read once and lives as long as the program.
pub(crate) struct Table<T: 'static> {
    names: HashMap<&'static str, &'static T>,
}

impl<T> Table<T> {
    /// Reads files. Types refer to each other before they are read, so `named` makes every type of its name first, and
    /// `fill` then gives it what its lines say. One that is there twice keeps what it got first; tests refuse it.
    pub(crate) fn read(
        files: &[&'static str],
        named: impl Fn(&'static str) -> T,
        fill: impl Fn(&Self, &'static T, &[&'static str]),
    ) -> Self {
        let mut parts: Vec<(&'static str, Vec<&'static str>)> = Vec::new();
        for line in files.iter().flat_map(|file| file.lines()).filter(|line| !line.starts_with('#')) {
            match (line.strip_prefix("  "), parts.last_mut()) {
                (Some(part), Some((_, parts))) => parts.push(part),
                (Some(_), None) => {}
                (None, _) => parts.push((line, Vec::new())),
            }
        }
        let leaked = |name| -> &'static T { Box::leak(Box::new(named(name))) };
        let table = Self { names: parts.iter().map(|(name, _)| (*name, leaked(*name))).collect() };
        for (name, parts) in &parts {
            if let Some(found) = table.get(name) {
                fill(&table, found, parts);
            }
        }
        table
    }

    /// The type of this name.
    pub(crate) fn get(&self, name: &str) -> Option<&'static T> {
        self.names.get(name).copied()
    }
}

/// How a shape is spelled.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Spelled<'a> {
    /// `*shape`: it may be absent.
    Optional(&'a str),
    /// `[shape]`: a list.
    List(&'a str),
    /// `{shape}`: a map from text.
    Map(&'a str),
    /// A name.
    Name(&'a str),
}

impl<'a> Spelled<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        let within = |open, close| text.strip_prefix(open).and_then(|rest: &str| rest.strip_suffix(close));
        match (text.strip_prefix('*'), within('[', ']'), within('{', '}')) {
            (Some(inner), ..) => Self::Optional(inner),
            (_, Some(element), _) => Self::List(element),
            (.., Some(value)) => Self::Map(value),
            _ => Self::Name(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::OnceLock;

    struct Named {
        name: &'static str,
        /// The types that its lines name.
        parts: OnceLock<Vec<Option<&'static Named>>>,
    }

    #[test]
    fn types_refer_to_each_other_whichever_comes_first() {
        let files = ["# a comment\nA\n  B\n  A\nB\n", "C\n  B\n  nothing\nA\n  twice\n"];
        let table = Table::read(
            &files,
            |name| Named { name, parts: OnceLock::new() },
            |table, found, lines| {
                _ = found.parts.set(lines.iter().map(|line| table.get(line)).collect());
            },
        );
        let parts = |name: &str| -> Option<Vec<&str>> {
            let parts = table.get(name)?.parts.get()?;
            Some(parts.iter().map(|part| part.map_or("-", |part| part.name)).collect())
        };
        assert_eq!(parts("A"), Some(vec!["B", "A"]));
        assert_eq!(parts("B"), Some(vec![]));
        assert_eq!(parts("C"), Some(vec!["B", "-"]));
        assert_eq!(parts("# a comment"), None);
    }

    #[test]
    fn shapes_are_spelled_from_the_outside() {
        let table = [
            ("*[x]", Spelled::Optional("[x]")),
            ("[{x}]", Spelled::List("{x}")),
            ("{[x]}", Spelled::Map("[x]")),
            ("x", Spelled::Name("x")),
            ("[x", Spelled::Name("[x")),
        ];
        for (text, want) in table {
            assert_eq!(Spelled::of(text), want, "{text}");
        }
    }
}
