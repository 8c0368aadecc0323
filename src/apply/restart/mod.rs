//! Restarts workloads with care: a few at a time, one after the other where they share a disruption budget, none more
//! once one has failed. What is there is seen by watches alone, so that a thousand workloads cost a request each.

mod board;
mod ended;
mod job;
mod one;
mod run;
mod verdict;

pub use job::{Fate, Restarting, restart};
pub use verdict::verdict;
