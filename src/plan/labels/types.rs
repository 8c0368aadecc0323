//! The types of objects that are labelled, by the names kubectl has for them.

use crate::error::{Error, Result};
use crate::object::ObjectId;

/// A type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResourceType {
    group: &'static str,
    kind: &'static str,
    plural: &'static str,
    short: &'static str,
    /// Whether its objects are in namespaces.
    pub namespaced: bool,
}

const fn of(group: &'static str, kind: &'static str, plural: &'static str, short: &'static str) -> ResourceType {
    ResourceType { group, kind, plural, short, namespaced: true }
}

const TYPES: [ResourceType; 13] = [
    ResourceType { namespaced: false, ..of("", "Namespace", "namespaces", "ns") },
    ResourceType { namespaced: false, ..of("", "Node", "nodes", "no") },
    of("", "Pod", "pods", "po"),
    of("", "Service", "services", "svc"),
    of("", "ServiceAccount", "serviceaccounts", "sa"),
    of("", "ConfigMap", "configmaps", "cm"),
    of("", "ReplicationController", "replicationcontrollers", "rc"),
    of("apps", "Deployment", "deployments", "deploy"),
    of("apps", "StatefulSet", "statefulsets", "sts"),
    of("apps", "DaemonSet", "daemonsets", "ds"),
    of("apps", "ReplicaSet", "replicasets", "rs"),
    of("batch", "Job", "jobs", "job"),
    of("batch", "CronJob", "cronjobs", "cj"),
];

impl ResourceType {
    /// The type that a word names: `namespace`, `namespaces`, `ns`, `deployment.apps`, `deployments.v1.apps`.
    ///
    /// # Errors
    /// `unknown-type` (usage) with those there are.
    pub fn named(word: &str) -> Result<Self> {
        let lower = word.to_lowercase();
        let (name, rest) = lower.split_once('.').unwrap_or((&lower, ""));
        let group = rest.strip_prefix("v1").map_or(rest, |rest| rest.trim_start_matches('.'));
        let is_it = |one: &&Self| {
            (name == one.plural || name == one.short || name == one.kind.to_lowercase())
                && (rest.is_empty() || group == one.group)
        };
        TYPES.iter().find(is_it).copied().ok_or_else(|| {
            let known: Vec<String> = TYPES.iter().map(|one| one.kind.to_lowercase()).collect();
            Error::usage("unknown-type", format!("`{word}` is no type of object that is labelled here"))
                .hint(format!("there are {}; kubectl label knows the others", known.join(", ")))
        })
    }

    /// An object of this type.
    pub fn id(self, namespace: Option<&str>, name: &str) -> ObjectId {
        let version = if self.group.is_empty() { "v1".to_owned() } else { format!("{}/v1", self.group) };
        ObjectId::new(&version, self.kind, namespace.filter(|_| self.namespaced), name)
    }

    /// `namespace/default`, `deployment.apps/web`.
    pub fn shown(self, name: &str) -> String {
        let kind = self.kind.to_lowercase();
        if self.group.is_empty() { format!("{kind}/{name}") } else { format!("{kind}.{}/{name}", self.group) }
    }

    /// The head under which kubectl lists an object's labels.
    pub fn heading(self, name: &str) -> String {
        format!("Listing labels for {}.{}/{name}:", self.kind, self.group)
    }

    /// What the API server calls an object that does not exist.
    pub fn not_found(self, name: &str) -> String {
        let group = if self.group.is_empty() { String::new() } else { format!(".{}", self.group) };
        format!("{}{group} \"{name}\" not found", self.plural)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]
    use super::*;

    #[test]
    fn types_have_kubectls_names() {
        for word in ["namespace", "namespaces", "ns", "Namespace", "NS"] {
            assert_eq!(ResourceType::named(word).unwrap().shown("x"), "namespace/x", "{word}");
        }
        for word in ["deploy", "deployment", "deployments", "deployment.apps", "deployments.v1.apps", "Deployment"] {
            assert_eq!(ResourceType::named(word).unwrap().shown("x"), "deployment.apps/x", "{word}");
        }
        for word in ["thing", "deployment.batch", "pods.apps", ""] {
            assert_eq!(ResourceType::named(word).unwrap_err().id(), "unknown-type", "{word}");
        }
        assert_eq!(ResourceType::named("pods.v1").unwrap().shown("x"), "pod/x");
        assert_eq!(ResourceType::named("po").unwrap().heading("x"), "Listing labels for Pod./x:");
        assert_eq!(ResourceType::named("deploy").unwrap().not_found("x"), "deployments.apps \"x\" not found");
    }
}
