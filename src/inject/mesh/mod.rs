//! Mesh configuration: read with Istio's defaults below it, merged with what a pod sets for its own proxy, and written
//! as istiod writes it.

mod config;
mod defaults;
mod go;
mod read;
mod traffic;
mod types;
mod validate;
mod write;

pub(crate) use config::MeshConfig;
pub(crate) use go::Message;
pub(crate) use validate::{mesh_config as validate_mesh_config, proxy_config as validate_proxy_config};
pub(crate) use write::{proto_json, without_defaults};
