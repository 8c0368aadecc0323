//! What `verify` reads: reads only, few requests, pods a page at a time.

use futures::future::join3;
use futures::join;

use crate::check::{self, Case, Fleet, PodBrief};
use crate::cluster::{Cluster, Kinds, Selection};
use crate::commands::recorded::Asked;
use crate::commands::survey::Survey;
use crate::describe::container;
use crate::error::Result;
use crate::object::{Object, ObjectId};
use crate::status::explain::Evidence;
use crate::status::{ready, version};

/// Pods with a proxy have this label, sidecars and gateways.
const OF_MESH: &str = "service.istio.io/canonical-name";
/// So many pods are held at once.
const PAGE: u32 = 100;

/// Everything that was read.
pub(in crate::commands) struct Gathered {
    pub(in crate::commands) survey: Survey,
    /// The proxies; none where pods may not be read.
    pub(in crate::commands) fleet: Option<Fleet>,
    /// EndpointSlices of the control plane's namespace; none where they may not be read.
    pub(in crate::commands) slices: Option<Vec<Object>>,
    /// The root certificate of the mesh, where istiod has published it.
    pub(in crate::commands) root: Option<String>,
    pub(in crate::commands) warnings: Vec<String>,
}

/// Reads it.
///
/// # Errors
/// Those of [`Survey::of`]; of the rest only what is not about permissions.
pub(in crate::commands) async fn read(cluster: &Cluster, asked: &Asked) -> Result<Gathered> {
    let slice = ObjectId::new("discovery.k8s.io/v1", "EndpointSlice", Some(&asked.namespace), "");
    let root = ObjectId::new("v1", "ConfigMap", Some(&asked.namespace), "istio-ca-root-cert");
    let kinds = Kinds::of([(&slice, "endpointslices", true), (&root, "configmaps", true)]);
    let path = kinds.collection(&slice)?;
    let survey = Survey::of(cluster, asked).await?;
    // Afterwards: the pages of a large cluster find the memory free that all the CRDs took.
    let (fleet, slices, root) = join!(fleet(cluster), cluster.list(&path, &slice, None), cluster.get(&kinds, &root));
    let mut warnings = survey.warnings.clone();
    let fleet = known(fleet, "proxies", &mut warnings)?;
    let slices = known(slices, "what is behind webhooks", &mut warnings)?;
    let root = known(root, "the CA of the mesh", &mut warnings)?.flatten();
    let root = root.and_then(|map| map.text("/data/root-cert.pem").map(str::to_owned));
    Ok(Gathered { survey, fleet, slices, root, warnings })
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

/// The proxies of all namespaces.
pub(in crate::commands) async fn fleet(cluster: &Cluster) -> Result<Fleet> {
    let mut fleet = Fleet::default();
    let selection = Selection { labels: Some(OF_MESH), fields: None };
    let add = |pods: Vec<PodBrief>| {
        fleet.add(pods);
        Ok(())
    };
    cluster.pages("/api/v1/pods", "Pod", selection, PAGE, add).await?;
    Ok(fleet)
}

/// The version that the control plane is wanted in.
pub(in crate::commands) fn control_plane_version(survey: &Survey) -> Option<String> {
    let wanted = survey.set.components.iter().find(|rendered| rendered.component.name == "istiod")?;
    let deployment = wanted.objects.iter().find(|object| object.kind() == "Deployment")?;
    let discovery = container(deployment.list("/spec/template/spec/containers"), "discovery")?;
    discovery["image"].as_str().map(version::of_image)
}

/// Whether workloads are ready, with the cause where one is not: only then is more asked.
pub(in crate::commands) async fn workloads(cluster: &Cluster, survey: &Survey) -> Vec<Case> {
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
