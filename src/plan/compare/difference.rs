//! One difference, and how it is shown.

use std::fmt;

use serde_json::Value;

use crate::object::ObjectId;
use crate::plan::path::Path;
use crate::text::hidden;

/// One field that is not as wanted.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Difference {
    /// The field.
    pub path: Path,
    /// What it should be; none where it should not be there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wanted: Option<Value>,
    /// What it is; none where it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<Value>,
    /// The field manager that holds what is there, the one most foreign to us where several do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manager: Option<String>,
}

impl Difference {
    /// The same as anybody may see it, where it is of the object `id`: what a Secret holds and what has the name of a secret is
    /// not told.
    pub fn shown(&self, id: &ObjectId) -> Self {
        let is_secret = id.kind == "Secret" && id.group.is_empty();
        let of_secret = is_secret && self.path.fields().first().is_none_or(|field| hidden::HELD.contains(field));
        let is_named = self.path.named().is_some_and(hidden::is_secret);
        let hide = |value: &Option<Value>| {
            value.as_ref().map(|value| match value {
                _ if of_secret => hidden::HIDDEN.into(),
                value if is_named => hidden::scalar(value),
                value => hidden::tree(value),
            })
        };
        Self { wanted: hide(&self.wanted), found: hide(&self.found), ..self.clone() }
    }
}

/// `spec.ports[port=15010].port: wanted 15010, found 15099 (kubectl-edit)`; long values are cut, and text of the cluster
/// is raw.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = |value: &Option<Value>| {
            let text = value.as_ref().map_or_else(|| "nothing".to_owned(), Value::to_string);
            if text.chars().count() > 80 { text.chars().take(79).chain(['…']).collect() } else { text }
        };
        write!(f, "{}: wanted {}, found {}", self.path, short(&self.wanted), short(&self.found))?;
        self.manager.as_ref().map_or(Ok(()), |manager| write!(f, " ({manager})"))
    }
}
