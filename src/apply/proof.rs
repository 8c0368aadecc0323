//! The proof that an installation works: a pod that has to come back injected, and an object that has to be refused, both
//! sent as dry runs through the API server's real webhook calls.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::cluster::{Cluster, Kinds, Write};
use crate::error::{Error, Kind, Result};
use crate::object::{Object, ObjectId};

/// How long the proof is repeated: the API server may see istiod's endpoint, or its CA, a moment later than we do.
const PATIENCE: Duration = Duration::from_secs(8);
const PAUSE: Duration = Duration::from_millis(100);

/// The control plane that is proven.
#[derive(Debug, Clone)]
pub(super) struct Subject {
    /// Its namespace.
    pub(super) namespace: String,
    /// Its revision; `default` for the default one.
    pub(super) revision: String,
    /// The service account the probe runs as: one that was just written.
    pub(super) service_account: String,
    /// The Service the webhooks call.
    pub(super) service: String,
}

/// Creates a pod as a dry run until it comes back with a sidecar.
///
/// # Errors
/// `injection-unproven` with what lies between the API server and istiod; cluster errors.
pub(super) async fn injection(cluster: &Cluster, kinds: &Kinds, subject: &Subject) -> Result<()> {
    let probe = pod(subject)?;
    let until = Instant::now() + PATIENCE;
    loop {
        match cluster.create(kinds, &probe, Write { dry_run: true, force: false }).await {
            Ok(created) if is_injected(&created) => return Ok(()),
            Ok(_) => {}
            Err(error) if error.kind() != Kind::Failed || Instant::now() >= until => {
                return Err(Error::failed("injection-unproven", "a pod for the proof of injection was refused")
                    .caused_by(error));
            }
            Err(_) => {}
        }
        if Instant::now() >= until {
            return Err(unreached(cluster, subject, "pods are created without a sidecar").await);
        }
        sleep(PAUSE).await;
    }
}

/// Creates an object that breaks Istio's rules as a dry run until the validator refuses it.
///
/// A refusal proves the whole path whatever the failure policy is, so it need not be `Fail` yet.
///
/// # Errors
/// `validation-unproven`; cluster errors.
pub(super) async fn validation(cluster: &Cluster, kinds: &Kinds, subject: &Subject) -> Result<()> {
    let invalid = invalid_gateway(subject)?;
    let until = Instant::now() + PATIENCE;
    loop {
        match cluster.create(kinds, &invalid, Write { dry_run: true, force: false }).await {
            Err(error) if error.to_string().contains("denied the request") => return Ok(()),
            // No CRD for it: there is nothing to validate.
            Err(error) if error.to_string().contains("could not find the requested resource") => return Ok(()),
            Err(error) if error.kind() != Kind::Failed => return Err(error),
            _ if Instant::now() >= until => {
                let mut error = unreached(cluster, subject, "invalid Istio objects are accepted").await;
                error = Error::failed("validation-unproven", error.to_string()).caused_by(error);
                return Err(error);
            }
            _ => sleep(PAUSE).await,
        }
    }
}

/// Whether a pod has Istio's proxy, as a container or as a native sidecar.
fn is_injected(pod: &Object) -> bool {
    let has = |pointer: &str| pod.list(pointer).iter().any(|container| container["name"] == "istio-proxy");
    has("/spec/containers") || has("/spec/initContainers")
}

fn pod(subject: &Subject) -> Result<Object> {
    let mut labels = json!({ "sidecar.istio.io/inject": "true", "app": "mesh-proof" });
    if subject.revision != "default" {
        labels["istio.io/rev"] = subject.revision.as_str().into();
    }
    Object::new(json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": { "name": "mesh-proof", "namespace": subject.namespace, "labels": labels },
        "spec": {
            "serviceAccountName": subject.service_account,
            "containers": [{ "name": "probe", "image": "mesh.invalid/probe" }],
        },
    }))
}

/// A Gateway without servers: the schema takes it, Istio's validation does not.
fn invalid_gateway(subject: &Subject) -> Result<Object> {
    Object::new(json!({
        "apiVersion": "networking.istio.io/v1",
        "kind": "Gateway",
        "metadata": {
            "name": "mesh-proof",
            "namespace": subject.namespace,
            "labels": { "istio.io/rev": subject.revision },
        },
        "spec": {},
    }))
}

/// Why the webhook has no effect: asks the API server to reach istiod in the way its webhook calls do.
async fn unreached(cluster: &Cluster, subject: &Subject, effect: &str) -> Error {
    let Subject { namespace, service, .. } = subject;
    let place = format!("Service {namespace}/{service} port 443, pod port 15017");
    match cluster.through_service(namespace, &format!("https:{service}:443"), "ready").await {
        Some(reason) => Error::failed(
            "injection-unproven",
            format!("{effect}: the API server does not reach istiod ({place}): {reason}"),
        )
        .hint("open TCP 15017 from the control plane to the nodes: on GKE add it to the firewall rule of the private cluster's masters, on EKS to the node security group")
        .hint("run the same command again once the path is open"),
        None => Error::failed(
            "injection-unproven",
            format!("{effect}, although the API server reaches istiod ({place})"),
        )
        .hint(format!("look at what istiod says: kubectl -n {namespace} logs -l app=istiod --tail=50")),
    }
}

/// The webhooks of a configuration whose CA is not there yet, by name.
pub(super) fn without_ca(configuration: &Object) -> Vec<&str> {
    let webhooks = configuration.list("/webhooks").iter();
    let empty =
        |webhook: &&Value| webhook.pointer("/clientConfig/caBundle").and_then(Value::as_str).is_none_or(str::is_empty);
    webhooks.filter(empty).filter_map(|webhook| webhook["name"].as_str()).collect()
}

/// Kinds the proof needs that discovery may not have seen, as their CRDs are part of the same run.
pub(super) fn kinds(known: &Kinds) -> Kinds {
    let pod = ObjectId::new("v1", "Pod", None, "");
    let gateway = ObjectId::new("networking.istio.io/v1", "Gateway", None, "");
    known.clone().and([(&pod, "pods", true), (&gateway, "gateways", true)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_native_sidecar_counts() -> Result<()> {
        let mut pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"},
            "spec": {"containers": [{"name": "a"}], "initContainers": [{"name": "istio-proxy"}]}});
        assert!(is_injected(&Object::new(pod.clone())?));
        pod["spec"]["initContainers"] = json!([{"name": "istio-init"}]);
        assert!(!is_injected(&Object::new(pod)?));
        Ok(())
    }

    #[test]
    fn webhooks_without_a_ca_are_named() -> Result<()> {
        let webhooks = json!([
            {"name": "a", "clientConfig": {"caBundle": "QQ=="}},
            {"name": "b", "clientConfig": {}},
            {"name": "c", "clientConfig": {"caBundle": ""}},
        ]);
        let object =
            Object::new(json!({"apiVersion": "v1", "kind": "M", "metadata": {"name": "m"}, "webhooks": webhooks}))?;
        assert_eq!(without_ca(&object), ["b", "c"]);
        Ok(())
    }
}
