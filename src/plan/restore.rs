//! The way back to an earlier record: from the snapshots of all changes since, to what each object has to be again.

mod body;
mod theirs;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::istio::{self, Installation};
use crate::object::{Object, ObjectId};
use crate::plan::compare::Difference;
use crate::plan::decide::{Recreate, compare};
use crate::plan::default::{self, Answer};
use crate::plan::filter::{self, Reason};
use crate::plan::ledger::History;
use crate::plan::managed::{Entry, Managed};
use crate::plan::managers::{Class, UNTRACKED};
use crate::plan::ownership::Context;
use crate::plan::path::Path;
use crate::plan::state::{Outcome, Record};
use crate::plan::{immutable, prune};
use crate::render::tag::deactivated;
use body::{anew, over};
use theirs::Theirs;

/// What has to be done to be back.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Restore {
    /// Objects to write as they were, over what is there, in the order of the installation.
    pub replace: Vec<Object>,
    /// Objects that are there and cannot be changed to what they were: deleted, and made again.
    pub recreate: Vec<Recreate>,
    /// Objects that are gone: they get new uids.
    pub create: Vec<Object>,
    /// Objects that were made since, with their uids, in the order to delete them.
    pub delete: Vec<(ObjectId, String)>,
    /// Objects that were made since and stay, with why.
    pub keep: Vec<(ObjectId, String)>,
    /// Services among those that lead to other pods now: they lead back once the pods they had are ready.
    pub turned: HashSet<ObjectId>,
    /// Workloads that have these pods and are as they were already, by an earlier try.
    pub back: Vec<ObjectId>,
    /// What others have taken over since and hold otherwise: nothing may be written then.
    pub conflicts: Vec<(ObjectId, Vec<Difference>)>,
    /// A sentence for each object of which others go on to hold fields.
    pub left: Vec<String>,
    /// People and installers whose fields are taken over, each with of how many objects.
    pub taken_over: BTreeMap<String, usize>,
    /// Objects that are as they were, but of which we hold more than we did.
    pub theirs: Vec<Object>,
    /// What was there, as recorded.
    was: HashMap<ObjectId, Object>,
}

impl Restore {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        let writes = [&self.replace, &self.create, &self.theirs];
        writes.iter().all(|objects| objects.is_empty()) && self.recreate.is_empty() && self.delete.is_empty()
    }

    /// Makes the object `id` anew, as its field `because` cannot be changed.
    pub fn remake(&mut self, id: &ObjectId, because: String) {
        let Some(place) = self.replace.iter().position(|object| object.id() == *id) else { return };
        let over = self.replace.remove(place);
        let uid = over.text("/metadata/uid").unwrap_or_default().to_owned();
        self.recreate.push(Recreate { body: anew(&over), uid, differences: Vec::new(), because });
    }

    /// `metadata.managedFields` to write to `now`, which we have just written as it was: where we hold more of it than
    /// we did then, who held it then does again. None where we do not.
    ///
    /// To the API server whoever restores a value is who set it. What we hold goes with the next installation that does
    /// not want it, so that a value of others must not become ours.
    pub fn holders(&self, now: &Object) -> Option<Value> {
        // Earlier versions did not record who held what.
        let then = self.was.get(&now.id()).filter(|then| then.at("/metadata/managedFields").is_some())?;
        let was = Managed::of(then);
        let ours = |entry: &&Entry| entry.subresource.is_empty() && Class::of(&entry.manager) == Class::Ours;
        let held_then = |path: &Path| was.entries().iter().filter(ours).any(|entry| entry.holds(path));
        let held = Managed::of(now);
        let mut held_now = held.entries().iter().filter(ours).flat_map(|entry| entry.fields.paths());
        if held_now.all(|path| held_then(&path)) {
            return None;
        }
        // What these hold they go on to hold, by now of other fields perhaps.
        let stays = |entry: &&Value| {
            let text = |field: &str| entry[field].as_str().unwrap_or_default();
            let is_left = matches!(Class::of(text("manager")), Class::Controller | Class::Other);
            !text("subresource").is_empty() || is_left
        };
        let then = then.list("/metadata/managedFields").iter().filter(|entry| !stays(entry));
        let now = now.list("/metadata/managedFields").iter().filter(stays);
        let holders: Vec<Value> = then.chain(now).cloned().collect();
        // An empty list would be taken for one left out; this is how to say that nobody is tracked.
        Some(if holders.is_empty() { json!([{}]) } else { holders.into() })
    }
}

/// The changes since a record, the oldest first.
#[derive(Debug)]
pub struct Chain<'h> {
    /// The record to go back to; 0 is before the first.
    pub to: u64,
    /// That record; none for 0.
    pub target: Option<&'h Record>,
    since: Vec<&'h Record>,
}

impl<'h> Chain<'h> {
    /// The changes since record `to`, by default the one before the newest.
    ///
    /// # Errors
    /// `no-record`, `no-such-record` (usage), `not-restorable` (failed).
    pub fn since(history: &'h History, to: Option<u64>, installation: &Installation) -> Result<Self> {
        let Installation { revision, name, .. } = installation;
        let revision = name.as_ref().map_or(revision.clone(), |name| format!("{revision} (installation {name})"));
        let Some((newest, last)) = history.records.first() else {
            return Err(Error::usage("no-record", format!("nothing is recorded of revision {revision}"))
                .hint("see what is recorded: mesh history"));
        };
        let to = to.unwrap_or_else(|| before(history));
        if to == 0 && last.outcome == Outcome::Done {
            let message = format!("revision {revision} was installed by its first record; there is nothing before it");
            return Err(Error::usage("no-such-record", message)
                .hint(format!("to remove it: mesh uninstall {}", installation.flags())));
        }
        let of = |number: u64| history.records.iter().find(|(known, _)| *known == number).map(|(_, record)| record);
        let target = of(to);
        let since: Option<Vec<&Record>> = (to.saturating_add(1)..=*newest).map(of).collect();
        let (Some(since), true) = (since, target.is_some() || to == 0) else {
            return Err(unknown(history, to));
        };
        if to >= *newest {
            return Err(unknown(history, to));
        }
        if since.iter().any(|record| !record.restorable) {
            let message = format!("what was there after record {to} was too large to be kept");
            return Err(Error::failed("not-restorable", message)
                .hint("its inputs are in `mesh history -o json`: install with them again"));
        }
        Ok(Self { to, target, since })
    }

    /// All objects that were changed, made or deleted since.
    pub fn ids(&self) -> Vec<ObjectId> {
        let mut seen = HashSet::new();
        let snapshots = self.since.iter().flat_map(|record| &record.snapshot).filter_map(id_of);
        let created = self.since.iter().flat_map(|record| record.created.iter().cloned());
        snapshots.chain(created).filter(|id| seen.insert(id.clone())).collect()
    }

    /// The way back from what is there. `live` has every object of [`Chain::ids`] that is there, and the autoscalers;
    /// `answer` is who answers pods that name no revision, and goes on to.
    pub fn plan(&self, live: &HashMap<ObjectId, Object>, revision: &str, answer: Option<&Answer>) -> Restore {
        let context = Context::of(live.values());
        let mut restore = Restore::default();
        let mut seen = HashSet::new();
        let mut made = Vec::new();
        let mut back = Vec::new();
        for record in &self.since {
            // Of several snapshots of one object the oldest is what was there then.
            for snapshot in record.snapshot.iter().filter_map(|value| Object::new(value.clone()).ok()) {
                let id = snapshot.id();
                if !seen.insert(id.clone()) {
                    continue;
                }
                let elsewhere = answer.filter(|answer| answer.revision != istio::revision(&snapshot));
                if let Some(answer) = elsewhere.filter(|_| default::is_of_tag(&snapshot)) {
                    restore.keep.push((id, stays(answer)));
                    continue;
                }
                let snapshot = match elsewhere.filter(|_| default::answers(&snapshot)) {
                    Some(_) => deactivated(&snapshot),
                    None => snapshot,
                };
                match live.get(&id) {
                    Some(there) if !restore.over(&snapshot, there, &context) => back.push(there),
                    Some(_) => {}
                    None => restore.create.push(anew(&snapshot)),
                }
                restore.was.insert(id, snapshot);
            }
            made.extend(record.created.iter().filter(|id| seen.insert((*id).clone())).cloned());
        }
        let theirs = back.iter().filter(|there| restore.holders(there).is_some());
        restore.theirs = theirs.map(|there| (*there).clone()).collect();
        restore.back = back.into_iter().filter(|there| restore.leads_to(there)).map(Object::id).collect();
        for id in prune::removal(&made) {
            let Some(there) = live.get(&id) else { continue };
            match kept(there, revision) {
                Some(why) => restore.keep.push((id, why)),
                None => restore.delete.push((id, there.text("/metadata/uid").unwrap_or_default().to_owned())),
            }
        }
        let order: HashMap<&ObjectId, usize> = self
            .target
            .iter()
            .flat_map(|record| &record.inventory)
            .enumerate()
            .map(|(place, id)| (id, place))
            .collect();
        let place = |object: &Object| order.get(&object.id()).copied().unwrap_or(usize::MAX);
        restore.replace.sort_by_key(place);
        restore.recreate.sort_by_key(|recreate| place(&recreate.body));
        restore.create.sort_by_key(place);
        restore
    }
}

impl Restore {
    /// Adds how `live` becomes `snapshot` again; false where it is that already.
    fn over(&mut self, snapshot: &Object, live: &Object, context: &Context) -> bool {
        let goes = live.text("/metadata/deletionTimestamp").is_some();
        let Some(mut body) = over(snapshot, live, context).or_else(|| goes.then(|| snapshot.clone())) else {
            return false;
        };
        if !goes && self.is_held(&mut body, snapshot, live) {
            return true;
        }
        if !goes && body.value() == live.value() {
            return false;
        }
        self.count_taken_over(&compare(&body, live, context));
        if body.kind() == "Service" && body.at("/spec/selector") != live.at("/spec/selector") {
            self.turned.insert(body.id());
        }
        let fixed = goes.then(|| "metadata.deletionTimestamp".to_owned());
        match fixed.or_else(|| immutable::between(&body, live)).filter(|_| immutable::may_be_remade(&body.id())) {
            Some(because) => {
                let uid = live.text("/metadata/uid").unwrap_or_default().to_owned();
                let differences = compare(&body, live, context);
                self.recreate.push(Recreate { body: anew(&body), uid, differences, because });
            }
            None => self.replace.push(body),
        }
        true
    }

    /// Leaves to others what they hold of `live`; whether they hold what was ours.
    fn is_held(&mut self, body: &mut Object, snapshot: &Object, live: &Object) -> bool {
        let Theirs { conflicts, kept } = theirs::leave(body, live, snapshot);
        if let Some(first) = kept.first() {
            let fields: Vec<String> = kept.iter().map(|one| one.path.to_string()).collect();
            let manager = first.manager.as_deref().unwrap_or_default();
            self.left.push(format!("{} keeps what {manager} holds of it: {}", live.id(), fields.join(", ")));
        }
        let is_held = !conflicts.is_empty();
        if is_held {
            self.conflicts.push((live.id(), conflicts));
        }
        is_held
    }

    fn count_taken_over(&mut self, differences: &[Difference]) {
        let managers = differences.iter().filter_map(|one| one.manager.as_deref());
        let others: BTreeSet<&str> = managers
            .filter(|name| matches!(Class::of(name), Class::Person | Class::Installer) && *name != UNTRACKED)
            .collect();
        for manager in others {
            *self.taken_over.entry(manager.to_owned()).or_insert(0) += 1;
        }
    }

    /// Whether a Service that leads to other pods now will lead to those of `workload` again.
    fn leads_to(&self, workload: &Object) -> bool {
        let labels = workload.at("/spec/template/metadata/labels").and_then(Value::as_object);
        let turned = self.replace.iter().chain(self.recreate.iter().map(|recreate| &recreate.body));
        let mut turned = turned.filter(|service| self.turned.contains(&service.id()));
        labels.is_some_and(|labels| {
            turned.any(|service| {
                let selector = service.at("/spec/selector").and_then(Value::as_object);
                service.namespace() == workload.namespace()
                    && selector.is_some_and(|all| all.iter().all(|(key, value)| labels.get(key) == Some(value)))
            })
        })
    }
}

/// The record that the newest change came after: the last that ended well. A rollback that was not brought to its end goes
/// on to where it was going.
fn before(history: &History) -> u64 {
    let mut records = history.records.iter();
    if let Some((_, newest)) = records.next()
        && let Some(to) = newest.rollback_to.filter(|_| newest.outcome != Outcome::Done)
    {
        return to;
    }
    records.find(|(_, record)| record.outcome == Outcome::Done).map_or(0, |(number, _)| *number)
}

fn unknown(history: &History, to: u64) -> Error {
    let newest = history.records.first().map_or(0, |(number, _)| *number);
    let whole =
        |number: &u64| (number + 1..=newest).all(|later| history.records.iter().any(|(known, _)| *known == later));
    let known: Vec<String> = history
        .records
        .iter()
        .skip(1)
        .map(|(number, _)| *number)
        .filter(whole)
        .map(|number| number.to_string())
        .collect();
    let error = Error::usage("no-such-record", format!("there is no way back to record {to}"));
    if known.is_empty() {
        return error.hint("see what is recorded: mesh history");
    }
    error.hint(format!("there is a way back to: {}", known.join(", ")))
}

/// Why what makes the tag `default` is left as it is.
fn stays(answer: &Answer) -> String {
    let Answer { revision, by, by_tag } = answer;
    let who = if *by_tag { "which leads".to_owned() } else { format!("while {by} leads") };
    format!("is of the tag default, {who} to revision {revision}; only `mesh tag set default` moves that")
}

/// Why an object that was made since is not deleted.
fn kept(live: &Object, revision: &str) -> Option<String> {
    if live.kind() == "Namespace" {
        return Some("holds the records of this installation".to_owned());
    }
    let going = live.text("/metadata/deletionTimestamp").map(|_| Reason::BeingDeleted);
    going.or_else(|| filter::of_other_revision(live, revision)).map(|reason| reason.to_string())
}

fn id_of(object: &Value) -> Option<ObjectId> {
    Object::new(object.clone()).ok().map(|object| object.id())
}

#[cfg(test)]
mod tests;
