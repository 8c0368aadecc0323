//! The supervisor: a process of its own that owns a cluster's processes and ends them with itself.
//!
//! It ends when it is told to, when its standard input is closed (the process that started it is gone, however it
//! went), or on SIGTERM and SIGINT; then it kills all it started and removes the cluster's folder. If the
//! supervisor itself is killed, the kernel kills its children (see [`process`]), and the next supervisor to start
//! removes the folder.

pub(crate) mod certs;
mod control;
mod controlplane;
pub(crate) mod files;
mod forward;
mod istiod;
mod kubelet;
mod life;
mod nodes;
mod parts;
pub(crate) mod process;
mod proxy;
mod stages;
mod supervised;
mod view;

pub(crate) use kubelet::tls;
pub(crate) use life::{run, temporary_folder};
pub use stages::{ANNOTATION, LINGERS};

/// The subcommand of our binary that supervises a cluster.
pub(crate) const SUBCOMMAND: &str = "supervise";
/// What every cluster's folder is called, before a random part.
pub(crate) const FOLDER_PREFIX: &str = "mesh-cluster-";

/// A line for the supervisor's own log.
fn note(text: &str) {
    use std::io::Write;

    // Its log is its standard error; without one there is nothing to write to.
    let _ = writeln!(std::io::stderr(), "{text}");
}
