//! What there is to a plan: what goes, what is handed over, who needs it.

use std::collections::{BTreeMap, BTreeSet};

use super::handover::Handover;
use super::left;
use super::removing::UninstallOptions;
use crate::cluster::{Cluster, Kinds};
use crate::error::{Error, Result};
use crate::istio::{Installation, Picture, Users, label, maker};
use crate::object::{Object, ObjectId};
use crate::plan::canary::CONFIG_MAP;
use crate::plan::filter::Reason;
use crate::plan::removal::{self, Extent, Removal};
use crate::plan::state;
use crate::plan::target::{Going, Meant};
use crate::read::removal::{Found, configured, gather, join, unlabelled};
use crate::read::{self, View, records};

/// What is to be done, and what it needs.
pub struct Planned {
    pub(super) kinds: Kinds,
    pub(super) removal: Removal,
    pub(super) found: Found,
    /// How people call what goes.
    pub(super) name: String,
    /// The revisions that go.
    pub(super) going: BTreeSet<String>,
    /// The revisions of which something goes.
    pub(super) revisions: BTreeSet<String>,
    /// What stays, and is written anew as others want it.
    pub(super) handovers: Vec<Handover>,
    /// The revisions that stay.
    pub(super) others: Vec<String>,
    /// Control planes that were asked for and are others', with why they would stay.
    pub(super) staying: Vec<(ObjectId, Reason)>,
    pub(super) users: Users,
    /// What is not known of users, and why.
    pub(super) unknown: Vec<String>,
    /// What users configured, where it goes.
    pub(super) configured: Vec<Object>,
    /// The records that go.
    pub(super) records: Vec<ObjectId>,
    /// The namespaces that go if they are empty.
    pub(super) namespaces: Vec<ObjectId>,
}

impl Planned {
    /// Looks at everything and says what goes.
    ///
    /// # Errors
    /// What [`Meant::going`] says, `crds-in-use` (failed); cluster errors.
    pub(super) async fn of(
        cluster: &Cluster,
        target: &Meant,
        namespace: &str,
        options: &UninstallOptions,
    ) -> Result<Self> {
        let view = View::of(cluster);
        view.version().await?;
        let (kinds, picture) = futures::try_join!(cluster.kinds(), view.picture())?;
        let mut homes: BTreeSet<String> = BTreeSet::from([namespace.to_owned()]);
        homes.extend(picture.control_planes.iter().filter_map(Object::namespace).map(str::to_owned));
        let mut found = gather(cluster, &kinds, homes, unlabelled(picture)).await?;
        let recorded = found.ledger.installations().map(|(one, _)| one.revision.clone());
        let names: BTreeSet<String> = picture.names().into_iter().chain(recorded).collect();
        let mut going = target.going(&names, &found.ledger, namespace)?;
        let makers = join(&mut going, &mut found, target, picture, (cluster, &kinds)).await?;
        let Going { revision, installations, reach, name } = going;
        let revisions = revision.as_ref().map_or_else(|| names.clone(), |one| BTreeSet::from([one.clone()]));
        let others: Vec<String> = names.difference(&revisions).cloned().collect();
        let owners = found.ledger.owners(|one| installations.contains(one));
        let wanted: BTreeMap<ObjectId, String> = owners.iter().map(|(id, one)| (id.clone(), one.to_string())).collect();
        let (others_stay, delete_crds) = (!others.is_empty(), options.delete_crds);
        if delete_crds && (others_stay || !wanted.is_empty()) {
            return Err(crds_in_use(&others));
        }
        let asked = Extent { reach, wanted, makers, others_stay, delete_crds };
        let removal = removal::removal(&found.objects, &found.inventory, &asked);
        let taken = target.gone(&removal, &found.objects, revision.as_deref(), &names);
        let staying = left::of_others(picture, &removal, &taken);
        let handed = handed(&removal, &found, &taken, &installations);
        let stays = found.ledger.without(|one| installations.contains(one));
        let handovers = Handover::plan(&view, &handed, &taken, &stays).await?;
        let users = users(picture, &removal, &taken, &found, &handovers);
        let configured = configured(cluster, &definitions(&removal, &found, delete_crds)).await?;
        let histories = installations.iter().map(|one| found.ledger.history(one));
        let mut records: Vec<ObjectId> = histories.flat_map(|one| one.secrets().cloned().collect::<Vec<_>>()).collect();
        records.extend(found.secrets.iter().filter(|_| options.purge).cloned());
        // Nothing is left that an upgrade could go on with.
        let notes = found.homes.iter().filter(|_| options.purge);
        let notes = notes.map(|home| ObjectId::new("v1", "ConfigMap", Some(home), CONFIG_MAP));
        records.extend(read::there(cluster, &kinds, notes).await?.into_keys());
        let made = found.made.iter().filter(|_| options.purge);
        let namespaces = made.map(|name| ObjectId::new("v1", "Namespace", None, name)).collect();
        Ok(Self {
            kinds,
            removal,
            found,
            name,
            going: taken,
            revisions,
            handovers,
            others,
            staying,
            users,
            unknown: picture.unknown.clone(),
            configured,
            records,
            namespaces,
        })
    }

    /// Whether nobody has begun to use what goes since it was planned.
    ///
    /// # Errors
    /// Cluster errors.
    pub(super) async fn is_used_as_before(&self, cluster: &Cluster) -> Result<bool> {
        let view = View::of(cluster);
        let picture = view.picture().await?;
        Ok(users(picture, &self.removal, &self.going, &self.found, &self.handovers) == self.users)
    }

    /// Whether there is nothing to do.
    pub(super) fn is_empty(&self) -> bool {
        self.removal.parts.is_empty() && self.records.is_empty() && self.namespaces.is_empty()
    }

    /// Whether nobody has recorded anything since, but for what this run has handed over.
    pub(super) async fn is_still_so(&self, cluster: &Cluster) -> Result<bool> {
        let now = records::of_all(cluster, &self.found.homes).await?;
        let is_handed = |id: &ObjectId| {
            let mut handed = self.handovers.iter().map(Handover::installation);
            handed.any(|one| id.namespace.as_ref() == Some(&one.namespace) && state::is_of(one, &id.name))
        };
        let counts =
            |id: &ObjectId| id.namespace.as_ref().is_some_and(|home| self.found.homes.contains(home)) && !is_handed(id);
        Ok(now.is_same(&self.found.ledger, counts))
    }

    /// Who made what goes, where that was somebody else: of control planes and gateways.
    pub(super) fn made_by(&self) -> Vec<String> {
        let goes = |object: &&Object| self.removal.goals().any(|goal| goal.id == object.id());
        let going = self.found.objects.iter().filter(goes);
        let made = going.filter_map(|object| Some((object, maker::of_others(object)?)));
        made.map(|(object, maker)| {
            let again = if maker.puts_back() { ", which makes it again unless it is told not to" } else { "" };
            format!("{} was made by {maker}{again}", object.id())
        })
        .collect()
    }
}

fn crds_in_use(others: &[String]) -> Error {
    let users =
        if others.is_empty() { "another installation".to_owned() } else { format!("revision {}", others.join(", ")) };
    Error::in_the_way("crds-in-use", format!("the CRDs are in use by {users}"))
        .hint("leave out --delete-crds, or remove every revision with --purge")
}

/// What stays as others want it, and was written last by who goes.
fn handed<'f>(
    removal: &Removal,
    found: &'f Found,
    taken: &BTreeSet<String>,
    installations: &BTreeSet<Installation>,
) -> Vec<&'f Object> {
    let written = found.ledger.owners(|_| false);
    let is_wanted = |reason: &Reason| matches!(reason, Reason::WantedBy { .. });
    let is_handed = |object: &&Object| {
        let is_kept = || removal.kept.iter().any(|(id, why)| *id == object.id() && is_wanted(why));
        let is_own = written.get(&object.id()).is_some_and(|owner| installations.contains(*owner));
        (is_own || object.label(label::REVISION).is_some_and(|revision| taken.contains(revision))) && is_kept()
    };
    found.objects.iter().filter(is_handed).collect()
}

/// The definitions that go, with all that users have of them.
fn definitions<'f>(removal: &Removal, found: &'f Found, delete_crds: bool) -> Vec<&'f Object> {
    let is_going = |object: &&Object| {
        delete_crds && object.kind() == "CustomResourceDefinition" && removal.goals().any(|goal| goal.id == object.id())
    };
    found.objects.iter().filter(is_going).collect()
}

/// Who needs what goes: not the pods of what goes itself, nor of what is handed over and gets new ones.
fn users(
    picture: &Picture,
    removal: &Removal,
    going: &BTreeSet<String>,
    found: &Found,
    handovers: &[Handover],
) -> Users {
    let goes = |id: &ObjectId| {
        removal.goals().any(|goal| goal.id == *id) || handovers.iter().any(|one| one.objects.contains(id))
    };
    let workloads: Vec<&Object> = found.objects.iter().filter(|object| goes(&object.id())).collect();
    let mut users = picture.users_of(going, |pod| workloads.iter().any(|one| removal::runs_pod(one, pod)));
    if removal.has("ztunnel") || removal.has("cni") {
        users.ambient = picture.ambient();
    }
    users
}
