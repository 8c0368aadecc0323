//! What checks and overviews are made from. What could not be read is none, and is named in `unknown`.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::check::{Fleet, Surroundings, is_component};
use crate::istio::Pod;
use crate::istio::plane::is_istiod;
use crate::istio::remote::{self, RemotePlane};
use crate::istio::webhook::{covers, fails_closed};
use crate::line::Line;
use crate::object::Object;
use crate::plan::ledger::Ledger;

/// A cluster as it was read.
#[derive(Debug, Default)]
pub struct Facts {
    /// The version of Kubernetes, such as `v1.36.3`.
    pub kubernetes: String,
    /// The line of Istio that is to be installed; the built-in one where none is.
    pub line: Line,
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
    /// Services of the namespaces that webhooks lead to which are Istio's, or can stand in its way.
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
    /// What tells why workloads are not ready, of namespaces with such.
    pub surroundings: Surroundings,
    /// What is wrong with what istiods inject by, a sentence each.
    pub broken_injectors: Option<Vec<String>>,
    /// What of the containers that injection adds the standard of a namespace forbids, by the namespace: of those where it is
    /// known what is injected.
    pub injected: Option<BTreeMap<String, Vec<String>>>,
    /// The root certificate of a CA that a user brought (Secret `cacerts`), as PEM; empty where there is none.
    pub brought_root: Option<String>,
    /// The CustomResourceDefinitions of this version, whether they are to be installed or not.
    pub own_definitions: Vec<Object>,
    /// What an installation needs to do and may not.
    pub denied: Option<Vec<String>>,
    /// Secrets that the service accounts and pods of an installation name for pulling images, and that are not there.
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

    /// The webhook configurations of others that fail closed on what Istio needs: pods, and Istio's own kinds.
    pub fn foreign_webhooks(&self) -> impl Iterator<Item = &Object> {
        self.webhooks.iter().flatten().filter(|one| stands_in_the_way(one))
    }

    /// Istio's own workloads: of the namespace of its control plane, and what its installers label.
    pub fn components(&self) -> impl Iterator<Item = &Object> {
        let all = self.deployments.iter().flatten().chain(self.daemon_sets.iter().flatten());
        all.filter(|one| is_component(one, &self.namespace))
    }

    /// Workloads of the mesh that are not ready, beside Istio's own.
    pub fn unready_of_mesh(&self) -> impl Iterator<Item = &Object> {
        let is_own = |one: &Object| self.components().any(|own| own.id() == one.id());
        self.surroundings.workloads.iter().filter(move |one| !is_own(one))
    }

    /// The control planes of this cluster that run elsewhere.
    pub fn remote_planes(&self) -> Vec<RemotePlane> {
        let services: Vec<&Object> = self.services.iter().flatten().collect();
        remote::planes(self.istio_webhooks(), &services, self.slices.as_deref().unwrap_or_default())
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

/// Whether a webhook configuration is somebody else's and refuses pods or Istio's kinds while nobody answers for it.
pub fn stands_in_the_way(configuration: &Object) -> bool {
    !is_of_istio(configuration) && configuration.list("/webhooks").iter().any(refuses_what_istio_needs)
}

/// Whether a webhook fails closed on pods, or on kinds of Istio's API, that are made.
pub(super) fn refuses_what_istio_needs(webhook: &Value) -> bool {
    let rules = webhook["rules"].as_array().into_iter().flatten();
    let is_about_it = |rule: &Value| {
        let resources = &rule["resources"];
        let pods = covers(&rule["apiGroups"], "") && (covers(resources, "pods") || covers(resources, "*/*"));
        let mut groups = rule["apiGroups"].as_array().into_iter().flatten().filter_map(Value::as_str);
        covers(&rule["operations"], "CREATE") && (pods || groups.any(|group| group.ends_with(".istio.io")))
    };
    fails_closed(webhook) && rules.into_iter().any(is_about_it)
}
