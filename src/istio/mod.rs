//! Istio's own terms, pure: what its names and labels mean, whoever made an object.
//!
//! Every rule about a revision, a proxy or an installation is written here once; the layers above ask.
//!
//! * [`label`] has the names of labels and annotations.
//! * [`Pod`] is a pod as far as the mesh asks, [`Proxy`] its proxy.
//! * [`running`] tells which versions run.
//! * [`Picture`] tells who uses which revision, [`ControlPlane`] what an istiod injects by.
//! * [`remote`] is about control planes that run elsewhere.
//! * [`webhook`] is about the webhooks of a configuration.
//! * [`Maker`] is who made an object, [`names`] what installers call objects that tell of nothing.
//! * [`asks`] says which revision a namespace or a pod template asks for.

pub mod asks;
mod installation;
pub mod label;
pub mod linked;
pub mod maker;
pub mod names;
pub mod plane;
mod pod;
mod proxy;
pub mod remote;
mod revision;
pub mod running;
mod users;
pub mod webhook;
mod workload;

pub use installation::Installation;
pub use maker::{Maker, is_component};
pub use plane::ControlPlane;
pub use pod::{Container, Pod};
pub use proxy::{INJECTED, PROXY, Proxy, Role};
pub use remote::RemotePlane;
pub use revision::{named, revision, tags_of};
pub use users::{Picture, Revision, Tag, Users, idle_by_revision};
pub use workload::{Gateway, GatewayClass, Idle, MAY_BE_IDLE, Unready, Workload};

/// The revision of a control plane without a name.
pub const DEFAULT: &str = "default";

/// The namespace of a control plane unless somebody says otherwise.
pub const DEFAULT_NAMESPACE: &str = "istio-system";
