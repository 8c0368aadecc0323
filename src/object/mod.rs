//! A Kubernetes object as JSON, and what names it.

mod bare;
mod go_form;
mod id;
mod manifest;
pub mod names;
mod quantity;
mod strategic;
pub mod types;
mod value;

pub use bare::{SERVER_METADATA, drop_nulls, drop_server_fields};
pub use go_form::{Reading, go_form};
pub use id::ObjectId;
pub use manifest::{Manifest, Unlike, differences};
pub use quantity::Quantity;
pub use strategic::strategic_merge;
pub use value::Object;
