//! `uninstall`: what there is to a plan, the plan to the cluster, and what is left.

mod handover;
mod left;
mod planned;
mod removing;
mod rights;

pub use planned::Planned;
pub use removing::{Uninstall, UninstallOptions};
