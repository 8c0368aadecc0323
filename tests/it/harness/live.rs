//! What is live in a cluster, without what differs from one installation to the next by nature, to compare with what the
//! reference left behind.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, Result};
use cluster::Cluster;
use mesh::yaml;
use serde_json::{Map, Value};

use super::say;

/// Resources that are made by controllers, or are not objects.
const SKIPPED: [&str; 17] = [
    "events",
    "pods",
    "replicasets",
    "leases",
    "endpoints",
    "endpointslices",
    "nodes",
    "componentstatuses",
    "controllerrevisions",
    "apiservices",
    "flowschemas",
    "prioritylevelconfigurations",
    "csinodes",
    "bindings",
    "ipaddresses",
    "servicecidrs",
    "priorityclasses",
];
/// What Kubernetes and istiod write by themselves.
const OTHERS: [&str; 6] =
    ["kube-root-ca.crt", "kubernetes", "istio-ca-root-cert", "istio-ca-secret", "istio-ca-crl", TEST_VIEWER];
/// The test cluster's own binding of its user of this name.
const TEST_VIEWER: &str = "viewer";

/// Objects by `KIND NAMESPACE/NAME`.
pub(crate) type Dump = BTreeMap<String, Value>;

/// What the reference leaves behind after installing a profile; `None`, with a line that says so, where it is not at hand.
pub(crate) fn reference(profile: &str) -> Result<Option<Dump>> {
    let name = format!("live/{profile}.json");
    let Some(text) = golden(&name)? else { return Ok(None) };
    serde_json::from_str(&text).map(Some).with_context(|| format!("{name} is not a dump"))
}

/// A file of the reference's golden ones; `None`, with a line that says so, where it is not at hand.
pub(crate) fn golden(path: &str) -> Result<Option<String>> {
    let path = reference_folder().join("golden").join(path);
    if !path.is_file() {
        say(&format!("skipped: there is no {} (MESH_REFERENCE names the reference)", path.display()));
        return Ok(None);
    }
    std::fs::read_to_string(&path).map(Some).with_context(|| format!("cannot read {}", path.display()))
}

fn reference_folder() -> PathBuf {
    let named = std::env::var_os("MESH_REFERENCE").filter(|value| !value.is_empty());
    let named = named.map_or_else(|| PathBuf::from("../shared"), PathBuf::from);
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(named)
}

/// Everything in a cluster that an installation may have put there.
pub(crate) fn dump(cluster: &Cluster) -> Result<Dump> {
    let mut dump = Dump::new();
    for (path, api_version, kind) in collections(cluster)? {
        for mut object in cluster.list(&path)? {
            object["apiVersion"] = api_version.clone().into();
            object["kind"] = kind.clone().into();
            if let Some(object) = bare(object)? {
                let text = |field: &str| object["metadata"][field].as_str().unwrap_or_default().to_owned();
                dump.insert(format!("{kind} {}/{}", text("namespace"), text("name")), object);
            }
        }
    }
    Ok(dump)
}

/// Every kind that can be listed, in the version that is preferred: path, `apiVersion`, kind.
pub(crate) fn collections(cluster: &Cluster) -> Result<Vec<(String, String, String)>> {
    let mut versions = vec![("/api/v1".to_owned(), "v1".to_owned())];
    for group in items(&cluster.get("/apis")?["groups"]) {
        let preferred = group["preferredVersion"]["groupVersion"].as_str();
        let mut all: Vec<&str> = items(&group["versions"]).iter().filter_map(|v| v["groupVersion"].as_str()).collect();
        all.sort_by_key(|version| Some(*version) != preferred);
        versions.extend(all.into_iter().map(|version| (format!("/apis/{version}"), version.to_owned())));
    }
    let mut found: Vec<(String, String, String)> = Vec::new();
    for (root, version) in versions {
        for resource in items(&cluster.get(&root)?["resources"]) {
            let name = resource["name"].as_str().unwrap_or_default();
            let kind = resource["kind"].as_str().unwrap_or_default().to_owned();
            let is_listed = items(&resource["verbs"]).iter().any(|verb| verb == "list");
            let group = |version: &str| version.split_once('/').map(|(group, _)| group.to_owned());
            let is_known = found.iter().any(|(_, other, known)| *known == kind && group(other) == group(&version));
            if is_listed && !name.contains('/') && !SKIPPED.contains(&name) && !is_known {
                found.push((format!("{root}/{name}"), version.clone(), kind));
            }
        }
    }
    Ok(found)
}

/// An object without what differs by nature; `None` for what no installation wrote.
fn bare(mut object: Value) -> Result<Option<Value>> {
    let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let (kind, name, namespace) = (text("/kind"), text("/metadata/name"), text("/metadata/namespace"));
    let is_ours = match kind {
        "Namespace" if name.starts_with("kube-") => false,
        "Secret" if name.starts_with("mesh") || name.starts_with("sh.helm") => false,
        "ClusterRole" | "ClusterRoleBinding" if ["admin", "edit", "view", "cluster-admin"].contains(&name) => false,
        _ => !(OTHERS.contains(&name) || name.starts_with("system:") || namespace.starts_with("kube-")),
    };
    let annotations = &object["metadata"]["annotations"];
    if !is_ours || annotations.get("control-plane.alpha.kubernetes.io/leader").is_some() {
        return Ok(None);
    }
    let kind = kind.to_owned();
    let without = |value: &mut Value, fields: &[&str]| {
        if let Value::Object(map) = value {
            fields.iter().for_each(|field| drop(map.remove(*field)));
        }
    };
    without(&mut object, &["status"]);
    let metadata = &mut object["metadata"];
    without(metadata, &["uid", "resourceVersion", "creationTimestamp", "managedFields", "generation"]);
    without(&mut metadata["annotations"], &["deployment.kubernetes.io/revision"]);
    if metadata["annotations"].as_object().is_none_or(Map::is_empty) {
        without(metadata, &["annotations"]);
    }
    if object.get("spec").is_some() {
        let spec = &mut object["spec"];
        without(spec, &["clusterIP", "clusterIPs", "healthCheckNodePort"]);
        for port in spec.get_mut("ports").and_then(Value::as_array_mut).into_iter().flatten() {
            without(port, &["nodePort"]);
        }
    }
    for webhook in object.get_mut("webhooks").and_then(Value::as_array_mut).into_iter().flatten() {
        without(&mut webhook["clientConfig"], &["caBundle"]);
    }
    match kind.as_str() {
        "CustomResourceDefinition" => without_descriptions(&mut object),
        "ConfigMap" => parse_data(&mut object)?,
        _ => {}
    }
    Ok(Some(object))
}

fn without_descriptions(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|key, value| !(key == "description" && value.is_string()));
            map.values_mut().for_each(without_descriptions);
        }
        Value::Array(items) => items.iter_mut().for_each(without_descriptions),
        _ => {}
    }
}

/// YAML and JSON in a ConfigMap are compared by what they mean. Of the injection templates only the names count: their
/// text is everybody's own.
fn parse_data(object: &mut Value) -> Result<()> {
    for (key, value) in object.get_mut("data").and_then(Value::as_object_mut).into_iter().flatten() {
        let parsed = value.as_str().and_then(|text| yaml::document(key, text).ok());
        let Some(mut parsed) = parsed.filter(|parsed| parsed.is_object() || parsed.is_array()) else { continue };
        if key == "config"
            && let Some(templates) = parsed.get("templates").and_then(Value::as_object)
        {
            let mut names: Vec<String> = templates.keys().cloned().collect();
            names.sort();
            parsed["templates"] = names.into();
        }
        *value = parsed;
    }
    Ok(())
}

/// How `found` differs from `wanted`, a line each.
pub(crate) fn differences(wanted: &Dump, found: &Dump) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    lines.extend(wanted.keys().filter(|name| !found.contains_key(*name)).map(|name| format!("{name}: missing")));
    lines.extend(found.keys().filter(|name| !wanted.contains_key(*name)).map(|name| format!("{name}: not wanted")));
    for (name, wanted) in wanted {
        if let Some(found) = found.get(name) {
            differ(name, wanted, found, &mut lines);
        }
    }
    lines
}

fn differ(path: &str, wanted: &Value, found: &Value, lines: &mut Vec<String>) {
    match (wanted, found) {
        (Value::Object(a), Value::Object(b)) => {
            for (key, wanted) in a {
                match b.get(key) {
                    Some(found) => differ(&format!("{path}.{key}"), wanted, found, lines),
                    None => lines.push(format!("{path}.{key}: wanted {wanted}, found nothing")),
                }
            }
            let more = b.iter().filter(|(key, _)| !a.contains_key(*key));
            lines.extend(more.map(|(key, value)| format!("{path}.{key}: not wanted: {value}")));
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (index, (wanted, found)) in a.iter().zip(b).enumerate() {
                differ(&format!("{path}[{index}]"), wanted, found, lines);
            }
        }
        (Value::Number(a), Value::Number(b)) if a.as_f64() == b.as_f64() => {}
        _ if wanted == found => {}
        _ => lines.push(format!("{path}: wanted {wanted}, found {found}")),
    }
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}
