//! What a client reports, in our terms: which failures are worth another try, and which exit code the rest have.

use std::error::Error as _;

use crate::error::{Error, Kind};

/// Whether the same request may succeed in a moment: throttled, the server restarting, a connection cut.
pub fn is_transient(error: &kube::Error) -> bool {
    match error {
        kube::Error::Api(status) => {
            matches!(status.code, 429 | 502 | 503 | 504)
                || (status.code == 500 && status.message.contains("etcdserver:"))
        }
        kube::Error::HyperError(_) | kube::Error::ReadEvents(_) => true,
        kube::Error::Service(_) => !is_certificate(error) && !is_auth(error),
        _ => false,
    }
}

/// Whether the object, or the place where it would be, does not exist.
pub fn is_gone(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Api(status) if status.code == 404)
}

pub(super) fn bad_kubeconfig(message: impl Into<String>) -> Error {
    Error::new(Kind::Cluster, "bad-kubeconfig", message).hint("run `kubectl config view` to see what is read")
}

/// A client's failure while doing `what` (such as `apply Deployment/istio-system/istiod`).
pub(super) fn from_kube(error: kube::Error, name: &str, server: &str, what: &str) -> Error {
    match &error {
        kube::Error::Api(status) => from_status(status, name, what),
        _ if is_certificate(&error) => Error::new(
            Kind::Cluster,
            "certificate-refused",
            format!("the certificate of {server} (context {name}) is not trusted"),
        )
        .hint("compare `certificate-authority-data` of the kubeconfig with the cluster's CA, or renew the kubeconfig")
        .caused_by(Chain::of(&error)),
        _ if is_auth(&error) => {
            Error::new(Kind::Cluster, "no-credentials", format!("the credentials of context {name} cannot be obtained"))
                .hint(format!("run `kubectl --context {name} get ns`, which obtains them in the same way"))
                .caused_by(Chain::of(&error))
        }
        kube::Error::Service(_) | kube::Error::HyperError(_) | kube::Error::ReadEvents(_) => {
            Error::new(Kind::Cluster, "unreachable", format!("{server} (context {name}) does not answer"))
                .hint(format!(
                    "run `kubectl --context {name} cluster-info`; check that the server is up and the address right"
                ))
                .caused_by(Chain::of(&error))
        }
        _ => Error::failed("client", format!("cannot {what}")).caused_by(Chain::of(&error)),
    }
}

fn from_status(status: &kube::core::Status, name: &str, what: &str) -> Error {
    let message = if status.message.is_empty() { format!("HTTP {}", status.code) } else { status.message.clone() };
    match status.code {
        401 => Error::new(Kind::Cluster, "unauthorized", format!("context {name} is not logged in: {message}"))
            .hint("the token or certificate has expired or is not known to this cluster: log in again"),
        // 403 is also what quota and admission plugins answer; those talk about the object, not about who may.
        403 if !message.contains("exceeded quota")
            && !message.contains("is being terminated")
            && message.contains("cannot ") =>
        {
            Error::new(Kind::Cluster, "forbidden", format!("cannot {what}: {message}"))
                .hint("an administrator has to grant this; `kubectl auth can-i --list` shows what is granted")
        }
        409 => Error::failed("conflict", format!("cannot {what}: {message}")),
        _ => Error::failed("refused", format!("cannot {what}: {message}")),
    }
}

fn is_certificate(error: &kube::Error) -> bool {
    let text = Chain::of(error).0.to_lowercase();
    text.contains("certificate") || text.contains("unknownissuer")
}

fn is_auth(error: &kube::Error) -> bool {
    if matches!(error, kube::Error::Auth(_)) {
        return true;
    }
    let text = Chain::of(error).0.to_lowercase();
    text.contains("auth exec") || text.contains("authexec") || text.contains("token")
}

/// The messages of an error and of its sources in one line, each only where it adds something.
#[derive(Debug)]
struct Chain(String);

impl Chain {
    fn of(error: &kube::Error) -> Self {
        let mut text = error.to_string();
        let mut next = error.source();
        while let Some(source) = next {
            let part = source.to_string();
            if !text.contains(&part) {
                text = format!("{text}: {part}");
            }
            next = source.source();
        }
        Self(text)
    }
}

impl std::fmt::Display for Chain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Chain {}
