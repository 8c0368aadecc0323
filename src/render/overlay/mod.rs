//! `k8s.overlays`: changes to any rendered object, by path. What matches nothing is an error: a patch that silently does
//! nothing is found too late.

mod apply;
mod path;

pub use apply::apply;
