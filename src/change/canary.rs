//! `upgrade --canary`: a mesh moves to another revision, a step after the other, each by the change that there is for it.

mod back;
mod begin;
mod finish;
mod moving;
mod pause;

use std::time::Duration;

use moving::Mover;

use super::install::{Install, InstallOptions};
use super::runner::{self, Change, Next, Run};
use super::{Caller, last_word, precheck};
use crate::apply::Still;
use crate::cluster::{Kinds, Write};
use crate::error::{Error, Kind, Result};
use crate::event::{Fact, Scope};
use crate::input::{Asked, Parts};
use crate::istio::Installation;
use crate::plan::canary::{Note, Row, State, Step};
use crate::plan::tag::Wanted;
use crate::read::{Moving as Seen, Survey, View};
use crate::render::tag::DEFAULT_TAG;
use crate::report::canary as report;
use crate::report::question::Question;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// To go on, or to begin.
    Go,
    /// Only to go on.
    Continue,
    /// Where it stands.
    Status,
    /// Back to how it was.
    Abort,
    /// To remove the old revision, once nothing runs its proxies any more.
    Finish,
}

/// How it is carried out.
#[derive(Debug, Clone)]
pub struct CanaryOptions {
    /// What is asked for.
    pub doing: Wish,
    /// Only these namespaces; empty for all.
    pub namespaces: Vec<String>,
    /// How many workloads restart at once.
    pub at_once: usize,
    /// How long a namespace is looked at before the next one.
    pub pause: Duration,
    /// One step, no more.
    pub step: bool,
    /// Only shows the way.
    pub dry_run: bool,
    /// A namespace with a workload that does not become ready goes back.
    pub rollback_on_failure: bool,
    /// Also over more than one minor version.
    pub any_version: bool,
    /// Whether the result is a document.
    pub json: bool,
}

/// The upgrade of a mesh.
pub struct Canary<'a> {
    /// The inputs.
    pub asked: &'a Asked,
    /// How it is carried out.
    pub options: CanaryOptions,
}

/// What was read, and what is to be done.
pub struct Plan {
    seen: Seen,
    note: Note,
    rows: Vec<Row>,
    /// The inputs of the new installation.
    asked: Asked,
}

/// Where it stands at the end of a run.
pub struct Standing {
    /// The way; none where no upgrade is under way.
    pub way: Option<(Note, Vec<Row>)>,
    /// What was done: the last line of the result.
    pub said: String,
}

impl Change for Canary<'_> {
    type Plan = Plan;
    type Done = Standing;

    const END: &'static str = "the upgrade was done";

    async fn plan(&self, run: &Run<'_>) -> Result<Next<Plan, Standing>> {
        let home = &run.caller.istio_namespace;
        // One request tells whether somebody answers there, before many are sent.
        run.cluster.version().await?;
        let seen = Seen::read(run.cluster, home).await?;
        let CanaryOptions { doing, dry_run, .. } = self.options;
        let Some(plan) = self.planned(run, seen)? else {
            return Ok(Next::Done(Standing { way: None, said: "no upgrade is under way".to_owned() }));
        };
        let Plan { note, rows, .. } = &plan;
        let shown = |said: &str| Standing { way: Some((note.clone(), rows.clone())), said: said.to_owned() };
        if doing == Wish::Status {
            return Ok(Next::Done(shown(&report::where_it_stands(note, rows))));
        }
        if doing == Wish::Finish {
            finish::may(run.caller, note, rows)?;
        }
        if matches!(doing, Wish::Go | Wish::Continue) && plan.asked.mirror.is_some() {
            // Before it is noted that an upgrade is under way, and before the first part of it.
            precheck::mirrored(run.cluster, &Survey::of(&View::of(run.cluster), &plan.asked).await?).await?;
        }
        if dry_run {
            return Ok(Next::Done(shown("nothing was written")));
        }
        Ok(Next::Write(plan))
    }

    fn questions(&self, run: &Run<'_>, plan: &Plan) -> Vec<Question> {
        let Plan { note, rows, .. } = plan;
        let (title, lines) = match self.options.doing {
            Wish::Abort => (
                format!("the upgrade of revision {} to {} will be undone", note.from, note.to),
                report::way(note, rows),
            ),
            Wish::Finish => (format!("revision {} will be removed", note.from), Vec::new()),
            _ => (format!("revision {} will be moved to {}", note.from, note.to), report::way(note, rows)),
        };
        vec![Question::listed(run.cluster, &title, &lines)]
    }

    /// Each step reads anew what it is about.
    async fn is_still_so(&self, _: &Run<'_>, _: &Plan) -> Result<bool> {
        Ok(true)
    }

    async fn carry_out(&self, run: &Run<'_>, plan: &Plan, _: &dyn Still) -> Result<Option<Standing>> {
        let said = match self.options.doing {
            _ if plan.note.aborting => {
                let steps = u32::try_from(plan.rows.len()).unwrap_or(1);
                let cluster = run.cluster.with_at_least(run.cluster.time_left().saturating_mul(steps));
                let part = run.part(&cluster, run.caller, run.scope);
                let done = back::all(self, &part, plan).await;
                run.took(part);
                done?
            }
            Wish::Finish => finish::all(self, run, plan).await?,
            _ => self.go(run, plan).await?,
        };
        let seen = Seen::read(run.cluster, &run.caller.istio_namespace).await?;
        let way = seen.note.clone().map(|note| {
            let rows = seen.way(&note);
            (note, rows)
        });
        Ok(Some(Standing { way, said }))
    }

    async fn failed(&self, run: &Run<'_>, plan: Option<&Plan>, error: Error) -> Error {
        let Some(Plan { note, .. }) = plan.filter(|_| run.has_written()) else {
            return last_word::with_command(run.caller, error, false);
        };
        let goes_on = run.caller.other_command("upgrade --canary --continue");
        let error = match error.hints().iter().any(|hint| hint.contains(&goes_on)) {
            true => error,
            false => error.hint(format!("to continue: {goes_on}")),
        };
        if note.aborting {
            return error;
        }
        let back = run.caller.other_command("upgrade --canary --abort");
        error.hint(format!("to move everything back to revision {}: {back}", note.from))
    }
}

impl Canary<'_> {
    /// Carries out what is not done, a step after the other.
    async fn go(&self, run: &Run<'_>, plan: &Plan) -> Result<String> {
        let Plan { note, rows, .. } = plan;
        self.write(run, note).await?;
        let wanted: Vec<&Row> = rows.iter().filter(|row| self.is_wanted(row)).collect();
        let steps = if self.options.step { wanted.get(..1).unwrap_or_default() } else { &wanted };
        let time = run.cluster.time_left();
        let mut mover = Mover::new(self, note, steps.iter().map(|row| &row.step));
        for (place, row) in steps.iter().enumerate() {
            run.scope.say(Fact::Step {
                doing: format!("step {} of {}: {}", place + 1, steps.len(), report::step(&row.step, note)),
            });
            // The time limit is that of a step: nobody knows how many there are.
            let cluster = run.cluster.with_at_least(time);
            let part = run.part(&cluster, run.caller, run.scope);
            let carried = self.carry(&part, plan, &row.step, &mut mover).await;
            run.took(part);
            carried?;
            let moves = |row: &&Row| row.step.namespace().is_some();
            if moves(row) && steps.get(place + 1..).unwrap_or_default().iter().any(moves) {
                pause::hold(self, run, note, &row.step).await?;
            }
        }
        Ok(match steps {
            [] => "nothing is left to move".to_owned(),
            steps => format!("{} done", crate::text::count(steps.len(), "step")),
        })
    }

    /// Whether a step is to be carried out by this run.
    fn is_wanted(&self, row: &Row) -> bool {
        let named = |name: &String| self.options.namespaces.is_empty() || self.options.namespaces.contains(name);
        let is_open = matches!(row.state, State::Next | State::ToDo);
        is_open
            && match &row.step {
                Step::Install => true,
                Step::Namespace(name) | Step::Pods(name) => named(name),
                Step::Tag(_) | Step::Gateways | Step::Default => self.options.namespaces.is_empty(),
                Step::Finish => false,
            }
    }

    async fn carry(&self, run: &Run<'_>, plan: &Plan, step: &Step, mover: &mut Mover<'_>) -> Result<()> {
        let note = &plan.note;
        match step {
            Step::Install => self.install(run, plan, plan.parts()).await,
            Step::Gateways => self.install(run, plan, Parts::All).await,
            Step::Tag(name) => {
                mover.tag_moved();
                self.tag(run, name, &note.to).await
            }
            Step::Default => {
                mover.tag_moved();
                self.tag(run, DEFAULT_TAG, &note.to).await
            }
            Step::Namespace(name) | Step::Pods(name) => mover.one(run, name).await,
            Step::Finish => Ok(()),
        }
    }

    /// Installs these parts as the new revision, whichever installations there are.
    async fn install(&self, run: &Run<'_>, plan: &Plan, parts: Parts) -> Result<()> {
        let Plan { note, asked, seen, .. } = plan;
        let options =
            InstallOptions { any_version: self.options.any_version, gently: true, ..InstallOptions::default() };
        for from in begin::homes(note, asked, &seen.ledger, parts) {
            let mut asked = begin::asked_for(asked, note, &from);
            asked.parts = parts;
            self.sub(run, &note.to, &Install::new(&asked, options)).await?;
        }
        Ok(())
    }

    async fn tag(&self, run: &Run<'_>, tag: &str, revision: &str) -> Result<()> {
        let namespace = &run.caller.istio_namespace;
        let asked = Wanted { tag, revision, overwrite: true, namespace, webhook_name: None, everywhere: false };
        self.sub(run, revision, &super::tag::Set { asked }).await.map(drop)
    }

    /// Notes what is under way.
    async fn write(&self, run: &Run<'_>, note: &Note) -> Result<()> {
        let object = note.object(&run.caller.istio_namespace)?;
        run.cluster.apply(&Kinds::built_in(), &object, Write { force: true, dry_run: false }).await?;
        run.written.borrow_mut().push(object.id());
        Ok(())
    }

    /// Carries another change out, as a part of this one: nobody is asked again, and the time begins anew.
    async fn sub<C: Change>(&self, run: &Run<'_>, revision: &str, change: &C) -> Result<C::Done> {
        let caller = part_of(run.caller);
        let scope = Scope { cluster: run.scope.cluster.clone(), revision: revision.to_owned(), sink: run.scope.sink };
        let part = run.part(run.cluster, &caller, &scope);
        let done = Box::pin(runner::run(change, &part)).await;
        run.took(part);
        done
    }
}

impl Plan {
    /// What is installed first: gateways that the new installation has already must not be taken for unwanted.
    fn parts(&self) -> Parts {
        let owners = self.seen.ledger.owners(|_| false);
        let is_new = |id| owners.get(id).is_some_and(|one: &&Installation| one.revision == self.note.to);
        if self.note.gateways.iter().any(is_new) { Parts::All } else { Parts::ControlPlane }
    }
}

/// Who asks for a part: its last word names what goes on with the whole.
fn part_of(caller: &Caller) -> Caller {
    let whole = caller.other_command("upgrade --canary --continue");
    Caller { yes: true, command: whole, ..caller.clone() }
}

/// Whether a failure is about a workload rather than about the way to the cluster.
fn is_of_workload(error: &Error) -> bool {
    matches!(error.kind(), Kind::Failed | Kind::TimedOut)
}
