//! Which kinds a cluster serves, and under which path.

use std::any::TypeId;
use std::collections::HashMap;

use k8s_openapi::api::admissionregistration::v1::{MutatingWebhookConfiguration, ValidatingWebhookConfiguration};
use k8s_openapi::api::apps::v1::{DaemonSet, Deployment, ReplicaSet, StatefulSet};
use k8s_openapi::api::batch::v1::{CronJob, Job};
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::{
    ConfigMap, Event, LimitRange, Namespace, Node, Pod, ReplicationController, ResourceQuota, Secret, Service,
    ServiceAccount,
};
use k8s_openapi::api::discovery::v1::EndpointSlice;
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use k8s_openapi::{NamespaceResourceScope, Resource};
use kube::core::discovery::v2::{APIGroupDiscovery, APIGroupDiscoveryList};

use super::Cluster;
use crate::error::{Error, Result};
use crate::object::ObjectId;

/// The kinds of a cluster: two requests (aggregated discovery, Kubernetes 1.26 and later).
#[derive(Debug, Clone, Default)]
pub struct Kinds(HashMap<(String, String), Vec<Served>>);

#[derive(Debug, Clone)]
struct Served {
    version: String,
    plural: String,
    namespaced: bool,
    /// Whether its objects can be listed and deleted: not of kinds that only answer questions.
    listed: bool,
}

/// A kind of k8s-openapi: its id without a name, its path segment, and whether it is in namespaces.
fn known<K: Resource>() -> (ObjectId, &'static str, bool)
where
    K::Scope: 'static,
{
    let namespaced = TypeId::of::<K::Scope>() == TypeId::of::<NamespaceResourceScope>();
    (ObjectId::new(K::API_VERSION, K::KIND, None, ""), K::URL_PATH_SEGMENT, namespaced)
}

/// Kinds that every cluster serves and this program reads.
fn built_in() -> [(ObjectId, &'static str, bool); 23] {
    [
        known::<ConfigMap>(),
        known::<Event>(),
        known::<LimitRange>(),
        known::<Namespace>(),
        known::<Node>(),
        known::<Pod>(),
        known::<ReplicationController>(),
        known::<ResourceQuota>(),
        known::<Secret>(),
        known::<Service>(),
        known::<ServiceAccount>(),
        known::<MutatingWebhookConfiguration>(),
        known::<ValidatingWebhookConfiguration>(),
        known::<CustomResourceDefinition>(),
        known::<DaemonSet>(),
        known::<Deployment>(),
        known::<ReplicaSet>(),
        known::<StatefulSet>(),
        known::<CronJob>(),
        known::<Job>(),
        known::<EndpointSlice>(),
        known::<PodDisruptionBudget>(),
        known::<Lease>(),
    ]
}

impl Kinds {
    /// The kinds that every cluster serves and this program reads, known without asking.
    pub fn built_in() -> Self {
        Self::default().and_built_in()
    }

    /// These and [`Kinds::built_in`].
    #[must_use]
    pub fn and_built_in(self) -> Self {
        self.and(built_in().iter().map(|(id, plural, namespaced)| (id, *plural, *namespaced)))
    }

    /// Kinds that every cluster serves, known without asking: each with its path segment and whether it is namespaced.
    pub fn of<'a>(known: impl IntoIterator<Item = (&'a ObjectId, &'a str, bool)>) -> Self {
        Self::default().and(known)
    }

    /// These and more, where they are not known yet; see [`Kinds::of`].
    #[must_use]
    pub fn and<'a>(mut self, more: impl IntoIterator<Item = (&'a ObjectId, &'a str, bool)>) -> Self {
        for (id, plural, namespaced) in more {
            let versions = self.0.entry((id.group.clone(), id.kind.clone())).or_default();
            if versions.iter().all(|served| served.version != id.version) {
                versions.push(Served {
                    version: id.version.clone(),
                    plural: plural.to_owned(),
                    namespaced,
                    listed: true,
                });
            }
        }
        self
    }

    /// The path below which objects of this kind and namespace are: `/apis/apps/v1/namespaces/a/deployments`.
    ///
    /// # Errors
    /// `unknown-kind` where the cluster does not serve it.
    pub fn collection(&self, id: &ObjectId) -> Result<String> {
        let served = self.served(id)?;
        let namespace = id.namespace.as_deref().filter(|_| served.namespaced);
        Ok(path(&id.group, &id.version, namespace, &served.plural))
    }

    /// The path of all objects of this kind, in whatever namespace.
    ///
    /// # Errors
    /// `unknown-kind` where the cluster does not serve it.
    pub fn everywhere(&self, id: &ObjectId) -> Result<String> {
        Ok(path(&id.group, &id.version, None, &self.served(id)?.plural))
    }

    /// The path segment of a kind.
    ///
    /// # Errors
    /// `unknown-kind` where the cluster does not serve it.
    pub fn plural(&self, id: &ObjectId) -> Result<&str> {
        Ok(&self.served(id)?.plural)
    }

    /// Whether this kind is served in this version.
    pub fn serves(&self, id: &ObjectId) -> bool {
        self.served(id).is_ok()
    }

    /// Whether any version of a kind is served.
    pub fn has(&self, group: &str, kind: &str) -> bool {
        self.0.contains_key(&(group.to_owned(), kind.to_owned()))
    }

    /// A kind in the version that the cluster prefers, as an id without namespace and name.
    pub fn preferred(&self, group: &str, kind: &str) -> Option<ObjectId> {
        let served = self.0.get(&(group.to_owned(), kind.to_owned()))?.first()?;
        let api_version = if group.is_empty() { served.version.clone() } else { format!("{group}/{}", served.version) };
        Some(ObjectId::new(&api_version, kind, None, ""))
    }

    /// The API groups that are served, sorted; the core group is empty.
    pub fn groups(&self) -> Vec<&str> {
        let mut groups: Vec<&str> = self.0.keys().map(|(group, _)| group.as_str()).collect();
        groups.sort_unstable();
        groups.dedup();
        groups
    }

    /// One id without a name for each kind whose objects can be listed, in the version the cluster prefers, with whether
    /// they are in namespaces; sorted.
    pub fn listed(&self) -> Vec<(ObjectId, bool)> {
        let first = |versions: &Vec<Served>| versions.iter().find(|served| served.listed).cloned();
        let mut listed: Vec<(ObjectId, bool)> = self
            .0
            .iter()
            .filter_map(|((group, kind), versions)| {
                let Served { version, namespaced, .. } = first(versions)?;
                let (group, kind) = (group.clone(), kind.clone());
                Some((ObjectId { group, version, kind, namespace: None, name: String::new() }, namespaced))
            })
            .collect();
        listed.sort();
        listed
    }

    /// Every `group/version` that is served (`v1` for the core group): what Helm calls the API versions.
    pub fn api_versions(&self) -> Vec<String> {
        let mut versions: Vec<String> = self
            .0
            .iter()
            .flat_map(|((group, kind), served)| {
                served.iter().flat_map(move |served| {
                    let version =
                        if group.is_empty() { served.version.clone() } else { format!("{group}/{}", served.version) };
                    [format!("{version}/{kind}"), version]
                })
            })
            .collect();
        versions.sort();
        versions.dedup();
        versions
    }

    fn served(&self, id: &ObjectId) -> Result<&Served> {
        let versions = self.0.get(&(id.group.clone(), id.kind.clone()));
        versions.and_then(|versions| versions.iter().find(|served| served.version == id.version)).ok_or_else(|| {
            Error::failed("unknown-kind", format!("{id}: the cluster does not serve {} of {}", id.kind, id.api_version()))
                .hint("run `kubectl api-resources` to see what it serves; a missing CRD or an old Kubernetes is the usual cause")
        })
    }

    fn add(&mut self, groups: APIGroupDiscoveryList) {
        for group in groups.items {
            let name = group.metadata.as_ref().and_then(|metadata| metadata.name.clone()).unwrap_or_default();
            self.add_group(&name, group);
        }
    }

    fn add_group(&mut self, name: &str, group: APIGroupDiscovery) {
        for version in group.versions {
            let label = version.version.unwrap_or_default();
            for resource in version.resources {
                let kind = resource.response_kind.and_then(|kind| kind.kind);
                let (Some(plural), Some(kind)) = (resource.resource, kind) else { continue };
                let namespaced = resource.scope.as_deref() == Some("Namespaced");
                let listed = ["list", "delete"].iter().all(|verb| resource.verbs.iter().any(|known| known == verb));
                let served = Served { version: label.clone(), plural, namespaced, listed };
                self.0.entry((name.to_owned(), kind)).or_default().push(served);
            }
        }
    }
}

impl Cluster {
    /// Asks which kinds are served.
    ///
    /// # Errors
    /// Cluster errors.
    pub async fn kinds(&self) -> Result<Kinds> {
        let (core, named) = futures::try_join!(
            self.retried("discover the API", || self.client.list_core_api_versions_aggregated()),
            self.retried("discover the API", || self.client.list_api_groups_aggregated()),
        )?;
        let mut kinds = Kinds::default();
        kinds.add(core);
        kinds.add(named);
        Ok(kinds)
    }
}

fn path(group: &str, version: &str, namespace: Option<&str>, plural: &str) -> String {
    let root = if group.is_empty() { format!("/api/{version}") } else { format!("/apis/{group}/{version}") };
    match namespace {
        Some(namespace) => format!("{root}/namespaces/{namespace}/{plural}"),
        None => format!("{root}/{plural}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_called_as_rights_about_them_are() {
        for (id, plural, _) in built_in() {
            assert_eq!(crate::plan::access::plural(&id.kind), plural);
        }
    }
}
