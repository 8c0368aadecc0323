//! The stand-in for istiod, where no real one is at hand.
//!
//! It serves `/inject`, `/validate` and `/ready`, writes its CA into the webhooks and closes the validators as
//! istiod does and when istiod does it, and leaves the same objects behind. It proxies nothing: there is no xDS.
//! On purpose it can also be slow, silent or wrong; see [`Behaviour`].

use std::sync::Arc;

use anyhow::{Context, Result};
use kube::Client;
use kube::config::Kubeconfig;
use serde::{Deserialize, Serialize};

use crate::protocol::Behaviour;
use crate::supervisor::certs::Authority;

mod injector;
mod objects;
mod server;
mod validator;
mod webhooks;

/// The subcommand of our binary that is the stand-in.
pub(crate) const SUBCOMMAND: &str = "istiod";
/// The name under which istiod writes: the manager in managedFields.
const MANAGER: &str = "pilot-discovery";

/// What one stand-in is to do, passed as JSON.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Job {
    /// A kubeconfig of the pod's service account.
    pub(crate) kubeconfig: std::path::PathBuf,
    /// The namespace of its pod.
    pub(crate) namespace: String,
    /// Its pod.
    pub(crate) pod: String,
    /// The version it says it is.
    pub(crate) version: String,
    /// The environment of its pod, as far as a process can have it.
    pub(crate) env: Vec<(String, String)>,
    /// The revision it serves.
    pub(crate) revision: String,
    /// `127.0.0.1:PORT` for the webhooks.
    pub(crate) webhooks: String,
    /// `127.0.0.1:PORT` for `/ready`.
    pub(crate) http: String,
    /// `127.0.0.1:PORT` for `/version`.
    pub(crate) monitoring: String,
    /// How it behaves.
    pub(crate) behaviour: Behaviour,
}

/// The body of `cluster istiod JOB`; runs until it is killed.
///
/// # Errors
/// A port is taken, or the API server cannot be reached at all.
pub(crate) fn run(job: &str) -> Result<()> {
    let job: Job = serde_json::from_str(job).context("not a job for a stand-in istiod")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("no async runtime")?;
    runtime.block_on(work(Arc::new(job)))
}

async fn work(job: Arc<Job>) -> Result<()> {
    let text = std::fs::read_to_string(&job.kubeconfig).context("no kubeconfig")?;
    let kubeconfig = Kubeconfig::from_yaml(&text).context("the kubeconfig cannot be read")?;
    let client: Client = crate::handle::client_from(kubeconfig, &format!("{MANAGER}/stand-in")).await?;
    let authority = objects::authority(&client, &job).await?;
    let service = format!("istiod.{}.svc", job.namespace);
    let of_revision = format!("istiod-{}.{}.svc", job.revision, job.namespace);
    let identity = authority.server("istiod", &[&service, &of_revision, "localhost"], &["127.0.0.1"])?;
    let told = if job.behaviour.wrong_ca {
        Authority::new("", "somebody.else")?.certificate
    } else {
        authority.certificate.clone()
    };

    let servers = server::serve(Arc::clone(&job), client.clone(), &identity);
    let webhooks = webhooks::keep(Arc::clone(&job), client.clone(), told);
    let objects = objects::keep(job, client, authority.certificate.clone());
    tokio::try_join!(servers, webhooks, objects)?;
    Ok(())
}

/// A line for the stand-in's log.
fn note(text: &str) {
    use std::io::Write;

    // Without a standard error there is nothing to write to.
    let _ = writeln!(std::io::stderr(), "{text}");
}
