//! Writes of one component, side by side.

use std::cell::RefCell;
use std::time::Duration;

use futures::stream::{self, StreamExt, TryStreamExt};

use super::gone::gone;
use super::install::{Installer, Records};
use crate::cluster::{Cluster, Kinds, Write};
use crate::component::Component;
use crate::error::{Error, Kind, Result};
use crate::event::{Fact, Scope, Wrote};
use crate::istio::label;
use crate::object::{Object, ObjectId};
use crate::plan::{Action, decide, ownership};

/// How many objects are written at once.
pub(super) const SIDE_BY_SIDE: usize = 16;
/// What is left of the time to say what was waited for.
const LAST_WORD: Duration = Duration::from_millis(200);
/// How long a record may take, also when the time of the run is over.
const RECORDING: Duration = Duration::from_secs(5);

impl Installer<'_> {
    /// Writes what the plan says of each object; a new object is written with the body given here. Bindings come last: of
    /// who may not `bind` the server wants to know what is in the role, which has to be there.
    pub(super) async fn write_all<'o>(
        &self,
        component: &str,
        objects: impl IntoIterator<Item = &'o Object>,
    ) -> Result<()> {
        let (bindings, rest): (Vec<&Object>, Vec<&Object>) =
            objects.into_iter().partition(|object| object.kind().ends_with("RoleBinding"));
        for wave in [rest, bindings] {
            stream::iter(wave)
                .map(|object| self.write(component, object))
                .buffer_unordered(SIDE_BY_SIDE)
                .try_collect::<()>()
                .await?;
        }
        Ok(())
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
                self.act(component, object, &Action::Create(body)).await
            }
            Some(action) => self.act(component, object, action).await,
        }
    }

    pub(super) async fn act(&self, component: &str, object: &Object, action: &Action) -> Result<()> {
        if let Some(there) = self.writer().act(component, &object.id(), action).await? {
            self.observer.seen(&there);
        }
        Ok(())
    }

    fn writer(&self) -> Writer<'_> {
        Writer { cluster: self.cluster, kinds: self.kinds, scope: self.scope, written: self.written }
    }

    /// Deletes what is not wanted any more, one after the other: each is what those before it may have needed.
    pub(super) async fn prune(&self, ids: &[ObjectId]) -> Result<()> {
        for id in ids {
            let live = self.live.get(id);
            let uid = live.and_then(|live| live.text("/metadata/uid"));
            // Of components that are off now no row is left; the others' objects are told in theirs.
            let label = live.and_then(|live| live.label(label::COMPONENT));
            let component = label.and_then(Component::labelled).map_or("core", |component| component.name);
            self.writer().delete(component, id, uid).await?;
        }
        Ok(())
    }
}

/// One thing to do to one object.
#[derive(Debug)]
pub enum Move {
    /// What a plan says of it.
    Write(ObjectId, Action),
    /// A JSON patch (RFC 6902).
    Patch(ObjectId, serde_json::Value),
    /// Its deletion, while it has this uid.
    Delete(ObjectId, String),
}

/// Makes these moves one after the other, telling of them as of `component`. `written` takes the id of every object that
/// was changed.
///
/// # Errors
/// `conflict`, `not-written`, `not-deleted`; cluster errors.
pub async fn one_by_one(
    cluster: &Cluster,
    kinds: &Kinds,
    scope: &Scope<'_>,
    component: &str,
    moves: &[Move],
    written: &RefCell<Vec<ObjectId>>,
) -> Result<()> {
    let writer = Writer { cluster, kinds, scope, written };
    for one in moves {
        match one {
            Move::Write(id, action) => drop(writer.act(component, id, action).await?),
            Move::Patch(id, patch) => {
                cluster.json_patch(kinds, id, patch.clone()).await?;
                writer.told(component, id, Wrote::Configured);
            }
            Move::Delete(id, uid) => drop(writer.delete(component, id, Some(uid)).await?),
        }
    }
    Ok(())
}

/// The one way in which objects are written, whatever command wants it.
pub(super) struct Writer<'a> {
    pub(super) cluster: &'a Cluster,
    pub(super) kinds: &'a Kinds,
    pub(super) scope: &'a Scope<'a>,
    /// Takes the id of every object that was changed.
    pub(super) written: &'a RefCell<Vec<ObjectId>>,
}

impl Writer<'_> {
    /// Does with the object `id` what `action` says, and gives what is there then; none where nothing is sent.
    ///
    /// # Errors
    /// `conflict`, `not-written` where it is not to be touched, `not-deleted`; cluster errors.
    pub(super) async fn act(&self, component: &str, id: &ObjectId, action: &Action) -> Result<Option<Object>> {
        let written = match action {
            Action::Unchanged => {
                self.scope.tell(component, Some(id), Fact::Applied { change: Wrote::Unchanged });
                return Ok(None);
            }
            Action::Apply(apply) => {
                if let Some(patch) = &apply.before {
                    self.cluster.json_patch(self.kinds, id, patch.clone()).await?;
                }
                self.send(component, &apply.body, Wrote::Configured, apply.force()).await?
            }
            Action::Conflict(differences) => {
                let fields: Vec<String> = differences.iter().map(ToString::to_string).collect();
                return Err(Error::in_the_way(
                    "conflict",
                    format!("{id} may not be written to: {}", fields.join("; ")),
                ));
            }
            Action::Skip(reason) => return Err(Error::failed("not-written", format!("{id} {reason}"))),
            Action::Create(body) => self.send(component, body, Wrote::Created, false).await?,
            Action::Recreate(recreate) => {
                self.clear(component, id, &recreate.uid).await?;
                self.send(component, &recreate.body, Wrote::Recreated, false).await?
            }
        };
        Ok(Some(written))
    }

    /// Deletes the object of this uid, where one is given, and says so; false where it was gone already.
    ///
    /// # Errors
    /// As [`Cluster::delete`].
    pub(super) async fn delete(&self, component: &str, id: &ObjectId, uid: Option<&str>) -> Result<bool> {
        let deleted = self.cluster.delete(self.kinds, id, uid).await?;
        if deleted {
            self.told(component, id, Wrote::Deleted);
        }
        Ok(deleted)
    }

    /// Deletes the object of this uid and waits until it is gone, so that another one can take its place.
    ///
    /// # Errors
    /// `not-deleted` (timed out); cluster errors.
    pub(super) async fn clear(&self, component: &str, id: &ObjectId, uid: &str) -> Result<()> {
        if !self.cluster.delete(self.kinds, id, Some(uid)).await? {
            return Ok(());
        }
        let tell = || self.scope.tell(component, Some(id), Fact::Waiting { state: "to go".to_owned() });
        let until = self.cluster.deadline() - LAST_WORD;
        let Some(there) = gone(self.cluster, self.kinds, id, uid, until, tell).await? else { return Ok(()) };
        let finalizers: Vec<&str> = there.list("/metadata/finalizers").iter().filter_map(|one| one.as_str()).collect();
        let why =
            if finalizers.is_empty() { String::new() } else { format!(": it waits for {}", finalizers.join(", ")) };
        Err(Error::new(Kind::TimedOut, "not-deleted", format!("{id} is still being deleted{why}"))
            .hint("what waits for a finalizer waits for the controller of that name"))
    }

    /// Notes what was written, and says so.
    pub(super) fn told(&self, component: &str, id: &ObjectId, change: Wrote) {
        let mut written = self.written.borrow_mut();
        if !written.contains(id) {
            written.push(id.clone());
        }
        drop(written);
        self.scope.tell(component, Some(id), Fact::Applied { change });
    }

    async fn send(&self, component: &str, body: &Object, change: Wrote, force: bool) -> Result<Object> {
        let id = body.id();
        // Noted before: where this is dropped under way, the server may have it all the same.
        let is_noted = self.written.borrow().contains(&id);
        if !is_noted {
            self.written.borrow_mut().push(id.clone());
        }
        let applied = self.cluster.apply(self.kinds, body, Write { force, dry_run: false }).await;
        match &applied {
            Ok(_) => self.told(component, &id, change),
            Err(_) if !is_noted => self.written.borrow_mut().retain(|noted| *noted != id),
            Err(_) => {}
        }
        applied
    }
}

/// `work`, between the record of what is about to change and the record of what has. What cannot be recorded is not done:
/// nobody could take it back.
///
/// # Errors
/// That of the first record, with what it means; those of `work`.
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
    keep(cluster, kinds, &records.before).await.map_err(|error| unrecorded(&records.before.id(), &error))?;
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
    if let Err(error) = keep(cluster, kinds, record).await {
        let message = format!("the record {} is not kept: {error}", record.id());
        scope.say(Fact::Warning { message });
        return false;
    }
    true
}

async fn keep(cluster: &Cluster, kinds: &Kinds, record: &Object) -> Result<Object> {
    let cluster = cluster.with_at_least(RECORDING);
    cluster.apply(kinds, record, Write { force: true, dry_run: false }).await
}

/// That the record of a change cannot be written, so that the change is not made.
fn unrecorded(record: &ObjectId, error: &Error) -> Error {
    let message = format!("nothing was changed, as the change cannot be recorded first: {error}");
    let hint = format!("let {record} be written: without it nobody could go back to what is there now");
    error.hints().iter().fold(error.like(message), Error::hint).hint(hint)
}

/// Deletes records that are not kept any longer. The next run tries again what fails here.
async fn forget(cluster: &Cluster, kinds: &Kinds, records: &[ObjectId]) {
    for id in records {
        if let Err(error) = cluster.delete(kinds, id, None).await {
            tracing::debug!(%error, "an old record stays");
        }
    }
}
