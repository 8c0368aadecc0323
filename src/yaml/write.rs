//! Writing: values to text, with the layout of Kubernetes' own tools.

use serde_json::Value;

use crate::error::{Error, Result};

/// One document as YAML that ends with a newline, with the layout of Kubernetes' own tools: keys in natural order.
///
/// # Errors
/// `yaml-write` where a value has no YAML form: nested too deeply.
pub fn text(value: &Value) -> Result<String> {
    let mut text = String::new();
    append(&mut text, value)?;
    Ok(text)
}

/// [`text`] at the end of `out`, which is empty or ends with a line break.
///
/// # Errors
/// As [`text`].
pub fn append(out: &mut String, value: &Value) -> Result<()> {
    gotemplate::append_yaml(out, value)
        .map_err(|error| Error::failed("yaml-write", format!("cannot write YAML: {error}")))?;
    out.push('\n');
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::yaml::document;

    #[test]
    fn strings_that_look_like_values_are_quoted() -> Result<()> {
        let value =
            json!({"a": "yes", "on": "on", "n": "1_000", "o": "0644", "t": "2001-01-01", "x": "0x1f", "e": "1e3"});
        assert_eq!(document("f", &text(&value)?)?, value);
        Ok(())
    }
}
