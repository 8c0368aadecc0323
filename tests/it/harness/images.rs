//! A container registry on loopback, with images made here; strict as real ones are, and as bad as they can be.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// Who is let in where one has to log in.
pub(crate) const PASSWORD: &str = "hush-hush";

/// What it does with blobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Manner {
    #[default]
    Well,
    /// One byte of each layer is another one.
    WrongBlob,
    /// Each layer ends in its middle.
    Cut,
    /// Each layer has one byte more than is promised.
    Long,
    /// The manifest of a tag is another one than its header says.
    WrongManifest,
    /// After some bytes of a layer nothing comes any more.
    Silent,
    /// It answers this to everything.
    Status(u16),
    /// The digest of a manifest is not told in a header.
    Mute,
}

#[derive(Default)]
struct State {
    host: String,
    manner: Manner,
    /// Whether one has to log in. Then layers are somewhere else, where nobody wants to know who asks.
    guarded: bool,
    manifests: BTreeMap<(String, String), (String, Vec<u8>)>,
    blobs: BTreeMap<(String, String), Vec<u8>>,
    asked: Vec<String>,
}

/// A registry.
#[derive(Clone)]
pub(crate) struct Registry {
    /// Its address, such as `127.0.0.1:4711`.
    pub(crate) host: String,
    state: Arc<Mutex<State>>,
}

/// The digest of bytes.
pub(crate) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold("sha256:".to_owned(), |text, byte| text + &format!("{byte:02x}"))
}

impl Registry {
    /// An empty one.
    pub(crate) fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let host = listener.local_addr()?.to_string();
        let state = Arc::new(Mutex::new(State { host: host.clone(), ..State::default() }));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(std::result::Result::ok) {
                let shared = Arc::clone(&shared);
                // Who asked may have gone.
                std::thread::spawn(move || drop(serve(&stream, &shared)));
            }
        });
        Ok(Self { host, state })
    }

    /// With the images of Istio's minimal profile.
    pub(crate) fn with_istio() -> Result<Self> {
        let registry = Self::start()?;
        for name in ["pilot", "proxyv2"] {
            registry.add(&format!("release/{name}"), "1.30.3", &["linux/amd64", "linux/arm64"], 3);
        }
        Ok(registry)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn be(&self, manner: Manner) {
        self.state().manner = manner;
    }

    /// From now on one has to log in as `robot`.
    pub(crate) fn guard(&self) {
        self.state().guarded = true;
    }

    /// What was asked for since the last time: method and path.
    pub(crate) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.state().asked)
    }

    /// The digest that a tag stands for.
    pub(crate) fn tagged(&self, repository: &str, tag: &str) -> Option<String> {
        let state = self.state();
        state.manifests.get(&(repository.to_owned(), tag.to_owned())).map(|(_, bytes)| digest(bytes))
    }

    pub(crate) fn forget(&self, repository: &str, tag: &str) {
        self.state().manifests.remove(&(repository.to_owned(), tag.to_owned()));
    }

    /// Puts an image there: an index where it is for several platforms. `seed` makes it another one.
    pub(crate) fn add(&self, repository: &str, tag: &str, platforms: &[&str], seed: u8) {
        let mut state = self.state();
        let mut put = |reference: &str, kind: &str, value: &Value| {
            let (bytes, at) = (value.to_string().into_bytes(), repository.to_owned());
            let digest = digest(&bytes);
            state.manifests.insert((at.clone(), digest.clone()), (kind.to_owned(), bytes.clone()));
            state.manifests.insert((at, reference.to_owned()), (kind.to_owned(), bytes.clone()));
            json!({"mediaType": kind, "digest": digest, "size": bytes.len()})
        };
        let mut blobs = Vec::new();
        let mut entries = Vec::new();
        for platform in platforms {
            let (os, architecture) = platform.split_once('/').unwrap_or(("linux", platform));
            let config = json!({"os": os, "architecture": architecture, "seed": seed}).to_string().into_bytes();
            let mut layer = Vec::new();
            let mut number = u32::from(seed) + platform.bytes().chain(repository.bytes()).map(u32::from).sum::<u32>();
            while layer.len() < 200_000 {
                number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                layer.extend(number.to_be_bytes());
            }
            let blob =
                |kind: &str, bytes: &[u8]| json!({"mediaType": kind, "digest": digest(bytes), "size": bytes.len()});
            let manifest = json!({
                "schemaVersion": 2, "mediaType": MANIFEST,
                "config": blob("application/vnd.oci.image.config.v1+json", &config),
                "layers": [blob("application/vnd.oci.image.layer.v1.tar+gzip", &layer)],
            });
            blobs.extend([config, layer]);
            let mut entry = put(if platforms.len() == 1 { tag } else { "part" }, MANIFEST, &manifest);
            entry["platform"] = json!({"os": os, "architecture": architecture});
            entries.push(entry);
        }
        if platforms.len() > 1 {
            put(tag, INDEX, &json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": entries}));
        }
        for blob in blobs {
            state.blobs.insert((repository.to_owned(), digest(&blob)), blob);
        }
    }
}

struct Request {
    method: String,
    path: String,
    query: String,
    authorization: Option<String>,
    accept: String,
    kind: String,
    body: Vec<u8>,
}

fn read(stream: &TcpStream) -> Result<Request> {
    let mut from = BufReader::new(stream);
    let mut line = || -> Result<String> {
        let mut text = String::new();
        from.read_line(&mut text)?;
        Ok(text.trim_end().to_owned())
    };
    let first = line()?;
    let mut words = first.split(' ');
    let (method, url) = (words.next().context("no method")?.to_owned(), words.next().context("no path")?.to_owned());
    let (path, query) = url.split_once('?').unwrap_or((&url, ""));
    let mut headers = BTreeMap::new();
    loop {
        let text = line()?;
        let Some((name, value)) = text.split_once(':') else { break };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let header = |name: &str| headers.get(name).cloned();
    let length = header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    from.read_exact(&mut body)?;
    Ok(Request {
        method,
        path: path.to_owned(),
        query: query.to_owned(),
        authorization: header("authorization"),
        accept: header("accept").unwrap_or_default(),
        kind: header("content-type").unwrap_or_default(),
        body,
    })
}

/// An answer: status, headers, body.
type Answer = (u16, Vec<(&'static str, String)>, Vec<u8>);

fn serve(stream: &TcpStream, shared: &Mutex<State>) -> Result<()> {
    let request = read(stream)?;
    let ((status, headers, mut body), manner) = {
        let mut state = shared.lock().unwrap_or_else(PoisonError::into_inner);
        let line = format!("{} {}", request.method, request.path);
        state.asked.push(line);
        (answer(&request, &mut state), state.manner)
    };
    let is_layer = request.method == "GET" && body.len() > 100_000;
    let length = body.len();
    match manner {
        Manner::WrongBlob if is_layer => body[length / 2] ^= 1,
        Manner::Cut | Manner::Silent if is_layer => body.truncate(length / 2),
        Manner::Long if is_layer => body.push(7),
        _ => {}
    }
    let length = if manner == Manner::Long { body.len() } else { length };
    let mut out = stream;
    write!(out, "HTTP/1.1 {status} Odd\r\nContent-Length: {length}\r\nConnection: close\r\n")?;
    for (name, value) in headers {
        write!(out, "{name}: {value}\r\n")?;
    }
    write!(out, "\r\n")?;
    if request.method != "HEAD" {
        out.write_all(&body)?;
    }
    if manner == Manner::Silent && is_layer {
        std::thread::sleep(Duration::from_secs(60));
    }
    Ok(())
}

fn errors(status: u16, code: &str) -> Answer {
    (
        status,
        Vec::new(),
        json!({"errors": [{"code": code, "message": format!("{code} said")}]}).to_string().into_bytes(),
    )
}

fn answer(request: &Request, state: &mut State) -> Answer {
    let Request { method, path, query, authorization, accept, .. } = request;
    if path == "/token" {
        return token(request);
    }
    if let Some(rest) = path.strip_prefix("/elsewhere/") {
        // Nobody there may hear who asks.
        let found = state.blobs.iter().find(|((_, digest), _)| digest == rest).filter(|_| authorization.is_none());
        return found.map_or_else(|| errors(400, "NOT_HERE"), |(_, bytes)| (200, Vec::new(), bytes.clone()));
    }
    if let Manner::Status(status) = state.manner {
        return errors(status, "TOOMANYREQUESTS");
    }
    let Some(rest) = path.strip_prefix("/v2/") else { return errors(404, "NAME_UNKNOWN") };
    if rest.is_empty() {
        return (200, Vec::new(), Vec::new());
    }
    let place = ["/manifests/", "/blobs/uploads/", "/blobs/"].iter().find_map(|what| {
        let (repository, name) = rest.split_once(what)?;
        Some((*what, repository.to_owned(), name.to_owned()))
    });
    let Some((what, repository, name)) = place else { return errors(404, "NAME_UNKNOWN") };
    let writes = !["GET", "HEAD"].contains(&method.as_str());
    // The place of an upload is elsewhere too.
    let uploads = state.guarded && what == "/blobs/uploads/" && method == "PUT";
    if uploads && authorization.is_some() {
        return errors(400, "NOT_HERE");
    }
    if state.guarded && !uploads && !is_allowed(authorization.as_deref(), &repository, writes) {
        let realm = format!("Bearer realm=\"http://{}/token\",service=\"test registry\"", state.host);
        return (401, vec![("WWW-Authenticate", realm)], errors(401, "UNAUTHORIZED").2);
    }
    match (what, writes) {
        ("/manifests/", true) => put_manifest(request, state, (&repository, &name)),
        ("/manifests/", false) => match state.manifests.get(&(repository, name)) {
            Some((kind, _)) if !accept.contains(kind.as_str()) => errors(404, "MANIFEST_UNKNOWN"),
            Some((kind, bytes)) => {
                let told = if state.manner == Manner::WrongManifest { digest(b"") } else { digest(bytes) };
                let mut headers = vec![("Content-Type", kind.clone()), ("Docker-Content-Digest", told)];
                headers.truncate(if state.manner == Manner::Mute { 1 } else { 2 });
                (200, headers, bytes.clone())
            }
            None => errors(404, "MANIFEST_UNKNOWN"),
        },
        ("/blobs/uploads/", _) if method == "POST" => {
            let (path, port) = (format!("/v2/{repository}/blobs/uploads/one?state=a%2Bb"), port(state));
            let elsewhere = if state.guarded { format!("http://localhost:{port}") } else { String::new() };
            (202, vec![("Location", elsewhere + &path)], Vec::new())
        }
        ("/blobs/uploads/", _) => {
            let wanted = query.split('&').find_map(|part| part.strip_prefix("digest=")).unwrap_or_default();
            if digest(&request.body) != wanted || !query.contains("state=a%2Bb") {
                return errors(400, "DIGEST_INVALID");
            }
            state.blobs.insert((repository, wanted.to_owned()), request.body.clone());
            (201, Vec::new(), Vec::new())
        }
        _ => match state.blobs.get(&(repository, name.clone())) {
            Some(_) if state.guarded && method == "GET" => {
                (307, vec![("Location", format!("http://localhost:{}/elsewhere/{name}", port(state)))], Vec::new())
            }
            Some(bytes) => (200, Vec::new(), bytes.clone()),
            None => errors(404, "BLOB_UNKNOWN"),
        },
    }
}

/// `localhost` is not the same host as the address.
fn port(state: &State) -> &str {
    state.host.rsplit(':').next().unwrap_or_default()
}

/// As real registries do, it takes a manifest only once it has what that names.
fn put_manifest(request: &Request, state: &mut State, (repository, name): (&str, &str)) -> Answer {
    let value: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let of = |list: &str| value[list].as_array().cloned().unwrap_or_default();
    let key = |one: &Value| (repository.to_owned(), one["digest"].as_str().unwrap_or_default().to_owned());
    let mut blobs = of("layers");
    blobs.extend(value.get("config").cloned());
    let has_all = blobs.iter().all(|one| state.blobs.contains_key(&key(one)))
        && of("manifests").iter().all(|one| state.manifests.contains_key(&key(one)));
    if !has_all || value["mediaType"] != request.kind.as_str() {
        return errors(400, "MANIFEST_BLOB_UNKNOWN");
    }
    for name in [name.to_owned(), digest(&request.body)] {
        state.manifests.insert((repository.to_owned(), name), (request.kind.clone(), request.body.clone()));
    }
    (201, Vec::new(), Vec::new())
}

fn token(request: &Request) -> Answer {
    let basic = format!("Basic {}", STANDARD.encode(format!("robot:{PASSWORD}")));
    if request.authorization.as_deref() != Some(&basic) || !request.query.contains("service=test") {
        return errors(401, "UNAUTHORIZED");
    }
    let scope = request.query.split('&').find_map(|part| part.strip_prefix("scope=")).unwrap_or_default();
    let scope = scope.replace("%3A", ":").replace("%2F", "/").replace("%2C", ",");
    (200, Vec::new(), json!({"token": STANDARD.encode(scope)}).to_string().into_bytes())
}

fn is_allowed(authorization: Option<&str>, repository: &str, writes: bool) -> bool {
    let token = authorization.and_then(|text| text.strip_prefix("Bearer ")).unwrap_or_default();
    let scope = String::from_utf8(STANDARD.decode(token).unwrap_or_default()).unwrap_or_default();
    let actions = scope.strip_prefix(&format!("repository:{repository}:")).unwrap_or_default();
    actions.contains(if writes { "push" } else { "pull" })
}
