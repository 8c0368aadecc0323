//! What came of a workload.

use std::fmt;

use serde_json::Value;

use super::Rule;

/// A workload after [`Injector::inject`](super::Injector::inject).
#[derive(Debug, Clone, Default)]
pub struct Injected {
    /// The workload, injected or as it was. Its keys are in Kubernetes' order where the kind is known.
    pub object: Value,
    /// Whether it is of a kind that injection looks at: any other came back untouched.
    pub known: bool,
    /// Whether anything was injected: into the object, or into one of a List.
    pub injected: bool,
    /// What decided, for each workload in it that has a pod (one, or several in a List), with `Kind/name` or
    /// `Kind/namespace/name`.
    pub decisions: Vec<(String, bool, Rule)>,
    /// What should be known of a workload.
    pub warnings: Vec<(String, Warning)>,
}

/// What should be known of a workload after injection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// It has pods, and is of a kind that is not injected; its `apiVersion`.
    UnknownKind(String),
    /// The templates put a container of this name into both lists of the pod, as istiod does too: it is not valid.
    Twice(String),
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownKind(version) => write!(
                f,
                "this kind of {version} is not one whose files are injected; its pods are, when they are made, where labels \
                 ask for it"
            ),
            Self::Twice(name) => write!(
                f,
                "container {name} is in both lists of the pod, as istiod would have it too, and Kubernetes takes no such pod; \
                 in inject.istio.io/templates name the template that changes it before the one that makes it"
            ),
        }
    }
}
