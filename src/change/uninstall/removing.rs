//! The way of an uninstallation.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::handover::{self, Handover};
use super::left;
use super::planned::Planned;
use crate::apply::{self, Lock, MADE, NAMESPACE, Removing, Still};
use crate::change::runner::{Change, Next, Run};
use crate::change::with_command;
use crate::error::{Error, Result};
use crate::event::Fact;
use crate::plan::access::Deed;
use crate::plan::target::Meant;
use crate::report::backup;
use crate::report::question::{self, Question};
use crate::report::uninstall::{self as report, Outcome, because};
use crate::text;

/// How what goes is removed.
#[derive(Debug, Clone, Default)]
pub struct UninstallOptions {
    /// Every revision, and what istiod has made.
    pub purge: bool,
    /// Also what is in use.
    pub force: bool,
    /// Istio's CRDs too, and with them everything that users configured.
    pub delete_crds: bool,
    /// The number of objects that go with them need not be typed.
    pub yes_delete_crds: bool,
    /// Where these are written before.
    pub backup: Option<PathBuf>,
    /// Only shows it.
    pub dry_run: bool,
    /// Gateways that are handed over roll one pod at a time, with one more than they have.
    pub gently: bool,
}

/// Removes what is asked for; gives what is left, each with why.
pub struct Uninstall {
    /// What goes.
    pub target: Meant,
    /// The namespace of the control plane.
    pub namespace: String,
    /// How.
    pub options: UninstallOptions,
}

impl Uninstall {
    fn told<'p>(&self, plan: &'p Planned) -> report::Told<'p> {
        let handed = plan.handovers.iter().map(Handover::told).collect();
        report::Told {
            made_by: plan.made_by(),
            removal: &plan.removal,
            handed,
            purge: self.options.purge,
            namespaces: &plan.namespaces,
            users: &plan.users,
            configured: &plan.configured,
        }
    }

    /// Whether it does not matter who uses what goes.
    fn takes_used(&self) -> bool {
        self.options.purge || self.options.force
    }

    /// A revision that somebody uses goes only with `--force`; `--purge` says that all of it is meant.
    fn refuse_while_used(&self, plan: &Planned) -> Result<()> {
        if plan.users.is_empty() || self.takes_used() {
            return Ok(());
        }
        let message = format!("{} is in use; nothing was removed:\n{}", plan.name, plan.users.lines().join("\n"));
        Err(Error::in_the_way("in-use", message)
            .hint("label these namespaces with another revision and restart their workloads")
            .hint("to remove it all the same: --force"))
    }
}

impl Change for Uninstall {
    type Plan = Planned;
    type Done = Outcome;

    const END: &'static str = "everything was removed";

    async fn plan(&self, run: &Run<'_>) -> Result<Next<Planned, Outcome>> {
        let Run { cluster, scope, .. } = run;
        let Self { target, namespace, options } = self;
        scope.say(Fact::Step { doing: format!("looking at {}", cluster.server()) });
        let plan = Planned::of(cluster, target, namespace, options).await?;
        for kind in &plan.found.forbidden {
            let message = format!("{kind} objects may not be listed: what is of Istio among them stays");
            scope.say(Fact::Warning { message });
        }
        for why in &plan.unknown {
            scope.say(Fact::Warning { message: format!("not known: {why}") });
        }
        if !plan.staying.is_empty() {
            return Err(left::half(&plan.staying));
        }
        if options.dry_run {
            scope.say(Fact::Asking);
            question::show(&run.caller.ui, cluster, "would be removed", &report::lines(&self.told(&plan), true));
        }
        self.refuse_while_used(&plan)?;
        if let Some(error) = plan.handovers.iter().find_map(Handover::obstacle) {
            return Err(error);
        }
        if options.dry_run {
            let left = left::of_plan(cluster, &plan, options.delete_crds).await?;
            return Ok(Next::Done(Outcome { left, plan: Some(report::document(&self.told(&plan))) }));
        }
        if plan.is_empty() && !options.purge {
            return Err(nothing(&plan));
        }
        Ok(Next::Write(plan))
    }

    fn takes(&self, _: &Run<'_>, plan: &Planned) -> BTreeSet<Deed> {
        plan.takes(self.options.purge)
    }

    /// What users configured goes only if the number of it is typed.
    fn questions(&self, run: &Run<'_>, plan: &Planned) -> Vec<Question> {
        let mut questions =
            vec![Question::listed(run.cluster, "this will be removed", &report::asked(&self.told(plan)))];
        if !plan.configured.is_empty() && !self.options.yes_delete_crds {
            questions.push(report::question(&plan.configured));
        }
        questions
    }

    async fn is_still_so(&self, run: &Run<'_>, plan: &Planned) -> Result<bool> {
        Ok(plan.is_still_so(run.cluster).await? && (self.takes_used() || plan.is_used_as_before(run.cluster).await?))
    }

    async fn carry_out(&self, run: &Run<'_>, plan: &Planned, still: &dyn Still) -> Result<Option<Outcome>> {
        let backup = match plan.configured.as_slice() {
            [] => None,
            configured => Some(backup::write(&run.caller.ui, configured, self.options.backup.as_deref())?),
        };
        if run.caller.yes {
            for message in plan.made_by().into_iter().chain(plan.users.lines()) {
                run.scope.say(Fact::Warning { message });
            }
        }
        let is_current = handover::carry_out(run, plan, self.options.gently).await?;
        let left = if is_current { self.remove(run, plan, still).await? } else { None };
        let Some(left) = left else {
            // It has what was there before the other run ended; the next plan makes its own.
            backup.iter().for_each(|path| backup::discard(path));
            return Ok(None);
        };
        left::look(run.cluster, plan, &left, self.options.purge).await.map(|left| Some(left.into()))
    }

    /// Says what is gone by now, and last the command that goes on.
    async fn failed(&self, run: &Run<'_>, _: Option<&Planned>, error: Error) -> Error {
        let error = match run.written.borrow().as_slice() {
            [] => error,
            removed @ [.., last] => {
                error.hint(format!("{} removed so far, the last {last}", text::were(removed.len(), "object")))
            }
        };
        with_command(run.caller, error, run.has_written())
    }
}

impl Uninstall {
    /// Removes what the plan says; none where somebody else has been writing meanwhile.
    async fn remove(&self, run: &Run<'_>, plan: &Planned, still: &dyn Still) -> Result<Option<apply::Left>> {
        let mut parts: Vec<(&str, &str)> = plan.removal.parts.iter().map(|part| (part.name, part.title)).collect();
        if self.options.purge {
            parts.push(MADE);
        }
        if !plan.namespaces.is_empty() {
            parts.push(NAMESPACE);
        }
        let components = parts.iter().map(|(name, title)| ((*name).to_owned(), (*title).to_owned())).collect();
        run.scope.say(Fact::PlannedRemoval { components, deletes: plan.removal.goals().count() });
        let homes = &plan.found.homes;
        let locks = homes.iter().flat_map(|home| plan.revisions.iter().map(|revision| Lock::revision(home, revision)));
        // What goes as nobody else wants it may be what another revision is about to want.
        let locks: Vec<Lock> = locks.chain(homes.iter().map(|home| Lock::shared(home))).collect();
        let job = Removing {
            removal: &plan.removal,
            ambient: &plan.users.ambient,
            locks: &locks,
            homes,
            purge: self.options.purge,
            records: &plan.records,
            namespaces: &plan.namespaces,
            holder: apply::Holder::this(),
            still,
        };
        apply::remove(run.cluster, &plan.kinds, run.scope, &job, &run.written, run.stopped(Self::END)).await
    }
}

fn nothing(plan: &Planned) -> Error {
    let error = Error::failed("nothing-to-remove", format!("nothing of {} may be removed", plan.name));
    plan.removal.kept.iter().take(10).fold(error, |error, (id, reason)| error.hint(format!("{id} {}", because(reason))))
}
