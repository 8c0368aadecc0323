//! The stand-in's three servers: webhooks over TLS, `/ready`, and `/version`.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use kube::Client;
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;

use super::injector::Injector;
use super::{Job, note, validator};
use crate::supervisor::certs::Identity;
use crate::supervisor::tls;

/// Serves until it is killed.
pub(super) async fn serve(job: Arc<Job>, client: Client, identity: &Identity) -> Result<()> {
    let acceptor = tls(identity)?;
    let webhooks = bind(&job.webhooks).await?;
    let http = bind(&job.http).await?;
    let monitoring = bind(&job.monitoring).await?;
    note(&format!("serving revision {} for {}/{}", job.revision, job.namespace, job.pod));
    // As istiod words it: version, commit, state of the tree.
    let version: Arc<str> = format!("{}-stand-in-Clean", job.version).into();
    tokio::spawn(plain(http, Arc::clone(&version)));
    tokio::spawn(plain(monitoring, version));
    let admission = Arc::new(Admission { injector: Injector::new(client, &job), job });
    loop {
        let (stream, _) = webhooks.accept().await.context("cannot accept")?;
        let (acceptor, admission) = (acceptor.clone(), Arc::clone(&admission));
        tokio::spawn(async move {
            match acceptor.accept(stream).await {
                Ok(stream) => connection(stream, move |request| answer(Arc::clone(&admission), request)).await,
                // What the API server says to a CA that it was not told about.
                Err(cause) => note(&format!("TLS handshake: {cause}")),
            }
        });
    }
}

struct Admission {
    job: Arc<Job>,
    injector: Injector,
}

async fn bind(address: &str) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))
}

async fn plain(listener: TcpListener, version: Arc<str>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let version = Arc::clone(&version);
        tokio::spawn(connection(stream, move |request: Request<Incoming>| {
            let version = Arc::clone(&version);
            async move {
                match request.uri().path() {
                    "/ready" | "/healthz/ready" => text(StatusCode::OK, String::new()),
                    "/version" => text(StatusCode::OK, version.to_string()),
                    _ => text(StatusCode::NOT_FOUND, "the stand-in istiod does not know this".to_owned()),
                }
            }
        }));
    }
}

async fn connection<F>(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    answer: impl Fn(Request<Incoming>) -> F + Send + Sync,
) where
    F: Future<Output = Response<Full<Bytes>>>,
{
    let service = service_fn(|request| {
        let answer = answer(request);
        async move { Ok::<_, Infallible>(answer.await) }
    });
    // A connection that breaks has nobody left to tell.
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(admission: Arc<Admission>, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let path = request.uri().path().to_owned();
    let body = match request.into_body().collect().await {
        Ok(body) => body.to_bytes(),
        Err(cause) => return text(StatusCode::BAD_REQUEST, cause.to_string()),
    };
    tokio::time::sleep(admission.job.behaviour.answer_after).await;
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    if first == "ready" {
        return text(StatusCode::OK, String::new());
    }
    let review: Value = match serde_json::from_slice(&body) {
        Ok(review) => review,
        Err(cause) => return text(StatusCode::BAD_REQUEST, format!("not an AdmissionReview: {cause}")),
    };
    let request = &review["request"];
    let outcome = match first {
        "inject" if admission.job.behaviour.inject_fails => {
            return text(StatusCode::INTERNAL_SERVER_ERROR, "told to fail".to_owned());
        }
        "inject" => admission.inject(request).await,
        "validate" if admission.job.behaviour.validates => validator::check(&request["object"]).map(|()| None),
        "validate" => Ok(None),
        _ => return text(StatusCode::NOT_FOUND, format!("no such path: {path}")),
    };
    let mut response = json!({ "uid": request["uid"], "allowed": outcome.is_ok() });
    match outcome {
        Ok(Some(patch)) => {
            response["patchType"] = json!("JSONPatch");
            response["patch"] = json!(STANDARD.encode(patch.to_string()));
        }
        Ok(None) => {}
        Err(reason) => response["status"] = json!({ "message": reason }),
    }
    let review = json!({ "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": response });
    let mut reply = text(StatusCode::OK, review.to_string());
    reply.headers_mut().insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
    reply
}

impl Admission {
    /// The JSON patch that injects a pod; `None` where it is left alone.
    async fn inject(&self, request: &Value) -> Result<Option<Value>, String> {
        if !self.job.behaviour.injects {
            return Ok(None);
        }
        let pod = &request["object"];
        let namespace = request["namespace"].as_str().unwrap_or("default");
        let injected = self.injector.inject(namespace, pod).await?;
        Ok(injected.map(|injected| Value::Array(mesh::inject::json_patch(pod, &injected))))
    }
}

fn text(status: StatusCode, text: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    response
}
