//! `/inject`: mesh's own injector, on the configuration that is installed in the cluster.

use std::collections::BTreeMap;
use std::sync::{Arc, mpsc};

use anyhow::Result;
use futures::StreamExt;
use k8s_openapi::api::core::v1::{ConfigMap, Namespace};
use kube::core::{ApiResource, DynamicObject, GroupVersionKind};
use kube::runtime::{WatchStreamExt, watcher};
use kube::{Api, Client, ResourceExt};
use mesh::inject;
use serde_json::Value;
use tokio::sync::{oneshot, watch};

use super::{Job, note};

/// What istiod reads from its ConfigMaps.
#[derive(Debug, Clone, Default, PartialEq)]
struct Installed {
    config: String,
    values: String,
    mesh: String,
    /// The `ProxyConfig` resources, by namespace and name.
    proxies: BTreeMap<(String, String), Value>,
}

/// A pod to inject, and where the answer goes.
struct Task {
    pod: Value,
    namespace: String,
    object: Value,
    answer: oneshot::Sender<Result<Option<Value>, String>>,
}

/// Injects pods. Templates stay on a thread of their own: they cannot move to another.
pub(super) struct Injector {
    client: Client,
    installed: watch::Receiver<Installed>,
    tasks: mpsc::Sender<Task>,
}

impl Injector {
    /// Starts the watch on the ConfigMaps, and the thread.
    pub(super) fn new(client: Client, job: &Arc<Job>) -> Self {
        let (send, installed) = watch::channel(Installed::default());
        let send = Arc::new(send);
        tokio::spawn(follow(client.clone(), Arc::clone(job), Arc::clone(&send)));
        tokio::spawn(follow_proxies(client.clone(), send));
        let (tasks, received) = mpsc::channel();
        let (job, inputs) = (Arc::clone(job), installed.clone());
        std::thread::spawn(move || work(&job, inputs, &received));
        Self { client, installed, tasks }
    }

    /// The injected pod, or `None` where istiod lets it through as it is. An error is istiod's answer too.
    pub(super) async fn inject(&self, namespace: &str, pod: &Value) -> Result<Option<Value>, String> {
        // OpenShift's user ids are in the namespace's annotations; nobody else asks for the object.
        let openshift = self.installed.borrow().values.contains("openshift");
        let object = if openshift { self.namespace(namespace).await } else { Value::Null };
        let (answer, answered) = oneshot::channel();
        let task = Task { pod: pod.clone(), namespace: namespace.to_owned(), object, answer };
        self.tasks.send(task).map_err(|_| "the injector is gone".to_owned())?;
        answered.await.map_err(|_| "the injector is gone".to_owned())?
    }

    async fn namespace(&self, name: &str) -> Value {
        let namespaces: Api<Namespace> = Api::all(self.client.clone());
        let found = namespaces.get_opt(name).await.ok().flatten();
        found.and_then(|found| serde_json::to_value(found).ok()).unwrap_or_default()
    }
}

/// Keeps what is installed current.
async fn follow(client: Client, job: Arc<Job>, send: Arc<watch::Sender<Installed>>) {
    let suffix = if job.revision == "default" { String::new() } else { format!("-{}", job.revision) };
    let (injector, mesh) = (format!("istio-sidecar-injector{suffix}"), format!("istio{suffix}"));
    let maps: Api<ConfigMap> = Api::namespaced(client, &job.namespace);
    let mut events = std::pin::pin!(watcher(maps, watcher::Config::default()).default_backoff());
    while let Some(event) = events.next().await {
        // A watch that fails starts anew by itself.
        let Ok(watcher::Event::Apply(map) | watcher::Event::InitApply(map)) = event else { continue };
        let name = map.name_any();
        let text = |key: &str| map.data.as_ref().and_then(|data| data.get(key)).cloned().unwrap_or_default();
        send.send_if_modified(|installed| {
            let before = installed.clone();
            if name == injector {
                (installed.config, installed.values) = (text("config"), text("values"));
            } else if name == mesh {
                installed.mesh = text("mesh");
            }
            *installed != before
        });
    }
}

/// Keeps the `ProxyConfig` resources current.
async fn follow_proxies(client: Client, send: Arc<watch::Sender<Installed>>) {
    let kind = GroupVersionKind::gvk("networking.istio.io", "v1beta1", "ProxyConfig");
    let resources: Api<DynamicObject> =
        Api::all_with(client, &ApiResource::from_gvk_with_plural(&kind, "proxyconfigs"));
    let mut events = std::pin::pin!(watcher(resources, watcher::Config::default()).default_backoff());
    while let Some(event) = events.next().await {
        let key = |one: &DynamicObject| (one.namespace().unwrap_or_default(), one.name_any());
        match event {
            Ok(watcher::Event::Apply(one) | watcher::Event::InitApply(one)) => {
                let value = serde_json::to_value(&one).unwrap_or_default();
                send.send_modify(|installed| drop(installed.proxies.insert(key(&one), value)));
            }
            Ok(watcher::Event::Delete(one)) => {
                send.send_modify(|installed| drop(installed.proxies.remove(&key(&one))));
            }
            _ => {}
        }
    }
}

/// The thread: reads the configuration anew when it has changed, and injects one pod after the other.
fn work(job: &Job, mut installed: watch::Receiver<Installed>, tasks: &mpsc::Receiver<Task>) {
    let mut injector: Option<Result<inject::Injector, String>> = None;
    for task in tasks {
        if installed.has_changed().unwrap_or(false) {
            injector = None;
        }
        let current = injector.get_or_insert_with(|| read(job, &installed.borrow_and_update()));
        let answer = match current {
            Ok(injector) => injector
                .inject_pod(&task.pod, &task.namespace, &task.object)
                .map_err(|cause| format!("failed to run injection template: {cause}")),
            Err(reason) => Err(reason.clone()),
        };
        if let Err(reason) = &answer {
            note(&format!("inject: {reason}"));
        }
        // Who asked may have gone.
        let _ = task.answer.send(answer);
    }
}

fn read(job: &Job, installed: &Installed) -> Result<inject::Injector, String> {
    if installed.config.is_empty() {
        return Err("no injection configuration is installed".to_owned());
    }
    let env: BTreeMap<String, String> = job.env.iter().cloned().collect();
    inject::Injector::new(&inject::MeshInputs {
        config: &installed.config,
        values: &installed.values,
        mesh: &installed.mesh,
        revision: if job.revision == "default" { "" } else { &job.revision },
        // A later one shows in its templates.
        line: mesh::line::Line::default(),
        // By default istiod asks the nodes, and all of ours are new enough.
        native_sidecars: env.get("ENABLE_NATIVE_SIDECARS").is_none_or(|value| value != "false"),
        env,
    })
    .map(|injector| injector.with_proxy_configs(&installed.proxies.values().cloned().collect::<Vec<_>>()))
    .map_err(|cause| format!("the injection configuration cannot be read: {cause}"))
}
