//! Hands objects over, from Helm to us or back: one patch an object, each of which tests that nobody was faster.

use std::cell::RefCell;
use std::pin::pin;

use futures::stream::{self, StreamExt, TryStreamExt};
use serde_json::Value;

use super::lease::{Lock, locked};
use super::{Ended, Holder, Still};
use crate::cluster::{Cluster, Kinds, Write};
use crate::error::{Error, Result};
use crate::event::{Fact, Scope};
use crate::object::{Object, ObjectId};
use crate::text;

/// How many objects are patched at once.
const SIDE_BY_SIDE: usize = 8;
/// Who holds the marks that are left on what changed hands: not we, or the next apply would take them off again.
const MARKS: &str = "mesh-adoption";
/// How often a patch is made anew where somebody else wrote to the object meanwhile.
const TRIES: usize = 5;

/// What is handed over.
pub struct HandingOver<'a> {
    /// What nobody else may write meanwhile.
    pub lock: Lock,
    /// Written before anything else: what is needed to go on, or back.
    pub first: Vec<Object>,
    /// The objects, as they are.
    pub objects: Vec<Object>,
    /// The patch for an object as it is; none where there is nothing to do.
    pub patch: &'a dyn Fn(&Object) -> Option<Value>,
    /// Written when all are handed over.
    pub last: Vec<Object>,
    /// Deleted then.
    pub obsolete: Vec<ObjectId>,
    /// Who we are to other runs.
    pub holder: Holder,
    /// Asked once nobody else writes any more.
    pub still: &'a dyn Still,
}

/// Hands everything over, until it is done or `stop` resolves; `written` takes the id of each object that is about to be
/// written.
///
/// # Errors
/// `lock-held`, what `stop` resolves to, cluster errors.
pub async fn hand_over(
    cluster: &Cluster,
    kinds: &Kinds,
    scope: &Scope<'_>,
    job: &HandingOver<'_>,
    written: &RefCell<Vec<ObjectId>>,
    stop: impl Future<Output = Error>,
) -> Result<Ended> {
    locked(cluster, [job.lock.clone()], scope, &job.holder, pin!(stop), async |at_once| {
        if !at_once || !job.still.is_so().await? {
            return Ok(Ended::Outdated);
        }
        for object in &job.first {
            written.borrow_mut().push(object.id());
            cluster.apply(kinds, object, Write { force: true, dry_run: false }).await?;
        }
        scope.say(Fact::Step { doing: format!("handing {} over", text::count(job.objects.len(), "object")) });
        stream::iter(&job.objects)
            .map(|object| {
                written.borrow_mut().push(object.id());
                one(cluster, kinds, object, job.patch)
            })
            .buffer_unordered(SIDE_BY_SIDE)
            .try_collect::<()>()
            .await?;
        for object in &job.last {
            cluster.apply(kinds, object, Write { force: true, dry_run: false }).await?;
        }
        for id in &job.obsolete {
            cluster.delete(kinds, id, None).await?;
        }
        Ok(Ended::Done)
    })
    .await
}

async fn one(
    cluster: &Cluster,
    kinds: &Kinds,
    object: &Object,
    patch: &dyn Fn(&Object) -> Option<Value>,
) -> Result<()> {
    let id = object.id();
    let mut live = object.clone();
    for _ in 1..TRIES {
        let Some(operations) = patch(&live) else { return Ok(()) };
        match cluster.json_patch_as(kinds, &id, operations, MARKS).await {
            Ok(_) => return Ok(()),
            // Somebody has written to it since: what is there now counts.
            Err(error) if error.is_refused() || error.is_conflict() => tracing::debug!(%error, "once more"),
            Err(error) => return Err(error),
        }
        match cluster.get(kinds, &id).await? {
            Some(now) => live = now,
            None => return Ok(()),
        }
    }
    let Some(operations) = patch(&live) else { return Ok(()) };
    cluster.json_patch_as(kinds, &id, operations, MARKS).await.map(drop)
}
