//! What happened to objects, and in which order: from the watch history that the API server keeps for a while. Resource
//! versions are one sequence over all kinds, as they are etcd's revisions.

use anyhow::{Context, Result};
use cluster::Cluster;
use serde_json::Value;

/// The collections an installation writes to.
const COLLECTIONS: [&str; 12] = [
    "/api/v1/namespaces",
    "/api/v1/namespaces/istio-system/configmaps",
    "/api/v1/namespaces/istio-system/serviceaccounts",
    "/api/v1/namespaces/istio-system/services",
    "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
    "/apis/rbac.authorization.k8s.io/v1/clusterroles",
    "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
    "/apis/rbac.authorization.k8s.io/v1/namespaces/istio-system/roles",
    "/apis/rbac.authorization.k8s.io/v1/namespaces/istio-system/rolebindings",
    "/apis/apps/v1/namespaces/istio-system/deployments",
    "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
    "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
];

/// One change of one object.
pub(crate) struct Change {
    pub(crate) version: u64,
    /// Whether the object was not there before.
    pub(crate) is_new: bool,
    /// Whether it is not there any more.
    pub(crate) is_gone: bool,
    pub(crate) kind: String,
    pub(crate) name: String,
    /// The object as it was then.
    pub(crate) object: Value,
}

/// Changes, oldest first.
pub(crate) struct Changes(pub(crate) Vec<Change>);

/// The resource version of now.
pub(crate) fn version_now(cluster: &Cluster) -> Result<u64> {
    version(&cluster.get("/api/v1/namespaces")?)
}

impl Changes {
    /// What an installation has written since a resource version.
    pub(crate) fn since(cluster: &Cluster, before: u64) -> Result<Self> {
        Self::of(cluster, &COLLECTIONS, before)
    }

    /// What has happened in these collections since a resource version.
    pub(crate) fn of(cluster: &Cluster, collections: &[&str], before: u64) -> Result<Self> {
        let watched: Vec<Result<String>> = std::thread::scope(|scope| {
            let watch = |path| {
                scope.spawn(move || {
                    cluster.text(&format!("{path}?watch=true&resourceVersion={before}&timeoutSeconds=1"))
                })
            };
            let threads: Vec<_> = collections.iter().map(watch).collect();
            let ended =
                threads.into_iter().map(|one| one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            ended.collect()
        });
        let mut changes = Vec::new();
        for lines in watched {
            for line in lines?.lines() {
                let event: Value = serde_json::from_str(line).context("a watch event is not JSON")?;
                let object = &event["object"];
                anyhow::ensure!(event["type"] != "ERROR", "the history is gone: {object}");
                changes.push(Change {
                    version: version(object)?,
                    is_new: event["type"] == "ADDED",
                    is_gone: event["type"] == "DELETED",
                    kind: object["kind"].as_str().unwrap_or_default().to_owned(),
                    name: object["metadata"]["name"].as_str().unwrap_or_default().to_owned(),
                    object: object.clone(),
                });
            }
        }
        changes.sort_by_key(|change| change.version);
        Ok(Self(changes))
    }

    /// When an object was made.
    pub(crate) fn made(&self, kind: &str, name: &str) -> Result<u64> {
        self.when(&format!("new {kind} {name}"), |change| change.is_new && change.kind == kind && change.name == name)
    }

    /// When something first held.
    pub(crate) fn when(&self, what: &str, holds: impl FnMut(&&Change) -> bool) -> Result<u64> {
        let found = self.0.iter().find(holds);
        found.map(|change| change.version).with_context(|| format!("the history has no {what}"))
    }
}

fn version(object: &Value) -> Result<u64> {
    let version = object["metadata"]["resourceVersion"].as_str().context("no resource version")?;
    version.parse().context("a resource version that is no number")
}
