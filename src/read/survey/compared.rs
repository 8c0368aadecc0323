//! Inputs and cluster side by side, and what that says.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use serde_json::Value;

use crate::apply;
use crate::cluster::{Cluster, Kinds};
use crate::config::{ComponentKind, Dropped, Platform};
use crate::error::{Error, Result};
use crate::input::Origin;
use crate::input::bundle::Mirror;
use crate::istio::Installation;
use crate::object::{Object, ObjectId, drop_server_fields};
use crate::plan::filter::Reason;
use crate::plan::ledger::{History, Ledger};
use crate::plan::state::Outcome;
use crate::plan::{Action, Summary, trial};
use crate::read::{records, there};
use crate::render::InstallSet;

/// Inputs and cluster side by side.
pub struct Survey {
    /// The revision, `default` for the default one.
    pub revision: String,
    /// Whose the inputs are.
    pub installation: Installation,
    /// Where the inputs are from.
    pub origin: Origin,
    /// What is wanted.
    pub set: InstallSet,
    /// The injector as rendered, matching, where the install set's has handed over to the default tag.
    pub stand_in: Option<Object>,
    /// Webhooks of the default tag that lead to a control plane that is gone: they are led here before they are needed.
    pub left_over: BTreeSet<ObjectId>,
    /// What is there of it, and of what was recorded.
    pub live: HashMap<ObjectId, Object>,
    /// What to do with each object.
    pub actions: HashMap<ObjectId, Action>,
    /// What was installed and is not wanted any more, in the order to delete it, with why it stays where it does.
    pub unwanted: Vec<(ObjectId, Option<Reason>)>,
    /// Why it is not known what earlier runs recorded: nothing may be written then.
    pub unlisted: Option<Error>,
    /// What no server takes, with why, and what this one refuses, once it was asked.
    pub refused: Vec<(ObjectId, String)>,
    /// What the server has been asked about that is new.
    pub(super) tried: BTreeSet<ObjectId>,
    /// Recorded settings that the given inputs leave out.
    pub dropped: Vec<Dropped>,
    /// What is written and was another installation's until now.
    pub(super) moves: BTreeMap<ObjectId, Installation>,
    /// What this installation's record lists and another one has written since.
    pub theirs: BTreeMap<ObjectId, Installation>,
    /// What the cluster serves.
    pub kinds: Kinds,
    /// The platform of the cluster, where it is known.
    pub platform: Option<&'static Platform>,
    /// What the user should know.
    pub warnings: Vec<String>,
    /// What was found out and is acted on.
    pub notes: Vec<String>,
    /// What earlier runs recorded of this installation.
    pub history: Rc<History>,
    /// … of all of them.
    pub ledger: Ledger,
    /// What the inputs say, for the record.
    pub(super) inputs: Value,
    /// Where images have to be, and all that there are, where it is installed from a bundle.
    pub mirror: Option<(Arc<Mirror>, BTreeSet<String>)>,
}

impl Survey {
    /// Holds to the server by dry runs what exists and differs, and what is new where its namespace is there, and takes its
    /// answers into the plan.
    ///
    /// # Errors
    /// Cluster errors; what is refused is in [`Survey::refused`].
    pub async fn try_out(&mut self, cluster: &Cluster) -> Result<()> {
        let absent = self.absent().map(str::to_owned);
        let absent = absent.as_deref();
        self.tried.extend(self.actions.values().filter_map(|action| trial::now(action, absent)).map(Object::id));
        let objects = self.set.objects();
        let refused = apply::dry_run(cluster, &self.kinds, objects, &self.live, &mut self.actions, absent).await?;
        self.add_refused(refused);
        Ok(())
    }

    /// Holds to the server what is new in a namespace that is not there, and is not to be made: see
    /// [`apply::dry_create_elsewhere`].
    pub async fn try_elsewhere(&mut self, cluster: &Cluster) {
        let untried = self.untried();
        let refused = apply::dry_create_elsewhere(cluster, &self.kinds, untried).await;
        self.add_refused(refused);
    }

    /// What is to be tried once the namespace is there, where it is not.
    pub fn untried(&self) -> Vec<&Object> {
        let absent = self.absent();
        self.actions.values().filter_map(|action| trial::later(action, absent)).collect()
    }

    /// The namespace, where it is not there.
    fn absent(&self) -> Option<&str> {
        let namespace = &self.set.namespace;
        (!self.live.contains_key(&namespace.id())).then(|| namespace.name())
    }

    /// Of an object that is wrong by itself the server says the same once more.
    fn add_refused(&mut self, mut refused: Vec<(ObjectId, String)>) {
        refused.retain(|(id, _)| self.refused.iter().all(|(known, _)| known != id));
        self.refused.append(&mut refused);
    }

    /// The same with nothing to do but about `objects`.
    pub fn only(mut self, objects: &BTreeSet<ObjectId>) -> Self {
        for (id, action) in &mut self.actions {
            if !objects.contains(id) {
                *action = Action::Unchanged;
            }
        }
        self.unwanted.clear();
        self.refused.retain(|(id, _)| objects.contains(id));
        self
    }

    /// What the plan changes.
    pub fn summary(&self) -> Summary {
        let summary = Summary::of(self.set.objects(), &self.live, &self.actions, &self.unwanted, &self.refused);
        summary.with_tried(&self.tried).with_moves(|id| self.moves.get(id).map(ToString::to_string))
    }

    /// What the inputs say, for the record.
    pub fn inputs(&self) -> &Value {
        &self.inputs
    }

    /// One line for each field of an existing object that would change.
    pub fn changes(&self) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for (id, action) in &self.actions {
            if let Action::Apply(apply) = action {
                lines.extend(apply.differences.iter().map(|difference| format!("{id} {difference}")));
            }
        }
        lines.sort();
        lines
    }

    /// The number of the record whose inputs are in use.
    pub fn record_in_use(&self) -> Option<u64> {
        match self.origin {
            Origin::Record(number) => Some(number),
            Origin::Given => None,
        }
    }

    /// Known installers whose fields are taken over, each with how many objects it is about.
    pub fn taken_over(&self) -> BTreeMap<String, usize> {
        let mut taken = BTreeMap::new();
        for action in self.actions.values() {
            if let Action::Apply(apply) = action {
                for manager in &apply.force_over {
                    *taken.entry(manager.clone()).or_insert(0) += 1;
                }
            }
        }
        taken
    }

    /// What goes that is not wanted any more, in the order to delete it.
    pub fn pruned(&self) -> Vec<ObjectId> {
        let goes = self.unwanted.iter().filter(|(_, reason)| reason.is_none());
        goes.map(|(id, _)| id.clone()).collect()
    }

    /// What the installation consists of from now on: what is wanted, and what stays only because it is in use.
    pub fn inventory(&self) -> Vec<ObjectId> {
        let in_use = self.unwanted.iter().filter(|(_, reason)| matches!(reason, Some(Reason::InUse { .. })));
        self.set.objects().map(Object::id).chain(in_use.map(|(id, _)| id.clone())).collect()
    }

    /// Whether other revisions have something of what is written too, or may be making it at this moment: gateways and node
    /// agents, whoever writes them, and the core where it is written. Of the first one nothing is shared: it asks for no Lease
    /// but its own.
    pub fn is_shared(&self) -> bool {
        let others = self.ledger.owners(|one| one.revision == self.revision);
        let is_shared = |id: &ObjectId, is_core: bool| match self.actions.get(id) {
            Some(Action::Create(_)) => !others.is_empty(),
            Some(action) => others.contains_key(id) && (!is_core || action.writes()),
            None => false,
        };
        let rendered = self.set.components.iter().map(|one| (one.component.kind, &one.objects));
        let mut parts = rendered.filter(|(kind, _)| *kind != ComponentKind::ControlPlane);
        parts.any(|(kind, objects)| objects.iter().any(|one| is_shared(&one.id(), kind == ComponentKind::Core)))
            || self.set.default_tag.iter().any(|one| is_shared(&one.id(), true))
            || !self.pruned().is_empty()
    }

    /// Whether nothing was recorded since this was read that counts for it: see [`records::are_unchanged`].
    ///
    /// # Errors
    /// Cluster errors.
    pub async fn is_still_so(&self, cluster: &Cluster) -> Result<bool> {
        records::are_unchanged(cluster, &self.installation, &self.ledger, self.is_shared()).await
    }

    /// Whether what exists and is to be written is as it was seen: nobody has changed more than its state since.
    ///
    /// # Errors
    /// Cluster errors.
    pub async fn is_as_seen(&self, cluster: &Cluster) -> Result<bool> {
        let written = self.actions.iter().filter(|(_, action)| action.writes()).map(|(id, _)| id);
        let seen: Vec<(&ObjectId, &Object)> = written.filter_map(|id| self.live.get_key_value(id)).collect();
        let now = there(cluster, &self.kinds, seen.iter().map(|(id, _)| (*id).clone())).await?;
        Ok(seen.into_iter().all(|(id, before)| now.get(id).is_some_and(|now| lasting(now) == lasting(before))))
    }

    /// Whether anything would be written, deleted or recorded.
    pub fn is_settled(&self) -> bool {
        let recorded = self.history.newest();
        !self.actions.values().any(Action::writes)
            && self.pruned().is_empty()
            && recorded.is_some_and(|record| record.outcome == Outcome::Done && record.inputs == self.inputs)
    }
}

/// What of an object people change: not its state, nor what the server counts.
fn lasting(object: &Object) -> Value {
    let mut value = object.value().clone();
    drop_server_fields(&mut value, &["uid"]);
    value
}
