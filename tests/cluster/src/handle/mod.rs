//! A cluster as a test holds it.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path as FsPath, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use kube::Client;
use kube::config::{KubeConfigOptions, Kubeconfig};

mod builder;
mod control;
mod objects;
mod requests;
mod supervisor_binary;

pub use builder::Builder;
pub use objects::status_code;
pub use requests::{Mark, Recorded, Requests};
pub(crate) use supervisor_binary::STAMP_COMMAND;

use crate::protocol::{
    ADMIN_KUBECONFIG, CONTROL_SOCKET, Credential, Failure, Istiod, Path, Process, Reply, Request, STAMP, Spec, Started,
    Status, kubeconfig,
};
use crate::supervisor::certs::{Authority, write_private};
use crate::supervisor::files::{CA_CERTIFICATE, CA_KEY, CONTEXT, kubeconfig_path};
use crate::supervisor::process::log_tail;

/// The user agent of a test's own client.
pub const TEST_AGENT: &str = "mesh-cluster-test";

/// How long a supervisor that was told to end is waited for, also on a loaded machine.
const END: Duration = Duration::from_secs(60);

/// A running control plane. It ends when this is dropped, or with the process that holds it.
pub struct Cluster {
    folder: PathBuf,
    server: String,
    detached: bool,
    supervisor: Option<Supervisor>,
    runtime: OnceLock<tokio::runtime::Runtime>,
    client: OnceLock<Client>,
    /// How long it took to start.
    started_in: Duration,
}

/// The supervisor's process. It lives for as long as its standard input is open.
struct Supervisor {
    process: Child,
    input: Option<ChildStdin>,
}

impl Cluster {
    /// A cluster with the defaults: one node, a real istiod where one is named, else the stand-in.
    ///
    /// # Errors
    /// As [`Builder::start`].
    pub fn start() -> Result<Self> {
        Self::builder().start()
    }

    /// A cluster as you like it.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Takes hold of a detached cluster that runs already, by its folder. Dropping it leaves the cluster running.
    ///
    /// # Errors
    /// Nothing answers there, or a cluster of another build does, which [`Cluster::stop_in`] ends.
    pub fn attach(folder: &FsPath) -> Result<Self> {
        let started = Instant::now();
        let Reply::Status(status) = control::ask(folder, &Request::Status)? else {
            bail!("the supervisor in {} does not say how it is", folder.display());
        };
        if status.stamp != STAMP {
            bail!("the cluster in {} was started by another build", folder.display());
        }
        Ok(Self {
            folder: folder.to_owned(),
            server: status.server,
            detached: true,
            supervisor: None,
            runtime: OnceLock::new(),
            client: OnceLock::new(),
            started_in: started.elapsed(),
        })
    }

    /// Ends the detached cluster in a folder, of whatever build, and waits until it is gone. True if there was one.
    ///
    /// # Errors
    /// There is one that does not end.
    pub fn stop_in(folder: &FsPath) -> Result<bool> {
        if !folder.join(CONTROL_SOCKET).exists() {
            return Ok(false);
        }
        let asked = control::ask(folder, &Request::Shutdown);
        let started = Instant::now();
        while asked.is_ok() && folder.exists() {
            if started.elapsed() > END {
                bail!("the cluster in {} does not end", folder.display());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        // Without a supervisor only its files are left: after a reboot, or a kill.
        if folder.exists() {
            std::fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))?;
        }
        Ok(asked.is_ok())
    }

    fn launch(spec: &Spec) -> Result<Self> {
        let started = Instant::now();
        let binary = supervisor_binary::path()?;
        let spec_file = spec.folder.join("spec.json");
        write_private(&spec_file, &serde_json::to_string(spec).context("the description cannot be written down")?)?;
        let log_file = spec.folder.join("supervisor.log");
        let log = std::fs::File::create(&log_file).with_context(|| format!("cannot write {}", log_file.display()))?;
        let mut command = Command::new(&binary);
        command
            .arg(crate::supervisor::SUBCOMMAND)
            .arg(&spec_file)
            .current_dir(&spec.folder)
            .stdin(if spec.detached { Stdio::null() } else { Stdio::piped() })
            .stdout(Stdio::piped())
            .stderr(log);
        // A group of its own: Ctrl-C in a terminal is for the test, which then takes the supervisor along.
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut process = command.spawn().with_context(|| format!("cannot start {}", binary.display()))?;
        let input = process.stdin.take();
        let output = process.stdout.take().context("the supervisor has no stdout")?;
        let mut supervisor = Supervisor { process, input };
        let server = match read_start(output) {
            Ok(Started::Ready { server, .. }) => server,
            Ok(Started::Failed(reason)) => {
                supervisor.end();
                bail!("the test cluster did not start: {reason}");
            }
            Err(cause) => {
                supervisor.end();
                let log = log_tail(&log_file, 15);
                return Err(cause.context(format!("the test cluster did not start; its supervisor's log:\n{log}")));
            }
        };
        Ok(Self {
            folder: spec.folder.clone(),
            server,
            detached: spec.detached,
            supervisor: Some(supervisor),
            runtime: OnceLock::new(),
            client: OnceLock::new(),
            started_in: started.elapsed(),
        })
    }

    /// How long the start took, once everything was built.
    pub fn started_in(&self) -> Duration {
        self.started_in
    }

    /// The administrator's kubeconfig: one context, `test-cluster`, with a token that may do everything.
    pub fn kubeconfig(&self) -> PathBuf {
        self.folder.join(ADMIN_KUBECONFIG)
    }

    /// The kubeconfig of another user with a token: `viewer` (bound to ClusterRole `view`), `nobody` (bound to
    /// nothing), or one that [`Builder::user`] added.
    ///
    /// # Errors
    /// There is no such user.
    pub fn kubeconfig_for(&self, user: &str) -> Result<PathBuf> {
        let path = kubeconfig_path(&self.folder, user);
        if !path.is_file() {
            bail!("there is no user {user:?}; Builder::user adds one");
        }
        Ok(path)
    }

    /// A kubeconfig with a client certificate of this user, of any name, in this group. `system:masters` may do
    /// everything.
    ///
    /// # Errors
    /// The cluster's folder cannot be written.
    pub fn kubeconfig_with_certificate(&self, user: &str, group: Option<&str>) -> Result<PathBuf> {
        let read = |name: &str| -> Result<String> {
            let path = self.folder.join(name);
            std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
        };
        let ca = read(CA_CERTIFICATE)?;
        let identity = Authority::from_pem(&ca, &read(CA_KEY)?)?.client(user, group)?;
        let credential = Credential::Certificate { certificate: &identity.certificate, key: &identity.key };
        let path = self.folder.join(format!("kubeconfig-certificate.{}", user.replace([':', '/'], "-")));
        write_private(&path, &kubeconfig(CONTEXT, &self.server, &ca, user, &credential))?;
        Ok(path)
    }

    /// A kubeconfig like the administrator's, changed as you like: `edit` gets its JSON. For refused certificates,
    /// wrong addresses, expired tokens, many contexts.
    ///
    /// # Errors
    /// The cluster's folder cannot be written.
    pub fn kubeconfig_edited(&self, name: &str, edit: impl FnOnce(&mut serde_json::Value)) -> Result<PathBuf> {
        let text = std::fs::read_to_string(self.kubeconfig()).context("cannot read the kubeconfig")?;
        let mut value = serde_json::from_str(&text).context("the kubeconfig is not JSON")?;
        edit(&mut value);
        let path = self.folder.join(format!("kubeconfig-edited.{name}"));
        write_private(&path, &format!("{value:#}\n"))?;
        Ok(path)
    }

    /// `https://127.0.0.1:PORT`
    pub fn server(&self) -> &str {
        &self.server
    }

    /// The cluster's own folder, with every process's log (`kube-apiserver.log`, …). Gone when the cluster ends,
    /// unless the variable `MESH_TEST_KEEP` is set.
    pub fn folder(&self) -> &FsPath {
        &self.folder
    }

    /// From now on exactly these failures hold, for new pods and, where the fault can strike later, for those that
    /// are there. An empty list heals: pods that could not start do.
    ///
    /// # Errors
    /// The supervisor is gone.
    pub fn fail(&self, failures: impl IntoIterator<Item = Failure>) -> Result<()> {
        self.order(&Request::Fail(failures.into_iter().collect()))
    }

    /// From now on the kubelets of exactly these nodes are gone: their nodes are `Unknown`, and their pods stay as they
    /// are, deleted ones too. An empty list brings all back.
    ///
    /// # Errors
    /// The supervisor is gone.
    pub fn stop_kubelets(&self, nodes: &[&str]) -> Result<()> {
        self.order(&Request::Gone(nodes.iter().map(|&node| node.to_owned()).collect()))
    }

    /// The path from the API server to webhooks, Services and pods, from now on.
    ///
    /// # Errors
    /// The supervisor is gone.
    pub fn webhooks(&self, path: Path) -> Result<()> {
        self.order(&Request::Webhooks(path))
    }

    /// Who answers for istiod from now on; one that runs is ended first.
    ///
    /// # Errors
    /// The supervisor is gone.
    pub fn istiod(&self, kind: Istiod) -> Result<()> {
        self.order(&Request::Istiod(kind.resolve()))
    }

    /// Kills the API server, and starts it anew after so long. What it has is in etcd; requests and watches are cut.
    ///
    /// # Errors
    /// The supervisor is gone, or the API server cannot be started.
    pub fn restart_api_server(&self, pause: Duration) -> Result<()> {
        self.order(&Request::Restart(pause))
    }

    /// What runs right now.
    ///
    /// # Errors
    /// The supervisor is gone.
    pub fn status(&self) -> Result<Status> {
        match control::ask(&self.folder, &Request::Status)? {
            Reply::Status(status) => Ok(status),
            Reply::Error(why) => Err(anyhow!(why)),
            other => Err(anyhow!("the supervisor answers {other:?}")),
        }
    }

    /// The processes that make the cluster, istiods included.
    ///
    /// # Errors
    /// The supervisor is gone.
    pub fn processes(&self) -> Result<Vec<Process>> {
        Ok(self.status()?.processes)
    }

    fn order(&self, request: &Request) -> Result<()> {
        match control::ask(&self.folder, request)? {
            Reply::Error(reason) => Err(anyhow!(reason)),
            Reply::Done | Reply::Status(_) => Ok(()),
        }
    }

    /// A command with `KUBECONFIG` set to the administrator's, and nothing else of Kubernetes in its environment.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env("KUBECONFIG", self.kubeconfig());
        command
    }

    /// Runs `kubectl` with these arguments and returns its stdout; `None` where there is no kubectl on PATH.
    ///
    /// # Errors
    /// kubectl fails; its stderr is the message.
    pub fn kubectl(&self, args: &[&str]) -> Result<Option<String>> {
        let output = match self.command("kubectl").args(args).stdin(Stdio::null()).output() {
            Ok(output) => output,
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(cause) => return Err(cause).context("cannot run kubectl"),
        };
        if !output.status.success() {
            bail!("kubectl {}: {}", args.join(" "), String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(Some(String::from_utf8_lossy(&output.stdout).into_owned()))
    }

    /// Runs a future with the administrator's client, from a test that is async or not.
    ///
    /// # Errors
    /// What the future says, or no client could be made.
    pub fn with_client<T, F>(&self, work: impl FnOnce(Client) -> F + Send) -> Result<T>
    where
        F: Future<Output = Result<T>>,
        T: Send,
    {
        let runtime = self.runtime()?;
        // A thread of its own: the caller's may belong to a runtime, in which blocking is forbidden.
        std::thread::scope(|scope| {
            let body = || {
                runtime.block_on(async {
                    let client = match self.client.get() {
                        Some(client) => client.clone(),
                        None => {
                            let client = self.new_client(TEST_AGENT).await?;
                            self.client.get_or_init(|| client).clone()
                        }
                    };
                    work(client).await
                })
            };
            scope.spawn(body).join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    }

    /// A client of the administrator, with this user agent, for the runtime you are in.
    ///
    /// # Errors
    /// The kubeconfig cannot be read.
    pub async fn new_client(&self, agent: &str) -> Result<Client> {
        let kubeconfig = Kubeconfig::read_from(self.kubeconfig()).context("cannot read the kubeconfig")?;
        client_from(kubeconfig, agent).await
    }

    fn runtime(&self) -> Result<&tokio::runtime::Runtime> {
        if self.runtime.get().is_none() {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(1)
                .enable_all()
                .build()
                .context("no async runtime")?;
            // Another thread may have been faster; one of the two is dropped, unused.
            let _ = self.runtime.set(runtime);
        }
        self.runtime.get().context("no async runtime")
    }

    /// Ends the cluster and waits until everything of it is gone. Dropping does the same, but for a detached one.
    ///
    /// # Errors
    /// The supervisor is gone already, or does not end.
    pub fn stop(mut self) -> Result<()> {
        let asked = self.order(&Request::Shutdown);
        match self.supervisor.take() {
            Some(mut supervisor) => supervisor.end(),
            None => {
                let started = Instant::now();
                while self.folder.exists() && started.elapsed() < END {
                    std::thread::sleep(Duration::from_millis(20));
                }
            }
        }
        asked
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
        if let Some(mut supervisor) = self.supervisor.take()
            && !self.detached
        {
            supervisor.end();
        }
    }
}

impl Supervisor {
    /// Closes its input, which is the order to end, and waits; insists where it does not.
    fn end(&mut self) {
        drop(self.input.take());
        let started = Instant::now();
        while let Ok(None) = self.process.try_wait() {
            if started.elapsed() > END {
                // Its children go with it, by the kernel's hand.
                let _ = self.process.kill();
                let _ = self.process.wait();
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

fn read_start(output: ChildStdout) -> Result<Started> {
    let mut line = String::new();
    BufReader::new(output.take(1 << 20)).read_line(&mut line).context("cannot read the supervisor's answer")?;
    serde_json::from_str(&line).context("the supervisor ended without an answer")
}

/// A client for a kubeconfig's current context, with this user agent.
pub(crate) async fn client_from(kubeconfig: Kubeconfig, agent: &str) -> Result<Client> {
    let mut config = kube::Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default())
        .await
        .context("the kubeconfig cannot be used")?;
    let agent = http::HeaderValue::from_str(agent).context("a user agent must be plain text")?;
    config.headers.push((http::header::USER_AGENT, agent));
    Client::try_from(config).context("no client for the cluster")
}
