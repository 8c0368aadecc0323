//! How a cluster is asked for.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::Cluster;
use crate::binaries::Binaries;
use crate::protocol::{Failure, Istiod, Nodes, Spec, User};
use crate::supervisor::files::{MASTERS, random_token};
use crate::supervisor::{FOLDER_PREFIX, temporary_folder};

/// A cluster to be.
#[derive(Debug, Clone, Default)]
#[must_use = "a cluster is only started by `start`"]
pub struct Builder {
    nodes: Nodes,
    istiod: Istiod,
    users: Vec<(String, Vec<String>)>,
    failures: Vec<Failure>,
    folder: Option<PathBuf>,
}

impl Builder {
    /// This many nodes, 1 by default, of a size that everything fits on.
    pub fn nodes(mut self, count: usize) -> Self {
        self.nodes.count = count;
        self
    }

    /// How big each node is, as Kubernetes quantities: what does not fit stays Pending, by the real scheduler.
    pub fn node_size(mut self, cpu: &str, memory: &str) -> Self {
        self.nodes.cpu = cpu.to_owned();
        self.nodes.memory = memory.to_owned();
        self
    }

    /// Who answers for istiod; [`Istiod::Auto`] by default.
    pub fn istiod(mut self, istiod: Istiod) -> Self {
        self.istiod = istiod;
        self
    }

    /// Another user with a token and a kubeconfig; what it may do is yours to say with RBAC objects.
    pub fn user(mut self, name: &str, groups: &[&str]) -> Self {
        self.users.push((name.to_owned(), groups.iter().map(|&group| group.to_owned()).collect()));
        self
    }

    /// Pods that fail from the start; see [`Cluster::fail`].
    pub fn fail(mut self, failure: Failure) -> Self {
        self.failures.push(failure);
        self
    }

    /// Starts the cluster in this folder, which is made, and leaves it running when its handle is dropped and when
    /// this process ends. [`Cluster::attach`] takes hold of it again, [`Cluster::stop`] ends it.
    pub fn detached(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// Starts it and waits until its API server answers, its nodes are Ready and its controllers at work.
    ///
    /// The first start ever builds upstream's binaries, which takes minutes and shows its progress on stderr.
    ///
    /// # Errors
    /// Go is missing or too old (the message says what to do), or a process did not start (the message has the end
    /// of its log).
    pub fn start(self) -> Result<Cluster> {
        let binaries = Binaries::ready()?;
        let folder = match &self.folder {
            Some(folder) => {
                std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
                folder.canonicalize().with_context(|| format!("cannot find {}", folder.display()))?
            }
            // The supervisor removes it, so nothing here keeps it.
            None => tempfile::Builder::new()
                .prefix(FOLDER_PREFIX)
                .tempdir_in(temporary_folder())
                .context("cannot create a temporary folder")?
                .keep(),
        };
        let own = [("admin", vec![MASTERS.to_owned()]), ("viewer", Vec::new()), ("nobody", Vec::new())];
        let own = own.map(|(name, groups)| (name.to_owned(), groups));
        let users = own
            .into_iter()
            .chain(self.users)
            .map(|(name, groups)| Ok(User { name, groups, token: random_token()? }))
            .collect::<Result<Vec<User>>>()?;
        Cluster::launch(&Spec {
            folder,
            binaries,
            nodes: self.nodes,
            istiod: self.istiod.resolve(),
            users,
            failures: self.failures,
            detached: self.folder.is_some(),
            keep_folder: std::env::var_os("MESH_TEST_KEEP").is_some(),
        })
    }
}
