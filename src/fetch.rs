//! Files that are somewhere else: on a server, or in a folder that a URL names. Whole, or from where an earlier attempt ended.
//! And images, in registries.

pub mod registry;

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::time::Duration;

use ureq::Agent;
use ureq::config::ConfigBuilder;
use ureq::http::StatusCode;
use ureq::http::header::{CONTENT_LENGTH, RANGE, USER_AGENT};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::typestate::AgentScope;

use crate::error::Error;

/// How long a connection may take to stand, and each silence after that.
const PATIENCE: Duration = Duration::from_secs(30);

/// What mesh calls itself.
const AGENT: &str = concat!("mesh/", env!("CARGO_PKG_VERSION"));

/// A file that comes.
pub struct Arriving {
    /// How many bytes of it are left out at the beginning: what was asked for, or 0 where the server gives it whole.
    pub from: u64,
    /// How many bytes it has in all, where that is told.
    pub total: Option<u64>,
    /// The rest of it.
    pub rest: Box<dyn Read>,
}

/// Why a file does not come.
#[derive(Debug)]
pub enum Failure {
    /// There is none of this name.
    NotThere,
    /// The server says no: its status code.
    Refused(u16),
    /// The time was over.
    TimedOut,
    /// Nobody answers, or not to the end; with what was said of it.
    Unreachable(String),
}

/// Asks for the file at `url` (`https:`, `http:` or `file:`), without its first `from` bytes where that is possible. All of it has to
/// come within `limit`. Proxies are those of the environment (`HTTPS_PROXY`, `NO_PROXY`, …), trusted is whom the machine trusts, or the
/// certificates in the file that `SSL_CERT_FILE` names.
///
/// # Errors
/// See [`Failure`].
pub fn open(url: &str, from: u64, limit: Duration) -> Result<Arriving, Failure> {
    match url.strip_prefix("file:") {
        Some(path) => of_folder(path, from),
        None => of_server(url, from, limit),
    }
}

/// What of `url` may be shown: not who asks.
pub fn shown(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let end = rest.find('/').unwrap_or(rest.len());
    let host = rest[..end].rsplit('@').next().unwrap_or_default();
    format!("{scheme}://{host}{}", &rest[end..])
}

/// `//` before an absolute path, as in `file:///a`, is part of the URL.
fn of_folder(path: &str, from: u64) -> Result<Arriving, Failure> {
    let path = path.strip_prefix("//").unwrap_or(path);
    let open = || -> io::Result<(File, u64)> {
        let mut file = File::open(path)?;
        let total = file.metadata()?.len();
        file.seek(SeekFrom::Start(from))?;
        Ok((file, total))
    };
    match open() {
        Ok((file, total)) if from <= total => Ok(Arriving { from, total: Some(total), rest: Box::new(file) }),
        Ok(_) => of_folder(path, 0),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Failure::NotThere),
        Err(error) => Err(Failure::Unreachable(error.to_string())),
    }
}

/// Does what blocks on a thread of its own; who waits for it can be interrupted.
///
/// # Errors
/// Those of the work; `runtime` (failed) where it ends in no result.
pub async fn aside<T: Send + 'static>(work: impl FnOnce() -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
    let (tell, done) = futures::channel::oneshot::channel();
    // Nobody may wait any more.
    std::thread::spawn(move || drop(tell.send(work())));
    done.await.unwrap_or_else(|_| Err(Error::failed("runtime", "a part of the work came to no end")))
}

/// What all requests have in common: whom they trust, and how long they wait.
fn builder() -> ConfigBuilder<AgentScope> {
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::PlatformVerifier)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build();
    Agent::config_builder()
        .tls_config(tls)
        .http_status_as_error(false)
        .timeout_connect(Some(PATIENCE))
        .timeout_per_read(Some(PATIENCE))
}

fn of_server(url: &str, from: u64, limit: Duration) -> Result<Arriving, Failure> {
    let agent: Agent = builder().timeout_global(Some(limit)).build().into();
    let mut request = agent.get(url).header(USER_AGENT, AGENT);
    if from > 0 {
        request = request.header(RANGE, format!("bytes={from}-"));
    }
    let response = request.call().map_err(|error| failed(&error))?;
    let length = response.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let (status, body) = (response.status(), response.into_body().into_with_config().limit(u64::MAX).reader());
    let arriving = |from: u64| Arriving { from, total: length.map(|length| from + length), rest: Box::new(body) };
    match status {
        StatusCode::OK => Ok(arriving(0)),
        StatusCode::PARTIAL_CONTENT if from > 0 => Ok(arriving(from)),
        // There is no more than that: it is not what was begun.
        StatusCode::RANGE_NOT_SATISFIABLE if from > 0 => of_server(url, 0, limit),
        StatusCode::NOT_FOUND | StatusCode::GONE => Err(Failure::NotThere),
        status => Err(Failure::Refused(status.as_u16())),
    }
}

fn failed(error: &ureq::Error) -> Failure {
    match error {
        ureq::Error::Timeout(_) => Failure::TimedOut,
        other => Failure::Unreachable(other.to_string()),
    }
}

/// Whether a file that comes stopped because its time was over.
pub fn is_timeout(error: &io::Error) -> bool {
    let of_ureq = error.get_ref().and_then(|inner| inner.downcast_ref::<ureq::Error>());
    error.kind() == io::ErrorKind::TimedOut || of_ureq.is_some_and(|inner| matches!(inner, ureq::Error::Timeout(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_shown_who_asks() {
        let table = [
            ("https://me:secret@host.example.com:8443/a@b", "https://host.example.com:8443/a@b"),
            ("https://token@host", "https://host"),
            ("http://host/a", "http://host/a"),
            ("file:/a/b", "file:/a/b"),
        ];
        for (url, wanted) in table {
            assert_eq!(shown(url), wanted);
        }
    }
}
