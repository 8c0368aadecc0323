//! Container registries, by the distribution API (`/v2/`): manifests, blobs, and how they are put there. What is a digest's is
//! held to it; what is long is a stream.

mod auth;

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};
use ureq::http::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, LOCATION, USER_AGENT};
use ureq::http::request::Builder;
use ureq::http::{HeaderMap, Method, Request, Response};
use ureq::{Agent, Body, SendBody};

use super::{PATIENCE, builder, is_timeout};
use crate::error::{Error, Kind, Result};
use crate::oci::{MANIFESTS, MAX_MANIFEST_BYTES, Reference, is_digest, is_loopback, media_type};
pub use auth::Login;

/// The most bytes of a registry's words about an error.
const MAX_SAID: u64 = 16 << 10;

/// Who tells how one is known to a registry.
pub type Logins = dyn Fn(&str) -> Result<Login> + Send;

/// The registries that a run speaks to.
pub struct Registries {
    logins: Box<Logins>,
    /// Speak without TLS also to those that are not on this machine.
    insecure: bool,
    until: Instant,
    known: BTreeMap<String, Registry>,
}

/// One of them.
struct Registry {
    host: String,
    login: Login,
    agent: Agent,
    /// `http://HOST` or `https://HOST`.
    base: String,
    /// What was given for which repository, and whether for writing.
    tokens: BTreeMap<(String, bool), String>,
}

/// A manifest as it came.
#[derive(Debug, Clone)]
pub struct Came {
    /// What it is.
    pub media_type: String,
    /// Its digest, of the bytes that are here.
    pub digest: String,
    /// Itself.
    pub bytes: Vec<u8>,
}

/// What is sent.
enum Sent<'a> {
    Nothing,
    /// Something short.
    Bytes(&'a [u8], &'a str),
    /// Something long, of so many bytes.
    Stream(&'a mut dyn Read, u64),
}

/// What is asked of a registry about a repository.
struct Asked<'a> {
    method: Method,
    url: String,
    repository: &'a str,
    writes: bool,
    accept: Option<String>,
}

impl Registries {
    /// Everything has to come within `limit`.
    pub fn new(limit: Duration, insecure: bool, logins: impl Fn(&str) -> Result<Login> + Send + 'static) -> Self {
        let until = Instant::now() + limit;
        Self { logins: Box::new(logins), insecure, until, known: BTreeMap::new() }
    }

    /// The digest of an image there; none where there is no such image.
    ///
    /// # Errors
    /// `registry-unreachable`, `registry-denied`, `registry-answer` (failed), `registry-timeout` (timed out).
    pub fn digest(&mut self, image: &Reference) -> Result<Option<String>> {
        let path = format!("{}/manifests/{}", image.repository, image.version());
        let asked = Asked::about(Method::HEAD, image, false, Some(MANIFESTS.join(", ")));
        let Some(response) = self.found(image, &path, asked)? else { return Ok(None) };
        match header(response.headers(), "docker-content-digest").filter(|told| is_digest(told)) {
            Some(told) => Ok(Some(told.to_owned())),
            None => Ok(self.manifest(image)?.map(|came| came.digest)),
        }
    }

    /// A manifest; none where there is none of that name.
    ///
    /// # Errors
    /// As [`Registries::digest`].
    pub fn manifest(&mut self, image: &Reference) -> Result<Option<Came>> {
        let path = format!("{}/manifests/{}", image.repository, image.version());
        let asked = Asked::about(Method::GET, image, false, Some(MANIFESTS.join(", ")));
        let Some(response) = self.found(image, &path, asked)? else { return Ok(None) };
        let told = header(response.headers(), "docker-content-digest").map(str::to_owned);
        let came_as = header(response.headers(), CONTENT_TYPE.as_str()).unwrap_or_default().to_owned();
        let mut bytes = Vec::new();
        let read = reader(response).take(MAX_MANIFEST_BYTES + 1).read_to_end(&mut bytes);
        read.map_err(|error| broken(image, &error))?;
        if bytes.len() as u64 > MAX_MANIFEST_BYTES {
            return Err(odd(image, &format!("its manifest has more than {} MiB", MAX_MANIFEST_BYTES >> 20)));
        }
        let digest = digest_of(&bytes);
        let wanted = image.digest().or(told.as_deref()).filter(|wanted| is_digest(wanted));
        if let Some(wanted) = wanted.filter(|wanted| *wanted != digest) {
            return Err(odd(image, &format!("its manifest is not what its digest says: {digest} came for {wanted}")));
        }
        Ok(Some(Came { media_type: media_type(&bytes, &came_as), digest, bytes }))
    }

    /// A blob of the repository of `image`, as a stream that nobody has held to its digest yet.
    ///
    /// # Errors
    /// As [`Registries::digest`], and `registry-answer` where it is not there.
    pub fn blob(&mut self, image: &Reference, digest: &str) -> Result<Box<dyn Read>> {
        let path = format!("{}/blobs/{digest}", image.repository);
        let asked = Asked::about(Method::GET, image, false, None);
        let response = self.found(image, &path, asked)?;
        let response = response.ok_or_else(|| odd(image, &format!("its blob {digest} is not there")))?;
        Ok(Box::new(reader(response)))
    }

    /// Whether the repository of `image` has this blob.
    ///
    /// # Errors
    /// As [`Registries::digest`].
    pub fn has_blob(&mut self, image: &Reference, digest: &str) -> Result<bool> {
        let path = format!("{}/blobs/{digest}", image.repository);
        Ok(self.found(image, &path, Asked::about(Method::HEAD, image, true, None))?.is_some())
    }

    /// Puts a blob into the repository of `image`; the registry holds it to its digest.
    ///
    /// # Errors
    /// As [`Registries::digest`].
    pub fn put_blob(&mut self, image: &Reference, digest: &str, size: u64, from: &mut dyn Read) -> Result<()> {
        let path = format!("{}/blobs/uploads/", image.repository);
        let response = self.ask(image, &path, Asked::about(Method::POST, image, true, None), Sent::Nothing)?;
        let place = header(response.headers(), LOCATION.as_str()).unwrap_or_default().to_owned();
        if response.status().as_u16() != 202 || place.is_empty() {
            return Err(refused(image, response));
        }
        let place = if place.starts_with('/') { format!("{}{place}", self.of(image)?.base) } else { place };
        let joint = if place.contains('?') { '&' } else { '?' };
        let mut asked = Asked::about(Method::PUT, image, true, None);
        asked.url = format!("{place}{joint}digest={digest}");
        let response = self.ask(image, "", asked, Sent::Stream(from, size))?;
        if response.status().is_success() { Ok(()) } else { Err(refused(image, response)) }
    }

    /// Puts a manifest there, under the digest or tag that `image` names.
    ///
    /// # Errors
    /// As [`Registries::digest`].
    pub fn put_manifest(&mut self, image: &Reference, media_type: &str, bytes: &[u8]) -> Result<()> {
        let path = format!("{}/manifests/{}", image.repository, image.version());
        let asked = Asked::about(Method::PUT, image, true, None);
        let response = self.ask(image, &path, asked, Sent::Bytes(bytes, media_type))?;
        if response.status().is_success() { Ok(()) } else { Err(refused(image, response)) }
    }

    /// What is found; none where it is not there.
    fn found(&mut self, image: &Reference, path: &str, asked: Asked<'_>) -> Result<Option<Response<Body>>> {
        let response = self.ask(image, path, asked, Sent::Nothing)?;
        match response.status().as_u16() {
            200 => Ok(Some(response)),
            404 => Ok(None),
            _ => Err(refused(image, response)),
        }
    }

    /// Asks, and once more with a token where one is wanted.
    fn ask(
        &mut self,
        image: &Reference,
        path: &str,
        mut asked: Asked<'_>,
        mut sent: Sent<'_>,
    ) -> Result<Response<Body>> {
        let until = self.until;
        let registry = self.of(image)?;
        if !path.is_empty() {
            asked.url = format!("{}/v2/{path}", registry.base);
        }
        let first = registry.send(&asked, &mut sent, until).map_err(|error| unreachable(image, &error))?;
        if first.status().as_u16() != 401 || matches!(sent, Sent::Stream(..)) {
            return Ok(first);
        }
        let challenge = auth::Challenge::read(first.headers());
        drop(first);
        let scope = if asked.writes { "pull,push" } else { "pull" };
        let scope = format!("repository:{}:{scope}", asked.repository);
        let given = challenge.answer(&registry.agent, &registry.login, &scope, remaining(until));
        let given = given.map_err(|denied| denied.error(&registry.host))?;
        registry.tokens.insert((asked.repository.to_owned(), asked.writes), given);
        let again = registry.send(&asked, &mut sent, until).map_err(|error| unreachable(image, &error))?;
        match again.status().as_u16() {
            401 | 403 => Err(auth::Denied::of(&registry.login, said(again)).error(&registry.host)),
            _ => Ok(again),
        }
    }

    fn of(&mut self, image: &Reference) -> Result<&mut Registry> {
        let until = self.until;
        if !self.known.contains_key(&image.host) {
            let login = (self.logins)(&image.host)?;
            let is_near = is_loopback(&image.host);
            let registry = Registry::at(image.server(), login, is_near || self.insecure, until);
            self.known.insert(image.host.clone(), registry);
        }
        self.known.get_mut(&image.host).ok_or_else(|| odd(image, "it is not known"))
    }
}

impl Registry {
    /// Plain registries are asked first whether they speak without TLS.
    fn at(host: &str, login: Login, plain: bool, until: Instant) -> Self {
        let make = |scheme: &str| {
            let config = builder().https_only(scheme == "https");
            // Nobody else leads to this machine.
            let config = if is_loopback(host) { config.proxy(None) } else { config };
            (config.build().into(), format!("{scheme}://{host}"))
        };
        let (agent, base): (Agent, String) = make("http");
        let speaks = plain && {
            let config = agent.get(format!("{base}/v2/")).config().timeout_global(Some(remaining(until))).build();
            // A server that wants TLS says so with 400.
            config.call().is_ok_and(|response| response.status().as_u16() != 400)
        };
        let (agent, base) = if speaks { (agent, base) } else { make("https") };
        Self { host: host.to_owned(), login, agent, base, tokens: BTreeMap::new() }
    }

    fn send(&self, asked: &Asked<'_>, sent: &mut Sent<'_>, until: Instant) -> Result<Response<Body>, ureq::Error> {
        let mut request = Request::builder().method(asked.method.clone()).uri(&asked.url);
        request = request.header(USER_AGENT, super::AGENT);
        if let Some(accept) = &asked.accept {
            request = request.header(ACCEPT, accept);
        }
        // Only its own server hears what is known of us.
        if let Some(token) = self.token(asked).filter(|_| asked.url.starts_with(&format!("{}/", self.base))) {
            request = request.header(AUTHORIZATION, token);
        }
        let limit = Some(remaining(until));
        let run = |request, body: SendBody<'_>| {
            let request: Request<SendBody<'_>> = http_body(request, body)?;
            self.agent.run(self.agent.configure_request(request).timeout_global(limit).build())
        };
        match sent {
            // What has no body says so.
            Sent::Nothing if asked.method == Method::POST => {
                run(request.header(CONTENT_LENGTH, 0), SendBody::from_reader(&mut io::empty()))
            }
            Sent::Nothing => run(request, SendBody::none()),
            Sent::Bytes(bytes, kind) => {
                let request = request.header(CONTENT_TYPE, *kind).header(CONTENT_LENGTH, bytes.len());
                run(request, SendBody::from_reader(&mut io::Cursor::new(bytes)))
            }
            Sent::Stream(from, size) => {
                let kind = "application/octet-stream";
                let request = request.header(CONTENT_TYPE, kind).header(CONTENT_LENGTH, *size);
                run(request, SendBody::from_reader(*from))
            }
        }
    }

    fn token(&self, asked: &Asked<'_>) -> Option<&String> {
        self.tokens.get(&(asked.repository.to_owned(), asked.writes))
    }
}

impl<'a> Asked<'a> {
    fn about(method: Method, image: &'a Reference, writes: bool, accept: Option<String>) -> Self {
        Self { method, url: String::new(), repository: &image.repository, writes, accept }
    }
}

/// The digest of bytes.
pub fn digest_of(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// The digest as it is written.
pub fn hex(sum: &[u8]) -> String {
    sum.iter().fold("sha256:".to_owned(), |text, byte| text + &format!("{byte:02x}"))
}

fn remaining(until: Instant) -> Duration {
    // No time at all would be no limit.
    until.saturating_duration_since(Instant::now()).max(Duration::from_millis(1))
}

fn http_body(request: Builder, body: SendBody<'_>) -> Result<Request<SendBody<'_>>, ureq::Error> {
    Ok(request.body(body)?)
}

fn reader(response: Response<Body>) -> impl Read {
    response.into_body().into_with_config().limit(u64::MAX).reader()
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// What a registry says to an error: its `errors`, one after the other.
fn said(response: Response<Body>) -> String {
    let mut bytes = Vec::new();
    // What has come of it says enough.
    let _ = reader(response).take(MAX_SAID).read_to_end(&mut bytes);
    let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let errors = value["errors"].as_array().into_iter().flatten();
    let words = errors.filter_map(|one| one["message"].as_str().filter(|one| !one.is_empty()).or(one["code"].as_str()));
    words.take(3).map(|one| one.chars().take(200).collect::<String>()).collect::<Vec<_>>().join("; ")
}

fn refused(image: &Reference, response: Response<Body>) -> Error {
    let status = response.status().as_u16();
    let words = said(response);
    let words = if words.is_empty() { String::new() } else { format!(": {words}") };
    Error::failed("registry-answer", format!("{image}: the registry answers {status}{words}"))
}

fn odd(image: &Reference, why: &str) -> Error {
    Error::failed("registry-answer", format!("{image}: {why}"))
        .hint("try again; if it stays so, the registry or a proxy before it gives something wrong")
}

/// What came broke off.
pub fn broken(image: &Reference, error: &io::Error) -> Error {
    if is_timeout(error) { late(image) } else { lost(image, &error.to_string()) }
}

fn unreachable(image: &Reference, error: &ureq::Error) -> Error {
    match error {
        ureq::Error::Timeout(_) => late(image),
        other => lost(image, &other.to_string()),
    }
}

fn late(image: &Reference) -> Error {
    let message = format!("{image}: the registry did not answer in time");
    let error = Error::new(Kind::TimedOut, "registry-timeout", message);
    error.hint(format!("give it more time: --timeout 30m; a silence of {} s ends it anyway", PATIENCE.as_secs()))
}

fn lost(image: &Reference, why: &str) -> Error {
    let host = &image.host;
    Error::failed("registry-unreachable", format!("{image}: the registry {host} cannot be reached from here: {why}"))
        .hint("behind a proxy: set HTTPS_PROXY, and SSL_CERT_FILE to the registry's CA")
        .hint("a registry without TLS has to be allowed: --insecure-registry")
}
