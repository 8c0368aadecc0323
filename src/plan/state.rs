//! The record of an installation, kept in Secrets `mesh.v1.REVISION.N`, `mesh.v1.REVISION.NAME.N` where the installation has
//! a name: what was asked for, what it consists of, and what was there before.
//!
//! A record is a hint: what is broken counts as lost, and everything works without it, from the cluster. That records could
//! not be listed is another matter: then it is not known whether there are any.

use std::io::{Read, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::istio::Installation;
use crate::object::{Object, ObjectId};

/// How many records of an installation are kept.
pub const KEPT: usize = 5;
/// The type of the Secrets.
pub const SECRET_TYPE: &str = "mesh/state.v1";
/// The label by which the Secrets are listed: the revision.
pub const REVISION_LABEL: &str = "mesh/revision";
/// The label that names the installation, where it has a name.
pub const INSTALLATION_LABEL: &str = "mesh/installation";

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

/// The name of a record's Secret, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parsed<'n> {
    /// The revision, which has no dots.
    pub revision: &'n str,
    /// The name of the installation, where it has one.
    pub name: Option<&'n str>,
    /// The number.
    pub number: u64,
}

/// The name of the Secret of record `number`.
pub fn secret_name(installation: &Installation, number: u64) -> String {
    let name = installation.name.as_deref().map(|name| format!("{}.", spelled(name))).unwrap_or_default();
    format!("{PREFIX}{}.{name}{number}", installation.revision)
}

/// A name as it can be a part of a Secret's: labels, as which installers write it, may also hold what that may not.
fn spelled(name: &str) -> String {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let is_part =
        |part: &str| part.starts_with(plain) && part.ends_with(plain) && part.chars().all(|c| plain(c) || c == '-');
    if name.split('.').all(is_part) {
        return name.to_owned();
    }
    let text: String =
        name.to_lowercase().chars().map(|c| if plain(c) { c } else { '-' }).skip_while(|c| *c == '-').collect();
    // FNV-1a: two names that come out alike are still two.
    let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    format!("{text}-{hash:08x}").trim_start_matches('-').to_owned()
}

/// Takes the name of a record's Secret apart; none where it is no record's.
pub fn parse_name(name: &str) -> Option<Parsed<'_>> {
    let (revision, rest) = name.strip_prefix(PREFIX)?.split_once('.')?;
    let (name, number) = rest.rsplit_once('.').map_or((None, rest), |(name, number)| (Some(name), number));
    Some(Parsed { revision, name, number: number.parse().ok()? })
}

/// Whether the Secret of that name holds a record of `installation`.
pub fn is_of(installation: &Installation, name: &str) -> bool {
    parse_name(name).is_some_and(|parsed| secret_name(installation, parsed.number) == name)
}

/// The Secret that holds `record`. A snapshot that does not fit is left out, and the record says so.
///
/// # Errors
/// `state-too-large` (failed) where it does not fit without a snapshot either.
pub fn encode(record: &Record, installation: &Installation, number: u64) -> Result<Object> {
    let mut record = record.clone();
    record.snapshot.iter_mut().for_each(strip);
    let mut packed = pack(&record)?;
    if packed.len() > MOST_BYTES {
        record = Record { restorable: false, snapshot: Vec::new(), ..record };
        packed = pack(&record)?;
    }
    let name = secret_name(installation, number);
    if packed.len() > MOST_BYTES {
        let size = packed.len() / 1024;
        return Err(Error::failed(
            "state-too-large",
            format!("the record {name} of {size} KiB does not fit into a Secret"),
        ));
    }
    secret(installation, number, &json!({KEY: packed}))
}

/// The record that `secret` holds, readable or not, as the one of `installation`.
///
/// # Errors
/// None that could come up.
pub fn renamed(secret: &Object, installation: &Installation, number: u64) -> Result<Object> {
    self::secret(installation, number, &secret.value()["data"])
}

fn secret(installation: &Installation, number: u64, data: &Value) -> Result<Object> {
    let mut labels = json!({REVISION_LABEL: installation.revision});
    if let Some(name) = &installation.name {
        labels[INSTALLATION_LABEL] = name.as_str().into();
    }
    let name = secret_name(installation, number);
    Object::new(json!({
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": installation.namespace, "labels": labels},
        "type": SECRET_TYPE,
        "data": data,
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

/// What is kept of an object to restore it: not what only the API server writes. Who held which fields is kept, so that
/// what is restored is theirs again.
fn strip(object: &mut Value) {
    if let Some(root) = object.as_object_mut() {
        root.shift_remove("status");
    }
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        for field in ["resourceVersion", "generation", "selfLink"] {
            metadata.shift_remove(field);
        }
        // That nobody held anything is known, too.
        metadata.entry("managedFields").or_insert_with(|| json!([]));
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

    fn home(revision: &str, name: Option<&str>) -> Installation {
        Installation { name: name.map(str::to_owned), ..Installation::unnamed(revision, "istio-system") }
    }

    fn record() -> Record {
        Record {
            time: "2026-01-01T00:00:00Z".to_owned(),
            outcome: Outcome::Done,
            inputs: json!({"spec": {"profile": "demo"}}),
            inventory: vec![ObjectId::new("apps/v1", "Deployment", Some("n"), "istiod")],
            snapshot: vec![json!({
                "kind": "ConfigMap", "metadata": {"name": "a", "uid": "u", "managedFields": []}, "data": {"k": "v"},
            })],
            restorable: true,
            ..Record::default()
        }
    }

    #[test]
    fn a_record_comes_back_as_it_was() {
        let secret = encode(&record(), &home("default", None), 3).unwrap();
        assert_eq!(secret.id().to_string(), "Secret/istio-system/mesh.v1.default.3");
        assert_eq!(decode(&secret).unwrap(), record());
        assert_eq!(encode(&record(), &home("default", None), 3).unwrap(), secret, "the same bytes every time");
    }

    #[test]
    fn what_only_the_server_writes_is_not_kept() {
        let mut live = record();
        live.snapshot[0]["metadata"]["resourceVersion"] = json!("7");
        live.snapshot[0]["status"] = json!({"x": "y"});
        assert_eq!(decode(&encode(&live, &home("default", None), 1).unwrap()).unwrap(), record());
    }

    #[test]
    fn names_are_read_back() {
        let parsed = |revision, name, number| Some(Parsed { revision, name, number });
        let table = [
            ("mesh.v1.default.3", parsed("default", None, 3)),
            ("mesh.v1.1-30-3.12", parsed("1-30-3", None, 12)),
            ("mesh.v1.1-30.gw.2", parsed("1-30", Some("gw"), 2)),
            ("mesh.v1.default.a.b.4", parsed("default", Some("a.b"), 4)),
            ("mesh.v1.default.5.1", parsed("default", Some("5"), 1)),
            ("mesh.v1.default", None),
            ("mesh.v1.default.x", None),
            ("mesh.v2.default.3", None),
            ("sh.helm.release.v1.istiod.v1", None),
        ];
        for (name, expected) in table {
            assert_eq!(parse_name(name), expected, "{name}");
        }
        let names = [(None, ""), (Some("gw"), "gw."), (Some("a.b"), "a.b."), (Some("My_Mesh"), "my-mesh-52c651e9.")];
        for (name, part) in names {
            assert_eq!(secret_name(&home("canary", name), 2), format!("mesh.v1.canary.{part}2"));
        }
        assert_ne!(secret_name(&home("c", Some("A_b")), 1), secret_name(&home("c", Some("a_B")), 1));
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
        let back = decode(&encode(&large, &home("default", None), 1).unwrap()).unwrap();
        assert_eq!((back.restorable, back.snapshot.len(), back.inventory), (false, 0, record().inventory));
        large.inputs = json!(noise(1_000_000));
        assert!(encode(&large, &home("default", None), 1).is_err_and(|error| error.id() == "state-too-large"));
    }
}
