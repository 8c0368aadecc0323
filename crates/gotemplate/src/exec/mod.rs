//! Walking trees: one rendering, its bounds, and what functions see of it.

mod eval;
mod run;
mod scope;
mod walk;

pub use run::Context;
pub(crate) use run::{Exec, Maybe, Run};
pub(crate) use scope::Scope;
