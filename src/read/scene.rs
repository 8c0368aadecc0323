//! What there is in namespaces whose workloads may have to restart.

use futures::future::try_join_all;
use serde_json::Value;

use super::View;
use super::planes::injection;
use crate::cluster::Kinds;
use crate::error::Result;
use crate::object::{Object, ObjectId};
use crate::plan::injection::Injectors;
use crate::plan::restart::{self, Restarts};

/// What there is in the namespaces that are looked at, and what would be injected there now.
pub struct Scene {
    /// The namespaces, with the labels that are to count.
    pub namespaces: Vec<Object>,
    /// Their pods.
    pub pods: Vec<Object>,
    /// Their Deployments, StatefulSets and DaemonSets.
    pub workloads: Vec<Object>,
    budgets: Vec<Object>,
    /// The resource version at which the pods were listed.
    pub version: String,
    /// What decides about injection there.
    pub injection: Injectors,
}

impl View<'_> {
    /// Looks at these namespaces, or with `everywhere` at all of the cluster.
    ///
    /// # Errors
    /// Cluster errors; a configuration of an injector that cannot be read.
    pub async fn scene(&self, namespaces: Vec<Object>, everywhere: bool) -> Result<Scene> {
        let (kinds, webhooks) = (Kinds::built_in(), self.webhooks().await?.to_vec());
        let places: Vec<Option<&str>> =
            if everywhere { vec![None] } else { namespaces.iter().map(|one| Some(one.name())).collect() };
        let list = async |version: &str, kind: &str| -> Result<(Vec<Object>, Vec<String>)> {
            let ids = places.iter().map(|place| ObjectId::new(version, kind, *place, ""));
            let lists = ids.map(async |id| self.cluster.list_at(&kinds.collection(&id)?, &id, None).await);
            let (objects, versions): (Vec<_>, Vec<_>) = try_join_all(lists).await?.into_iter().unzip();
            Ok((objects.concat(), versions))
        };
        let (injection, (pods, versions), (deployments, _), (stateful_sets, _), (daemon_sets, _), (budgets, _)) = futures::try_join!(
            injection(self.cluster, webhooks),
            list("v1", "Pod"),
            list("apps/v1", "Deployment"),
            list("apps/v1", "StatefulSet"),
            list("apps/v1", "DaemonSet"),
            list("policy/v1", "PodDisruptionBudget"),
        )?;
        let workloads = [deployments, stateful_sets, daemon_sets].concat();
        // Of several lists the oldest: a watch from there on shows some changes twice, and misses none.
        let version =
            versions.into_iter().min_by_key(|version| version.parse::<u64>().unwrap_or(0)).unwrap_or_default();
        Ok(Scene { namespaces, pods, workloads, budgets, version, injection })
    }
}

impl Scene {
    /// The same as the planner takes it.
    pub fn seen(&self) -> restart::Surroundings<'_> {
        let Self { namespaces, pods, workloads, budgets, version: _, injection: _ } = self;
        restart::Surroundings { namespaces, pods, workloads, budgets }
    }

    /// The same where other webhooks select by now.
    #[must_use]
    pub fn selecting_by(self, webhooks: Vec<Value>) -> Self {
        Self { injection: self.injection.selecting_by(webhooks), ..self }
    }

    /// What has to restart.
    ///
    /// # Errors
    /// As [`restart::plan`].
    pub fn plan(&self) -> Result<Restarts> {
        restart::plan(&self.seen(), &self.injection)
    }

    /// What to say of control planes that are newer than what is known.
    pub fn newer(&self) -> Vec<String> {
        self.injection.newer().iter().cloned().collect()
    }

    /// Revisions whose injector is configured elsewhere: what keeps this look from being a whole one.
    pub fn unknown(&self) -> Vec<String> {
        self.injection.unknown().iter().map(ToString::to_string).collect()
    }
}
