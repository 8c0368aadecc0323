//! `mesh label`: what `kubectl label` does, and what that means for the mesh.

use serde_json::{Map, Value};

use super::settings::Settings;
use crate::apply::{self, Trial};
use crate::cli::{DryRun, LabelArgs, TextOutput};
use crate::cluster::Cluster;
use crate::error::{Error, Kind, Result};
use crate::object::Object;
use crate::plan::labels::{self, Changes, ResourceType};
use crate::read::{Found, View};
use crate::report::label::{Labels, verdict};

/// Labels objects.
pub(super) fn run(settings: &Settings, args: LabelArgs) -> Result<()> {
    let LabelArgs { words, overwrite, all, all_namespaces, selector, list, dry_run, output } = args;
    let (objects, changes) = labels::parse(&words)?;
    labels::check_usage(&changes, list, all, selector.is_some())?;
    let selected = labels::selected(&objects, all, selector.is_some(), all_namespaces)?;
    let trial = match dry_run {
        DryRun::None => Trial::None,
        DryRun::Client => Trial::Here,
        DryRun::Server => Trial::Server,
    };
    let job = Job { settings, changes, overwrite, list, trial };
    let mut labels = Labels::new(&settings.ui, output == TextOutput::Json);
    settings.on_cluster(|cluster| async move {
        let namespace = settings.namespace.clone().unwrap_or_else(|| cluster.namespace().to_owned());
        let namespace = Some(namespace.as_str()).filter(|_| !all_namespaces);
        let view = View::of(&cluster);
        let (found, missing) = view.labelled(&selected, namespace, selector.as_deref()).await?;
        let failed = job.label(&cluster, &view, &found, selected.is_one(), &mut labels).await?;
        labels.end(cluster.name())?;
        verdict(failed, &missing)
    })
}

struct Job<'a> {
    settings: &'a Settings,
    changes: Changes,
    overwrite: bool,
    list: bool,
    trial: Trial,
}

impl Job<'_> {
    /// Labels what was found, one after the other; gives what went wrong with single objects.
    async fn label(
        &self,
        cluster: &Cluster,
        view: &View<'_>,
        found: &Found,
        alone: bool,
        labels: &mut Labels,
    ) -> Result<Vec<Error>> {
        if labels::of_istio(&self.changes) && !self.list {
            let objects = found.iter().map(|(_, object)| object);
            labels::check(&self.changes, objects, &view.revisions().await?, &self.settings.istio_namespace)?;
        }
        let (mut failed, mut namespaces) = (Vec::new(), Vec::new());
        for (one, object) in found {
            match self.one(cluster, *one, object, alone, labels).await {
                Ok(after) => {
                    labels.cautions(&object.id(), &labels::cautions(&self.changes, &object.id(), &after));
                    if object.kind() == "Namespace" && !self.list {
                        namespaces.push(labels::with(object, after));
                    }
                }
                // The others are labelled all the same; what is wrong with the cluster is wrong for them too.
                Err(error) if error.kind() == Kind::Failed => failed.push(error),
                Err(error) => return Err(error),
            }
        }
        if labels::concerns_pods(&self.changes) && !namespaces.is_empty() {
            let names: Vec<String> = namespaces.iter().map(|one| one.name().to_owned()).collect();
            // Where it cannot be found out that is said, and fails nothing: the labels are written.
            let plan = async { view.compared(&view.scene(namespaces, false).await?).await.map(|(plan, _)| plan) };
            labels.restarts(&names, &plan.await);
        }
        Ok(failed)
    }

    /// Labels one object and says so.
    async fn one(
        &self,
        cluster: &Cluster,
        one: ResourceType,
        object: &Object,
        alone: bool,
        labels: &mut Labels,
    ) -> Result<Map<String, Value>> {
        // kubectl looks for them before it knows whether the others can be set.
        if self.trial != Trial::Here && !self.list {
            labels.missing(&self.changes.missing(object))?;
        }
        let after = self.changes.of(object, self.overwrite)?;
        if self.list {
            // kubectl gives the labels a head where several objects may come.
            labels.list(one, object, &after, alone)?;
        } else {
            apply::label(cluster, object, &after, self.trial).await?;
            let outcome = labels::outcome(object, &after, self.overwrite);
            labels.labelled(one, object, &after, outcome, self.trial)?;
        }
        Ok(after)
    }
}
