//! What is read, and how every request goes: each retried while it is worth it, each error put into our terms.

use std::cell::Cell;
use std::future::Future;
use std::time::Duration;

use serde_json::Value;
use tokio::time::{Instant, sleep, timeout_at};

use super::failure::{from_kube, is_damaged, is_gone, is_not_warm, is_transient, is_untouched, trouble};
use super::refused::refusal;
use super::{Cluster, Kinds};
use crate::error::{Error, Kind, Result};
use crate::object::{Object, ObjectId};

/// How long a server that never answered is asked again: long enough for a blink, short enough for a wrong address.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long a server may take for its first answer.
const FIRST_ANSWER: Duration = Duration::from_secs(10);
/// After so long without an answer somebody is told that there is none.
pub(super) const SILENCE: Duration = Duration::from_secs(3);
/// How long the API server may take to reach a Service for us.
const PROXY_TIMEOUT: Duration = Duration::from_secs(5);
const FIRST_DELAY: Duration = Duration::from_millis(100);
const LONGEST_DELAY: Duration = Duration::from_secs(2);
/// How often an answer that cannot be read is asked for: what is no API server never gives a better one.
const READINGS: usize = 4;
/// How often a server that may have just started is asked: some seven seconds, after which it means what it says.
const WARMING: usize = 8;

impl Cluster {
    /// The version of the API server (`gitVersion`, such as `v1.36.3`). The first request of a run: it tells quickly when
    /// nobody answers.
    ///
    /// # Errors
    /// Cluster errors.
    pub async fn version(&self) -> Result<String> {
        let until = self.deadline.min(Instant::now() + PATIENCE);
        let asked = self.retried_until(until, "ask the version", || self.client.apiserver_version());
        // A server, or what stands before it, may take a connection and never say a word.
        let info = tokio::time::timeout(FIRST_ANSWER, asked).await.map_err(|_| {
            let Self { name, server, .. } = self;
            let seconds = FIRST_ANSWER.as_secs();
            Error::new(
                Kind::Cluster,
                "unreachable",
                format!("{server} (context {name}) has not answered within {seconds} s"),
            )
            .hint(format!("run `kubectl --context {name} cluster-info`; check what is between here and the server"))
        })??;
        Ok(info.git_version)
    }

    /// One object; none where it does not exist.
    ///
    /// # Errors
    /// Cluster errors.
    pub async fn get(&self, kinds: &Kinds, id: &ObjectId) -> Result<Option<Object>> {
        let path = format!("{}/{}", kinds.collection(id)?, id.name);
        let what = format!("read {id}");
        let found = self
            .retried(&what, || async {
                match self.client.request::<Value>(plain_get(&path)?).await {
                    Err(error) if is_gone(&error) => Ok(None),
                    other => other.map(Some),
                }
            })
            .await?;
        found.map(Object::new).transpose()
    }

    /// The last lines a container wrote: of its previous run where it has restarted. None where they are not to be had.
    pub async fn log_tail(
        &self,
        namespace: &str,
        pod: &str,
        container: &str,
        previous: bool,
        lines: u32,
    ) -> Option<String> {
        let path = format!(
            "/api/v1/namespaces/{namespace}/pods/{pod}/log?container={container}&previous={previous}&tailLines={lines}&limitBytes=131072"
        );
        let request = plain_get(&path).ok()?;
        self.client.request_text(request).await.ok()
    }

    /// Lets the API server call a Service (`https:istiod:443`); gives what went wrong on the way, none when an answer came,
    /// whatever it said.
    pub async fn through_service(&self, namespace: &str, service: &str, path: &str) -> Option<String> {
        let path = format!("/api/v1/namespaces/{namespace}/services/{service}/proxy/{path}");
        let call = self.client.request_text(plain_get(&path).ok()?);
        match tokio::time::timeout(PROXY_TIMEOUT, call).await {
            Err(_) => Some(format!("no answer within {} s", PROXY_TIMEOUT.as_secs())),
            Ok(Err(kube::Error::Api(status))) if matches!(status.code, 502..=504) => Some(status.message.clone()),
            Ok(_) => None,
        }
    }

    pub(super) fn failed(&self, error: kube::Error, what: &str) -> Error {
        let error = from_kube(error, &self.name, &self.server, what);
        if error.is_forbidden() { error.hint(self.grant()) } else { error }
    }

    pub(super) async fn retried<T, F: Future<Output = kube::Result<T>>>(
        &self,
        what: &str,
        attempt: impl Fn() -> F,
    ) -> Result<T> {
        self.retried_until(self.deadline, what, attempt).await
    }

    /// As [`Cluster::retried`], but only while the server has surely not begun with it: for what must not be done twice.
    pub(super) async fn once<T, F: Future<Output = kube::Result<T>>>(
        &self,
        what: &str,
        attempt: impl Fn() -> F,
    ) -> Result<T> {
        self.repeated(self.deadline, what, attempt, is_untouched).await
    }

    async fn retried_until<T, F: Future<Output = kube::Result<T>>>(
        &self,
        until: Instant,
        what: &str,
        attempt: impl Fn() -> F,
    ) -> Result<T> {
        let (unread, cold) = (Cell::new(0), Cell::new(0));
        let again = |count: &Cell<usize>, most: usize| {
            count.set(count.get() + 1);
            count.get() < most
        };
        let may_pass = |error: &kube::Error| {
            is_transient(error)
                || is_damaged(error) && again(&unread, READINGS)
                || is_not_warm(error) && again(&cold, WARMING)
        };
        self.repeated(until, what, attempt, may_pass).await
    }

    async fn repeated<T, F: Future<Output = kube::Result<T>>>(
        &self,
        until: Instant,
        what: &str,
        attempt: impl Fn() -> F,
        may_pass: impl Fn(&kube::Error) -> bool,
    ) -> Result<T> {
        let mut delay = FIRST_DELAY;
        let began = Instant::now();
        loop {
            tracing::trace!(what, "request");
            let outcome = timeout_at(self.deadline, attempt()).await.map_err(|_| {
                Error::new(
                    Kind::TimedOut,
                    "timed-out",
                    format!("the time was over before the cluster answered: {what}"),
                )
                .hint("give more time with --timeout")
            })?;
            match outcome {
                Err(error) if may_pass(&error) && Instant::now() + delay < until => {
                    tracing::debug!(%error, what, "trying again");
                    let pause = retry_after(&error).unwrap_or(delay).min(LONGEST_DELAY);
                    if began.elapsed() >= SILENCE {
                        self.unheard(trouble(&error, &self.server));
                    }
                    sleep(pause).await;
                    delay = (delay * 2).min(LONGEST_DELAY);
                }
                other => {
                    self.heard();
                    return other.map_err(|error| self.failed(error, what));
                }
            }
        }
    }

    /// The server has answered.
    pub(super) fn heard(&self) {
        self.trouble.send_if_modified(|trouble| trouble.take().is_some());
    }

    /// The server has not answered for a while: what is wrong.
    pub(super) fn unheard(&self, what: String) {
        self.trouble.send_replace(Some(what));
    }

    /// Resolves when requests have gone without an answer for a while: to what is wrong, where `told` does not have it yet.
    pub async fn troubled(&self, told: &[String]) -> String {
        let mut trouble = self.trouble.subscribe();
        loop {
            let now = trouble.borrow_and_update().clone();
            if let Some(now) = now.filter(|now| !told.contains(now)) {
                return now;
            }
            if trouble.changed().await.is_err() {
                return std::future::pending().await;
            }
        }
    }
}

fn retry_after(error: &kube::Error) -> Option<Duration> {
    let kube::Error::Api(status) = error else { return None };
    refusal(status).retry_after()
}

fn plain_get(path: &str) -> kube::Result<http::Request<Vec<u8>>> {
    http::Request::get(path).body(Vec::new()).map_err(kube::Error::HttpError)
}
