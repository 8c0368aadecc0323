//! What is worked on: settings, manifests, templates, and plain Deployments, as files.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::place::Place;

/// The flags and files of an injection without a cluster: the templates of the default installation.
///
/// # Errors
/// mesh does not render them, or there is no room for files.
pub(crate) fn injection(place: &Place) -> Result<Vec<String>> {
    let objects = rendered(&place.tools.mesh, &[])?;
    let entry = |name: &str, key: &str| {
        let of = |object: &&Value| object["kind"] == "ConfigMap" && object["metadata"]["name"] == name;
        let text = objects.iter().find(of).and_then(|map| map["data"][key].as_str());
        write(place.folder(), key, text.with_context(|| format!("no {key} in the ConfigMap {name}"))?)
    };
    let files = [
        ("--injectConfigFile", entry("istio-sidecar-injector", "config")?),
        ("--valuesFile", entry("istio-sidecar-injector", "values")?),
        ("--meshConfigFile", entry("istio", "mesh")?),
    ];
    Ok(files.into_iter().flat_map(|(flag, path)| [flag.to_owned(), text(&path)]).collect())
}

/// A file with so many Deployments.
///
/// # Errors
/// There is no room for it.
pub(crate) fn deployments(place: &Place, count: usize) -> Result<String> {
    let all: String = (0..count).map(|number| DEPLOYMENT.replace("NAME", &format!("web-{number}"))).collect();
    Ok(text(&write(place.folder(), &format!("deployments-{count}.yaml"), &all)?))
}

/// As people write it.
const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: NAME
spec:
  replicas: 3
  selector:
    matchLabels:
      app: NAME
  template:
    metadata:
      labels:
        app: NAME
    spec:
      containers:
      - name: nginx
        image: nginx:1.14.2
        ports:
        - containerPort: 80
---
";

/// The same for the API server, with one pod.
pub(crate) fn deployment(name: &str) -> Value {
    let labels = json!({"app": name});
    let container = json!({"name": "nginx", "image": "nginx:1.14.2", "ports": [{"containerPort": 80}]});
    json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
        },
    })
}

/// An IstioOperator with so many ingress gateways.
///
/// # Errors
/// There is no room for it.
pub(crate) fn gateways(place: &Place, count: usize) -> Result<String> {
    let name = |number| if number == 0 { "istio-ingressgateway".to_owned() } else { format!("gateway-{number}") };
    let all: Vec<Value> = (0..count).map(|number| json!({"name": name(number), "enabled": true})).collect();
    let operator = json!({
        "apiVersion": "install.istio.io/v1alpha1",
        "kind": "IstioOperator",
        "spec": {"profile": "default", "components": {"ingressGateways": all}},
    });
    Ok(text(&write(place.folder(), &format!("gateways-{count}.yaml"), &format!("{operator:#}\n"))?))
}

/// The objects of an installation, for those who only apply and delete.
pub(crate) struct Manifest {
    /// All of them, the namespace first.
    pub(crate) all: String,
    /// The same without CRDs, which an uninstallation leaves.
    pub(crate) without_crds: String,
}

/// The manifest of an installation with these settings.
///
/// # Errors
/// mesh does not render it, or there is no room for it.
pub(crate) fn manifest(place: &Place, name: &str, settings: &[String]) -> Result<Manifest> {
    let mut objects = rendered(&place.tools.mesh, settings)?;
    objects.insert(0, json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "istio-system"}}));
    let list = |objects: &[Value]| json!({"apiVersion": "v1", "kind": "List", "items": objects}).to_string();
    let all = write(place.folder(), &format!("{name}.json"), &list(&objects))?;
    objects.retain(|object| object["kind"] != "CustomResourceDefinition");
    let without_crds = write(place.folder(), &format!("{name}-without-crds.json"), &list(&objects))?;
    Ok(Manifest { all: text(&all), without_crds: text(&without_crds) })
}

fn rendered(mesh: &Path, settings: &[String]) -> Result<Vec<Value>> {
    let mut command = Command::new(mesh);
    command.args(["manifest", "generate", "-o", "json"]).args(settings).stdin(Stdio::null());
    let output = command.output().with_context(|| format!("cannot run {}", mesh.display()))?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{} manifest generate: {} {}", mesh.display(), output.status, said.trim());
    let mut list: Value = serde_json::from_slice(&output.stdout).context("the manifest is not JSON")?;
    match list["items"].take() {
        Value::Array(objects) => Ok(objects),
        _ => anyhow::bail!("the manifest is no list"),
    }
}

fn write(folder: &Path, name: &str, text: &str) -> Result<PathBuf> {
    let path = folder.join(name);
    std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}

fn text(path: &Path) -> String {
    path.display().to_string()
}
