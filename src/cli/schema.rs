//! `mesh schema`.

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::TextOutput;
use crate::report::schema::Document;

/// `mesh schema`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh schema
  mesh schema Verification > verification.schema.json
  mesh schema -o json | jq '.schemas[] | {name, commands}'

JSON Schemas are of draft 2020-12. Each is of the documents that this version of mesh writes; later ones of the same major version may
have more fields.")]
pub struct SchemaArgs {
    /// The document, by its kind; without it all are listed
    #[arg(value_name = "NAME", value_parser = documents(), ignore_case = true, hide_possible_values = true)]
    pub name: Option<Document>,
    /// Format of the list; a schema is JSON anyway
    #[arg(long, short = 'o', value_enum, default_value_t = TextOutput::Text, value_name = "FORMAT")]
    pub output: TextOutput,
}

fn documents() -> impl TypedValueParser<Value = Document> {
    let named = |name: String| Document::named(&name).ok_or("no such document");
    PossibleValuesParser::new(Document::all().map(Document::name)).try_map(named)
}
