//! The flags of every command, resolved once: every field is named here, so a new flag that nobody reads fails to compile.

use std::ffi::OsString;
use std::time::Duration;

use crate::change::Caller;
use crate::cli::{ColorArg, Global, reach, typed};
use crate::cluster::{Access, Cluster};
use crate::error::{Error, Kind, Result};
use crate::input::Home;
use crate::istio::DEFAULT_NAMESPACE;
use crate::ui::{Color, Log, Ui};

/// How long a run that was interrupted waits for what it has written to be read.
const FAREWELL: Duration = Duration::from_secs(2);

/// What every command needs to know.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    /// The command line as it was written.
    pub(super) command: String,
    /// The flags of it that say which cluster and namespace is meant, for other commands about the same.
    reach: Vec<String>,
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
    /// From the flags and the environment; `grant` is the line that prints the roles for the command.
    pub(super) fn resolve(global: Global, args: &[OsString], grant: String) -> Self {
        let reach = reach(&global);
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
            command: typed(args),
            reach,
            ui: Ui::new(color, quiet),
            access: Access { kubeconfig, context, expect_context, as_user, as_groups: as_group, grant },
            namespace,
            istio_namespace,
            timeout,
            yes,
            verbose,
        }
    }

    /// Who asks, for those who carry out.
    pub(super) fn caller(&self) -> Caller {
        Caller {
            ui: self.ui.clone(),
            yes: self.yes,
            command: self.command.clone(),
            reach: self.reach.clone(),
            istio_namespace: self.istio_namespace.clone(),
        }
    }

    /// The namespace of the control plane, and whether the command line says so.
    pub(super) fn home(&self) -> Home<'_> {
        Home { namespace: &self.istio_namespace, is_given: self.istio_namespace != DEFAULT_NAMESPACE }
    }

    /// Tells on stderr what is done: with `-v` steps and retries, with `-vv` every request.
    pub(super) fn trace(&self) {
        let level = match self.verbose {
            0 => return,
            1 => "mesh=debug",
            _ => "mesh=trace,kube_client=debug,tower_http=debug",
        };
        let log = Log::new(&self.ui);
        let written = tracing_subscriber::fmt().with_writer(move || log.clone()).with_env_filter(level).without_time();
        // A second subscriber is impossible in one process; the first goes on. Colours take a feature that is not on.
        let _ = written.with_ansi(false).try_init();
    }

    /// Connects, and carries `work` out on one thread; others write what it says.
    pub(super) fn on_cluster<T, F>(&self, work: impl FnOnce(Cluster) -> F) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Error::failed("runtime", "cannot start the runtime").caused_by(error))?;
        let background = self.ui.output.in_background();
        let done = runtime.block_on(async { work(Cluster::connect(&self.access, self.timeout).await?).await });
        // Whoever has interrupted the run does not wait for a reader that has stopped reading.
        let stopped =
            done.as_ref().err().is_some_and(|error| matches!(error.kind(), Kind::Interrupted | Kind::Terminated));
        let written = background.end(stopped.then_some(FAREWELL));
        done.and_then(|done| written.map(|()| done))
    }
}
