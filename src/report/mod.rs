//! Events to people and to machines. A report is a [`Sink`](crate::event::Sink): it takes events as they come and puts them into words.
//!
//! stdout carries the result: one line a component, always in the order of the plan, however they finish. stderr carries
//! the progress: on a terminal one live line a component, elsewhere one line an event.

mod columns;
pub mod describe;
pub mod findings;
mod json;
mod lines;
mod memory;
mod overview;
mod plain;
pub mod table;
mod terminal;
mod words;
mod workloads;

pub use json::Json;
pub use memory::Memory;
pub use overview::overview;
pub use plain::Plain;
pub use terminal::Terminal;
pub use workloads::{Workloads, workload_name};
