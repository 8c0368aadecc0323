//! The shapes of Kubernetes' API types, as far as mesh patches or injects them: which fields there are, in the order
//! Kubernetes writes them, what is left out when empty, and how a strategic merge patch treats each list.
//!
//! The figures come from the Go types of `k8s.io/api` 1.35 (and OpenShift's `DeploymentConfig`): their `json` and
//! `patchStrategy`/`patchMergeKey` tags. They stand in the text files beside this one: a type's name, then a field a
//! line, two spaces in:
//!
//! ```text
//! name shape[!|?] [merge[=KEY]]
//! ```
//!
//! * shape: `string`, `bool`, `int` (32 bits), `int64`, `float`, `quantity`, `intstr`, `time`, `any`, the name of a type, `[shape]` a
//!   list, `{shape}` a map from text; `*shape` may be absent, and its zero value is kept.
//! * `!` is written even when empty (a `*shape` as null); `?` is left out when zero, where Go would write it.
//! * `merge` lists are merged, not replaced: elements with the same KEY are one; without a key, equal ones are.

mod check;
mod kubernetes;
mod table;
mod values;

pub use check::unknown_fields;
pub use kubernetes::{Field, GoStruct, Merge, Presence, Shape};
pub(crate) use table::{Spelled, Table};
pub use values::{Wrong, wrong_values};
