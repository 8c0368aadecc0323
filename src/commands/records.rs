//! The record of an installation: read before a change, written before and after it. A hint, never a reason to fail.

use k8s_openapi::jiff::Timestamp;
use serde_json::Value;

use super::survey::Survey;
use crate::apply::Records;
use crate::cluster::{Cluster, Kinds};
use crate::component::ISTIO_VERSION;
use crate::error::Result;
use crate::object::{Object, ObjectId};
use crate::plan::Action;
use crate::plan::state::{self, History, Outcome, REVISION_LABEL, Record};

/// What earlier runs recorded of a revision. What may not be read, or cannot be, counts as lost.
pub(super) async fn read(cluster: &Cluster, namespace: &str, revision: &str) -> History {
    let selector = format!("{REVISION_LABEL}={revision}");
    match secrets(cluster, namespace, &selector).await {
        Ok(secrets) => History::read(revision, &secrets),
        Err(error) => {
            tracing::debug!(%error, "the records of earlier runs are not known");
            History::default()
        }
    }
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
        inventory: survey.set.objects().map(Object::id).collect(),
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
    of(&record, survey.set.namespace.name(), &survey.revision, number, survey.history.obsolete(number))
}

/// The Secrets of a record at each of its stages.
pub(super) fn of(
    record: &Record,
    namespace: &str,
    revision: &str,
    number: u64,
    obsolete: Vec<ObjectId>,
) -> Result<Records> {
    let at = |outcome| state::encode(&Record { outcome, ..record.clone() }, namespace, revision, number);
    Ok(Records { before: at(Outcome::Pending)?, after: at(Outcome::Done)?, failed: at(Outcome::Failed)?, obsolete })
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
