//! What there is in namespaces whose workloads may have to restart.

use std::cell::RefCell;

use futures::future::try_join_all;
use serde_json::Value;

use super::View;
use super::planes::injection;
use crate::cluster::{Kinds, Selection};
use crate::error::{Error, Result};
use crate::object::{Object, ObjectId};
use crate::plan::injection::Injectors;
use crate::plan::restart::{Planner, Pods, Restarts, Surroundings};

/// So many pods are looked at in one request: enough to ask seldom, few enough to be held whole.
const PAGE: u32 = 250;
/// So many workloads or budgets.
const LIST: u32 = 500;

/// What there is in the namespaces that are looked at but for their pods, and what would be injected there now.
pub struct Scene {
    /// The namespaces, with the labels that are to count.
    pub namespaces: Vec<Object>,
    /// Their Deployments, StatefulSets and DaemonSets, without the notes of who wrote which field.
    workloads: Vec<Object>,
    budgets: Vec<Object>,
    /// Whether all of the cluster is looked at at once.
    everywhere: bool,
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
        let places = places(&namespaces, everywhere);
        let list = async |version: &str, kind: &str| -> Result<Vec<Object>> {
            let ids = places.iter().map(|place| ObjectId::new(version, kind, *place, ""));
            let lists = ids.map(async |id| {
                let mut found = Vec::new();
                let keep = |page: Vec<Object>| {
                    found.extend(page.into_iter().map(without_managers));
                    Ok(())
                };
                let path = kinds.collection(&id)?;
                self.cluster.object_pages(&path, &id, Selection::default(), LIST, keep).await?;
                Ok::<_, Error>(found)
            });
            try_join_all(lists).await.map(|lists| lists.concat())
        };
        let (injection, deployments, stateful_sets, daemon_sets, budgets) = futures::try_join!(
            injection(self.cluster, webhooks),
            list("apps/v1", "Deployment"),
            list("apps/v1", "StatefulSet"),
            list("apps/v1", "DaemonSet"),
            list("policy/v1", "PodDisruptionBudget"),
        )?;
        let workloads = [deployments, stateful_sets, daemon_sets].concat();
        Ok(Scene { namespaces, workloads, budgets, everywhere, injection })
    }

    /// Compares the pods of a scene with what would be made now, a page at a time: what has to restart, and the pods in brief.
    ///
    /// # Errors
    /// Cluster errors; as [`Planner::take`].
    pub async fn compared(&self, scene: &Scene) -> Result<(Restarts, Pods)> {
        let kinds = Kinds::built_in();
        let seen = scene.seen();
        let planner = RefCell::new(Planner::new(&seen, &scene.injection));
        let lists = places(&scene.namespaces, scene.everywhere).into_iter().map(async |place| {
            let id = ObjectId::new("v1", "Pod", place, "");
            let take = |page: Vec<Object>| planner.borrow_mut().take(&page);
            self.cluster.object_pages(&kinds.collection(&id)?, &id, Selection::default(), PAGE, take).await
        });
        let versions = try_join_all(lists).await?;
        let (plan, mut pods) = planner.into_inner().end();
        // Of several lists the oldest: a watch from there on shows some changes twice, and misses none.
        pods.version =
            versions.into_iter().min_by_key(|version| version.parse::<u64>().unwrap_or(0)).unwrap_or_default();
        Ok((plan, pods))
    }
}

/// The notes of who wrote which field are often the greater part of an object.
fn without_managers(mut object: Object) -> Object {
    if let Some(metadata) = object.value_mut()["metadata"].as_object_mut() {
        metadata.shift_remove("managedFields");
    }
    object
}

/// Where is looked: everywhere, or in each of these namespaces.
fn places(namespaces: &[Object], everywhere: bool) -> Vec<Option<&str>> {
    if everywhere { vec![None] } else { namespaces.iter().map(|one| Some(one.name())).collect() }
}

impl Scene {
    /// The same as the planner takes it.
    pub fn seen(&self) -> Surroundings<'_> {
        let Self { namespaces, workloads, budgets, .. } = self;
        Surroundings { namespaces, workloads, budgets }
    }

    /// The same where other webhooks select by now.
    #[must_use]
    pub fn selecting_by(self, webhooks: Vec<Value>) -> Self {
        Self { injection: self.injection.selecting_by(webhooks), ..self }
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
