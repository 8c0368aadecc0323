//! What a client reports, in our terms: which failures are worth another try, and which exit code the rest have.

use std::error::Error as _;

use kube::client::AuthError;
use kube::core::Status;
use kube::core::response::reason;

use super::refused::refusal;
use super::words;
use crate::error::{Error, Kind, Refusal, Why};

/// Whether the same request may succeed in a moment: throttled, the server restarting, a connection cut.
pub fn is_transient(error: &kube::Error) -> bool {
    match error {
        kube::Error::Api(status) => {
            matches!(status.code, 429 | 502 | 503 | 504)
                || status.reason == reason::SERVER_TIMEOUT
                || (status.code == 500 && words::is_store(&status.message))
        }
        kube::Error::HyperError(_) | kube::Error::ReadEvents(_) => true,
        kube::Error::Service(_) => !is_certificate(error) && !is_auth(error),
        _ => false,
    }
}

/// Whether an answer came that cannot be read: cut or changed on its way, or not of an API server at all. It may come whole
/// the next time.
pub(super) fn is_damaged(error: &kube::Error) -> bool {
    matches!(error, kube::Error::SerdeError(_) | kube::Error::FromUtf8(_))
}

/// Whether it may be that the server has just started and knows too little yet. It may also be what it says.
pub(super) fn is_not_warm(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Api(status) if words::is_not_warm(&status.message))
}

/// Whether the server has surely not begun with the request: it had too many, or nobody took the connection.
pub(super) fn is_untouched(error: &kube::Error) -> bool {
    match error {
        kube::Error::Api(status) => status.code == 429,
        _ => source::<hyper_util::client::legacy::Error>(error).is_some_and(|error| error.is_connect()),
    }
}

/// Whether the object, or the place where it would be, does not exist.
pub fn is_gone(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Api(status) if status.code == 404)
}

/// Where a list goes on whose continue token is too old (410): the server gives another one for what is left, of now
/// (Kubernetes API concepts, "Retrieving large results sets in chunks").
pub(super) fn remainder(error: &kube::Error) -> Option<String> {
    let kube::Error::Api(status) = error else { return None };
    let metadata = status.metadata.as_ref().filter(|_| status.code == 410)?;
    metadata.continue_.clone().filter(|token| !token.is_empty())
}

pub(super) fn bad_kubeconfig(message: impl Into<String>) -> Error {
    Error::new(Kind::Cluster, "bad-kubeconfig", message).hint("run `kubectl config view` to see what is read")
}

/// A client's failure while doing `what` (such as `apply Deployment/istio-system/istiod`).
pub(super) fn from_kube(error: kube::Error, name: &str, server: &str, what: &str) -> Error {
    if let Some(unable) = source::<Unable>(&error) {
        return unable.error(name);
    }
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
        _ if is_damaged(&error) => Error::new(
            Kind::Cluster,
            "unreadable-answer",
            format!("cannot {what}: {server} (context {name}) answers what cannot be read"),
        )
        .hint(format!(
            "try again; if it stays so, look what changes or cuts answers on their way: kubectl --context {name} get --raw /version"
        ))
        .caused_by(Chain::of(&error)),
        _ => Error::failed("client", format!("cannot {what}")).caused_by(Chain::of(&error)),
    }
}

/// Credentials that cannot be obtained: what a plugin of the kubeconfig did.
#[derive(Debug)]
pub(super) struct Unable {
    message: String,
    cause: String,
    hint: Option<String>,
    kind: Kind,
}

impl Unable {
    pub(super) fn new(message: String) -> Self {
        Self { message, cause: String::new(), hint: None, kind: Kind::Cluster }
    }

    /// With what it printed.
    pub(super) fn with_cause(self, cause: String) -> Self {
        Self { cause, ..self }
    }

    pub(super) fn with_hint(self, hint: String) -> Self {
        Self { hint: Some(hint), ..self }
    }

    pub(super) fn timed_out(self) -> Self {
        Self { kind: Kind::TimedOut, ..self }
    }

    /// The error of the run.
    pub(super) fn error(&self, name: &str) -> Error {
        let hint = self.hint.clone();
        let hint = hint
            .unwrap_or_else(|| format!("run `kubectl --context {name} get ns`, which obtains them in the same way"));
        let error = Error::new(self.kind, "no-credentials", &self.message).hint(hint);
        if self.cause.is_empty() { error } else { error.caused_by(Chain(self.cause.clone())) }
    }
}

impl std::fmt::Display for Unable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Unable {}

/// Why a server does not answer as it should, whatever it was asked.
pub(super) fn trouble(error: &kube::Error, server: &str) -> String {
    match error {
        kube::Error::Api(status) => format!("{server} answers {}: {}", status.code, status.message),
        _ => format!("{server} does not answer: {}", Chain::of(error)),
    }
}

fn from_status(status: &Status, name: &str, what: &str) -> Error {
    let message = if status.message.is_empty() { format!("HTTP {}", status.code) } else { status.message.clone() };
    let refusal = refusal(status);
    let error = match &refusal {
        Refusal::Unauthorized => {
            Error::new(Kind::Cluster, "unauthorized", format!("context {name} is not logged in: {message}"))
                .hint("the token or certificate has expired or is not known to this cluster: log in again")
        }
        // What grants it is known to the cluster's handle.
        Refusal::Forbidden { .. } => Error::new(Kind::Cluster, "forbidden", format!("cannot {what}: {message}")),
        Refusal::Conflict { .. } | Refusal::AlreadyExists => {
            Error::failed("conflict", format!("cannot {what}: {message}"))
        }
        _ => Error::failed("refused", format!("cannot {what}: {message}")),
    };
    let error = if is_servers_own(&refusal) {
        error.hint(format!(
            "the server is at fault, not the request: try again; how it is: kubectl --context {name} get --raw '/readyz?verbose'"
        ))
    } else {
        error
    };
    error.because(Why::Refused(refusal))
}

/// Whether a server that is well would not have said it.
fn is_servers_own(refusal: &Refusal) -> bool {
    match refusal {
        Refusal::Internal
        | Refusal::TooManyRequests { by_budget: false, .. }
        | Refusal::ServiceUnavailable { .. }
        | Refusal::Timeout { .. } => true,
        Refusal::Other { code } => *code >= 500,
        _ => false,
    }
}

fn is_certificate(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Service(_)) && Chain::of(error).0.contains("invalid peer certificate")
}

fn is_auth(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Auth(_)) || source::<AuthError>(error).is_some() || source::<Unable>(error).is_some()
}

/// The source of this type.
fn source<T: std::error::Error + 'static>(error: &kube::Error) -> Option<&T> {
    let mut next = error.source();
    while let Some(source) = next {
        if let Some(found) = source.downcast_ref::<T>() {
            return Some(found);
        }
        next = source.source();
    }
    None
}

/// The messages of an error and of its sources in one line, each only where it adds something.
#[derive(Debug)]
struct Chain(String);

impl Chain {
    fn of(error: &kube::Error) -> Self {
        // The client's name for a request that got no answer says nothing to people.
        let mut text = error.to_string().trim_start_matches("ServiceError: ").to_owned();
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

#[cfg(test)]
mod tests {
    use super::super::refused::Refused;
    use super::*;

    fn answer(code: u16, message: &str) -> kube::Error {
        kube::Error::Api(Status::failure(message, "").with_code(code).boxed())
    }

    #[test]
    fn a_server_that_has_just_started_is_known_by_what_it_says() {
        let full = "Internal error occurred: failed to allocate a serviceIP for Service \"istiod\": range is full";
        let plugin = "pods \"a\" is forbidden: not yet ready to handle request";
        let webhook = "Internal error occurred: failed calling webhook \"a.b\": EOF";
        for (code, message, cold) in [(500, full, true), (403, plugin, true), (500, webhook, false)] {
            let error = answer(code, message);
            // Once it stays so it is the object that is refused.
            assert_eq!((is_not_warm(&error), is_transient(&error)), (cold, false), "{message}");
        }
    }

    #[test]
    fn only_the_authorizer_says_who_may() {
        let user = "pods is forbidden: User \"viewer\" cannot create resource \"pods\" in API group \"\"";
        let quota = "pods \"a\" is forbidden: exceeded quota: q, requested: cpu=1, used: cpu=1, limited: cpu=1";
        let security = "pods \"a\" is forbidden: violates PodSecurity \"restricted:latest\": cannot be privileged";
        let ending =
            "pods \"a\" is forbidden: unable to create new content in namespace x because it is being terminated";
        for (message, id) in [(user, "forbidden"), (quota, "refused"), (security, "refused"), (ending, "refused")] {
            assert_eq!(from_kube(answer(403, message), "c", "s", "try").id(), id, "{message}");
            assert_eq!(Refused::of(&answer(403, message)).is_some(), id == "refused", "{message}");
        }
        for (code, hints) in [(500, 1), (503, 1), (422, 0)] {
            assert_eq!(from_kube(answer(code, "no"), "c", "s", "try").hints().len(), hints, "{code}");
        }
        for code in [401, 429, 503, 504] {
            assert!(Refused::of(&answer(code, "no")).is_none(), "{code}");
        }
    }
}
