//! The namespace of an installation: made first, and with it there everything else is tried. Where that is refused it goes
//! again.

use std::time::Duration;

use tokio::time::Instant;

use super::dry_run::dry_create;
use super::gone::gone;
use super::install::{Installer, Installing, Records};
use crate::cluster::Kinds;
use crate::error::{Error, Kind, Result};
use crate::event::{Fact, Wrote};
use crate::object::{Object, ObjectId};
use crate::plan::managed::Managed;
use crate::plan::{Class, obstacles};

/// How long the namespace may take to go: the API server lets some seconds pass before it looks what is in it.
const GOING: Duration = Duration::from_secs(20);

impl Installer<'_> {
    /// Writes the namespace; where it was not there, tries what could not be tried before, and the record, which comes
    /// first of all.
    ///
    /// # Errors
    /// `refused` (failed) with what the server would refuse; cluster errors.
    pub(super) async fn make_home(&self, job: &Installing<'_>, records: &Records) -> Result<()> {
        let namespace = &job.set.namespace;
        self.write_all("core", [namespace]).await?;
        if self.live.contains_key(&namespace.id()) {
            return Ok(());
        }
        let bodies = job.untried.iter().copied().chain([&records.before]);
        let refused = match dry_create(self.cluster, self.kinds, bodies).await {
            Ok(refused) => obstacles::refused(&refused),
            Err(error) => Some(error),
        };
        match refused {
            None => Ok(()),
            Some(error) => Err(self.take_home_back(namespace, error).await),
        }
    }

    /// Where the run was ended before there was anything in the namespace that it has made, that goes again.
    pub(super) async fn leave_home(&self, job: &Installing<'_>, error: Error) -> Error {
        let namespace = &job.set.namespace;
        let is_ours = self.written.borrow().contains(&namespace.id()) && !self.live.contains_key(&namespace.id());
        match error.kind() {
            Kind::Interrupted | Kind::Terminated if is_ours => self.take_home_back(namespace, error).await,
            _ => error,
        }
    }

    /// Deletes the namespace that this run has made, so that the cluster is as it was.
    async fn take_home_back(&self, namespace: &Object, error: Error) -> Error {
        let id = namespace.id();
        match self.is_taken_back(&id).await {
            Ok(true) => {
                self.written.borrow_mut().retain(|written| *written != id);
                self.scope.tell("core", Some(&id), Fact::Applied { change: Wrote::Deleted });
                error
            }
            Ok(false) => error.hint(format!("{id} stays: others use it by now, or it has not gone yet")),
            Err(failure) => {
                error.hint(format!("{failure}: {id} stays, with nothing in it: kubectl delete namespace {}", id.name))
            }
        }
    }

    /// False where others are at work in it, or it does not go.
    async fn is_taken_back(&self, id: &ObjectId) -> Result<bool> {
        let cluster = &self.cluster.with_at_least(GOING);
        let lease = ObjectId::new("coordination.k8s.io/v1", "Lease", Some(&id.name), "");
        let others = cluster.list(&Kinds::built_in().collection(&lease)?, &lease, None).await?;
        // Somebody else may have made it since the look.
        let is_ours =
            |made: &Object| Managed::of(made).entries().iter().all(|one| Class::of(&one.manager) == Class::Ours);
        let made = self.observer.get(id).filter(|made| is_ours(made));
        let uid = made.and_then(|made| made.text("/metadata/uid").map(str::to_owned));
        let Some(uid) = uid.filter(|_| others.is_empty()) else { return Ok(false) };
        if !cluster.delete(self.kinds, id, Some(&uid)).await? {
            return Ok(true);
        }
        let doing = format!("taking {id} away again");
        self.scope.say(Fact::Step { doing });
        Ok(gone(cluster, self.kinds, id, &uid, Instant::now() + GOING, || {}).await?.is_none())
    }
}
