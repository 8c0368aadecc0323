//! A way to the API server that counts writes, and kills who writes at one of them, before or after the server has it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use cluster::Cluster;
use futures::AsyncReadExt as _;
use kube::Client;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::mesh::{Mesh, Run};

/// Where a run is killed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Point {
    /// At this write, from 1.
    pub(crate) write: usize,
    /// Once the server has carried it out; else the server never sees it.
    pub(crate) after: bool,
}

#[derive(Default)]
struct State {
    writes: AtomicUsize,
    pid: AtomicU32,
    killed: AtomicBool,
    point: Option<Point>,
    /// How long a request waits before it goes on.
    delay: Duration,
}

/// Opens a gate that only lets through, each request after `delay`; closed once the sender is dropped. A path may begin with
/// `/many/N`, which goes: so that one cluster has many addresses.
pub(crate) fn open(cluster: &Cluster, delay: Duration) -> Result<(SocketAddr, tokio::sync::oneshot::Sender<()>)> {
    start(cluster, Arc::new(State { delay, ..State::default() }))
}

/// Runs `command` through a gate, and gives how many writes there were and what came of it. With a point the run is killed
/// there; where it ends before, that is told by its exit code.
pub(crate) fn through(cluster: &Cluster, name: &str, point: Option<Point>, command: &[&str]) -> Result<(usize, Run)> {
    let state = Arc::new(State { point, ..State::default() });
    let (address, stop) = start(cluster, Arc::clone(&state))?;
    let kubeconfig = kubeconfig(cluster, name, address)?;
    let running = Mesh::with(&kubeconfig).args(command).start()?;
    state.pid.store(running.pid(), Ordering::SeqCst);
    let run = running.end()?;
    drop(stop);
    Ok((state.writes.load(Ordering::SeqCst), run))
}

fn kubeconfig(cluster: &Cluster, name: &str, address: SocketAddr) -> Result<PathBuf> {
    cluster.kubeconfig_edited(name, |config| {
        if let Some(entry) = config.pointer_mut("/clusters/0/cluster") {
            *entry = serde_json::json!({ "server": format!("http://{address}") });
        }
        if let Some(user) = config.pointer_mut("/users/0/user") {
            *user = serde_json::json!({});
        }
    })
}

/// Listens on a thread of its own until the sender is dropped.
fn start(cluster: &Cluster, state: Arc<State>) -> Result<(SocketAddr, tokio::sync::oneshot::Sender<()>)> {
    let (tell, heard) = std::sync::mpsc::channel();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let kubeconfig = cluster.kubeconfig();
    std::thread::spawn(move || -> Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async move {
            let config = kube::config::Kubeconfig::read_from(kubeconfig)?;
            let config = kube::Config::from_custom_kubeconfig(config, &Default::default()).await?;
            let client = Client::try_from(config)?;
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            tell.send(listener.local_addr()?)?;
            let serve = async {
                loop {
                    let (stream, _) = listener.accept().await?;
                    let (client, state) = (client.clone(), Arc::clone(&state));
                    // A connection that breaks is the other side's to notice.
                    tokio::spawn(async move { serve_one(stream, client, &state).await.ok() });
                }
            };
            tokio::select! {
                ended = serve => ended,
                _ = stopped => Ok(()),
            }
        })
    });
    let address = heard.recv_timeout(Duration::from_secs(120)).context("the gate does not open")?;
    Ok((address, stop))
}

/// One request a connection.
async fn serve_one(mut stream: TcpStream, client: Client, state: &State) -> Result<()> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        ensure!(stream.read_buf(&mut bytes).await? > 0, "the client has gone");
    };
    let head = String::from_utf8(bytes[..head_end].to_vec())?;
    let mut lines = head.lines();
    let mut first = lines.next().unwrap_or_default().split(' ');
    let (method, path) = (first.next().unwrap_or_default().to_owned(), first.next().unwrap_or_default().to_owned());
    let path = match path.strip_prefix("/many/").and_then(|rest| rest.find('/').map(|at| &rest[at..])) {
        Some(own) => own.to_owned(),
        None => path,
    };
    tokio::time::sleep(state.delay).await;
    let mut request = http::Request::builder().method(method.as_str()).uri(path.as_str());
    let mut length = 0;
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse()?,
            "accept" | "content-type" => request = request.header(name, value),
            _ => {}
        }
    }
    let mut body = bytes.split_off(head_end);
    while body.len() < length {
        ensure!(stream.read_buf(&mut body).await? > 0, "the client has gone");
    }
    let is_write = method != "GET" && !path.contains("dryRun=All");
    let number = if is_write { state.writes.fetch_add(1, Ordering::SeqCst) + 1 } else { 0 };
    let hit = state.point.filter(|point| is_write && number >= point.write);
    if hit.is_some_and(|point| number > point.write || !point.after) {
        return kill(state).await;
    }
    let answered = client.request_stream(request.body(body)?).await;
    if hit.is_some() {
        return kill(state).await;
    }
    match answered {
        Ok(answer) => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n").await?;
            let mut answer = std::pin::pin!(answer);
            let mut piece = vec![0; 64 << 10];
            loop {
                let read = answer.read(&mut piece).await?;
                if read == 0 {
                    return Ok(stream.shutdown().await?);
                }
                stream.write_all(&piece[..read]).await?;
            }
        }
        Err(kube::Error::Api(status)) => {
            let body = serde_json::to_string(&status)?;
            let head =
                format!("HTTP/1.1 {} x\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n", status.code);
            stream.write_all(head.as_bytes()).await?;
            stream.write_all(body.as_bytes()).await?;
            Ok(stream.shutdown().await?)
        }
        Err(error) => Err(error.into()),
    }
}

/// Kills who writes. What it has sent beside does not count any more: nothing is answered.
async fn kill(state: &State) -> Result<()> {
    let mut pid = state.pid.load(Ordering::SeqCst);
    while pid == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
        pid = state.pid.load(Ordering::SeqCst);
    }
    if state.killed.swap(true, Ordering::SeqCst) {
        return Ok(());
    }
    super::signal(pid, "KILL")
}
