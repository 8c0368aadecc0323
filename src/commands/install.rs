//! `mesh install`: inputs to a plan, the plan to the cluster, and what became of it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::{IsTerminal, Write as _};

use futures::FutureExt;
use serde_json::json;

use super::recorded::{Asked, Rule};
use super::settings::Settings;
use super::{failure, interrupt, survey};
use crate::apply::{self, Ended, Job};
use crate::cli::{InstallArgs, InstallOutput};
use crate::cluster::Cluster;
use crate::error::{Error, Kind, Result};
use crate::event::{Fact, Scope, Sink};
use crate::object::ObjectId;
use crate::plan::Action;
use crate::plan::filter::Reason;
use crate::report::{Json, Plain, Terminal};
use crate::ui::sanitize;
use survey::Survey;

/// How many changes are listed before the question: what fits on a screen.
const SHOWN_CHANGES: usize = 30;

/// Installs what the inputs ask for.
pub(super) fn run(settings: &Settings, args: InstallArgs) -> Result<()> {
    let InstallArgs { render, output } = args;
    let with_hint = |error: Error| {
        if error.hints().is_empty() { error.hint("run `mesh install --help` to see what it takes") } else { error }
    };
    let asked = Asked::read(settings, render, Rule::Given).map_err(with_hint)?;
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
        let scope = Scope { cluster: cluster.name().to_owned(), revision: asked.revision.clone(), sink };
        on(&cluster, settings, &asked, &scope).await
    });
    sink.close();
    // Bad input that only the cluster could tell (another context than expected) has no result either.
    let is_result = done.as_ref().err().is_none_or(|error| error.kind() != Kind::Usage);
    if output == InstallOutput::Json && is_result {
        let failure = done.as_ref().err().map(failure::as_value);
        let mut document = json!({ "apiVersion": "mesh/v1", "kind": "Installation", "clusters": [] });
        if json.is_empty() {
            // No cluster to speak of: it is not even known which.
            document["error"] = failure.unwrap_or_default();
        } else {
            document["clusters"] = json!([json.cluster(failure)]);
        }
        settings.ui.result(&format!("{document:#}\n"))?;
    }
    done
}

/// Installs on one cluster.
async fn on(cluster: &Cluster, settings: &Settings, asked: &Asked, scope: &Scope<'_>) -> Result<()> {
    let stop = interrupt::wait();
    let written = RefCell::default();
    let done = loop {
        let surveyed = async {
            scope.say(Fact::Step { doing: format!("looking at {}", cluster.server()) });
            let survey = Survey::of(cluster, asked).await?;
            for doing in survey.notes.iter().cloned() {
                scope.say(Fact::Step { doing });
            }
            for message in survey.warnings.iter().cloned() {
                scope.say(Fact::Warning { message });
            }
            if let Some(error) = obstacles(&survey.actions) {
                return Err(error);
            }
            confirm(cluster, settings, &survey).await?;
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
        let job = Job {
            set: &survey.set,
            stand_in: survey.stand_in.as_ref(),
            live: &survey.live,
            actions: &survey.actions,
            records: survey.records()?,
            holder: survey::holder(),
        };
        let rows = survey.set.components.iter().map(|rendered| rendered.component);
        let components = rows.map(|row| (row.name.to_owned(), row.title.to_owned())).collect();
        scope.say(Fact::Planned { components, writes: job.writes() });
        for (manager, objects) in survey.taken_over() {
            scope.say(Fact::TakenOver { manager, objects });
        }
        let stopped = stop.clone().map(interrupted);
        match apply::install(cluster, &survey.kinds, scope, &job, &written, stopped).await {
            Ok(Ended::Done) => break Ok(()),
            Ok(Ended::Outdated) => {}
            Err(error) => break Err(error),
        }
    };
    done.map_err(|error| with_written(error, &written.borrow()))
}

fn interrupted(kind: Kind) -> Error {
    Error::new(kind, "interrupted", "interrupted before the installation was complete")
}

/// Says what is in the cluster by now: nothing is left half-written without a word.
fn with_written(error: Error, written: &[ObjectId]) -> Error {
    let Some(last) = written.last() else {
        let is_interrupted = matches!(error.kind(), Kind::Interrupted | Kind::Terminated);
        return if is_interrupted { error.hint("nothing was written; the same command installs") } else { error };
    };
    error.hint(format!(
        "{} written so far, the last {last}; they stay, and the same command run again continues",
        if written.len() == 1 { "1 object was".to_owned() } else { format!("{} objects were", written.len()) }
    ))
}

/// What stands against the plan, before anything is written.
fn obstacles(actions: &HashMap<ObjectId, Action>) -> Option<Error> {
    let (mut conflicts, mut skipped, mut ending) = (Vec::new(), Vec::new(), Vec::new());
    for (id, action) in actions {
        match action {
            Action::Conflict(differences) => {
                conflicts.extend(differences.iter().map(|difference| format!("{id} {difference}")));
            }
            Action::Skip(Reason::BeingDeleted) => ending.push(id),
            Action::Skip(reason) => skipped.push(format!("{id} {reason}")),
            _ => {}
        }
    }
    // What is in a namespace that goes, goes with it.
    ending.sort_by_key(|id| (id.kind != "Namespace", id.to_string()));
    if let Some(id) = ending.first() {
        let namespace = id.namespace.as_ref().map(|namespace| format!(" -n {namespace}")).unwrap_or_default();
        let kind = id.kind.to_lowercase();
        return Some(
            Error::failed("being-deleted", format!("{id} is being deleted; nothing was written")).hint(format!(
                "wait until it is gone, then run the same command again: kubectl wait{namespace} --for=delete {kind}/{} --timeout=5m",
                id.name
            )),
        );
    }
    let mut lines: Vec<String> = conflicts.iter().chain(&skipped).cloned().collect();
    if lines.is_empty() {
        return None;
    }
    lines.sort();
    let error = Error::failed("conflict", format!("not everything may be written; nothing was:\n{}", lines.join("\n")));
    Some(if conflicts.is_empty() {
        error.hint("let the release go, or upgrade with what made it")
    } else {
        error.hint("let the other manager release the field, or set the same value in the inputs; then run the same command again")
    })
}

/// Asks before existing objects change, on a terminal; elsewhere `-y` has to say so.
async fn confirm(cluster: &Cluster, settings: &Settings, survey: &Survey) -> Result<()> {
    let lines = survey.changes();
    if lines.is_empty() || settings.yes {
        return Ok(());
    }
    let shown = lines.iter().take(SHOWN_CHANGES).map(|line| sanitize(line)).collect::<Vec<_>>().join("\n  ");
    let more = lines.len().saturating_sub(SHOWN_CHANGES);
    let summary = format!(
        "{} on {} ({}) will change:\n  {shown}{}",
        if lines.len() == 1 { "1 field".to_owned() } else { format!("{} fields", lines.len()) },
        sanitize(cluster.name()),
        cluster.server(),
        if more == 0 { String::new() } else { format!("\n  and {more} more") },
    );
    settings.ui.message(&summary);
    if !(std::io::stdin().is_terminal() && std::io::stderr().is_terminal()) {
        return Err(Error::usage("not-confirmed", "existing objects would change, and nobody can be asked")
            .hint("give -y to go on without being asked"));
    }
    let answer = answer("Proceed? [y/N] ")
        .await
        .map_err(|error| Error::failed("cancelled", "the answer could not be read").caused_by(error))?;
    if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") {
        return Ok(());
    }
    Err(Error::failed("cancelled", "cancelled; nothing was written"))
}

/// Asks, and reads a line. On a thread of its own, which the process does not wait for: Ctrl-C is heard meanwhile.
async fn answer(question: &str) -> std::io::Result<String> {
    let mut stderr = std::io::stderr().lock();
    write!(stderr, "{question}")?;
    stderr.flush()?;
    drop(stderr);
    let (told, heard) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        // Nobody listens any more after an interruption.
        let _ = told.send(std::io::stdin().read_line(&mut line).map(|_| line));
    });
    heard.await.unwrap_or_else(|_| Ok(String::new()))
}
