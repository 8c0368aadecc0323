//! A real Kubernetes control plane on loopback behind one call, for mesh's tests and its demo.
//!
//! ```no_run
//! # fn main() -> anyhow::Result<()> {
//! let cluster = cluster::Cluster::start()?;
//! let pods = cluster.list("/api/v1/pods")?;
//! assert!(pods.is_empty());
//! # Ok(())
//! # }
//! ```
//!
//! etcd, kube-apiserver, kube-controller-manager and kube-scheduler are upstream's own; kwok plays the kubelets, so
//! pods become Ready, or fail as a [`Failure`] says, without anything running in them. The way from the API server
//! to webhooks is real too: it leads through the API server's egress selector to a process on loopback, a real
//! istiod where `MESH_TEST_ISTIOD` names its binary, else a stand-in. [`Cluster::webhooks`] cuts that way,
//! [`Cluster::requests`] tells what was asked.
//!
//! Several clusters run at once: each has its own folder and port. A supervisor process owns each and ends it with
//! its handle, or with the process that holds the handle, however that ends.
//!
//! # Pods that fail
//! What a kubelet says is played in its order: states, conditions, Events. By [`Builder::fail`] and [`Cluster::fail`]; by the
//! annotation [`ANNOTATION`] on a pod, with one of these values; or by an image of a host that stands for a fault.
//!
//! | annotation | image of | what is seen |
//! |---|---|---|
//! | `image-pull-backoff` | `missing.invalid/` | not found; ImagePullBackOff stays while an Event `Pulling` says that the kubelet tries again, every 10 s |
//! | `image-pull-late` | `late.invalid/` | not found at first; it is there when the kubelet tries again, and well after 18 s |
//! | `image-pull-denied` | `denied.invalid/` | denied |
//! | | `unauthorized.invalid/`, `limited.invalid/` | 401, 429 |
//! | | `untrusted.invalid/`, `nowhere.invalid/` | a certificate that is not trusted, a name that is not known |
//! | `image-pull-timeout` | `timeout.invalid/` | no answer |
//! | `crash-loop`, `init-crash-loop` | | ends again and again: `terminated` at most times, CrashLoopBackOff at others |
//! | `crash-once` | | ends once, and is ready 33 s after its second start |
//! | `crashed-before` | | seven crashes of long ago; backs off for 6 s, then well |
//! | `out-of-memory` | | ends again and again as `OOMKilled` |
//! | `no-command` | | RunContainerError and `StartError`, again and again |
//! | `slow` | | 5 s in ContainerCreating |
//! | `never-ready` | | runs, and Events say what its probe fails of |
//!
//! A pod with the annotation [`LINGERS`]`: "true"` that is deleted stays for its grace period, and runs on. A node whose kubelet
//! [`Cluster::stop_kubelets`] takes away is `Unknown`, and its pods stay as they are.
//!
//! # Variables
//! | variable | what it does |
//! |---|---|
//! | `KUBEBUILDER_ASSETS` | a folder of ready binaries; what it lacks is built with Go |
//! | `MESH_TEST_CACHE` | where built binaries are kept; by default in the user's cache folder |
//! | `MESH_TEST_ISTIOD` | the binary of a real istiod (`pilot-discovery`) |
//! | `MESH_TEST_KEEP` | if set, a cluster's folder with its logs stays when it ends |
//! | `MESH_TEST_SUPERVISOR` | the `cluster` binary, where it is not beside the tests |

mod binaries;
mod cargo;
pub mod faults;
mod handle;
mod protocol;
mod standin;
mod supervisor;

pub use binaries::cache_folder;
pub use cargo::cargo;
pub use handle::{Builder, Cluster, Mark, Recorded, Requests, TEST_AGENT, status_code};
pub use protocol::{Behaviour, Failure, Fault, Istiod, Nodes, Path, Pods, Process, Status};
pub use supervisor::{ANNOTATION, LINGERS};

/// Builds the binaries of a control plane where they are not ready yet, which takes some minutes.
///
/// # Errors
/// Go is missing or too old, or its build fails; the message says what to do.
pub fn build() -> anyhow::Result<()> {
    binaries::Binaries::ready().map(drop)
}

/// The body of the `cluster` binary: what the library starts, not for people.
///
/// # Errors
/// An unknown subcommand, or the subcommand's own.
pub fn main(args: &[String]) -> anyhow::Result<()> {
    use std::io::Write;

    match args {
        [command, spec] if command == supervisor::SUBCOMMAND => supervisor::run(spec),
        [command, job] if command == standin::SUBCOMMAND => standin::run(job),
        [command, rest @ ..] if command == supervisor::process::CHILD => {
            supervisor::process::become_program(rest).map(|never| match never {})
        }
        [command] if command == handle::STAMP_COMMAND => Ok(writeln!(std::io::stdout(), "{}", protocol::STAMP)?),
        _ => anyhow::bail!("this program is started by the tests; `cargo demo` is for people"),
    }
}
