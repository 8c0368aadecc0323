//! The record of an installation: read before a change, written before and after it.

use std::collections::BTreeSet;

use futures::future::try_join_all;
use k8s_openapi::jiff::Timestamp;
use serde_json::Value;

use super::survey::Survey;
use crate::apply::Records;
use crate::cluster::{Cluster, Kinds};
use crate::component::ISTIO_VERSION;
use crate::error::Result;
use crate::istio::Installation;
use crate::object::{Object, ObjectId};
use crate::plan::Action;
use crate::plan::ledger::{History, Ledger};
use crate::plan::state::{self, Outcome, REVISION_LABEL, Record};

/// What earlier runs recorded in a namespace, of whichever installation.
///
/// # Errors
/// Cluster errors. That records cannot be listed does not mean that there are none: taken for none, the next change would
/// be number 1, over what is there.
pub(super) async fn read(cluster: &Cluster, namespace: &str) -> Result<Ledger> {
    secrets(cluster, namespace, REVISION_LABEL).await.map(|secrets| Ledger::read(&secrets))
}

/// The same of several namespaces.
///
/// # Errors
/// As [`read`].
pub(super) async fn of_all(cluster: &Cluster, namespaces: &BTreeSet<String>) -> Result<Ledger> {
    let mut all = Ledger::default();
    for ledger in try_join_all(namespaces.iter().map(|namespace| read(cluster, namespace))).await? {
        all.join(ledger);
    }
    Ok(all)
}

/// All that is recorded, and the control planes that there are.
pub(super) struct Everything {
    pub(super) ledger: Ledger,
    pub(super) control_planes: Vec<Object>,
}

/// What earlier runs recorded in `namespace` and in the namespaces of all control planes.
///
/// # Errors
/// As [`read`]. Where control planes may not be looked for, it is about `namespace` alone.
pub(super) async fn everything(cluster: &Cluster, namespace: &str) -> Result<Everything> {
    let id = ObjectId::new("apps/v1", "Deployment", None, "");
    let path = Kinds::of([(&id, "deployments", true)]).everywhere(&id)?;
    let control_planes = match cluster.list(&path, &id, Some("app=istiod")).await {
        Err(error) if error.is_forbidden() => Vec::new(),
        found => found?,
    };
    let homes = control_planes.iter().filter_map(Object::namespace).chain([namespace]);
    let ledger = of_all(cluster, &homes.map(str::to_owned).collect()).await?;
    Ok(Everything { ledger, control_planes })
}

/// Whether nobody has recorded anything of the revision of `installation` since `ledger` was read: else a plan that was made
/// by it may not be carried out. Other revisions are written by others at the same time, as their Leases are their own: to
/// plan anew whenever one of them is would be to do so without end.
///
/// # Errors
/// As [`read`].
pub(super) async fn are_unchanged(cluster: &Cluster, installation: &Installation, ledger: &Ledger) -> Result<bool> {
    let Installation { namespace, revision, .. } = installation;
    let now = read(cluster, namespace).await?;
    let is_of = |id: &ObjectId| state::parse_name(&id.name).is_some_and(|parsed| parsed.revision == *revision);
    Ok(now.is_same(ledger, |id| id.namespace.as_ref() == Some(namespace) && is_of(id)))
}

/// The Secrets in `namespace` that hold records.
///
/// # Errors
/// Cluster errors.
pub(super) async fn secrets(cluster: &Cluster, namespace: &str, selector: &str) -> Result<Vec<Object>> {
    let secret = ObjectId::new("v1", "Secret", Some(namespace), "");
    let kinds = Kinds::of([(&secret, "secrets", true)]);
    cluster.list(&kinds.collection(&secret)?, &secret, Some(selector)).await
}

/// The record of what is about to be done, and the same once it is done or has failed.
///
/// A change that was not brought to its end is gone on with under its number: what was there before it counts, not what
/// it left half done.
pub(super) fn next(survey: &Survey, inputs: Value) -> Result<Records> {
    let changed =
        |object: &&Object| matches!(survey.actions.get(&object.id()), Some(Action::Apply(_) | Action::Recreate(_)));
    let changed = survey.set.objects().filter(changed).map(Object::id);
    let created = |id: &ObjectId| matches!(survey.actions.get(id), Some(Action::Create(_)));
    let before = changed.chain(survey.pruned()).filter_map(|id| survey.live.get(&id));
    let mut record = Record {
        time: Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        mesh: env!("CARGO_PKG_VERSION").to_owned(),
        istio: ISTIO_VERSION.to_owned(),
        outcome: Outcome::Pending,
        inputs,
        inventory: survey.inventory(),
        snapshot: before.map(|object| object.value().clone()).collect(),
        created: survey.set.objects().map(Object::id).filter(created).collect(),
        rollback_to: None,
        restorable: true,
    };
    let unfinished = survey.history.records.first().filter(|(_, record)| record.outcome != Outcome::Done);
    let number = match unfinished {
        Some((number, earlier)) => {
            go_on_with(&mut record, earlier);
            *number
        }
        None => survey.history.next(),
    };
    of(&record, &survey.installation, number, &survey.history)
}

/// The Secrets of a record at each of its stages, with what becomes of those in `history`.
pub(super) fn of(record: &Record, installation: &Installation, number: u64, history: &History) -> Result<Records> {
    let at = |outcome| state::encode(&Record { outcome, ..record.clone() }, installation, number);
    let mut obsolete = history.obsolete(number);
    let is_kept = |id: &ObjectId| !obsolete.contains(id);
    let carried = history.carried.iter().filter(|(id, _)| is_kept(id)).map(|(_, anew)| anew.clone()).collect();
    obsolete.extend(history.replaced.iter().cloned());
    Ok(Records {
        carried,
        before: at(Outcome::Pending)?,
        after: at(Outcome::Done)?,
        failed: at(Outcome::Failed)?,
        obsolete,
    })
}

/// Adds to `record` what the unfinished change before it has done: together they are one change.
fn go_on_with(record: &mut Record, earlier: &Record) {
    record.restorable = earlier.restorable;
    record.created.retain(|id| !earlier.created.contains(id));
    let known: Vec<ObjectId> = earlier.snapshot.iter().filter_map(id_of).collect();
    record
        .snapshot
        .retain(|object| id_of(object).is_some_and(|id| !known.contains(&id) && !earlier.created.contains(&id)));
    // What it deleted before it ended is made again by this one, but was there.
    record.created.retain(|id| !known.contains(id));
    record.snapshot.extend(earlier.snapshot.iter().cloned());
    record.created.extend(earlier.created.iter().cloned());
}

fn id_of(object: &Value) -> Option<ObjectId> {
    Object::new(object.clone()).ok().map(|object| object.id())
}
