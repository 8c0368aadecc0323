//! What the library and its supervisor say to each other.
//!
//! The library writes a [`Spec`] to a file and starts `cluster supervise FILE`. The supervisor answers with
//! one line on stdout, a [`Started`]. From then on the two speak over a Unix socket in the cluster's folder:
//! one JSON [`Request`] per line, one JSON [`Reply`] per line. Nothing here is stable across builds: the
//! library only uses a binary that carries its own stamp.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

mod failure;
mod istiod;
mod kubeconfig;

pub use failure::{Failure, Fault, Pods};
pub use istiod::{Behaviour, Istiod};
pub(crate) use kubeconfig::{Credential, kubeconfig};

/// The stamp of the sources this build was made from.
pub(crate) const STAMP: &str = env!("CLUSTER_STAMP");

/// The Unix socket, in the cluster's folder, that the supervisor answers on.
pub(crate) const CONTROL_SOCKET: &str = "control.sock";
/// The lock file, in the cluster's folder, that the supervisor holds for as long as it lives.
pub(crate) const LOCK_FILE: &str = "lock";
/// The API server's audit log, in the cluster's folder.
pub(crate) const AUDIT_LOG: &str = "audit.log";
/// The administrator's kubeconfig, in the cluster's folder.
pub(crate) const ADMIN_KUBECONFIG: &str = "kubeconfig";

/// What a cluster is to be; everything the supervisor needs to know.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Spec {
    /// The cluster's own folder; the supervisor removes it when it ends.
    pub(crate) folder: PathBuf,
    /// Where etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kwok are.
    pub(crate) binaries: crate::binaries::Binaries,
    /// How many nodes there are, and how big each is.
    pub(crate) nodes: Nodes,
    /// Who answers for istiod.
    pub(crate) istiod: Istiod,
    /// The users that get a token, besides `admin`.
    pub(crate) users: Vec<User>,
    /// Pods that fail from the start.
    pub(crate) failures: Vec<Failure>,
    /// Stays up when the process that started it ends; only a `Shutdown` ends it.
    pub(crate) detached: bool,
    /// Leaves the folder in place at the end, for a look at the logs.
    pub(crate) keep_folder: bool,
}

/// The nodes of a cluster: simulated by kwok, all of one size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nodes {
    /// How many.
    pub count: usize,
    /// Allocatable CPU of each, as a Kubernetes quantity (`8`, `500m`).
    pub cpu: String,
    /// Allocatable memory of each, as a Kubernetes quantity (`32Gi`).
    pub memory: String,
    /// How many pods each may run.
    pub pods: u32,
}

impl Default for Nodes {
    fn default() -> Self {
        Self { count: 1, cpu: "32".into(), memory: "128Gi".into(), pods: 2000 }
    }
}

/// A user with a token of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) groups: Vec<String>,
    pub(crate) token: String,
}

/// The path from the API server to Services and pods, which is also the path to every webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Path {
    /// Connections go through.
    Open,
    /// Packets get lost, as behind a firewall that drops: every call runs into its own timeout.
    Cut,
    /// Connections are refused at once.
    Refuse,
    /// Connections go through, after this long.
    Delay(Duration),
}

/// The supervisor's one line on stdout.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Started {
    /// The cluster is ready for use.
    Ready {
        /// `https://127.0.0.1:PORT`
        server: String,
        /// The supervisor's own process id.
        pid: u32,
    },
    /// It could not be started; the reason, with the last lines of the log that tells it.
    Failed(String),
}

/// What the library may ask of a running supervisor.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Request {
    /// Is the cluster up, and which processes make it?
    Status,
    /// From now on exactly these failures hold; an empty list heals everything.
    Fail(Vec<Failure>),
    /// From now on the kubelets of exactly these nodes are gone.
    Gone(Vec<String>),
    /// The webhook path from now on. Connections that are open are closed.
    Webhooks(Path),
    /// What answers for istiod from now on; what runs is ended and started anew.
    Istiod(Istiod),
    /// The API server is killed, and started anew after so long.
    Restart(Duration),
    /// End all processes and the supervisor.
    Shutdown,
}

/// The answer to a [`Request`].
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Reply {
    /// Done.
    Done,
    /// The answer to [`Request::Status`].
    Status(Status),
    /// It could not be done.
    Error(String),
}

/// What runs right now.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Status {
    /// The stamp of the supervisor's build.
    pub stamp: String,
    /// Who answers for istiod.
    pub istiod: Istiod,
    /// `https://127.0.0.1:PORT`
    pub server: String,
    /// The supervisor's own process id.
    pub pid: u32,
    /// The processes of the control plane, and one per istiod that runs.
    pub processes: Vec<Process>,
}

/// One process of a cluster.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Process {
    /// `etcd`, `kube-apiserver`, …, or `istiod NAMESPACE/POD`.
    pub name: String,
    /// Its process id.
    pub pid: u32,
}
