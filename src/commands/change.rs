//! A change of an installation, whatever command asked for it: survey, question, writes, and what became of it.

use std::cell::RefCell;
use std::time::Duration;

use futures::FutureExt;
use serde_json::{Value, json};

use super::recorded::Asked;
use super::rollback::Back;
use super::settings::Settings;
use super::survey::Survey;
use super::{address, confirm, failure, interrupt, next, obstacles, precheck, skew};
use crate::apply::{self, Ended, Job};
use crate::cli::{ChangeArgs, InstallOutput};
use crate::cluster::Cluster;
use crate::error::{Error, Kind, Result, Why};
use crate::event::{Fact, Scope, Sink};
use crate::object::ObjectId;
use crate::report::{Json, Plain, Terminal};
use crate::ui;

/// How long going back may take, also when the time of the run is over.
const UNDOING: Duration = Duration::from_secs(120);

/// How a change is carried out.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Options {
    /// Go back to what was there before where it fails.
    pub(super) rollback_on_failure: bool,
    /// Also over more than one minor version, or back to an older one.
    pub(super) any_version: bool,
}

impl From<ChangeArgs> for Options {
    fn from(args: ChangeArgs) -> Self {
        let ChangeArgs { rollback_on_failure, allow_version_skew } = args;
        Self { rollback_on_failure, any_version: allow_version_skew }
    }
}

/// Changes an installation as `asked`, telling of it in the format `output`.
pub(super) fn run(settings: &Settings, asked: &Asked, output: InstallOutput, options: Options) -> Result<()> {
    reported(settings, &asked.installation.revision, output, "Installation", async |cluster, scope| {
        on(cluster, settings, asked, scope, options).await
    })
}

/// Runs `work` on the cluster with a report in the format `output`, a document of this `kind` where it is JSON.
pub(super) fn reported(
    settings: &Settings,
    revision: &str,
    output: InstallOutput,
    kind: &str,
    work: impl AsyncFnOnce(&Cluster, &Scope<'_>) -> Result<()>,
) -> Result<()> {
    let json = Json::default();
    let (plain, terminal);
    let sink: &dyn Sink = match output {
        InstallOutput::Json => &json,
        InstallOutput::Text if settings.ui.live => {
            terminal = Terminal::new(&settings.ui);
            &terminal
        }
        InstallOutput::Text => {
            plain = Plain::new(&settings.ui);
            &plain
        }
    };
    let done = settings.on_cluster(|cluster| async move {
        let scope = Scope { cluster: cluster.name().to_owned(), revision: revision.to_owned(), sink };
        work(&cluster, &scope).await
    });
    sink.close();
    // Bad input that only the cluster could tell (another context than expected) has no result either.
    let is_result = done.as_ref().err().is_none_or(|error| error.kind() != Kind::Usage);
    if output == InstallOutput::Json && is_result {
        let failure = done.as_ref().err().map(failure::as_value);
        let mut document = json!({ "apiVersion": "mesh/v1", "kind": kind, "clusters": [] });
        if json.is_empty() {
            // No cluster to speak of: it is not even known which.
            document["error"] = failure.unwrap_or(Value::Null);
        } else {
            document["clusters"] = json!([json.cluster(failure)]);
        }
        settings.ui.result(&ui::json(&document))?;
    }
    done
}

/// Changes one cluster.
async fn on(cluster: &Cluster, settings: &Settings, asked: &Asked, scope: &Scope<'_>, options: Options) -> Result<()> {
    let stop = interrupt::wait();
    let written = RefCell::default();
    let mut flags = asked.installation.flags();
    let done = loop {
        let surveyed = async {
            scope.say(Fact::Step { doing: format!("looking at {}", cluster.server()) });
            let mut survey = Survey::of(cluster, asked).await?;
            for doing in survey.notes.iter().cloned() {
                scope.say(Fact::Step { doing });
            }
            for message in survey.warnings.iter().cloned() {
                scope.say(Fact::Warning { message });
            }
            if let Some(error) = obstacles::of(&survey.actions) {
                return Err(error);
            }
            if !options.any_version {
                skew::check(cluster, &survey).await?;
            }
            precheck::run(cluster, &survey, scope).await?;
            if let Some(error) = survey.unlisted.take() {
                return Err(super::survey::unsafe_without(error));
            }
            survey.try_out(cluster).await?;
            if let Some(error) = obstacles::refused(&survey.refused) {
                return Err(error);
            }
            if let Some(error) = obstacles::misshapen(&survey.summary().create).filter(|_| !asked.given.force) {
                return Err(error);
            }
            confirm::change(cluster, settings, &survey).await?;
            Ok(survey)
        };
        let survey = tokio::select! {
            survey = surveyed => survey,
            kind = stop.clone() => Err(interrupted(kind)),
        };
        let survey = match survey {
            Ok(survey) => survey,
            Err(error) => break Err(error),
        };
        flags = survey.installation.flags();
        let still = || survey.is_still_so(cluster).boxed_local();
        let job = Job {
            set: &survey.set,
            stand_in: survey.stand_in.as_ref(),
            live: &survey.live,
            actions: &survey.actions,
            prune: survey.pruned(),
            records: survey.records()?,
            holder: apply::Holder::this(),
            still: &still,
        };
        let rows = survey.set.components.iter().map(|rendered| rendered.component);
        let components = rows.map(|row| (row.name.to_owned(), row.title.to_owned())).collect();
        scope.say(Fact::Planned { components, writes: job.writes() });
        for (manager, objects) in survey.taken_over() {
            scope.say(Fact::TakenOver { manager, objects });
        }
        let stopped = stop.clone().map(interrupted);
        match apply::install(cluster, &survey.kinds, scope, &job, &written, stopped).await {
            Ok(Ended::Done) => {
                address::tell(cluster, &survey, scope).await;
                break Ok(());
            }
            Ok(Ended::Outdated) => {}
            Err(error) => {
                let failed = matches!(error.kind(), Kind::Failed | Kind::TimedOut) && !error.is(&Why::LockHeld);
                if options.rollback_on_failure && failed && !written.borrow().is_empty() {
                    return Err(undone(cluster, settings, scope, &survey, error, stop).await);
                }
                break Err(error);
            }
        }
    };
    done.map_err(|error| with_next(settings, error, &written.borrow(), &flags))
}

/// Shows what the failure leaves to look at, and goes back to what was there before.
async fn undone(
    cluster: &Cluster,
    settings: &Settings,
    scope: &Scope<'_>,
    survey: &Survey,
    error: Error,
    stop: impl Future<Output = Kind> + Clone,
) -> Error {
    let cluster = cluster.with_at_least(UNDOING);
    let lines = apply::evidence(&cluster, &survey.kinds, &survey.set).await;
    scope.say(Fact::Evidence { lines });
    let installation = &survey.installation;
    let back = Back { cluster: &cluster, kinds: &survey.kinds, scope, installation, to: None };
    match back.go(None, &RefCell::default(), stop).await {
        Ok(()) => error
            .hint("everything that was written is undone")
            .hint(format!("to try again: {}", settings.command_with_yes())),
        Err(failure) => {
            let undo = settings.other_command(&format!("rollback {}", installation.flags()));
            error
                .hint(format!("not everything could be undone: {failure}"))
                .hint(format!("to go on going back: {undo}"))
        }
    }
}

/// The error of a run that was asked to stop.
fn interrupted(kind: Kind) -> Error {
    interrupt::error(kind, "the installation was complete")
}

/// Says what is in the cluster by now, how to undo it, and last the command that goes on.
fn with_next(settings: &Settings, error: Error, written: &[ObjectId], flags: &str) -> Error {
    let Some(last) = written.last() else { return next::with_command(settings, error, false) };
    let count = if written.len() == 1 { "1 object was".to_owned() } else { format!("{} objects were", written.len()) };
    let undo = settings.other_command(&format!("rollback {flags}"));
    let error = error
        .hint(format!("{count} written so far, the last {last}; they stay"))
        .hint(format!("to go back to what was there before: {undo}"));
    next::with_command(settings, error, true)
}
