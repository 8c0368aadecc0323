//! What there is of Istio in a cluster, where some of it is to go.

mod applied;
mod configured;
mod gather;
mod served;

pub use applied::{join, unlabelled};
pub use configured::configured;
pub use gather::{Found, gather};
pub use served::{Served, served};
