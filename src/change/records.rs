//! What is recorded of a change, before it and after.

use k8s_openapi::jiff::Timestamp;
use serde_json::Value;

use crate::apply::Records;
use crate::component::ISTIO_VERSION;
use crate::error::Result;
use crate::istio::Installation;
use crate::object::{Object, ObjectId};
use crate::plan::Action;
use crate::plan::ledger::History;
use crate::plan::state::{self, Outcome, Record};
use crate::read::Survey;

/// A record of a change that begins now, with nothing in it yet; of manifests of this version, or of those that are built in.
pub(super) fn of_version(istio: Option<&str>) -> Record {
    Record {
        time: Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        mesh: env!("CARGO_PKG_VERSION").to_owned(),
        istio: istio.unwrap_or(ISTIO_VERSION).to_owned(),
        outcome: Outcome::Pending,
        restorable: true,
        ..Record::default()
    }
}

/// The record of what is about to be done, and the same once it is done or has failed; none where nothing is to be done.
///
/// A change that was not brought to its end is gone on with under its number: what was there before it counts, not what
/// it left half done.
pub fn of_survey(survey: &Survey) -> Result<Option<Records>> {
    if survey.is_settled() {
        return Ok(None);
    }
    let changed =
        |object: &&Object| matches!(survey.actions.get(&object.id()), Some(Action::Apply(_) | Action::Recreate(_)));
    let changed = survey.set.objects().filter(changed).map(Object::id);
    let created = |id: &ObjectId| matches!(survey.actions.get(id), Some(Action::Create(_)));
    let before = changed.chain(survey.pruned()).filter_map(|id| survey.live.get(&id));
    let mut record = Record {
        inputs: survey.inputs().clone(),
        inventory: survey.inventory(),
        snapshot: before.map(|object| object.value().clone()).collect(),
        created: survey.set.objects().map(Object::id).filter(created).collect(),
        ..of_version(survey.set.version())
    };
    let unfinished = survey.history.records.first().filter(|(_, record)| record.outcome != Outcome::Done);
    let number = match unfinished {
        Some((number, earlier)) => {
            go_on_with(&mut record, earlier);
            *number
        }
        None => survey.history.next(),
    };
    of(&record, &survey.installation, number, &survey.history).map(Some)
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
