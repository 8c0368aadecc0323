//! Keeps events, for callers that look at them afterwards and for tests.

use std::cell::RefCell;

use crate::event::{Event, Sink};

/// Keeps every event.
#[derive(Debug, Default)]
pub struct Memory(RefCell<Vec<Event>>);

impl Memory {
    /// The events so far.
    pub fn events(&self) -> Vec<Event> {
        self.0.borrow().clone()
    }
}

impl Sink for Memory {
    fn event(&self, event: &Event) {
        self.0.borrow_mut().push(event.clone());
    }
}
