//! A plan held to the API server before anything is written: what exists and differs is tried, what is to be made where its
//! namespace is there, and what has to be made anew in its new form, before the old one goes.

use std::collections::HashMap;

use futures::stream::{self, StreamExt, TryStreamExt};
use serde_json::Value;

use super::write::SIDE_BY_SIDE;
use crate::cluster::{Cluster, Kinds, Refused};
use crate::error::{Refusal, Result};
use crate::object::{Object, ObjectId};
use crate::plan::restore::Restore;
use crate::plan::{Action, Apply, Context, Recreate, immutable, trial};

/// What the server makes of an object of the plan.
enum Answer {
    /// It would change as planned.
    AsPlanned,
    /// Nothing of it would change but who owns its fields.
    Nothing,
    /// A field cannot be changed.
    Fixed(String),
    /// It is refused.
    Refused(String),
}

/// Tries every object that exists and differs, and corrects `actions` by what the server says: no difference where it
/// makes none, a new object where a field cannot be changed. Tries new ones too, but those in the namespace `absent`, which
/// is not there yet. Gives what is refused, with why; nothing may be written then.
///
/// # Errors
/// Cluster errors.
pub async fn dry_run<'o>(
    cluster: &Cluster,
    kinds: &Kinds,
    objects: impl IntoIterator<Item = &'o Object>,
    live: &HashMap<ObjectId, Object>,
    actions: &mut HashMap<ObjectId, Action>,
    absent: Option<&str>,
) -> Result<Vec<(ObjectId, String)>> {
    let wanted: HashMap<ObjectId, &Object> = objects.into_iter().map(|object| (object.id(), object)).collect();
    let context = Context::of(wanted.values().copied());
    let differing = actions.iter().filter_map(|(id, action)| match action {
        Action::Apply(apply) if !apply.differences.is_empty() => {
            Some((id.clone(), live.get(id)?, apply.as_ref().clone()))
        }
        _ => None,
    });
    let differing: Vec<_> = differing.collect();
    let answers: Vec<(ObjectId, &Object, Answer)> = stream::iter(differing)
        .map(|(id, live, apply)| async move {
            let answer = ask(cluster, kinds, &id, live, &apply).await?;
            Ok::<_, crate::error::Error>((id, live, answer))
        })
        .buffer_unordered(SIDE_BY_SIDE)
        .try_collect()
        .await?;
    let mut refused = Vec::new();
    for (id, live, answer) in answers {
        let (Some(Action::Apply(apply)), Some(wanted)) = (actions.get_mut(&id), wanted.get(&id)) else { continue };
        match answer {
            Answer::AsPlanned => {}
            Answer::Nothing => apply.differences.clear(),
            Answer::Fixed(field) if !immutable::may_be_remade(&id) => {
                refused.push((id, format!("{field} cannot be changed, and what it holds would go with it")));
            }
            Answer::Fixed(field) => {
                let differences = std::mem::take(&mut apply.differences);
                let recreate = Recreate::of(wanted, live, &context, differences, field);
                actions.insert(id, Action::Recreate(Box::new(recreate)));
            }
            Answer::Refused(why) => refused.push((id, why)),
        }
    }
    let anew = actions.values().filter_map(|action| match action {
        Action::Recreate(recreate) => Some(&recreate.body),
        _ => None,
    });
    refused.extend(unmakeable(cluster, kinds, anew).await?);
    refused.extend(dry_create(cluster, kinds, actions.values().filter_map(|action| trial::now(action, absent))).await?);
    refused.sort();
    Ok(refused)
}

/// Tries objects that are not there; gives what is refused, with why.
///
/// # Errors
/// Cluster errors.
pub(super) async fn dry_create<'o>(
    cluster: &Cluster,
    kinds: &Kinds,
    bodies: impl IntoIterator<Item = &'o Object>,
) -> Result<Vec<(ObjectId, String)>> {
    // A kind that is not served yet comes with a CRD of this very set, or its write will say so.
    let served = bodies.into_iter().filter(|body| kinds.collection(&body.id()).is_ok());
    let mut refused: Vec<(ObjectId, String)> = stream::iter(served)
        .map(|body| async move {
            // As it will be sent: a list may have elements that only an apply takes for one.
            let tried = cluster.try_apply(kinds, body, false).await?;
            let why = tried.err().filter(|refused| !refused.refusal.is_conflict()).map(|refused| refused.message);
            Ok::<_, crate::error::Error>(why.map(|why| (body.id(), why)))
        })
        .buffer_unordered(SIDE_BY_SIDE)
        .try_filter_map(|refused| async { Ok(refused) })
        .try_collect()
        .await?;
    refused.sort();
    Ok(refused)
}

/// The same of objects whose namespace is not there and is not to be made: by other names in namespaces that every cluster
/// has. What is refused in all of them will be in theirs; where we may not try, nothing is known.
pub async fn dry_create_elsewhere<'o>(
    cluster: &Cluster,
    kinds: &Kinds,
    bodies: impl IntoIterator<Item = &'o Object>,
) -> Vec<(ObjectId, String)> {
    let tried = bodies.into_iter().map(|body| async move {
        let mut said = None;
        for namespace in trial::ELSEWHERE {
            let refused = dry_create(cluster, kinds, [&trial::elsewhere(body, namespace)]).await.unwrap_or_default();
            said = Some(refused.into_iter().next()?.1);
        }
        said.map(|said| (body.id(), immutable::said_of(body, &said)))
    });
    let mut refused: Vec<(ObjectId, String)> =
        stream::iter(tried).buffer_unordered(SIDE_BY_SIDE).filter_map(|refused| async { refused }).collect().await;
    refused.sort();
    refused
}

/// Tries what a way back puts over objects, and what it makes anew; makes anew what cannot be changed. Gives what is
/// refused, with why; nothing may be written then.
///
/// # Errors
/// Cluster errors.
pub async fn dry_restore(cluster: &Cluster, kinds: &Kinds, restore: &mut Restore) -> Result<Vec<(ObjectId, String)>> {
    let answers: Vec<(ObjectId, Answer)> = stream::iter(&restore.replace)
        .map(|body| async move {
            let answer = match cluster.try_replace(kinds, body).await? {
                Ok(_) => Answer::AsPlanned,
                Err(refused) => judged(refused),
            };
            Ok::<_, crate::error::Error>((body.id(), answer))
        })
        .buffer_unordered(SIDE_BY_SIDE)
        .try_collect()
        .await?;
    let mut refused = Vec::new();
    for (id, answer) in answers {
        match answer {
            Answer::AsPlanned | Answer::Nothing => {}
            Answer::Fixed(field) if immutable::may_be_remade(&id) => restore.remake(&id, field),
            Answer::Fixed(field) => refused.push((id, format!("{field} cannot be changed"))),
            Answer::Refused(why) => refused.push((id, why)),
        }
    }
    let gone = restore.create.iter().filter(|body| trial::is_tried(&body.id()));
    let anew = restore.recreate.iter().map(|recreate| &recreate.body);
    refused.extend(unmakeable(cluster, kinds, anew.chain(gone)).await?);
    refused.sort();
    Ok(refused)
}

/// What a refusal of a replacement says of it. One that was changed meanwhile, or gone, is looked at when it is written;
/// and a webhook that does not answer may be what the way back takes out first.
fn judged(refused: Refused) -> Answer {
    let Refused { refusal, message } = refused;
    if refusal.is_conflict() || matches!(refusal, Refusal::NotFound | Refusal::WebhookNotCalled { .. }) {
        return Answer::AsPlanned;
    }
    match refusal.unchangeable() {
        Some(field) => Answer::Fixed(field.to_owned()),
        None => Answer::Refused(message),
    }
}

/// Which of `bodies`, each to take the place of an object that is there or was, would not be made, with why.
async fn unmakeable<'o>(
    cluster: &Cluster,
    kinds: &Kinds,
    bodies: impl Iterator<Item = &'o Object>,
) -> Result<Vec<(ObjectId, String)>> {
    let tried: Vec<(&Object, _)> = stream::iter(bodies)
        .map(|body| async move {
            let tried = cluster.try_create(kinds, &immutable::trial(body)).await?;
            Ok::<_, crate::error::Error>((body, tried))
        })
        .buffer_unordered(SIDE_BY_SIDE)
        .try_collect()
        .await?;
    let refused = tried.into_iter().filter_map(|(body, tried)| Some((body, tried.err()?)));
    // The old one counts in quotas until it goes.
    let counts = refused.filter(|(_, refused)| !refused.is_over_quota());
    Ok(counts.map(|(body, refused)| (body.id(), immutable::said_of(body, &refused.message))).collect())
}

async fn ask(cluster: &Cluster, kinds: &Kinds, id: &ObjectId, live: &Object, apply: &Apply) -> Result<Answer> {
    // What a patch has to prepare the apply cannot be tried after it, as a dry run leaves nothing behind.
    let tried = match &apply.before {
        Some(patch) => cluster.try_json_patch(kinds, id, patch).await?,
        None => cluster.try_apply(kinds, &apply.body, apply.force()).await?,
    };
    Ok(match tried {
        Ok(there) if apply.before.is_none() && settled(&there) == settled(live) => Answer::Nothing,
        Ok(_) => Answer::AsPlanned,
        Err(refused) => match refused.refusal.unchangeable() {
            Some(field) => Answer::Fixed(field.to_owned()),
            None => Answer::Refused(refused.message),
        },
    })
}

/// An object without what the server writes about who wrote it and when.
fn settled(object: &Object) -> Value {
    let mut value = object.value().clone();
    if let Some(root) = value.as_object_mut() {
        root.shift_remove("status");
    }
    if let Some(metadata) = value.get_mut("metadata").and_then(Value::as_object_mut) {
        for field in ["managedFields", "resourceVersion", "generation"] {
            metadata.shift_remove(field);
        }
    }
    value
}
