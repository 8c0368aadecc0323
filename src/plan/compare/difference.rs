//! One difference, and how it is shown.

use std::fmt;

use serde_json::Value;

use crate::plan::path::Path;

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
