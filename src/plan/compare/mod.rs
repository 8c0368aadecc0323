//! Field by field: what is wanted against what is live.
//!
//! Only fields we want are looked at, and fields that an installation of Istio wrote and nobody wants any more. What the
//! API server fills in, writes another way or drops is no difference; neither is what others have added.

mod difference;
mod lists;
mod unwanted;
mod values;
mod walk;

pub use difference::Difference;
pub(crate) use walk::{Comparison, fields};
