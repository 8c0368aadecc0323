//! Writes of one component, side by side.

use std::time::Duration;

use futures::stream::{self, StreamExt, TryStreamExt};

use super::Run;
use crate::cluster::Write;
use crate::error::{Error, Result};
use crate::event::{Change, Fact};
use crate::object::{Object, ObjectId};
use crate::plan::{Action, decide, ownership};

/// How many objects are written at once.
const SIDE_BY_SIDE: usize = 16;
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
                let live = self.observer.get(&object.id());
                let action = decide(object, live.as_ref(), &self.context);
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
                self.send(component, &apply.body, Change::Configured, !apply.force_over.is_empty()).await
            }
            Action::Conflict(differences) => {
                let fields: Vec<String> = differences.iter().map(ToString::to_string).collect();
                Err(Error::failed("conflict", format!("{id} may not be written to: {}", fields.join("; "))))
            }
            Action::Skip(reason) => Err(Error::failed("not-written", format!("{id} {reason}"))),
            Action::Create(body) => self.send(component, body, Change::Created, false).await,
        }
    }

    async fn send(&self, component: &str, body: &Object, change: Change, force: bool) -> Result<()> {
        let applied = self.cluster.apply(self.kinds, body, Write { force, dry_run: false }).await?;
        let id = body.id();
        let mut written = self.written.borrow_mut();
        if !written.contains(&id) {
            written.push(id.clone());
        }
        drop(written);
        self.observer.seen(&applied);
        self.scope.tell(component, Some(&id), Fact::Applied { change });
        Ok(())
    }

    /// Writes a record of the installation. Its content is never told, and failing to write it stops nothing.
    pub(super) async fn record(&self, record: &Object) {
        let cluster = self.cluster.with_at_least(RECORDING);
        if let Err(error) = cluster.apply(self.kinds, record, Write { force: true, dry_run: false }).await {
            let message = format!("the record {} is not kept: {error}", record.id());
            self.scope.say(Fact::Warning { message });
        }
    }

    /// Deletes records that are not kept any longer. The next run tries again what fails here.
    pub(super) async fn forget(&self, records: &[ObjectId]) {
        for id in records {
            if let Err(error) = self.cluster.delete(self.kinds, id, None).await {
                tracing::debug!(%error, "an old record stays");
            }
        }
    }
}
