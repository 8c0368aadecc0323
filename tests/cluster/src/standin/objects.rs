//! What istiod leaves behind in a cluster: its CA's Secret, the CA's certificate in every namespace, and the marks
//! of its leader elections.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use futures::StreamExt;
use k8s_openapi::ByteString;
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::{ConfigMap, Namespace, Secret};
use kube::api::PostParams;
use kube::core::PartialObjectMeta;
use kube::runtime::{WatchStreamExt, watcher};
use kube::{Api, Client, ResourceExt};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::{Job, MANAGER, note};
use crate::supervisor::certs::Authority;

const CA_SECRET: &str = "istio-ca-secret";
/// The data key of the root certificate, in the ConfigMap that every namespace gets.
const ROOT_CERTIFICATE: &str = "root-cert.pem";
/// Namespaces that istiod leaves alone.
const IGNORED: [&str; 4] = ["kube-system", "kube-public", "kube-node-lease", "local-path-storage"];

fn post() -> PostParams {
    PostParams { field_manager: Some(MANAGER.to_owned()), ..PostParams::default() }
}

/// The CA in the namespace's Secret, made where there is none.
pub(super) async fn authority(client: &Client, job: &Job) -> Result<Authority> {
    let secrets: Api<Secret> = Api::namespaced(client.clone(), &job.namespace);
    let mut tries = 0;
    loop {
        match take_authority(&secrets, job).await {
            Ok(authority) => return Ok(authority),
            // The roles may be a moment behind, as may another istiod that makes the same Secret.
            Err(cause) if tries < 50 => {
                note(&format!("{cause:#}"));
                tries += 1;
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            Err(cause) => return Err(cause),
        }
    }
}

async fn take_authority(secrets: &Api<Secret>, job: &Job) -> Result<Authority> {
    let text = |secret: &Secret, key: &str| {
        let bytes =
            secret.data.as_ref().and_then(|data| data.get(key)).map(|bytes| bytes.0.clone()).unwrap_or_default();
        String::from_utf8(bytes).with_context(|| format!("{CA_SECRET}: {key} is no text"))
    };
    if let Some(secret) = secrets.get_opt(CA_SECRET).await.context("cannot read the CA's Secret")? {
        return Authority::from_pem(&text(&secret, "ca-cert.pem")?, &text(&secret, "ca-key.pem")?);
    }
    let authority = Authority::new("", "cluster.local")?;
    let data: BTreeMap<String, ByteString> = [
        ("ca-cert.pem", authority.certificate.as_str()),
        ("ca-key.pem", authority.key.as_str()),
        ("cert-chain.pem", ""),
        ("key.pem", ""),
        ("root-cert.pem", ""),
    ]
    .map(|(key, text)| (key.to_owned(), ByteString(text.as_bytes().to_vec())))
    .into();
    let mut secret = Secret { data: Some(data), type_: Some("istio.io/ca-root".to_owned()), ..Secret::default() };
    secret.metadata.name = Some(CA_SECRET.to_owned());
    secret.metadata.namespace = Some(job.namespace.clone());
    secrets.create(&post(), &secret).await.context("cannot write the CA's Secret")?;
    Ok(authority)
}

/// Keeps every namespace's ConfigMaps until it is killed.
pub(super) async fn keep(job: Arc<Job>, client: Client, root: String) -> Result<()> {
    leave_marks(&job, &client).await;
    let namespaces: Api<PartialObjectMeta<Namespace>> = Api::all(client.clone());
    let mut events = std::pin::pin!(watcher(namespaces, watcher::Config::default()).default_backoff());
    while let Some(event) = events.next().await {
        // A watch that fails starts anew by itself.
        let Ok(watcher::Event::Apply(namespace) | watcher::Event::InitApply(namespace)) = event else { continue };
        let name = namespace.name_any();
        if namespace.metadata.deletion_timestamp.is_some() || IGNORED.contains(&name.as_str()) {
            continue;
        }
        let maps: Api<ConfigMap> = Api::namespaced(client.clone(), &name);
        create(&maps, &map("istio-ca-root-cert", json!({ ROOT_CERTIFICATE: root }))).await;
        create(&maps, &map("istio-ca-crl", json!({ "ca-crl.pem": "" }))).await;
    }
    Ok(())
}

fn map(name: &str, data: serde_json::Value) -> serde_json::Value {
    json!({ "metadata": { "name": name, "labels": { "istio.io/config": "true" } }, "data": data })
}

/// The marks of leader elections: who leads, in ConfigMaps as of old, and in one Lease per revision.
async fn leave_marks(job: &Job, client: &Client) {
    let maps: Api<ConfigMap> = Api::namespaced(client.clone(), &job.namespace);
    let leader = json!({ "holderIdentity": job.pod, "holderKey": job.revision, "leaseDurationSeconds": 30 });
    for name in ["istio-leader", "istio-namespace-controller-election", "istio-ip-autoallocate"] {
        let annotations = json!({ "control-plane.alpha.kubernetes.io/leader": leader.to_string() });
        create(&maps, &json!({ "metadata": { "name": name, "annotations": annotations } })).await;
    }
    let leases: Api<Lease> = Api::namespaced(client.clone(), &job.namespace);
    let spec = json!({ "holderIdentity": job.pod, "leaseDurationSeconds": 30 });
    for name in ["istio-gateway-deployment", "istio-gateway-status-leader"] {
        let name = format!("{name}-{}", job.revision);
        create(&leases, &json!({ "metadata": { "name": name }, "spec": spec })).await;
    }
}

/// Creates an object unless there is one.
async fn create<K>(api: &Api<K>, object: &serde_json::Value)
where
    K: Clone + std::fmt::Debug + Serialize + DeserializeOwned,
{
    let object: K = match serde_json::from_value(object.clone()) {
        Ok(object) => object,
        Err(cause) => {
            note(&format!("cannot write an object down: {cause}"));
            return;
        }
    };
    // The roles may be a moment behind.
    for _ in 0..20 {
        match api.create(&post(), &object).await {
            Ok(_) => return,
            Err(kube::Error::Api(status)) if status.code == 409 => return,
            Err(cause) => note(&format!("cannot create an object: {cause}")),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
