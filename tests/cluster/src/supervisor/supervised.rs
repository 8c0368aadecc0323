//! A cluster that runs: its processes, what stands in for kubelets and istiods, and what it is told to do.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use anyhow::{Context, Result};
use kube::Client;
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::{mpsc, watch};

use super::control::Asking;
use super::controlplane::{Launcher, Port};
use super::files::{EGRESS_SOCKET, Files, KUBELETS};
use super::istiod::{Istiods, Starter};
use super::parts::Parts;
use super::stages::Rule;
use super::{forward, kubelet, nodes, note, proxy, stages, view};
use crate::protocol::{Failure, Istiod, Path, Process, Reply, Request, STAMP, Spec, Status};

/// kwok's configuration, in the cluster's folder.
const STAGES: &str = "stages.yaml";
/// How often it is looked whether all still runs.
const LOOK: Duration = Duration::from_millis(500);

/// A cluster that runs.
pub(super) struct Supervised<'a> {
    spec: &'a Spec,
    /// The URL of the API server.
    pub(super) server: String,
    files: Files,
    faults: Faults,
    parts: Parts,
    istiods: Istiods,
    path: watch::Sender<Path>,
    istiod: watch::Sender<Istiod>,
    /// Why nothing of it runs any more. The supervisor stays, to say so to a test that finds its connection refused.
    broken: Option<String>,
    port: Port,
}

/// What pods fail of: for kwok in a file, for the kubelets as rules.
struct Faults {
    file: PathBuf,
    rules: Arc<RwLock<Vec<Rule>>>,
    /// Nodes whose kubelets are gone.
    gone: Vec<String>,
}

impl Faults {
    fn new(file: PathBuf, failures: &[Failure]) -> Result<Self> {
        let faults = Self { file, rules: Arc::default(), gone: Vec::new() };
        faults.set(failures);
        faults.write()?;
        Ok(faults)
    }

    fn set(&self, failures: &[Failure]) {
        *self.rules.write().unwrap_or_else(PoisonError::into_inner) = stages::rules(failures);
    }

    /// Writes kwok's Stages.
    fn write(&self) -> Result<()> {
        let stages = stages::config(&self.rules.read().unwrap_or_else(PoisonError::into_inner), &self.gone);
        fs::write(&self.file, stages).with_context(|| format!("cannot write {}", self.file.display()))
    }
}

impl<'a> Supervised<'a> {
    /// Starts all, and waits until the cluster is of use. Whatever was started ends with what this gives.
    ///
    /// # Errors
    /// What could not be started or ended, with its last lines.
    pub(super) async fn start(spec: &'a Spec) -> Result<Self> {
        let port = Port::free()?;
        let server = format!("https://127.0.0.1:{}", port.number);
        let files = Files::write(&spec.folder, &server, &spec.users)?;
        let faults = Faults::new(files.path(STAGES), &spec.failures)?;
        let egress = proxy::listen(&files.path(EGRESS_SOCKET))?;
        let kubelets = kubelet::listen().await?;
        let launcher = Launcher { files: &files, binaries: &spec.binaries };
        let (parts, client) = Parts::start(&launcher, &port, &faults.file, &files).await?;
        let (path, istiod) = (watch::Sender::new(Path::Open), watch::Sender::new(spec.istiod.clone()));
        let istiods = Istiods::default();
        let mut cluster = Self { spec, server, files, faults, parts, istiods, path, istiod, broken: None, port };
        cluster.stand_in(&client, egress, kubelets);
        nodes::create(&client, &spec.nodes).await?;
        nodes::bind_viewer(&client).await?;
        let mut look = tokio::time::interval(LOOK);
        let mut settled = std::pin::pin!(nodes::settle(&client, &spec.nodes));
        loop {
            tokio::select! {
                settled = &mut settled => break settled?,
                _ = look.tick() => cluster.mend()?,
            }
        }
        Ok(cluster)
    }

    /// Has tasks play what is no process of its own: the way out of the API server, kubelets, and who starts istiods.
    fn stand_in(&self, client: &Client, egress: UnixListener, (kubelets, address): (TcpListener, SocketAddr)) {
        let Self { spec, istiods, files, .. } = self;
        let view = view::View::start(client);
        let path = self.path.subscribe();
        let proxy = proxy::Proxy { view: view.clone(), istiods: istiods.clone(), kubelets: address, path };
        tokio::spawn(proxy::serve(egress, Arc::new(proxy)));
        let forwarder = forward::Forwarder {
            kwok: spec.binaries.kwok.clone(),
            kubeconfig: files.kubeconfig(KUBELETS),
            folder: spec.folder.clone(),
            istiods: istiods.clone(),
            servers: tokio::sync::Mutex::default(),
        };
        let rules = Arc::clone(&self.faults.rules);
        let kubelet = kubelet::Kubelet { view: view.clone(), istiods: istiods.clone(), rules, forwarder };
        tokio::spawn(kubelet::serve(kubelets, kubelet));
        let starter = Starter {
            client: client.clone(),
            server: self.server.clone(),
            ca: files.ca.clone(),
            folder: spec.folder.clone(),
        };
        tokio::spawn(istiods.clone().follow(view, starter, self.istiod.subscribe()));
    }

    /// Does what it is asked until it is asked to end, or `end` resolves; then all of it ends.
    pub(super) async fn serve(
        &mut self,
        mut asked: mpsc::Receiver<Asking>,
        mut end: Pin<&mut impl Future<Output = &'static str>>,
    ) {
        let mut look = tokio::time::interval(LOOK);
        loop {
            tokio::select! {
                reason = &mut end => {
                    note(&format!("ending: {reason}"));
                    break;
                }
                _ = look.tick(), if self.broken.is_none() => self.look().await,
                asking = asked.recv() => {
                    let Some((request, answer)) = asking else { break };
                    let is_last = matches!(request, Request::Shutdown);
                    let reply = self.reply(request).await;
                    // Who asked may have gone.
                    let _ = answer.send(reply);
                    if is_last {
                        break;
                    }
                }
            }
        }
        self.end().await;
    }

    fn mend(&mut self) -> Result<()> {
        self.parts.mend(&Launcher { files: &self.files, binaries: &self.spec.binaries }, &self.faults.file)
    }

    /// Looks whether all still runs, and ends all where something has ended for good.
    async fn look(&mut self) {
        let Err(cause) = self.mend() else { return };
        note(&format!("{cause:#}"));
        self.broken = Some(format!("the test cluster broke down: {cause:#}"));
        self.istiod.send_replace(Istiod::Absent);
        self.end().await;
    }

    async fn end(&mut self) {
        for running in self.parts.all() {
            running.kill().await;
        }
    }

    async fn reply(&mut self, request: Request) -> Reply {
        if let Some(why) = self.broken.as_ref().filter(|_| !matches!(request, Request::Shutdown)) {
            return Reply::Error(why.clone());
        }
        match request {
            Request::Status => return Reply::Status(self.status()),
            Request::Fail(failures) => {
                self.faults.set(&failures);
                if let Err(cause) = self.play_anew().await {
                    return Reply::Error(format!("{cause:#}"));
                }
            }
            Request::Gone(nodes) => {
                self.faults.gone = nodes;
                if let Err(cause) = self.play_anew().await {
                    return Reply::Error(format!("{cause:#}"));
                }
            }
            Request::Webhooks(path) => {
                self.path.send_replace(path);
            }
            Request::Istiod(kind) => {
                self.istiod.send_replace(kind);
            }
            Request::Restart(pause) => {
                if let Err(cause) = self.restart(pause).await {
                    return Reply::Error(format!("{cause:#}"));
                }
            }
            Request::Shutdown => self.istiods.end_all().await,
        }
        Reply::Done
    }

    /// From now on kwok plays what is to fail now. It reads its Stages when it starts, and keeps no state but what is in the
    /// API server.
    async fn play_anew(&mut self) -> Result<()> {
        let written = self.faults.write();
        self.parts.kwok.kill().await;
        written?;
        self.parts.kwok = Launcher { files: &self.files, binaries: &self.spec.binaries }.kwok(&self.faults.file)?;
        Ok(())
    }

    /// Nobody looks meanwhile whether it runs.
    async fn restart(&mut self, pause: Duration) -> Result<()> {
        self.parts.apiserver.kill().await;
        tokio::time::sleep(pause).await;
        let launcher = Launcher { files: &self.files, binaries: &self.spec.binaries };
        self.parts.apiserver = launcher.apiserver(&self.port)?;
        Ok(())
    }

    fn status(&mut self) -> Status {
        let own = self.parts.all().into_iter().filter_map(|running| Some((running.name.clone(), running.pid()?)));
        let processes = own.chain(self.istiods.processes()).map(|(name, pid)| Process { name, pid }).collect();
        Status {
            stamp: STAMP.to_owned(),
            istiod: self.istiod.borrow().clone(),
            server: self.server.clone(),
            pid: std::process::id(),
            processes,
        }
    }
}
