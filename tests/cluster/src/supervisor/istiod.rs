//! One process per istiod: started once a pod of its Deployment is Ready, ended with it.

use std::collections::{BTreeMap, HashMap};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use k8s_openapi::api::authentication::v1::{TokenRequest, TokenRequestSpec};
use k8s_openapi::api::core::v1::{EnvVar, Pod, ServiceAccount};
use kube::api::PostParams;
use kube::{Api, Client, ResourceExt};

use super::files::CONTEXT;
use super::process::{Program, Running};
use super::view::View;
use crate::protocol::{Credential, Istiod, kubeconfig};
use crate::standin;

/// The ports of an istiod pod, by what listens on them.
pub(crate) mod port {
    /// Webhooks: `/inject`, `/validate`.
    pub(crate) const WEBHOOKS: u16 = 15017;
    /// `/metrics`, `/version`.
    pub(crate) const MONITORING: u16 = 15014;
    /// `/ready`, `/debug`.
    pub(crate) const HTTP: u16 = 8080;
    /// xDS in the clear.
    pub(crate) const GRPC: u16 = 15010;
    /// xDS and CA over TLS.
    pub(crate) const SECURE_GRPC: u16 = 15012;
    /// All of them.
    pub(crate) const ALL: [u16; 5] = [WEBHOOKS, MONITORING, HTTP, GRPC, SECURE_GRPC];
}

/// Which istiod a pod belongs to: one process each.
type Key = (String, String);

struct Slot {
    /// The pod whose identity the process has.
    pod: String,
    ports: HashMap<u16, SocketAddr>,
    process: Running,
}

/// The running ones. Cloning shares them.
#[derive(Clone, Default)]
pub(super) struct Istiods {
    slots: Arc<Mutex<HashMap<Key, Slot>>>,
}

/// What is needed to start one.
pub(super) struct Starter {
    pub(super) client: Client,
    pub(super) server: String,
    pub(super) ca: String,
    pub(super) folder: PathBuf,
}

impl Istiods {
    fn slots(&self) -> MutexGuard<'_, HashMap<Key, Slot>> {
        // A panic elsewhere leaves the map whole: every change is one insert or remove.
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the process behind a pod's port listens.
    pub(super) fn address(&self, pod: &Pod, port: u16) -> Option<SocketAddr> {
        self.slots().get(&key(pod))?.ports.get(&port).copied()
    }

    /// Where the process behind a pod logs.
    pub(super) fn log(&self, pod: &Pod) -> Option<PathBuf> {
        self.slots().get(&key(pod)).map(|slot| slot.process.log.clone())
    }

    /// Namespace, pod and listening ports of each.
    pub(super) fn ports(&self) -> Vec<(String, String, BTreeMap<u16, SocketAddr>)> {
        let slots = self.slots();
        let mut all: Vec<_> = slots
            .iter()
            .map(|((namespace, _), slot)| {
                let ports = slot.ports.iter().map(|(&port, &address)| (port, address)).collect();
                (namespace.clone(), slot.pod.clone(), ports)
            })
            .collect();
        all.sort_by(|one, other| (&one.0, &one.1).cmp(&(&other.0, &other.1)));
        all
    }

    /// Names and process ids.
    pub(super) fn processes(&self) -> Vec<(String, u32)> {
        self.slots().values().filter_map(|slot| Some((slot.process.name.clone(), slot.process.pid()?))).collect()
    }

    /// Ends all; [`Istiods::follow`] starts those that are still wanted anew.
    pub(super) async fn end_all(&self) {
        let slots: Vec<Slot> = self.slots().drain().map(|(_, slot)| slot).collect();
        for slot in slots {
            end(slot.process).await;
        }
    }

    /// Starts and ends processes as pods come and go, for as long as the supervisor runs.
    pub(super) async fn follow(self, view: View, starter: Starter, mut kind: tokio::sync::watch::Receiver<Istiod>) {
        let mut pods_changed = view.pods_changed.clone();
        loop {
            let wanted = kind.borrow_and_update().clone();
            pods_changed.mark_unchanged();
            let retry = self.reconcile(&view, &starter, &wanted).await;
            // A process that ended by itself is started anew after a second, like a container.
            let pause = if retry { Duration::from_millis(200) } else { Duration::from_secs(1) };
            tokio::select! {
                changed = pods_changed.changed() => if changed.is_err() { return },
                changed = kind.changed() => {
                    if changed.is_err() { return }
                    self.end_all().await;
                }
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// One step towards what is wanted; true if something has to be tried again soon.
    async fn reconcile(&self, view: &View, starter: &Starter, kind: &Istiod) -> bool {
        let mut ready: HashMap<Key, Vec<Arc<Pod>>> = HashMap::new();
        if *kind != Istiod::Absent {
            for pod in view.ready_istiods() {
                ready.entry(key(&pod)).or_default().push(pod);
            }
        }
        let gone: Vec<Slot> = {
            let mut slots = self.slots();
            let keys: Vec<Key> = slots
                .iter_mut()
                .filter_map(|(key, slot)| {
                    let alive = ready.contains_key(key) && slot.process.ended().is_none();
                    (!alive).then(|| key.clone())
                })
                .collect();
            keys.iter().filter_map(|key| slots.remove(key)).collect()
        };
        for slot in gone {
            end(slot.process).await;
        }

        let mut retry = false;
        for (key, pods) in ready {
            let current = self.slots().get(&key).map(|slot| slot.pod.clone());
            if current.is_some_and(|current| pods.iter().any(|pod| pod.name_any() == current)) {
                continue;
            }
            // None yet, or its pod was replaced: the new pod is a new process.
            let Some(pod) = pods.first() else { continue };
            match starter.start(pod, kind).await {
                Ok(slot) => {
                    let replaced = self.slots().insert(key, slot);
                    if let Some(slot) = replaced {
                        end(slot.process).await;
                    }
                }
                Err(cause) => {
                    super::note(&format!("istiod {}: {cause:#}", pod.name_any()));
                    retry = true;
                }
            }
        }
        retry
    }
}

/// Asks it to end, so that a real one gives its leases back, and makes sure that it does.
async fn end(mut process: Running) {
    if let Some(pid) = process.pid().and_then(|pid| i32::try_from(pid).ok()).and_then(rustix::process::Pid::from_raw) {
        // An error means that it is gone already.
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
    }
    tokio::spawn(async move {
        for _ in 0..60 {
            if process.ended().is_some() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        process.kill().await;
    });
}

impl Starter {
    async fn start(&self, pod: &Pod, kind: &Istiod) -> Result<Slot> {
        let namespace = pod.namespace().unwrap_or_default();
        let name = pod.name_any();
        let folder = self.folder.join(format!("istiod-{namespace}-{name}"));
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
        let config = folder.join("kubeconfig");
        super::certs::write_private(&config, &self.kubeconfig(pod, &namespace).await?)?;

        let ports = free_ports()?;
        let at = |port: u16| ports.get(&port).map(ToString::to_string).unwrap_or_default();
        let own_binary = std::env::current_exe().context("cannot find this program's own path")?;
        let (binary, args, env) = match kind {
            Istiod::Real(binary) => (
                binary.as_path(),
                vec![
                    "discovery".to_owned(),
                    format!("--kubeconfig={}", config.display()),
                    format!("--httpAddr={}", at(port::HTTP)),
                    format!("--httpsAddr={}", at(port::WEBHOOKS)),
                    format!("--grpcAddr={}", at(port::GRPC)),
                    format!("--secureGRPCAddr={}", at(port::SECURE_GRPC)),
                    format!("--monitoringAddr={}", at(port::MONITORING)),
                    "--ctrlz_port=0".to_owned(),
                    "--domain=cluster.local".to_owned(),
                ],
                environment(pod),
            ),
            Istiod::StandIn(behaviour) => {
                let job = standin::Job {
                    kubeconfig: config.clone(),
                    namespace: namespace.clone(),
                    pod: name.clone(),
                    version: version(pod),
                    env: environment(pod),
                    revision: revision(pod),
                    webhooks: at(port::WEBHOOKS),
                    http: at(port::HTTP),
                    monitoring: at(port::MONITORING),
                    behaviour: behaviour.clone(),
                };
                let args = vec![standin::SUBCOMMAND.to_owned(), serde_json::to_string(&job)?];
                (own_binary.as_path(), args, Vec::new())
            }
            Istiod::Auto | Istiod::Absent => anyhow::bail!("no istiod is wanted"),
        };
        let process = Program {
            name: format!("istiod {namespace}/{name}"),
            binary,
            args,
            env,
            folder: &folder,
            log: folder.join("log"),
        }
        .start()?;
        Ok(Slot { pod: name, ports, process })
    }

    /// A kubeconfig for the pod's own service account, so that the process may do what its RBAC allows, no more.
    async fn kubeconfig(&self, pod: &Pod, namespace: &str) -> Result<String> {
        let account = pod.spec.as_ref().and_then(|spec| spec.service_account_name.as_deref()).unwrap_or("default");
        let accounts: Api<ServiceAccount> = Api::namespaced(self.client.clone(), namespace);
        let request = TokenRequest {
            spec: TokenRequestSpec { expiration_seconds: Some(7 * 24 * 3600), ..TokenRequestSpec::default() },
            ..TokenRequest::default()
        };
        let answer = accounts
            .create_token_request(account, &PostParams::default(), &request)
            .await
            .with_context(|| format!("no token for service account {namespace}/{account}"))?;
        let token = answer.status.context("an empty answer to a token request")?.token;
        Ok(kubeconfig(CONTEXT, &self.server, &self.ca, account, &Credential::Token(&token)))
    }
}

/// The key of the istiod a pod belongs to: its namespace and revision.
fn key(pod: &Pod) -> Key {
    (pod.namespace().unwrap_or_default(), revision(pod))
}

/// The version an istiod pod is of: its image's tag.
fn version(pod: &Pod) -> String {
    let image = pod.spec.as_ref().and_then(|spec| spec.containers.first()?.image.clone()).unwrap_or_default();
    let name = image.rsplit('/').next().unwrap_or_default();
    name.split_once(':').map_or("unknown", |(_, tag)| tag).to_owned()
}

/// The revision a pod is of; the label is Istio's.
fn revision(pod: &Pod) -> String {
    pod.labels().get("istio.io/rev").cloned().unwrap_or_else(|| "default".to_owned())
}

/// A free port on loopback, for a process that cannot say which one it took.
pub(super) fn one_free_port() -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port on 127.0.0.1")?;
    listener.local_addr().context("a socket without an address")
}

/// A port of its own on loopback for each of an istiod's. They are free a moment before it listens on them; if
/// somebody is faster, it ends, and is started anew with others.
fn free_ports() -> Result<HashMap<u16, SocketAddr>> {
    let mut held = Vec::new();
    let mut ports = HashMap::new();
    for port in port::ALL {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port on 127.0.0.1")?;
        ports.insert(port, listener.local_addr().context("a socket without an address")?);
        held.push(listener);
    }
    Ok(ports)
}

/// The variables of the pod's first container that a process outside a pod can have: literals, and what the
/// downward API would say.
fn environment(pod: &Pod) -> Vec<(String, String)> {
    let container = pod.spec.as_ref().and_then(|spec| spec.containers.first());
    let mut all: Vec<(String, String)> = container
        .into_iter()
        .flat_map(|container| container.env.iter().flatten())
        .filter_map(|variable| Some((variable.name.clone(), value(pod, variable)?)))
        // In a pod these would name its own resources; here they would throttle a process on a shared machine.
        .filter(|(name, _)| name != "GOMEMLIMIT" && name != "GOMAXPROCS" && name != "KUBECONFIG")
        .collect();
    let mut default = |name: &str, text: String| {
        if !all.iter().any(|(known, _)| known == name) {
            all.push((name.to_owned(), text));
        }
    };
    default("POD_NAME", pod.name_any());
    default("POD_NAMESPACE", pod.namespace().unwrap_or_default());
    default("REVISION", revision(pod));
    default("SERVICE_ACCOUNT", "istiod".to_owned());
    default("CLUSTER_ID", "Kubernetes".to_owned());
    default("PILOT_CERT_PROVIDER", "istiod".to_owned());
    all
}

fn value(pod: &Pod, variable: &EnvVar) -> Option<String> {
    if let Some(text) = &variable.value {
        return Some(text.clone());
    }
    match variable.value_from.as_ref()?.field_ref.as_ref()?.field_path.as_str() {
        "metadata.name" => Some(pod.name_any()),
        "metadata.namespace" => pod.namespace(),
        "spec.serviceAccountName" => pod.spec.as_ref()?.service_account_name.clone(),
        "status.podIP" => Some("127.0.0.1".to_owned()),
        _ => None,
    }
}
