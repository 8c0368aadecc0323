//! The supervisor: a process of its own that owns a cluster's processes and ends them with itself.
//!
//! It ends when it is told to, when its standard input is closed (the process that started it is gone, however it
//! went), or on SIGTERM and SIGINT; then it kills all it started and removes the cluster's folder. If the
//! supervisor itself is killed, the kernel kills its children (see [`process`]), and the next supervisor to start
//! removes the folder.

use std::fs::{self, File};
use std::path::Path as FsPath;
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use kube::Client;
use tokio::io::AsyncReadExt;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, watch};

use crate::protocol::{CONTROL_SOCKET, Istiod, LOCK_FILE, Path, Process, Reply, Request, STAMP, Spec, Started, Status};

pub(crate) mod certs;
mod control;
mod controlplane;
pub(crate) mod files;
mod forward;
mod istiod;
mod kubelet;
mod nodes;
pub(crate) mod process;
mod proxy;
mod stages;
mod view;

pub(crate) use kubelet::tls;
pub use stages::ANNOTATION;

use controlplane::{Launcher, Port};
use files::{EGRESS_SOCKET, Files, KUBELETS, SUPERVISOR};
use process::Running;

/// The subcommand of our binary that supervises a cluster.
pub(crate) const SUBCOMMAND: &str = "supervise";
/// What every cluster's folder is called, before a random part.
pub(crate) const FOLDER_PREFIX: &str = "mesh-cluster-";
/// kwok's configuration, in the cluster's folder.
const STAGES: &str = "stages.yaml";
/// How long the API server may take to answer. On an idle machine it takes about two seconds.
const API_SERVER_START: Duration = Duration::from_secs(90);
/// How often parts that keep nothing are started anew, all together, before the cluster gives up.
const RESTARTS: usize = 5;

/// A line for the supervisor's own log.
fn note(text: &str) {
    use std::io::Write;

    // Its log is its standard error; without one there is nothing to write to.
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// The body of `cluster supervise SPEC`.
///
/// # Errors
/// Only where not even the failure could be told on stdout.
pub(crate) fn run(spec_file: &str) -> Result<()> {
    use std::io::Write;

    let text = fs::read_to_string(spec_file).with_context(|| format!("cannot read {spec_file}"))?;
    let spec: Spec =
        serde_json::from_str(&text).with_context(|| format!("{spec_file} is no description of a cluster"))?;
    // One thread, so that children are bound to one that lasts; see `process`.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("no async runtime")?;
    let result = runtime.block_on(async {
        let _lock = lock(&spec.folder)?;
        std::thread::spawn(sweep);
        supervise(&spec).await
    });
    if let Err(cause) = &result {
        note(&format!("{cause:#}"));
        let line = serde_json::to_string(&Started::Failed(format!("{cause:#}")))?;
        // The library may have gone.
        let _ = writeln!(std::io::stdout(), "{line}");
    }
    if spec.keep_folder {
        let _ = fs::remove_file(spec.folder.join(LOCK_FILE));
    } else {
        let _ = fs::remove_dir_all(&spec.folder);
    }
    // A task may still hold a watch; there is nothing to wait for.
    runtime.shutdown_background();
    Ok(())
}

/// Marks the folder as in use for as long as the returned file is open. The file appears locked.
fn lock(folder: &FsPath) -> Result<File> {
    let hidden = folder.join("lock.new");
    let file = File::create(&hidden).with_context(|| format!("cannot write {}", hidden.display()))?;
    file.lock().context("cannot lock")?;
    fs::rename(&hidden, folder.join(LOCK_FILE)).context("cannot rename the lock")?;
    Ok(file)
}

/// Where clusters have their folders: the system's place for temporary files, unless its path is too long for the
/// sockets in them, whose paths may have 103 bytes.
pub(crate) fn temporary_folder() -> std::path::PathBuf {
    let folder = std::env::temp_dir();
    if folder.as_os_str().len() > 65 { "/tmp".into() } else { folder }
}

/// Removes the folders of clusters whose supervisor was killed.
fn sweep() {
    let Ok(entries) = fs::read_dir(temporary_folder()) else { return };
    for entry in entries.flatten() {
        if !entry.file_name().to_string_lossy().starts_with(FOLDER_PREFIX) {
            continue;
        }
        let Ok(lock) = File::open(entry.path().join(LOCK_FILE)) else { continue };
        if lock.try_lock().is_ok() {
            // Another sweep may be faster.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// The parts that run, besides tasks.
struct Parts {
    etcd: Running,
    apiserver: Running,
    controller_manager: Running,
    scheduler: Running,
    kwok: Running,
    /// How many were started anew.
    restarts: usize,
}

impl Parts {
    fn all(&mut self) -> [&mut Running; 5] {
        [&mut self.apiserver, &mut self.etcd, &mut self.controller_manager, &mut self.scheduler, &mut self.kwok]
    }

    /// Starts anew what ended and keeps nothing of its own, as a kubelet does on a real node: controllers, scheduler, kwok.
    /// Each of them gives up where the API server is slow to answer, 10 to 30 s, which a busy machine is at times.
    /// Otherwise an error that names the process that ended.
    fn mend(&mut self, launcher: &Launcher<'_>, stages: &FsPath) -> Result<()> {
        check([&mut self.etcd, &mut self.apiserver])?;
        let replaceable: [(&mut Running, &dyn Fn() -> Result<Running>); 3] = [
            (&mut self.controller_manager, &|| launcher.controller_manager()),
            (&mut self.scheduler, &|| launcher.scheduler()),
            (&mut self.kwok, &|| launcher.kwok(stages)),
        ];
        for (running, start) in replaceable {
            let Err(cause) = check([&mut *running]) else { continue };
            if self.restarts == RESTARTS {
                return Err(cause);
            }
            self.restarts += 1;
            note(&format!("{cause:#}\n{} is started anew", running.name));
            *running = start()?;
        }
        Ok(())
    }
}

/// An error that names the first process that ended.
fn check<'a>(parts: impl IntoIterator<Item = &'a mut Running>) -> Result<()> {
    for running in parts {
        if let Some(how) = running.ended() {
            bail!("{} ended ({how}); its last lines:\n{}", running.name, running.log_tail());
        }
    }
    Ok(())
}

async fn supervise(spec: &Spec) -> Result<()> {
    let (ask, mut asked) = mpsc::channel(16);
    control::listen(&spec.folder.join(CONTROL_SOCKET), ask)?;
    let port = Port::free()?;
    let server = format!("https://127.0.0.1:{}", port.number);
    let files = Files::write(&spec.folder, &server, &spec.users)?;
    let launcher = Launcher { files: &files, binaries: &spec.binaries };
    let rules = Arc::new(RwLock::new(stages::rules(&spec.failures)));
    let stages_file = files.path(STAGES);
    let write_stages = |rules: &[stages::Rule]| {
        fs::write(&stages_file, stages::config(rules))
            .with_context(|| format!("cannot write {}", stages_file.display()))
    };
    write_stages(&rules.read().unwrap_or_else(std::sync::PoisonError::into_inner))?;

    let egress = proxy::listen(&files.path(EGRESS_SOCKET))?;
    let etcd = launcher.etcd()?;
    let apiserver = launcher.apiserver(&port)?;
    let client = client(&files).await?;
    let (kubelets, kubelets_address) = kubelet::listen().await?;
    let mut early = [etcd, apiserver];
    let mut end = std::pin::pin!(end_of_life(spec.detached));
    tokio::select! {
        answered = answers(&client, Answer::Any, || check(&mut early)) => {
            answered.map_err(|cause| with_logs(cause, &mut early))?;
        }
        reason = &mut end => bail!("stopped while starting: {reason}"),
    }
    // While the API server makes its roles and priorities, the others can load.
    let [etcd, apiserver] = early;
    let mut parts = Parts {
        etcd,
        apiserver,
        controller_manager: launcher.controller_manager()?,
        scheduler: launcher.scheduler()?,
        kwok: launcher.kwok(&stages_file)?,
        restarts: 0,
    };
    tokio::select! {
        answered = answers(&client, Answer::Ready, || parts.mend(&launcher, &stages_file)) => {
            answered.map_err(|cause| with_logs(cause, parts.all()))?;
        }
        reason = &mut end => bail!("stopped while starting: {reason}"),
    }

    let view = view::View::start(&client);
    let istiods = istiod::Istiods::default();
    let (set_path, path) = watch::channel(Path::Open);
    let (set_istiod, istiod) = watch::channel(spec.istiod.clone());
    let proxy = proxy::Proxy { view: view.clone(), istiods: istiods.clone(), kubelets: kubelets_address, path };
    tokio::spawn(proxy::serve(egress, Arc::new(proxy)));
    let forwarder = forward::Forwarder {
        kwok: spec.binaries.kwok.clone(),
        kubeconfig: files.kubeconfig(KUBELETS),
        folder: spec.folder.clone(),
        istiods: istiods.clone(),
        servers: tokio::sync::Mutex::default(),
    };
    let kubelet =
        kubelet::Kubelet { view: view.clone(), istiods: istiods.clone(), rules: Arc::clone(&rules), forwarder };
    tokio::spawn(kubelet::serve(kubelets, kubelet));
    let starter = istiod::Starter {
        client: client.clone(),
        server: server.clone(),
        ca: files.ca.clone(),
        folder: spec.folder.clone(),
    };
    tokio::spawn(istiods.clone().follow(view, starter, istiod));

    nodes::create(&client, &spec.nodes).await?;
    nodes::bind_viewer(&client).await?;
    let mut look = tokio::time::interval(Duration::from_millis(500));
    {
        let mut settled = std::pin::pin!(nodes::settle(&client, &spec.nodes));
        loop {
            tokio::select! {
                settled = &mut settled => break settled?,
                _ = look.tick() => parts.mend(&launcher, &stages_file)?,
                reason = &mut end => bail!("stopped while starting: {reason}"),
            }
        }
    }
    announce(&Started::Ready { server: server.clone(), pid: std::process::id() })?;

    // Why nothing of it runs any more. The supervisor stays, to say so to a test that finds its connection refused.
    let mut broken: Option<String> = None;
    loop {
        tokio::select! {
            reason = &mut end => {
                note(&format!("ending: {reason}"));
                break;
            }
            _ = look.tick(), if broken.is_none() => if let Err(cause) = parts.mend(&launcher, &stages_file) {
                note(&format!("{cause:#}"));
                broken = Some(format!("the test cluster broke down: {cause:#}"));
                set_istiod.send_replace(Istiod::Absent);
                for running in parts.all() {
                    running.kill().await;
                }
            },
            asking = asked.recv() => {
                let Some((request, answer)) = asking else { break };
                if let Some(why) = broken.as_ref().filter(|_| !matches!(request, Request::Shutdown)) {
                    let _ = answer.send(Reply::Error(why.clone()));
                    continue;
                }
                let reply = match request {
                    Request::Status => {
                        let kind = set_istiod.borrow().clone();
                        Reply::Status(status(&server, kind, &mut parts, &istiods))
                    }
                    Request::Fail(failures) => {
                        let new = stages::rules(&failures);
                        let result = write_stages(&new);
                        *rules.write().unwrap_or_else(std::sync::PoisonError::into_inner) = new;
                        // kwok reads its Stages when it starts, and keeps no state but what is in the API server.
                        parts.kwok.kill().await;
                        match result.and_then(|()| launcher.kwok(&stages_file)) {
                            Ok(kwok) => { parts.kwok = kwok; Reply::Done }
                            Err(cause) => Reply::Error(format!("{cause:#}")),
                        }
                    }
                    Request::Webhooks(path) => { set_path.send_replace(path); Reply::Done }
                    Request::Istiod(kind) => { set_istiod.send_replace(kind); Reply::Done }
                    Request::Shutdown => {
                        istiods.end_all().await;
                        let _ = answer.send(Reply::Done);
                        break;
                    }
                };
                // Who asked may have gone.
                let _ = answer.send(reply);
            }
        }
    }
    for running in parts.all() {
        running.kill().await;
    }
    Ok(())
}

fn announce(started: &Started) -> Result<()> {
    use std::io::Write;

    let mut out = std::io::stdout();
    writeln!(out, "{}", serde_json::to_string(started)?).and_then(|()| out.flush()).context("nobody reads our stdout")
}

fn status(server: &str, istiod: Istiod, parts: &mut Parts, istiods: &istiod::Istiods) -> Status {
    let own = parts.all().into_iter().filter_map(|running| Some((running.name.clone(), running.pid()?)));
    let processes = own.chain(istiods.processes()).map(|(name, pid)| Process { name, pid }).collect();
    Status { stamp: STAMP.to_owned(), istiod, server: server.to_owned(), pid: std::process::id(), processes }
}

/// The supervisor's own client.
async fn client(files: &Files) -> Result<Client> {
    use kube::config::Kubeconfig;

    let text = fs::read_to_string(files.kubeconfig(SUPERVISOR)).context("no kubeconfig for the supervisor")?;
    let kubeconfig = Kubeconfig::from_yaml(&text).context("the supervisor's kubeconfig cannot be read")?;
    crate::handle::client_from(kubeconfig, SUPERVISOR).await
}

/// What to wait for.
#[derive(PartialEq)]
enum Answer {
    /// The API server answers at all.
    Any,
    /// It says that it is ready.
    Ready,
}

/// Waits until the API server answers, and looks whether what it needs still runs.
async fn answers(client: &Client, wanted: Answer, mut look: impl FnMut() -> Result<()>) -> Result<()> {
    let started = Instant::now();
    loop {
        let request = http::Request::get("/readyz").body(Vec::new()).context("no request")?;
        match client.request_text(request).await {
            Ok(_) => return Ok(()),
            Err(kube::Error::Api(_)) if wanted == Answer::Any => return Ok(()),
            Err(_) => {}
        }
        look()?;
        if started.elapsed() > API_SERVER_START {
            bail!("the API server is not ready after {} s", API_SERVER_START.as_secs());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// An error with the last lines of all that ran then.
fn with_logs<'a>(cause: anyhow::Error, parts: impl IntoIterator<Item = &'a mut Running>) -> anyhow::Error {
    let tails = parts.into_iter().map(|running| format!("{}:\n{}", running.name, running.log_tail()));
    let tails: Vec<String> = tails.collect();
    anyhow::anyhow!("{cause:#}\n{}", tails.join("\n"))
}

/// Ends when the supervisor should; the reason, for its log.
async fn end_of_life(detached: bool) -> &'static str {
    let parent_gone = async {
        if detached {
            return std::future::pending().await;
        }
        // Nothing is ever written; the end of the stream is the message.
        let mut input = tokio::io::stdin();
        let mut buffer = [0_u8; 64];
        while input.read(&mut buffer).await.is_ok_and(|count| count > 0) {}
    };
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return "no signals here";
    };
    tokio::select! {
        () = parent_gone => "the process that started this cluster is gone",
        _ = terminate.recv() => "SIGTERM",
        _ = interrupt.recv() => "SIGINT",
    }
}
