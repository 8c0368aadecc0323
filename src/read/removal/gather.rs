//! What there is of Istio in a cluster: every kind the cluster serves is asked for objects with the installers' labels, and
//! what the records name is looked for too.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use futures::stream::{self, StreamExt, TryStreamExt};

use crate::cluster::{Cluster, Kinds};
use crate::error::{Error, Result};
use crate::istio::label::COMPONENT;
use crate::istio::label::OWNER_NAMESPACE as OWNER;
use crate::istio::label::TAG;
use crate::object::{Object, ObjectId};
use crate::plan::ledger::Ledger;
use crate::plan::managed::Managed;
use crate::plan::managers::Class;
use crate::plan::removal::GROUPS;
use crate::plan::state;
use crate::read::records;

/// How many lists are asked for at once.
const SIDE_BY_SIDE: usize = 16;
/// Kinds of which a tag consists.
const OF_TAGS: [&str; 3] = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration", "Service"];
/// Kinds that others make and take away by themselves.
const MADE_BY_OTHERS: [&str; 5] = ["Pod", "ReplicaSet", "ControllerRevision", "Endpoints", "Event"];

/// What was found.
#[derive(Debug, Default)]
pub struct Found {
    /// Everything that may be of an installation, without what others make of it.
    pub objects: Vec<Object>,
    /// What records name, in the order it was written.
    pub inventory: Vec<ObjectId>,
    /// What is recorded.
    pub ledger: Ledger,
    /// Other Secrets of ours.
    pub secrets: Vec<ObjectId>,
    /// Namespaces that an installation made.
    pub made: BTreeSet<String>,
    /// Namespaces of control planes.
    pub homes: BTreeSet<String>,
    /// Kinds that may not be listed.
    pub forbidden: Vec<String>,
}

/// Looks for everything. `homes` are the namespaces that are known to have control planes, `unlabelled` what no label tells
/// of.
///
/// # Errors
/// Cluster errors, but for kinds that may not be listed.
pub async fn gather(
    cluster: &Cluster,
    kinds: &Kinds,
    homes: BTreeSet<String>,
    unlabelled: Vec<ObjectId>,
) -> Result<Found> {
    let mut found = Found { homes, ..Found::default() };
    let mut wanted: Vec<(ObjectId, Option<&str>)> = Vec::new();
    for (id, _) in kinds.listed() {
        if MADE_BY_OTHERS.contains(&id.kind.as_str()) {
            continue;
        }
        if id.kind == "CustomResourceDefinition" {
            wanted.push((id, None));
            continue;
        }
        if OF_TAGS.contains(&id.kind.as_str()) {
            wanted.push((id.clone(), Some(TAG)));
        }
        wanted.push((id, Some(COMPONENT)));
    }
    let lists = wanted.into_iter().map(|(id, selector)| async move {
        let listed = cluster.list(&kinds.everywhere(&id)?, &id, selector).await;
        match listed {
            Err(error) if error.is_forbidden() => Ok((Vec::new(), Some(id.kind))),
            // A server behind the API that does not answer has none of our objects.
            Err(error) if id.group.contains("metrics") => {
                tracing::debug!(%error, "not listed");
                Ok((Vec::new(), None))
            }
            other => other.map(|objects| (objects, None)),
        }
    });
    let listed: Vec<(Vec<Object>, Option<String>)> = stream::iter(lists)
        .buffer_unordered(SIDE_BY_SIDE)
        .try_collect::<Vec<_>>()
        .await
        .map_err(|error: Error| error)?;
    for (objects, forbidden) in listed {
        found.forbidden.extend(forbidden);
        found.objects.extend(objects.into_iter().filter(is_istios));
    }
    let owners: Vec<String> =
        found.objects.iter().filter_map(|object| object.label(OWNER)).map(str::to_owned).collect();
    found.homes.extend(owners);
    read_records(cluster, &mut found).await?;
    // What records name and no label told of: overlays may have taken it off.
    let recorded = found.inventory.clone();
    add(cluster, kinds, &mut found, recorded.into_iter().chain(unlabelled).collect()).await?;
    unique(&mut found.objects);
    read_namespaces(cluster, &mut found).await?;
    Ok(found)
}

/// Of CRDs, which are listed without a selector, only Istio's.
fn is_istios(object: &Object) -> bool {
    object.kind() != "CustomResourceDefinition"
        || object.text("/spec/group").is_some_and(|group| GROUPS.contains(&group))
}

async fn read_records(cluster: &Cluster, found: &mut Found) -> Result<()> {
    for home in &found.homes {
        let secrets = records::secrets(cluster, home, state::REVISION_LABEL).await?;
        let others = secrets.iter().filter(|secret| state::parse_name(secret.name()).is_none());
        found.secrets.extend(others.map(Object::id));
        let ledger = Ledger::read(&secrets);
        for (_, history) in ledger.installations() {
            for id in history.inventory() {
                if !found.inventory.contains(&id) {
                    found.inventory.push(id);
                }
            }
            let created = history.records.iter().flat_map(|(_, record)| &record.created);
            found.made.extend(created.filter(|id| id.kind == "Namespace").map(|id| id.name.clone()));
        }
        found.ledger.join(ledger);
    }
    Ok(())
}

/// Adds those of `ids` that are there and were not found yet.
///
/// # Errors
/// Cluster errors.
pub(super) async fn add(cluster: &Cluster, kinds: &Kinds, found: &mut Found, ids: Vec<ObjectId>) -> Result<()> {
    let known: HashSet<ObjectId> = found.objects.iter().map(Object::id).collect();
    let is_missing = |id: &ObjectId| !known.contains(id) && id.kind != "Namespace" && kinds.serves(id);
    for id in ids.into_iter().filter(is_missing) {
        found.objects.extend(cluster.get(kinds, &id).await?);
    }
    Ok(())
}

fn unique(objects: &mut Vec<Object>) {
    let mut known = HashSet::new();
    objects.retain(|object| known.insert(object.id()));
}

/// Which of the control planes' namespaces an installation made: what a record says, or that nobody else holds anything of
/// them. Those that are not there are no homes.
async fn read_namespaces(cluster: &Cluster, found: &mut Found) -> Result<()> {
    let namespace = ObjectId::new("v1", "Namespace", None, "");
    let kinds = Kinds::built_in();
    let mut there: BTreeMap<String, bool> = BTreeMap::new();
    for home in &found.homes {
        let id = ObjectId { name: home.clone(), ..namespace.clone() };
        if let Some(live) = cluster.get(&kinds, &id).await? {
            let managed = Managed::of(&live);
            let ours = |manager: &str| matches!(Class::of(manager), Class::Ours | Class::Controller);
            there.insert(home.clone(), managed.entries().iter().all(|entry| ours(&entry.manager)));
        }
    }
    found.homes.retain(|home| there.contains_key(home));
    found.made.retain(|made| there.contains_key(made));
    found.made.extend(there.into_iter().filter(|(_, ours)| *ours).map(|(home, _)| home));
    Ok(())
}
