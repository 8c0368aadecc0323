//! The proof that an installation works: a pod that has to come back injected, and an object that has to be refused, both
//! sent as dry runs through the API server's real webhook calls.
//!
//! Both are applied rather than created: the API server holds a create of a custom resource back for two seconds while
//! its CRD is younger than that (kube-apiserver, `apiextensions-apiserver/pkg/apiserver/customresource_handler.go`), and on
//! a fresh cluster it is. An apply of what is not there calls the same webhooks, for the same operation CREATE.

use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, sleep};

use super::bystander::{self, Bystander};
use crate::cluster::{Cluster, Kinds, Refused, Tried};
use crate::error::{Admission, Error, Refusal, Result};
use crate::istio::{INJECTED, Proxy, asks, label};
use crate::object::{Object, ObjectId};

/// How long the proof is repeated: the API server may see istiod's endpoint, or its CA, a moment later than we do.
const PATIENCE: Duration = Duration::from_secs(8);
const PAUSE: Duration = Duration::from_millis(100);

/// The control plane that is proven.
#[derive(Debug, Clone)]
pub(super) struct Proven {
    /// Its namespace.
    pub(super) namespace: String,
    /// Its revision; `default` for the default one.
    pub(super) revision: String,
    /// The service account the probe runs as: one that was just written.
    pub(super) service_account: String,
    /// The Service the webhooks call.
    pub(super) service: String,
}

/// What a probe showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Proof {
    /// It works.
    Proven,
    /// It cannot be told, as somebody else has a say in it: one sentence.
    Untold(String),
}

/// What the last probe showed, while it does not show that all is well.
enum Seen {
    /// The webhook has had no effect.
    NoEffect,
    /// The API server could not call a webhook of this name, with why.
    NotCalled(String, String),
    /// Somebody else refused the probe.
    Refused(Refused),
}

/// Applies a pod as a dry run until it comes back with a sidecar. `webhooks` are the names of those that inject.
///
/// # Errors
/// `injection-unproven` with what lies between the API server and istiod; cluster errors.
pub(super) async fn injection(
    cluster: &Cluster,
    kinds: &Kinds,
    subject: &Proven,
    webhooks: &[String],
) -> Result<Proof> {
    let probe = pod(subject)?;
    let judge = |answer: Tried| match answer {
        Ok(created) => {
            if Proxy::of_object(&created).is_some() {
                Ok(())
            } else {
                Err(Seen::NoEffect)
            }
        }
        // Quota and Pod Security look at the pod after injection: what they say of the sidecar proves it is there.
        Err(refused) if INJECTED.iter().any(|name| refused.speaks_of(name)) => Ok(()),
        Err(refused) => Err(seen(refused, webhooks)),
    };
    let (until, mut has_asked) = (until(cluster), false);
    let last = loop {
        match judge(cluster.try_apply(kinds, &probe, false).await?) {
            Ok(()) => return Ok(Proof::Proven),
            Err(last) if Instant::now() >= until => break last,
            Err(last) => {
                if let (Seen::NoEffect, false) = (last, std::mem::replace(&mut has_asked, true))
                    && let Some(why) = forbids(cluster, kinds, subject).await?
                {
                    return Ok(Proof::Untold(why));
                }
                sleep(PAUSE).await;
            }
        }
    };
    unproven(cluster, subject, (last, &probe), "injection-unproven", "pods are created without a sidecar").await
}

/// Why no pod of the namespace is injected by this control plane whatever it does: by a label that users may have their reasons
/// for.
async fn forbids(cluster: &Cluster, kinds: &Kinds, subject: &Proven) -> Result<Option<String>> {
    let id = ObjectId::new("v1", "Namespace", None, &subject.namespace);
    let Some(namespace) = cluster.get(kinds, &id).await? else { return Ok(None) };
    let labelled =
        [label::INJECTION, label::REVISION].into_iter().find_map(|name| Some((name, namespace.label(name)?)));
    let asks = asks::of_namespace(&namespace).is_some_and(|revision| revision == subject.revision);
    Ok(labelled.filter(|_| !asks).map(|(name, value)| {
        format!(
            "namespace {} is labelled {name}={value}, by which this control plane injects no pod in it",
            subject.namespace
        )
    }))
}

/// Applies an object that breaks Istio's rules as a dry run until the validator refuses it. `webhooks` are the names of
/// those that validate.
///
/// A refusal proves the whole path whatever the failure policy is, so it need not be `Fail` yet.
///
/// # Errors
/// `validation-unproven`; cluster errors.
pub(super) async fn validation(
    cluster: &Cluster,
    kinds: &Kinds,
    subject: &Proven,
    webhooks: &[String],
) -> Result<Proof> {
    let invalid = invalid_gateway(subject)?;
    let judge = |answer: Tried| match answer {
        Ok(_) => Err(Seen::NoEffect),
        // No CRD for it: there is nothing to validate.
        Err(Refused { refusal: Refusal::NotFound, .. }) => Ok(()),
        Err(refused) => match &refused.refusal {
            Refusal::AdmissionDenied { by: Admission::Webhook(name) } if webhooks.contains(name) => Ok(()),
            _ => Err(seen(refused, webhooks)),
        },
    };
    let until = until(cluster);
    let last = loop {
        match judge(cluster.try_apply(kinds, &invalid, false).await?) {
            Ok(()) => return Ok(Proof::Proven),
            Err(last) if Instant::now() >= until => break last,
            Err(_) => sleep(PAUSE).await,
        }
    };
    unproven(cluster, subject, (last, &invalid), "validation-unproven", "invalid Istio objects are accepted").await
}

fn until(cluster: &Cluster) -> Instant {
    cluster.deadline().min(Instant::now() + PATIENCE)
}

fn seen(refused: Refused, webhooks: &[String]) -> Seen {
    match refused.refusal {
        Refusal::WebhookNotCalled { webhook, why } if webhooks.contains(&webhook) => Seen::NotCalled(webhook, why),
        _ => Seen::Refused(refused),
    }
}

/// Why the webhook has no effect: asks the API server to reach istiod in the way its webhook calls do.
async fn unproven(
    cluster: &Cluster,
    subject: &Proven,
    (last, probe): (Seen, &Object),
    id: &'static str,
    effect: &str,
) -> Result<Proof> {
    let Proven { namespace, service, .. } = subject;
    if let Seen::NotCalled(webhook, why) = &last
        && let Some(other) = bystander::find(cluster, &Kinds::built_in(), probe, webhook, (namespace, service)).await
    {
        let Bystander { id, calls } = other;
        let (kind, name) = (id.kind.to_lowercase(), &id.name);
        return Ok(Proof::Untold(format!(
            "{id}, which leads to Service {calls}, is asked too and fails closed ({why}): mesh check --fix removes it where its \
             control plane is gone, kubectl delete {kind} {name} in any case"
        )));
    }
    let place = format!("Service {namespace}/{service} port 443, pod port 15017");
    let reason = match &last {
        Seen::NotCalled(_, why) => Some(why.clone()),
        Seen::NoEffect | Seen::Refused(_) => {
            cluster.through_service(namespace, &format!("https:{service}:443"), "ready").await
        }
    };
    let message = match (reason, last) {
        (Some(reason), _) if is_distrust(&reason) => {
            return Err(Error::failed(id, format!("{effect}: the API server does not trust istiod ({place}): {reason}"))
                .hint(format!("compare the caBundle of the webhooks with the CA that istiod signs with: kubectl -n {namespace} get secret istio-ca-secret cacerts")));
        }
        (Some(reason), Seen::Refused(_)) => format!("the API server does not reach istiod ({place}): {reason}"),
        (Some(reason), _) => format!("{effect}: the API server does not reach istiod ({place}): {reason}"),
        (None, Seen::Refused(refused)) => {
            return Ok(Proof::Untold(format!("the probe is refused: {}", refused.message)));
        }
        (None, _) => {
            return Err(Error::failed(id, format!("{effect}, although the API server reaches istiod ({place})"))
                .hint(format!("look at what istiod says: kubectl -n {namespace} logs -l app=istiod --tail=50")));
        }
    };
    Err(Error::failed(id, message)
        .hint("open TCP 15017 from the control plane to the nodes: on GKE in the firewall rule of the private cluster's masters, on EKS in the security group of the nodes")
        .hint("run the same command again once the path is open"))
}

/// Whether the API server's way to istiod ended at the certificate: the sentence is of Go's TLS, and all there is.
fn is_distrust(reason: &str) -> bool {
    reason.contains("x509:") || reason.contains("tls: failed to verify")
}

fn pod(subject: &Proven) -> Result<Object> {
    let mut labels = json!({ (label::INJECT): "true", "app": "mesh-proof" });
    if subject.revision != "default" {
        labels[label::REVISION] = subject.revision.as_str().into();
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
fn invalid_gateway(subject: &Proven) -> Result<Object> {
    Object::new(json!({
        "apiVersion": "networking.istio.io/v1",
        "kind": "Gateway",
        "metadata": {
            "name": "mesh-proof",
            "namespace": subject.namespace,
            "labels": { (label::REVISION): subject.revision },
        },
        "spec": {},
    }))
}

/// The names of all webhooks in configurations of one kind.
pub(super) fn names(configurations: &[&Object], kind: &str) -> Vec<String> {
    let of_kind = configurations.iter().filter(|configuration| configuration.kind() == kind);
    let webhooks = of_kind.flat_map(|configuration| configuration.list("/webhooks"));
    webhooks.filter_map(|webhook| webhook["name"].as_str()).map(str::to_owned).collect()
}

/// Kinds the proof needs that discovery may not have seen, as their CRDs are part of the same run.
pub(super) fn kinds(known: &Kinds) -> Kinds {
    let pod = ObjectId::new("v1", "Pod", None, "");
    let gateway = ObjectId::new("networking.istio.io/v1", "Gateway", None, "");
    known.clone().and([(&pod, "pods", true), (&gateway, "gateways", true)])
}
