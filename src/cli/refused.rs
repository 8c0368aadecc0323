//! Command lines that clap does not take, as errors of ours.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::elsewhere::{self, Elsewhere};
use crate::error::{Error, Kind};
use crate::report::schema::Document;

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

impl Unparsed {
    /// What clap makes of a command line.
    pub(super) fn of(error: &clap::Error, args: &[OsString]) -> Self {
        // A group of commands without any of them has its help, as in kubectl and istioctl.
        use ErrorKind::{DisplayHelp, DisplayHelpOnMissingArgumentOrSubcommand, DisplayVersion};
        if matches!(error.kind(), DisplayHelp | DisplayHelpOnMissingArgumentOrSubcommand | DisplayVersion) {
            let rendered = error.render();
            return Self::Asked { coloured: rendered.ansi().to_string(), plain: rendered.to_string() };
        }
        Self::Wrong(usage(error, args))
    }
}

/// Whether the command line asks for JSON; read before parsing, as errors of parsing need it too.
pub fn wants_json(args: &[OsString]) -> bool {
    let texts: Vec<&str> = args.iter().filter_map(|arg| arg.to_str()).collect();
    texts.windows(2).any(|pair| matches!(pair, ["-o" | "--output", "json"]))
        || texts.iter().any(|text| matches!(*text, "-ojson" | "-o=json" | "--output=json"))
}

fn usage(error: &clap::Error, args: &[OsString]) -> Error {
    let rendered = error.render().to_string();
    if let Some(Elsewhere { sentence, instead }) = command_of_others(error, args) {
        let failure = Error::usage("usage", sentence);
        return instead.into_iter().fold(failure, Error::hint).hint("run `mesh --help` to see the commands of mesh");
    }
    let message: Vec<&str> = rendered
        .lines()
        .map(|line| line.trim().trim_start_matches("error: "))
        .take_while(|line| !line.starts_with("Usage:") && !line.starts_with("tip:") && !line.starts_with("For more"))
        .filter(|line| !line.is_empty())
        .collect();
    let mut failure = Error::new(Kind::Usage, "usage", message.join(" "));
    let same = flag_of_others(error, args);
    let documents = documents_of(args);
    let suggested = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    for kind in suggested.into_iter().filter(|_| same.is_none() && documents.is_none()) {
        match error.get(kind) {
            Some(ContextValue::String(near)) => failure = failure.hint(format!("did you mean `{near}`?")),
            Some(ContextValue::Strings(near)) if !near.is_empty() => {
                let mut near: Vec<&str> = near.iter().map(String::as_str).collect();
                near.sort_by_key(|name| !begins(error, name));
                failure = failure.hint(format!("did you mean `{}`?", near.join("` or `")));
            }
            _ => {}
        }
    }
    if let Some(same) = same {
        failure = failure.hint(format!("this does the same here: {same}"));
    }
    if let Some(documents) = documents {
        failure = failure.hint(documents);
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
        .unwrap_or_else(|| meant(args));
    failure.hint(format!("run `{command} --help` to see what it takes"))
}

/// The command that the words lead to, such as `mesh tag set`: of a wrong value clap does not say it.
fn meant(args: &[OsString]) -> String {
    let root = super::command();
    let mut command = &root;
    let mut names = vec!["mesh"];
    for word in args.iter().skip(1).filter_map(|word| word.to_str()) {
        match command.find_subcommand(word) {
            Some(below) => {
                command = below;
                names.push(below.get_name());
            }
            // Before the first command it may be what was given to a flag.
            None if names.len() > 1 && !word.starts_with('-') => break,
            None => {}
        }
    }
    names.join(" ")
}

/// What a command writes, where `mesh schema` is given its name in place of a document's.
fn documents_of(args: &[OsString]) -> Option<String> {
    let at = args.iter().position(|word| word == "schema").filter(|_| meant(args) == "mesh schema")?;
    let command = meant(args.get(at..)?);
    let command = command.strip_prefix("mesh ")?;
    let names: Vec<&str> = Document::written_by(command).map(Document::name).collect();
    let first = names.first()?;
    Some(format!("`{command}` is a command and writes {}: mesh schema {first}", names.join(", ")))
}

/// Whether `name` begins with what was typed: then it is most likely what was meant.
fn begins(error: &clap::Error, name: &str) -> bool {
    let typed = [ContextKind::InvalidSubcommand, ContextKind::InvalidArg, ContextKind::InvalidValue];
    typed
        .into_iter()
        .any(|kind| matches!(error.get(kind), Some(ContextValue::String(typed)) if name.starts_with(typed)))
}

/// The command that is asked for, where it is unknown here and another program has it.
fn command_of_others(error: &clap::Error, args: &[OsString]) -> Option<Elsewhere> {
    let Some(ContextValue::String(name)) = error.get(ContextKind::InvalidSubcommand) else { return None };
    let words: Vec<&str> = args.iter().skip(1).filter_map(|arg| arg.to_str()).collect();
    let at = words.iter().position(|word| word == name)?;
    // The commands before it, without flags and what those were given.
    let above = words[..at].iter().copied().filter(|word| *word == "manifest" || *word == "values");
    elsewhere::command(&above.chain(words[at..].iter().copied()).collect::<Vec<_>>())
}

/// What does the same as a flag that is unknown here and another program has.
fn flag_of_others(error: &clap::Error, args: &[OsString]) -> Option<String> {
    let ContextValue::String(flag) = error.get(ContextKind::InvalidArg)? else { return None };
    match error.kind() {
        ErrorKind::UnknownArgument => elsewhere::flag(flag, args),
        // kubectl wants a word there.
        ErrorKind::TooManyValues if flag.starts_with("--dry-run") => Some("--dry-run, without a value".to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usage_errors_name_what_was_meant() {
        let table: [(&[&str], &str); 9] = [
            (&["mesh", "-c", "f", "tag", "list", "-o", "xml"], "run `mesh tag list --help`"),
            (&["mesh", "images", "-o", "yaml"], "run `mesh images --help`"),
            (&["mesh", "instal"], "did you mean `install`"),
            (&["mesh", "install", "--timeout", "-1s"], "`-1s` is before the start"),
            (&["mesh", "schema", "verify"], "`verify` is a command and writes Verification: mesh schema Verification"),
            (&["mesh", "schema", "install", "-o", "json"], "writes Installation, Diff: mesh schema Installation"),
            (&["mesh", "schema", "tag", "show"], "`tag list` is a command and writes TagList: mesh schema TagList"),
            (&["mesh", "schema", "Verifcation"], "did you mean `Verification`"),
            (&["mesh", "schema", "completion"], "run `mesh schema --help`"),
        ];
        for (words, wanted) in table {
            let args: Vec<OsString> = words.iter().map(OsString::from).collect();
            let error = super::super::command().try_get_matches_from(&args).expect_err(wanted);
            let said = usage(&error, &args);
            let told = format!("{said} {}", said.hints().join(" "));
            assert!(told.contains(wanted), "{told}");
        }
    }
}
