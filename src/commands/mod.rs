//! One file per command: arguments to settings, through the layers, to a report and an exit code.

mod adopt;
mod bundle;
mod change;
mod check;
mod clock;
mod completion;
mod describe;
mod diff;
mod enrol;
mod export;
mod history;
mod images;
mod inject;
mod inputs;
mod install;
mod label;
mod manifest;
mod migrate;
mod multicluster;
mod profile;
mod rbac;
mod release;
mod restart;
mod revision;
mod rollback;
mod rollout;
mod schema;
mod settings;
mod status;
mod tag;
mod targets;
mod uninject;
mod uninstall;
mod upgrade;
mod verify;
mod version;

use std::ffi::OsString;

use crate::cli::{self, Cli, Command, InjectArgs, Unparsed};
use crate::error::{Kind, Result};
use crate::input::release::fetch_by;
use crate::report::{clusters::many, failure, html, releases};
use crate::ui::{self, Color, Ui};
use settings::Settings;

/// Runs one command line and gives the exit code. Prints an error once.
pub fn main(args: impl IntoIterator<Item = OsString>) -> u8 {
    let args: Vec<OsString> = args.into_iter().collect();
    if completion::is_answered(&args) {
        return 0;
    }
    if cli::is_plugin(&args) {
        ui::as_plugin(cli::names().iter().map(String::as_str));
    }
    let Cli { global, command } = match cli::parse(&args) {
        Ok(cli) => cli,
        Err(unparsed) => return told(&unparsed, &args),
    };
    let grant = cli::grant(&command, &global);
    let settings = Settings::resolve(global, &args, grant);
    ui::trace(&settings.ui, settings.verbose);
    fetch_by(settings.timeout, releases::teller(&settings.ui));
    let is_fit = cli::takes_many(&command) || settings.contexts().len() < 2;
    let alone = if is_fit { Ok(()) } else { Err(many::one_only()) };
    match alone.and_then(|()| dispatch(&settings, command)) {
        Ok(Answer::Yes) => 0,
        Ok(Answer::No) => Kind::Failed.exit_code(),
        Ok(Answer::Code(code)) => code,
        Err(error) => failure::tell(&settings.ui, &error, cli::wants_json(&args)),
    }
}

/// Help and version, which are results, or what is wrong with a command line; gives the exit code.
fn told(unparsed: &Unparsed, args: &[OsString]) -> u8 {
    let ui = Ui::new(Color::Auto, false);
    let wrong = match unparsed {
        Unparsed::Asked { coloured, plain } => ui.result(&ui::told(if ui.color { coloured } else { plain })).err(),
        Unparsed::Wrong(error) => return failure::tell(&ui, error, cli::wants_json(args)),
    };
    wrong.map_or(0, |error| failure::tell(&ui, &error, false))
}

/// The settings of a command whose documents are pages, where that is asked for.
fn paged(settings: &Settings, is_page: bool) -> Settings {
    let mut settings = settings.clone();
    settings.ui = if is_page { settings.ui.with_documents(html::page) } else { settings.ui };
    settings
}

/// What a command that went well has to say: a difference that was asked for is no error.
enum Answer {
    Yes,
    No,
    /// Of many clusters, told already.
    Code(u8),
}

impl From<bool> for Answer {
    fn from(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }
}

impl From<()> for Answer {
    fn from((): ()) -> Self {
        Self::Yes
    }
}

fn dispatch(settings: &Settings, command: Command) -> Result<Answer> {
    match command {
        Command::Install(args) => install::run(settings, args),
        Command::Uninstall(args) => uninstall::run(settings, args),
        Command::Adopt(args) => adopt::run(settings, args).map(Answer::from),
        Command::Revision(command) => revision::run(settings, command).map(Answer::from),
        Command::Tag(command) => tag::run(settings, command).map(Answer::from),
        Command::Upgrade(args) => upgrade::run(settings, args),
        Command::Diff(args) => diff::run(settings, args),
        Command::Rollback(args) => rollback::run(settings, args).map(Answer::from),
        Command::History(args) => history::run(settings, args).map(Answer::from),
        Command::Multicluster(command) => multicluster::run(settings, command),
        Command::RemoteClusters(args) => multicluster::list(settings, args),
        Command::Manifest(command) => manifest::run(settings, command),
        Command::Rbac(args) => rbac::run(settings, args).map(Answer::from),
        Command::Profile(command) => profile::run(settings, command),
        Command::Values(command) => profile::values(settings, command).map(Answer::from),
        Command::Release(command) => release::run(settings, command).map(Answer::from),
        Command::Export(args) => export::run(settings, args).map(Answer::from),
        Command::Migrate(args) => migrate::run(settings, args),
        Command::Images(args) => images::run(settings, args).map(Answer::from),
        Command::Bundle(args) => bundle::run(settings, args).map(Answer::from),
        Command::Inject(InjectArgs { command: Some(command), file: None, .. }) => {
            enrol::run(settings, command).map(Answer::from)
        }
        Command::Inject(args) => inject::run(settings, args).map(Answer::from),
        Command::Status(args) => status::run(settings, args),
        Command::Check(args) => check::run(settings, args),
        Command::Verify(args) => verify::run(settings, args),
        Command::Describe(args) => describe::run(settings, args).map(Answer::from),
        Command::Uninject(args) => uninject::run(settings, args).map(Answer::from),
        Command::Label(args) => label::run(settings, args).map(Answer::from),
        Command::Restart(args) => restart::run(settings, args).map(Answer::from),
        Command::Version(args) => version::run(settings, args).map(Answer::from),
        Command::Schema(args) => schema::run(settings, args).map(Answer::from),
        Command::Completion(args) => completion::run(settings, &args).map(Answer::from),
    }
}
