//! `mesh install`: inputs to a plan, the plan to the cluster, and what became of it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::{IsTerminal, Write as _};

use serde_json::json;

use super::settings::Settings;
use super::{failure, inputs, interrupt, survey};
use crate::apply::{self, Job};
use crate::cli::{InstallArgs, InstallOutput};
use crate::cluster::Cluster;
use crate::config::{self, Inputs};
use crate::error::{Error, Kind, Result};
use crate::event::{Fact, Scope, Sink};
use crate::object::ObjectId;
use crate::plan::Action;
use crate::report::{Json, Plain, Terminal};
use crate::ui::sanitize;
use survey::Survey;

/// Installs what the inputs ask for.
pub(super) fn run(settings: &Settings, args: InstallArgs) -> Result<()> {
    let InstallArgs { render, output } = args;
    let inputs = inputs::read(render)?;
    // Bad input is told before anybody is connected to.
    config::load(&inputs)?;
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
    let done = settings.on_cluster(|cluster| async move { on(&cluster, settings, &inputs, sink).await });
    sink.close();
    if output == InstallOutput::Json {
        let failure = done.as_ref().err().map(failure::as_value);
        let document = json!({ "apiVersion": "mesh/v1", "kind": "Installation", "clusters": [json.cluster(failure)] });
        settings.ui.result(&format!("{document:#}\n"))?;
    }
    done
}

/// Installs on one cluster.
async fn on(cluster: &Cluster, settings: &Settings, inputs: &Inputs, sink: &dyn Sink) -> Result<()> {
    let written = RefCell::default();
    let work = async {
        let survey = Survey::of(cluster, inputs).await?;
        let scope = Scope { cluster: cluster.name().to_owned(), revision: survey.revision.clone(), sink };
        for message in &survey.warnings {
            scope.say(Fact::Warning { message: message.clone() });
        }
        if let Some(error) = obstacles(&survey.actions) {
            return Err(error);
        }
        confirm(cluster, settings, &survey)?;
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
        apply::install(cluster, &survey.kinds, &scope, &job, &written).await
    };
    let stopped = tokio::select! {
        done = work => return done.map_err(|error| with_written(error, &written.borrow())),
        stopped = interrupt::wait() => stopped,
    };
    Err(interrupted(stopped, &written.borrow()))
}

fn interrupted(kind: Kind, written: &[ObjectId]) -> Error {
    let error = Error::new(kind, "interrupted", "interrupted before the installation was complete");
    if written.is_empty() {
        return error.hint("nothing was written; run the same command again to install");
    }
    with_written(error, written)
}

/// Says what is in the cluster by now: nothing is left half-written without a word.
fn with_written(error: Error, written: &[ObjectId]) -> Error {
    if written.is_empty() {
        return error;
    }
    let last = written.last().map(ToString::to_string).unwrap_or_default();
    error.hint(format!(
        "{} written so far, the last {last}; they stay, and the same command run again continues",
        if written.len() == 1 { "1 object was".to_owned() } else { format!("{} objects were", written.len()) }
    ))
}

/// What stands against the plan, before anything is written.
fn obstacles(actions: &HashMap<ObjectId, Action>) -> Option<Error> {
    let mut lines: Vec<String> = Vec::new();
    for (id, action) in actions {
        match action {
            Action::Conflict(differences) => {
                lines.extend(differences.iter().map(|difference| format!("{id} {}", difference)));
            }
            Action::Skip(reason) => lines.push(format!("{id} {reason}")),
            _ => {}
        }
    }
    if lines.is_empty() {
        return None;
    }
    lines.sort();
    let message = format!("not everything may be written; nothing was:\n{}", lines.join("\n"));
    Some(Error::failed("conflict", message).hint(
        "let the other manager release the field or set the same value in the inputs; then run the same command again",
    ))
}

/// Asks before existing objects change, on a terminal; elsewhere `-y` has to say so.
fn confirm(cluster: &Cluster, settings: &Settings, survey: &Survey) -> Result<()> {
    let lines = survey.changes();
    if lines.is_empty() || settings.yes {
        return Ok(());
    }
    let summary = format!(
        "{} on {} ({}) will change:\n  {}",
        if lines.len() == 1 { "1 field".to_owned() } else { format!("{} fields", lines.len()) },
        sanitize(cluster.name()),
        cluster.server(),
        lines.iter().map(|line| sanitize(line)).collect::<Vec<_>>().join("\n  ")
    );
    if !(std::io::stdin().is_terminal() && std::io::stderr().is_terminal()) {
        settings.ui.message(&summary);
        return Err(Error::usage("not-confirmed", "existing objects would change, and nobody can be asked")
            .hint("give -y to go on without being asked"));
    }
    settings.ui.message(&summary);
    let mut stderr = std::io::stderr().lock();
    let asked = write!(stderr, "Proceed? [y/N] ").and_then(|()| stderr.flush());
    let mut answer = String::new();
    asked
        .and_then(|()| std::io::stdin().read_line(&mut answer))
        .map_err(|error| Error::failed("cancelled", "the answer could not be read").caused_by(error))?;
    if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") {
        return Ok(());
    }
    Err(Error::failed("cancelled", "cancelled; nothing was written"))
}
