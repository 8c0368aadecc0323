//! The control plane itself, tested: what it shows when all is well, and what when something fails on purpose.
#![allow(clippy::unwrap_used, reason = "a test may fail by panic")]

mod binaries;
mod demo;
mod failures;
mod kubelets;
mod lifecycle;
mod reference;
mod requests;
mod webhooks;

use serde_json::{Value, json};

/// A Deployment named `name` of one replica, whose pod template can be changed.
fn deployment(name: &str, image: &str, change: impl FnOnce(&mut Value)) -> Value {
    let mut template = json!({
        "metadata": { "labels": { "app": name } },
        "spec": { "containers": [{ "name": "main", "image": image }] },
    });
    change(&mut template);
    json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": { "name": name },
        "spec": { "replicas": 1, "selector": { "matchLabels": { "app": name } }, "template": template },
    })
}

/// Where a Deployment of namespace `default` is.
fn deployment_path(name: &str) -> String {
    format!("/apis/apps/v1/namespaces/default/deployments/{name}")
}

/// The pods of a Deployment in namespace `default`.
fn pods(cluster: &cluster::Cluster, app: &str) -> Vec<Value> {
    cluster.list(&format!("/api/v1/namespaces/default/pods?labelSelector=app%3D{app}")).unwrap()
}

/// A line for people who run the tests with `--nocapture`, and for logs.
#[expect(clippy::print_stderr, reason = "it is what it is for")]
fn say(text: &str) {
    eprintln!("{text}");
}
