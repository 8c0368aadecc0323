//! The processes of a cluster: started in their order, looked after, and started anew where they keep nothing.

use std::fs;
use std::path::Path as FsPath;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use kube::Client;

use super::controlplane::{Launcher, Port};
use super::files::{Files, SUPERVISOR};
use super::note;
use super::process::Running;

/// How long the API server may take to answer. On an idle machine it takes about two seconds.
const API_SERVER_START: Duration = Duration::from_secs(90);
/// How often parts that keep nothing are started anew, all together, before the cluster gives up.
const RESTARTS: usize = 5;

/// The parts that run, besides tasks.
pub(super) struct Parts {
    etcd: Running,
    pub(super) apiserver: Running,
    controller_manager: Running,
    scheduler: Running,
    pub(super) kwok: Running,
    /// How many were started anew.
    restarts: usize,
}

impl Parts {
    /// Starts all; etcd and the API server are `early`, and answer. While the API server makes its roles and priorities, the
    /// others can load.
    ///
    /// # Errors
    /// What ended, or is not ready in time, with the last lines of all.
    pub(super) async fn start(
        launcher: &Launcher<'_>,
        port: &Port,
        stages: &FsPath,
        files: &Files,
    ) -> Result<(Self, Client)> {
        let mut early = [launcher.etcd()?, launcher.apiserver(port)?];
        let client = client(files).await?;
        let answered = answers(&client, Answer::Any, || check(&mut early)).await;
        answered.map_err(|cause| with_logs(cause, &mut early))?;
        let [etcd, apiserver] = early;
        let mut parts = Self {
            etcd,
            apiserver,
            controller_manager: launcher.controller_manager()?,
            scheduler: launcher.scheduler()?,
            kwok: launcher.kwok(stages)?,
            restarts: 0,
        };
        let answered = answers(&client, Answer::Ready, || parts.mend(launcher, stages)).await;
        answered.map_err(|cause| with_logs(cause, parts.all()))?;
        Ok((parts, client))
    }

    pub(super) fn all(&mut self) -> [&mut Running; 5] {
        [&mut self.apiserver, &mut self.etcd, &mut self.controller_manager, &mut self.scheduler, &mut self.kwok]
    }

    /// Starts anew what ended and keeps nothing of its own, as a kubelet does on a real node: controllers, scheduler, kwok.
    /// Each of them gives up where the API server is slow to answer, 10 to 30 s, which a busy machine is at times.
    /// Otherwise an error that names the process that ended.
    pub(super) fn mend(&mut self, launcher: &Launcher<'_>, stages: &FsPath) -> Result<()> {
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
