//! `install` and `upgrade`: what is wanted and what is there to writes, and what became of them.

use std::cell::RefCell;
use std::time::Duration;

use super::rollback::Rollback;
use super::runner::{Change, Next, Run};
use super::{address, last_word, precheck, records, remote, runner, skew};
use crate::apply::{self, Ended, Installing, Still};
use crate::cluster::Cluster;
use crate::error::{Error, Kind, Result, Why};
use crate::event::{Fact, Scope};
use crate::input::Asked;
use crate::object::ObjectId;
use crate::plan::{Impact, Summary, obstacles};
use crate::read::{Survey, View, unsafe_without};
use crate::report::plan as report;
use crate::report::question::Question;
use crate::text;

/// How long going back may take, also when the time of the run is over.
const UNDOING: Duration = Duration::from_secs(120);

/// What a failed change may leave behind that nobody looks at.
const SIDECARS: &str = "new pods of the mesh already get the sidecar of this change (running ones keep theirs): if it is broken, go back first";

/// A change of an installation.
pub struct Install<'a> {
    asked: &'a Asked,
    options: InstallOptions,
    /// The flags that name the installation to another command.
    flags: RefCell<String>,
}

/// How it is carried out.
#[derive(Debug, Clone, Copy, Default)]
pub struct InstallOptions {
    /// Go back to what was there before where it fails.
    pub rollback_on_failure: bool,
    /// Also over more than one minor version, or back to an older one.
    pub any_version: bool,
    /// Roll gateways one pod at a time, with one more than they have.
    pub gently: bool,
}

impl<'a> Install<'a> {
    /// As `asked`.
    pub fn new(asked: &'a Asked, options: InstallOptions) -> Self {
        Self { asked, options, flags: RefCell::new(asked.installation.flags()) }
    }
}

impl Change for Install<'_> {
    type Plan = Survey;
    type Done = ();

    const END: &'static str = "the installation was complete";

    async fn plan(&self, run: &Run<'_>) -> Result<Next<Survey, ()>> {
        let Run { cluster, scope, .. } = run;
        scope.say(Fact::Step { doing: format!("looking at {}", cluster.server()) });
        let mut survey = Survey::of(&View::of(cluster), self.asked).await?;
        for doing in survey.notes.iter().cloned() {
            scope.say(Fact::Step { doing });
        }
        for message in survey.warnings.iter().cloned() {
            scope.say(Fact::Warning { message });
        }
        if let Some(error) = obstacles::refused(&survey.refused).or_else(|| obstacles::of(&survey.actions)) {
            return Err(error);
        }
        for message in may_begin(cluster, &mut survey, self.options.any_version).await? {
            scope.say(Fact::Warning { message });
        }
        remote::warn(cluster, &survey, scope).await?;
        survey.try_out(cluster).await?;
        if let Some(error) = obstacles::refused(&survey.refused) {
            return Err(error);
        }
        if let Some(error) = obstacles::misshapen(&survey.summary().create).filter(|_| !self.asked.given.force) {
            return Err(error);
        }
        Ok(Next::Write(survey))
    }

    /// Asks where existing objects change or go, or recorded settings are left out.
    fn questions(&self, run: &Run<'_>, survey: &Survey) -> Vec<Question> {
        let asked = to_ask(survey);
        asked
            .map(|summary| report::question(&run.caller.ui, run.cluster, &summary, &survey.dropped))
            .into_iter()
            .collect()
    }

    async fn is_still_so(&self, run: &Run<'_>, survey: &Survey) -> Result<bool> {
        // Between the look and the writes there was nobody to wait for.
        let is_quick = run.caller.yes || to_ask(survey).is_none();
        Ok(survey.is_still_so(run.cluster).await? && (is_quick || survey.is_as_seen(run.cluster).await?))
    }

    async fn carry_out(&self, run: &Run<'_>, survey: &Survey, still: &dyn Still) -> Result<Option<()>> {
        let Run { cluster, scope, written, .. } = run;
        self.flags.replace(survey.installation.flags());
        // By its name alone its revision is known no earlier than now.
        let scope = &Scope { cluster: scope.cluster.clone(), revision: survey.revision.clone(), sink: scope.sink };
        let job = Installing {
            set: &survey.set,
            stand_in: survey.stand_in.as_ref(),
            left_over: &survey.left_over,
            live: &survey.live,
            actions: &survey.actions,
            untried: survey.untried(),
            prune: survey.pruned(),
            records: records::of_survey(survey)?,
            unfinished: survey.history.is_unfinished(),
            is_shared: survey.is_shared(),
            holder: apply::Holder::this(),
            still,
            gently: self.options.gently,
        };
        let rows = survey.set.components.iter().map(|rendered| rendered.component);
        let components = rows.map(|row| (row.name.to_owned(), row.title.to_owned())).collect();
        scope.say(Fact::Planned { components, writes: job.writes() });
        for (manager, objects) in survey.taken_over() {
            scope.say(Fact::TakenOver { manager, objects });
        }
        let ended = apply::install(cluster, &survey.kinds, scope, &job, written, run.stopped(Self::END)).await?;
        if ended == Ended::Outdated {
            return Ok(None);
        }
        address::tell(cluster, survey, scope).await;
        remote::tell(cluster, survey, scope).await;
        Ok(Some(()))
    }

    /// Goes back where that is wanted; else says what is in the cluster by now, how to undo it, and last the command that
    /// goes on.
    async fn failed(&self, run: &Run<'_>, survey: Option<&Survey>, error: Error) -> Error {
        let failed = matches!(error.kind(), Kind::Failed | Kind::TimedOut) && !error.is(&Why::LockHeld);
        if let Some(survey) = survey.filter(|_| self.options.rollback_on_failure && failed && run.has_written()) {
            return undone(run, survey, error).await;
        }
        let error = match run.written.borrow().as_slice() {
            [] => error,
            written @ [.., last] => {
                let were = text::were(written.len(), "object");
                let stay = text::verb(written.len(), "it stays", "they stay");
                let undo = run.caller.other_command(&format!("rollback {}", self.flags.borrow()));
                let error = error.hint(format!("{were} written so far, the last {last}; {stay}"));
                let warned = survey.filter(|survey| gives_another_sidecar(survey, written)).map(|_| SIDECARS);
                let error = warned.into_iter().fold(error, Error::hint);
                // The namespace comes before the record: with it alone there is nothing to go back to.
                let home = survey.map(|survey| survey.set.namespace.id());
                match written.iter().any(|id| Some(id) != home.as_ref()) {
                    true => error.hint(format!("to go back to what was there before: {undo}")),
                    false => error,
                }
            }
        };
        last_word::with_command(run.caller, error, run.has_written())
    }
}

/// Whether what is there lets the installation begin, beside what others hold and what the server says to each object; what
/// it is to be warned of.
///
/// # Errors
/// A version that may not follow, a check that fails, and why records cannot be read.
pub async fn may_begin(cluster: &Cluster, survey: &mut Survey, any_version: bool) -> Result<Vec<String>> {
    if !any_version {
        skew::check(cluster, survey).await?;
    }
    let warnings = precheck::run(cluster, survey).await?;
    match survey.unlisted.take() {
        Some(error) => Err(unsafe_without(error)),
        None => Ok(warnings),
    }
}

/// Whether what was written changes what istiod gives to new pods.
fn gives_another_sidecar(survey: &Survey, written: &[ObjectId]) -> bool {
    let summary = survey.summary();
    let mut sidecars = summary.effects.iter().filter(|one| one.effect == Impact::ChangesSidecars);
    sidecars.any(|one| one.objects.iter().any(|id| written.contains(id)))
}

/// What is asked about: what the plan changes, where that is anything that exists, or settings are left out.
fn to_ask(survey: &Survey) -> Option<Summary> {
    Some(survey.summary()).filter(|summary| summary.touches_existing() || !survey.dropped.is_empty())
}

/// Shows what the failure leaves to look at, and goes back to what was there before.
async fn undone(run: &Run<'_>, survey: &Survey, error: Error) -> Error {
    let cluster = &run.cluster.with_at_least(UNDOING);
    let apply::Evidence { lines, pods } = apply::evidence(cluster, &survey.kinds, &survey.set).await;
    run.scope.say(Fact::Evidence { lines });
    let back = Rollback::unasked(&survey.installation);
    match runner::run(&back, &run.part(cluster, run.caller, run.scope)).await {
        Ok(()) => without(&error, &pods)
            .hint("everything that was written is undone")
            .hint(format!("to try again: {}", run.caller.command_with_yes())),
        Err(failure) => {
            let undo = run.caller.other_command(&format!("rollback {}", survey.installation.flags()));
            error
                .hint(format!("not everything could be undone: {failure}"))
                .hint(format!("to go on going back: {undo}"))
        }
    }
}

/// The error without hints about pods that are gone by now; what they wrote was told.
fn without(error: &Error, pods: &[String]) -> Error {
    let stands = error.hints().iter().filter(|hint| !pods.iter().any(|pod| hint.contains(pod)));
    stands.fold(error.like(error.to_string()), Error::hint)
}
