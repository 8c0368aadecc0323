//! `tag set` and `tag remove`: what is in use is not taken away unasked.

use std::collections::BTreeSet;

use super::moves::{Moves, version_of};
use super::runner::{Change, Next, Run};
use crate::apply::{Lock, Move, Still};
use crate::error::{Error, Result};
use crate::istio::{DEFAULT, label};
use crate::object::{Object, ObjectId};
use crate::plan::access::Deed;
use crate::plan::obstacles;
use crate::plan::tag::{self, Wanted};
use crate::read::View;
use crate::read::tag::validators;
use crate::render::tag::{DEFAULT_TAG, deactivated};
use crate::report::message;
use crate::report::question::Question;

/// What an interruption comes before.
const END: &str = "all of the tag was written";

/// What is to be done to the objects of a tag.
pub struct Plan {
    /// The revision that the tag leads to now.
    before: Option<String>,
    moves: Moves,
}

impl Plan {
    /// Carries it out while nobody else writes the tag or the revisions it leads to; whether it was so.
    async fn carry_out(&self, run: &Run<'_>, tag: &str, revisions: &[&str], still: &dyn Still) -> Result<bool> {
        let namespace = run.caller.istio_namespace.as_str();
        let leads_to = revisions.iter().map(|revision| Lock::revision(namespace, revision));
        let locks = leads_to.chain([Lock::tag(namespace, tag)]).collect();
        self.moves.carry_out(run, "Tag", END, locks, still).await
    }
}

/// Makes a tag, or moves it; gives the revision that it led to before.
pub struct Set<'a> {
    /// What is asked for.
    pub asked: Wanted<'a>,
}

impl Change for Set<'_> {
    type Plan = Plan;
    type Done = Option<String>;

    const END: &'static str = END;

    async fn plan(&self, run: &Run<'_>) -> Result<Next<Plan, Option<String>>> {
        let cluster = run.cluster;
        let Wanted { tag, revision, .. } = self.asked;
        let view = View::of(cluster);
        let version = view.version().await?.to_owned();
        let picture = view.picture().await?;
        message::unknown(&run.caller.ui, &picture.unknown);
        let wanted = tag::objects(&self.asked, picture, version)?;
        tag::free(&self.asked, picture, true)?;
        let stands = |actions: &_| tag::of_release(actions).or_else(|| obstacles::of(actions));
        let mut moves = Moves::to_write(cluster, &wanted, stands).await?;
        if tag == DEFAULT_TAG {
            // The tag first: in no moment is a pod left without an injector.
            let closing = picture.injectors(DEFAULT).into_iter().filter(|injector| {
                injector.text("/metadata/deletionTimestamp").is_none() && deactivated(injector) != **injector
            });
            moves.moves.extend(closing.map(|injector| Move::Patch(injector.id(), tag::deactivation(injector))));
        }
        let before = tag::leads_to(picture, tag);
        if moves.moves.is_empty() {
            return Ok(Next::Done(before));
        }
        let old = before.as_deref().filter(|before| *before != revision);
        moves.question = old.map(|old| {
            let mut lines = vec![format!("it leads to revision {old}")];
            lines.extend(picture.users_of_tag(tag).lines());
            lines.push(
                "their pods get the other proxy when they are created anew; running pods stay as they are".to_owned(),
            );
            (format!("tag {tag} will lead to revision {revision}"), lines)
        });
        let injectors = picture.injectors(revision).into_iter().map(|one| (one.id(), Some(version_of(one))));
        moves.seen.extend(injectors);
        Ok(Next::Write(Plan { before, moves }))
    }

    fn takes(&self, run: &Run<'_>, plan: &Plan) -> BTreeSet<Deed> {
        plan.moves.takes(run)
    }

    fn questions(&self, run: &Run<'_>, plan: &Plan) -> Vec<Question> {
        plan.moves.questions(run)
    }

    async fn is_still_so(&self, run: &Run<'_>, plan: &Plan) -> Result<bool> {
        plan.moves.is_still_so(run).await
    }

    async fn carry_out(&self, run: &Run<'_>, plan: &Plan, still: &dyn Still) -> Result<Option<Option<String>>> {
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
    type Plan = Plan;
    type Done = Vec<ObjectId>;

    const END: &'static str = END;

    async fn plan(&self, run: &Run<'_>) -> Result<Next<Plan, Vec<ObjectId>>> {
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
        Ok(Next::Write(Plan { before: picture.tags().remove(tag), moves: Moves { moves, seen, question } }))
    }

    fn takes(&self, run: &Run<'_>, plan: &Plan) -> BTreeSet<Deed> {
        plan.moves.takes(run)
    }

    fn questions(&self, run: &Run<'_>, plan: &Plan) -> Vec<Question> {
        plan.moves.questions(run)
    }

    async fn is_still_so(&self, run: &Run<'_>, plan: &Plan) -> Result<bool> {
        plan.moves.is_still_so(run).await
    }

    async fn carry_out(&self, run: &Run<'_>, plan: &Plan, still: &dyn Still) -> Result<Option<Vec<ObjectId>>> {
        let revisions: Vec<&str> = plan.before.as_deref().into_iter().collect();
        if !plan.carry_out(run, self.tag, &revisions, still).await? {
            return Ok(None);
        }
        let gone = plan.moves.moves.iter().filter_map(|one| match one {
            Move::Delete(id, _) => Some(id.clone()),
            Move::Write(..) | Move::Patch(..) => None,
        });
        Ok(Some(gone.collect()))
    }
}
