//! The cluster that is worked on: a real API server with its controllers on loopback, whose pods are played.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;
use cluster::{Cluster, Mark};
use serde_json::Value;

/// The user by which everything that is measured works, so that its requests are known from others.
const USER: &str = "bench";
/// How long removed objects may take to go.
const GONE: Duration = Duration::from_secs(300);

const WEBHOOKS: [&str; 2] = [
    "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
    "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
];
const CRDS: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const RIGHTS: [&str; 2] =
    ["/apis/rbac.authorization.k8s.io/v1/clusterroles", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"];
const NAMESPACES: &str = "/api/v1/namespaces";

/// A cluster, empty at first.
pub(crate) struct Plane {
    pub(crate) cluster: Cluster,
    kubeconfig: PathBuf,
}

impl Plane {
    /// # Errors
    /// The cluster does not start.
    pub(crate) fn start() -> Result<Self> {
        let cluster = Cluster::builder().nodes(3).user(USER, &["system:masters"]).start()?;
        Ok(Self { kubeconfig: cluster.kubeconfig_for(USER)?, cluster })
    }

    pub(crate) fn kubeconfig(&self) -> &Path {
        &self.kubeconfig
    }

    /// How many requests there were since a mark.
    pub(crate) fn asked(&self, since: Mark) -> Result<usize> {
        Ok(self.cluster.requests_since(since)?.filter(|request| request.user == USER).count())
    }

    pub(crate) fn version(&self) -> String {
        let found = self.cluster.get("/version").unwrap_or_default();
        format!("Kubernetes {}", found["gitVersion"].as_str().unwrap_or_default().trim_start_matches('v'))
    }

    /// Takes away all of Istio, whoever installed it, and what was put into the mesh; waits until it is gone.
    ///
    /// # Errors
    /// The API server refuses, or something stays.
    pub(crate) fn sweep(&self) -> Result<()> {
        for webhooks in WEBHOOKS {
            self.cluster.delete(webhooks)?;
        }
        let going = [
            self.paths(CRDS, |name| name.ends_with(".istio.io"))?,
            self.paths(RIGHTS[0], |name| name.contains("istio"))?,
            self.paths(RIGHTS[1], |name| name.contains("istio"))?,
            self.paths(NAMESPACES, |name| name == "istio-system" || name == super::work::SHOP)?,
        ]
        .concat();
        for path in &going {
            // The controllers may have been faster.
            if let Err(cause) = self.cluster.delete(path)
                && !matches!(cluster::status_code(&cause), Some(404 | 409))
            {
                return Err(cause);
            }
        }
        for path in &going {
            let gone = |cluster: &Cluster| Ok(cluster.get_opt(path)?.is_none().then_some(()));
            self.cluster.eventually(GONE, &format!("end of {path}"), gone)?;
        }
        Ok(())
    }

    fn paths(&self, collection: &str, is_meant: impl Fn(&str) -> bool) -> Result<Vec<String>> {
        let all = self.cluster.list(collection)?;
        let names = all.iter().filter_map(|object: &Value| object["metadata"]["name"].as_str());
        Ok(names.filter(|name| is_meant(name)).map(|name| format!("{collection}/{name}")).collect())
    }
}
