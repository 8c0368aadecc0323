//! Carries out the way back: what was made since and fails closed goes first, then everything as it was, then the rest
//! goes.

use std::cell::RefCell;
use std::pin::pin;

use futures::stream::{self, StreamExt, TryStreamExt};
use serde_json::{Value, json};

use super::gate::is_webhook;
use super::install::keep_observed;
use super::lease::{Lock, locked};
use super::write::{self, SIDE_BY_SIDE, Writer};
use super::{Ended, Holder, Records, Still};
use crate::cluster::{Cluster, Kinds, Write};
use crate::component::Component;
use crate::error::{Error, Kind, Result};
use crate::event::{Fact, Scope, Wrote};
use crate::istio::label;
use crate::object::{Object, ObjectId};
use crate::plan::restore::Restore;
use crate::wait::{Awaited, Observer, Waited, Waiter};

/// How often the fields of one object are given back while others write it.
const TRIES: usize = 5;

/// Everything one way back needs to know.
pub struct Restoring<'a> {
    /// What has to be done.
    pub restore: &'a Restore,
    /// The namespace of the installation.
    pub namespace: &'a str,
    /// What is recorded of it.
    pub records: Records,
    /// Who we are to other runs.
    pub holder: Holder,
    /// Asked once nobody else writes any more.
    pub still: &'a dyn Still,
}

struct Back<'a> {
    writer: Writer<'a>,
    observer: &'a Observer,
    restore: &'a Restore,
}

/// How an object becomes what it was.
#[derive(Clone, Copy)]
enum How<'r> {
    /// Written over what is there.
    Over,
    /// Made: it is gone.
    New,
    /// Made in the place of the object of this uid.
    Anew(&'r str),
}

/// Goes back on one cluster, until it is done or `stop` resolves; `written` takes the id of every object that changed.
///
/// # Errors
/// `lock-held`, `component-failed` where a restored workload does not become ready, what `stop` resolves to, cluster
/// errors.
pub async fn restore(
    cluster: &Cluster,
    kinds: &Kinds,
    scope: &Scope<'_>,
    way: &Restoring<'_>,
    written: &RefCell<Vec<ObjectId>>,
    stop: impl Future<Output = Error>,
) -> Result<Ended> {
    let locks = [Lock::revision(way.namespace, &scope.revision), Lock::shared(way.namespace)];
    locked(cluster, locks, scope, &way.holder, pin!(stop), async |at_once| {
        if !at_once || !way.still.is_so().await? {
            return Ok(Ended::Outdated);
        }
        let observer = Observer::new(cluster, kinds);
        let writer = Writer { cluster, kinds, scope, written };
        let back = Back { writer, observer: &observer, restore: way.restore };
        let carried_out = write::recorded(cluster, kinds, scope, &way.records, back.carry_out());
        keep_observed(cluster, scope, &observer, carried_out).await.map(|()| Ended::Done)
    })
    .await
}

impl Back<'_> {
    async fn carry_out(&self) -> Result<()> {
        let restore = self.restore;
        let fails_closed = |id: &ObjectId| id.kind.ends_with("WebhookConfiguration");
        for (id, uid) in restore.delete.iter().filter(|(id, _)| fails_closed(id)) {
            self.delete(id, uid).await?;
        }
        let is_workload = |object: &Object| matches!(object.kind(), "Deployment" | "DaemonSet" | "StatefulSet");
        let is_turned = |object: &Object| restore.turned.contains(&object.id());
        let is_else = |object: &Object| !is_webhook(object) && !is_workload(object) && !is_turned(object);
        // What workloads need is there before them, and what answers webhooks before those. A Service that leads to other
        // pods now goes on to, until those it had are ready.
        self.write(is_else).await?;
        self.write(is_workload).await?;
        let workloads = self.all().map(|(object, _)| object).filter(|object| is_workload(object)).map(Object::id);
        self.ready(workloads.chain(restore.back.iter().cloned())).await?;
        self.write(is_turned).await?;
        self.write(is_webhook).await?;
        for object in &restore.theirs {
            self.give_back(object).await?;
        }
        for (id, uid) in restore.delete.iter().filter(|(id, _)| !fails_closed(id)) {
            self.delete(id, uid).await?;
        }
        Ok(())
    }

    /// Everything to write, and how.
    fn all(&self) -> impl Iterator<Item = (&Object, How<'_>)> {
        let Restore { create, recreate, replace, .. } = self.restore;
        let new = create.iter().map(|object| (object, How::New));
        let anew = recreate.iter().map(|recreate| (&recreate.body, How::Anew(&recreate.uid)));
        new.chain(anew).chain(replace.iter().map(|object| (object, How::Over)))
    }

    /// Waits until workloads are ready.
    async fn ready(&self, workloads: impl Iterator<Item = ObjectId>) -> Result<()> {
        let awaited = workloads.map(|id| {
            let generation = self.observer.get(&id).and_then(|live| live.int("/metadata/generation"));
            Awaited { id, generation, labels: None }
        });
        let awaited: Vec<Awaited> = awaited.collect();
        if awaited.is_empty() {
            return Ok(());
        }
        let Writer { cluster, scope, .. } = self.writer;
        let waiter = Waiter::new(cluster, self.observer, scope);
        match waiter.ready("istiod", &awaited).await? {
            Waited::Ready => Ok(()),
            Waited::Failed(diagnosis) | Waited::TimedOut(diagnosis) => {
                let message = format!("what was restored does not become ready: {}", diagnosis.lines.join("; "));
                let error = Error::failed("component-failed", message);
                Err(diagnosis.next.into_iter().fold(error, Error::hint))
            }
        }
    }

    /// Writes those for which `is` holds, side by side.
    async fn write(&self, is: impl Fn(&Object) -> bool) -> Result<()> {
        stream::iter(self.all().filter(|(object, _)| is(object)))
            .map(|(object, how)| self.write_one(object, how))
            .buffer_unordered(SIDE_BY_SIDE)
            .try_collect::<()>()
            .await
    }

    async fn write_one(&self, object: &Object, how: How<'_>) -> Result<()> {
        let (id, component) = (object.id(), component(object.label(label::COMPONENT)));
        let (written, change) = match how {
            How::Over => (self.replace(object).await?, Wrote::Restored),
            How::New => (self.create(object).await?, Wrote::Recreated),
            How::Anew(uid) => {
                self.writer.clear(component, &id, uid).await?;
                (self.create(object).await?, Wrote::Recreated)
            }
        };
        self.writer.told(component, &id, change);
        self.give_back(&written).await?;
        self.observer.seen(&written);
        Ok(())
    }

    /// Lets those hold the fields of an object who held them.
    async fn give_back(&self, written: &Object) -> Result<()> {
        let Writer { cluster, kinds, scope, .. } = self.writer;
        let id = written.id();
        let mut now = Some(written.clone());
        for _ in 0..TRIES {
            let Some(there) = now else { return Ok(()) };
            let Some(holders) = self.restore.holders(&there) else { return Ok(()) };
            let version = there.text("/metadata/resourceVersion").unwrap_or_default();
            let patch = json!([
                {"op": "test", "path": "/metadata/resourceVersion", "value": version},
                {"op": "replace", "path": "/metadata/managedFields", "value": holders},
            ]);
            match cluster.json_patch(kinds, &id, patch).await {
                Ok(_) => return Ok(()),
                // A status was written meanwhile.
                Err(error) if error.kind() == Kind::Failed => tracing::debug!(%error, "looked at again"),
                Err(error) => return Err(error),
            }
            now = cluster.get(kinds, &id).await?;
        }
        let message = format!("{id} is as it was, but what others held of it is held by mesh now");
        scope.say(Fact::Warning { message });
        Ok(())
    }

    async fn create(&self, object: &Object) -> Result<Object> {
        let Writer { cluster, kinds, scope, .. } = self.writer;
        match cluster.create(kinds, object, Write::default()).await {
            // Its address or node ports are somebody else's by now.
            Err(error) if object.kind() == "Service" && error.is_refused() => {
                let mut without = object.clone();
                if let Some(spec) = without.value_mut().get_mut("spec").and_then(Value::as_object_mut) {
                    for field in ["clusterIP", "clusterIPs", "healthCheckNodePort"] {
                        spec.shift_remove(field);
                    }
                }
                let message = format!("{} gets another address: {error}", object.id());
                let made = cluster.create(kinds, &without, Write::default()).await?;
                scope.say(Fact::Warning { message });
                Ok(made)
            }
            other => other,
        }
    }

    /// Over whatever is there by now: its version is that of the look before, so that a change in between is noticed.
    async fn replace(&self, object: &Object) -> Result<Object> {
        let Writer { cluster, kinds, .. } = self.writer;
        match cluster.replace(kinds, object).await {
            Err(error) if error.is_conflict() => {
                // A status that was written since is no other object.
                let now = cluster.get(kinds, &object.id()).await?;
                let same = now.as_ref().filter(|now| {
                    let field = |object: &Object, pointer: &str| object.at(pointer).cloned();
                    ["/metadata/generation", "/metadata/uid"]
                        .iter()
                        .all(|pointer| field(now, pointer) == field(object, pointer))
                });
                let Some(version) = same.and_then(|now| now.text("/metadata/resourceVersion")) else {
                    return Err(error);
                };
                let mut again = object.clone();
                again.value_mut()["metadata"]["resourceVersion"] = version.into();
                cluster.replace(kinds, &again).await
            }
            other => other,
        }
    }

    async fn delete(&self, id: &ObjectId, uid: &str) -> Result<()> {
        self.writer.delete(component(None), id, Some(uid)).await.map(drop)
    }
}

/// The name of the component that an object is labelled as one of.
fn component(label: Option<&str>) -> &'static str {
    label.and_then(Component::labelled).map_or("core", |component| component.name)
}
