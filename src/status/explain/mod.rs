//! Why a workload is not ready: from its own conditions, its ReplicaSets, Pods, containers and Events to one cause.
//!
//! The caller gathers [`Evidence`]; nothing is fetched here. Text of the cluster stays raw in what is returned: the report
//! that shows it makes it harmless.

mod advice;
mod cause;
mod container;
mod crash;
mod create;
mod event;
mod family;
mod image;
mod log;
mod node;
mod patience;
mod schedule;
mod start;
mod starting;
mod state;

pub use advice::{SET_SECCOMP, Whose};
use cause::{Candidate, rank};
pub use cause::{Cause, Consequence, Evidence, LogTail, explain, homes, trouble};
pub use log::telling;
pub use patience::{Patience, Ruling};
pub use start::Start;
pub use state::state;
