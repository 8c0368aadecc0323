//! Many clusters: how they are told of while they have their turns, and what came of all of them.

mod board;
pub mod many;
mod result;

pub use board::Board;
pub use result::{Form, Outcome, Result as Told, Subject, tell};
