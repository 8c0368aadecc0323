//! The documents that `-o json` writes: which there are, who writes them, and the JSON Schema of each.

mod table;

use serde_json::{Value, json};

use super::document;
use super::table::table as columns;
use crate::ui;
use table::{Entry, entries};

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

    /// The commands that write it, such as `tag list`; `every command` for errors.
    pub fn commands(self) -> &'static [&'static str] {
        &self.0.commands
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
    let one = |one: Document| json!({ "name": one.name(), "commands": one.commands(), "about": one.0.about, "schema": one.schema() });
    document::of("SchemaList", "schemas", Document::all().map(one).collect())
}
