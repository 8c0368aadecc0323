//! How things stand in a cluster, read from objects alone: is an object ready, and if not, why.
//!
//! * [`ready`] answers for one object, by its kind, generation first.
//! * [`explain`] follows a workload to its ReplicaSets, Pods, containers and Events, and names one cause.
//!
//! A rule for one more kind is one file here and one row in the table of `readiness.rs`.

pub mod certificate;
mod custom_resource_definition;
mod daemon_set;
mod deployment;
pub mod explain;
mod job;
mod namespace;
mod pod;
mod readiness;
mod replica_set;
mod service;
mod stateful_set;
pub mod version;
mod webhook;

pub use readiness::{Readiness, has_rule, ready, ready_at};
pub use webhook::untrusted;
