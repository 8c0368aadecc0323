//! `mesh` as a process: run to its end, or watched and interrupted on its way.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use cluster::Cluster;
use serde_json::Value;

use super::schema;

/// The result lines of an installation of demo.
pub(crate) const DEMO_LINES: &str = "\
✔ Istio core installed
✔ Istiod installed
✔ Egress gateways installed
✔ Ingress gateways installed
✔ Installation complete
";
/// … of default.
pub(crate) const DEFAULT_LINES: &str = "\
✔ Istio core installed
✔ Istiod installed
✔ Ingress gateways installed
✔ Installation complete
";
/// … of minimal.
pub(crate) const MINIMAL_LINES: &str = "\
✔ Istio core installed
✔ Istiod installed
✔ Installation complete
";

/// How long a run may take before the test gives up on it.
const PATIENCE: Duration = Duration::from_secs(180);

/// One command line.
pub(crate) struct Mesh(Command);

/// What came of it.
#[derive(Debug)]
pub(crate) struct Run {
    /// The exit code; `None` where a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) took: Duration,
}

/// A run that goes on.
pub(crate) struct Running {
    args: Vec<OsString>,
    child: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
    stdout: std::thread::JoinHandle<String>,
    /// How many lines came on stdout so far.
    printed: Arc<AtomicUsize>,
    started: Instant,
}

impl Mesh {
    /// With a kubeconfig, and nothing else of the environment that could steer it.
    pub(crate) fn with(kubeconfig: &Path) -> Self {
        let mut mesh = Self::alone();
        mesh.0.env("KUBECONFIG", kubeconfig);
        mesh
    }

    /// As the administrator of a cluster.
    pub(crate) fn on(cluster: &Cluster) -> Self {
        Self::with(&cluster.kubeconfig())
    }

    /// Without any kubeconfig.
    pub(crate) fn alone() -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mesh"));
        command.stdin(Stdio::null()).env("HOME", "/nonexistent");
        for variable in [
            "KUBECONFIG",
            "KUBERNETES_SERVICE_HOST",
            "NO_COLOR",
            "SSL_CERT_FILE",
            "XDG_CACHE_HOME",
            "MESH_RELEASES",
            "DOCKER_CONFIG",
        ] {
            command.env_remove(variable);
        }
        for proxy in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
            command.env_remove(proxy).env_remove(proxy.to_lowercase());
        }
        Self(command)
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.0.env(name, value);
        self
    }

    /// By another name than its own.
    pub(crate) fn called(mut self, name: &str) -> Self {
        self.0.arg0(name);
        self
    }

    pub(crate) fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.0.args(args);
        self
    }

    /// Where it runs.
    pub(crate) fn within(mut self, folder: &Path) -> Self {
        self.0.current_dir(folder);
        self
    }

    /// What the last of these words may become, as bash asks it.
    pub(crate) fn completes(self, words: &[&str]) -> Result<Vec<String>> {
        let asked = self.env("MESH_COMPLETE", "bash").env("_CLAP_COMPLETE_INDEX", words.len().to_string());
        let run = asked.args(["--", "mesh"]).args(words).run()?;
        ensure!(run.code == Some(0) && run.stderr.is_empty(), "{words:?}: {run}");
        Ok(run.stdout.lines().map(str::to_owned).collect())
    }

    /// `mesh install` with these arguments.
    pub(crate) fn install<A: AsRef<OsStr>>(self, args: impl IntoIterator<Item = A>) -> Self {
        self.args(["install"]).args(args)
    }

    /// Runs it to its end.
    pub(crate) fn run(self) -> Result<Run> {
        self.start()?.end()
    }

    /// Starts it.
    pub(crate) fn start(mut self) -> Result<Running> {
        let started = Instant::now();
        self.0.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.0.spawn().context("cannot run mesh")?;
        let (out, err) = (child.stdout.take().context("no stdout")?, child.stderr.take().context("no stderr")?);
        let printed = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&printed);
        let stdout = std::thread::spawn(move || {
            let (mut text, mut out) = (String::new(), BufReader::new(out));
            // What is not text fails the comparison that follows.
            while out.read_line(&mut text).is_ok_and(|read| read > 0) {
                counted.fetch_add(1, Ordering::Relaxed);
            }
            text
        });
        let (tell, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(err).lines().map_while(std::result::Result::ok) {
                let _ = tell.send(line);
            }
        });
        let args = self.0.get_args().map(OsStr::to_owned).collect();
        Ok(Running { args, child, lines, seen: Vec::new(), stdout, printed, started })
    }
}

impl Running {
    /// Waits for a line on stderr that contains `part`.
    pub(crate) fn line_with(&mut self, part: &str) -> Result<()> {
        while let Some(line) = self.next_line() {
            let found = line.contains(part);
            self.seen.push(line);
            if found {
                return Ok(());
            }
        }
        let _ = self.child.kill();
        bail!("no line with {part:?} in:\n{}", self.seen.join("\n"))
    }

    /// Waits until it has printed so many lines on stdout.
    pub(crate) fn printed(&self, lines: usize) -> Result<()> {
        while self.printed.load(Ordering::Relaxed) < lines {
            ensure!(self.started.elapsed() < PATIENCE, "mesh did not print {lines} lines within {PATIENCE:?}");
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal by name, such as `INT`.
    pub(crate) fn signal(&self, name: &str) -> Result<()> {
        super::signal(self.child.id(), name)
    }

    /// Waits for its end. Documents that it has written have to be as `mesh schema` says.
    pub(crate) fn end(mut self) -> Result<Run> {
        while let Some(line) = self.next_line() {
            self.seen.push(line);
        }
        if self.started.elapsed() > PATIENCE {
            let _ = self.child.kill();
            bail!("mesh did not end within {PATIENCE:?}:\n{}", self.seen.join("\n"));
        }
        let status = self.child.wait().context("cannot wait for mesh")?;
        let took = self.started.elapsed();
        let stdout = self.stdout.join().unwrap_or_default();
        let stderr: String = self.seen.iter().map(|line| format!("{line}\n")).collect();
        schema::hold(self.args.iter().map(OsString::as_os_str), status.code(), &stdout, &stderr)?;
        Ok(Run { code: status.code(), stdout, stderr, took })
    }

    fn next_line(&self) -> Option<String> {
        self.lines.recv_timeout(PATIENCE.saturating_sub(self.started.elapsed())).ok()
    }
}

impl Run {
    /// Exit 0 with exactly this on stdout.
    pub(crate) fn expect_done(&self, stdout: &str) -> Result<()> {
        ensure!(self.code == Some(0) && self.stdout == stdout, "{self}");
        Ok(())
    }

    /// This exit code, and every one of `parts` on stderr or stdout; one error at most.
    pub(crate) fn expect_failed(&self, code: i32, parts: &[&str]) -> Result<()> {
        ensure!(self.code == Some(code), "wanted exit code {code}: {self}");
        for part in parts {
            ensure!(self.stderr.contains(part) || self.stdout.contains(part), "wanted {part:?}: {self}");
        }
        let errors = self.lines_with("error: ");
        ensure!(errors.len() == 1, "wanted one error: {self}");
        self.says_nothing_twice()?;
        self.is_plain()
    }

    /// No line of stderr is there twice, whatever it is called there: as an error, a cause or a hint.
    fn says_nothing_twice(&self) -> Result<()> {
        let mut told: Vec<&str> = Vec::new();
        for line in self.stderr.lines() {
            let bare = ["error: ", "hint: ", "caused by: "]
                .iter()
                .fold(line.trim(), |line, prefix| line.strip_prefix(prefix).unwrap_or(line));
            // Where another test was faster on the same control plane, it is planned anew, and told so.
            if bare.starts_with("looking at ") {
                told.clear();
            }
            ensure!(!told.contains(&bare), "told twice: {bare:?}: {self}");
            told.push(bare);
        }
        Ok(())
    }

    /// Nothing on either stream steers a terminal, or hides text: marks that turn its direction or take no room.
    pub(crate) fn is_plain(&self) -> Result<()> {
        let hides = |c: char| matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}');
        let steers = |text: &str| text.chars().any(|c| c.is_control() && c != '\n' || hides(c));
        ensure!(!steers(&self.stdout) && !steers(&self.stderr), "control characters: {self:?}");
        Ok(())
    }

    /// The lines of stderr that begin so.
    pub(crate) fn lines_with(&self, prefix: &str) -> Vec<&str> {
        self.stderr.lines().filter(|line| line.starts_with(prefix)).collect()
    }

    /// Stdout as one JSON document.
    pub(crate) fn json(&self) -> Result<Value> {
        serde_json::from_str(&self.stdout).with_context(|| format!("stdout is not JSON: {self}"))
    }
}

impl std::fmt::Display for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { code, stdout, stderr, took } = self;
        write!(f, "exit {code:?} after {took:.1?}\n--- stdout\n{stdout}--- stderr\n{stderr}---")
    }
}
