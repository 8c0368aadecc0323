//! Port forwarding to the pods behind which a process runs.
//!
//! kubectl forwards ports over SPDY, which kwok's own kubelet server speaks. So the first time a port is forwarded,
//! a second kwok is started that manages no node and serves nothing else, told which port of which pod is where.
//! kwok reads that when it starts: once an istiod has come or gone, the next request starts another one.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::Mutex;

use super::istiod::{Istiods, one_free_port};
use super::process::{Program, Running};

/// Starts and remembers the kwoks that forward.
pub(super) struct Forwarder {
    pub(super) kwok: PathBuf,
    pub(super) kubeconfig: PathBuf,
    pub(super) folder: PathBuf,
    pub(super) istiods: Istiods,
    /// The current one last; earlier ones may still carry connections.
    pub(super) servers: Mutex<Vec<Server>>,
}

/// One kwok, and what it was told.
pub(super) struct Server {
    config: String,
    address: SocketAddr,
    process: Running,
}

impl Forwarder {
    /// A connection to a kubelet server that knows the ports of all istiods that run now.
    pub(super) async fn connect(&self) -> Result<TcpStream> {
        let config = self.config();
        let mut servers = self.servers.lock().await;
        let current = servers
            .last_mut()
            .and_then(|server| (server.config == config && server.process.ended().is_none()).then_some(server.address));
        let address = match current {
            Some(address) => address,
            None => {
                let server = self.start(config, servers.len())?;
                let address = server.address;
                servers.push(server);
                address
            }
        };
        for _ in 0..500 {
            if let Ok(stream) = TcpStream::connect(address).await {
                return Ok(stream);
            }
            if let Some(server) = servers.last_mut()
                && let Some(how) = server.process.ended()
            {
                bail!("the forwarding kwok ended ({how}):\n{}", server.process.log_tail());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        bail!("the forwarding kwok does not listen on {address}")
    }

    fn start(&self, config: String, number: usize) -> Result<Server> {
        let address = one_free_port()?;
        let file = self.folder.join(format!("forward-{number}.yaml"));
        std::fs::write(&file, &config).with_context(|| format!("cannot write {}", file.display()))?;
        let process = Program {
            name: "kwok (port forwarding)".to_owned(),
            binary: &self.kwok,
            args: vec![
                format!("--kubeconfig={}", self.kubeconfig.display()),
                "--manage-single-node=no-such-node".to_owned(),
                "--node-lease-duration-seconds=0".to_owned(),
                format!("--server-address={address}"),
                format!("--config={}", file.display()),
            ],
            env: Vec::new(),
            folder: &self.folder,
            log: self.folder.join(format!("forward-{number}.log")),
        }
        .start()?;
        Ok(Server { config, address, process })
    }

    fn config(&self) -> String {
        let forwards = self.istiods.ports().into_iter().map(|(namespace, pod, ports)| {
            let forwards: Vec<Value> = ports
                .into_iter()
                .map(|(port, address)| {
                    json!({ "ports": [port], "target": { "address": address.ip(), "port": address.port() } })
                })
                .collect();
            json!({
                "apiVersion": "kwok.x-k8s.io/v1alpha1",
                "kind": "PortForward",
                "metadata": { "namespace": namespace, "name": pod },
                "spec": { "forwards": forwards },
            })
        });
        // kwok does not start without any stage.
        let idle = super::stages::idle();
        let documents = std::iter::once(idle).chain(forwards).map(|document| format!("{document:#}\n"));
        documents.collect::<Vec<_>>().join("---\n")
    }
}
