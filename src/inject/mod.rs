//! A workload in, the injected workload out, with the decision and its rule: what istiod's webhook does, without istiod.
//!
//! ```text
//! ConfigMaps (config, values, mesh) → Injector
//! workload → its pod → the decision → template rendered → merged into the pod → the user's own containers over it
//!          → probes, scrape, order, status → workload
//! ```
//!
//! Pure and idempotent: an injected pod is injected into the same pod again.

mod annotations;
mod config;
mod configured;
mod containers;
mod data;
mod decision;
mod finish;
mod injector;
mod mesh;
mod openshift;
mod outcome;
mod overrides;
mod owner;
mod patch;
mod plane;
mod probes;
mod prometheus;
mod proxies;
mod selector;
mod structs;
mod templates;
mod uninject;
mod workload;

pub use config::Policy;
pub use decision::{Decision, Namespace, Rule, SYSTEM_NAMESPACES, WebhookMatch, selecting};
pub use injector::{Injector, MeshInputs, check_mesh_config};
pub use outcome::{Injected, Warning};
pub use patch::json_patch;
pub(crate) use selector::Selector;
pub use uninject::{Uninjected, uninject};
pub use workload::kubernetes_form;
