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
//! By [`Builder::fail`] and [`Cluster::fail`]; by the annotation `test.mesh.dev/stage` on a pod, with one of
//! `image-pull-backoff`, `image-pull-denied`, `image-pull-timeout`, `crash-loop`, `init-crash-loop`, `slow` (5 s)
//! and `never-ready`; or by an image of a host that stands for a fault: `missing.invalid/` (not found),
//! `denied.invalid/` and `timeout.invalid/`.
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
mod handle;
mod protocol;
mod standin;
mod supervisor;

pub use binaries::cache_folder;
pub use cargo::cargo;
pub use handle::{Builder, Cluster, Mark, Recorded, Requests, TEST_AGENT, status_code};
pub use protocol::{Behaviour, Failure, Fault, Istiod, Nodes, Path, Pods, Process, Status};
pub use supervisor::ANNOTATION;

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
