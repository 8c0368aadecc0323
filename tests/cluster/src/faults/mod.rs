//! A way to the API server that is as bad as real ones are, by a seed.
//!
//! An HTTP/1.1 proxy on loopback that hands each request on, with the credentials it came with, and now and then does
//! something else: drops it before or after the server has acted, resets, answers 429 or 503, breaks off in the middle of a
//! body. Which fault a request meets is decided by the seed, its method and path, and how often that was asked before, not by
//! when it comes: the same seed does the same again. [`FaultProxy::log`] tells what it did.

mod answer;
mod plan;
mod serve;
mod watch;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::Cluster;
pub use plan::Plan;
use serve::State;

/// How long it may take to open, also on a loaded machine.
const OPEN: Duration = Duration::from_secs(120);

/// A proxy that is open until it is dropped.
pub struct FaultProxy {
    address: SocketAddr,
    state: Arc<State>,
    _stop: oneshot::Sender<()>,
}

impl FaultProxy {
    /// Opens it before the API server of `cluster`.
    ///
    /// # Errors
    /// The kubeconfig cannot be read, or no port is free.
    pub fn open(cluster: &Cluster, plan: Plan) -> Result<Self> {
        let kubeconfig = cluster.kubeconfig();
        let (tell, heard) = std::sync::mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        std::thread::spawn(move || -> Result<()> {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async move {
                let opened = async {
                    let state = Arc::new(State::new(plan, serve::upstream(&kubeconfig).await?));
                    let listener = TcpListener::bind("127.0.0.1:0").await.context("no free port on 127.0.0.1")?;
                    anyhow::Ok((listener, state))
                };
                let (listener, state) = match opened.await {
                    Ok(opened) => opened,
                    Err(error) => return tell.send(Err(error)).context("nobody waits for the proxy"),
                };
                tell.send(Ok((listener.local_addr()?, Arc::clone(&state))))?;
                tokio::select! {
                    () = serve::accept(listener, state) => {}
                    _ = stopped => {}
                }
                Ok(())
            })
        });
        let (address, state) = heard.recv_timeout(OPEN).context("the fault proxy does not open")??;
        Ok(Self { address, state, _stop: stop })
    }

    /// A kubeconfig like the administrator's that leads through it. The token goes with it: the API server gets the same.
    ///
    /// # Errors
    /// The cluster's folder cannot be written.
    pub fn kubeconfig(&self, cluster: &Cluster, name: &str) -> Result<PathBuf> {
        let server = format!("http://{}", self.address);
        cluster.kubeconfig_edited(name, |config| {
            config["clusters"][0]["cluster"] = serde_json::json!({ "server": server });
        })
    }

    /// What it did, one line a fault, in the order of time.
    pub fn log(&self) -> Vec<String> {
        self.state.log()
    }

    /// How many requests came.
    pub fn requests(&self) -> usize {
        self.state.requests()
    }
}
