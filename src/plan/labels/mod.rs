//! Labels of objects: what a change of them does, as `kubectl label` does it, and what that means for the mesh.

mod change;
mod guard;
mod selected;
mod types;

pub use change::{Changes, Labelling, outcome, own, parse, patch, with};
pub use guard::{Caution, cautions, check, concerns_pods, of_istio};
pub use selected::{Selected, check_usage, selected};
pub use types::ResourceType;
