//! How help reads: one line an argument, in every command, whatever clap makes of described values by itself.

use std::ffi::OsString;

use clap::builder::PossibleValue;
use clap::{Arg, Command, CommandFactory, FromArgMatches};

use super::{Cli, Unparsed};

/// The command line's definition as help, man pages and completion scripts show it.
pub fn command() -> Command {
    compact(Cli::command())
}

/// Reads a command line.
///
/// # Errors
/// Wrong usage; help and version, which are asked for.
pub fn parse(args: &[OsString]) -> Result<Cli, Unparsed> {
    let matches = command().try_get_matches_from(args)?;
    Ok(Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut command()))?)
}

fn compact(command: Command) -> Command {
    command.mut_args(values_in_line).mut_subcommands(compact)
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

    #[test]
    fn flags_without_values_stay_as_they_are() {
        let parsed = parse(&["mesh", "version", "--client", "-vv"].map(OsString::from));
        assert!(parsed.is_ok_and(|cli| cli.global.verbose == 2));
        assert!(parse(&["mesh", "version", "-o", "xml"].map(OsString::from)).is_err());
    }
}
