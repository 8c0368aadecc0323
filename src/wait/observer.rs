//! What the cluster shows: a store that watches keep up to date, and a way to wait for it to say something.

use std::cell::{Ref, RefCell};
use std::collections::HashSet;

use futures::stream::{FuturesUnordered, StreamExt};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use super::store::Store;
use crate::cluster::{Cluster, Kinds, Sighting, Watch};
use crate::error::Result;
use crate::object::{Object, ObjectId};

/// The objects that are watched, as they were last seen.
///
/// Nothing is watched before somebody asks ([`Observer::follow`]). [`Observer::run`] has to be driven beside what waits.
pub struct Observer {
    cluster: Cluster,
    kinds: RefCell<Kinds>,
    store: RefCell<Store>,
    /// By path and selector of labels: a narrow watch does not tell of what a wide one would.
    followed: RefCell<HashSet<(String, Option<String>)>>,
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
        let mut followed = self.followed.borrow_mut();
        // One without a selector tells of everything.
        if !followed.contains(&(path.clone(), None)) && followed.insert((path.clone(), labels.map(str::to_owned))) {
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
                    self.take(change?, watch.labels());
                    watches.push(watch.step());
                }
            }
        }
    }

    /// Puts what a write returned into the store, so that waiting does not begin with an older picture.
    pub fn seen(&self, object: &Object) {
        self.take(Sighting::Now(object.clone()), None);
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

    /// One object as it was last seen. What it borrows may not be held over an `await`: the store could not change.
    pub fn get(&self, id: &ObjectId) -> Option<Ref<'_, Object>> {
        Ref::filter_map(self.store.borrow(), |store| store.get(id)).ok()
    }

    /// All objects of the kind of `id` in the namespace of `id`, as they were last seen, sorted by name; borrowed like
    /// that of [`Observer::get`].
    pub fn all(&self, id: &ObjectId) -> Ref<'_, [Object]> {
        Ref::map(self.store.borrow(), |store| store.all(id))
    }

    /// Takes what a watch with this selector of labels saw.
    fn take(&self, change: Sighting, labels: Option<&str>) {
        let mut store = self.store.borrow_mut();
        match change {
            Sighting::Now(object) => store.put(object),
            Sighting::Gone(object) => store.remove(&object.id()),
            Sighting::Afresh(of) => store.forget(&of, labels),
        }
        drop(store);
        self.changed.notify_waiters();
    }
}
