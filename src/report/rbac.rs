//! Roles as a manifest, with what has to be known of them.

use serde_json::json;

use crate::error::Result;
use crate::plan::access::roles::{Shape, reasons, roles, warnings};
use crate::plan::access::{Need, Purpose};
use crate::{ui, yaml};

/// How wide comments are.
const WIDTH: usize = 110;

/// YAML documents, below comments that say what they are for, what to know before, and what is not asked for in every run.
///
/// # Errors
/// None that an input can cause.
pub fn yaml(purposes: &[Purpose], needs: &[Need], shape: &Shape<'_>) -> Result<String> {
    let commands: Vec<&str> = purposes.iter().map(|purpose| purpose.name()).collect();
    let mut text = comment("# ", &format!("What mesh {} asks for, and no more.", commands.join(", mesh ")));
    for warning in warnings(needs) {
        text += &comment("# Warning: ", &format!("{warning}."));
    }
    if shape.namespaced {
        text += &comment("# ", "Each namespace has to be there before its Role.");
    }
    let reasons = reasons(needs);
    if !reasons.is_empty() {
        text += "# Not in every run, but only where\n";
    }
    for (why, deeds) in reasons {
        text += &comment("# - ", &format!("{why}: {}", ui::sanitize(&deeds.join("; "))));
    }
    for role in roles(needs, shape) {
        text += "---\n";
        text += &yaml::text(&role)?;
    }
    Ok(text)
}

/// One JSON list.
pub fn json(needs: &[Need], shape: &Shape<'_>) -> String {
    ui::json(&json!({ "apiVersion": "v1", "kind": "List", "items": roles(needs, shape) }))
}

/// Lines that begin so, further ones as far in.
fn comment(start: &str, text: &str) -> String {
    let mut lines = vec![start.to_owned()];
    let indent = format!("# {}", " ".repeat(start.len().saturating_sub(2)));
    for word in text.split(' ') {
        let last =
            lines.last_mut().filter(|line| line.len() + word.len() < WIDTH || line.trim_end().len() < start.len());
        match last {
            Some(line) => {
                if !line.ends_with(' ') {
                    line.push(' ');
                }
                line.push_str(word);
            }
            None => lines.push(format!("{indent}{word}")),
        }
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_broken_between_words() {
        let text = comment("# - ", &"word ".repeat(40));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 2);
        assert!(lines[0].starts_with("# - word word") && lines[1].starts_with("#   word"), "{text}");
        assert!(lines.iter().all(|line| line.len() <= WIDTH));
    }
}
