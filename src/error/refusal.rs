//! What an API server said no with, as a type: code that goes on after a refusal asks this, never an id or a sentence.

use std::time::Duration;

/// A request that the server understood and did not carry out, by what it said in `Status.reason` and `Status.details`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Somebody else has written: the object has changed in between (no fields), or others own fields of an apply.
    Conflict {
        /// Fields that others own.
        fields: Vec<Held>,
    },
    /// What was to be created is there.
    AlreadyExists,
    /// The object, or the change, breaks a rule. A JSON patch that does not fit has no causes.
    Invalid {
        /// What is wrong, one a field.
        causes: Vec<FieldCause>,
    },
    /// The object, or the place where it would be, does not exist.
    NotFound,
    /// We may not do this, whatever the object.
    Forbidden {
        /// `create`, `patch`, …
        verb: String,
        /// The path segment of the kind with its group, such as `deployments.apps`.
        resource: String,
    },
    /// The server does not know who we are.
    Unauthorized,
    /// A resource version, or a page, that the server has no longer.
    Expired,
    /// Too much is asked of the server now, or a budget does not allow an eviction now.
    TooManyRequests {
        /// When to ask again, where the server says it.
        retry_after: Option<Duration>,
        /// Whether a PodDisruptionBudget says no.
        by_budget: bool,
    },
    /// Admission looked at the object and said no.
    AdmissionDenied {
        /// Who.
        by: Admission,
    },
    /// An admission webhook that fails closed could not be asked.
    WebhookNotCalled {
        /// Its name.
        webhook: String,
        /// What went wrong on the way to it.
        why: String,
    },
    /// The server, or what is behind it, took too long.
    Timeout {
        /// When to ask again, where the server says it.
        retry_after: Option<Duration>,
    },
    /// The server, or what is behind it, does not answer now.
    ServiceUnavailable {
        /// When to ask again, where the server says it.
        retry_after: Option<Duration>,
    },
    /// Something went wrong in the server.
    Internal,
    /// Anything else, by its HTTP status.
    Other {
        /// The HTTP status.
        code: u16,
    },
}

/// A field that another manager owns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Such as `.spec.replicas`.
    pub field: String,
    /// Its owner.
    pub manager: String,
}

/// One thing that is wrong with an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldCause {
    /// Such as `spec.ports[0].port`.
    pub field: String,
    /// What sort of cause it is, such as `FieldValueInvalid`.
    pub reason: String,
    /// The server's sentence, raw.
    pub message: String,
    /// Whether the value is wrong only because it is another than what is there: a new object might have it.
    pub unchangeable: bool,
}

/// Who looks at objects before the server takes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Admission {
    /// A webhook, by its name.
    Webhook(String),
    /// A ValidatingAdmissionPolicy, by its name.
    Policy(String),
    /// The namespace is being deleted: nothing new comes into it.
    EndingNamespace,
    /// A plugin of the server: a quota, Pod Security, …
    Plugin,
}

impl Refusal {
    /// Whether somebody else was there first: it exists, or has changed.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Conflict { .. } | Self::AlreadyExists)
    }

    /// Whether it is about who we are, and not about the object.
    pub fn is_about_us(&self) -> bool {
        matches!(self, Self::Forbidden { .. } | Self::Unauthorized)
    }

    /// The field that cannot be changed, where nothing else is wrong: a new object might have it. (That an object has to go
    /// and come again helps only where all that is wrong is of this sort.)
    pub fn unchangeable(&self) -> Option<&str> {
        let Self::Invalid { causes } = self else { return None };
        let first = causes.first()?;
        causes.iter().all(|cause| cause.unchangeable).then_some(first.field.as_str())
    }

    /// How long the server wants to be left alone.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::TooManyRequests { retry_after, .. }
            | Self::Timeout { retry_after }
            | Self::ServiceUnavailable { retry_after } => *retry_after,
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_made_anew_only_where_nothing_else_is_wrong() {
        let cause = |field: &str, unchangeable| FieldCause {
            field: field.to_owned(),
            reason: "FieldValueInvalid".to_owned(),
            message: String::new(),
            unchangeable,
        };
        let table = [
            (vec![cause("spec.selector", true)], Some("spec.selector")),
            (vec![cause("spec.selector", true), cause("spec.replicas", false)], None),
            (vec![cause("spec.replicas", false)], None),
            (vec![], None),
        ];
        for (causes, field) in table {
            let refusal = Refusal::Invalid { causes };
            assert_eq!(refusal.unchangeable(), field, "{refusal:?}");
        }
        assert_eq!(Refusal::NotFound.unchangeable(), None);
    }
}
