//! A few objects that are written one by one under locks: what tags and links are made of.

use std::collections::{BTreeSet, HashMap};

use super::runner::Run;
use crate::apply::{self, Ended, Lock, Move, Still};
use crate::cluster::{Cluster, Kinds};
use crate::error::{Error, Result};
use crate::object::{Object, ObjectId};
use crate::plan::access::{self, Deed};
use crate::plan::{Action, Context, decide, obstacles};
use crate::read;
use crate::report::question::Question;

/// What is to be done to a few objects.
#[derive(Default)]
pub(super) struct Moves {
    /// What is done, in this order.
    pub(super) moves: Vec<Move>,
    /// What it was made by, each with its resource version; none where it is not there.
    pub(super) seen: Vec<(ObjectId, Option<String>)>,
    /// What is asked before, and what that is about; none where nobody needs to be asked.
    pub(super) question: Option<(String, Vec<String>)>,
}

impl Moves {
    /// Writes `wanted`, as far as it is not there so, in its order. `stands` says what stands against it before the server is
    /// asked.
    ///
    /// # Errors
    /// What stands against it, what the server refuses, cluster errors.
    pub(super) async fn to_write(
        cluster: &Cluster,
        wanted: &[Object],
        stands: impl Fn(&HashMap<ObjectId, Action>) -> Option<Error>,
    ) -> Result<Self> {
        let (kinds, context) = (Kinds::built_in(), Context::of(wanted));
        let live = read::there(cluster, &kinds, wanted.iter().map(Object::id)).await?;
        let action = |object: &Object| (object.id(), decide(object, live.get(&object.id()), &context));
        let mut actions: HashMap<ObjectId, Action> = wanted.iter().map(action).collect();
        if let Some(error) = stands(&actions) {
            return Err(error);
        }
        let refused = apply::dry_run(cluster, &kinds, wanted, &live, &mut actions, None).await?;
        if let Some(error) = obstacles::refused_with(&refused, "change what refuses it") {
            return Err(error);
        }
        let in_order = wanted.iter().filter_map(|object| actions.remove_entry(&object.id()));
        let moves =
            in_order.filter(|(_, action)| action.writes()).map(|(id, action)| Move::Write(id, action)).collect();
        let seen = wanted.iter().map(|object| (object.id(), live.get(&object.id()).map(version_of))).collect();
        Ok(Self { moves, seen, question: None })
    }

    pub(super) fn questions(&self, run: &Run<'_>) -> Vec<Question> {
        let asked = self.question.iter();
        asked.map(|(title, lines)| Question::listed(run.cluster, title, lines)).collect()
    }

    /// What carrying it out takes.
    pub(super) fn takes(&self, run: &Run<'_>) -> BTreeSet<Deed> {
        let deeds = self.moves.iter().flat_map(|one| {
            let (id, verbs): (_, &[&'static str]) = match one {
                Move::Write(id, Action::Create(_)) => (id, &["create", "patch"]),
                Move::Write(id, Action::Recreate(_)) => (id, &["delete", "create", "patch"]),
                Move::Write(id, _) | Move::Patch(id, _) => (id, &["patch"]),
                Move::Delete(id, _) => (id, &["delete"]),
            };
            verbs.iter().map(|verb| Deed::of(verb, id))
        });
        deeds.chain(access::to_lock(&run.caller.istio_namespace)).collect()
    }

    /// Whether everything that it was made by is as it was.
    pub(super) async fn is_still_so(&self, run: &Run<'_>) -> Result<bool> {
        let kinds = Kinds::built_in();
        let there = read::there(run.cluster, &kinds, self.seen.iter().map(|(id, _)| id.clone())).await?;
        Ok(self.seen.iter().all(|(id, version)| there.get(id).map(version_of) == *version))
    }

    /// Carries it out while nobody else holds one of these locks, told as of `component`; whether it was so. `end` is what an
    /// interruption comes before.
    pub(super) async fn carry_out(
        &self,
        run: &Run<'_>,
        component: &str,
        end: &'static str,
        locks: Vec<Lock>,
        still: &dyn Still,
    ) -> Result<bool> {
        let kinds = Kinds::built_in();
        let work = apply::one_by_one(run.cluster, &kinds, run.scope, component, &self.moves, &run.written);
        let ended = apply::exclusively(run.cluster, locks, run.scope, still, run.stopped(end), work).await?;
        Ok(ended == Ended::Done)
    }
}

/// The resource version of what is there.
pub(super) fn version_of(object: &Object) -> String {
    object.text("/metadata/resourceVersion").unwrap_or_default().to_owned()
}
