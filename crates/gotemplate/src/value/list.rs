//! Lists: shared, never changed in place.

use super::{Map, Value};
use std::{ops::Deref, rc::Rc};

/// A shared list. It reads as a slice; making a changed one means making a new one.
#[derive(Clone, Default)]
pub struct List(Rc<Vec<Value>>);

impl Deref for List {
    type Target = [Value];
    fn deref(&self) -> &[Value] {
        &self.0
    }
}

impl From<Vec<Value>> for List {
    fn from(items: Vec<Value>) -> Self {
        List(Rc::new(items))
    }
}

impl From<Rc<Vec<Value>>> for List {
    fn from(items: Rc<Vec<Value>>) -> Self {
        List(items)
    }
}

impl FromIterator<Value> for List {
    fn from_iter<I: IntoIterator<Item = Value>>(items: I) -> Self {
        List(Rc::new(items.into_iter().collect()))
    }
}

impl List {
    /// Takes the items out if nobody else holds the list.
    pub(super) fn take_unshared(&mut self) -> Vec<Value> {
        Rc::get_mut(&mut self.0).map(std::mem::take).unwrap_or_default()
    }
}

impl Drop for List {
    fn drop(&mut self) {
        release(self.take_unshared());
    }
}

/// Drops values without recursion: a template can nest lists as deeply as its steps allow, and the
/// usual drop would use the stack for every level.
pub(super) fn release(mut work: Vec<Value>) {
    while let Some(value) = work.pop() {
        match value {
            Value::List(mut list) => work.append(&mut list.take_unshared()),
            Value::Map(mut map) => take_map(&mut map, &mut work),
            _ => {}
        }
    }
}

fn take_map(map: &mut Map, work: &mut Vec<Value>) {
    work.extend(map.take_unshared());
}
