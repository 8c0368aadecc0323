//! Carries out the way back: what was made since and fails closed goes first, then everything as it was, then the rest
//! goes.

use std::cell::RefCell;
use std::pin::pin;

use futures::stream::{self, StreamExt, TryStreamExt};

use super::gate::is_webhook;
use super::lease::{Lock, locked};
use super::write::{self, SIDE_BY_SIDE};
use super::{Ended, Holder, Records, Still, keep_observed};
use crate::cluster::{Cluster, Kinds, Write};
use crate::component::Component;
use crate::error::{Error, Result};
use crate::event::{Change, Fact, Scope};
use crate::istio::label;
use crate::object::{Object, ObjectId};
use crate::plan::restore::Restore;
use crate::wait::{Awaited, Observer, Outcome, Waiter};

/// Everything one way back needs to know.
pub struct Way<'a> {
    /// What has to be done.
    pub restore: &'a Restore,
    /// The namespace of the installation.
    pub namespace: &'a str,
    /// What is recorded of it.
    pub records: Records,
    /// Who we are to other runs.
    pub holder: Holder,
    /// Asked once nobody else writes any more.
    pub still: Still<'a>,
}

struct Back<'a> {
    cluster: &'a Cluster,
    kinds: &'a Kinds,
    scope: &'a Scope<'a>,
    observer: &'a Observer,
    written: &'a RefCell<Vec<ObjectId>>,
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
    way: &Way<'_>,
    written: &RefCell<Vec<ObjectId>>,
    stop: impl Future<Output = Error>,
) -> Result<Ended> {
    let lock = Lock::revision(way.namespace, &scope.revision);
    locked(cluster, [lock], scope, &way.holder, pin!(stop), async |at_once| {
        if !at_once || !(way.still)().await? {
            return Ok(Ended::Outdated);
        }
        let observer = Observer::new(cluster, kinds);
        let back = Back { cluster, kinds, scope, observer: &observer, written };
        let carried_out = write::recorded(cluster, kinds, scope, &way.records, back.carry_out(way.restore));
        keep_observed(cluster, scope, &observer, carried_out).await.map(|()| Ended::Done)
    })
    .await
}

impl Back<'_> {
    async fn carry_out(&self, restore: &Restore) -> Result<()> {
        let fails_closed = |id: &ObjectId| id.kind.ends_with("WebhookConfiguration");
        for (id, uid) in restore.delete.iter().filter(|(id, _)| fails_closed(id)) {
            self.delete(id, uid).await?;
        }
        let all = || {
            restore
                .create
                .iter()
                .map(|object| (object, true))
                .chain(restore.replace.iter().map(|object| (object, false)))
        };
        let is_workload = |object: &Object| matches!(object.kind(), "Deployment" | "DaemonSet" | "StatefulSet");
        // What workloads need is there before them, and what answers webhooks before those.
        self.write(all().filter(|(object, _)| !is_webhook(object) && !is_workload(object))).await?;
        self.write(all().filter(|(object, _)| is_workload(object))).await?;
        let awaited = all().filter(|(object, _)| is_workload(object)).map(|(object, _)| {
            let id = object.id();
            let generation = self.observer.get(&id).and_then(|live| live.int("/metadata/generation"));
            Awaited { id, generation, labels: None }
        });
        let awaited: Vec<Awaited> = awaited.collect();
        let waiter = Waiter { cluster: self.cluster, observer: self.observer, scope: self.scope };
        if !awaited.is_empty() {
            match waiter.ready("istiod", &awaited).await? {
                Outcome::Ready => {}
                Outcome::Failed(diagnosis) | Outcome::TimedOut(diagnosis) => {
                    let message = format!("what was restored does not become ready: {}", diagnosis.lines.join("; "));
                    let error = Error::failed("component-failed", message);
                    return Err(diagnosis.next.into_iter().fold(error, Error::hint));
                }
            }
        }
        self.write(all().filter(|(object, _)| is_webhook(object))).await?;
        for (id, uid) in restore.delete.iter().filter(|(id, _)| !fails_closed(id)) {
            self.delete(id, uid).await?;
        }
        Ok(())
    }

    async fn write<'o>(&self, objects: impl Iterator<Item = (&'o Object, bool)>) -> Result<()> {
        stream::iter(objects)
            .map(|(object, is_new)| self.write_one(object, is_new))
            .buffer_unordered(SIDE_BY_SIDE)
            .try_collect::<()>()
            .await
    }

    async fn write_one(&self, object: &Object, is_new: bool) -> Result<()> {
        let written = if is_new { self.create(object).await? } else { self.replace(object).await? };
        let change = if is_new { Change::Recreated } else { Change::Restored };
        self.tell(&object.id(), object.label(label::COMPONENT), change);
        self.observer.seen(&written);
        Ok(())
    }

    async fn create(&self, object: &Object) -> Result<Object> {
        match self.cluster.create(self.kinds, object, Write::default()).await {
            // Its address or node ports are somebody else's by now.
            Err(error) if object.kind() == "Service" && error.is_refused() => {
                let mut without = object.clone();
                if let Some(spec) = without.value_mut().get_mut("spec").and_then(serde_json::Value::as_object_mut) {
                    for field in ["clusterIP", "clusterIPs", "healthCheckNodePort"] {
                        spec.shift_remove(field);
                    }
                }
                let message = format!("{} gets another address: {error}", object.id());
                let made = self.cluster.create(self.kinds, &without, Write::default()).await?;
                self.scope.say(Fact::Warning { message });
                Ok(made)
            }
            other => other,
        }
    }

    /// Over whatever is there by now: its version is that of the look before, so that a change in between is noticed.
    async fn replace(&self, object: &Object) -> Result<Object> {
        match self.cluster.replace(self.kinds, object).await {
            Err(error) if error.is_conflict() => {
                // A status that was written since is no other object.
                let now = self.cluster.get(self.kinds, &object.id()).await?;
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
                self.cluster.replace(self.kinds, &again).await
            }
            other => other,
        }
    }

    async fn delete(&self, id: &ObjectId, uid: &str) -> Result<()> {
        if self.cluster.delete(self.kinds, id, Some(uid)).await? {
            self.tell(id, None, Change::Deleted);
        }
        Ok(())
    }

    fn tell(&self, id: &ObjectId, label: Option<&str>, change: Change) {
        self.written.borrow_mut().push(id.clone());
        let component = label.and_then(Component::labelled).map_or("core", |component| component.name);
        self.scope.tell(component, Some(id), Fact::Applied { change });
    }
}
