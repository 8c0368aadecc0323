//! What the reference checks before it renders.

use serde_json::Value;

use super::Inputs;
use super::layer::User;
use crate::error::Result;

/// Checks the merged document; the warnings.
pub(super) fn check(_inputs: &Inputs, _user: &User, _document: &Value) -> Result<Vec<String>> {
    Ok(Vec::new())
}

/// A revision becomes part of names and a label: a DNS-1123 label. What is wrong with it, if anything.
pub(super) fn revision(revision: &str) -> Result<(), String> {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = revision.as_bytes();
    let ends = bytes.first().copied().is_some_and(inner) && bytes.last().copied().is_some_and(inner);
    if ends && bytes.len() <= 63 && bytes.iter().all(|byte| inner(*byte) || *byte == b'-') {
        return Ok(());
    }
    Err(format!(
        "`{revision}` is no revision: lower-case letters, digits and `-`, at most 63, a letter or digit at both ends"
    ))
}
