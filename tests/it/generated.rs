//! What is made from the definition of the command line and kept in the repository: completion scripts, man pages, and
//! the help texts, so that a change of them is seen. `MESH_UPDATE=1 cargo test --test it generated` writes them anew.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Command, ValueEnum};
use clap_complete::{Generator, Shell};
use mesh::cli;

use crate::docs::shell;
use crate::harness::kept::{Files, keep};

/// Help is wrapped at this width here, whatever terminal the tests run in.
const WIDTH: usize = 100;

/// What writes these files anew.
const UPDATE: &str = "cargo test --test it generated";

/// The whole command line, with everything derived in place.
pub(crate) fn command() -> Command {
    let mut command = cli::command().term_width(WIDTH).disable_help_subcommand(true);
    command.build();
    command
}

/// Every command users can see, outermost first, each with its words: `["mesh", "manifest", "generate"]`.
pub(crate) fn commands() -> Vec<(Vec<String>, Command)> {
    fn visit(command: &Command, above: &[String], found: &mut Vec<(Vec<String>, Command)>) {
        let mut words = above.to_vec();
        words.push(command.get_name().to_owned());
        found.push((words.clone(), command.clone()));
        for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
            visit(below, &words, found);
        }
    }
    let mut found = Vec::new();
    visit(&command(), &[], &mut found);
    found
}

#[test]
fn completion_scripts_and_man_pages() {
    let mut files = Files::new();
    for shell in Shell::value_variants() {
        let mut script = Vec::new();
        clap_complete::generate(*shell, &mut cli::command(), "mesh", &mut script);
        files.insert(shell.file_name("mesh").into(), String::from_utf8(script).expect("a script is text"));
    }
    for (words, command) in commands() {
        files.insert(Path::new("man").join(format!("{}.1", words.join("-"))), man_page(&words, &command));
    }
    keep("completions", &files, UPDATE);
}

/// The page of a command. Its examples keep their lines, which `clap_mangen` by itself would fill.
fn man_page(words: &[String], command: &Command) -> String {
    let page = clap_mangen::Man::new(command.clone().display_name(words.join("-")))
        .source(format!("mesh {}", env!("CARGO_PKG_VERSION")))
        .manual("mesh");
    let mut text = Vec::new();
    let rendered = page
        .render_title(&mut text)
        .and_then(|()| page.render_name_section(&mut text))
        .and_then(|()| {
            writeln!(text, ".SH SYNOPSIS\n{}", command.clone().render_usage().to_string().replacen("Usage: ", "", 1))
        })
        .and_then(|()| page.render_description_section(&mut text))
        .and_then(|()| page.render_options_section(&mut text))
        .and_then(|()| if command.has_subcommands() { page.render_subcommands_section(&mut text) } else { Ok(()) });
    rendered.expect("writing to memory");
    // The date, which is none so that the page stays the same, has to be there as an empty argument.
    let mut text = String::from_utf8(text).expect("a page is text").replacen(" 1  \"", " 1 \"\" \"", 1);
    if let Some(after) = command.get_after_help() {
        text.push_str(".SH NOTES\n.nf\n");
        for line in after.to_string().lines() {
            // A paragraph is one line, and filled; a heading or an example is a line.
            let paragraph = !line.is_empty() && !line.starts_with(' ') && !line.ends_with(':');
            // A line that begins with `.` or `'` would be a request; `\&` is nothing, and not such a beginning.
            let line = line.replace('\\', "\\e").replace('-', "\\-");
            let guard = if line.starts_with(['.', '\'']) { "\\&" } else { "" };
            let (fill, plain) = if paragraph { (".fi\n", ".nf\n") } else { ("", "") };
            text.push_str(&format!("{fill}{guard}{line}\n{plain}"));
        }
        text.push_str(".fi\n");
    }
    text
}

#[test]
fn help_texts() {
    let files = commands().into_iter().map(|(words, _)| {
        let asked = command().try_get_matches_from(words.iter().map(String::as_str).chain(["--help"]));
        let help = asked.expect_err("help is not a run").render().to_string();
        let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
        (PathBuf::from(format!("{}.txt", words.join("-"))), lines.join("\n") + "\n")
    });
    keep("tests/it/snapshots/help", &files.collect(), UPDATE);
}

#[test]
fn every_command_shows_examples_that_it_understands() {
    let mut wrong = Vec::new();
    for (words, command) in commands() {
        let name = words.join(" ");
        let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        if !command.has_subcommands() && !after.contains("Examples:\n") {
            wrong.push(format!("{name}: no examples"));
        }
        let examples = after.split("Examples:\n").nth(1).unwrap_or_default();
        for line in examples.lines().take_while(|line| line.starts_with("  ")) {
            // A run of spaces parts an example from what it is for.
            let example = line.trim().split("   ").next().unwrap_or_default();
            let found = shell::mesh_commands(example);
            if found.is_empty() {
                wrong.push(format!("{name}: `{example}` runs no mesh"));
            }
            wrong.extend(found.iter().filter_map(|args| shell::misunderstood(args)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_argument_is_explained() {
    let mut wrong = Vec::new();
    for (words, command) in commands() {
        let name = words.join(" ");
        if command.get_about().is_none() {
            wrong.push(format!("{name}: says not what it is for"));
        }
        for argument in command.get_arguments().filter(|argument| !argument.is_hide_set()) {
            let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
            if help.is_empty() || help.ends_with('.') {
                wrong.push(format!("{name} {}: help that is missing, or ends with a full stop", argument.get_id()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
