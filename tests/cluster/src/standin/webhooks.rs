//! What istiod does to its webhooks: writes its CA into those of its revision, and closes the validators once it
//! has seen them refuse something.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Request;
use kube::Client;
use serde_json::{Value, json};

use super::{Job, MANAGER, note};

/// istiod watches its webhooks; looking this often comes close.
const LOOK: Duration = Duration::from_millis(100);
const ADMISSION: &str = "/apis/admissionregistration.k8s.io/v1";

/// Works until it is killed.
pub(super) async fn keep(job: Arc<Job>, client: Client, ca: String) -> Result<()> {
    if !job.behaviour.patches_webhooks {
        return std::future::pending().await;
    }
    let started = Instant::now();
    let ca = STANDARD.encode(ca);
    let mut closed = false;
    tokio::time::sleep(job.behaviour.ca_bundle_after).await;
    loop {
        let result = async {
            for webhook in list(&client, "mutatingwebhookconfigurations", &job.revision).await? {
                write(&client, "mutatingwebhookconfigurations", webhook, &ca, false).await?;
            }
            let validators = list(&client, "validatingwebhookconfigurations", &job.revision).await?;
            let open = validators.iter().any(is_open);
            let told = validators.iter().flat_map(webhooks).all(|webhook| webhook["clientConfig"]["caBundle"] == *ca);
            if open && told && !closed && started.elapsed() >= job.behaviour.fail_closed_after {
                closed = refuses(&client, &job).await?;
            }
            for webhook in validators {
                write(&client, "validatingwebhookconfigurations", webhook, &ca, closed).await?;
            }
            anyhow::Ok(())
        };
        if let Err(cause) = result.await {
            note(&format!("webhooks: {cause:#}"));
            tokio::time::sleep(LOOK).await;
        }
        tokio::time::sleep(LOOK).await;
    }
}

fn webhooks(configuration: &Value) -> impl Iterator<Item = &Value> {
    configuration["webhooks"].as_array().into_iter().flatten()
}

fn is_open(configuration: &Value) -> bool {
    webhooks(configuration).any(|webhook| webhook["failurePolicy"] != "Fail")
}

/// The configurations that carry the revision's label.
async fn list(client: &Client, plural: &str, revision: &str) -> Result<Vec<Value>> {
    let request = Request::get(format!("{ADMISSION}/{plural}?labelSelector=istio.io%2Frev%3D{revision}"));
    let mut list: Value =
        client.request(request.body(Vec::new())?).await.with_context(|| format!("cannot list {plural}"))?;
    match list["items"].take() {
        Value::Array(items) => Ok(items),
        _ => Ok(Vec::new()),
    }
}

/// Updates a configuration where it is not yet as it should be. A conflict is met again at the next look.
async fn write(client: &Client, plural: &str, mut configuration: Value, ca: &str, closed: bool) -> Result<()> {
    let before = configuration.clone();
    if let Value::Array(webhooks) = &mut configuration["webhooks"] {
        for webhook in webhooks {
            webhook["clientConfig"]["caBundle"] = json!(ca);
            if closed {
                webhook["failurePolicy"] = json!("Fail");
            }
        }
    }
    if configuration == before {
        return Ok(());
    }
    let name = configuration["metadata"]["name"].as_str().unwrap_or_default().to_owned();
    let request = Request::put(format!("{ADMISSION}/{plural}/{name}?fieldManager={MANAGER}"))
        .header(http::header::CONTENT_TYPE, "application/json")
        .body(configuration.to_string().into_bytes())?;
    client.request::<Value>(request).await.with_context(|| format!("cannot update {plural}/{name}"))?;
    note(&format!("wrote {plural}/{name}"));
    Ok(())
}

/// Whether the API server, asked without consequence, lets our own validator refuse an object that is always invalid.
async fn refuses(client: &Client, job: &Job) -> Result<bool> {
    let probe = json!({
        "apiVersion": "networking.istio.io/v1",
        "kind": "Gateway",
        "metadata": {
            "name": "invalid-gateway",
            "namespace": job.namespace,
            "labels": { "istio.io/rev": job.revision },
            "annotations": { "internal.istio.io/webhook-always-reject": "true" },
        },
        "spec": {},
    });
    let path = format!("/apis/networking.istio.io/v1/namespaces/{}/gateways?dryRun=All", job.namespace);
    let request = Request::post(path)
        .header(http::header::CONTENT_TYPE, "application/json")
        .body(probe.to_string().into_bytes())?;
    match client.request::<Value>(request).await {
        Ok(_) => Ok(false),
        Err(kube::Error::Api(status)) => {
            Ok(status.message.contains("denied the request") || status.message.contains("could not find the requested"))
        }
        Err(cause) => Err(cause).context("cannot probe the validator"),
    }
}
