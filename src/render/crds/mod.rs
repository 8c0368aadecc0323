//! The CustomResourceDefinitions of Istio 1.30.3, from the short files in `templates/core/crds` (its README has the
//! notation). A file describes one kind; `shared.yaml` holds what kinds have in common.

mod definition;
mod schema;

pub use definition::crds;
