//! How help reads: one line an argument, in every command, whatever clap makes of described values by itself.

use std::ffi::OsString;
use std::path::Path;

use clap::builder::PossibleValue;
use clap::{Arg, Args, Command, CommandFactory, FromArgMatches};

use super::{Cli, Global, Unparsed};
use crate::ui;

/// The command line's definition as help, man pages and completion scripts show it.
pub fn command() -> Command {
    compact(Cli::command())
}

/// Reads a command line.
///
/// # Errors
/// Wrong usage; help and version, which are asked for.
pub fn parse(args: &[OsString]) -> Result<Cli, Unparsed> {
    if let Some(cli) = by_its_command(args) {
        return Ok(cli);
    }
    let called = if is_plugin(args) { command().bin_name(ui::PLUGIN) } else { command() };
    let matches = called.try_get_matches_from(args).map_err(|error| Unparsed::of(&error, args))?;
    Cli::from_arg_matches(&matches).map_err(|error| Unparsed::of(&error.format(&mut command()), args))
}

/// Reads a command line by the definition of the first command that it names, alone: clap gives every command that there is
/// each global flag, and we their texts, which takes longer than many a command runs. None where that does not go, which the
/// whole definition then explains.
fn by_its_command(args: &[OsString]) -> Option<Cli> {
    let all = Cli::command();
    let named = args.iter().skip(1).find_map(|word| all.find_subcommand(word))?.clone();
    let alone = Global::augment_args(Command::new("mesh")).subcommand(named);
    Cli::from_arg_matches(&alone.try_get_matches_from(args).ok()?).ok()
}

/// Whether kubectl runs the program, as its plugin: it is called `kubectl-mesh` then.
pub fn is_plugin(args: &[OsString]) -> bool {
    args.first().is_some_and(|program| Path::new(program).file_stem().is_some_and(|name| name == "kubectl-mesh"))
}

/// The names of all commands, as they stand after the program's.
pub fn names() -> Vec<String> {
    let command = Cli::command();
    let names = command.get_subcommands().flat_map(|one| std::iter::once(one.get_name()).chain(one.get_all_aliases()));
    names.map(str::to_owned).collect()
}

fn compact(command: Command) -> Command {
    let command = command.mut_args(values_in_line).mut_subcommands(compact);
    match command.get_after_help().map(ToString::to_string) {
        Some(text) => command.after_help(unbroken(&text)),
        None => command,
    }
}

/// A paragraph in one line, so that it is broken once: at the width of the terminal. Lines that are indented, and those
/// above them that end in a colon, stay as they are.
fn unbroken(text: &str) -> String {
    let mut whole = String::with_capacity(text.len());
    let mut last = "";
    for line in text.lines() {
        let goes_on = !last.is_empty() && !last.starts_with(' ') && !line.is_empty() && !line.starts_with(' ');
        if goes_on {
            whole.push(' ');
        } else if !whole.is_empty() {
            whole.push('\n');
        }
        whole.push_str(line);
        last = line;
    }
    whole
}

/// Names the values in the line of the argument. clap gives each a line of its own as soon as one has a description,
/// and every other argument a paragraph; completion scripts still show the descriptions.
fn values_in_line(arg: Arg) -> Arg {
    let values = arg.get_possible_values();
    let shown = values.iter().filter(|value| !value.is_hide_set()).map(PossibleValue::get_name);
    let names = shown.collect::<Vec<_>>().join(", ");
    // Flags have the values true and false, which nobody writes.
    if names.is_empty() || !arg.get_action().takes_values() || arg.is_hide_possible_values_set() {
        return arg;
    }
    let help = arg.get_help().map(|help| format!("{help}: {names}"));
    arg.hide_possible_values(true).help(help.unwrap_or(names))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_named_in_the_line_of_their_argument() {
        let help = command().term_width(120).render_help().to_string();
        let line = help.lines().find(|line| line.contains("--color")).map(str::trim);
        assert_eq!(
            line,
            Some("--color <WHEN>            When to colour: auto, always, never [default: auto]"),
            "{help}"
        );
    }

    /// The text below the arguments, of every command.
    fn below(command: &Command, width: usize, found: &mut Vec<String>) {
        let text = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let first = text.lines().next().unwrap_or_default().to_owned();
        let help = command.clone().term_width(width).render_help().to_string();
        let from = help.rfind(&first).unwrap_or_default();
        found.push(help[from..].to_owned());
        command.get_subcommands().for_each(|inner| below(inner, width, found));
    }

    #[test]
    fn texts_are_broken_once_between_words_at_the_width_of_the_terminal() {
        for width in [80, 200] {
            let mut texts = Vec::new();
            below(&command(), width, &mut texts);
            assert!(texts.len() > 30);
            for text in &texts {
                let lines: Vec<&str> = text.lines().collect();
                for pair in lines.windows(2) {
                    let (line, next) = (pair[0], pair[1]);
                    assert!(line.chars().count() <= width, "{width}: {line}");
                    let plain = |line: &str| !line.is_empty() && !line.starts_with(' ');
                    let word = next.split(' ').next().unwrap_or_default();
                    let fits = line.chars().count() + 1 + word.chars().count() <= width;
                    assert!(!(plain(line) && plain(next) && fits), "{width}: broken too early:\n{line}\n{next}");
                }
            }
        }
    }

    #[test]
    fn a_group_without_a_command_is_its_help() {
        for (line, part) in [(&["mesh"][..], "Install Istio"), (&["mesh", "manifest"], "generate")] {
            let unparsed = parse(&line.iter().map(OsString::from).collect::<Vec<_>>()).map(|_| ());
            assert!(matches!(unparsed, Err(Unparsed::Asked { plain, .. }) if plain.contains(part)), "{line:?}");
        }
    }

    #[test]
    fn a_command_alone_is_read_as_among_all() {
        let lines = [
            "mesh version --client",
            "mesh -n check install --set profile=demo -y",
            "mesh -v tag set prod --revision x -vv",
            "mesh apply -f x.yaml --timeout 9s",
            "mesh manifest generate --set a=b",
            "mesh inject namespace a b -o json",
            "mesh inject -f x.yaml",
            "mesh --context a diff --context b",
            "mesh release list",
        ];
        for line in lines {
            let args: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            let whole = command().try_get_matches_from(&args).map(|all| Cli::from_arg_matches(&all));
            let whole = whole.expect(line).expect(line);
            assert_eq!(format!("{:?}", parse(&args).ok()), format!("{:?}", Some(whole)), "{line}");
        }
        for line in
            ["mesh", "mesh install --help", "mesh install --no-such", "mesh -n install", "mesh tag", "mesh x install"]
        {
            let args: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            assert!(by_its_command(&args).is_none() && parse(&args).is_err(), "{line}");
        }
    }

    #[test]
    fn flags_without_values_stay_as_they_are() {
        let parsed = parse(&["mesh", "version", "--client", "-vv"].map(OsString::from));
        assert!(parsed.is_ok_and(|cli| cli.global.verbose == 2));
        assert!(parse(&["mesh", "version", "-o", "xml"].map(OsString::from)).is_err());
    }
}
