//! The record of an installation, kept in Secrets `mesh.v1.REVISION.N`: what was asked for, what it consists of, and what
//! was there before.
//!
//! A record is a hint: whatever cannot be read counts as lost, and everything works without it, from the cluster.

use std::collections::HashSet;
use std::io::{Read, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::object::{Object, ObjectId};

/// How many records of a revision are kept.
pub const KEPT: usize = 5;
/// The type of the Secrets.
pub const SECRET_TYPE: &str = "mesh/state.v1";
/// The label by which the Secrets of a revision are listed.
pub const REVISION_LABEL: &str = "mesh/revision";

const PREFIX: &str = "mesh.v1.";
const KEY: &str = "record";
/// A Secret holds 1 MiB; what is left is for its names and the encoding of the request.
const MOST_BYTES: usize = 900 * 1024;
/// More than any installation unpacks to: a broken or hostile record must not fill the memory.
const MOST_UNPACKED: u64 = 64 * 1024 * 1024;

/// How a change ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It is under way, or the run ended before it could say.
    #[default]
    Pending,
    /// All of it is written and ready.
    Done,
    /// It failed.
    Failed,
}

/// What is known of one change of an installation.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Record {
    /// When it began (RFC 3339), by the clock of who ran it.
    pub time: String,
    /// The version of `mesh` that wrote it.
    pub mesh: String,
    /// The version of Istio that it installs.
    pub istio: String,
    /// How it ended.
    pub outcome: Outcome,
    /// The effective inputs, as a configuration tree.
    pub inputs: Value,
    /// What the installation consists of, in the order it is written.
    pub inventory: Vec<ObjectId>,
    /// The objects that it changes or deletes, as they were before.
    pub snapshot: Vec<Value>,
    /// What it creates.
    pub created: Vec<ObjectId>,
    /// The record whose state it goes back to, where it is a rollback.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rollback_to: Option<u64>,
    /// Whether the snapshot is whole: it is left out where it would not fit into a Secret.
    pub restorable: bool,
}

/// The name of record `number` of `revision` (`default` for the one without a name).
pub fn name(revision: &str, number: u64) -> String {
    format!("{PREFIX}{revision}.{number}")
}

/// Revision and number of a record, read from the name of its Secret.
pub fn parse_name(name: &str) -> Option<(&str, u64)> {
    let (revision, number) = name.strip_prefix(PREFIX)?.rsplit_once('.')?;
    Some((revision, number.parse().ok()?))
}

/// The Secret that holds `record`. A snapshot that does not fit is left out, and the record says so.
///
/// # Errors
/// `state-too-large` (failed) where it does not fit without a snapshot either.
pub fn encode(record: &Record, namespace: &str, revision: &str, number: u64) -> Result<Object> {
    let mut record = record.clone();
    record.snapshot.iter_mut().for_each(strip);
    let mut packed = pack(&record)?;
    if packed.len() > MOST_BYTES {
        record = Record { restorable: false, snapshot: Vec::new(), ..record };
        packed = pack(&record)?;
    }
    let name = name(revision, number);
    if packed.len() > MOST_BYTES {
        let size = packed.len() / 1024;
        return Err(Error::failed(
            "state-too-large",
            format!("the record {name} of {size} KiB does not fit into a Secret"),
        ));
    }
    Object::new(json!({
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": namespace, "labels": {REVISION_LABEL: revision}},
        "type": SECRET_TYPE,
        "data": {KEY: packed},
    }))
}

/// The record that a Secret holds.
///
/// # Errors
/// `state-unreadable` (failed), with what is wrong. Treat such a record as lost.
pub fn decode(secret: &Object) -> Result<Record> {
    let unreadable =
        |why: &str| Error::failed("state-unreadable", format!("the record {} cannot be read: {why}", secret.id()));
    let packed = secret.text(&format!("/data/{KEY}")).ok_or_else(|| unreadable("it is empty"))?;
    let packed = STANDARD.decode(packed).map_err(|error| unreadable("its data is no base64").caused_by(error))?;
    let mut text = Vec::new();
    let read = flate2::read::GzDecoder::new(packed.as_slice()).take(MOST_UNPACKED).read_to_end(&mut text);
    read.map_err(|error| unreadable("it is not compressed as it should be").caused_by(error))?;
    serde_json::from_slice(&text).map_err(|error| unreadable("it is no record").caused_by(error))
}

/// The records of one revision.
#[derive(Debug, Default)]
pub struct History {
    /// Those that can be read, by number, the newest first.
    pub records: Vec<(u64, Record)>,
    /// Those that cannot, with why.
    pub lost: Vec<(ObjectId, Error)>,
    numbers: Vec<(u64, ObjectId)>,
}

impl History {
    /// Reads the records of `revision` from `secrets`; other Secrets are passed over.
    pub fn read(revision: &str, secrets: &[Object]) -> Self {
        let mut history = Self::default();
        for secret in secrets.iter().filter(|secret| secret.kind() == "Secret") {
            let Some((_, number)) = parse_name(secret.name()).filter(|(name, _)| *name == revision) else { continue };
            history.numbers.push((number, secret.id()));
            match decode(secret) {
                Ok(record) => history.records.push((number, record)),
                Err(error) => history.lost.push((secret.id(), error)),
            }
        }
        history.records.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
        history.numbers.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
        history
    }

    /// The newest record that can be read.
    pub fn newest(&self) -> Option<&Record> {
        self.records.first().map(|(_, record)| record)
    }

    /// What may be installed: what the newest record names, and where that change did not end well also what those
    /// before it name, down to the last that did.
    pub fn inventory(&self) -> Vec<ObjectId> {
        let mut inventory: Vec<ObjectId> = Vec::new();
        let mut known = HashSet::new();
        for (_, record) in &self.records {
            // What only older records name was written before, so that it is deleted after.
            let unfinished = record.created.iter().filter(|_| record.outcome != Outcome::Done);
            let all = unfinished.chain(&record.inventory);
            let new: Vec<ObjectId> = all.filter(|id| known.insert((*id).clone())).cloned().collect();
            inventory.splice(0..0, new);
            if record.outcome == Outcome::Done {
                break;
            }
        }
        inventory
    }

    /// The number of the next record: unreadable ones keep theirs.
    pub fn next(&self) -> u64 {
        self.numbers.first().map_or(1, |(number, _)| number.saturating_add(1))
    }

    /// The Secrets to delete once record `number` is written, so that [`KEPT`] remain.
    pub fn obsolete(&self, number: u64) -> Vec<ObjectId> {
        let others = self.numbers.iter().filter(|(other, _)| *other != number);
        others.skip(KEPT - 1).map(|(_, id)| id.clone()).collect()
    }
}

/// What is kept of an object to restore it: not what only the API server writes.
fn strip(object: &mut Value) {
    if let Some(root) = object.as_object_mut() {
        root.shift_remove("status");
    }
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        for field in ["managedFields", "resourceVersion", "generation", "selfLink"] {
            metadata.shift_remove(field);
        }
    }
}

fn pack(record: &Record) -> Result<String> {
    let failed =
        |error: std::io::Error| Error::failed("state-unwritable", "the record cannot be packed").caused_by(error);
    let text = serde_json::to_vec(record).map_err(std::io::Error::other).map_err(failed)?;
    let mut encoder = flate2::GzBuilder::new().write(Vec::new(), flate2::Compression::default());
    encoder.write_all(&text).map_err(failed)?;
    Ok(STANDARD.encode(encoder.finish().map_err(failed)?))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn record() -> Record {
        Record {
            time: "2026-01-01T00:00:00Z".to_owned(),
            outcome: Outcome::Done,
            inputs: json!({"spec": {"profile": "demo"}}),
            inventory: vec![ObjectId::new("apps/v1", "Deployment", Some("n"), "istiod")],
            snapshot: vec![json!({"kind": "ConfigMap", "metadata": {"name": "a", "uid": "u"}, "data": {"k": "v"}})],
            restorable: true,
            ..Record::default()
        }
    }

    #[test]
    fn a_record_comes_back_as_it_was() {
        let secret = encode(&record(), "istio-system", "default", 3).unwrap();
        assert_eq!(secret.id().to_string(), "Secret/istio-system/mesh.v1.default.3");
        assert_eq!(decode(&secret).unwrap(), record());
        assert_eq!(encode(&record(), "istio-system", "default", 3).unwrap(), secret, "the same bytes every time");
    }

    #[test]
    fn what_only_the_server_writes_is_not_kept() {
        let mut live = record();
        live.snapshot[0]["metadata"]["managedFields"] = json!([{"manager": "x"}]);
        live.snapshot[0]["metadata"]["resourceVersion"] = json!("7");
        live.snapshot[0]["status"] = json!({"x": "y"});
        assert_eq!(decode(&encode(&live, "n", "default", 1).unwrap()).unwrap(), record());
    }

    #[test]
    fn names_are_read_back() {
        let table = [
            ("mesh.v1.default.3", Some(("default", 3))),
            ("mesh.v1.1-30-3.12", Some(("1-30-3", 12))),
            ("mesh.v1.default", None),
            ("mesh.v1.default.x", None),
            ("mesh.v2.default.3", None),
            ("sh.helm.release.v1.istiod.v1", None),
        ];
        for (name, expected) in table {
            assert_eq!(parse_name(name), expected, "{name}");
        }
        assert_eq!(name("canary", 2), "mesh.v1.canary.2");
    }

    #[test]
    fn what_cannot_be_read_is_lost_and_keeps_its_number() {
        let good = |number| encode(&record(), "n", "default", number).unwrap();
        let bad = |number: u64, data: Value| {
            let mut secret = good(number);
            secret.value_mut()["data"] = data;
            secret
        };
        let no_record = STANDARD.encode(b"\x1f\x8b\x08");
        let secrets = [
            good(1),
            bad(4, json!({"record": "%"})),
            bad(3, json!(null)),
            bad(2, json!({"record": no_record})),
            encode(&record(), "n", "canary", 9).unwrap(),
        ];
        let history = History::read("default", &secrets);
        assert_eq!(history.records.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [1]);
        assert_eq!(history.lost.len(), 3);
        assert!(history.lost.iter().all(|(_, error)| error.id() == "state-unreadable"));
        assert_eq!((history.next(), history.newest()), (5, Some(&record())));
    }

    #[test]
    fn what_an_unfinished_change_wants_and_what_was_before_it_is_the_inventory() {
        let of = |outcome: Outcome, names: &[&str]| Record {
            outcome,
            inventory: names.iter().map(|name| ObjectId::new("v1", "Service", None, name)).collect(),
            ..Record::default()
        };
        let records = vec![
            (4, of(Outcome::Pending, &["a", "d"])),
            (3, of(Outcome::Failed, &["c", "a"])),
            (2, of(Outcome::Done, &["a", "b"])),
            (1, of(Outcome::Done, &["z"])),
        ];
        let history = History { records, ..History::default() };
        let names: Vec<String> = history.inventory().into_iter().map(|id| id.name).collect();
        assert_eq!(names, ["b", "c", "a", "d"]);
    }

    #[test]
    fn the_last_five_are_kept() {
        let secrets: Vec<Object> = (1..=6).map(|n| encode(&record(), "n", "default", n).unwrap()).collect();
        let history = History::read("default", &secrets);
        let names = |number| -> Vec<String> { history.obsolete(number).into_iter().map(|id| id.name).collect() };
        assert_eq!(names(7), ["mesh.v1.default.2", "mesh.v1.default.1"]);
        assert_eq!(names(6), ["mesh.v1.default.1"]);
        assert_eq!(History::read("default", &secrets[..4]).obsolete(5), []);
        assert_eq!(History::read("default", &[]).next(), 1);
    }

    /// Text that does not compress.
    fn noise(bytes: usize) -> String {
        let mut state: u64 = 1;
        let next = |_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from(b'!' + u8::try_from(state >> 58).unwrap())
        };
        (0..bytes).map(next).collect()
    }

    #[test]
    fn a_record_too_large_gives_up_its_snapshot_and_says_so() {
        let mut large = record();
        large.snapshot.push(json!({"kind": "ConfigMap", "data": noise(1_000_000)}));
        let back = decode(&encode(&large, "n", "default", 1).unwrap()).unwrap();
        assert_eq!((back.restorable, back.snapshot.len(), back.inventory), (false, 0, record().inventory));
        large.inputs = json!(noise(1_000_000));
        assert!(encode(&large, "n", "default", 1).is_err_and(|error| error.id() == "state-too-large"));
    }
}
