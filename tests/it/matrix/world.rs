//! A cluster that the sequences of one maker run on, one after the other, and users' own things in it.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use cluster::{Behaviour, Cluster, Istiod, status_code};
use mesh::render::crds::crds;
use serde_json::{Value, json};

use super::shapes::Layout;
use super::state::{self, Pod, Pods, State, key};
use crate::harness::mesh::{Mesh, Run};
use crate::harness::paths::Paths;

const SOON: Duration = Duration::from_secs(120);
const NAMESPACES: [&str; 6] = ["app", "plain", "istio-system", "istio-beta", "edge-a", "edge-b"];
/// What hangs is told after this long, and not after the minutes that a user has.
const PATIENCE: &str = "60s";
/// So many writes are on their way at once.
const SIDE_BY_SIDE: usize = 8;

/// The cluster, with what was there before any installation.
pub(super) struct World {
    pub(super) cluster: Cluster,
    pub(super) paths: Paths,
    pub(super) clean: State,
}

impl World {
    /// A cluster with Istio's kinds, namespaces that are nobody's, and configuration of users.
    pub(super) fn start() -> Result<Self> {
        let none = Duration::ZERO;
        let behaviour = Behaviour { ca_bundle_after: none, fail_closed_after: none, ..Behaviour::default() };
        let cluster = Cluster::builder().istiod(Istiod::StandIn(behaviour)).start()?;
        side_by_side(crds()?, |crd| {
            let path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
            cluster.create(path, &crd).map(drop)
        })?;
        side_by_side(NAMESPACES.to_vec(), |name| {
            let labels = if name == "app" { json!({"istio-injection": "enabled"}) } else { json!({}) };
            let namespace =
                json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}});
            cluster.create("/api/v1/namespaces?fieldManager=kubectl-create", &namespace).map(drop)
        })?;
        let route = json!({
            "apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "metadata": {"name": "shop", "namespace": "app"},
            "spec": {"hosts": ["shop"], "http": [{"route": [{"destination": {"host": "shop"}}]}]},
        });
        let routes = "/apis/networking.istio.io/v1/namespaces/app/virtualservices";
        // Kinds are served a moment after they are established.
        cluster.eventually(SOON, "kind VirtualService", |cluster| match cluster.create(routes, &route) {
            Ok(made) => Ok(Some(made)),
            Err(cause) if status_code(&cause) == Some(404) => Ok(None),
            Err(cause) => Err(cause),
        })?;
        for namespace in ["app", "istio-system"] {
            let map =
                json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "mine"}, "data": {"a": "b"}});
            cluster.create(&format!("/api/v1/namespaces/{namespace}/configmaps"), &map)?;
            cluster.wait_for_namespace(namespace)?;
        }
        let paths = Paths::of(&cluster)?;
        let mut world = Self { cluster, paths, clean: State::default() };
        world.clean = world.state(None)?;
        Ok(world)
    }

    pub(super) fn mesh(&self, args: &[&str]) -> Result<Run> {
        Mesh::on(&self.cluster).args(args).args(["--timeout", PATIENCE]).run()
    }

    /// What there is; `second` is a revision that one of the pods asks for.
    pub(super) fn state(&self, second: Option<&'static str>) -> Result<State> {
        State::of(&self.cluster, &pods_of(second))
    }

    /// Writes objects as `manager` does: by server-side apply, or as an update. Those of one name one after the other.
    pub(super) fn write(&self, manager: &str, applies: bool, objects: Vec<Value>) -> Result<()> {
        let mut rounds: Vec<BTreeMap<String, Value>> = vec![BTreeMap::new()];
        for object in objects {
            let name = key(&object);
            let free = rounds.iter().position(|round| !round.contains_key(&name));
            if free.is_none() {
                rounds.push(BTreeMap::new());
            }
            let round = free.unwrap_or(rounds.len() - 1);
            rounds[round].insert(name, object);
        }
        for round in rounds {
            side_by_side(round.into_values().collect(), |object| {
                let path = self.paths.object(&object)?;
                if applies {
                    return self.cluster.apply_as(manager, &path, &object).map(drop);
                }
                let collection = format!("{}?fieldManager={manager}", self.paths.collection(&object)?);
                match self.cluster.create(&collection, &object) {
                    Err(cause) if status_code(&cause) == Some(409) => {
                        self.cluster.merge(&format!("{path}?fieldManager={manager}"), &object).map(drop)
                    }
                    done => done.map(drop),
                }
            })?;
        }
        Ok(())
    }

    /// Waits until istiod answers for every pod that is to be injected.
    pub(super) fn signed(&self, layout: &Layout) -> Result<()> {
        let second = layout.second();
        let wanted = |pods: &Pods| {
            let by = |name: &str| pods.get(name).and_then(|(by, _)| by.as_deref());
            by("app") == Some("default")
                && by("plain").is_none()
                && second.is_none_or(|second| by(&format!("plain ({second})")) == Some(second))
        };
        // Until it answers pods are refused.
        let look = |cluster: &Cluster| Ok(state::pods(cluster, &pods_of(second)).ok().filter(wanted));
        self.cluster.eventually(SOON, "injection", look).map(drop).with_context(|| {
            let pods = state::pods(&self.cluster, &pods_of(second));
            pods.map_or_else(|error| format!("{error:#}"), |pods| format!("{pods:?}"))
        })
    }

    /// Waits until everything of `layout` runs and injects, each pod by one webhook.
    pub(super) fn ready(&self, layout: &Layout) -> Result<()> {
        self.signed(layout)?;
        for object in layout.all.iter().flat_map(|one| &one.generated).filter(|object| object["kind"] == "Deployment") {
            let text = |field: &str| object["metadata"][field].as_str().unwrap_or_default().to_owned();
            self.cluster.wait_for_deployment(&text("namespace"), &text("name"), SOON)?;
        }
        let state = self.state(layout.second())?;
        let twice = state.pods.iter().find(|(_, (by, taking))| *taking != usize::from(by.is_some()));
        ensure!(twice.is_none(), "not one webhook a pod: {twice:?}");
        Ok(())
    }

    /// Takes everything away that was not there before any installation, by whoever and however it was left.
    pub(super) fn reset(&self) -> Result<()> {
        let state = State::of(&self.cluster, &[])?;
        // The CA stays: its certificate is in every namespace.
        let is_new = |name: &&String| !self.clean.objects.contains_key(*name) && !name.contains("/istio-ca-secret");
        let versions = BTreeMap::from([
            ("Deployment", "apps/v1"),
            ("HorizontalPodAutoscaler", "autoscaling/v2"),
            ("PodDisruptionBudget", "policy/v1"),
        ]);
        let mut going: Vec<Value> = Vec::new();
        for name in state.objects.keys().filter(is_new) {
            let (kind, place) = name.split_once(' ').context("a key")?;
            let (namespace, name) = place.split_once('/').context("a key")?;
            let version = match kind {
                kind if kind.ends_with("WebhookConfiguration") => "admissionregistration.k8s.io/v1",
                kind if kind.contains("Role") => "rbac.authorization.k8s.io/v1",
                kind => versions.get(kind).copied().unwrap_or("v1"),
            };
            let mut object = json!({"apiVersion": version, "kind": kind, "metadata": {"name": name}});
            if !namespace.is_empty() {
                object["metadata"]["namespace"] = namespace.into();
            }
            going.push(object);
        }
        for home in ["istio-system", "istio-beta"] {
            for record in self.cluster.list(&format!("/api/v1/namespaces/{home}/secrets"))? {
                let name = record["metadata"]["name"].as_str().unwrap_or_default();
                if name.starts_with("mesh.v1.") {
                    going.push(
                        json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": home}}),
                    );
                }
            }
        }
        going.sort_by_key(|object| !key(object).contains("WebhookConfiguration"));
        side_by_side(going, |object| match self.cluster.delete(&self.paths.object(&object)?) {
            Err(cause) if status_code(&cause) != Some(404) => Err(cause),
            _ => Ok(()),
        })?;
        self.cluster
            .eventually(SOON, "end of all pods", |cluster| Ok(cluster.list("/api/v1/pods")?.is_empty().then_some(())))
    }
}

/// The pods that are tried.
fn pods_of(second: Option<&'static str>) -> Vec<Pod> {
    [("app", None), ("plain", None)].into_iter().chain(second.map(|revision| ("plain", Some(revision)))).collect()
}

/// Does the same with each, several at once.
fn side_by_side<T: Send>(all: Vec<T>, work: impl Fn(T) -> Result<()> + Sync) -> Result<()> {
    let queue = std::sync::Mutex::new(all.into_iter());
    let next = || queue.lock().ok().and_then(|mut queue| queue.next());
    std::thread::scope(|scope| {
        let worker = || {
            while let Some(one) = next() {
                work(one)?;
            }
            Ok(())
        };
        let workers: Vec<_> = (0..SIDE_BY_SIDE).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().try_for_each(|one| one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}
