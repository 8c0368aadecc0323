//! Many clusters: in which order, and how many at a time. What is done to each is a function; nothing here knows what.

mod order;
mod run;

pub use order::{Order, Share};
pub use run::{Ended, run};
