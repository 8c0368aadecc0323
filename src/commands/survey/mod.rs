//! What is wanted and what is there: everything a command has to know before it may write.

mod default;
mod draft;
mod labelled;
mod live;
mod needed;

pub(super) use live::{Live, read as read_live};

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use futures::future::try_join;
use serde_json::Value;

use super::recorded::{Asked, Origin};
use super::records;
use crate::apply::{self, Records};
use crate::cluster::{Cluster, Kinds};
use crate::config::{self, ComponentKind, Dropped, Platform};
use crate::error::{Error, Result};
use crate::istio::{Installation, label};
use crate::object::{Object, ObjectId};
use crate::plan::filter::Reason;
use crate::plan::ledger::{History, Ledger};
use crate::plan::state::Outcome;
use crate::plan::{Action, Context, Summary, decide, prune};
use crate::render::InstallSet;
use crate::render::tag::{is_of_user, to_its_user};
use default::Claim;
use draft::Draft;
use labelled::{labelled, usual};

/// Inputs and cluster side by side.
pub(super) struct Survey {
    /// The revision, `default` for the default one.
    pub(super) revision: String,
    /// Whose the inputs are.
    pub(super) installation: Installation,
    /// Where the inputs are from.
    pub(super) origin: Origin,
    /// What is wanted.
    pub(super) set: InstallSet,
    /// The injector as rendered, matching, where the install set's has handed over to the default tag.
    pub(super) stand_in: Option<Object>,
    /// What is there of it, and of what was recorded.
    pub(super) live: HashMap<ObjectId, Object>,
    /// What to do with each object.
    pub(super) actions: HashMap<ObjectId, Action>,
    /// What was installed and is not wanted any more, in the order to delete it, with why it stays where it does.
    pub(super) unwanted: Vec<(ObjectId, Option<Reason>)>,
    /// Why it is not known what earlier runs recorded: nothing may be written then.
    pub(super) unlisted: Option<Error>,
    /// What the server refuses, with why, once it was asked.
    pub(super) refused: Vec<(ObjectId, String)>,
    /// Recorded settings that the given inputs leave out.
    pub(super) dropped: Vec<Dropped>,
    /// What is written and was another installation's until now.
    moves: BTreeMap<ObjectId, Installation>,
    /// What this installation's record lists and another one has written since.
    pub(super) theirs: BTreeMap<ObjectId, Installation>,
    /// What the cluster serves.
    pub(super) kinds: Kinds,
    /// The platform of the cluster, where it is known.
    pub(super) platform: Option<&'static Platform>,
    /// What the user should know.
    pub(super) warnings: Vec<String>,
    /// What was found out and is acted on.
    pub(super) notes: Vec<String>,
    /// What earlier runs recorded of this installation.
    pub(super) history: Rc<History>,
    /// … of all of them.
    pub(super) ledger: Ledger,
    /// What the inputs say, for the record.
    inputs: Value,
}

impl Survey {
    /// Asks the cluster what it is and what is there, renders for it what is wanted by the rule of `asked`, and compares.
    /// What `install`, `diff`, `verify` and `upgrade` begin with.
    ///
    /// # Errors
    /// Cluster errors; bad inputs, also recorded ones; `no-record`, `which-installation`, `default-elsewhere`.
    pub(super) async fn of(cluster: &Cluster, asked: &Asked) -> Result<Self> {
        let version = cluster.version().await?;
        let read = async { Ok(records::read(cluster, &asked.installation.namespace).await) };
        let (kinds, read) = try_join(cluster.kinds(), read).await?;
        let (ledger, unlisted) = match read {
            Ok(ledger) => (ledger, None),
            // What is given can be compared without.
            Err(error) if asked.is_given() && (asked.looks || error.is_forbidden()) => (Ledger::default(), Some(error)),
            Err(error) => return Err(unsafe_without(error)),
        };
        let mut survey = Self::with(cluster, asked, ledger, (version, kinds)).await?;
        if asked.looks {
            survey.warnings.extend(unlisted.as_ref().map(not_listed));
        }
        survey.unlisted = unlisted;
        Ok(survey)
    }

    /// The same by records that are known.
    ///
    /// # Errors
    /// As [`Survey::of`].
    pub(super) async fn by(cluster: &Cluster, asked: &Asked, ledger: Ledger) -> Result<Self> {
        let version = cluster.version().await?;
        let kinds = cluster.kinds().await?;
        Self::with(cluster, asked, ledger, (version, kinds)).await
    }

    async fn with(
        cluster: &Cluster,
        asked: &Asked,
        mut ledger: Ledger,
        (version, kinds): (String, Kinds),
    ) -> Result<Self> {
        let Draft { tree, origin, installation, bundle, platform, mut warnings, notes } =
            Draft::of(cluster, asked, &ledger, version, &kinds).await?;
        let history = ledger.history(&installation);
        let recorded = history.inventory();
        let gap = history.gap();
        warnings.extend(history.lost.iter().map(|(_, why)| why.clone()));
        if gap.is_some() {
            warnings
                .push(format!("what installation {installation} consists of is not known: nothing of it is deleted"));
        }
        let by_labels = recorded.is_empty() && gap.is_none();
        let (ids, tag) = {
            // A copy of every object, which is to be gone before as many are read.
            let everything = bundle.install_set(true);
            let unrecorded = if by_labels { usual(everything.namespace.name()) } else { Vec::new() };
            let ids = everything.objects().map(Object::id).chain(recorded.iter().cloned()).chain(unrecorded);
            (ids.collect::<Vec<_>>(), everything.default_tag.first().map(Object::id))
        };
        let home = ObjectId::new("v1", "Namespace", None, &installation.namespace);
        let found = read_live(cluster, &kinds, &home, ids).await?;
        warnings.extend(read_others(cluster, asked, &found, &mut ledger).await?);
        // Compared with a record, an installation has the tag where it had it then: nobody has asked it to take it since.
        let leaves = asked.is_recorded() && !tag.is_some_and(|tag| recorded.contains(&tag));
        let claim = Claim { cluster, asked, installation: &installation, leaves };
        let mut set = claim.install_set(&bundle, &found, &mut warnings).await?;
        let Live { objects: mut live, others } = found;
        leave_to_its_user(&mut set, &live);
        share(&mut set, &live);
        let stand_in = stand_in(&set, bundle.of("istiod"));
        let context = Context::of(set.objects());
        let context = if asked.adopting { context.adopting() } else { context };
        let theirs = taken_over(&ledger, &installation, &recorded);
        let action = |wanted: &Object| match live.get(&wanted.id()) {
            // What somebody else has written since is as they want it.
            Some(_) if asked.is_recorded() && theirs.contains_key(&wanted.id()) => Action::Unchanged,
            live => decide(wanted, live, &context),
        };
        let actions = set.objects().map(|wanted| (wanted.id(), action(wanted))).collect();
        let moves = moves(&ledger, &installation, &actions);
        let dropped = match (&origin, history.newest()) {
            (Origin::Given, Some(record)) => config::dropped(&record.inputs, &tree),
            _ => Vec::new(),
        };
        let wanted_by = ledger.owners(|one| *one == installation);
        let inventory = if by_labels {
            let (ids, found) = labelled(&set, &others, &wanted_by);
            live.extend(found.into_iter().map(|object| (object.id(), object)));
            ids
        } else {
            recorded.into_iter().filter(|_| gap.is_none()).collect()
        };
        let gone = prune::unwanted(&inventory, set.objects());
        let mut unwanted = needed::reasons(gone, &live, &wanted_by, &installation);
        match needed::keep_used(cluster, &installation, &live, &mut unwanted).await {
            Err(error) if asked.looks => warnings.push(format!("who uses it is not known: {error}")),
            kept => kept?,
        }
        warnings.extend(needed::without_name(&unwanted, &live, &installation));
        let revision = installation.revision.clone();
        let refused = Vec::new();
        Ok(Self {
            revision,
            installation,
            origin,
            set,
            stand_in,
            live,
            actions,
            unwanted,
            refused,
            unlisted: None,
            dropped,
            moves,
            theirs,
            kinds,
            platform,
            warnings,
            notes,
            history,
            ledger,
            inputs: tree,
        })
    }

    /// Holds what exists and differs to the server by dry runs, and takes its answers into the plan.
    ///
    /// # Errors
    /// Cluster errors; what is refused is in [`Survey::refused`].
    pub(super) async fn try_out(&mut self, cluster: &Cluster) -> Result<()> {
        let objects = self.set.objects();
        self.refused = apply::dry_run(cluster, &self.kinds, objects, &self.live, &mut self.actions).await?;
        Ok(())
    }

    /// The same with nothing to do but about `objects`.
    pub(super) fn only(mut self, objects: &BTreeSet<ObjectId>) -> Self {
        for (id, action) in &mut self.actions {
            if !objects.contains(id) {
                *action = Action::Unchanged;
            }
        }
        self.unwanted.clear();
        self
    }

    /// What the plan changes.
    pub(super) fn summary(&self) -> Summary {
        let summary = Summary::of(self.set.objects(), &self.live, &self.actions, &self.unwanted, &self.refused);
        summary.with_moves(|id| self.moves.get(id).map(ToString::to_string))
    }

    /// What the inputs say, for the record.
    pub(super) fn inputs(&self) -> &Value {
        &self.inputs
    }

    /// One line for each field of an existing object that would change.
    pub(super) fn changes(&self) -> Vec<String> {
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
    pub(super) fn record_in_use(&self) -> Option<u64> {
        match self.origin {
            Origin::Record(number) => Some(number),
            Origin::Given => None,
        }
    }

    /// Known installers whose fields are taken over, each with how many objects it is about.
    pub(super) fn taken_over(&self) -> BTreeMap<String, usize> {
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
    pub(super) fn pruned(&self) -> Vec<ObjectId> {
        let goes = self.unwanted.iter().filter(|(_, reason)| reason.is_none());
        goes.map(|(id, _)| id.clone()).collect()
    }

    /// What the installation consists of from now on: what is wanted, and what stays only because it is in use.
    pub(super) fn inventory(&self) -> Vec<ObjectId> {
        let in_use = self.unwanted.iter().filter(|(_, reason)| matches!(reason, Some(Reason::InUse { .. })));
        self.set.objects().map(Object::id).chain(in_use.map(|(id, _)| id.clone())).collect()
    }

    /// Whether nothing was recorded in the namespace of the installation since this was read.
    ///
    /// # Errors
    /// Cluster errors.
    pub(super) async fn is_still_so(&self, cluster: &Cluster) -> Result<bool> {
        records::are_unchanged(cluster, &self.installation, &self.ledger).await
    }

    /// Whether anything would be written, deleted or recorded.
    pub(super) fn is_settled(&self) -> bool {
        let recorded = self.history.newest();
        !self.actions.values().any(Action::writes)
            && self.pruned().is_empty()
            && recorded.is_some_and(|record| record.outcome == Outcome::Done && record.inputs == self.inputs)
    }

    /// The records before and after; none where nothing is to be done.
    pub(super) fn records(&self) -> Result<Option<Records>> {
        if self.is_settled() { Ok(None) } else { records::next(self, self.inputs.clone()).map(Some) }
    }
}

/// The error of a run that would write without knowing what earlier ones have.
pub(super) fn unsafe_without(error: Error) -> Error {
    error.hint("without the records of earlier runs nothing can be done safely")
}

fn not_listed(error: &Error) -> String {
    format!("the records of earlier runs are not known, so what is left of them is not told: {error}")
}

/// Adds the records of other control planes' namespaces; where that fails and nothing is to be written, gives what to say.
async fn read_others(cluster: &Cluster, asked: &Asked, found: &Live, ledger: &mut Ledger) -> Result<Option<String>> {
    let homes: BTreeSet<String> =
        default::other_homes(found, &asked.installation.namespace).map(str::to_owned).collect();
    match records::of_all(cluster, &homes).await {
        Ok(others) => ledger.join(others),
        Err(error) if asked.looks => return Ok(Some(not_listed(&error))),
        Err(error) => return Err(error),
    }
    Ok(None)
}

/// What the record of `installation` lists and another one has written since.
fn taken_over(ledger: &Ledger, installation: &Installation, recorded: &[ObjectId]) -> BTreeMap<ObjectId, Installation> {
    let owners = ledger.owners(|_| false);
    let of = |id: &ObjectId| owners.get(id).filter(|owner| **owner != installation);
    recorded.iter().filter_map(|id| Some((id.clone(), (*of(id)?).clone()))).collect()
}

/// What `actions` write of other installations.
fn moves(
    ledger: &Ledger,
    installation: &Installation,
    actions: &HashMap<ObjectId, Action>,
) -> BTreeMap<ObjectId, Installation> {
    let owners = ledger.owners(|_| false);
    let written = |id: &ObjectId| matches!(actions.get(id), Some(Action::Apply(_) | Action::Recreate(_)));
    let others = owners.into_iter().filter(|(id, owner)| *owner != installation && written(id));
    others.map(|(id, owner)| (id, owner.clone())).collect()
}

/// What all installations share keeps the labels of the one that wrote it: with every one that is written, it would be
/// written anew for no use.
fn share(set: &mut InstallSet, live: &HashMap<ObjectId, Object>) {
    let shared = set.components.iter_mut().filter(|rendered| rendered.component.kind == ComponentKind::Core);
    for object in shared.flat_map(|rendered| &mut rendered.objects) {
        let Some(live) = live.get(&object.id()) else { continue };
        for name in [label::REVISION, label::OWNER_NAMESPACE, label::OWNER] {
            // Installers write `unknown` where there is no name.
            if let Some(value) = live.label(name).filter(|value| *value != "unknown") {
                object.set_label(name, value);
            }
        }
    }
}

/// A tag that somebody has set is theirs: it does not get the labels of an installation again.
fn leave_to_its_user(set: &mut InstallSet, live: &HashMap<ObjectId, Object>) {
    for object in &mut set.default_tag {
        if live.get(&object.id()).is_some_and(is_of_user) {
            to_its_user(object);
        }
    }
}

/// The rendered injector, where the install set has another one of the same name.
fn stand_in(set: &InstallSet, rendered: &[Object]) -> Option<Object> {
    let injector = rendered.iter().find(|object| object.kind() == "MutatingWebhookConfiguration")?;
    let wanted = set.objects().find(|object| object.id() == injector.id())?;
    let selector = |object: &Object| object.at("/webhooks/0/objectSelector").cloned();
    (selector(wanted) != selector(injector)).then(|| injector.clone())
}
