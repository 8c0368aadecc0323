//! `rollback`: back to what was there before a change.

use std::collections::{BTreeSet, HashMap};

use super::runner::{Change, Next, Run};
use super::{records, runner};
use crate::apply::{self, Ended, Restoring, Still};
use crate::cluster::{Cluster, Kinds};
use crate::error::Result;
use crate::event::{Fact, Scope};
use crate::istio::Installation;
use crate::object::{Object, ObjectId};
use crate::plan::access::{self, Deed, Purpose, Subject};
use crate::plan::ledger::{History, Ledger};
use crate::plan::restore::{Chain, Restore};
use crate::plan::state::Record;
use crate::plan::{Action, Summary, default, obstacles};
use crate::read::{self, Live, read_live};
use crate::report::plan as report;
use crate::report::question::Question;
use crate::report::rollback::Shown;
use crate::text;

/// What helps where a way back is refused.
const REFUSED: &str = "what was there stays as recorded: change what refuses it, or go back to another record";

/// Which installation goes back, and how far, as far as the command line says.
#[derive(Debug, Clone, Copy)]
pub struct Back<'a> {
    /// The revision; by default that of the only installation.
    pub revision: Option<&'a str>,
    /// The name of the installation.
    pub name: Option<&'a str>,
    /// The record to go back to; by default the one before the newest.
    pub to: Option<u64>,
}

/// Goes back on one cluster, and tells `scope` of it.
///
/// # Errors
/// `which-installation`, `unknown-installation` (usage), what [`Chain::since`] says, that the cluster would refuse it, what
/// a write fails of.
pub async fn run(cluster: &Cluster, caller: &super::Caller, scope: &Scope<'_>, target: Back<'_>) -> Result<()> {
    let to = target.to;
    let run = Run::new(cluster, caller, scope);
    scope.say(Fact::Step { doing: format!("looking at {}", cluster.server()) });
    let meant = target.installation(cluster, &caller.istio_namespace);
    let installation = &run.before(Rollback::END, meant).await?;
    let scope = &Scope { cluster: scope.cluster.clone(), revision: installation.revision.clone(), sink: scope.sink };
    runner::run(&Rollback { installation, to, asks: true }, &Run { scope, ..run }).await
}

/// Looks at the way back, and changes nothing.
///
/// # Errors
/// As [`run`], for what needs no write; that the cluster would refuse it is no error.
pub async fn shown(cluster: &Cluster, namespace: &str, target: Back<'_>) -> Result<Shown> {
    let installation = target.installation(cluster, namespace).await?;
    let back = Rollback { installation: &installation, to: target.to, asks: false };
    let (WayBack { live, restore, to, .. }, refused) = back.way(cluster).await?;
    let summary = Summary::of_restore(&restore, &live, &refused);
    Ok(Shown { to, summary, left: restore.left, installation })
}

impl Back<'_> {
    /// The installation that is meant.
    async fn installation(&self, cluster: &Cluster, namespace: &str) -> Result<Installation> {
        cluster.version().await?;
        let ledger = read::records::read(cluster, namespace).await?;
        match self.revision {
            Some(revision) => ledger.meant(revision, namespace, self.name),
            None => ledger.only(namespace, self.name),
        }
    }
}

/// A way back.
pub(super) struct Rollback<'a> {
    installation: &'a Installation,
    to: Option<u64>,
    asks: bool,
}

/// What is there, and what is to be done about it.
pub(super) struct WayBack {
    kinds: Kinds,
    ledger: Ledger,
    live: HashMap<ObjectId, Object>,
    restore: Restore,
    /// The record that will be in force again.
    to: u64,
}

impl Change for Rollback<'_> {
    type Plan = WayBack;
    type Done = ();

    const END: &'static str = "everything was as it was before";

    async fn plan(&self, run: &Run<'_>) -> Result<Next<WayBack, ()>> {
        let (way, refused) = self.way(run.cluster).await?;
        let conflicts = way.restore.conflicts.iter().cloned().map(|(id, fields)| (id, Action::Conflict(fields)));
        if let Some(error) = obstacles::held(&conflicts.collect()) {
            return Err(error);
        }
        if let Some(error) = obstacles::refused_with(&refused, REFUSED) {
            return Err(error);
        }
        for message in way.restore.left.iter().cloned() {
            run.scope.say(Fact::Warning { message });
        }
        Ok(Next::Write(way))
    }

    /// Where it is a part of a change that has failed, what may be undone is undone.
    fn takes(&self, _: &Run<'_>, plan: &WayBack) -> BTreeSet<Deed> {
        if !self.asks {
            return BTreeSet::new();
        }
        let Restore { replace, create, recreate, delete, .. } = &plan.restore;
        let subject = Subject { objects: &[], home: &self.installation.namespace, place: None };
        let mut deeds = access::to_write(Purpose::Rollback, &subject, &[]);
        let (replaced, made) = (replace.iter().map(Object::id), create.iter().map(Object::id));
        let anew: Vec<ObjectId> = recreate.iter().map(|recreate| recreate.body.id()).collect();
        let gone = delete.iter().map(|(id, _)| id);
        deeds.extend(replaced.clone().map(|id| Deed::of("update", &id)));
        deeds.extend(made.clone().chain(anew.iter().cloned()).map(|id| Deed::of("create", &id)));
        deeds.extend(gone.chain(&anew).map(|id| Deed::of("delete", id)));
        let all = replaced.chain(made).chain(anew.iter().cloned());
        deeds.extend(all.filter(access::is_awaited).map(|id| Deed::of("watch", &id)));
        deeds
    }

    fn questions(&self, run: &Run<'_>, plan: &WayBack) -> Vec<Question> {
        if !self.asks || plan.restore.is_empty() {
            return Vec::new();
        }
        let summary = Summary::of_restore(&plan.restore, &plan.live, &[]);
        vec![report::question(&run.caller.ui, run.cluster, &summary, &[])]
    }

    async fn is_still_so(&self, run: &Run<'_>, plan: &WayBack) -> Result<bool> {
        read::records::are_unchanged(run.cluster, self.installation, &plan.ledger, true).await
    }

    async fn carry_out(&self, run: &Run<'_>, plan: &WayBack, still: &dyn Still) -> Result<Option<()>> {
        let Run { cluster, scope, written, .. } = run;
        let WayBack { kinds, restore, to, .. } = plan;
        let records = self.records(plan)?;
        let namespace = self.installation.namespace.as_str();
        for (manager, objects) in restore.taken_over.clone() {
            scope.say(Fact::TakenOver { manager, objects });
        }
        let way = Restoring { restore, namespace, records, holder: apply::Holder::this(), still };
        if apply::restore(cluster, kinds, scope, &way, written, run.stopped(Self::END)).await? == Ended::Outdated {
            return Ok(None);
        }
        let made = restore.create.iter().chain(restore.recreate.iter().map(|recreate| &recreate.body));
        scope.say(Fact::RolledBack {
            to: *to,
            restored: restore.replace.len(),
            recreated: made.map(|object| object.id().to_string()).collect(),
            deleted: restore.delete.iter().map(|(id, _)| id.to_string()).collect(),
            kept: restore.keep.iter().map(|(id, why)| (id.to_string(), why.clone())).collect(),
        });
        Ok(Some(()))
    }
}

impl<'a> Rollback<'a> {
    /// To what was there before the newest record, without a question: what a failed change promised.
    pub(super) fn unasked(installation: &'a Installation) -> Self {
        Self { installation, to: None, asks: false }
    }

    /// The way back from what is there, and what the server would refuse of it, with why.
    async fn way(&self, cluster: &Cluster) -> Result<(WayBack, Vec<(ObjectId, String)>)> {
        let kinds = cluster.kinds().await?;
        let ledger = read::records::read(cluster, &self.installation.namespace).await?;
        let history = ledger.history(self.installation);
        let chain = Chain::since(&history, self.to, self.installation)?;
        let Live { objects: live, others } = self.live(cluster, &kinds, &chain, &history).await?;
        let answer = default::answering(live.values().chain(&others));
        let mut restore = chain.plan(&live, &self.installation.revision, answer.as_ref());
        self.leave_to_others(&mut restore, &ledger);
        keep_used_definitions(cluster, &kinds, &mut restore).await?;
        let refused = apply::dry_restore(cluster, &kinds, &mut restore).await?;
        let to = chain.to;
        Ok((WayBack { kinds, ledger, live, restore, to }, refused))
    }

    /// What another installation wants is not deleted, and what one has written since stays as it is.
    fn leave_to_others(&self, restore: &mut Restore, ledger: &Ledger) {
        let others = ledger.owners(|one| one == self.installation);
        let owners = ledger.owners(|_| false);
        let Restore { replace, delete, keep, conflicts, .. } = restore;
        conflicts.retain(|(id, _)| owners.get(id).is_none_or(|owner| **owner == *self.installation));
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
    async fn live(&self, cluster: &Cluster, kinds: &Kinds, chain: &Chain<'_>, history: &History) -> Result<Live> {
        let home = ObjectId::new("v1", "Namespace", None, &self.installation.namespace);
        let scalers = history.inventory().into_iter().filter(|id| id.kind == "HorizontalPodAutoscaler");
        let ids = chain.ids().into_iter().chain(scalers);
        read_live(cluster, kinds, &home, ids).await
    }

    /// The rollback as a change of its own.
    fn records(&self, plan: &WayBack) -> Result<apply::Records> {
        let WayBack { ledger, live, restore, to, .. } = plan;
        let history = ledger.history(self.installation);
        let chain = Chain::since(&history, self.to, self.installation)?;
        let anew = restore.recreate.iter().map(|recreate| recreate.body.id());
        let touched = restore.replace.iter().map(Object::id).chain(anew);
        let touched = touched.chain(restore.delete.iter().map(|(id, _)| id.clone()));
        let before = touched.filter_map(|id| live.get(&id));
        let target = chain.target;
        let record = Record {
            inputs: target.map(|record| record.inputs.clone()).unwrap_or_default(),
            inventory: target.map(|record| record.inventory.clone()).unwrap_or_default(),
            snapshot: before.map(|object| object.value().clone()).collect(),
            created: restore.create.iter().map(Object::id).collect(),
            rollback_to: Some(*to),
            ..records::of_version(target.map(|record| record.istio.as_str()))
        };
        records::of(&record, self.installation, history.next(), &history)
    }
}

/// A definition that was made since goes only where nobody has made anything of its kind.
async fn keep_used_definitions(cluster: &Cluster, kinds: &Kinds, restore: &mut Restore) -> Result<()> {
    let going = restore.delete.iter().map(|(id, _)| id).filter(|id| id.kind == "CustomResourceDefinition");
    let mut kept = Vec::new();
    for (id, definition) in read::there(cluster, kinds, going.cloned()).await? {
        let users = read::removal::configured(cluster, &[&definition]).await?;
        if !users.is_empty() {
            kept.push((id, format!("holds {} of users", text::count(users.len(), "object"))));
        }
    }
    kept.sort();
    restore.delete.retain(|(id, _)| kept.iter().all(|(other, _)| other != id));
    restore.keep.extend(kept);
    Ok(())
}
