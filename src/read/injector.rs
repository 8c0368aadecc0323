//! What an istiod injects by.

use super::View;
use super::planes::{every_node_can, proxy_configs};
use crate::error::Result;
use crate::istio::ControlPlane;
use crate::line::Line;
use crate::render::InjectorTexts;

impl View<'_> {
    /// What the istiod of a revision injects by, and whether its proxies are native sidecars there.
    ///
    /// # Errors
    /// `no-config-map` (failed), cluster errors.
    pub async fn injector(&self, namespace: &str, revision: &str) -> Result<(InjectorTexts, bool)> {
        self.version().await?;
        let plane = self.control_plane(namespace, revision).await?;
        let (nodes_can, proxies) = futures::try_join!(every_node_can(self.cluster), proxy_configs(self.cluster))?;
        let native = plane.native_sidecars(nodes_can);
        let (revision, line) = (plane.flag().to_owned(), plane.line());
        let newer = plane.version.as_deref().and_then(Line::said_of_newer);
        let ControlPlane { config, mesh, values, env, .. } = plane;
        let namespace = String::new();
        Ok((InjectorTexts { config, mesh, values, revision, line, newer, env, proxies, namespace }, native))
    }
}
