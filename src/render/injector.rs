//! The injector that a rendered mesh would have.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Bundle;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::inject::{Injector, MeshInputs};
use crate::istio::plane;
use crate::line::Line;
use crate::object::Object;

/// What the injector reads: the texts of the ConfigMaps that istiod reads too.
#[derive(Debug, Clone, Default)]
pub struct InjectorTexts {
    /// `config` of `istio-sidecar-injector`: templates and policy.
    pub config: String,
    /// `mesh` of `istio`: the mesh's configuration.
    pub mesh: String,
    /// `values` of `istio-sidecar-injector`.
    pub values: String,
    /// The revision, empty for the default one.
    pub revision: String,
    /// The line of Istio that reads them.
    pub line: Line,
    /// What to say where that Istio is newer than what is known.
    pub newer: Option<String>,
    /// The plain variables of istiod's container.
    pub env: BTreeMap<String, String>,
    /// The `ProxyConfig` resources of the cluster.
    pub proxies: Vec<Value>,
    /// The namespace of workloads that name none, where it is known.
    pub namespace: String,
}

impl InjectorTexts {
    /// The texts that `bundle` renders.
    ///
    /// # Errors
    /// `no-injector` (usage) where it has no such ConfigMap.
    pub fn of(bundle: &Bundle, config: &Config) -> Result<Self> {
        let objects = bundle.of("istiod");
        let data = |prefix: &str, key: &str| -> Result<String> {
            let of_revision = match config.revision() {
                "" => prefix.to_owned(),
                revision => format!("{prefix}-{revision}"),
            };
            let is_it = |object: &&Object| object.kind() == "ConfigMap" && object.name() == of_revision;
            let text = objects.iter().find(is_it).and_then(|object| object.text(&format!("/data/{key}")));
            text.map(str::to_owned).ok_or_else(|| {
                let message = format!("these settings render no ConfigMap {of_revision} with `{key}`");
                Error::usage("no-injector", message).hint("name it: --injectConfigFile, --meshConfigFile, --valuesFile")
            })
        };
        let istiod = objects.iter().find(|object| object.kind() == "Deployment");
        Ok(Self {
            env: istiod.map(plane::environment).unwrap_or_default(),
            config: data("istio-sidecar-injector", "config")?,
            values: data("istio-sidecar-injector", "values")?,
            mesh: data("istio", "mesh")?,
            revision: config.revision().to_owned(),
            line: config.line(),
            ..Self::default()
        })
    }

    /// Whether its proxies are native sidecars; `nodes_can` is whether every node runs them.
    pub fn native_sidecars(&self, nodes_can: bool) -> bool {
        plane::native_sidecars(&self.env, nodes_can)
    }

    /// The injector that reads them.
    ///
    /// # Errors
    /// As [`Injector::new`].
    pub fn injector(&self, native_sidecars: bool) -> Result<Injector> {
        let injector = Injector::new(&MeshInputs {
            config: &self.config,
            values: &self.values,
            mesh: &self.mesh,
            revision: &self.revision,
            native_sidecars,
            line: self.line,
            env: self.env.clone(),
        })?;
        Ok(injector.with_proxy_configs(&self.proxies).in_namespace(&self.namespace))
    }
}
