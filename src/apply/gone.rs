//! Waits until objects are gone: one look, which mostly finds nothing any more, and watches from that look on for the rest.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::stream::{FuturesUnordered, StreamExt};
use tokio::time::{Instant, timeout_at};

use crate::cluster::{Change, Cluster};
use crate::error::Result;
use crate::object::{Object, ObjectId};

/// After so long somebody is told what is waited for.
const TELL_AFTER: Duration = Duration::from_secs(2);

/// Where to look for what has to go.
pub(super) struct Place {
    /// The path of the collection.
    pub(super) path: String,
    /// Any object of it: its kind and namespace.
    pub(super) id: ObjectId,
    /// A selector of labels.
    pub(super) labels: Option<String>,
}

/// Waits until `stays` holds of nothing in `places`; gives what it still holds of at `until`. After a while, and whenever
/// something changes from then on, `tell` is given what is left.
///
/// # Errors
/// Cluster errors.
pub(super) async fn none_left(
    cluster: &Cluster,
    places: &[Place],
    until: Instant,
    stays: impl Fn(&Object) -> bool,
    tell: impl Fn(&BTreeMap<ObjectId, Object>),
) -> Result<Vec<Object>> {
    let tell_at = Instant::now() + TELL_AFTER;
    loop {
        let mut left: BTreeMap<ObjectId, Object> = BTreeMap::new();
        let watches = FuturesUnordered::new();
        for Place { path, id, labels } in places {
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
                Change::Now(object) if stays(&object) => drop(left.insert(object.id(), object)),
                Change::Now(object) | Change::Gone(object) => drop(left.remove(&object.id())),
                // What went meanwhile is not told: look again.
                Change::Afresh(_) => break,
            }
            watches.push(watch.step());
        }
    }
}
