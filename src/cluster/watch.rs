//! Watches: one request per kind, picked up again where a connection ends or falls silent, never in a hurry.
//!
//! The watcher of `kube::runtime` begins with a list, one request more for each watch, and waits for a silent server as long
//! as the connection stands; so this is our own.

use std::pin::Pin;
use std::time::Duration;

use futures::{Stream, StreamExt};
use kube::api::{WatchEvent, WatchParams};
use kube::core::Request;
use serde_json::Value;
use tokio::time::{Instant, sleep, timeout};

use super::Cluster;
use super::backoff::Backoff;
use super::failure::{is_transient, trouble};
use super::refused::refusal;
use super::request::SILENCE;
use crate::error::{Refusal, Result};
use crate::object::{Object, ObjectId};

/// After so long without a word the server is asked again, on another connection: there may be nothing to tell, or nobody
/// to tell it.
const QUIET: Duration = Duration::from_secs(20);
/// How long the server may take to begin with its answer: it does so at once, whether there is something to tell or not.
const ANSWER: Duration = Duration::from_secs(9);

/// What is told in one go at the beginning is over once nothing more came for so long.
const SETTLED: Duration = Duration::from_secs(2);

/// What a watch saw.
#[derive(Debug, Clone)]
pub enum Sighting {
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
    /// Whether all there was is told, so that `version` is one to go on from. What there is comes in no order: the version
    /// of one object says nothing of those that were still to come.
    settled: bool,
    events: Option<Opened>,
    backoff: Backoff,
}

/// Events, since when.
struct Opened {
    events: Events,
    since: Instant,
}

type Events = Pin<Box<dyn Stream<Item = kube::Result<WatchEvent<Value>>> + Send>>;

impl Cluster {
    /// Watches the collection at `path` for the kind of `id`. Without a resource version the watch begins with every object
    /// there is; with one it begins with what came after it.
    pub fn watch(&self, path: String, id: ObjectId, labels: Option<&str>, version: Option<&str>) -> Watch {
        let mut params = WatchParams::default().timeout(290);
        params.label_selector = labels.map(str::to_owned);
        let version = version.unwrap_or_default().to_owned();
        let (settled, backoff) = (!version.is_empty(), Backoff::new());
        Watch { cluster: self.clone(), path, id, params, version, settled, events: None, backoff }
    }
}

impl Watch {
    /// Only objects with these fields, such as `metadata.name=istiod`.
    #[must_use]
    pub fn fields(mut self, selector: &str) -> Self {
        self.params.field_selector = Some(selector.to_owned());
        self
    }

    /// The selector of labels it is narrowed to.
    pub fn labels(&self) -> Option<&str> {
        self.params.label_selector.as_deref()
    }

    /// The watch with its next change, for many side by side.
    pub async fn step(mut self) -> (Self, Result<Sighting>) {
        let change = self.next().await;
        (self, change)
    }

    /// The next change. Waits for ever; the caller holds the deadline.
    ///
    /// # Errors
    /// What is no passing fault: a kind that is not served, a forbidden watch.
    pub async fn next(&mut self) -> Result<Sighting> {
        loop {
            let mut opened = match self.events.take() {
                Some(opened) => opened,
                None if !self.settled && !self.version.is_empty() => return Ok(self.afresh()),
                None => match self.open().await? {
                    Some(opened) => opened,
                    None => return Ok(self.afresh()),
                },
            };
            let asked = Instant::now();
            let event = timeout(QUIET, opened.events.next()).await;
            let is_word = matches!(event, Ok(Some(Ok(_))) | Err(_));
            self.settled |= is_word && !self.version.is_empty() && asked.elapsed() >= SETTLED;
            match event {
                Ok(Some(Ok(WatchEvent::Added(value) | WatchEvent::Modified(value)))) => {
                    let object = self.object(value)?;
                    self.events = Some(opened);
                    return Ok(Sighting::Now(object));
                }
                Ok(Some(Ok(WatchEvent::Deleted(value)))) => {
                    let object = self.object(value)?;
                    self.events = Some(opened);
                    return Ok(Sighting::Gone(object));
                }
                Ok(Some(Ok(WatchEvent::Bookmark(bookmark)))) => {
                    self.version = bookmark.metadata.resource_version;
                    self.settled = true;
                    self.events = Some(opened);
                }
                // Too old a version (410): begin again with everything there is.
                Ok(Some(Ok(WatchEvent::Error(status)))) => {
                    tracing::debug!(message = %status.message, "the watch ended");
                    self.rest(&opened).await;
                    return Ok(self.afresh());
                }
                Ok(Some(Err(error))) => {
                    tracing::debug!(%error, "the watch was cut");
                    self.rest(&opened).await;
                }
                Ok(None) => self.rest(&opened).await,
                Err(_) => tracing::trace!(kind = self.id.kind, "a quiet watch is opened anew"),
            }
        }
    }

    /// Waits before the next try where the last one did not get far.
    async fn rest(&mut self, opened: &Opened) {
        sleep(self.backoff.after(opened.since.elapsed())).await;
    }

    fn afresh(&mut self) -> Sighting {
        self.version.clear();
        self.settled = false;
        Sighting::Afresh(self.id.clone())
    }

    /// Opens it; none where the server does not know the version any more.
    async fn open(&mut self) -> Result<Option<Opened>> {
        let began = Instant::now();
        loop {
            let request = Request::new(&self.path)
                .watch(&self.params, &self.version)
                .map_err(|error| self.cluster.failed(kube::Error::BuildRequest(error), "watch"))?;
            let what = match timeout(ANSWER, self.cluster.client.request_events::<Value>(request)).await {
                Ok(Ok(events)) => {
                    self.cluster.heard();
                    return Ok(Some(Opened { events: Box::pin(events), since: Instant::now() }));
                }
                Ok(Err(kube::Error::Api(status))) if refusal(&status) == Refusal::Expired => {
                    sleep(self.backoff.pause()).await;
                    return Ok(None);
                }
                Ok(Err(error)) if is_transient(&error) => trouble(&error, self.cluster.server()),
                Ok(Err(error)) => return Err(self.cluster.failed(error, &format!("watch {}", self.id.kind))),
                Err(_) => format!("{} does not answer: not a word for {} s", self.cluster.server(), ANSWER.as_secs()),
            };
            tracing::debug!(what, "the watch is not open");
            if began.elapsed() >= SILENCE {
                self.cluster.unheard(what);
            }
            sleep(self.backoff.pause()).await;
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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::super::fake;
    use super::*;
    use http::Response;
    use kube::client::Body;
    use std::convert::Infallible;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// How often a watch asks a server that always gives this answer, within a second and a half.
    fn asked(code: u16, answer: &'static str) -> usize {
        let asked = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&asked);
        let service = tower::service_fn(move |_: http::Request<Body>| {
            counter.fetch_add(1, Ordering::Relaxed);
            let body = Body::from(answer.as_bytes().to_vec());
            std::future::ready(Ok::<_, Infallible>(Response::builder().status(code).body(body).unwrap()))
        });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let cluster = Cluster {
                client: kube::Client::new(service, "default"),
                name: "c".to_owned(),
                server: "s".to_owned(),
                namespace: "default".to_owned(),
                deadline: Instant::now() + Duration::from_secs(60),
                grant: String::new().into(),
                clock: Arc::default(),
                trouble: Arc::default(),
            };
            let id = ObjectId::new("v1", "Pod", None, "");
            let mut watch = cluster.watch("/api/v1/pods".to_owned(), id, None, Some("5"));
            let all = async {
                loop {
                    watch.next().await.unwrap();
                }
            };
            let _: Result<(), _> = timeout(Duration::from_millis(1500), all).await;
        });
        asked.load(Ordering::Relaxed)
    }

    #[test]
    fn a_watch_that_ends_at_once_is_not_opened_in_a_hurry() {
        let gone = r#"{"kind":"Status","apiVersion":"v1","status":"Failure","message":"too old","reason":"Expired","code":410}"#;
        let event = r#"{"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","status":"Failure","message":"too old","reason":"Expired","code":410}}"#;
        let busy = r#"{"kind":"Status","apiVersion":"v1","status":"Failure","message":"busy","reason":"ServiceUnavailable","code":503}"#;
        for (code, answer) in [(200, ""), (200, event), (200, "no JSON\n"), (410, gone), (503, busy)] {
            let times = asked(code, answer);
            assert!((2..8).contains(&times), "{times} times in 1.5 s: {code} {answer}");
        }
    }

    fn line(kind: &str, name: &str, version: u32) -> String {
        let object = serde_json::json!({
            "kind": "ConfigMap", "apiVersion": "v1",
            "metadata": { "name": name, "namespace": "a", "resourceVersion": version.to_string() },
        });
        format!("{}\n", serde_json::json!({ "type": kind, "object": object }))
    }

    /// What the watch sees, up to `count`, and what it asked for.
    fn seen(first: &[String], count: usize) -> (Vec<String>, Vec<String>) {
        let head = fake::head("200 OK", "application/json");
        // What there is comes by name.
        let second = [line("ADDED", "x", 9), line("ADDED", "y", 3)].concat();
        let answers = vec![format!("{head}{}", first.concat()), format!("{head}{second}")];
        let (seen, asked) = fake::with(answers, async |cluster| {
            let id = ObjectId::new("v1", "ConfigMap", Some("a"), "");
            let mut watch = cluster.watch("/api/v1/namespaces/a/configmaps".to_owned(), id, None, None);
            let mut seen = Vec::new();
            while seen.len() < count {
                seen.push(match watch.next().await? {
                    Sighting::Now(object) => object.name().to_owned(),
                    Sighting::Gone(object) => format!("no {}", object.name()),
                    Sighting::Afresh(_) => "afresh".to_owned(),
                });
            }
            Ok(seen)
        });
        (seen.unwrap(), asked)
    }

    #[test]
    fn a_watch_that_is_cut_before_all_was_told_begins_anew() {
        let (seen, asked) = seen(&[line("ADDED", "x", 9)], 4);
        assert_eq!(seen, ["x", "afresh", "x", "y"]);
        assert!(!asked[1].contains("resourceVersion=9"), "{asked:?}");
    }

    #[test]
    fn a_watch_that_has_told_all_goes_on_from_there() {
        let (seen, asked) = seen(&[line("ADDED", "x", 9), line("BOOKMARK", "", 12)], 3);
        assert_eq!(seen, ["x", "x", "y"]);
        assert!(asked[1].contains("resourceVersion=12"), "{asked:?}");
    }
}
