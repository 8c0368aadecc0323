//! A proxy on the way to an API server, which can be shut, and which can keep its connections and pass nothing on: to the
//! client the server falls silent.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result, ensure};
use cluster::Cluster;

/// A proxy that answers CONNECT, and can be shut.
pub(crate) struct Proxy {
    url: String,
    state: Arc<Mutex<ProxyState>>,
}

#[derive(Default)]
struct ProxyState {
    is_shut: bool,
    is_silent: bool,
    /// Connections of before pass nothing on any more.
    stranded: usize,
    count: usize,
    joined: Vec<TcpStream>,
}

impl Proxy {
    /// Starts it, for as long as the tests run.
    pub(crate) fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let url = format!("http://{}", listener.local_addr()?);
        let state = Arc::new(Mutex::new(ProxyState::default()));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&shared);
                // A connection that breaks off shows in the run.
                std::thread::spawn(move || drop(connect(stream, &state)));
            }
        });
        Ok(Self { url, state })
    }

    /// How many connections it has joined and not cut.
    pub(crate) fn joined(&self) -> usize {
        lock(&self.state).joined.len()
    }

    /// Cuts what is joined and joins nothing more; or joins again.
    pub(crate) fn shut(&self, is_shut: bool) {
        let mut state = lock(&self.state);
        state.is_shut = is_shut;
        if is_shut {
            for stream in state.joined.drain(..) {
                // One that has ended by itself is as good.
                let _ = stream.shutdown(Shutdown::Both);
            }
        }
    }

    /// Passes nothing on any more, with every connection open; or goes on with all that was held back.
    pub(crate) fn silence(&self, is_silent: bool) {
        lock(&self.state).is_silent = is_silent;
    }

    /// Passes nothing on any more on the connections there are; new ones work.
    pub(crate) fn strand(&self) {
        let mut state = lock(&self.state);
        state.stranded = state.count;
    }

    /// The administrator's kubeconfig, through this proxy.
    pub(crate) fn kubeconfig(&self, cluster: &Cluster, name: &str) -> Result<PathBuf> {
        cluster.kubeconfig_edited(name, |config| {
            config["clusters"][0]["cluster"]["proxy-url"] = self.url.as_str().into();
        })
    }
}

fn lock(state: &Mutex<ProxyState>) -> MutexGuard<'_, ProxyState> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Answers one CONNECT and carries bytes both ways until one side closes.
fn connect(mut client: TcpStream, state: &Arc<Mutex<ProxyState>>) -> Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        client.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head)?;
    let target = head.strip_prefix("CONNECT ").and_then(|rest| rest.split_whitespace().next()).context("no CONNECT")?;
    let mut server = TcpStream::connect(target)?;
    let number = {
        let mut state = lock(state);
        ensure!(!state.is_shut, "the proxy is shut");
        state.joined.push(client.try_clone()?);
        state.count += 1;
        state.count
    };
    client.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
    let (mut from_server, mut to_client) = (server.try_clone()?, client.try_clone()?);
    let shared = Arc::clone(state);
    std::thread::spawn(move || carry(&mut from_server, &mut to_client, &shared, number));
    let shared = Arc::clone(state);
    std::thread::spawn(move || carry(&mut client, &mut server, &shared, number));
    Ok(())
}

/// Carries bytes one way until a side closes, or holds them back.
fn carry(from: &mut TcpStream, to: &mut TcpStream, state: &Mutex<ProxyState>, number: usize) -> Result<()> {
    let mut piece = [0; 16 * 1024];
    loop {
        let read = from.read(&mut piece)?;
        if read == 0 {
            return Ok(to.shutdown(Shutdown::Write)?);
        }
        loop {
            let held = {
                let state = lock(state);
                state.is_silent || number <= state.stranded
            };
            if !held {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        to.write_all(&piece[..read])?;
    }
}
