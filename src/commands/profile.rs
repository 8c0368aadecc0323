//! `mesh profile …` and `mesh values explain`: what is known of values, without a cluster.

use serde_json::Value;

use super::settings::Settings;
use super::{Answer, inputs};
use crate::cli::{
    ChartsArgs, DumpOutput, ProfileCommand, ProfileDiffArgs, ProfileDumpArgs, RenderArgs, TextOutput, ValuesCommand,
};
use crate::config::{self, Source};
use crate::error::Result;
use crate::report::profile;

/// Runs a subcommand of `mesh profile`.
pub(super) fn run(settings: &Settings, command: ProfileCommand) -> Result<Answer> {
    match command {
        ProfileCommand::List(args) => list(settings, args.of, args.output).map(Answer::from),
        ProfileCommand::Dump(args) => dump(settings, args).map(Answer::from),
        ProfileCommand::Diff(args) => diff(settings, args).map(Answer::from),
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

fn list(settings: &Settings, of: ChartsArgs, output: TextOutput) -> Result<()> {
    let profiles = config::profiles(given(of)?.as_deref())?;
    settings.ui.result(&match output {
        TextOutput::Text => profile::list(&profiles),
        TextOutput::Json => profile::list_json(&profiles),
    })
}

fn dump(settings: &Settings, args: ProfileDumpArgs) -> Result<()> {
    let dumped = dumped(given(args.of)?.as_deref(), &args.name)?;
    settings.ui.result(&match args.output {
        DumpOutput::Yaml => profile::dump_yaml(&dumped)?,
        DumpOutput::Json => profile::dump_json(&dumped),
        DumpOutput::Flags => profile::dump_flags(&dumped),
    })
}

/// True where they are the same.
fn diff(settings: &Settings, args: ProfileDiffArgs) -> Result<bool> {
    let ProfileDiffArgs { left, right, output, of } = args;
    let given = given(of)?;
    let spec = |name: &str| dumped(given.as_deref(), name).map(|mut dumped| dumped["spec"].take());
    let differences = config::diff(&spec(&left)?, &spec(&right)?);
    settings.ui.result(&match output {
        TextOutput::Text => profile::differences(&differences),
        TextOutput::Json => profile::differences_json(&differences),
    })?;
    Ok(differences.is_empty())
}

/// The profiles that came with given charts.
fn given(of: ChartsArgs) -> Result<Option<Vec<Source>>> {
    let ChartsArgs { manifests, version } = of;
    Ok(inputs::read(RenderArgs { manifests, version, ..RenderArgs::default() })?.profiles)
}

fn dumped(given: Option<&[Source]>, name: &str) -> Result<Value> {
    given.map_or_else(|| config::dump(name), |given| config::dump_given(given, name))
}
