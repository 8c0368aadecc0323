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
    let records = records(cluster, &istios, "helm").await?;
    let values = istios.iter().filter_map(|release| newest(&records, release)).filter_map(read).collect();
    Ok(Releases { objects, records, values })
}

/// The records of releases, by who owns them: Helm, or we for now.
///
/// # Errors
/// Cluster errors.
pub async fn records(cluster: &Cluster, releases: &BTreeSet<Release>, owner: &str) -> Result<Vec<Object>> {
    let mut places: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for Release { namespace, name } in releases {
        places.entry(namespace).or_default().insert(name);
    }
    let mut records = Vec::new();
    for (namespace, names) in places {
        let id = ObjectId::new("v1", "Secret", Some(namespace), "");
        let path = Kinds::built_in().collection(&id)?;
        let found = cluster.list(&path, &id, Some(&format!("{OWNER}={owner}"))).await?;
        let is_of = |record: &Object| {
            let name = record.name().strip_prefix("sh.helm.release.v1.").and_then(|rest| rest.rsplit_once(".v"));
            name.is_some_and(|(name, _)| names.contains(name))
        };
        records.extend(found.into_iter().filter(is_of));
    }
    Ok(records)
}

fn newest<'a>(records: &'a [Object], release: &Release) -> Option<&'a Object> {
    let prefix = format!("sh.helm.release.v1.{}.v", release.name);
    let number = |record: &Object| record.name().strip_prefix(&prefix)?.parse::<u64>().ok();
    let own =
        records.iter().filter(|record| record.namespace() == Some(&release.namespace) && number(record).is_some());
    own.max_by_key(|record| number(record))
}

/// The chart's name and what it was given; none where the record cannot be read, which is no reason to fail.
fn read(record: &Object) -> Option<(String, Value)> {
    // Helm packs and encodes by itself, and Kubernetes encodes once more.
    let outer = STANDARD.decode(record.text("/data/release")?).ok()?;
    let packed = STANDARD.decode(outer).ok()?;
    let mut text = Vec::new();
    flate2::read::GzDecoder::new(packed.as_slice()).take(MOST_UNPACKED).read_to_end(&mut text).ok()?;
    let release: Value = serde_json::from_slice(&text).ok()?;
    let chart = release.pointer("/chart/metadata/name")?.as_str()?.to_owned();
    Some((chart, release.get("config").filter(|config| config.is_object()).cloned().unwrap_or_default()))
}
