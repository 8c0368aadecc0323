//! An error, printed once.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use serde_json::json;

use crate::error::{Error, Kind};
pub(super) use crate::report::document::error as as_value;
use crate::ui::{Color, Style, Ui, json_line, sanitize};

/// Prints `error` to stderr and gives its exit code.
pub(super) fn report(ui: &Ui, error: &Error, as_json: bool) -> u8 {
    if as_json {
        ui.message(json_line(&document(error)).trim_end());
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

/// Whether the command line asks for JSON; read before parsing, as errors of parsing need it too.
pub(super) fn wants_json(args: &[OsString]) -> bool {
    let texts: Vec<&str> = args.iter().filter_map(|arg| arg.to_str()).collect();
    texts.windows(2).any(|pair| matches!(pair, ["-o" | "--output", "json"]))
        || texts.iter().any(|text| matches!(*text, "-ojson" | "-o=json" | "--output=json"))
}

/// What clap could not parse, or help and version, which are results.
pub(super) fn parsing(error: &clap::Error, args: &[OsString]) -> u8 {
    let ui = Ui::new(Color::Auto, false);
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        let rendered = error.render();
        let text = if ui.color { rendered.ansi().to_string() } else { rendered.to_string() };
        return match ui.result(&text) {
            Ok(()) => 0,
            Err(error) => report(&ui, &error, false),
        };
    }
    report(&ui, &usage(error), wants_json(args))
}

fn document(error: &Error) -> serde_json::Value {
    json!({ "apiVersion": "mesh/v1", "kind": "Error", "error": as_value(error) })
}

fn usage(error: &clap::Error) -> Error {
    let rendered = error.render().to_string();
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return Error::usage("usage", "a command is missing").hint("run `mesh --help` to see the commands");
    }
    let message: Vec<&str> = rendered
        .lines()
        .map(|line| line.trim().trim_start_matches("error: "))
        .take_while(|line| !line.starts_with("Usage:") && !line.starts_with("tip:") && !line.starts_with("For more"))
        .filter(|line| !line.is_empty())
        .collect();
    let mut failure = Error::new(Kind::Usage, "usage", message.join(" "));
    for kind in [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue] {
        match error.get(kind) {
            Some(ContextValue::String(near)) => failure = failure.hint(format!("did you mean `{near}`?")),
            Some(ContextValue::Strings(near)) if !near.is_empty() => {
                failure = failure.hint(format!("did you mean `{}`?", near.join("` or `")));
            }
            _ => {}
        }
    }
    let command = rendered
        .lines()
        .find_map(|line| line.trim().strip_prefix("Usage: "))
        .map(|usage| {
            let words = usage
                .split_whitespace()
                .take_while(|word| word.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !word.starts_with('-'));
            words.collect::<Vec<_>>().join(" ")
        })
        .filter(|command| !command.is_empty())
        .unwrap_or_else(|| "mesh".to_owned());
    failure.hint(format!("run `{command} --help` to see what it takes"))
}

fn sanitize_lines(text: &str) -> String {
    text.lines().map(sanitize).collect::<Vec<_>>().join("\n  ")
}
