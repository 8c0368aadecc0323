//! An error, printed once.

use serde_json::json;

use super::document;
use crate::error::Error;
use crate::ui::{Style, Ui, json_line, sanitize};

/// Prints `error` to stderr and gives its exit code.
pub fn tell(ui: &Ui, error: &Error, as_json: bool) -> u8 {
    if as_json {
        let document = json!({ "apiVersion": "mesh/v1", "kind": "Error", "error": document::error(error) });
        ui.message_as_is(json_line(&document).trim_end());
    } else {
        ui.message(&format!("{} {}", ui.paint(Style::Bad, "error:"), sanitize_lines(&error.to_string())));
        for cause in error.causes() {
            ui.message(&format!("  caused by: {}", sanitize_lines(&cause)));
        }
        for hint in error.hints() {
            ui.message(&format!("{} {}", ui.paint(Style::Warn, "hint:"), sanitize_lines(hint)));
        }
    }
    error.kind().exit_code()
}

fn sanitize_lines(text: &str) -> String {
    text.lines().map(sanitize).collect::<Vec<_>>().join("\n  ")
}
