//! The Pod Security Standards of Kubernetes: what a pod may not ask for in a namespace that enforces one.
//!
//! The figures are those of the standards' documentation (`policy` v1.36), as far as objects of a mesh can come near them:
//! fields of Windows and sysctls are not looked at.

use serde_json::Value;

use super::injection::{Injectors, probe};
use crate::error::Result;
use crate::inject::Namespace;
use crate::istio::INJECTED;
use crate::object::Object;

/// The namespace label that says which standard holds.
pub const ENFORCE: &str = "pod-security.kubernetes.io/enforce";

/// A standard, the laxest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standard {
    /// Everything may be asked for.
    Privileged,
    /// Nothing that reaches the node.
    Baseline,
    /// Only what follows today's best practice.
    Restricted,
}

impl Standard {
    /// By the value of the label; what is no standard is enforced by nobody.
    pub fn named(name: &str) -> Self {
        match name {
            "baseline" => Self::Baseline,
            "restricted" => Self::Restricted,
            _ => Self::Privileged,
        }
    }
}

/// What containers may add under `baseline`.
const MAY_ADD: [&str; 13] = [
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

/// The volumes that `restricted` takes.
const VOLUMES: [&str; 8] =
    ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"];

/// What in the `spec` of a pod the standard forbids, a few words each; nothing where it is taken.
pub fn breaches(level: Standard, spec: &Value) -> Vec<String> {
    let mut found = Vec::new();
    if level >= Standard::Baseline {
        baseline(spec, &mut found);
    }
    if level >= Standard::Restricted {
        restricted(spec, &mut found);
    }
    found
}

/// The standard that a namespace enforces.
pub fn of_namespace(namespace: &Object) -> Standard {
    namespace.label(ENFORCE).map_or(Standard::Privileged, Standard::named)
}

/// What of the containers that injection adds to pods of `namespace` with these labels its standard forbids; none where none
/// are added, or where it is not known what they are.
///
/// # Errors
/// Where istiod refuses every pod: a template that fails.
pub fn of_injected(
    injection: &Injectors,
    namespace: &Object,
    labels: &[(String, String)],
) -> Result<Option<Vec<String>>> {
    let probe = probe(namespace.name(), labels);
    let outlook = injection.outlook(&Namespace::of(namespace), namespace.value(), &probe)?;
    let Some(mut spec) = outlook.pod.map(|mut pod| pod["spec"].take()) else { return Ok(None) };
    for list in ["initContainers", "containers"] {
        if let Some(containers) = spec[list].as_array_mut() {
            containers.retain(|one| one["name"].as_str().is_some_and(|name| INJECTED.contains(&name)));
        }
    }
    Ok(Some(breaches(of_namespace(namespace), &spec)))
}

fn containers(spec: &Value) -> impl Iterator<Item = &Value> {
    ["initContainers", "containers"].into_iter().flat_map(|list| spec[list].as_array().into_iter().flatten())
}

/// The names of the containers for which something holds, as `container a` or `containers a, b`.
fn named(spec: &Value, holds: impl Fn(&Value) -> bool) -> Option<String> {
    let names: Vec<&str> = containers(spec).filter(|one| holds(one)).filter_map(|one| one["name"].as_str()).collect();
    match names.as_slice() {
        [] => None,
        [one] => Some(format!("container {one}")),
        many => Some(format!("containers {}", many.join(", "))),
    }
}

fn added(container: &Value) -> impl Iterator<Item = &str> {
    container["securityContext"]["capabilities"]["add"].as_array().into_iter().flatten().filter_map(Value::as_str)
}

fn baseline(spec: &Value, found: &mut Vec<String>) {
    for field in ["hostNetwork", "hostPID", "hostIPC"] {
        if spec[field] == true {
            found.push(format!("{field}=true"));
        }
    }
    let host_path = |volume: &Value| volume.get("hostPath").is_some_and(|path| !path.is_null());
    if spec["volumes"].as_array().into_iter().flatten().any(host_path) {
        found.push("hostPath volumes".to_owned());
    }
    let context = |container: &Value, field: &str| container["securityContext"][field].clone();
    if let Some(names) = named(spec, |one| context(one, "privileged") == true) {
        found.push(format!("privileged ({names})"));
    }
    if let Some(names) = named(spec, |one| added(one).any(|name| !MAY_ADD.contains(&name))) {
        let mut all: Vec<&str> = containers(spec).flat_map(added).filter(|name| !MAY_ADD.contains(name)).collect();
        all.sort_unstable();
        all.dedup();
        found.push(format!("capabilities {} ({names})", all.join(", ")));
    }
    let host_port = |one: &Value| {
        let mut ports = one["ports"].as_array().into_iter().flatten();
        ports.any(|port| port["hostPort"].as_i64().is_some_and(|port| port != 0))
    };
    if let Some(names) = named(spec, host_port) {
        found.push(format!("host ports ({names})"));
    }
    let unconfined = |holder: &Value| holder["securityContext"]["seccompProfile"]["type"] == "Unconfined";
    if unconfined(spec) || containers(spec).any(unconfined) {
        found.push("seccompProfile.type=Unconfined".to_owned());
    }
}

fn restricted(spec: &Value, found: &mut Vec<String>) {
    let is_taken = |volume: &Value| {
        let kinds = volume.as_object().into_iter().flatten().filter(|(key, value)| *key != "name" && !value.is_null());
        kinds.into_iter().all(|(key, _)| VOLUMES.contains(&key.as_str()) || key == "hostPath")
    };
    if spec["volumes"].as_array().into_iter().flatten().any(|volume| !is_taken(volume)) {
        found.push("volumes of other kinds than it takes".to_owned());
    }
    // What a container does not say, its pod says.
    let says = |one: &Value, field: &str| {
        let own = &one["securityContext"][field];
        if own.is_null() { spec["securityContext"][field].clone() } else { own.clone() }
    };
    if let Some(names) = named(spec, |one| one["securityContext"]["allowPrivilegeEscalation"] != false) {
        found.push(format!("allowPrivilegeEscalation is not false ({names})"));
    }
    if let Some(names) = named(spec, |one| says(one, "runAsNonRoot") != true) {
        found.push(format!("runAsNonRoot is not true ({names})"));
    }
    if let Some(names) = named(spec, |one| says(one, "runAsUser") == 0) {
        found.push(format!("runAsUser=0 ({names})"));
    }
    let drops = |one: &Value| {
        let mut dropped = one["securityContext"]["capabilities"]["drop"].as_array().into_iter().flatten();
        dropped.any(|name| name == "ALL")
    };
    if let Some(names) = named(spec, |one| !drops(one)) {
        found.push(format!("capabilities.drop is not ALL ({names})"));
    }
    // What `baseline` forbids already is told once.
    if let Some(names) = named(spec, |one| added(one).any(|name| name != "NET_BIND_SERVICE" && MAY_ADD.contains(&name)))
    {
        found.push(format!("capabilities beside NET_BIND_SERVICE ({names})"));
    }
    let confined =
        |one: &Value| matches!(says(one, "seccompProfile")["type"].as_str(), Some("RuntimeDefault" | "Localhost"));
    if let Some(names) = named(spec, |one| !confined(one)) {
        found.push(format!("seccompProfile.type is not RuntimeDefault ({names})"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_standard_forbids_what_it_says() {
        let careful = json!({"allowPrivilegeEscalation": false, "runAsNonRoot": true,
            "capabilities": {"drop": ["ALL"]}, "seccompProfile": {"type": "RuntimeDefault"}});
        let container = |context: Value| json!({"containers": [{"name": "a", "securityContext": context}]});
        let with = |path: &str, value: Value| {
            let mut spec = container(careful.clone());
            if let Some(field) = spec.pointer_mut(path) {
                *field = value;
            } else {
                spec[path] = value;
            }
            spec
        };
        let own = "/containers/0/securityContext";
        let table = [
            (container(careful.clone()), "", ""),
            (with("hostNetwork", json!(true)), "hostNetwork=true", "hostNetwork=true"),
            (
                with("volumes", json!([{"name": "v", "hostPath": {"path": "/"}}])),
                "hostPath volumes",
                "hostPath volumes",
            ),
            (with("volumes", json!([{"name": "v", "nfs": {}}])), "", "volumes of other kinds than it takes"),
            (with("volumes", json!([{"name": "v", "emptyDir": {}}])), "", ""),
            (
                with(&format!("{own}/capabilities"), json!({"drop": ["ALL"], "add": ["NET_ADMIN", "NET_RAW"]})),
                "capabilities NET_ADMIN, NET_RAW (container a)",
                "capabilities NET_ADMIN, NET_RAW (container a)",
            ),
            (
                with(&format!("{own}/capabilities"), json!({"drop": ["ALL"], "add": ["CHOWN"]})),
                "",
                "capabilities beside NET_BIND_SERVICE (container a)",
            ),
            (with(&format!("{own}/runAsNonRoot"), json!(null)), "", "runAsNonRoot is not true (container a)"),
            (
                with(&format!("{own}/seccompProfile"), json!(null)),
                "",
                "seccompProfile.type is not RuntimeDefault (container a)",
            ),
        ];
        for (spec, baseline, restricted) in table {
            assert_eq!(breaches(Standard::Baseline, &spec).join("; "), baseline, "{spec}");
            assert_eq!(breaches(Standard::Restricted, &spec).join("; "), restricted, "{spec}");
            assert!(breaches(Standard::named("privileged"), &spec).is_empty());
        }
        let bare = breaches(Standard::Restricted, &container(json!({"privileged": true})));
        assert_eq!(bare.first().map(String::as_str), Some("privileged (container a)"));
        // What the pod says counts where its containers say nothing.
        let mut of_pod = container(json!({"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}}));
        of_pod["securityContext"] = json!({"runAsNonRoot": true, "seccompProfile": {"type": "Localhost"}});
        assert!(breaches(Standard::Restricted, &of_pod).is_empty());
    }
}
