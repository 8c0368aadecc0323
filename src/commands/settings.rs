//! The flags of every command, resolved once: every field is named here, so a new flag that nobody reads fails to compile.

use std::ffi::OsString;
use std::time::Duration;

use crate::cli::{ColorArg, Global};
use crate::cluster::{Access, Cluster};
use crate::error::{Error, Kind, Result};
use crate::ui::{Color, Log, Ui};

/// Where the control plane is unless somebody says otherwise.
const DEFAULT_ISTIO_NAMESPACE: &str = "istio-system";

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
    /// From the flags and the environment.
    pub(super) fn resolve(global: Global, args: &[OsString]) -> Self {
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
            command: quoted(args),
            reach,
            ui: Ui::new(color, quiet),
            access: Access { kubeconfig, context, expect_context, as_user, as_groups: as_group },
            namespace,
            istio_namespace,
            timeout,
            yes,
            verbose,
        }
    }

    /// The same command line, asking nothing.
    pub(super) fn command_with_yes(&self) -> String {
        if self.yes { self.command.clone() } else { format!("{} -y", self.command) }
    }

    /// Another command about the same cluster and namespace, asking nothing; `words` are its own, as to be typed.
    pub(super) fn other_command(&self, words: &str) -> String {
        let reach: String = self.reach.iter().map(|flag| format!(" {flag}")).collect();
        format!("mesh {words}{reach} -y")
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

/// The flags that say which cluster and namespace is meant, as to be typed.
fn reach(global: &Global) -> Vec<String> {
    let Global { kubeconfig, context, expect_context, istio_namespace, as_user, as_group, .. } = global;
    let path = kubeconfig.as_ref().map(|path| path.display().to_string());
    let namespace = Some(istio_namespace).filter(|namespace| *namespace != DEFAULT_ISTIO_NAMESPACE);
    let flags = [
        ("--kubeconfig", path.as_ref()),
        ("--context", context.as_ref()),
        ("--expect-context", expect_context.as_ref()),
        ("--istio-namespace", namespace),
        ("--as", as_user.as_ref()),
    ];
    let one = flags.into_iter().filter_map(|(flag, value)| Some((flag, value?)));
    let all = one.chain(as_group.iter().map(|group| ("--as-group", group)));
    all.map(|(flag, value)| format!("{flag} {}", quote(value))).collect()
}

/// A command line to be typed again: the program by its name, words quoted where a shell needs it.
fn quoted(args: &[OsString]) -> String {
    let words = args.iter().skip(1).map(|word| quote(&word.to_string_lossy()));
    std::iter::once("mesh".to_owned()).chain(words).collect::<Vec<_>>().join(" ")
}

fn quote(word: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "-_./:=,@%+".contains(character);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_can_be_typed_again() {
        let args = ["/usr/bin/mesh", "install", "--set", "a[0]=it's b", "-f", "x.yaml"].map(OsString::from);
        assert_eq!(quoted(&args), r"mesh install --set 'a[0]=it'\''s b' -f x.yaml");
    }
}
