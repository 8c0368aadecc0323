//! `mesh profile …` and `mesh values explain`: what is known of values, without a cluster.

use super::Answer;
use super::settings::Settings;
use crate::cli::{DumpOutput, ProfileCommand, ProfileDiffArgs, TextOutput, ValuesCommand};
use crate::config;
use crate::error::Result;
use crate::report::profile;

/// Runs a subcommand of `mesh profile`.
pub(super) fn run(settings: &Settings, command: ProfileCommand) -> Result<Answer> {
    match command {
        ProfileCommand::List(args) => list(settings, args.output).map(Answer::from),
        ProfileCommand::Dump(args) => dump(settings, &args.name, args.output).map(Answer::from),
        ProfileCommand::Diff(args) => diff(settings, &args).map(Answer::from),
    }
}

/// Runs a subcommand of `mesh values`.
pub(super) fn values(settings: &Settings, command: ValuesCommand) -> Result<()> {
    let ValuesCommand::Explain(args) = command;
    let found = config::explain(&args.path)?;
    settings.ui.result(&match args.output {
        TextOutput::Text => profile::explained(&found),
        TextOutput::Json => profile::explained_json(&found),
    })
}

fn list(settings: &Settings, output: TextOutput) -> Result<()> {
    let profiles = config::profiles()?;
    settings.ui.result(&match output {
        TextOutput::Text => profile::list(&profiles),
        TextOutput::Json => profile::list_json(&profiles),
    })
}

fn dump(settings: &Settings, name: &str, output: DumpOutput) -> Result<()> {
    let dumped = config::dump(name)?;
    settings.ui.result(&match output {
        DumpOutput::Yaml => profile::dump_yaml(&dumped)?,
        DumpOutput::Json => profile::dump_json(&dumped),
        DumpOutput::Flags => profile::dump_flags(&dumped),
    })
}

/// True where they are the same.
fn diff(settings: &Settings, args: &ProfileDiffArgs) -> Result<bool> {
    let ProfileDiffArgs { left, right, output } = args;
    let differences = config::diff(&config::dump(left)?["spec"], &config::dump(right)?["spec"]);
    settings.ui.result(&match output {
        TextOutput::Text => profile::differences(&differences),
        TextOutput::Json => profile::differences_json(&differences),
    })?;
    Ok(differences.is_empty())
}
