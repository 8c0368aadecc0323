//! What the cluster itself takes: the requests of an installation at once, and watches until it is ready; the same for its
//! removal. Nothing is rendered, compared, recorded or proven.

use std::collections::BTreeSet;
use std::path::Path;
use std::pin::pin;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use kube::api::{Api, DeleteParams, DynamicObject, Patch, PatchParams};
use kube::core::GroupVersionKind;
use kube::discovery::{Discovery, Scope};
use kube::runtime::watcher::{self, Event, watcher};
use kube::{Client, ResourceExt as _};
use serde_json::Value;

/// The words after which this program does it, with a list of objects as JSON.
pub(crate) const APPLY: &str = "bare-apply";
pub(crate) const REMOVE: &str = "bare-remove";

/// So many requests are under way at once.
const AT_ONCE: usize = 32;
const LIMIT: Duration = Duration::from_secs(300);

/// Applies all objects at once, after their namespaces, and waits for CRDs and workloads.
///
/// # Errors
/// The API server refuses, or something does not become ready.
pub(crate) fn apply(file: &Path) -> Result<()> {
    run(async {
        let (server, objects) = Server::with(file).await?;
        let (namespaces, others): (Vec<_>, Vec<_>) = objects.iter().partition(|object| is(object, "Namespace"));
        server.each(&namespaces, Server::apply).await?;
        server.each(&others, Server::apply).await?;
        let ready =
            ["Deployment", "DaemonSet", "CustomResourceDefinition"].map(|kind| server.until_ready(&others, kind));
        futures::future::try_join_all(ready).await.map(drop)
    })
}

/// Deletes the namespaces and what is in none, all at once, and waits until the namespaces are gone.
///
/// # Errors
/// The API server refuses, or a namespace stays.
pub(crate) fn remove(file: &Path) -> Result<()> {
    run(async {
        let (server, objects) = Server::with(file).await?;
        let going: Vec<_> = objects.iter().filter(|object| object.namespace().is_none()).collect();
        server.each(&going, Server::delete).await?;
        server.until_gone(&going, "Namespace").await
    })
}

fn run(work: impl Future<Output = Result<()>>) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("no async runtime")?;
    runtime.block_on(async { tokio::time::timeout(LIMIT, work).await.context("it takes too long")? })
}

fn is(object: &DynamicObject, kind: &str) -> bool {
    object.types.as_ref().is_some_and(|types| types.kind == kind)
}

fn key(object: &DynamicObject) -> String {
    format!("{}/{}", object.namespace().unwrap_or_default(), object.name_any())
}

/// The API server of KUBECONFIG, with the kinds that it has.
struct Server {
    client: Client,
    kinds: Discovery,
}

impl Server {
    async fn with(file: &Path) -> Result<(Self, Vec<DynamicObject>)> {
        let text = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        let mut list: Value = serde_json::from_slice(&text).context("the objects are not JSON")?;
        let objects = serde_json::from_value(list["items"].take()).context("the objects are no list")?;
        let client = Client::try_default().await.context("no client for the cluster")?;
        let kinds = Discovery::new(client.clone()).run_aggregated().await.context("cannot ask for kinds")?;
        Ok((Self { client, kinds }, objects))
    }

    /// The collection that an object is in; that of all namespaces, to be watched, where it is not to be written to.
    fn api(&self, object: &DynamicObject, everywhere: bool) -> Result<Api<DynamicObject>> {
        let types = object.types.as_ref().context("an object without a kind")?;
        let kind = GroupVersionKind::try_from(types).context("an object of a wrong version")?;
        let (resource, abilities) = self.kinds.resolve_gvk(&kind).with_context(|| format!("no kind {kind:?}"))?;
        Ok(match object.namespace() {
            Some(namespace) if abilities.scope == Scope::Namespaced && !everywhere => {
                Api::namespaced_with(self.client.clone(), &namespace, &resource)
            }
            _ => Api::all_with(self.client.clone(), &resource),
        })
    }

    async fn apply(&self, object: &DynamicObject) -> Result<()> {
        let params = PatchParams::apply("bare").force();
        let api = self.api(object, false)?;
        api.patch(&object.name_any(), &params, &Patch::Apply(object)).await.with_context(|| key(object)).map(drop)
    }

    async fn delete(&self, object: &DynamicObject) -> Result<()> {
        let api = self.api(object, false)?;
        api.delete(&object.name_any(), &DeleteParams::default()).await.with_context(|| key(object)).map(drop)
    }

    async fn each<'a, F>(
        &'a self,
        objects: &[&'a DynamicObject],
        work: impl Fn(&'a Self, &'a DynamicObject) -> F,
    ) -> Result<()>
    where
        F: Future<Output = Result<()>>,
    {
        stream::iter(objects).map(|object| work(self, object)).buffer_unordered(AT_ONCE).try_collect().await
    }

    /// Watches all objects of a kind until those of the list are ready.
    async fn until_ready(&self, objects: &[&DynamicObject], kind: &str) -> Result<()> {
        self.until(objects, kind, |event, pending| {
            if let Event::Apply(object) | Event::InitApply(object) = event
                && is_ready(&object.data, object.metadata.generation)
            {
                pending.remove(&key(&object));
            }
            pending.is_empty()
        })
        .await
    }

    /// The same until they are gone.
    async fn until_gone(&self, objects: &[&DynamicObject], kind: &str) -> Result<()> {
        let mut present = BTreeSet::new();
        self.until(objects, kind, |event, pending| match event {
            Event::Init => false,
            Event::InitApply(object) => {
                present.insert(key(&object));
                false
            }
            Event::InitDone => {
                pending.retain(|name| present.contains(name));
                pending.is_empty()
            }
            Event::Apply(_) => false,
            Event::Delete(object) => {
                pending.remove(&key(&object));
                pending.is_empty()
            }
        })
        .await
    }

    async fn until(
        &self,
        objects: &[&DynamicObject],
        kind: &str,
        mut done: impl FnMut(Event<DynamicObject>, &mut BTreeSet<String>) -> bool,
    ) -> Result<()> {
        let of_kind: Vec<_> = objects.iter().filter(|object| is(object, kind)).collect();
        let Some(first) = of_kind.first() else { return Ok(()) };
        let mut pending: BTreeSet<String> = of_kind.iter().map(|object| key(object)).collect();
        let mut events = pin!(watcher(self.api(first, true)?, watcher::Config::default()));
        while let Some(event) = events.try_next().await.with_context(|| format!("the watch of {kind}"))? {
            if done(event, &mut pending) {
                return Ok(());
            }
        }
        bail!("the watch of {kind} ended")
    }
}

/// By the conditions of a Deployment or a CRD, or the counts of a DaemonSet, for the newest generation.
fn is_ready(data: &Value, generation: Option<i64>) -> bool {
    let status = &data["status"];
    let conditions = status["conditions"].as_array().map(Vec::as_slice).unwrap_or_default();
    let holds = |kind: &str| conditions.iter().any(|one| one["type"] == kind && one["status"] == "True");
    let seen = status["observedGeneration"].as_i64() == generation;
    let counts = status["numberAvailable"].is_u64() && status["numberAvailable"] == status["desiredNumberScheduled"];
    holds("Established")
        || seen && (counts || holds("Available") && status["updatedReplicas"] == data["spec"]["replicas"])
}
