//! Events to people and to machines. A report is a [`Sink`](crate::event::Sink): it takes events as they come and puts them into words.
//!
//! stdout carries the result: one line a component, always in the order of the plan, however they finish. stderr carries
//! the progress: on a terminal one live line a component, elsewhere one line an event.

pub mod check;
mod columns;
pub mod describe;
pub mod document;
pub mod export;
pub mod findings;
mod folder;
pub mod images;
mod injected;
mod json;
pub mod label;
mod lines;
pub mod manifest;
mod memory;
pub mod message;
mod overview;
mod plain;
pub mod profile;
pub mod question;
pub mod rollout;
pub mod table;
mod terminal;
mod unified;
mod words;
mod workloads;
mod written;

pub use injected::{Printer, Worked};
pub use json::Json;
pub use memory::Memory;
pub use overview::overview;
pub use plain::Plain;
pub use terminal::Terminal;
pub use workloads::{Workloads, workload_name};
pub use written::Written;
