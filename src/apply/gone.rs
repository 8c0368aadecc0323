//! Waits until objects are gone: one look, which mostly finds nothing any more, and watches from that look on for the rest.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::stream::{FuturesUnordered, StreamExt};
use tokio::time::{Instant, timeout_at};

use crate::cluster::{Cluster, Kinds, Sighting};
use crate::error::Result;
use crate::object::{Object, ObjectId};

/// After so long somebody is told what is waited for.
const TELL_AFTER: Duration = Duration::from_secs(2);

/// Where to look for what has to go.
pub(super) struct Lookout {
    /// The path of the collection.
    pub(super) path: String,
    /// Any object of it: its kind and namespace.
    pub(super) id: ObjectId,
    /// A selector of labels.
    pub(super) labels: Option<String>,
}

/// Waits until the object of this uid is gone; gives it as it was last seen where it is still there at `until`. After a
/// while `tell` is called. Nothing else of its collection is read.
///
/// # Errors
/// Cluster errors.
pub(super) async fn gone(
    cluster: &Cluster,
    kinds: &Kinds,
    id: &ObjectId,
    uid: &str,
    until: Instant,
    tell: impl Fn(),
) -> Result<Option<Object>> {
    let tell_at = Instant::now() + TELL_AFTER;
    let mut told = false;
    let is_it = |object: &Object| object.text("/metadata/uid") == Some(uid);
    loop {
        let Some(mut there) = cluster.get(kinds, id).await?.filter(is_it) else { return Ok(None) };
        let version = there.text("/metadata/resourceVersion").map(str::to_owned);
        let path = kinds.collection(id)?;
        let watch = cluster.watch(path, id.clone(), None, version.as_deref());
        let mut watch = watch.fields(&format!("metadata.name={}", id.name));
        loop {
            let wake = if told { until } else { until.min(tell_at) };
            match timeout_at(wake, watch.next()).await {
                Ok(Ok(Sighting::Now(object))) if is_it(&object) => there = object,
                Ok(Ok(Sighting::Now(_) | Sighting::Gone(_))) => return Ok(None),
                // What went meanwhile is not told: look again.
                Ok(Ok(Sighting::Afresh(_))) => break,
                Ok(Err(error)) => return Err(error),
                Err(_) if Instant::now() >= until => return Ok(Some(there)),
                Err(_) => {
                    tell();
                    told = true;
                }
            }
        }
    }
}

/// Waits until `stays` holds of nothing in `places`; gives what it still holds of at `until`. After a while, and whenever
/// something changes from then on, `tell` is given what is left.
///
/// # Errors
/// Cluster errors.
pub(super) async fn none_left(
    cluster: &Cluster,
    places: &[Lookout],
    until: Instant,
    stays: impl Fn(&Object) -> bool,
    tell: impl Fn(&BTreeMap<ObjectId, Object>),
) -> Result<Vec<Object>> {
    let tell_at = Instant::now() + TELL_AFTER;
    loop {
        let mut left: BTreeMap<ObjectId, Object> = BTreeMap::new();
        let watches = FuturesUnordered::new();
        for Lookout { path, id, labels } in places {
            let (found, version) = cluster.list_at(path, id, labels.as_deref()).await?;
            left.extend(found.into_iter().filter(&stays).map(|object| (object.id(), object)));
            watches.push(cluster.watch(path.clone(), id.clone(), labels.as_deref(), Some(&version)).step());
        }
        let mut watches = watches;
        loop {
            if left.is_empty() || Instant::now() >= until {
                return Ok(left.into_values().collect());
            }
            let mut wake = until;
            if Instant::now() >= tell_at {
                tell(&left);
            } else {
                wake = until.min(tell_at);
            }
            let Ok(Some((watch, change))) = timeout_at(wake, watches.next()).await else { continue };
            match change? {
                Sighting::Now(object) if stays(&object) => drop(left.insert(object.id(), object)),
                Sighting::Now(object) | Sighting::Gone(object) => drop(left.remove(&object.id())),
                // What went meanwhile is not told: look again.
                Sighting::Afresh(_) => break,
            }
            watches.push(watch.step());
        }
    }
}
