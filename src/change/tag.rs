//! `tag set` and `tag remove`: what is in use is not taken away unasked.

use std::collections::{BTreeSet, HashMap};

use super::runner::{Change, Next, Run};
use crate::apply::{self, Ended, Lock, Move, Still};
use crate::cluster::Kinds;
use crate::error::{Error, Result};
use crate::istio::{DEFAULT, label};
use crate::object::{Object, ObjectId};
use crate::plan::access::{self, Deed};
use crate::plan::tag::{self, Wanted};
use crate::plan::{Action, Context, decide, obstacles};
use crate::read::tag::validators;
use crate::read::{self, View};
use crate::render::tag::{DEFAULT_TAG, deactivated};
use crate::report::message;
use crate::report::question::Question;

/// What an interruption comes before.
const END: &str = "all of the tag was written";

/// What is to be done to the objects of a tag.
pub struct Moves {
    /// The revision that the tag leads to now.
    before: Option<String>,
    /// What is done, in this order.
    moves: Vec<Move>,
    /// What it was made by, each with its resource version; none where it is not there.
    seen: Vec<(ObjectId, Option<String>)>,
    /// What is asked before, and what that is about; none where nobody needs to be asked.
    question: Option<(String, Vec<String>)>,
}

impl Moves {
    fn questions(&self, run: &Run<'_>) -> Vec<Question> {
        let asked = self.question.iter();
        asked.map(|(title, lines)| Question::listed(run.cluster, title, lines)).collect()
    }

    /// What carrying it out takes.
    fn takes(&self, run: &Run<'_>) -> BTreeSet<Deed> {
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
    async fn is_still_so(&self, run: &Run<'_>) -> Result<bool> {
        let kinds = Kinds::built_in();
        let there = read::there(run.cluster, &kinds, self.seen.iter().map(|(id, _)| id.clone())).await?;
        Ok(self.seen.iter().all(|(id, version)| there.get(id).map(version_of) == *version))
    }

    /// Carries it out while nobody else writes the tag or the revisions it leads to; whether it was so.
    async fn carry_out(&self, run: &Run<'_>, tag: &str, revisions: &[&str], still: &dyn Still) -> Result<bool> {
        let namespace = run.caller.istio_namespace.as_str();
        let leads_to = revisions.iter().map(|revision| Lock::revision(namespace, revision));
        let locks: Vec<Lock> = leads_to.chain([Lock::tag(namespace, tag)]).collect();
        let kinds = Kinds::built_in();
        let work = apply::one_by_one(run.cluster, &kinds, run.scope, "Tag", &self.moves, &run.written);
        let ended = apply::exclusively(run.cluster, locks, run.scope, still, run.stopped(END), work).await?;
        Ok(ended == Ended::Done)
    }
}

fn version_of(object: &Object) -> String {
    object.text("/metadata/resourceVersion").unwrap_or_default().to_owned()
}

/// Makes a tag, or moves it; gives the revision that it led to before.
pub struct Set<'a> {
    /// What is asked for.
    pub asked: Wanted<'a>,
}

impl Change for Set<'_> {
    type Plan = Moves;
    type Done = Option<String>;

    const END: &'static str = END;

    async fn plan(&self, run: &Run<'_>) -> Result<Next<Moves, Option<String>>> {
        let cluster = run.cluster;
        let Wanted { tag, revision, .. } = self.asked;
        let view = View::of(cluster);
        let version = view.version().await?.to_owned();
        let picture = view.picture().await?;
        message::unknown(&run.caller.ui, &picture.unknown);
        let wanted = tag::objects(&self.asked, picture, version)?;
        tag::free(&self.asked, picture, true)?;
        let (kinds, context) = (Kinds::built_in(), Context::of(&wanted));
        let live = read::there(cluster, &kinds, wanted.iter().map(Object::id)).await?;
        let action = |object: &Object| (object.id(), decide(object, live.get(&object.id()), &context));
        let mut actions: HashMap<ObjectId, Action> = wanted.iter().map(action).collect();
        if let Some(error) = tag::of_release(&actions).or_else(|| obstacles::of(&actions)) {
            return Err(error);
        }
        let refused = apply::dry_run(cluster, &kinds, &wanted, &live, &mut actions, None).await?;
        if let Some(error) = obstacles::refused_with(&refused, "change what refuses it") {
            return Err(error);
        }
        let in_order = wanted.iter().filter_map(|object| actions.remove_entry(&object.id()));
        let written = in_order.filter(|(_, action)| action.writes());
        let mut moves: Vec<Move> = written.map(|(id, action)| Move::Write(id, action)).collect();
        if tag == DEFAULT_TAG {
            // The tag first: in no moment is a pod left without an injector.
            let closing = picture.injectors(DEFAULT).into_iter().filter(|injector| {
                injector.text("/metadata/deletionTimestamp").is_none() && deactivated(injector) != **injector
            });
            moves.extend(closing.map(|injector| Move::Patch(injector.id(), tag::deactivation(injector))));
        }
        let before = tag::leads_to(picture, tag);
        if moves.is_empty() {
            return Ok(Next::Done(before));
        }
        let old = before.as_deref().filter(|before| *before != revision);
        let question = old.map(|old| {
            let mut lines = vec![format!("it leads to revision {old}")];
            lines.extend(picture.users_of_tag(tag).lines());
            lines.push(
                "their pods get the other proxy when they are created anew; running pods stay as they are".to_owned(),
            );
            (format!("tag {tag} will lead to revision {revision}"), lines)
        });
        let injectors = picture.injectors(revision).into_iter().map(|one| (one.id(), Some(version_of(one))));
        let seen = wanted.iter().map(|object| (object.id(), live.get(&object.id()).map(version_of)));
        let seen = seen.chain(injectors).collect();
        Ok(Next::Write(Moves { before, moves, seen, question }))
    }

    fn takes(&self, run: &Run<'_>, plan: &Moves) -> BTreeSet<Deed> {
        plan.takes(run)
    }

    fn questions(&self, run: &Run<'_>, plan: &Moves) -> Vec<Question> {
        plan.questions(run)
    }

    async fn is_still_so(&self, run: &Run<'_>, plan: &Moves) -> Result<bool> {
        plan.is_still_so(run).await
    }

    async fn carry_out(&self, run: &Run<'_>, plan: &Moves, still: &dyn Still) -> Result<Option<Option<String>>> {
        let revisions: Vec<&str> = [Some(self.asked.revision), plan.before.as_deref()].into_iter().flatten().collect();
        let is_done = plan.carry_out(run, self.asked.tag, &revisions, still).await?;
        Ok(is_done.then(|| plan.before.clone()))
    }
}

/// Removes a tag; gives what went.
pub struct Remove<'a> {
    /// Its name.
    pub tag: &'a str,
    /// Also where namespaces use it.
    pub force: bool,
}

impl Change for Remove<'_> {
    type Plan = Moves;
    type Done = Vec<ObjectId>;

    const END: &'static str = END;

    async fn plan(&self, run: &Run<'_>) -> Result<Next<Moves, Vec<ObjectId>>> {
        let cluster = run.cluster;
        let Self { tag, force } = *self;
        let view = View::of(cluster);
        view.version().await?;
        let picture = view.picture().await?;
        message::unknown(&run.caller.ui, &picture.unknown);
        let found = picture.webhooks.iter().chain(&picture.services);
        let mut going: Vec<Object> = found.filter(|object| object.label(label::TAG) == Some(tag)).cloned().collect();
        if going.is_empty() {
            let known: Vec<String> = picture.tags().into_keys().collect();
            let error = Error::failed("unknown-tag", format!("there is no tag {tag}"));
            return Err(if known.is_empty() {
                error.hint("there are no tags at all")
            } else {
                error.hint(format!("there are: {}", known.join(", ")))
            });
        }
        going.splice(0..0, validators(cluster, tag).await?);
        let users = picture.users_of_tag(tag);
        if !users.is_empty() && !force {
            return Err(Error::in_the_way(
                "in-use",
                format!("tag {tag} is in use; nothing was removed:\n{}", users.lines().join("\n")),
            )
            .hint("label these namespaces with another revision or tag")
            .hint("to remove it all the same, so that their new pods are not injected any more: --force"));
        }
        let lines = going.iter().map(|object| object.id().to_string()).chain(users.lines()).collect();
        let uid = |object: &Object| object.text("/metadata/uid").unwrap_or_default().to_owned();
        let moves = going.iter().map(|object| Move::Delete(object.id(), uid(object))).collect();
        let question = Some((format!("tag {tag} will be removed"), lines));
        let seen = going.iter().map(|object| (object.id(), Some(version_of(object)))).collect();
        Ok(Next::Write(Moves { before: picture.tags().remove(tag), moves, seen, question }))
    }

    fn takes(&self, run: &Run<'_>, plan: &Moves) -> BTreeSet<Deed> {
        plan.takes(run)
    }

    fn questions(&self, run: &Run<'_>, plan: &Moves) -> Vec<Question> {
        plan.questions(run)
    }

    async fn is_still_so(&self, run: &Run<'_>, plan: &Moves) -> Result<bool> {
        plan.is_still_so(run).await
    }

    async fn carry_out(&self, run: &Run<'_>, plan: &Moves, still: &dyn Still) -> Result<Option<Vec<ObjectId>>> {
        let revisions: Vec<&str> = plan.before.as_deref().into_iter().collect();
        if !plan.carry_out(run, self.tag, &revisions, still).await? {
            return Ok(None);
        }
        let gone = plan.moves.iter().filter_map(|one| match one {
            Move::Delete(id, _) => Some(id.clone()),
            Move::Write(..) | Move::Patch(..) => None,
        });
        Ok(Some(gone.collect()))
    }
}
