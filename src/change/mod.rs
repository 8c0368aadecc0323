//! All that changes a cluster, by one runner: look and plan, what stands against it, the question, the lock, *is it still as
//! planned*, the record, the writes and the wait, the last word.
//!
//! ```text
//!            ┌──────────── somebody else was faster ────────────┐
//!            ▼                                                  │
//! read → plan → obstacles → question → lock → still as planned? ┴→ record → write, wait → last word
//! ```
//!
//! [`run`] is the way, and a [`Change`] what is done on it. One file a change: [`install`] (and upgrade), [`rollback`],
//! [`uninstall`], [`tag`], [`adopt`], [`restart`], [`enrol`] ([`rollout`] is what these two share), [`canary`] that goes through
//! several of them. The rest is what they
//! share: [`Caller`] (who asks), [`records`], and what an installation is held to before (`skew`, `precheck`, `mirror`) and tells after
//! (`address`).

mod address;
pub mod adopt;
mod caller;
pub mod canary;
pub mod enrol;
pub mod install;
mod last_word;
pub mod link;
mod mirror;
mod moves;
mod precheck;
pub mod records;
mod remote;
pub mod restart;
pub mod rollback;
pub mod rollout;
mod runner;
mod skew;
pub mod tag;
pub mod uninstall;

pub use caller::Caller;
pub use last_word::with_command;
pub use runner::{Change, Next, Run, run};
