//! One writer at a time: a Lease per revision, per tag, and for what revisions share, held only while there is something to
//! write.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::future::pending;
use std::pin::{Pin, pin};
use std::time::Duration;

use futures::FutureExt;
use futures::future::{join_all, select_all};
use k8s_openapi::jiff::Timestamp;
use serde_json::json;
use tokio::time::{Instant, sleep};

use super::{Ended, Holder, Still};
use crate::cluster::{Cluster, Kinds, Version, Write};
use crate::error::{Error, Kind, Result, Why};
use crate::event::{Fact, Scope};
use crate::object::{Object, ObjectId};

/// What the names of our Leases begin with.
const PREFIX: &str = "mesh.v1.";
/// After this long without a renewal a Lease is free.
const DURATION: Duration = Duration::from_secs(10);
const RENEWAL: Duration = Duration::from_secs(3);
/// How long a run that ends waits for the server to take its Lease back.
const FAREWELL: Duration = Duration::from_secs(2);
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// What is locked: a Lease in a namespace.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lock {
    namespace: String,
    /// Whether it is that of what is shared: taken last, so that who waits for it is in nobody's way but of its own revision.
    is_shared: bool,
    name: String,
}

impl Lock {
    /// A revision, with all that installations, removals and rollbacks write of it.
    pub fn revision(namespace: &str, revision: &str) -> Self {
        Self::named(namespace, revision)
    }

    /// What several revisions have: gateways, node agents, and the core, where it is written.
    pub fn shared(namespace: &str) -> Self {
        Self { is_shared: true, ..Self::named(namespace, "revisions.shared") }
    }

    /// What lets the istiods of a namespace read other clusters, or lets others be read there.
    pub fn link(namespace: &str) -> Self {
        Self::named(namespace, "clusters.link")
    }

    /// A tag. No revision has a dot in its name.
    pub fn tag(namespace: &str, tag: &str) -> Self {
        Self::named(namespace, &format!("tag.{tag}"))
    }

    fn named(namespace: &str, name: &str) -> Self {
        Self { namespace: namespace.to_owned(), is_shared: false, name: format!("{PREFIX}{name}") }
    }
}

/// `work` under `locks`, which are taken first, in their order whatever order they are given in, so that two runs never
/// wait for each other, and given back however it ends. `work` is told whether all were free: else somebody has been
/// writing until now.
///
/// # Errors
/// `lock-held`, `lock-lost`, those of `work`, what `stop` resolves to, cluster errors.
pub(super) async fn locked<T>(
    cluster: &Cluster,
    locks: impl IntoIterator<Item = Lock>,
    scope: &Scope<'_>,
    holder: &Holder,
    mut stop: Pin<&mut impl Future<Output = Error>>,
    work: impl AsyncFnOnce(bool) -> Result<T>,
) -> Result<T> {
    let (leases, all_free) = acquire(cluster, locks, scope, holder, stop.as_mut()).await?;
    hold(&leases, stop, work(all_free)).await
}

/// Takes `locks`, in their order; with them comes whether all were free.
///
/// # Errors
/// As [`locked`]; those that were taken are given back.
pub(super) async fn acquire<'a>(
    cluster: &'a Cluster,
    locks: impl IntoIterator<Item = Lock>,
    scope: &Scope<'_>,
    holder: &Holder,
    mut stop: Pin<&mut impl Future<Output = Error>>,
) -> Result<(Vec<Lease<'a>>, bool)> {
    let locks: BTreeSet<Lock> = locks.into_iter().collect();
    let (mut leases, mut all_free) = (Vec::new(), true);
    for lock in &locks {
        match until(stop.as_mut(), Lease::acquire(cluster, lock, scope, holder)).await {
            Ok((lease, at_once)) => {
                leases.push(lease);
                all_free &= at_once;
            }
            Err(error) => {
                join_all(leases.iter().map(Lease::release)).await;
                return Err(error);
            }
        }
    }
    Ok((leases, all_free))
}

/// `work` under `locks`, unless another run has been writing until now, `still` says no, or `stop` resolves.
///
/// # Errors
/// `lock-held`, `lock-lost`, those of `work`, what `stop` resolves to, cluster errors.
pub async fn exclusively(
    cluster: &Cluster,
    locks: impl IntoIterator<Item = Lock>,
    scope: &Scope<'_>,
    still: &dyn Still,
    stop: impl Future<Output = Error>,
    work: impl Future<Output = Result<()>>,
) -> Result<Ended> {
    locked(cluster, locks, scope, &Holder::this(), pin!(stop), async |all_free| {
        if all_free && still.is_so().await? { work.await.map(|()| Ended::Done) } else { Ok(Ended::Outdated) }
    })
    .await
}

/// `work` while `leases` are kept, until it is done or `stop` resolves. However it ends, they are given back.
///
/// # Errors
/// `lock-lost`, those of `work`, what `stop` resolves to, cluster errors.
pub(super) async fn hold<T>(
    leases: &[Lease<'_>],
    stop: Pin<&mut impl Future<Output = Error>>,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    let kept = async {
        if leases.is_empty() {
            return pending().await;
        }
        select_all(leases.iter().map(|lease| lease.keep().boxed_local())).await.0
    };
    let done = tokio::select! {
        done = work => done,
        Err(error) = kept => Err(error),
        error = stop => Err(error),
    };
    // What another run has taken is not ours to give back.
    if done.as_ref().err().is_none_or(|error| !error.is(&Why::LockLost)) {
        join_all(leases.iter().map(Lease::release)).await;
    }
    done
}

/// `work`, until it is done or `stop` resolves.
///
/// # Errors
/// Those of `work`, and what `stop` resolves to.
pub(super) async fn until<T>(
    stop: Pin<&mut impl Future<Output = Error>>,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    tokio::select! {
        done = work => done,
        error = stop => Err(error),
    }
}

/// A Lease that is held.
pub(super) struct Lease<'a> {
    cluster: &'a Cluster,
    kinds: Kinds,
    id: ObjectId,
    identity: String,
    /// What we wrote last: what is given back is this and nothing that came after it.
    mine: RefCell<Version>,
}

impl<'a> Lease<'a> {
    /// Takes the Lease of a lock, waiting while another live run holds it. With it comes whether it was free: else
    /// somebody has been writing until now.
    ///
    /// # Errors
    /// `lock-held` (timed out) with who holds it; cluster errors.
    async fn acquire(cluster: &'a Cluster, lock: &Lock, scope: &Scope<'_>, holder: &Holder) -> Result<(Self, bool)> {
        let Lock { namespace, name, .. } = lock;
        let id = ObjectId::new("coordination.k8s.io/v1", "Lease", Some(namespace), name);
        let lease =
            Self { cluster, kinds: Kinds::built_in(), id, identity: holder.identity(), mine: RefCell::default() };
        let mut seen: Option<(String, Instant)> = None;
        let mut told: Option<String> = None;
        loop {
            let free = match cluster.create(&lease.kinds, &lease.body(None)?, Write::default()).await {
                Ok(made) => return Ok((lease.with(&made), seen.is_none())),
                Err(error) if error.is_conflict() => cluster.get(&lease.kinds, &lease.id).await,
                Err(error) => Err(error),
            };
            let free = free.map_err(|error| match &told {
                // The time ran out while a request was under way: what it was spent on is the cause.
                Some(by) if error.kind() == Kind::TimedOut => lease.held_by(by),
                _ => error,
            })?;
            let Some(held) = free else { continue };
            let by = held.text("/spec/holderIdentity").unwrap_or_default().to_owned();
            let renewed = held.text("/spec/renewTime").unwrap_or_default().to_owned();
            if seen.as_ref().is_none_or(|(known, _)| *known != renewed) {
                seen = Some((renewed, Instant::now()));
            }
            // Our own clock measures how long nobody renewed it; clocks of two machines are never compared.
            let stale = seen.as_ref().is_some_and(|(_, since)| since.elapsed() > DURATION);
            if by.is_empty() || by == lease.identity || stale || holder.knows_dead(&by) {
                scope.say(Fact::Step { doing: format!("going on after a run that is gone ({by})") });
                match cluster.replace(&lease.kinds, &lease.body(Some(&held))?).await {
                    Ok(taken) => return Ok((lease.with(&taken), by == holder.identity())),
                    Err(error) if error.is_conflict() => continue,
                    Err(error) => return Err(error),
                }
            }
            if cluster.time_left() < LOOK_AGAIN * 2 {
                return Err(lease.held_by(&by));
            }
            if told.as_ref() != Some(&by) {
                scope.say(Fact::Step { doing: format!("waiting for another run to end: {by} holds {}", lease.id) });
                told = Some(by);
            }
            sleep(LOOK_AGAIN).await;
        }
    }

    /// Renews the Lease for ever.
    ///
    /// # Errors
    /// `lock-lost` where another run has taken it: this one must not write any more. Cluster errors, after which it cannot
    /// be known.
    pub(super) async fn keep(&self) -> Result<()> {
        loop {
            sleep(RENEWAL).await;
            // When the time of the run is over, the run itself says what is missing then.
            let cluster = self.cluster.with_at_least(DURATION);
            let held = cluster.get(&self.kinds, &self.id).await?;
            let Some(held) = held.filter(|held| held.text("/spec/holderIdentity") == Some(&self.identity)) else {
                return Err(Error::failed("lock-lost", format!("another run has taken {}", self.id))
                    .because(Why::LockLost)
                    .hint("wait for it to end"));
            };
            match cluster.replace(&self.kinds, &self.body(Some(&held))?).await {
                // Somebody changed it in between: the next look tells whether it is still ours.
                Err(error) if error.is_conflict() => {}
                renewed => drop(self.mine.replace(Version::of(&renewed?))),
            }
        }
    }

    /// Gives the Lease back. What fails here, or takes too long, runs out by itself.
    pub(super) async fn release(&self) {
        match tokio::time::timeout(FAREWELL, self.give_back()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::debug!(%error, "the lease was not given back"),
            Err(_) => tracing::debug!("the lease was not given back in time"),
        }
    }

    /// Deletes the Lease as we wrote it last: somebody may have taken it meanwhile, while this process was stopped.
    async fn give_back(&self) -> Result<()> {
        let cluster = self.cluster.with_at_least(FAREWELL);
        loop {
            let mine = self.mine.borrow().clone();
            match cluster.delete_version(&self.kinds, &self.id, &mine).await {
                Err(error) if error.is_conflict() => {}
                done => return done.map(drop),
            }
            // A renewal whose answer we have not seen is ours too.
            let held = cluster.get(&self.kinds, &self.id).await?;
            match held.filter(|held| held.text("/spec/holderIdentity") == Some(&self.identity)) {
                Some(held) => drop(self.mine.replace(Version::of(&held))),
                None => return Ok(()),
            }
        }
    }

    fn with(self, written: &Object) -> Self {
        self.mine.replace(Version::of(written));
        self
    }

    fn body(&self, held: Option<&Object>) -> Result<Object> {
        // MicroTime has exactly six digits after the second.
        let now = Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string();
        let mut lease = json!({
            "apiVersion": self.id.api_version(),
            "kind": self.id.kind,
            "metadata": {
                "name": self.id.name,
                "namespace": self.id.namespace,
                "labels": { "app.kubernetes.io/managed-by": "mesh" },
            },
            "spec": {
                "holderIdentity": self.identity,
                "leaseDurationSeconds": DURATION.as_secs(),
                "acquireTime": now,
                "renewTime": now,
            },
        });
        if let Some(version) = held.and_then(|held| held.text("/metadata/resourceVersion")) {
            lease["metadata"]["resourceVersion"] = version.into();
        }
        Object::new(lease)
    }

    fn held_by(&self, by: &str) -> Error {
        Error::new(Kind::TimedOut, "lock-held", format!("another run ({by}) is writing: it holds {}", self.id))
            .because(Why::LockHeld)
            .hint(format!(
                "wait for it to end; if it is gone for good: kubectl -n {} delete lease {}",
                self.id.namespace.as_deref().unwrap_or_default(),
                self.id.name
            ))
    }
}
