//! The proxy itself: one request after the other, each handed on or not.

use std::collections::HashMap;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use http::{HeaderMap, HeaderValue, Method, Request, Response, header};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use kube::Client;
use kube::config::{KubeConfigOptions, Kubeconfig};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep};

use super::answer::{self, Body, broken, channel};
use super::plan::{Fault, Plan, is_watch, same_each_time};
use super::watch;

/// Headers that are about one connection, not about the request.
const HOP: [header::HeaderName; 5] =
    [header::HOST, header::CONNECTION, header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::ACCEPT_ENCODING];

/// What all connections share.
pub(super) struct State {
    plan: Plan,
    upstream: Client,
    began: Instant,
    asked: Mutex<HashMap<String, u64>>,
    log: Mutex<Vec<String>>,
    requests: AtomicUsize,
}

impl State {
    pub(super) fn new(plan: Plan, upstream: Client) -> Self {
        let (asked, log, requests) = (Mutex::default(), Mutex::default(), AtomicUsize::new(0));
        Self { plan, upstream, began: Instant::now(), asked, log, requests }
    }

    pub(super) fn log(&self) -> Vec<String> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }

    /// Decides what a request meets, and notes it.
    fn fault(&self, method: &Method, path: &str) -> Option<Fault> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let key = format!("{method} {}", same_each_time(path));
        let before = {
            let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
            let count = asked.entry(key).or_default();
            *count += 1;
            *count - 1
        };
        let fault = self.plan.fault(method, path, before)?;
        let line = format!(
            "{:6.2} s  {fault:?}: {method} {path} (asked {before} times before)",
            self.began.elapsed().as_secs_f32()
        );
        self.log.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        Some(fault)
    }
}

/// A client of the API server without credentials of its own: they come with each request.
pub(super) async fn upstream(kubeconfig: &Path) -> Result<Client> {
    let kubeconfig = Kubeconfig::read_from(kubeconfig).context("cannot read the kubeconfig")?;
    let mut config = kube::Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await?;
    config.auth_info = kube::config::AuthInfo::default();
    config.default_retry = false;
    config.read_timeout = None;
    Client::try_from(config).context("no client")
}

/// Takes connections for ever.
pub(super) async fn accept(listener: TcpListener, state: Arc<State>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let state = Arc::clone(&state);
                // A connection that breaks is what this is for.
                tokio::spawn(async move { connection(stream, state).await.ok() });
            }
            // Out of file descriptors, most likely; it passes.
            Err(_) => sleep(Duration::from_millis(50)).await,
        }
    }
}

async fn connection(stream: TcpStream, state: Arc<State>) -> Result<()> {
    stream.set_nodelay(true)?;
    let socket = Arc::new(stream.as_fd().try_clone_to_owned()?);
    let service = service_fn(move |request| serve(Arc::clone(&state), Arc::clone(&socket), request));
    http1::Builder::new().serve_connection(TokioIo::new(stream), service).await.context("it broke")
}

/// From now on the connection ends with a reset.
fn will_reset(socket: &OwnedFd) {
    // Where that does not work it just ends.
    let _ = rustix::net::sockopt::set_socket_linger(socket, Some(Duration::ZERO));
}

async fn serve(state: Arc<State>, socket: Arc<OwnedFd>, request: Request<Incoming>) -> io::Result<Response<Body>> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let fault = state.fault(&head.method, &path);
    if let Some(Fault::UnheardReset | Fault::LostReset | Fault::CutReset | Fault::ResetInLine { .. }) = fault {
        will_reset(&socket);
    }
    match fault {
        Some(Fault::Unheard | Fault::UnheardReset) => return Err(broken()),
        Some(Fault::Says(code, form)) => return Ok(answer::says(code, form)),
        Some(Fault::Late(late)) => sleep(late).await,
        _ => {}
    }
    let mut request = Request::new(kube::client::Body::from(body.to_vec()));
    *request.method_mut() = head.method;
    *request.uri_mut() = path.parse().map_err(io::Error::other)?;
    *request.headers_mut() = without(head.headers);
    // What is handed on in pieces is to be read.
    request.headers_mut().insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    let (mut head, body) = state.upstream.send(request).await.map_err(io::Error::other)?.into_parts();
    match fault {
        Some(Fault::Lost | Fault::LostReset) => return Err(broken()),
        Some(Fault::Silent(silence)) => {
            sleep(silence).await;
            return Err(broken());
        }
        _ => {}
    }
    head.headers = without(head.headers);
    let (tell, answer) = channel();
    if is_watch(&path) && head.status.is_success() {
        tokio::spawn(watch::pass(body, fault, tell));
    } else {
        let bytes = body.collect().await.map_err(io::Error::other)?.to_bytes();
        if fault != Some(Fault::Truncated) {
            head.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
        }
        tokio::spawn(answer::send(bytes, fault, tell));
    }
    Ok(Response::from_parts(head, answer))
}

fn without(mut headers: HeaderMap) -> HeaderMap {
    for name in HOP {
        headers.remove(name);
    }
    headers
}
