//! What has to be written, in which order, and why: wanted objects against live ones, without touching anything.
//!
//! * [`compare()`] names each field that differs, and who changed it.
//! * [`decide()`] makes of that one action an object: what to send, what to force, what to leave to others.
//! * [`filter`] has the reasons not to touch an object.
//! * [`immutable`] knows what cannot be changed, so that it has to be deleted and made again.
//! * [`obstacles`] is what stands against a plan as a whole.
//! * [`prune`] says what goes that is not wanted any more, and in which order.
//! * [`removal`] says the same of a whole installation, and what stays.
//! * [`target`] says which installations that is.
//! * [`summary`] is what a plan changes and what that means, for people and machines to read.
//! * [`restore`] is the way back to an earlier record.
//! * [`adoption`] makes Helm's objects ours, and Helm's again.
//! * [`access`] knows what each command asks of the API server, and makes roles of it.
//! * [`address`] says how Services are reached that wait for the address of a load balancer.
//! * [`mod@default`] tells which revision answers pods that name none.
//! * [`canary`] is the way of a mesh from one revision to another, and how far it has come.
//! * [`tag`] is what a tag consists of, and when its name is free.
//! * [`state`] is the record of an installation, to be kept in a Secret; [`ledger`] is all of them, and whose an object is.
//! * [`standards`] are Kubernetes' standards for pods, and what of a pod they forbid.
//! * [`revisions`] and [`injection`] say what the webhooks of a cluster do with pods, [`drift`] how a pod is not what they
//!   would make of it now, [`restart`] which workloads have to
//!   restart so that their pods are what would be made now, [`labels`] what a change of labels does.

pub mod access;
pub mod address;
pub mod adoption;
pub mod budgets;
pub mod canary;
mod compare;
mod decide;
pub mod default;
pub mod drift;
pub mod enrol;
pub mod filter;
pub mod immutable;
pub mod injection;
pub mod labels;
pub mod ledger;
pub mod managed;
pub mod managers;
pub mod obstacles;
pub mod ownership;
pub mod path;
pub mod prune;
pub mod releases;
pub mod removal;
pub mod restart;
pub mod restore;
pub mod revisions;
pub mod standards;
pub mod state;
pub mod summary;
pub mod tag;
pub mod target;
pub mod trial;
pub mod version;

pub use compare::Difference;
pub use decide::{Action, Apply, Recreate, compare, decide};
pub use managers::Class;
pub use ownership::Context;
pub use summary::{Impact, Summary};
