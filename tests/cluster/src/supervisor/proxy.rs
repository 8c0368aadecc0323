//! The way from the API server to Services, pods and kubelets.
//!
//! Simulated pods have no network. The API server's own egress selector sends every such connection to this proxy
//! as `CONNECT ADDRESS:PORT`, and the proxy joins it to the process that stands behind the address: manifests stay
//! exactly as a user would install them. A connection is joined only while a ready endpoint has such a process.

use std::net::{IpAddr, SocketAddr};
use std::path::Path as FsPath;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UnixListener, UnixStream};
use tokio::sync::watch;

use super::istiod::Istiods;
use super::kubelet;
use super::view::{View, refused};
use crate::protocol::Path;

/// How long a process may take to listen after its pod is Ready.
const PROCESS_START: Duration = Duration::from_secs(60);

/// What the proxy needs to know.
pub(super) struct Proxy {
    pub(super) view: View,
    pub(super) istiods: Istiods,
    /// Where the kubelets' own server listens.
    pub(super) kubelets: SocketAddr,
    /// The path to Services and pods. Every change closes what is open.
    pub(super) path: watch::Receiver<Path>,
}

/// Makes the socket; the API server may connect from then on.
pub(super) fn listen(socket: &FsPath) -> Result<UnixListener> {
    UnixListener::bind(socket).with_context(|| format!("cannot listen on {}", socket.display()))
}

/// Answers for as long as the supervisor runs.
pub(super) async fn serve(listener: UnixListener, proxy: Arc<Proxy>) {
    loop {
        match listener.accept().await {
            Ok((connection, _)) => {
                let proxy = Arc::clone(&proxy);
                tokio::spawn(async move {
                    // What goes wrong on a connection is told to its two ends by closing it.
                    let _ = proxy.handle(connection).await;
                });
            }
            // Out of file descriptors, most likely; it passes.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

impl Proxy {
    async fn handle(&self, mut connection: UnixStream) -> std::io::Result<()> {
        let Some((address, port)) = read_connect(&mut connection).await? else {
            return connection.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        };
        if port == kubelet::PORT {
            let mut kubelet = TcpStream::connect(self.kubelets).await?;
            connection.write_all(ESTABLISHED).await?;
            tokio::io::copy_bidirectional(&mut connection, &mut kubelet).await?;
            return Ok(());
        }

        let mut path = self.path.clone();
        let now = *path.borrow_and_update();
        tokio::select! {
            // Closed and opened anew: nothing that was open survives a change of the path.
            _ = path.changed() => Ok(()),
            result = self.join(connection, now, address, port) => result,
        }
    }

    async fn join(&self, mut connection: UnixStream, path: Path, address: IpAddr, port: u16) -> std::io::Result<()> {
        match path {
            Path::Open => {}
            Path::Delay(time) => tokio::time::sleep(time).await,
            // No answer, ever: the caller's own timeout ends it.
            Path::Cut => std::future::pending().await,
            Path::Refuse => return refuse(&mut connection, &refused(address, port)).await,
        }
        match self.reach(address, port).await {
            Ok(mut process) => {
                connection.write_all(ESTABLISHED).await?;
                tokio::io::copy_bidirectional(&mut connection, &mut process).await?;
                Ok(())
            }
            Err(reason) => refuse(&mut connection, &reason).await,
        }
    }

    /// Connects to the process behind an address; waits for one that is about to listen.
    async fn reach(&self, address: IpAddr, port: u16) -> Result<TcpStream, String> {
        let started = Instant::now();
        loop {
            let target = self.view.follow(address, port)?;
            let pod = self.view.pod(&target.namespace, &target.pod);
            let process = pod.and_then(|pod| self.istiods.address(&pod, target.port));
            let Some(process) = process else { return Err(refused(address, port)) };
            match TcpStream::connect(process).await {
                Ok(stream) => {
                    // Small requests and answers: nothing is gained by holding them back.
                    let _ = stream.set_nodelay(true);
                    return Ok(stream);
                }
                Err(_) if started.elapsed() < PROCESS_START => tokio::time::sleep(Duration::from_millis(20)).await,
                Err(_) => return Err(refused(address, port)),
            }
        }
    }
}

const ESTABLISHED: &[u8] = b"HTTP/1.1 200 Connection established\r\n\r\n";

/// Says no; the API server repeats the reason in its own error.
async fn refuse(connection: &mut UnixStream, reason: &str) -> std::io::Result<()> {
    connection.write_all(format!("HTTP/1.1 503 {reason}\r\nContent-Length: 0\r\n\r\n").as_bytes()).await
}

/// The address of `CONNECT ADDRESS:PORT`, with the rest of the request read and dropped.
async fn read_connect(connection: &mut UnixStream) -> std::io::Result<Option<(IpAddr, u16)>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() > 8192 {
            return Ok(None);
        }
        head.push(connection.read_u8().await?);
    }
    let text = String::from_utf8_lossy(&head);
    let address = text.strip_prefix("CONNECT ").and_then(|rest| rest.split_whitespace().next());
    Ok(address.and_then(|address| address.parse::<SocketAddr>().ok()).map(|address| (address.ip(), address.port())))
}
