//! Profiles, files and flags to the values that templates see: `config::load`. Pure: the caller has read the files.
//!
//! What wins, from the weakest to the strongest:
//!
//! ```text
//! operator level   profile default < chosen profile < detected platform < size < files left to right < --set in order
//! values           chart defaults < profile preset < compatibilityVersion preset < platform preset
//!                  < `hub`, `tag`, `revision` of the operator level < user `values`
//!                  < `meshConfig`, `components.*.enabled` of the operator level < `unvalidatedValues`
//! ```
//!
//! Maps are merged deeply, lists are replaced.

mod assignment;
mod complete;
mod explain;
mod hint;
mod instance;
mod layer;
mod line;
mod load;
mod merge;
mod migrate;
mod operator;
mod platform;
mod profile;
mod record;
mod retired;
mod schema;
mod size;
mod twins;
mod validate;
mod values;
mod written;

pub use complete::{completions, paths};
pub use explain::{Explanation, Profile, ProfileDifference, diff, dump, dump_given, explain, flags, profiles};
pub use instance::{ComponentKind, Instance, Overlay, Patch};
pub use load::{Config, Inputs, Source, install_package_path, load};
pub use merge::{merge, merge_maps};
pub use migrate::{Change, Done, Migrated, migrate};
pub use platform::{Balancer, Platform, Signs, asks_for_nodes, detect};
pub use record::{Dropped, dropped, given, recorded};
pub use twins::{agree, below};
