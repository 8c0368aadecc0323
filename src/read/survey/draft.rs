//! What the inputs render to on this cluster, before it is known what is there.

use serde_json::Value;

use crate::cluster::{Cluster, Kinds};
use crate::config::{self, ComponentKind, Config, Platform, Signs};
use crate::error::Result;
use crate::input::{Asked, Origin, Parts, Resolved};
use crate::istio::Installation;
use crate::object::{Object, ObjectId};
use crate::plan::ledger::Ledger;
use crate::render::{self, Bundle, Target};

/// How many nodes tell what a platform is.
const NODES: u32 = 10;

/// Inputs, and what they render to.
pub(super) struct Draft {
    /// What the inputs say, for the record.
    pub(super) tree: Value,
    pub(super) origin: Origin,
    pub(super) installation: Installation,
    pub(super) bundle: Bundle,
    pub(super) platform: Option<&'static Platform>,
    pub(super) warnings: Vec<String>,
    pub(super) notes: Vec<String>,
    pub(super) config: Config,
}

impl Draft {
    /// Renders what is asked for.
    ///
    /// # Errors
    /// What [`Asked::resolve`], [`config::load`] and [`render::render`] say.
    pub(super) async fn of(
        cluster: &Cluster,
        asked: &Asked,
        ledger: &Ledger,
        version: String,
        kinds: &Kinds,
    ) -> Result<Self> {
        let Resolved { mut inputs, origin, tree, installation } = asked.resolve(ledger)?;
        let platform = platform(cluster, &version, kinds).await;
        if let Some(platform) = platform.filter(|_| inputs.detected_platform.is_none()) {
            inputs.detected_platform = Some(platform.name.to_owned());
        }
        let config = config::load(&inputs)?;
        let mut warnings: Vec<String> = too_old(&config, &version).into_iter().collect();
        let notes = platform.filter(|platform| config.obeys(platform)).map(Platform::said).into_iter().collect();
        let target = Target { kubernetes: version, api_versions: kinds.api_versions().into_iter().collect() };
        let mut bundle = render::render(&config, &target)?;
        if asked.parts == Parts::ControlPlane {
            let is_meant = |kind| matches!(kind, ComponentKind::Core | ComponentKind::ControlPlane);
            bundle.components.retain(|rendered| is_meant(rendered.component.kind));
        }
        warnings.extend(bundle.warnings.iter().cloned());
        Ok(Self { tree, origin, installation, bundle, platform, warnings, notes, config })
    }
}

/// What platform the cluster runs on. Its nodes are asked only where they can tell; where they may not be read, the rest
/// has to do.
async fn platform(cluster: &Cluster, version: &str, kinds: &Kinds) -> Option<&'static Platform> {
    let groups = kinds.groups();
    let mut nodes = Vec::new();
    if config::asks_for_nodes(version, &groups) {
        let id = ObjectId::new("v1", "Node", None, "");
        match cluster.first("/api/v1/nodes", &id, NODES).await {
            Ok(found) => nodes.extend(found.into_iter().map(Object::into_value)),
            Err(error) => tracing::debug!(%error, "the platform is told without the nodes"),
        }
    }
    config::detect(&Signs { version, groups, nodes: &nodes })
}

/// What to say where the cluster is older than the line of the charts supports.
fn too_old(config: &Config, version: &str) -> Option<String> {
    config.line().said_of_older(version).map(|said| format!("the cluster runs Kubernetes {version}; {said}"))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::config::{Inputs, Source};

    #[test]
    fn which_kubernetes_is_too_old_is_told_by_the_charts() {
        let of = |version: &str| {
            let source = |name: &str, text: String| Source { name: name.to_owned(), text };
            let chart = source("istio-control/istio-discovery/Chart.yaml", format!("appVersion: {version}\n"));
            let inputs = Inputs {
                charts: Some(Arc::from([chart])),
                profiles: Some(vec![source("default", "spec: {}\n".to_owned())]),
                ..Inputs::default()
            };
            config::load(&inputs).unwrap()
        };
        let said = "the cluster runs Kubernetes v1.30.4; Istio 1.29 supports 1.31 and later";
        let table = [
            (of("1.28.10"), "v1.30.4", None),
            (of("1.29.6"), "v1.30.4", Some(said)),
            (of("1.29.6"), "v1.31.0", None),
            (of("1.31.0"), "v1.31.0", Some("the cluster runs Kubernetes v1.31.0; Istio 1.31 supports 1.32 and later")),
            (config::load(&Inputs::default()).unwrap(), "v1.32.1", None),
        ];
        for (config, version, wanted) in table {
            assert_eq!(too_old(&config, version).as_deref(), wanted, "{} {version}", config.line());
        }
    }
}
