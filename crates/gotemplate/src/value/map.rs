//! Maps: sorted, shared and mutable, as a Go map is.

use super::{Value, list::release};
use std::{
    cell::{Ref, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

/// A map from text to values. Clones share their content.
///
/// No borrow of the content outlives a method, so none of them can meet another one's borrow.
#[derive(Clone, Default)]
pub struct Map(Rc<RefCell<BTreeMap<Rc<str>, Value>>>);

impl Map {
    /// An empty map.
    pub fn new() -> Map {
        Map::default()
    }

    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<Value> {
        self.0.borrow().get(key).cloned()
    }

    /// Sets `key` and returns what it was.
    pub fn insert(&self, key: impl Into<Rc<str>>, value: Value) -> Option<Value> {
        self.0.borrow_mut().insert(key.into(), value)
    }

    /// Removes `key` and returns what it was.
    pub fn remove(&self, key: &str) -> Option<Value> {
        self.0.borrow_mut().remove(key)
    }

    /// Whether `key` is there, even if its value is nil.
    pub fn contains_key(&self, key: &str) -> bool {
        self.0.borrow().contains_key(key)
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.0.borrow().len()
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    /// The keys in order.
    pub fn keys(&self) -> Vec<Rc<str>> {
        self.0.borrow().keys().cloned().collect()
    }

    /// The entries in order of their keys; a snapshot that later changes do not touch.
    pub fn entries(&self) -> Vec<(Rc<str>, Value)> {
        self.0.borrow().iter().map(|(k, v)| (k.clone(), v.clone())).collect()
    }

    /// Whether both are the same map, not just equal ones.
    pub fn same(&self, other: &Map) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// The content for reading without a copy. The caller must not call out while it holds it.
    pub(crate) fn read(&self) -> Ref<'_, BTreeMap<Rc<str>, Value>> {
        self.0.borrow()
    }

    /// Takes the values out if nobody else holds the map.
    pub(super) fn take_unshared(&mut self) -> impl Iterator<Item = Value> + use<> {
        Rc::get_mut(&mut self.0).map(|cell| std::mem::take(cell.get_mut())).unwrap_or_default().into_values()
    }
}

impl<K: Into<Rc<str>>> FromIterator<(K, Value)> for Map {
    fn from_iter<I: IntoIterator<Item = (K, Value)>>(entries: I) -> Self {
        Map(Rc::new(RefCell::new(entries.into_iter().map(|(k, v)| (k.into(), v)).collect())))
    }
}

impl Drop for Map {
    fn drop(&mut self) {
        release(self.take_unshared().collect());
    }
}
