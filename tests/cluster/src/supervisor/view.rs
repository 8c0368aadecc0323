//! What the supervisor sees of the cluster: Services, their endpoints and pods, kept current by watches.

use std::net::IpAddr;

use futures::StreamExt;
use k8s_openapi::api::core::v1::{Pod, Service};
use k8s_openapi::api::discovery::v1::EndpointSlice;
use kube::runtime::reflector::{self, Store};
use kube::runtime::{WatchStreamExt, watcher};
use kube::{Api, Client, ResourceExt};
use tokio::sync::watch;

/// A pod's port, found by following an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) namespace: String,
    pub(super) pod: String,
    pub(super) port: u16,
}

/// Current Services, endpoints and pods.
#[derive(Clone)]
pub(super) struct View {
    services: Store<Service>,
    endpoints: Store<EndpointSlice>,
    pods: Store<Pod>,
    /// Changes whenever a pod does.
    pub(super) pods_changed: watch::Receiver<u64>,
}

impl View {
    /// Starts the watches; they retry for ever.
    pub(super) fn start(client: &Client) -> Self {
        let (changed, pods_changed) = watch::channel(0);
        Self {
            services: keep(Api::all(client.clone()), || {}),
            endpoints: keep(Api::all(client.clone()), || {}),
            pods: keep(Api::all(client.clone()), move || changed.send_modify(|count| *count += 1)),
            pods_changed,
        }
    }

    /// The pods of an istiod that are Ready and stay.
    pub(super) fn ready_istiods(&self) -> Vec<std::sync::Arc<Pod>> {
        let is_istiod = |pod: &Pod| pod.labels().get("app").is_some_and(|app| app == "istiod");
        let pods = self.pods.state();
        pods.into_iter()
            .filter(|pod| is_istiod(pod) && is_ready(pod) && pod.metadata.deletion_timestamp.is_none())
            .collect()
    }

    /// A pod by its name.
    pub(super) fn pod(&self, namespace: &str, name: &str) -> Option<std::sync::Arc<Pod>> {
        self.pods.get(&reflector::ObjectRef::new(name).within(namespace))
    }

    /// Follows a connection to a Service's or a pod's address. The reason is worded as a node's kernel would.
    pub(super) fn follow(&self, address: IpAddr, port: u16) -> Result<Target, String> {
        let text = address.to_string();
        let service = self.services.state().into_iter().find(|service| {
            service.spec.as_ref().and_then(|spec| spec.cluster_ip.as_ref()).is_some_and(|ip| *ip == text)
        });
        if let Some(service) = service {
            return self.behind(&service, port).ok_or_else(|| refused(address, port));
        }
        let pods = self.pods.state();
        let pod = pods.iter().find(|pod| {
            let status = pod.status.as_ref();
            status.and_then(|status| status.pod_ip.as_ref()).is_some_and(|ip| *ip == text)
                && pod.metadata.deletion_timestamp.is_none()
        });
        match pod {
            Some(pod) => Ok(Target { namespace: pod.namespace().unwrap_or_default(), pod: pod.name_any(), port }),
            None => Err(format!("dial tcp {address}:{port}: connect: no route to host")),
        }
    }

    /// A ready endpoint of a Service's port.
    fn behind(&self, service: &Service, port: u16) -> Option<Target> {
        let spec = service.spec.as_ref()?;
        let wanted = spec.ports.iter().flatten().find(|p| p.port == i32::from(port))?;
        let namespace = service.namespace()?;
        for slice in self.endpoints.state() {
            let owner = slice.labels().get("kubernetes.io/service-name");
            if slice.namespace().as_ref() != Some(&namespace) || owner != Some(&service.name_any()) {
                continue;
            }
            let same_name =
                |name: &Option<String>| name.as_deref().unwrap_or("") == wanted.name.as_deref().unwrap_or("");
            let Some(number) = slice.ports.iter().flatten().find(|p| same_name(&p.name)).and_then(|p| p.port) else {
                continue;
            };
            let ready = slice
                .endpoints
                .iter()
                .find(|endpoint| endpoint.conditions.as_ref().and_then(|conditions| conditions.ready).unwrap_or(true));
            if let Some(reference) = ready.and_then(|endpoint| endpoint.target_ref.as_ref()) {
                let pod = reference.name.clone()?;
                return Some(Target { namespace, pod, port: u16::try_from(number).ok()? });
            }
        }
        None
    }
}

/// What a connection meets where nobody listens.
pub(super) fn refused(address: IpAddr, port: u16) -> String {
    format!("dial tcp {address}:{port}: connect: connection refused")
}

/// Whether a pod's Ready condition is True.
pub(super) fn is_ready(pod: &Pod) -> bool {
    pod.status
        .iter()
        .flat_map(|status| status.conditions.iter().flatten())
        .any(|condition| condition.type_ == "Ready" && condition.status == "True")
}

/// Keeps all objects of a kind current in a store, in a task of its own.
fn keep<K>(api: Api<K>, mut changed: impl FnMut() + Send + 'static) -> Store<K>
where
    K: kube::Resource<DynamicType = ()> + Clone + std::fmt::Debug + Send + Sync + serde::de::DeserializeOwned + 'static,
{
    let (reader, writer) = reflector::store();
    let stream = watcher(api, watcher::Config::default()).default_backoff().reflect(writer).touched_objects();
    tokio::spawn(async move {
        let mut stream = std::pin::pin!(stream);
        // A watch that fails is started anew by the stream itself.
        while let Some(event) = stream.next().await {
            if event.is_ok() {
                changed();
            }
        }
    });
    reader
}
