//! What the cluster shows: a store that watches keep up to date, and a way to wait for it to say something.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use futures::stream::{FuturesUnordered, StreamExt};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use crate::cluster::{Change, Cluster, Kinds, Watch};
use crate::error::Result;
use crate::object::{Object, ObjectId};

/// The objects that are watched, as they were last seen.
///
/// Nothing is watched before somebody asks ([`Observer::follow`]). [`Observer::run`] has to be driven beside what waits.
pub struct Observer {
    cluster: Cluster,
    kinds: RefCell<Kinds>,
    store: RefCell<HashMap<ObjectId, Object>>,
    followed: RefCell<HashSet<String>>,
    asked: RefCell<Vec<Watch>>,
    more: Notify,
    changed: Notify,
}

impl Observer {
    /// Watches nothing yet.
    pub fn new(cluster: &Cluster, kinds: &Kinds) -> Self {
        Self {
            cluster: cluster.clone(),
            kinds: RefCell::new(kinds.clone()),
            store: RefCell::default(),
            followed: RefCell::default(),
            asked: RefCell::default(),
            more: Notify::new(),
            changed: Notify::new(),
        }
    }

    /// Watches the kind of `id` in the namespace of `id`, with a selector of labels where one is given; once only.
    ///
    /// # Errors
    /// `unknown-kind` where the cluster does not serve it.
    pub fn follow(&self, id: &ObjectId, labels: Option<&str>) -> Result<()> {
        let path = self.kinds.borrow().collection(id)?;
        if self.followed.borrow_mut().insert(path.clone()) {
            self.asked.borrow_mut().push(self.cluster.watch(path, id.clone(), labels, None));
            self.more.notify_one();
        }
        Ok(())
    }

    /// Keeps the store up to date; ends only with an error.
    ///
    /// # Errors
    /// A watch that the server refuses for good.
    pub async fn run(&self) -> Result<()> {
        let mut watches = FuturesUnordered::new();
        loop {
            for watch in self.asked.take() {
                watches.push(watch.step());
            }
            tokio::select! {
                () = self.more.notified() => {}
                Some((watch, change)) = watches.next(), if !watches.is_empty() => {
                    self.take(change?);
                    watches.push(watch.step());
                }
            }
        }
    }

    /// Puts what a write returned into the store, so that waiting does not begin with an older picture.
    pub fn seen(&self, object: &Object) {
        self.take(Change::Now(object.clone()));
    }

    /// Resolves at the next change; it has to be asked for before the look that finds nothing.
    pub fn changed(&self) -> tokio::sync::futures::Notified<'_> {
        self.changed.notified()
    }

    /// What `look` finds in the store, as soon as it finds something; none when `until` comes first.
    pub async fn until<T>(&self, until: Instant, mut look: impl FnMut(&Self) -> Option<T>) -> Option<T> {
        loop {
            let changed = self.changed.notified();
            if let Some(found) = look(self) {
                return Some(found);
            }
            timeout_at(until, changed).await.ok()?;
        }
    }

    /// One object as it was last seen.
    pub fn get(&self, id: &ObjectId) -> Option<Object> {
        self.store.borrow().get(id).cloned()
    }

    /// All objects of a kind in a namespace, as they were last seen.
    pub fn all(&self, kind: &str, namespace: Option<&str>) -> Vec<Object> {
        let store = self.store.borrow();
        let mut found: Vec<Object> = store
            .iter()
            .filter(|(id, _)| id.kind == kind && id.namespace.as_deref() == namespace)
            .map(|(_, object)| object.clone())
            .collect();
        found.sort_by(|a, b| a.name().cmp(b.name()));
        found
    }

    fn take(&self, change: Change) {
        let mut store = self.store.borrow_mut();
        match change {
            Change::Now(object) => {
                let id = object.id();
                if store.get(&id).is_none_or(|known| !is_older(&object, known)) {
                    store.insert(id, object);
                }
            }
            Change::Gone(object) => {
                store.remove(&object.id());
            }
            Change::Afresh(of) => store.retain(|id, _| {
                let is_here = of.namespace.is_none() || of.namespace == id.namespace;
                !(is_here && id.kind == of.kind && id.group == of.group)
            }),
        }
        drop(store);
        self.changed.notify_waiters();
    }
}

/// Whether `object` is an older picture of `known`. Resource versions are compared as numbers, which Kubernetes allows
/// since 1.35 (KEP-5504) and etcd has always made true; where they are none, the newer word wins.
fn is_older(object: &Object, known: &Object) -> bool {
    let version = |object: &Object| object.text("/metadata/resourceVersion").and_then(|text| text.parse::<u64>().ok());
    let same = object.text("/metadata/uid") == known.text("/metadata/uid");
    match (version(object), version(known)) {
        (Some(object), Some(known)) => same && object < known,
        _ => false,
    }
}
