//! One file per command: arguments to settings, through the layers, to a report and an exit code.

mod completion;
mod failure;
mod inject;
mod inputs;
mod install;
mod interrupt;
mod manifest;
mod manifest_diff;
mod profile;
mod records;
mod settings;
mod survey;
mod version;

use std::ffi::OsString;

use crate::cli::{self, Cli, Command};
use crate::error::Result;
use settings::Settings;

/// Runs one command line and gives the exit code. Prints an error once.
pub fn main(args: impl IntoIterator<Item = OsString>) -> u8 {
    let args: Vec<OsString> = args.into_iter().collect();
    let cli = match cli::parse(&args) {
        Ok(cli) => cli,
        Err(error) => return failure::parsing(&error, &args),
    };
    let Cli { global, command } = cli;
    let settings = Settings::resolve(global);
    settings.trace();
    match dispatch(&settings, command) {
        Ok(()) => 0,
        Err(error) => failure::report(&settings.ui, &error, failure::wants_json(&args)),
    }
}

fn dispatch(settings: &Settings, command: Command) -> Result<()> {
    match command {
        Command::Install(args) => install::run(settings, args),
        Command::Manifest(command) => manifest::run(settings, command),
        Command::Profile(command) => profile::run(settings, command),
        Command::Values(command) => profile::values(settings, command),
        Command::Inject(args) => inject::run(settings, args),
        Command::Version(args) => version::run(settings, args),
        Command::Completion(args) => completion::run(settings, &args),
    }
}
