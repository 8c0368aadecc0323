//! What keys there are and what they hold, as tables of text that are parsed when first needed.
//!
//! A line that begins a type is its name; the indented lines below are its keys: `NAME TYPE [deprecated]`. Types are
//!
//! ```text
//! any bool string int uint number duration quantity int-or-string
//! A|B  =A    one of these words        [T]  a list of T        {T}  a map from any key to T
//! Name       a type of the same table  table.Name  one of another
//! ```
//!
//! What a type marked `open` says is not enforced: a difference is worth a warning only. The same goes for unknown keys in
//! the mesh table, which istiod skips. Null is allowed everywhere: it means the key is not there.

mod check;
mod table;

pub(super) use check::{Problem, check};
pub(super) use table::{Field, Type};

use crate::yaml::Place;

/// The type of the whole operator document.
pub(super) fn document() -> Type {
    Type::of(table::operator(), "IstioOperator")
}

/// The type of `spec`.
pub(super) fn spec() -> Type {
    Type::of(table::operator(), "Spec")
}

/// The key that the last step of `path` names, below a type; none where the schema does not say.
pub(super) fn find(from: &Type, path: &[Place]) -> Option<Field> {
    let mut field = Field::anonymous(from.clone());
    for step in path {
        field = match (step, field.kind) {
            (Place::Key(key), kind @ Type::Struct(..)) => kind.field(key)?,
            (Place::Key(_), Type::Map(inner)) | (Place::Index(_), Type::List(inner)) => Field::anonymous(*inner),
            (_, Type::Any) => Field::anonymous(Type::Any),
            _ => return None,
        };
    }
    Some(field)
}

#[cfg(test)]
mod tests;
