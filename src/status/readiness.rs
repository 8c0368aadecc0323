//! Readiness of one object: a table of one pure function per kind, and what holds for every kind.

use crate::object::{Object, ObjectId};
use crate::status::{
    custom_resource_definition, daemon_set, deployment, job, namespace, pod, replica_set, service, stateful_set,
    webhook,
};

/// How one object stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Readiness {
    /// It does what it is there for.
    Ready {
        /// What a person should know nevertheless, such as `no node takes it`.
        note: Option<String>,
    },
    /// It is on its way, or at least not known to have failed.
    Waiting {
        /// Where it stands, such as `0/1 ready`. Text of the cluster in it is raw.
        short: String,
    },
    /// It will not become ready by itself.
    Failed {
        /// The reason the cluster gives, such as `ProgressDeadlineExceeded`.
        reason: String,
        /// The cluster's own sentence about it, raw.
        message: String,
    },
    /// It is being deleted.
    Gone {
        /// What holds it, such as `waits for finalizer kubernetes`.
        short: String,
    },
}

impl Readiness {
    /// Ready with nothing to add.
    pub(crate) const READY: Self = Self::Ready { note: None };

    pub(crate) fn noted(note: impl Into<String>) -> Self {
        Self::Ready { note: Some(note.into()) }
    }

    pub(crate) fn waiting(short: impl Into<String>) -> Self {
        Self::Waiting { short: short.into() }
    }

    pub(crate) fn failed(reason: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Failed { reason: reason.into(), message: message.into() }
    }

    /// Whether it is [`Readiness::Ready`].
    pub fn is_ready(&self) -> bool {
        matches!(self, Self::Ready { .. })
    }
}

/// Readiness of an object of one kind whose generation the controller has seen.
type Judge = fn(&Object) -> Readiness;

/// Every kind with a rule: API group, kind, whether `status.observedGeneration` is to be looked at first, the rule.
const RULES: &[(&str, &str, bool, Judge)] = &[
    ("", "Namespace", false, namespace::ready),
    ("", "Pod", false, pod::ready),
    ("", "Service", false, service::ready),
    ("admissionregistration.k8s.io", "MutatingWebhookConfiguration", false, webhook::ready),
    ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration", false, webhook::ready),
    ("apiextensions.k8s.io", "CustomResourceDefinition", false, custom_resource_definition::ready),
    ("apps", "DaemonSet", true, daemon_set::ready),
    ("apps", "Deployment", true, deployment::ready),
    ("apps", "ReplicaSet", true, replica_set::ready),
    ("apps", "StatefulSet", true, stateful_set::ready),
    ("batch", "Job", false, job::ready),
];

fn rule(id: &ObjectId) -> Option<(bool, Judge)> {
    let found = RULES.iter().find(|(group, kind, ..)| *group == id.group && *kind == id.kind);
    found.map(|(.., generation, rule)| (*generation, *rule))
}

/// Whether objects of this kind can be waited for: every other kind is ready as soon as it is there.
pub fn has_rule(id: &ObjectId) -> bool {
    rule(id).is_some()
}

/// How `object` stands.
///
/// What holds for every kind comes first: an object that is being deleted is [`Readiness::Gone`], and a controller that has
/// not seen the newest `metadata.generation` yet tells nothing about it. Then the rule of the kind decides; an object of a
/// kind without one is ready by being there.
pub fn ready(object: &Object) -> Readiness {
    ready_at(object, None)
}

/// Like [`ready`], and an object older than `generation`, which a write has returned, is still on its way.
///
/// A watch may show the object as it was before the write; such a picture must not count.
pub fn ready_at(object: &Object, generation: Option<i64>) -> Readiness {
    if object.text("/metadata/deletionTimestamp").is_some() {
        return Readiness::Gone { short: deletion(object) };
    }
    let actual = object.int("/metadata/generation");
    if let (Some(wanted), Some(actual)) = (generation, actual)
        && actual < wanted
    {
        return Readiness::waiting("the change is not seen yet");
    }
    let Some((observes, rule)) = rule(&object.id()) else { return Readiness::READY };
    if observes && object.int("/status/observedGeneration").unwrap_or(-1) < actual.unwrap_or(0) {
        return Readiness::waiting("the change is not seen by its controller yet");
    }
    rule(object)
}

fn deletion(object: &Object) -> String {
    let finalizers: Vec<&str> = ["/metadata/finalizers", "/spec/finalizers"]
        .iter()
        .flat_map(|pointer| object.list(pointer))
        .filter_map(|finalizer| finalizer.as_str())
        .collect();
    if finalizers.is_empty() {
        return "being deleted".to_owned();
    }
    format!("being deleted, waits for finalizer {}", finalizers.join(", "))
}

/// `(status, reason, message)` of a condition, where the object has it.
pub(crate) fn condition<'a>(object: &'a Object, kind: &str) -> Option<(&'a str, &'a str, &'a str)> {
    let found = object.list("/status/conditions").iter().find(|condition| condition["type"] == kind)?;
    let text = |field: &str| found.get(field).and_then(|value| value.as_str()).unwrap_or_default();
    Some((text("status"), text("reason"), text("message")))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
pub(crate) mod tests {
    use super::*;
    use serde_json::{Value, json};

    /// An object of `kind` made of `rest`, with generation 2 where `rest` gives none.
    pub(crate) fn object(api_version: &str, kind: &str, rest: &Value) -> Object {
        let mut value = json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": "a", "namespace": "n", "generation": 2}});
        for (key, part) in rest.as_object().unwrap() {
            if key == "metadata" {
                for (key, part) in part.as_object().unwrap() {
                    value["metadata"][key] = part.clone();
                }
            } else {
                value[key] = part.clone();
            }
        }
        Object::new(value).unwrap()
    }

    /// Runs a table of states: what the object holds, and the words its readiness is shown with.
    pub(crate) fn check(api_version: &str, kind: &str, table: &[(Value, &str)]) {
        for (state, expected) in table {
            let shown = match ready(&object(api_version, kind, state)) {
                Readiness::Ready { note: None } => "ready".to_owned(),
                Readiness::Ready { note: Some(note) } => format!("ready: {note}"),
                Readiness::Waiting { short } => format!("waiting: {short}"),
                Readiness::Failed { reason, message } => format!("failed: {reason}: {message}"),
                Readiness::Gone { short } => format!("gone: {short}"),
            };
            assert_eq!(&shown, expected, "{kind} {state}");
        }
    }

    #[test]
    fn what_holds_for_every_kind() {
        check(
            "apps/v1",
            "Deployment",
            &[
                (json!({"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}}), "gone: being deleted"),
                (
                    json!({"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z", "finalizers": ["a/b", "c"]}}),
                    "gone: being deleted, waits for finalizer a/b, c",
                ),
                (json!({"status": {"observedGeneration": 1}}), "waiting: the change is not seen by its controller yet"),
                (json!({}), "waiting: the change is not seen by its controller yet"),
            ],
        );
        check("v1", "ConfigMap", &[(json!({}), "ready")]);
    }

    #[test]
    fn a_picture_from_before_the_write_does_not_count() {
        let map = object("v1", "ConfigMap", &json!({}));
        assert!(ready_at(&map, Some(2)).is_ready());
        assert!(!ready_at(&map, Some(3)).is_ready());
    }

    #[test]
    fn rules_are_sorted_and_name_a_kind_once() {
        let names: Vec<_> = RULES.iter().map(|(group, kind, ..)| (group, kind)).collect();
        assert!(names.windows(2).all(|pair| pair[0] < pair[1]), "{names:?}");
    }
}
