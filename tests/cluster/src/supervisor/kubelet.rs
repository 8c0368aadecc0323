//! What the API server asks of kubelets: the logs of containers, and ports of pods.
//!
//! kwok plays what kubelets report; this answers what they are asked. A pod that crashes on purpose has the log
//! that its failure names, a pod behind which a process runs has that process's log, any other has none.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, RwLock};

use anyhow::{Context, Result};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use k8s_openapi::api::core::v1::Pod;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::certs::{Authority, Identity};
use super::forward::Forwarder;
use super::istiod::Istiods;
use super::stages::Rule;
use super::view::View;

/// The port every node names for its kubelet.
pub(super) const PORT: u16 = 10250;

/// What a kubelet needs to know to answer.
pub(super) struct Kubelet {
    pub(super) view: View,
    pub(super) istiods: Istiods,
    pub(super) rules: Arc<RwLock<Vec<Rule>>>,
    pub(super) forwarder: Forwarder,
}

/// Listens on loopback.
pub(super) async fn listen() -> Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("no free port on 127.0.0.1")?;
    let address = listener.local_addr().context("a socket without an address")?;
    Ok((listener, address))
}

/// A TLS acceptor for a certificate.
pub(crate) fn tls(identity: &Identity) -> Result<TlsAcceptor> {
    use rustls_pki_types::pem::PemObject;
    use rustls_pki_types::{CertificateDer, PrivateKeyDer};
    use tokio_rustls::rustls::ServerConfig;
    use tokio_rustls::rustls::crypto::ring::default_provider;

    let certificate = CertificateDer::from_pem_slice(identity.certificate.as_bytes()).context("no certificate")?;
    let key = PrivateKeyDer::from_pem_slice(identity.key.as_bytes()).context("no key")?;
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .context("no TLS version")?
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .context("the certificate and its key cannot be used")?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Answers for as long as the supervisor runs.
pub(super) async fn serve(listener: TcpListener, kubelet: Kubelet) -> Result<()> {
    let identity = Authority::new("kubelets", "test-cluster")?.server("kubelet", &["localhost"], &["127.0.0.1"])?;
    let acceptor = tls(&identity)?;
    let kubelet = Arc::new(kubelet);
    loop {
        let (stream, _) = listener.accept().await.context("cannot accept")?;
        let (acceptor, kubelet) = (acceptor.clone(), Arc::clone(&kubelet));
        tokio::spawn(async move {
            let Ok(stream) = acceptor.accept(stream).await else { return };
            // What goes wrong on a connection is told to its two ends by closing it.
            let _ = kubelet.connection(stream).await;
        });
    }
}

impl Kubelet {
    /// Serves a connection: one that asks for ports is handed on as it is, any other is HTTP to answer.
    async fn connection(self: Arc<Self>, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) -> Result<()> {
        let (mut read, mut write) = tokio::io::split(stream);
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") && head.len() < 16 * 1024 {
            head.push(read.read_u8().await?);
        }
        let path = String::from_utf8_lossy(&head).split(' ').nth(1).unwrap_or_default().to_owned();
        if path.starts_with("/portForward/") {
            match self.forwarder.connect().await {
                Ok(mut server) => {
                    server.write_all(&head).await?;
                    tokio::io::copy_bidirectional(&mut tokio::io::join(read, write), &mut server).await?;
                }
                Err(cause) => {
                    super::note(&format!("port forwarding: {cause:#}"));
                    write.write_all(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n").await?;
                }
            }
            return Ok(());
        }
        let stream = tokio::io::join(std::io::Cursor::new(head).chain(read), write);
        let service = service_fn(move |request| {
            let answer = self.answer(&request);
            async move { Ok::<_, Infallible>(answer) }
        });
        hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await?;
        Ok(())
    }

    fn answer(&self, request: &Request<Incoming>) -> Response<Full<Bytes>> {
        let parts: Vec<&str> = request.uri().path().trim_matches('/').split('/').collect();
        match parts.as_slice() {
            ["containerLogs", namespace, pod, container] => {
                let options = options(request.uri().query().unwrap_or_default());
                match self.log(namespace, pod, container, &options) {
                    Ok(text) => reply(StatusCode::OK, text),
                    Err(reason) => reply(StatusCode::BAD_REQUEST, reason),
                }
            }
            _ => reply(StatusCode::NOT_IMPLEMENTED, "the containers of this node are simulated".to_owned()),
        }
    }

    fn log(
        &self,
        namespace: &str,
        name: &str,
        container: &str,
        options: &HashMap<String, String>,
    ) -> Result<String, String> {
        let pod = self.view.pod(namespace, name).ok_or_else(|| format!("pod {name:?} does not exist"))?;
        let previous = options.get("previous").is_some_and(|value| value == "true");
        let ended_before = has_ended_before(&pod, container);
        if previous && !ended_before {
            return Err(format!("previous terminated container {container:?} in pod {name:?} not found"));
        }
        let told = {
            let rules = self.rules.read().unwrap_or_else(std::sync::PoisonError::into_inner);
            rules.iter().find(|rule| rule.is_about(&pod)).and_then(|rule| rule.logs()).map(|lines| lines.join("\n"))
        };
        let text = match told {
            Some(text) if ended_before || !ready(&pod, container) => text,
            _ => self
                .istiods
                .log(&pod)
                .and_then(|path| std::fs::read(path).ok())
                .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
                .unwrap_or_default(),
        };
        Ok(cut(&text, options))
    }
}

fn statuses(pod: &Pod) -> impl Iterator<Item = &k8s_openapi::api::core::v1::ContainerStatus> {
    let status = pod.status.iter();
    status.flat_map(|s| s.init_container_statuses.iter().flatten().chain(s.container_statuses.iter().flatten()))
}

fn has_ended_before(pod: &Pod, container: &str) -> bool {
    let ended = |status: &k8s_openapi::api::core::v1::ContainerStatus| {
        status.last_state.as_ref().is_some_and(|state| state.terminated.is_some())
    };
    statuses(pod).any(|status| status.name == container && ended(status))
}

fn ready(pod: &Pod, container: &str) -> bool {
    statuses(pod).any(|status| status.name == container && status.ready)
}

fn options(query: &str) -> HashMap<String, String> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

/// The part of a log that was asked for, ending in a newline unless cut.
fn cut(text: &str, options: &HashMap<String, String>) -> String {
    let number = |key: &str| options.get(key).and_then(|value| value.parse::<usize>().ok());
    let lines: Vec<&str> = text.lines().collect();
    let wanted = number("tailLines").unwrap_or(lines.len());
    let mut text: String =
        lines.iter().skip(lines.len().saturating_sub(wanted)).flat_map(|line| [*line, "\n"]).collect();
    if let Some(bytes) = number("limitBytes") {
        let end = (0..=bytes.min(text.len())).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
        text.truncate(end);
    }
    text
}

fn reply(status: StatusCode, text: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use super::{cut, options};

    #[test]
    fn a_log_is_cut_as_asked() {
        let text = "one\ntwo\nthree";
        assert_eq!(cut(text, &options("")), "one\ntwo\nthree\n");
        assert_eq!(cut(text, &options("tailLines=2&previous=true")), "two\nthree\n");
        assert_eq!(cut(text, &options("tailLines=0")), "");
        assert_eq!(cut("äöü", &options("limitBytes=3")), "ä");
    }
}
