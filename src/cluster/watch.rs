//! Watches: one request per kind, picked up again where a connection ends.

use std::pin::Pin;
use std::time::Duration;

use futures::{Stream, StreamExt};
use kube::api::{WatchEvent, WatchParams};
use kube::core::Request;
use serde_json::Value;

use super::Cluster;
use super::failure::is_transient;
use crate::error::Result;
use crate::object::{Object, ObjectId};

/// What a watch saw.
#[derive(Debug, Clone)]
pub enum Change {
    /// An object as it is now.
    Now(Object),
    /// An object that is gone, as it was.
    Gone(Object),
    /// The watch begins again with everything there is: what went away meanwhile is not told, so what is known of this kind
    /// in this namespace (everywhere, where it names none) counts no more.
    Afresh(ObjectId),
}

/// A watch of one kind in one place.
pub struct Watch {
    cluster: Cluster,
    path: String,
    id: ObjectId,
    params: WatchParams,
    version: String,
    events: Option<Events>,
}

type Events = Pin<Box<dyn Stream<Item = kube::Result<WatchEvent<Value>>> + Send>>;

impl Cluster {
    /// Watches the collection at `path` for the kind of `id`. Without a resource version the watch begins with every object
    /// there is; with one it begins with what came after it.
    pub fn watch(&self, path: String, id: ObjectId, labels: Option<&str>, version: Option<&str>) -> Watch {
        let mut params = WatchParams::default().timeout(290);
        params.label_selector = labels.map(str::to_owned);
        Watch { cluster: self.clone(), path, id, params, version: version.unwrap_or_default().to_owned(), events: None }
    }
}

impl Watch {
    /// Only objects with these fields, such as `metadata.name=istiod`.
    #[must_use]
    pub fn fields(mut self, selector: &str) -> Self {
        self.params.field_selector = Some(selector.to_owned());
        self
    }

    /// The watch with its next change, for many side by side.
    pub async fn step(mut self) -> (Self, Result<Change>) {
        let change = self.next().await;
        (self, change)
    }

    /// The next change. Waits for ever; the caller holds the deadline.
    ///
    /// # Errors
    /// What is no passing fault: a kind that is not served, a forbidden watch.
    pub async fn next(&mut self) -> Result<Change> {
        loop {
            let mut events = match self.events.take() {
                Some(events) => events,
                None => self.open().await?,
            };
            let Some(event) = events.next().await else { continue };
            match event {
                Ok(WatchEvent::Added(value) | WatchEvent::Modified(value)) => {
                    let object = self.object(value)?;
                    self.events = Some(events);
                    return Ok(Change::Now(object));
                }
                Ok(WatchEvent::Deleted(value)) => {
                    let object = self.object(value)?;
                    self.events = Some(events);
                    return Ok(Change::Gone(object));
                }
                Ok(WatchEvent::Bookmark(bookmark)) => {
                    self.version = bookmark.metadata.resource_version;
                    self.events = Some(events);
                }
                // Too old a version (410): begin again with everything there is.
                Ok(WatchEvent::Error(status)) => {
                    tracing::debug!(message = %status.message, "the watch ended");
                    self.version.clear();
                    tokio::time::sleep(Duration::from_millis(200)).await;
                    return Ok(Change::Afresh(self.id.clone()));
                }
                Err(error) => tracing::debug!(%error, "the watch was cut"),
            }
        }
    }

    async fn open(&self) -> Result<Events> {
        let mut delay = Duration::from_millis(100);
        loop {
            let request = Request::new(&self.path)
                .watch(&self.params, &self.version)
                .map_err(|error| self.cluster.failed(kube::Error::BuildRequest(error), "watch"))?;
            match self.cluster.client.request_events::<Value>(request).await {
                Ok(events) => return Ok(Box::pin(events)),
                Err(error) if is_transient(&error) => {
                    tokio::time::sleep(delay).await;
                    delay = (delay * 2).min(Duration::from_secs(2));
                }
                Err(error) => return Err(self.cluster.failed(error, &format!("watch {}", self.id.kind))),
            }
        }
    }

    fn object(&mut self, mut value: Value) -> Result<Object> {
        value["apiVersion"] = self.id.api_version().into();
        value["kind"] = self.id.kind.as_str().into();
        let object = Object::new(value)?;
        if let Some(version) = object.text("/metadata/resourceVersion") {
            version.clone_into(&mut self.version);
        }
        Ok(object)
    }
}
