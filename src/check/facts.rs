//! What checks and overviews are made from. What could not be read is none, and is named in `unknown`.

use std::collections::BTreeMap;

use crate::check::Fleet;
use crate::istio::Pod;
use crate::istio::plane::is_istiod;
use crate::object::Object;
use crate::plan::ledger::Ledger;

/// A cluster as it was read.
#[derive(Debug, Default)]
pub struct Facts {
    /// The version of Kubernetes, such as `v1.36.3`.
    pub kubernetes: String,
    /// Every `group/version` and `group/version/Kind` that is served.
    pub api_versions: Vec<String>,
    /// What the cluster runs on, where it can be told.
    pub platform: Option<String>,
    /// The namespace of the control plane.
    pub namespace: String,
    /// All namespaces.
    pub namespaces: Option<Vec<Object>>,
    /// Deployments of the control plane's namespace, and of Istio's components elsewhere.
    pub deployments: Option<Vec<Object>>,
    /// Pods of those of Istio's workloads whose templates do not tell what runs.
    pub pods: Vec<Pod>,
    /// Whether the control planes of all namespaces are among them.
    pub all_control_planes: bool,
    /// All DaemonSets.
    pub daemon_sets: Option<Vec<Object>>,
    /// All webhook configurations, mutating and validating.
    pub webhooks: Option<Vec<Object>>,
    /// Services of the namespaces that Istio's webhooks lead to.
    pub services: Option<Vec<Object>>,
    /// EndpointSlices of those namespaces.
    pub slices: Option<Vec<Object>>,
    /// CustomResourceDefinitions of Istio.
    pub definitions: Option<Vec<Object>>,
    /// All nodes.
    pub nodes: Option<Vec<Object>>,
    /// ResourceQuotas of the control plane's namespace.
    pub quotas: Option<Vec<Object>>,
    /// What pods ask for of each node.
    pub requested: Option<crate::check::Requested>,
    /// The root certificate of the mesh, as PEM.
    pub root: Option<String>,
    /// Workloads without pods, by the revision that they ask for.
    pub idle: BTreeMap<String, Vec<String>>,
    /// What is recorded of installations.
    pub ledger: Option<Ledger>,
    /// The proxies.
    pub fleet: Option<Fleet>,
    /// What an installation needs to do and may not.
    pub denied: Option<Vec<String>>,
    /// Secrets that the service accounts of an installation name for pulling images, and that are not there.
    pub missing_pull_secrets: Option<Vec<String>>,
    /// What would be installed.
    pub wanted: Vec<Object>,
    /// Now, in seconds since 1970.
    pub now: i64,
    /// What could not be read, and why.
    pub unknown: Vec<String>,
}

impl Facts {
    /// The webhook configurations that are Istio's.
    pub fn istio_webhooks(&self) -> impl Iterator<Item = &Object> {
        self.webhooks.iter().flatten().filter(|one| is_of_istio(one))
    }

    /// The Deployments of control planes, wherever they are.
    pub fn control_planes(&self) -> impl Iterator<Item = &Object> {
        self.deployments.iter().flatten().filter(|one| is_istiod(one))
    }
}

/// Whether a webhook configuration is one of Istio's.
pub fn is_of_istio(configuration: &Object) -> bool {
    let names = configuration.list("/webhooks").iter().filter_map(|webhook| webhook["name"].as_str());
    names.into_iter().any(|name| name.ends_with(".istio.io"))
}
