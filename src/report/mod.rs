//! Events to people and to machines. A report is a [`Sink`](crate::event::Sink): it takes events as they come and puts them into words.
//!
//! stdout carries the result: one line a component, always in the order of the plan, however they finish. stderr carries
//! the progress: on a terminal one live line a component, elsewhere one line an event.

pub mod adopt;
mod arriving;
pub mod backup;
pub mod bundle;
pub mod canary;
pub mod check;
pub mod clusters;
mod columns;
pub mod describe;
pub mod diff;
pub mod document;
pub mod export;
pub mod failure;
pub mod findings;
mod folder;
pub mod gitops;
pub mod history;
pub mod html;
pub mod images;
mod injected;
mod json;
pub mod label;
mod lines;
pub mod linked;
pub mod manifest;
mod memory;
pub mod message;
pub mod migrated;
mod overview;
mod plain;
pub mod plan;
pub mod profile;
mod progress;
pub mod question;
pub mod rbac;
pub mod releases;
pub mod revisions;
pub mod rollback;
pub mod rollout;
pub mod schema;
mod screen;
pub mod table;
pub mod tag;
mod terminal;
mod unified;
pub mod uninstall;
pub mod version;
mod words;
mod workloads;
mod written;

pub use injected::{Printer, Worked};
pub use json::Json;
pub use memory::Memory;
use overview::overview;
pub use plain::Plain;
pub use progress::Progress;
pub use screen::Screen;
pub use terminal::Terminal;
pub use workloads::{RestartWords, workload_name};
pub use written::Written;
