//! Waiting: one watch a kind and place, shared by everything that waits, and a verdict as soon as there is one.

mod closer;
mod observer;
mod readiness;
mod room;
mod store;

pub use closer::Diagnosis;
pub use observer::Observer;
pub use readiness::{Awaited, Waited, Waiter};
