//! `mesh rollback`: back to what was there before a change.

use std::cell::RefCell;
use std::collections::HashMap;

use futures::FutureExt;
use k8s_openapi::jiff::Timestamp;

use super::settings::Settings;
use super::survey::{self, Live};
use super::{change, changes, confirm, interrupt, next, obstacles, records};
use crate::apply::{self, Ended, Way};
use crate::cli::RollbackArgs;
use crate::cluster::{Cluster, Kinds};
use crate::component::ISTIO_VERSION;
use crate::error::{Error, Kind, Result};
use crate::event::{Fact, Scope};
use crate::istio::{DEFAULT, Installation};
use crate::object::{Object, ObjectId};
use crate::plan::ledger::{History, Ledger};
use crate::plan::restore::{Chain, Restore};
use crate::plan::state::{Outcome, Record};
use crate::plan::{Summary, default};

/// What helps where a way back is refused.
const REFUSED: &str = "what was there stays as recorded: change what refuses it, or go back to another record";

/// Goes back to an earlier record.
pub(super) fn run(settings: &Settings, args: RollbackArgs) -> Result<()> {
    let RollbackArgs { to, revision, installation: name, output } = args;
    let namespace = settings.istio_namespace.as_str();
    change::reported(settings, revision.as_deref().unwrap_or(DEFAULT), output, "Rollback", async |cluster, scope| {
        let stop = interrupt::wait();
        scope.say(Fact::Step { doing: format!("looking at {}", cluster.server()) });
        cluster.version().await?;
        let ledger = records::read(cluster, namespace).await?;
        let installation = match &revision {
            Some(revision) => ledger.meant(revision, namespace, name.as_deref()),
            None => ledger.only(namespace, name.as_deref()),
        }?;
        let scope =
            &Scope { cluster: scope.cluster.clone(), revision: installation.revision.clone(), sink: scope.sink };
        let kinds = cluster.kinds().await?;
        let written = RefCell::default();
        let way = Back { cluster, kinds: &kinds, scope, installation: &installation, to };
        let done = way.go(Some(settings), &written, stop).await;
        done.map_err(|error| {
            let written = !written.borrow().is_empty();
            next::with_command(settings, error, written)
        })
    })
}

/// The error of a way back that was asked to stop.
fn interrupted(kind: Kind) -> Error {
    interrupt::error(kind, "everything was as it was before")
}

/// A way back on one cluster.
pub(super) struct Back<'a> {
    pub(super) cluster: &'a Cluster,
    pub(super) kinds: &'a Kinds,
    /// Of the revision of the installation.
    pub(super) scope: &'a Scope<'a>,
    pub(super) installation: &'a Installation,
    /// The record to go back to; by default the one before the newest.
    pub(super) to: Option<u64>,
}

impl Back<'_> {
    /// Goes back; asks before where there are `settings` to ask by. `written` takes what was changed.
    ///
    /// # Errors
    /// What [`Chain::since`], [`confirm::ask`] and [`apply::restore`] say.
    pub(super) async fn go(
        &self,
        settings: Option<&Settings>,
        written: &RefCell<Vec<ObjectId>>,
        stop: impl Future<Output = Kind> + Clone,
    ) -> Result<()> {
        loop {
            let planned = async {
                let ledger = records::read(self.cluster, &self.installation.namespace).await?;
                let history = ledger.history(self.installation);
                let chain = Chain::since(&history, self.to, &self.name())?;
                let Live { objects: live, others } = self.live(&chain, &history).await?;
                let answer = default::answering(live.values().chain(&others));
                let mut restore = chain.plan(&live, &self.scope.revision, answer.as_ref());
                self.leave_to_others(&mut restore, &ledger);
                self.keep_used_definitions(&mut restore).await?;
                let refused = apply::dry_restore(self.cluster, self.kinds, &mut restore).await?;
                if let Some(error) = obstacles::refused_with(&refused, REFUSED) {
                    return Err(error);
                }
                if let Some(settings) = settings.filter(|_| !restore.is_empty()) {
                    let summary = Summary::of_restore(&restore, &live);
                    confirm::ask(self.cluster, settings, &summary, &[]).await?;
                }
                let records = self.records(&history, &chain, &restore, &live)?;
                Ok((chain.to, restore, records, ledger.clone()))
            };
            let (to, restore, records, ledger) = tokio::select! {
                planned = planned => planned?,
                kind = stop.clone() => return Err(interrupted(kind)),
            };
            let namespace = self.installation.namespace.as_str();
            let still = || records::are_unchanged(self.cluster, self.installation, &ledger).boxed_local();
            let way = Way { restore: &restore, namespace, records, holder: apply::Holder::this(), still: &still };
            let stopped = stop.clone().map(interrupted);
            match apply::restore(self.cluster, self.kinds, self.scope, &way, written, stopped).await? {
                Ended::Outdated => {}
                Ended::Done => {
                    let made = restore.create.iter().chain(restore.recreate.iter().map(|recreate| &recreate.body));
                    self.scope.say(Fact::RolledBack {
                        to,
                        restored: restore.replace.len(),
                        recreated: made.map(|object| object.id().to_string()).collect(),
                        deleted: restore.delete.iter().map(|(id, _)| id.to_string()).collect(),
                        kept: restore.keep.iter().map(|(id, why)| (id.to_string(), why.clone())).collect(),
                    });
                    return Ok(());
                }
            }
        }
    }

    /// The installation in words: its revision first.
    fn name(&self) -> String {
        let Installation { revision, name, .. } = self.installation;
        name.as_ref().map_or(revision.clone(), |name| format!("{revision} (installation {name})"))
    }

    /// What another installation wants is not deleted, and what one has written since stays as it is.
    fn leave_to_others(&self, restore: &mut Restore, ledger: &Ledger) {
        let others = ledger.owners(|one| one == self.installation);
        let owners = ledger.owners(|_| false);
        let Restore { replace, delete, keep, .. } = restore;
        delete.retain(|(id, _)| {
            let other = others.get(id);
            keep.extend(other.map(|other| (id.clone(), format!("is wanted by installation {other}"))));
            other.is_none()
        });
        replace.retain(|object| {
            let owner = owners.get(&object.id()).filter(|owner| **owner != self.installation);
            let why = |owner| format!("stays as installation {owner} has written it since");
            keep.extend(owner.map(|owner| (object.id(), why(owner))));
            owner.is_none()
        });
    }

    /// What is there of what was changed since, and the autoscalers of the installation.
    async fn live(&self, chain: &Chain<'_>, history: &History) -> Result<Live> {
        let home = ObjectId::new("v1", "Namespace", None, &self.installation.namespace);
        let scalers = history.inventory().into_iter().filter(|id| id.kind == "HorizontalPodAutoscaler");
        let ids = chain.ids().into_iter().chain(scalers);
        survey::read_live(self.cluster, self.kinds, &home, ids).await
    }

    /// A definition that was made since goes only where nobody has made anything of its kind.
    async fn keep_used_definitions(&self, restore: &mut Restore) -> Result<()> {
        let mut kept = Vec::new();
        for (id, _) in restore.delete.iter().filter(|(id, _)| id.kind == "CustomResourceDefinition") {
            let Some(definition) = self.cluster.get(self.kinds, id).await? else { continue };
            let text = |pointer: &str| definition.text(pointer).unwrap_or_default();
            let (group, plural, kind) = (text("/spec/group"), text("/spec/names/plural"), text("/spec/names/kind"));
            let version = definition.list("/spec/versions").iter().find(|version| version["served"] == true);
            let Some(version) = version.and_then(|version| version["name"].as_str()) else { continue };
            let of_kind = ObjectId::new(&format!("{group}/{version}"), kind, None, "");
            let there = self.cluster.list(&format!("/apis/{group}/{version}/{plural}"), &of_kind, None).await?;
            if !there.is_empty() {
                kept.push((id.clone(), format!("holds {} of users", changes::count(there.len(), "object"))));
            }
        }
        restore.delete.retain(|(id, _)| kept.iter().all(|(other, _)| other != id));
        restore.keep.extend(kept);
        Ok(())
    }

    /// The rollback as a change of its own.
    fn records(
        &self,
        history: &History,
        chain: &Chain<'_>,
        restore: &Restore,
        live: &HashMap<ObjectId, Object>,
    ) -> Result<apply::Records> {
        let anew = restore.recreate.iter().map(|recreate| recreate.body.id());
        let touched = restore.replace.iter().map(Object::id).chain(anew);
        let touched = touched.chain(restore.delete.iter().map(|(id, _)| id.clone()));
        let before = touched.filter_map(|id| live.get(&id));
        let target = chain.target;
        let record = Record {
            time: Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            mesh: env!("CARGO_PKG_VERSION").to_owned(),
            istio: target.map_or_else(|| ISTIO_VERSION.to_owned(), |record| record.istio.clone()),
            outcome: Outcome::Pending,
            inputs: target.map(|record| record.inputs.clone()).unwrap_or_default(),
            inventory: target.map(|record| record.inventory.clone()).unwrap_or_default(),
            snapshot: before.map(|object| object.value().clone()).collect(),
            created: restore.create.iter().map(Object::id).collect(),
            rollback_to: Some(chain.to),
            restorable: true,
        };
        let number = history.next();
        records::of(&record, self.installation, number, history)
    }
}
