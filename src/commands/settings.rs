//! The flags of every command, resolved once: every field is named here, so a new flag that nobody reads fails to compile.

use std::ffi::OsString;
use std::time::Duration;

use crate::change::Caller;
use crate::cli::{Global, of_one, reach, typed};
use crate::cluster::{Access, Cluster};
use crate::error::{Error, Kind, Result};
use crate::fetch;
use crate::input::Home;
use crate::input::contexts::Member;
use crate::istio::DEFAULT_NAMESPACE;
use crate::ui::{Ui, interrupt};

/// How long a run that was interrupted waits for what it has written to be read.
const FAREWELL: Duration = Duration::from_secs(2);

/// What every command needs to know.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    /// The command line.
    args: Vec<OsString>,
    /// The same as it was written.
    pub(super) command: String,
    /// The flags of every command.
    global: Global,
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
        let (reach, whole) = (reach(&global), global.clone());
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
        Self {
            args: args.to_owned(),
            command: typed(args),
            global: whole,
            reach,
            ui: Ui::new(color.into(), quiet),
            access: Access {
                kubeconfig,
                context: context.into_iter().next(),
                expect_context,
                as_user,
                as_groups: as_group,
                grant,
            },
            namespace,
            istio_namespace,
            timeout,
            yes,
            verbose,
        }
    }

    /// The contexts that the command line names.
    pub(super) fn contexts(&self) -> &[String] {
        &self.global.context
    }

    /// How one of several clusters is reached.
    pub(super) fn access_of(&self, one: &Member) -> Access {
        let kubeconfig = one.kubeconfig.clone().or_else(|| self.access.kubeconfig.clone());
        Access { kubeconfig, context: Some(one.context.clone()), ..self.access.clone() }
    }

    /// The same command for one of several clusters, which speaks through `ui`.
    pub(super) fn of_one(&self, one: &Member, ui: Ui) -> Self {
        let access = self.access_of(one);
        let global =
            Global { context: vec![one.context.clone()], kubeconfig: access.kubeconfig.clone(), ..self.global.clone() };
        let command = typed(&of_one(&self.args, &one.context, one.kubeconfig.as_deref(), &one.sets));
        Self { command, reach: reach(&global), global, access, ui, ..self.clone() }
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

    /// Does what blocks and needs no cluster, unless it is interrupted before `end`, such as `all was written`.
    pub(super) fn aside<T: Send + 'static>(end: &str, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        runtime()?.block_on(async { interrupt::unless(interrupt::wait(), end, fetch::aside(work)).await })
    }

    /// Connects, and carries `work` out on one thread; others write what it says.
    pub(super) fn on_cluster<T, F>(&self, work: impl FnOnce(Cluster) -> F) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        let runtime = runtime()?;
        let background = self.ui.output.in_background();
        let done = runtime.block_on(async { work(Cluster::connect(&self.access, self.timeout).await?).await });
        // Whoever has interrupted the run does not wait for a reader that has stopped reading.
        let stopped =
            done.as_ref().err().is_some_and(|error| matches!(error.kind(), Kind::Interrupted | Kind::Terminated));
        let written = background.end(stopped.then_some(FAREWELL));
        done.and_then(|done| written.map(|()| done))
    }
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| Error::failed("runtime", "cannot start the runtime").caused_by(error))
}
