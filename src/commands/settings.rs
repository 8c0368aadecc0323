//! The flags of every command, resolved once: every field is named here, so a new flag that nobody reads fails to compile.

use std::time::Duration;

use crate::cli::{ColorArg, Global};
use crate::cluster::{Access, Cluster};
use crate::error::{Error, Result};
use crate::ui::{Color, Ui};

/// Where the control plane is unless somebody says otherwise.
const DEFAULT_ISTIO_NAMESPACE: &str = "istio-system";

/// What every command needs to know.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    /// Streams and colour.
    pub(super) ui: Ui,
    /// How to reach the cluster.
    pub(super) access: Access,
    /// The namespace to work in, where one was given.
    pub(super) namespace: Option<String>,
    /// The namespace of the control plane.
    pub(super) istio_namespace: String,
    /// How long the whole command may take.
    pub(super) timeout: Duration,
    /// Ask nothing.
    pub(super) yes: bool,
    /// 0, 1 (what is done) or 2 (every request).
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

    /// The namespace of the control plane as something to `--set`, where it is another than usual.
    pub(super) fn istio_namespace_set(&self) -> Option<String> {
        (self.istio_namespace != DEFAULT_ISTIO_NAMESPACE)
            .then(|| format!("values.global.istioNamespace={}", self.istio_namespace))
    }

    /// Tells on stderr what is done: with `-v` steps and retries, with `-vv` every request.
    pub(super) fn trace(&self) {
        let level = match self.verbose {
            0 => return,
            1 => "mesh=debug",
            _ => "mesh=trace,kube_client=debug,tower_http=debug",
        };
        let written = tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(level).without_time();
        // A second subscriber is impossible in one process; the first goes on.
        let _ = written.with_ansi(self.ui.progress_color).try_init();
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
