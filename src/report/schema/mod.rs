//! The documents that `-o json` writes: which there are, who writes them, and the JSON Schema of each.

mod table;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::document;
use super::table::table as columns;
use crate::ui;
use table::{Entry, entries};

/// Who writes errors, as the tables say it.
const EVERY: &str = "every command with -o json";

/// A document.
#[derive(Debug, Clone, Copy)]
pub struct Document(&'static Entry);

impl Document {
    /// All of them: those of changes, those of looks, those that need no cluster.
    pub fn all() -> impl Iterator<Item = Self> {
        entries().iter().filter(|entry| entry.is_document()).map(Self)
    }

    /// The one of that name, whatever its case.
    pub fn named(name: &str) -> Option<Self> {
        Self::all().find(|one| one.name().eq_ignore_ascii_case(name))
    }

    /// Its name, which is its `kind`.
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// The commands that write it, such as `tag list`; `every command with -o json` for errors.
    pub fn commands(self) -> &'static [&'static str] {
        &self.0.commands
    }

    /// The same by their names alone, as programs compare them.
    fn names_of_commands(self) -> Vec<&'static str> {
        let own = self.commands();
        if *own != [EVERY] {
            return own.to_vec();
        }
        let all: BTreeSet<_> = Self::all().flat_map(Self::commands).copied().filter(|name| *name != EVERY).collect();
        all.into_iter().collect()
    }

    /// Those that a command writes, or the commands below it.
    pub fn written_by(command: &str) -> impl Iterator<Item = Self> {
        let is_it =
            move |name: &str| name.strip_prefix(command).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
        Self::all().filter(move |one| one.commands().iter().any(|name| is_it(name)))
    }

    /// Its JSON Schema, of draft 2020-12.
    pub fn schema(self) -> Value {
        self.0.schema()
    }
}

/// The schema of a document as text.
pub fn one(document: Document) -> String {
    ui::json(&document.schema())
}

/// The documents with who writes them, a line each.
pub fn list() -> String {
    let rows = Document::all().map(|one| vec![one.name().to_owned(), one.commands().join(", ")]);
    columns(&["DOCUMENT", "WRITTEN BY"], rows)
}

/// A document of kind `SchemaList`.
pub fn list_json() -> String {
    let one = |one: Document| json!({ "name": one.name(), "commands": one.names_of_commands(), "about": one.0.about, "schema": one.schema() });
    document::of("SchemaList", "schemas", Document::all().map(one).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn for_programs_each_command_of_errors_has_its_name() {
        let list: Value = serde_json::from_str(&list_json()).expect("JSON");
        let schemas = list["schemas"].as_array().expect("a list");
        let of = |command: &str| {
            let is_of =
                |one: &&Value| one["commands"].as_array().is_some_and(|all| all.iter().any(|own| own == command));
            schemas.iter().filter(is_of).map(|one| one["name"].as_str().unwrap_or_default()).collect::<Vec<_>>()
        };
        assert_eq!(of("verify"), ["Verification", "Error"]);
        assert_eq!(of("tag list"), ["TagList", "Error"]);
        // These have no -o json.
        for command in [EVERY, "completion", "inject", "export nothing"] {
            assert_eq!(of(command), [""; 0], "{command}");
        }
        let text = super::list();
        assert!(text.lines().any(|line| line.starts_with("Error ") && line.ends_with(EVERY)), "{text}");
    }

    #[test]
    fn a_command_has_its_documents() {
        let of = |command: &str| Document::written_by(command).map(Document::name).collect::<Vec<_>>();
        assert_eq!(of("verify"), ["Verification"]);
        assert_eq!(of("tag"), ["Tag", "TagRemoval", "TagList", "List"]);
        assert_eq!(of("ver"), [""; 0]);
    }
}
