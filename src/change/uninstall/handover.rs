//! What a revision that goes has written and another installation wants: it is written anew as that one wants it, before
//! what it ran with goes.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use futures::FutureExt;
use futures::future::LocalBoxFuture;

use super::planned::Planned;
use super::removing::Uninstall;
use crate::apply::{self, Ended, Installing, Still};
use crate::change::{Change, Run, records};
use crate::cluster::Cluster;
use crate::error::{Error, Result};
use crate::event::{Fact, Scope};
use crate::input::Asked;
use crate::istio::Installation;
use crate::object::{Object, ObjectId};
use crate::plan::ledger::Ledger;
use crate::plan::{Action, obstacles};
use crate::read::{Survey, View};
use crate::report::Memory;
use crate::report::uninstall::HandedOver;
use crate::text;

/// What is handed over to one installation.
pub(super) struct Handover {
    pub(super) objects: BTreeSet<ObjectId>,
    survey: Survey,
}

impl Handover {
    /// Plans what is handed over: of `kept`, which stays as others want it, what who goes has written last. `ledger` is without
    /// those.
    ///
    /// # Errors
    /// Those of [`Survey::by`].
    pub(super) async fn plan(
        view: &View<'_>,
        kept: &[&Object],
        going: &BTreeSet<String>,
        ledger: &Ledger,
    ) -> Result<Vec<Self>> {
        let owners = ledger.owners(|_| false);
        let mut handed: BTreeMap<&Installation, BTreeSet<ObjectId>> = BTreeMap::new();
        for object in kept {
            if let Some(owner) = owners.get(&object.id()) {
                handed.entry(*owner).or_default().insert(object.id());
            }
        }
        let mut plans = Vec::new();
        for (installation, objects) in handed {
            let mut asked = Asked::again(installation);
            asked.freed.clone_from(going);
            let survey = Survey::by(view, &asked, ledger.clone()).await;
            let survey = survey.map_err(|error| error.at(cannot(installation)))?.only(&objects);
            let differs = |action: &Action| action.writes() || matches!(action, Action::Conflict(_));
            // As the other one wants it anyway.
            if survey.actions.values().any(differs) {
                plans.push(Self { survey, objects });
            }
        }
        Ok(plans)
    }

    /// To whom.
    pub(super) fn installation(&self) -> &Installation {
        &self.survey.installation
    }

    /// What stands against it. It is told before anything is written: with half of it handed over nothing could be removed.
    pub(super) fn obstacle(&self) -> Option<Error> {
        let Survey { refused, actions, .. } = &self.survey;
        let error = obstacles::refused(refused).or_else(|| obstacles::of(actions))?;
        Some(error.at(cannot(self.installation())))
    }

    /// What it changes, and what that means.
    pub(super) fn told(&self) -> HandedOver<'_> {
        let Self { objects, survey } = self;
        let mut summary = survey.summary();
        summary.made_by.retain(|(id, _)| objects.contains(id));
        HandedOver { installation: &survey.installation, objects, summary }
    }

    /// Writes what is handed over, and waits until it runs; false where somebody else has been writing until now.
    ///
    /// # Errors
    /// Those of [`apply::install`].
    async fn carry_out(&self, run: &Run<'_>, gently: bool) -> Result<bool> {
        let Run { cluster, scope, .. } = run;
        let Some(records) = records::of_survey(&self.survey)? else { return Ok(true) };
        let objects = text::count(self.objects.len(), "object");
        scope.say(Fact::Step { doing: format!("handing {objects} over to installation {}", self.installation()) });
        let job = Installing {
            set: &self.survey.set,
            stand_in: self.survey.stand_in.as_ref(),
            left_over: &self.survey.left_over,
            live: &self.survey.live,
            actions: &self.survey.actions,
            untried: Vec::new(),
            prune: Vec::new(),
            records: Some(records),
            unfinished: self.survey.history.is_unfinished(),
            is_shared: self.survey.is_shared(),
            holder: apply::Holder::this(),
            still: &Unchanged { cluster, survey: &self.survey },
            gently,
        };
        // What is told of it would read as an installation.
        let silent = Memory::default();
        let revision = self.survey.revision.clone();
        let own = Scope { cluster: scope.cluster.clone(), revision, sink: &silent };
        let written = RefCell::default();
        let ended =
            apply::install(cluster, &self.survey.kinds, &own, &job, &written, run.stopped(Uninstall::END)).await;
        let ended = ended.map_err(|error| {
            error
                .at(format!("what is shared could not be handed over to installation {}", self.installation()))
                .hint("nothing was removed")
        })?;
        Ok(ended == Ended::Done)
    }
}

fn cannot(installation: &Installation) -> String {
    format!("what is shared cannot be handed over to installation {installation}")
}

/// What is handed over as it was planned.
struct Unchanged<'a> {
    cluster: &'a Cluster,
    survey: &'a Survey,
}

impl Still for Unchanged<'_> {
    fn is_so(&self) -> LocalBoxFuture<'_, Result<bool>> {
        self.survey.is_still_so(self.cluster).boxed_local()
    }
}

/// Carries all handovers of a plan out; false where one of them is out of date.
///
/// # Errors
/// Those of [`apply::install`].
pub(super) async fn carry_out(run: &Run<'_>, plan: &Planned, gently: bool) -> Result<bool> {
    for handover in &plan.handovers {
        if !handover.carry_out(run, gently).await? {
            return Ok(false);
        }
    }
    Ok(true)
}
