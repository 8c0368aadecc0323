//! What `verify` reads: reads only, few requests, pods a page at a time.

use futures::future::join3;
use futures::join;

use crate::check::{self, Case, Fleet};
use crate::cluster::{Cluster, Kinds};
use crate::error::Result;
use crate::input::Asked;
use crate::istio::{Pod, label, running, tags_of};
use crate::object::{Object, ObjectId};
use crate::plan::ledger::Ledger;
use crate::read::{self, Survey, View, root_of};
use crate::status::explain::Evidence;
use crate::status::ready;

/// Everything that was read.
pub(super) struct Gathered {
    /// Inputs and cluster side by side.
    pub(super) survey: Survey,
    /// Pods of those of its workloads whose templates do not tell what runs.
    pub(super) pods: Vec<Pod>,
    /// EndpointSlices of the control plane's namespace; none where they may not be read.
    pub(super) slices: Option<Vec<Object>>,
    /// The root certificate of the mesh, where istiod has published it.
    pub(super) root: Option<String>,
    /// What could not be read, and what the survey warns of.
    pub(super) warnings: Vec<String>,
}

/// Reads it; the proxies of all namespaces once, into `fleet`, however many installations are looked at.
///
/// # Errors
/// Those of [`Survey::of`]; of the rest only what is not about permissions.
pub(super) async fn read(
    view: &View<'_>,
    asked: &Asked,
    ledger: Option<Ledger>,
    fleet: &mut Option<Option<Fleet>>,
) -> Result<Gathered> {
    let cluster = view.cluster();
    let namespace = asked.installation.namespace.as_str();
    let slice = ObjectId::new("discovery.k8s.io/v1", "EndpointSlice", Some(namespace), "");
    let root = ObjectId::new("v1", "ConfigMap", Some(namespace), "istio-ca-root-cert");
    let kinds = Kinds::built_in();
    let path = kinds.collection(&slice)?;
    let survey = match ledger {
        Some(ledger) => Survey::by(view, asked, ledger).await?,
        None => Survey::of(view, asked).await?,
    };
    // Afterwards: the pages of a large cluster find the memory free that all the CRDs took.
    let is_known = fleet.is_some();
    let proxies = async {
        let root = cluster.get(&kinds, &root).await.map(|map| map.as_ref().and_then(root_of));
        let known = root.as_ref().ok().and_then(Option::as_deref);
        let pods = if is_known { None } else { Some(read::fleet(cluster, known).await) };
        (root, pods)
    };
    let ((root, proxies), slices) = join!(proxies, cluster.list(&path, &slice, None));
    let mut warnings = survey.warnings.clone();
    if let Some(proxies) = proxies {
        let mut found = known(proxies, "proxies", &mut warnings)?;
        if let Some(found) = found.as_mut().filter(|found| found.is_unsettled()) {
            let id = ObjectId::new("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", None, "");
            let path = kinds.everywhere(&id)?;
            let tags = known(cluster.list(&path, &id, Some(label::TAG)).await, "tags", &mut warnings)?;
            found.settle(&tags_of(tags.iter().flatten()));
        }
        *fleet = Some(found);
    }
    let pods = known(old_pods(cluster, &survey).await, "pods of Istio's own", &mut warnings)?.unwrap_or_default();
    let slices = known(slices, "what is behind webhooks", &mut warnings)?;
    let root = known(root, "the CA of the mesh", &mut warnings)?.flatten();
    Ok(Gathered { survey, pods, slices, root, warnings })
}

/// What may not be read is said, and not known.
fn known<T>(read: Result<T>, what: &str, warnings: &mut Vec<String>) -> Result<Option<T>> {
    match read {
        Ok(read) => Ok(Some(read)),
        Err(error) if error.is_forbidden() => {
            warnings.push(format!("not verified: {what}: {error}"));
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// The pods of those workloads of the installation whose templates do not tell what runs.
///
/// # Errors
/// Cluster errors.
pub(super) async fn old_pods(cluster: &Cluster, survey: &Survey) -> Result<Vec<Pod>> {
    let wanted = survey.set.objects().filter(|one| matches!(one.kind(), "Deployment" | "DaemonSet" | "StatefulSet"));
    read::untold_pods(cluster, wanted.filter_map(|one| survey.live.get(&one.id()))).await
}

/// The version that the control plane is wanted in.
pub(super) fn control_plane_version(survey: &Survey) -> Option<String> {
    let wanted = survey.set.components.iter().find(|rendered| rendered.component.name == "istiod")?;
    wanted.objects.iter().find(|object| object.kind() == "Deployment").map(running::of_template)
}

/// Whether workloads are ready, with the cause where one is not: only then is more asked.
pub(super) async fn workloads(cluster: &Cluster, survey: &Survey) -> Vec<Case> {
    let is_workload = |object: &&Object| matches!(object.kind(), "Deployment" | "DaemonSet" | "StatefulSet");
    let unready = survey
        .set
        .objects()
        .filter(is_workload)
        .find(|wanted| survey.live.get(&wanted.id()).is_some_and(|live| !ready(live).is_ready()));
    let Some(unready) = unready else {
        return check::workloads(survey.set.objects(), &survey.live, &Evidence::default());
    };
    let list = |version: &'static str, kind: &'static str| {
        let id = ObjectId::new(version, kind, unready.namespace(), "");
        async move {
            let path = survey.kinds.collection(&id);
            // Without them the state is told, only not why.
            match path {
                Ok(path) => cluster.list(&path, &id, None).await.unwrap_or_default(),
                Err(_) => Vec::new(),
            }
        }
    };
    let (replica_sets, pods, events) =
        join3(list("apps/v1", "ReplicaSet"), list("v1", "Pod"), list("v1", "Event")).await;
    let evidence = Evidence { replica_sets: &replica_sets, pods: &pods, events: &events, ..Evidence::default() };
    check::workloads(survey.set.objects(), &survey.live, &evidence)
}
