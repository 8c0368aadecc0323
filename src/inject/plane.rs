//! The injector of a control plane in a cluster.

use super::{Injector, MeshInputs};
use crate::error::Result;
use crate::istio::ControlPlane;

impl Injector {
    /// The injector that an istiod has, with native sidecars or without.
    ///
    /// # Errors
    /// As [`Injector::new`], with the revision.
    pub fn of(plane: &ControlPlane, native_sidecars: bool) -> Result<Self> {
        Self::new(&MeshInputs {
            config: &plane.config,
            values: &plane.values,
            mesh: &plane.mesh,
            revision: plane.flag(),
            native_sidecars,
            line: plane.line(),
            env: plane.env.clone(),
        })
        .map_err(|error| error.of_what_is_there().at(format!("injection of revision {}", plane.revision)))
    }
}
