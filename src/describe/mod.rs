//! What is known about one object: itself, what belongs to it, and what the mesh makes of it. Pure; the command gathers,
//! the report writes.

mod ambient;
mod drift;
mod gateway;
mod injection;
mod mesh;
mod mtls;
mod ports;
mod selected;
mod targets;
mod world;

pub use ambient::Ambient;
pub use drift::Drifted;
pub use gateway::{Entrance, Listener};
pub use injection::Injection;
pub use mesh::{Mesh, Proxies, ProxyGroup, mesh};
pub use mtls::Mtls;
pub use ports::Port;
pub use selected::Relevant;
pub use targets::{Sought, SoughtKind, check_targets, targets};
pub use world::World;

use crate::object::Object;

/// An object with what belongs to it.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The object.
    pub object: Object,
    /// What was read beside it.
    pub related: Related,
}

/// What belongs to an object, as far as its kind has it.
#[derive(Debug, Clone, Default)]
pub struct Related {
    /// Its events; none where they may not be read.
    pub events: Option<Vec<Object>>,
    /// ReplicaSets that a Deployment's selector matches.
    pub replica_sets: Vec<Object>,
    /// EndpointSlices of a Service.
    pub endpoint_slices: Vec<Object>,
    /// ResourceQuotas of a Namespace.
    pub quotas: Vec<Object>,
    /// LimitRanges of a Namespace.
    pub limit_ranges: Vec<Object>,
}
