//! Reasons not to act on an object: one each.

use std::fmt;

use crate::istio::label::NOT_PRUNED;
use crate::istio::{label, maker};
use crate::object::Object;
use crate::plan::managed::Managed;
use crate::plan::ownership::Context;

/// The annotation by which Helm is told to leave an object.
pub const KEEP: &str = "helm.sh/resource-policy";
/// On what was taken over from a release that goes on with Helm: the mark above is for Helm alone.
pub const ADOPTED: &str = "mesh/adopted-from";

/// Why an object is not touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// It is being deleted: what is written now goes with it.
    BeingDeleted,
    /// It belongs to a Helm release, which would put it back or delete it later.
    HelmRelease {
        /// The release.
        name: String,
        /// The release's namespace.
        namespace: String,
    },
    /// A label or annotation asks for it to be kept.
    Kept {
        /// The label or annotation.
        by: &'static str,
    },
    /// Deleting it would delete objects of users.
    HoldsOthers,
    /// No installation of Istio holds anything of it: somebody else has put it there since.
    NotOurs,
    /// Another revision uses it.
    OtherRevision {
        /// That revision.
        revision: String,
    },
    /// Other revisions need it.
    Shared,
    /// Another installation's record lists it.
    WantedBy {
        /// That installation.
        installation: String,
    },
    /// The revision that it serves is in use.
    InUse {
        /// That revision.
        revision: String,
        /// By whom, a line each.
        users: String,
    },
    /// It is gone already.
    Gone,
}

/// A predicate about the object: `belongs to the Helm release …`.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BeingDeleted => f.write_str("is being deleted"),
            Self::HelmRelease { name, namespace } => write!(f, "belongs to the Helm release {namespace}/{name}"),
            Self::Kept { by } => write!(f, "is kept by {by}"),
            Self::HoldsOthers => f.write_str("may hold objects of users"),
            Self::NotOurs => f.write_str("was not written by an installation of Istio"),
            Self::OtherRevision { revision } => write!(f, "is of revision {revision}"),
            Self::Shared => f.write_str("is needed by other revisions"),
            Self::WantedBy { installation } => write!(f, "is wanted by installation {installation}"),
            Self::InUse { revision, users } => {
                write!(f, "is in use ({users}); to remove it: mesh uninstall --revision {revision}")
            }
            Self::Gone => f.write_str("is gone already"),
        }
    }
}

/// Why `live` is not to be written to; none where it may be.
pub fn apply(live: &Object, context: &Context) -> Option<Reason> {
    if live.text("/metadata/deletionTimestamp").is_some() {
        return Some(Reason::BeingDeleted);
    }
    helm_release(live).filter(|_| !context.adopts())
}

/// Why `live`, which is not wanted any more, is not to be deleted; none where it may be.
pub fn prune(live: Option<&Object>) -> Option<Reason> {
    let Some(live) = live else { return Some(Reason::Gone) };
    if live.text("/metadata/deletionTimestamp").is_some() {
        return Some(Reason::BeingDeleted);
    }
    if matches!(live.kind(), "CustomResourceDefinition" | "Namespace") {
        return Some(Reason::HoldsOthers);
    }
    if let Some(by) = kept(live) {
        return Some(Reason::Kept { by });
    }
    taken(live)
}

/// Why `live` is not to be deleted where its whole installation goes; none where it may be. What an installation keeps
/// while it goes on (tags) goes with it.
pub fn remove(live: &Object) -> Option<Reason> {
    if live.text("/metadata/deletionTimestamp").is_some() {
        return Some(Reason::BeingDeleted);
    }
    match kept(live) {
        Some(by) if by != NOT_PRUNED => Some(Reason::Kept { by }),
        _ => taken(live),
    }
}

/// Why `live` is not ours to write: a Helm release or another manager has it; none where nobody does.
fn taken(live: &Object) -> Option<Reason> {
    if let Some(release) = helm_release(live) {
        return Some(release);
    }
    let managed = Managed::of(live);
    let ours = managed.entries().is_empty() || managed.entries().iter().any(|entry| entry.installs());
    (!ours).then_some(Reason::NotOurs)
}

/// That `live`, which `revision` does not want any more, belongs to another revision: what revisions share carries the
/// label of the last one that wrote it.
pub fn of_other_revision(live: &Object, revision: &str) -> Option<Reason> {
    let other = live.label(label::REVISION).filter(|other| *other != revision)?;
    Some(Reason::OtherRevision { revision: other.to_owned() })
}

/// The label or annotation by which an object asks to be kept.
fn kept(live: &Object) -> Option<&'static str> {
    // Istio writes its own mark as a label.
    if live.label(NOT_PRUNED) == Some("true") || live.annotation(NOT_PRUNED) == Some("true") {
        return Some(NOT_PRUNED);
    }
    (live.annotation(KEEP) == Some("keep") && live.annotation(ADOPTED).is_none()).then_some(KEEP)
}

fn helm_release(live: &Object) -> Option<Reason> {
    let (namespace, name) = maker::release(live)?;
    Some(Reason::HelmRelease { name: name.to_owned(), namespace: namespace.to_owned() })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn object(kind: &str, metadata: Value) -> Object {
        let mut value = json!({"apiVersion": "v1", "kind": kind, "metadata": metadata});
        value["metadata"]["name"] = json!("a");
        Object::new(value).unwrap()
    }

    #[test]
    fn each_reason_not_to_write() {
        let helm = json!({"annotations": {"meta.helm.sh/release-name": "r", "meta.helm.sh/release-namespace": "n"}});
        let release = Some(Reason::HelmRelease { name: "r".to_owned(), namespace: "n".to_owned() });
        let table = [
            (json!({}), None),
            (json!({"labels": {"app.kubernetes.io/managed-by": "Helm"}}), None),
            (json!({"deletionTimestamp": "2026-01-01T00:00:00Z"}), Some(Reason::BeingDeleted)),
            (helm.clone(), release),
        ];
        for (metadata, reason) in table {
            assert_eq!(apply(&object("Service", metadata.clone()), &Context::default()), reason, "{metadata}");
        }
        assert_eq!(apply(&object("Service", helm), &Context::default().adopting()), None);
    }

    #[test]
    fn each_reason_not_to_delete() {
        let not_pruned = "install.operator.istio.io/owning-resource-not-pruned";
        let managed = |manager: &str| json!({"managedFields": [{"manager": manager, "operation": "Apply", "fieldsV1": {"f:data": {}}}]});
        let kept = |by| Some(Reason::Kept { by });
        let table = [
            ("Service", json!({}), None),
            ("Service", managed("istio-operator"), None),
            ("Service", managed("kubectl-create"), Some(Reason::NotOurs)),
            ("Service", json!({"labels": {not_pruned: "true"}}), kept(not_pruned)),
            ("Service", json!({"annotations": {not_pruned: "true"}}), kept(not_pruned)),
            ("Service", json!({"annotations": {"helm.sh/resource-policy": "keep"}}), kept("helm.sh/resource-policy")),
            ("Namespace", json!({}), Some(Reason::HoldsOthers)),
            ("CustomResourceDefinition", json!({}), Some(Reason::HoldsOthers)),
            ("Service", json!({"deletionTimestamp": "2026-01-01T00:00:00Z"}), Some(Reason::BeingDeleted)),
        ];
        for (kind, metadata, reason) in table {
            assert_eq!(prune(Some(&object(kind, metadata.clone()))), reason, "{kind} {metadata}");
        }
        assert_eq!(prune(None), Some(Reason::Gone));
        let canary = object("Service", json!({"labels": {"istio.io/rev": "canary"}}));
        assert_eq!(of_other_revision(&canary, "canary"), None);
        assert_eq!(
            of_other_revision(&canary, "default"),
            Some(Reason::OtherRevision { revision: "canary".to_owned() })
        );
    }
}
