//! Writes of one component, side by side.

use std::time::Duration;

use futures::stream::{self, StreamExt, TryStreamExt};
use tokio::time::sleep;

use super::{Records, Run};
use crate::cluster::{Cluster, Kinds, Write};
use crate::component::Component;
use crate::error::{Error, Kind, Result};
use crate::event::{Change, Fact, Scope};
use crate::istio::label;
use crate::object::{Object, ObjectId};
use crate::plan::{Action, decide, ownership};

/// How many objects are written at once.
pub(super) const SIDE_BY_SIDE: usize = 16;
const LOOK_AGAIN: Duration = Duration::from_millis(200);
/// How long a record may take, also when the time of the run is over.
const RECORDING: Duration = Duration::from_secs(5);

impl Run<'_> {
    /// Writes what the plan says of each object; a new object is written with the body given here.
    pub(super) async fn write_all<'o>(
        &self,
        component: &str,
        objects: impl IntoIterator<Item = &'o Object>,
    ) -> Result<()> {
        stream::iter(objects)
            .map(|object| self.write(component, object))
            .buffer_unordered(SIDE_BY_SIDE)
            .try_collect::<()>()
            .await
    }

    /// Writes objects that are not, or not yet, as the plan has them, each compared with what is live by now.
    pub(super) async fn write_instead<'o>(
        &self,
        component: &str,
        objects: impl IntoIterator<Item = &'o Object>,
    ) -> Result<()> {
        stream::iter(objects)
            .map(|object| async move {
                let action = decide(object, self.observer.get(&object.id()).as_deref(), &self.context);
                self.act(component, object, &action).await
            })
            .buffer_unordered(SIDE_BY_SIDE)
            .try_collect::<()>()
            .await
    }

    async fn write(&self, component: &str, object: &Object) -> Result<()> {
        match self.actions.get(&object.id()) {
            // A new object goes out as it was given here (a webhook with its first CA, for one), without what is others'.
            Some(Action::Create(_)) | None => {
                let body = ownership::body(object, None, &self.context);
                self.send(component, &body, Change::Created, false).await
            }
            Some(action) => self.act(component, object, action).await,
        }
    }

    async fn act(&self, component: &str, object: &Object, action: &Action) -> Result<()> {
        let id = object.id();
        match action {
            Action::Unchanged => {
                self.scope.tell(component, Some(&id), Fact::Applied { change: Change::Unchanged });
                Ok(())
            }
            Action::Apply(apply) => {
                if let Some(patch) = &apply.before {
                    self.cluster.json_patch(self.kinds, &id, patch.clone()).await?;
                }
                self.send(component, &apply.body, Change::Configured, apply.force()).await
            }
            Action::Conflict(differences) => {
                let fields: Vec<String> = differences.iter().map(ToString::to_string).collect();
                Err(Error::in_the_way("conflict", format!("{id} may not be written to: {}", fields.join("; "))))
            }
            Action::Skip(reason) => Err(Error::failed("not-written", format!("{id} {reason}"))),
            Action::Create(body) => self.send(component, body, Change::Created, false).await,
            Action::Recreate(recreate) => {
                self.cluster.delete(self.kinds, &id, Some(&recreate.uid)).await?;
                self.gone(&id, &recreate.uid).await?;
                self.send(component, &recreate.body, Change::Recreated, false).await
            }
        }
    }

    /// Deletes what is not wanted any more, one after the other: each is what those before it may have needed.
    pub(super) async fn prune(&self, ids: &[ObjectId]) -> Result<()> {
        for id in ids {
            let live = self.live.get(id);
            let uid = live.and_then(|live| live.text("/metadata/uid"));
            // Of components that are off now no row is left; the others' objects are told in theirs.
            let label = live.and_then(|live| live.label(label::COMPONENT));
            let component = label.and_then(Component::labelled).map_or("core", |component| component.name);
            if self.cluster.delete(self.kinds, id, uid).await? {
                self.wrote(id);
                self.scope.tell(component, Some(id), Fact::Applied { change: Change::Deleted });
            }
        }
        Ok(())
    }

    fn wrote(&self, id: &ObjectId) {
        let mut written = self.written.borrow_mut();
        if !written.contains(id) {
            written.push(id.clone());
        }
    }

    /// Waits until the object of this uid is gone.
    pub(super) async fn gone(&self, id: &ObjectId, uid: &str) -> Result<()> {
        loop {
            let there = self.cluster.get(self.kinds, id).await?;
            if there.is_none_or(|there| there.text("/metadata/uid") != Some(uid)) {
                return Ok(());
            }
            if self.cluster.time_left() < LOOK_AGAIN {
                let message = format!("{id} is still being deleted, as something holds it by a finalizer");
                return Err(Error::new(Kind::TimedOut, "not-deleted", message).hint(format!(
                    "see who: kubectl get {} -A -o yaml | grep -A2 finalizers",
                    id.kind.to_lowercase()
                )));
            }
            sleep(LOOK_AGAIN).await;
        }
    }

    async fn send(&self, component: &str, body: &Object, change: Change, force: bool) -> Result<()> {
        let applied = self.cluster.apply(self.kinds, body, Write { force, dry_run: false }).await?;
        let id = body.id();
        self.wrote(&id);
        self.observer.seen(&applied);
        self.scope.tell(component, Some(&id), Fact::Applied { change });
        Ok(())
    }
}

/// `work`, between the record of what is about to change and the record of what has.
///
/// # Errors
/// Those of `work`.
pub(super) async fn recorded(
    cluster: &Cluster,
    kinds: &Kinds,
    scope: &Scope<'_>,
    records: &Records,
    work: impl Future<Output = Result<()>>,
) -> Result<()> {
    let mut carried = true;
    for secret in &records.carried {
        carried &= record(cluster, kinds, scope, secret).await;
    }
    record(cluster, kinds, scope, &records.before).await;
    if let Err(error) = work.await {
        record(cluster, kinds, scope, &records.failed).await;
        return Err(error);
    }
    record(cluster, kinds, scope, &records.after).await;
    // What is not written anew is not taken away either.
    if carried {
        forget(cluster, kinds, &records.obsolete).await;
    }
    Ok(())
}

/// Writes a record of the installation; false where that failed, which is told and stops nothing. Its content is never told.
async fn record(cluster: &Cluster, kinds: &Kinds, scope: &Scope<'_>, record: &Object) -> bool {
    let cluster = cluster.with_at_least(RECORDING);
    if let Err(error) = cluster.apply(kinds, record, Write { force: true, dry_run: false }).await {
        let message = format!("the record {} is not kept: {error}", record.id());
        scope.say(Fact::Warning { message });
        return false;
    }
    true
}

/// Deletes records that are not kept any longer. The next run tries again what fails here.
async fn forget(cluster: &Cluster, kinds: &Kinds, records: &[ObjectId]) {
    for id in records {
        if let Err(error) = cluster.delete(kinds, id, None).await {
            tracing::debug!(%error, "an old record stays");
        }
    }
}
