//! Helm's releases of Istio in a cluster: their objects, and what Helm recorded of them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::stream::{self, StreamExt, TryStreamExt};
use serde_json::Value;

use crate::cluster::{Cluster, Kinds};
use crate::error::Result;
use crate::object::{Object, ObjectId};
use crate::plan::adoption::{self, OWNER, Release};
use crate::plan::releases::Recorded;

const SIDE_BY_SIDE: usize = 16;
/// A release unpacks to some megabytes at most.
const MOST_UNPACKED: u64 = 64 * 1024 * 1024;

/// What Helm installed of Istio.
#[derive(Debug, Default)]
pub struct Releases {
    /// Its objects, each with the release it belongs to.
    pub objects: Vec<(Object, Release)>,
    /// The releases' records, all revisions of each.
    pub records: Vec<Object>,
    /// What each chart was given, by the name of the chart, where it can be read.
    pub values: Vec<(String, Value)>,
    /// What else is of these releases, from charts that are not Istio's.
    pub foreign: Vec<(Object, Release)>,
    /// The releases that have such, and so go on with Helm.
    pub umbrellas: BTreeSet<Release>,
    /// Releases that are not simply there.
    pub states: Vec<(Release, State)>,
}

/// How a release stands that is not simply there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// What Helm calls it, such as `pending-upgrade` or `failed`.
    Is(String),
    /// Helm has no record of it in the cluster.
    Unrecorded,
}

/// Finds them: objects that Helm says are its own, of releases of which at least one object is Istio's.
///
/// # Errors
/// Cluster errors.
pub async fn find(cluster: &Cluster, kinds: &Kinds) -> Result<Releases> {
    let lists = kinds.listed().into_iter().filter(|(id, _)| id.kind != "Event").map(|(id, _)| async move {
        match cluster.list(&kinds.everywhere(&id)?, &id, Some("app.kubernetes.io/managed-by=Helm")).await {
            Err(error) if error.is_forbidden() => Ok(Err(error)),
            Err(error) if id.group.contains("metrics") => {
                tracing::debug!(%error, "not listed");
                Ok(Ok(Vec::new()))
            }
            other => other.map(Ok),
        }
    });
    let listed: Vec<Result<Vec<Object>>> = stream::iter(lists).buffer_unordered(SIDE_BY_SIDE).try_collect().await?;
    let (found, forbidden): (Vec<_>, Vec<_>) = listed.into_iter().partition(Result::is_ok);
    let found: Vec<Vec<Object>> = found.into_iter().flatten().collect();
    // Who may see nothing cannot say that there is nothing.
    if found.iter().all(Vec::is_empty)
        && let Some(Err(error)) = forbidden.into_iter().next()
    {
        return Err(error);
    }
    // What a controller makes of an object carries its labels, but is not the release's.
    let mine = found.into_iter().flatten().filter(|object| object.list("/metadata/ownerReferences").is_empty());
    let mut objects: Vec<(Object, Release)> =
        mine.filter_map(|object| Release::of(&object).map(|release| (object, release))).collect();
    let istios: BTreeSet<Release> =
        objects.iter().filter(|(object, _)| adoption::is_istios(object)).map(|(_, release)| release.clone()).collect();
    objects.retain(|(_, release)| istios.contains(release));
    objects.sort_by_key(|(object, _)| object.id());
    let mut releases = Releases::default();
    let records = records(cluster, &istios, "helm").await?;
    let mut umbrellas: BTreeMap<Release, Recorded> = BTreeMap::new();
    for release in istios {
        let Some(newest) = newest(&records, &release) else {
            releases.states.push((release, State::Unrecorded));
            continue;
        };
        if let Some(status) = newest.label("status").filter(|status| *status != "deployed") {
            releases.states.push((release.clone(), State::Is(status.to_owned())));
        }
        let Some(recorded) = read(newest) else { continue };
        releases.values.extend(recorded.values.iter().cloned());
        if recorded.is_umbrella() {
            umbrellas.insert(release, recorded);
        }
    }
    let is_own =
        |object: &Object, release: &Release| umbrellas.get(release).is_none_or(|recorded| recorded.made(object));
    (releases.objects, releases.foreign) = objects.into_iter().partition(|(object, release)| is_own(object, release));
    // Of what is only partly Istio's, Helm goes on to have the rest.
    let is_hidden = |record: &Object| !umbrellas.keys().any(|release| is_of(record, release));
    releases.records = records.into_iter().filter(is_hidden).collect();
    releases.umbrellas = umbrellas.into_keys().collect();
    Ok(releases)
}

/// The records of releases, by who owns them: Helm, or we for now. Helm keeps them in Secrets, or in ConfigMaps where it is
/// told to (`HELM_DRIVER=configmap`).
///
/// # Errors
/// Cluster errors.
pub async fn records(cluster: &Cluster, releases: &BTreeSet<Release>, owner: &str) -> Result<Vec<Object>> {
    let places: BTreeSet<&str> = releases.iter().map(|release| release.namespace.as_str()).collect();
    let mut records = Vec::new();
    for (place, kind) in places.iter().flat_map(|place| [(place, "Secret"), (place, "ConfigMap")]) {
        let id = ObjectId::new("v1", kind, Some(place), "");
        let path = Kinds::built_in().collection(&id)?;
        let found = cluster.list(&path, &id, Some(&format!("{OWNER}={owner}"))).await?;
        records.extend(found.into_iter().filter(|record| releases.iter().any(|release| is_of(record, release))));
    }
    Ok(records)
}

/// Whether an object is a record of a release.
fn is_of(record: &Object, release: &Release) -> bool {
    record.namespace() == Some(&release.namespace) && number(record, release).is_some()
}

/// The revision that a record is of.
fn number(record: &Object, release: &Release) -> Option<u64> {
    let (name, number) = record.name().strip_prefix(adoption::RECORD)?.rsplit_once(".v")?;
    number.parse().ok().filter(|_| name == release.name)
}

fn newest<'a>(records: &'a [Object], release: &Release) -> Option<&'a Object> {
    records.iter().filter(|record| is_of(record, release)).max_by_key(|record| number(record, release))
}

/// What a record says; none where it cannot be read, which is no reason to fail.
fn read(record: &Object) -> Option<Recorded> {
    let text = record.text("/data/release")?;
    // Helm packs and encodes by itself, and in a Secret Kubernetes encodes once more.
    let outer = if record.kind() == "Secret" { STANDARD.decode(text).ok()? } else { text.as_bytes().to_vec() };
    let packed = STANDARD.decode(outer).ok()?;
    let mut text = Vec::new();
    flate2::read::GzDecoder::new(packed.as_slice()).take(MOST_UNPACKED).read_to_end(&mut text).ok()?;
    Recorded::of(&serde_json::from_slice(&text).ok()?)
}
