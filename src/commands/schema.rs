//! `mesh schema`: the documents that `-o json` writes, and their JSON Schemas.

use super::settings::Settings;
use crate::cli::{SchemaArgs, TextOutput};
use crate::error::Result;
use crate::report::schema;

/// Prints the list, or a schema; makes no connection.
pub(super) fn run(settings: &Settings, args: SchemaArgs) -> Result<()> {
    let SchemaArgs { name, output } = args;
    settings.ui.result(&match (name, output) {
        (Some(document), _) => schema::one(document),
        (None, TextOutput::Text) => schema::list(),
        (None, TextOutput::Json) => schema::list_json(),
    })
}
