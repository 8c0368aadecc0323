//! What a server's status says, as a type.

use std::time::Duration;

use kube::core::Status;
use kube::core::response::{StatusCause, reason};

use super::failure::is_transient;
use super::words;
use crate::error::{Admission, FieldCause, Held, Refusal};

/// The cause by which the server says that nothing new comes into a namespace that goes.
const ENDING: &str = "NamespaceTerminating";
/// … that a PodDisruptionBudget does not allow an eviction.
const BUDGET: &str = "DisruptionBudget";
/// … that another manager owns a field.
const HELD: &str = "FieldManagerConflict";

/// A request that the server took and said no to, of an object's own fault or of admission's.
#[derive(Debug, Clone)]
pub struct Refused {
    /// What it was.
    pub refusal: Refusal,
    /// The server's sentence, raw.
    pub message: String,
}

impl Refused {
    /// What of `error` is a refusal of the object: not of who we are, and not passing.
    pub(super) fn of(error: &kube::Error) -> Option<Self> {
        let kube::Error::Api(status) = error else { return None };
        let refusal = refusal(status);
        if is_transient(error) || refusal.is_about_us() {
            return None;
        }
        Some(Self { refusal, message: status.message.clone() })
    }

    /// Whether a ResourceQuota has no room for it.
    pub fn is_over_quota(&self) -> bool {
        words::is_over_quota(&self.message)
    }

    /// Whether the server speaks of a part of the object by its name. Quota and Pod Security name containers nowhere else.
    pub fn speaks_of(&self, name: &str) -> bool {
        self.message.contains(name)
    }
}

/// What `status` says.
pub(super) fn refusal(status: &Status) -> Refusal {
    let message = status.message.as_str();
    // Webhooks and policies choose reason and code as they like.
    if let Some(name) = words::denied_by(message) {
        return Refusal::AdmissionDenied { by: Admission::Webhook(name.to_owned()) };
    }
    if let Some(name) = words::policy(message) {
        return Refusal::AdmissionDenied { by: Admission::Policy(name.to_owned()) };
    }
    if let Some((webhook, why)) = words::not_called(message) {
        return Refusal::WebhookNotCalled { webhook: webhook.to_owned(), why: why.to_owned() };
    }
    let retry_after = retry_after(status);
    let by =
        |known: &str, code: u16| status.reason == known || (!reason::is_known(&status.reason) && status.code == code);
    match () {
        () if by(reason::UNAUTHORIZED, 401) => Refusal::Unauthorized,
        () if by(reason::FORBIDDEN, 403) => forbidden(status),
        () if by(reason::NOT_FOUND, 404) => Refusal::NotFound,
        () if status.reason == reason::ALREADY_EXISTS => Refusal::AlreadyExists,
        () if by(reason::CONFLICT, 409) => Refusal::Conflict { fields: causes(status).filter_map(held).collect() },
        () if by(reason::GONE, 410) || status.reason == reason::EXPIRED => Refusal::Expired,
        () if by(reason::INVALID, 422) => Refusal::Invalid { causes: causes(status).map(cause).collect() },
        () if by(reason::TOO_MANY_REQUESTS, 429) => {
            let by_budget = causes(status).any(|cause| cause.reason == BUDGET);
            Refusal::TooManyRequests { retry_after, by_budget }
        }
        () if by(reason::SERVICE_UNAVAILABLE, 503) => Refusal::ServiceUnavailable { retry_after },
        () if by(reason::TIMEOUT, 504) || status.reason == reason::SERVER_TIMEOUT => Refusal::Timeout { retry_after },
        () if by(reason::INTERNAL_ERROR, 500) => Refusal::Internal,
        () => Refusal::Other { code: status.code },
    }
}

fn forbidden(status: &Status) -> Refusal {
    if let Some(verb) = words::forbidden_verb(&status.message) {
        let (kind, group) = status.details.as_ref().map_or(("", ""), |of| (of.kind.as_str(), of.group.as_str()));
        let dot = if group.is_empty() { "" } else { "." };
        return Refusal::Forbidden { verb: verb.to_owned(), resource: format!("{kind}{dot}{group}") };
    }
    let ending = causes(status).any(|cause| cause.reason == ENDING);
    Refusal::AdmissionDenied { by: if ending { Admission::EndingNamespace } else { Admission::Plugin } }
}

fn causes(status: &Status) -> impl Iterator<Item = &StatusCause> {
    status.details.iter().flat_map(|details| &details.causes)
}

fn cause(cause: &StatusCause) -> FieldCause {
    let StatusCause { reason, message, field } = cause.clone();
    let unchangeable = words::is_unchangeable(&message);
    FieldCause { field, reason, message, unchangeable }
}

fn held(cause: &StatusCause) -> Option<Held> {
    let manager = words::manager(&cause.message).unwrap_or_default().to_owned();
    (cause.reason == HELD).then(|| Held { field: cause.field.clone(), manager })
}

fn retry_after(status: &Status) -> Option<Duration> {
    let seconds = status.details.as_ref()?.retry_after_seconds;
    (seconds > 0).then(|| Duration::from_secs(u64::from(seconds)))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn read(status: Value) -> Refusal {
        refusal(&serde_json::from_value(status).unwrap())
    }

    #[test]
    fn what_the_server_says_has_a_type() {
        let field =
            |field: &str, message: &str| json!({"reason": "FieldValueInvalid", "message": message, "field": field});
        let cause = |field: &str, message: &str, unchangeable| FieldCause {
            field: field.to_owned(),
            reason: "FieldValueInvalid".to_owned(),
            message: message.to_owned(),
            unchangeable,
        };
        let user = "deployments.apps is forbidden: User \"viewer\" cannot patch resource \"deployments\" in API group \"apps\"";
        let held = json!([{"reason": "FieldManagerConflict", "message": "conflict with \"helm\" using apps/v1", "field": ".spec.replicas"}]);
        let ending = json!([{"reason": "NamespaceTerminating", "message": "namespace x is being terminated", "field": "metadata.namespace"}]);
        let budget = json!([{"reason": "DisruptionBudget", "message": "The disruption budget b needs 1 healthy pods"}]);
        let plugin = || Refusal::AdmissionDenied { by: Admission::Plugin };
        let table = [
            (json!({"code": 401, "reason": "Unauthorized"}), Refusal::Unauthorized),
            (
                json!({"code": 403, "reason": "Forbidden", "message": user, "details": {"group": "apps", "kind": "deployments"}}),
                Refusal::Forbidden { verb: "patch".to_owned(), resource: "deployments.apps".to_owned() },
            ),
            (
                json!({"code": 403, "reason": "Forbidden", "message": "pods \"a\" is forbidden: exceeded quota: q"}),
                plugin(),
            ),
            (
                json!({"code": 403, "reason": "Forbidden", "message": "pods \"a\" is forbidden: x", "details": {"causes": ending}}),
                Refusal::AdmissionDenied { by: Admission::EndingNamespace },
            ),
            (
                json!({"code": 422, "reason": "Invalid", "message": "ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no"}),
                Refusal::AdmissionDenied { by: Admission::Policy("p".to_owned()) },
            ),
            (
                json!({"code": 409, "reason": "Conflict", "message": "admission webhook \"w\" denied the request: no"}),
                Refusal::AdmissionDenied { by: Admission::Webhook("w".to_owned()) },
            ),
            (
                json!({"code": 500, "reason": "InternalError", "message": "failed calling webhook \"w\": failed to call webhook: EOF"}),
                Refusal::WebhookNotCalled { webhook: "w".to_owned(), why: "EOF".to_owned() },
            ),
            (json!({"code": 404, "reason": "NotFound"}), Refusal::NotFound),
            (json!({"code": 404, "reason": "odd"}), Refusal::NotFound),
            (json!({"code": 409, "reason": "AlreadyExists"}), Refusal::AlreadyExists),
            (json!({"code": 409, "reason": "Conflict"}), Refusal::Conflict { fields: vec![] }),
            (
                json!({"code": 409, "reason": "Conflict", "details": {"causes": held}}),
                Refusal::Conflict {
                    fields: vec![Held { field: ".spec.replicas".to_owned(), manager: "helm".to_owned() }],
                },
            ),
            (json!({"code": 410, "reason": "Expired"}), Refusal::Expired),
            (json!({"code": 410, "reason": "Gone"}), Refusal::Expired),
            (
                json!({"code": 422, "reason": "Invalid", "details": {"causes": [
                    field("spec.selector", "Invalid value: {}: field is immutable"), field("spec.x", "Invalid value: 0: odd")]}}),
                Refusal::Invalid {
                    causes: vec![
                        cause("spec.selector", "Invalid value: {}: field is immutable", true),
                        cause("spec.x", "Invalid value: 0: odd", false),
                    ],
                },
            ),
            (
                json!({"code": 429, "reason": "TooManyRequests", "details": {"retryAfterSeconds": 7}}),
                Refusal::TooManyRequests { retry_after: Some(Duration::from_secs(7)), by_budget: false },
            ),
            (
                json!({"code": 429, "reason": "TooManyRequests", "details": {"causes": budget}}),
                Refusal::TooManyRequests { retry_after: None, by_budget: true },
            ),
            (json!({"code": 500, "reason": "ServerTimeout"}), Refusal::Timeout { retry_after: None }),
            (json!({"code": 504, "reason": "Timeout"}), Refusal::Timeout { retry_after: None }),
            (json!({"code": 503}), Refusal::ServiceUnavailable { retry_after: None }),
            (json!({"code": 500, "reason": "InternalError"}), Refusal::Internal),
            (json!({"code": 400, "reason": "BadRequest"}), Refusal::Other { code: 400 }),
        ];
        for (status, wanted) in table {
            assert_eq!(read(status.clone()), wanted, "{status}");
        }
    }
}
