//! Which lists have keys, and which lists and maps are one value: as the API server merges them (server-side apply).
//!
//! `managedFields` tells for every list that somebody holds an element of; the table is for the rest. It is that of
//! Kubernetes' own types (`x-kubernetes-list-type`, `-list-map-keys`, `-map-type`). A list that is in neither is atomic.

use serde_json::{Value, json};

use crate::plan::managed::Managed;
use crate::plan::path::{Path, Step, default_of_key};

/// How a list is merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ListKind {
    /// Element by element, told apart by these fields.
    Keyed(Vec<String>),
    /// Value by value.
    Set,
    /// As one value.
    Atomic,
}

/// The list's name, the names of fields it may stand in (none: any), its keys.
const KEYED: &[(&str, &[&str], &[&str])] = &[
    ("containers", &[], &["name"]),
    ("initContainers", &[], &["name"]),
    ("ephemeralContainers", &[], &["name"]),
    ("volumes", &[], &["name"]),
    ("env", &[], &["name"]),
    ("volumeMounts", &[], &["mountPath"]),
    ("volumeDevices", &[], &["devicePath"]),
    ("ports", &["containers", "initContainers"], &["containerPort", "protocol"]),
    ("ports", &["spec"], &["port", "protocol"]),
    // A ServiceAccount's list of the same name stands at its root and is atomic.
    ("imagePullSecrets", &["spec"], &["name"]),
    ("secrets", &[""], &["name"]),
    ("hostAliases", &[], &["ip"]),
    ("topologySpreadConstraints", &[], &["topologyKey", "whenUnsatisfiable"]),
    ("schedulingGates", &[], &["name"]),
    ("resourceClaims", &[], &["name"]),
    ("webhooks", &[""], &["name"]),
    ("matchConditions", &[], &["name"]),
    ("variables", &[], &["name"]),
    ("ownerReferences", &["metadata"], &["uid"]),
    ("listeners", &["spec"], &["name"]),
];

const SETS: &[&str] = &["finalizers", "validationActions"];

/// Maps that the API server takes as one value.
const ATOMIC_MAPS: &[&str] = &[
    "selector",
    "nodeSelector",
    "namespaceSelector",
    "objectSelector",
    "podSelector",
    "labelSelector",
    "scopeSelector",
    "roleRef",
    "fieldRef",
    "resourceFieldRef",
    "secretKeyRef",
    "configMapKeyRef",
    "scaleTargetRef",
    "matchConstraints",
    "requiredDuringSchedulingIgnoredDuringExecution",
];

/// How the list at `path` is merged.
pub(super) fn kind(path: &Path, managed: &Managed, native: bool) -> ListKind {
    if let Some(keys) = managed.keys_of_list(path) {
        return ListKind::Keyed(keys);
    }
    if managed.is_set(path) {
        return ListKind::Set;
    }
    let fields = path.fields();
    let Some((name, above)) = fields.split_last() else { return ListKind::Atomic };
    let parent = above.last().copied().unwrap_or_default();
    let keyed = KEYED.iter().find(|(list, parents, _)| {
        list == name
            && (parents.is_empty() || parents.contains(&parent))
            && (native || *list == "ownerReferences" || *list == "listeners")
    });
    match keyed {
        Some((.., keys)) => ListKind::Keyed(keys.iter().map(|key| (*key).to_owned()).collect()),
        None if SETS.contains(name) => ListKind::Set,
        None => ListKind::Atomic,
    }
}

/// Whether the map at `path` is one value.
pub(super) fn is_atomic_map(path: &Path, native: bool) -> bool {
    native && matches!(path.steps().last(), Some(Step::Field(name)) if ATOMIC_MAPS.contains(&name.as_str()))
}

/// The step to an element of a list with these keys; a key that is left out has its default.
pub(super) fn step(element: &Value, keys: &[String]) -> Step {
    Step::key(keys.iter().map(|key| {
        let value = element.get(key).filter(|value| !value.is_null()).cloned();
        (key.clone(), value.or_else(|| default_of_key(key).map(|default| json!(default))).unwrap_or(Value::Null))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_merged_as_the_api_server_does() {
        let keyed = |keys: &[&str]| ListKind::Keyed(keys.iter().map(|key| (*key).to_owned()).collect());
        let pod = ["spec", "template", "spec"];
        let table: &[(&[&str], bool, ListKind)] = &[
            (&["spec", "ports"], true, keyed(&["port", "protocol"])),
            (&["ports"], true, ListKind::Atomic),
            (&["spec", "ingress", "ports"], true, ListKind::Atomic),
            (&[pod[0], pod[1], pod[2], "containers", "ports"], true, keyed(&["containerPort", "protocol"])),
            (&[pod[0], pod[1], pod[2], "containers", "args"], true, ListKind::Atomic),
            (&[pod[0], pod[1], pod[2], "imagePullSecrets"], true, keyed(&["name"])),
            (&["imagePullSecrets"], true, ListKind::Atomic),
            (&["secrets"], true, keyed(&["name"])),
            (&["webhooks"], true, keyed(&["name"])),
            (&["webhooks", "rules"], true, ListKind::Atomic),
            (&["rules"], true, ListKind::Atomic),
            (&["metadata", "finalizers"], true, ListKind::Set),
            (&["spec", "servers"], false, ListKind::Atomic),
            (&["spec", "ports"], false, ListKind::Atomic),
        ];
        for (fields, native, expected) in table {
            assert_eq!(&kind(&Path::of(fields), &Managed::default(), *native), expected, "{fields:?}");
        }
    }
}
