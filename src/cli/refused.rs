//! Command lines that clap does not take, as errors of ours.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::error::{Error, Kind};

/// What came of a command line that is no command.
pub enum Unparsed {
    /// Help or the version, which was asked for: with colours, and without.
    Asked {
        /// With ANSI colours.
        coloured: String,
        /// Without.
        plain: String,
    },
    /// It is wrong.
    Wrong(Error),
}

impl From<clap::Error> for Unparsed {
    fn from(error: clap::Error) -> Self {
        if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
            let rendered = error.render();
            return Self::Asked { coloured: rendered.ansi().to_string(), plain: rendered.to_string() };
        }
        Self::Wrong(usage(&error))
    }
}

/// Whether the command line asks for JSON; read before parsing, as errors of parsing need it too.
pub fn wants_json(args: &[OsString]) -> bool {
    let texts: Vec<&str> = args.iter().filter_map(|arg| arg.to_str()).collect();
    texts.windows(2).any(|pair| matches!(pair, ["-o" | "--output", "json"]))
        || texts.iter().any(|text| matches!(*text, "-ojson" | "-o=json" | "--output=json"))
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
