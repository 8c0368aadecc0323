//! The flags of every command, resolved once: every field is named here, so a new flag that nobody reads fails to compile.

use std::time::Duration;

use crate::cli::{ColorArg, Global};
use crate::cluster::{Access, Cluster};
use crate::error::{Error, Result};
use crate::ui::{Color, Ui};

/// What every command needs to know.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    /// Streams and colour.
    pub(super) ui: Ui,
    /// How to reach the cluster.
    pub(super) access: Access,
    /// The namespace to work in, where one was given.
    #[expect(dead_code, reason = "the commands that read it come next")]
    pub(super) namespace: Option<String>,
    /// The namespace of the control plane.
    pub(super) istio_namespace: String,
    /// How long the whole command may take.
    pub(super) timeout: Duration,
    /// Ask nothing.
    #[expect(dead_code, reason = "the commands that read it come next")]
    pub(super) yes: bool,
    /// 0, 1 (what is done) or 2 (every request).
    #[expect(dead_code, reason = "the commands that read it come next")]
    pub(super) verbose: u8,
}

impl Settings {
    /// From the flags and the environment.
    pub(super) fn resolve(global: Global) -> Self {
        let Global {
            kubeconfig,
            context,
            expect_context,
            namespace,
            istio_namespace,
            as_user,
            as_group,
            timeout,
            yes,
            quiet,
            verbose,
            color,
        } = global;
        let color = match color {
            ColorArg::Auto => Color::Auto,
            ColorArg::Always => Color::Always,
            ColorArg::Never => Color::Never,
        };
        Self {
            ui: Ui::new(color, quiet),
            access: Access { kubeconfig, context, expect_context, as_user, as_groups: as_group },
            namespace,
            istio_namespace,
            timeout,
            yes,
            verbose,
        }
    }

    /// Connects, and carries `work` out on one thread.
    pub(super) fn on_cluster<T, F>(&self, work: impl FnOnce(Cluster) -> F) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Error::failed("runtime", "cannot start the runtime").caused_by(error))?;
        runtime.block_on(async { work(Cluster::connect(&self.access, self.timeout).await?).await })
    }
}
