//! How restarts end that are not done: one will not become ready, or the time is over.

use std::collections::HashMap;

use futures::future::join_all;

use super::job::Fate;
use super::one::{One, Stage};
use super::run::{LOOKED_INTO, Rolling};
use crate::event::Fact;
use crate::object::ObjectId;
use crate::wait::Diagnosis;

impl Rolling<'_> {
    /// One will not become ready: none more is begun.
    pub(super) fn fail(&mut self, place: usize, diagnosis: Diagnosis) {
        let Diagnosis { id: cause, lines, next } = diagnosis;
        let one = &mut self.ones[place];
        self.waiter.scope.about(&one.restart.id, Fact::Failed { cause, causes: lines.clone() });
        one.state = Stage::Ended(Fate::Failed { cause, lines, next });
        self.failed = true;
    }

    /// The time is over: of those under way the cause is told, as far as there is one to be seen.
    pub(super) async fn out_of_time(&mut self) {
        let looked_into = |one: &&One<'_>| matches!(one.state, Stage::Rolls { .. } | Stage::Evicts(_));
        let under_way = self.ones.iter().filter(looked_into).map(|one| &one.restart.id).filter(|id| is_looked_into(id));
        let ids: Vec<ObjectId> = under_way.take(LOOKED_INTO).cloned().collect();
        let found = join_all(ids.iter().map(|id| self.waiter.diagnose(id))).await;
        let mut found: HashMap<ObjectId, Diagnosis> =
            ids.into_iter().zip(found).filter_map(|(id, one)| Some((id, one?))).collect();
        for place in 0..self.ones.len() {
            let one = &mut self.ones[place];
            match &one.state {
                Stage::Ended(_) => {}
                Stage::Waits { told: None } => one.state = Stage::Ended(Fate::NotBegun),
                _ => {
                    let diagnosis = found.remove(&one.restart.id);
                    self.late(place, diagnosis);
                }
            }
        }
    }

    pub(super) fn late(&mut self, place: usize, diagnosis: Option<Diagnosis>) {
        let one = &mut self.ones[place];
        let stands = match &one.state {
            Stage::Waits { told: Some(held) } => format!("it waited for {held}"),
            _ => one.stands(&self.board),
        };
        let (cause, mut lines, next) = match diagnosis {
            Some(Diagnosis { id, lines, next }) => (id, lines, next),
            None => ("not-ready", Vec::new(), Vec::new()),
        };
        match lines.first_mut() {
            Some(summary) => *summary = format!("{stands}: {summary}"),
            None => lines.push(stands),
        }
        let mut causes = lines.clone();
        causes[0] = format!("not ready in time: {}", causes[0]);
        self.waiter.scope.about(&one.restart.id, Fact::Failed { cause, causes });
        one.state = Stage::Ended(Fate::TimedOut { cause, lines, next });
    }
}

/// Whether the cause of a workload of this kind is found by way of its pods.
pub(super) fn is_looked_into(id: &ObjectId) -> bool {
    matches!(id.kind.as_str(), "Deployment" | "StatefulSet" | "DaemonSet")
}
