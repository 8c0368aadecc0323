//! The way back to an earlier record: from the snapshots of all changes since, to what each object has to be again.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::error::{Error, Result};
use crate::istio::webhook::webhooks_mut;
use crate::object::{Object, ObjectId};
use crate::plan::filter::{self, Reason};
use crate::plan::ledger::History;
use crate::plan::ownership::Context;
use crate::plan::prune;
use crate::plan::state::{Outcome, Record};

/// What has to be done to be back.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Restore {
    /// Objects to write as they were, over what is there, in the order of the installation.
    pub replace: Vec<Object>,
    /// Objects that are gone: they get new uids.
    pub create: Vec<Object>,
    /// Objects that were made since, with their uids, in the order to delete them.
    pub delete: Vec<(ObjectId, String)>,
    /// Objects that were made since and stay, with why.
    pub keep: Vec<(ObjectId, String)>,
}

impl Restore {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.replace.is_empty() && self.create.is_empty() && self.delete.is_empty()
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
    pub fn since(history: &'h History, to: Option<u64>, revision: &str) -> Result<Self> {
        let Some((newest, last)) = history.records.first() else {
            return Err(Error::usage("no-record", format!("nothing is recorded of revision {revision}"))
                .hint("see what is recorded: mesh history"));
        };
        let to = to.unwrap_or_else(|| before(history));
        if to == 0 && last.outcome == Outcome::Done {
            let message = format!("revision {revision} was installed by its first record; there is nothing before it");
            return Err(Error::usage("no-such-record", message).hint("to remove it: mesh uninstall"));
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

    /// The way back from what is there. `live` has every object of [`Chain::ids`] that is there, and the autoscalers.
    pub fn plan(&self, live: &HashMap<ObjectId, Object>, revision: &str) -> Restore {
        let context = Context::of(live.values());
        let mut restore = Restore::default();
        let mut seen = HashSet::new();
        let mut made = Vec::new();
        for record in &self.since {
            // Of several snapshots of one object the oldest is what was there then.
            for snapshot in record.snapshot.iter().filter_map(|value| Object::new(value.clone()).ok()) {
                if seen.insert(snapshot.id()) {
                    match live.get(&snapshot.id()) {
                        Some(live) => restore.replace.extend(over(&snapshot, live, &context)),
                        None => restore.create.push(anew(&snapshot)),
                    }
                }
            }
            made.extend(record.created.iter().filter(|id| seen.insert((*id).clone())).cloned());
        }
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
        restore.create.sort_by_key(place);
        restore
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

/// Why an object that was made since is not deleted.
fn kept(live: &Object, revision: &str) -> Option<String> {
    if live.kind() == "Namespace" {
        return Some("holds the records of this installation".to_owned());
    }
    let going = live.text("/metadata/deletionTimestamp").map(|_| Reason::BeingDeleted);
    going.or_else(|| filter::of_other_revision(live, revision)).map(|reason| reason.to_string())
}

/// `snapshot` as a write over `live`; none where it is that already.
fn over(snapshot: &Object, live: &Object, context: &Context) -> Option<Object> {
    let mut body = snapshot.clone();
    let metadata = &mut body.value_mut()["metadata"];
    for field in [
        "uid",
        "resourceVersion",
        "creationTimestamp",
        "generation",
        "finalizers",
        "ownerReferences",
        "managedFields",
        "selfLink",
    ] {
        set(metadata, field, live.value()["metadata"].get(field));
    }
    let status = live.value().get("status");
    set(body.value_mut(), "status", status);
    keep_of_controllers(&mut body, live);
    if context.autoscaled(&live.id()).is_some() {
        // Which count is right now, the autoscaler knows.
        let count = live.at("/spec/replicas").cloned();
        set(&mut body.value_mut()["spec"], "replicas", count.as_ref());
    }
    (body.value() != live.value()).then_some(body)
}

/// What controllers have written into `live` since stays: restored, it would only be written again.
fn keep_of_controllers(body: &mut Object, live: &Object) {
    const ANNOTATIONS: [&str; 2] = ["deployment.kubernetes.io/revision", "deprecated.daemonset.template.generation"];
    for name in ANNOTATIONS {
        if let Some(text) = live.annotation(name) {
            body.set_annotation(name, text);
        }
    }
    if body.kind() == "Service" {
        for field in ["clusterIP", "clusterIPs", "healthCheckNodePort", "ipFamilies", "ipFamilyPolicy"] {
            if let Some(value) = live.value()["spec"].get(field) {
                set(&mut body.value_mut()["spec"], field, Some(value));
            }
        }
    }
    if body.kind().ends_with("WebhookConfiguration") {
        for webhook in webhooks_mut(body) {
            let same = live.list("/webhooks").iter().find(|other| other["name"] == webhook["name"]);
            if let Some(authority) = same.and_then(|other| other.pointer("/clientConfig/caBundle")) {
                webhook["clientConfig"]["caBundle"] = authority.clone();
            }
        }
    }
}

/// `snapshot` as a new object.
fn anew(snapshot: &Object) -> Object {
    let mut body = snapshot.clone();
    let metadata = &mut body.value_mut()["metadata"];
    for field in
        ["uid", "resourceVersion", "creationTimestamp", "generation", "ownerReferences", "managedFields", "selfLink"]
    {
        set(metadata, field, None);
    }
    if let Some(Value::Object(annotations)) = metadata.get_mut("annotations") {
        annotations.shift_remove("deployment.kubernetes.io/revision");
    }
    set(body.value_mut(), "status", None);
    body
}

fn set(map: &mut Value, field: &str, value: Option<&Value>) {
    let Value::Object(map) = map else { return };
    match value {
        Some(value) => {
            map.insert(field.to_owned(), value.clone());
        }
        None => {
            map.shift_remove(field);
        }
    }
}

fn id_of(object: &Value) -> Option<ObjectId> {
    Object::new(object.clone()).ok().map(|object| object.id())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::istio::Installation;
    use crate::plan::ledger::Ledger;
    use crate::plan::state;

    fn map(name: &str, data: &str, uid: &str) -> Object {
        let metadata = json!({"name": name, "namespace": "n", "uid": uid, "labels": {"l": data}});
        Object::new(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"k": data}}))
            .unwrap()
    }

    fn id(name: &str) -> ObjectId {
        map(name, "", "").id()
    }

    fn history(records: &[(u64, Record)]) -> std::rc::Rc<History> {
        let home = Installation::unnamed("default", "n");
        let secrets: Vec<Object> =
            records.iter().map(|(number, record)| state::encode(record, &home, *number).unwrap()).collect();
        Ledger::read(&secrets).history(&home)
    }

    fn record(snapshot: &[Object], created: &[&str]) -> Record {
        Record {
            outcome: Outcome::Done,
            snapshot: snapshot.iter().map(|object| object.value().clone()).collect(),
            created: created.iter().map(|name| id(name)).collect(),
            inventory: vec![id("a"), id("b"), id("c")],
            restorable: true,
            ..Record::default()
        }
    }

    fn there(objects: &[Object]) -> HashMap<ObjectId, Object> {
        objects.iter().map(|object| (object.id(), object.clone())).collect()
    }

    #[test]
    fn the_oldest_snapshot_since_counts() {
        let records = [
            (1, record(&[], &["a", "b"])),
            (2, record(&[map("a", "1", "u")], &["c"])),
            (3, record(&[map("a", "2", "u"), map("b", "1", "v"), map("c", "2", "w")], &["d"])),
        ];
        let history = history(&records);
        let live = there(&[map("a", "3", "u"), map("c", "3", "w"), map("d", "3", "x")]);
        let back = |to| Chain::since(&history, to, "default").unwrap().plan(&live, "default");
        let one = back(Some(1));
        assert_eq!(one.replace, [map("a", "1", "u")]);
        assert_eq!(one.create.iter().map(Object::name).collect::<Vec<_>>(), ["b"]);
        assert_eq!(one.create[0].at("/metadata/uid"), None);
        assert_eq!(one.delete, [(id("d"), "x".to_owned()), (id("c"), "w".to_owned())]);
        let two = back(None);
        assert_eq!(two.replace, [map("a", "2", "u"), map("c", "2", "w")]);
        assert_eq!(two.delete, [(id("d"), "x".to_owned())]);
        assert_eq!(Chain::since(&history, None, "default").unwrap().ids().len(), 4);
    }

    #[test]
    fn there_is_not_always_a_way_back() {
        let done = || record(&[], &["a"]);
        let cut = Record { restorable: false, ..done() };
        let failed = Record { outcome: Outcome::Failed, ..done() };
        type Row = (Vec<(u64, Record)>, Option<u64>, &'static str);
        let table: [Row; 8] = [
            (vec![], None, "no-record"),
            (vec![(1, done())], None, "no-such-record"),
            (vec![(1, failed)], None, ""),
            (vec![(3, done()), (5, done())], Some(3), "no-such-record"),
            (vec![(3, done()), (4, done())], Some(4), "no-such-record"),
            (vec![(3, done()), (4, done())], None, ""),
            (vec![(3, done()), (4, cut)], None, "not-restorable"),
            (vec![(1, done()), (2, done())], Some(0), "no-such-record"),
        ];
        for (records, to, id) in table {
            let history = history(&records);
            let found = Chain::since(&history, to, "default").err().map(|error| error.id()).unwrap_or_default();
            assert_eq!(found, id, "{:?} {to:?}", records.len());
        }
    }

    #[test]
    fn without_a_number_it_is_the_last_state_that_was_whole() {
        let ended = |outcome| Record { outcome, ..record(&[], &[]) };
        let back = Record { rollback_to: Some(1), ..ended(Outcome::Pending) };
        let failed = || (3, ended(Outcome::Failed));
        let table = [
            (vec![(1, ended(Outcome::Done)), (2, ended(Outcome::Done)), failed()], 2),
            (vec![(1, ended(Outcome::Done)), (2, ended(Outcome::Failed)), failed()], 1),
            (vec![(1, ended(Outcome::Failed))], 0),
            (vec![(1, ended(Outcome::Done)), (2, ended(Outcome::Done)), failed(), (4, back)], 1),
        ];
        for (records, to) in table {
            assert_eq!(Chain::since(&history(&records), None, "default").unwrap().to, to, "{}", records.len());
        }
    }

    #[test]
    fn what_others_have_written_since_stays() {
        let deployment = |replicas: i64, image: &str, revision: &str| {
            let annotations = json!({"deployment.kubernetes.io/revision": revision});
            Object::new(json!({"apiVersion": "apps/v1", "kind": "Deployment",
                "metadata": {"name": "g", "namespace": "n", "uid": "u", "annotations": annotations},
                "spec": {"replicas": replicas, "image": image}}))
            .unwrap()
        };
        let scaler = Object::new(json!({"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler",
            "metadata": {"name": "g", "namespace": "n"},
            "spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "g"}}}))
        .unwrap();
        let live = there(&[deployment(3, "new", "2"), scaler]);
        let history = history(&[(1, record(&[], &[])), (2, record(&[deployment(1, "old", "1")], &[]))]);
        let restore = Chain::since(&history, None, "default").unwrap().plan(&live, "default");
        assert_eq!(restore.replace, [deployment(3, "old", "2")]);

        let webhook = |ca: &str, policy: &str| {
            Object::new(json!({"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration",
                "metadata": {"name": "w"}, "webhooks": [{"name": "x", "failurePolicy": policy, "clientConfig": {"caBundle": ca}}]}))
            .unwrap()
        };
        let live = there(&[webhook("new", "Ignore")]);
        let history = self::history(&[(1, record(&[], &[])), (2, record(&[webhook("old", "Fail")], &[]))]);
        let restore = Chain::since(&history, None, "default").unwrap().plan(&live, "default");
        assert_eq!(restore.replace, [webhook("new", "Fail")]);
    }
}
