//! What istiod does to its webhooks: writes its CA into those of its revision, and closes the validators once it
//! has seen them refuse something.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::StreamExt;
use http::Request;
use k8s_openapi::api::admissionregistration::v1::{MutatingWebhookConfiguration, ValidatingWebhookConfiguration};
use kube::core::PartialObjectMeta;
use kube::runtime::{WatchStreamExt, watcher};
use kube::{Api, Client};
use serde_json::{Value, json};

use super::{Job, MANAGER, note};

/// How long istiod waits before it tries again what was refused.
const RETRY: Duration = Duration::from_millis(200);
const ADMISSION: &str = "/apis/admissionregistration.k8s.io/v1";
const INJECTORS: &str = "mutatingwebhookconfigurations";
const VALIDATORS: &str = "validatingwebhookconfigurations";

/// When to look again.
enum Next {
    /// Once something changes.
    Change,
    /// Once something changes, and after this long at the latest.
    ChangeWithin(Duration),
    /// After this long.
    After(Duration),
}

/// Works until it is killed.
pub(super) async fn keep(job: Arc<Job>, client: Client, ca: String) -> Result<()> {
    if !job.behaviour.patches_webhooks {
        return std::future::pending().await;
    }
    let started = Instant::now();
    let mut keeper = Keeper { ca: STANDARD.encode(ca), closed: false, started, job, client: client.clone() };
    tokio::time::sleep(keeper.job.behaviour.ca_bundle_after).await;

    let config = watcher::Config::default().labels(&format!("istio.io/rev={}", keeper.job.revision));
    let injectors: Api<PartialObjectMeta<MutatingWebhookConfiguration>> = Api::all(client.clone());
    let validators: Api<PartialObjectMeta<ValidatingWebhookConfiguration>> = Api::all(client);
    let injectors = watcher(injectors, config.clone()).default_backoff().map(|event| event.map(|_| ()));
    let validators = watcher(validators, config).default_backoff().map(|event| event.map(|_| ()));
    let mut changes = std::pin::pin!(futures::stream::select(injectors, validators));
    loop {
        let next = keeper.look().await.unwrap_or_else(|cause| {
            note(&format!("webhooks: {cause:#}"));
            Next::After(RETRY)
        });
        // A watch that fails starts anew by itself.
        match next {
            Next::Change => drop(changes.next().await),
            Next::ChangeWithin(time) => drop(tokio::time::timeout(time, changes.next()).await),
            Next::After(time) => tokio::time::sleep(time).await,
        }
    }
}

struct Keeper {
    /// The CA's certificate, as webhooks have it.
    ca: String,
    /// Whether validators were seen to refuse.
    closed: bool,
    started: Instant,
    job: Arc<Job>,
    client: Client,
}

impl Keeper {
    /// Brings all webhooks of the revision where they should be.
    async fn look(&mut self) -> Result<Next> {
        for injector in self.list(INJECTORS).await? {
            self.write(INJECTORS, injector, false).await?;
        }
        let validators = self.list(VALIDATORS).await?;
        let open = validators.iter().flat_map(webhooks).any(|webhook| webhook["failurePolicy"] != "Fail");
        let told = validators.iter().flat_map(webhooks).all(|webhook| webhook["clientConfig"]["caBundle"] == *self.ca);
        let early = self.job.behaviour.fail_closed_after.saturating_sub(self.started.elapsed());
        if open && told && early.is_zero() && !self.closed {
            self.closed = self.refuses().await?;
        }
        for validator in validators {
            self.write(VALIDATORS, validator, self.closed).await?;
        }
        Ok(if !open || self.closed {
            Next::Change
        } else if early.is_zero() {
            Next::After(RETRY)
        } else {
            Next::ChangeWithin(early)
        })
    }

    /// The configurations that carry the revision's label.
    async fn list(&self, plural: &str) -> Result<Vec<Value>> {
        let revision = &self.job.revision;
        let request = Request::get(format!("{ADMISSION}/{plural}?labelSelector=istio.io%2Frev%3D{revision}"));
        let list: Result<Value, _> = self.client.request(request.body(Vec::new())?).await;
        match list.with_context(|| format!("cannot list {plural}"))?["items"].take() {
            Value::Array(items) => Ok(items),
            _ => Ok(Vec::new()),
        }
    }

    /// Updates a configuration where it is not yet as it should be. A conflict is met again at the next look.
    async fn write(&self, plural: &str, mut configuration: Value, closed: bool) -> Result<()> {
        let before = configuration.clone();
        if let Value::Array(webhooks) = &mut configuration["webhooks"] {
            for webhook in webhooks {
                webhook["clientConfig"]["caBundle"] = json!(self.ca);
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
        self.client.request::<Value>(request).await.with_context(|| format!("cannot update {plural}/{name}"))?;
        note(&format!("wrote {plural}/{name}"));
        Ok(())
    }

    /// Whether the API server, asked without consequence, lets our own validator refuse what is always invalid.
    async fn refuses(&self) -> Result<bool> {
        let namespace = &self.job.namespace;
        let probe = json!({
            "apiVersion": "networking.istio.io/v1",
            "kind": "Gateway",
            "metadata": {
                "name": "invalid-gateway",
                "namespace": namespace,
                "labels": { "istio.io/rev": self.job.revision },
                "annotations": { "internal.istio.io/webhook-always-reject": "true" },
            },
            "spec": {},
        });
        let path = format!("/apis/networking.istio.io/v1/namespaces/{namespace}/gateways?dryRun=All");
        let request = Request::post(path)
            .header(http::header::CONTENT_TYPE, "application/json")
            .body(probe.to_string().into_bytes())?;
        match self.client.request::<Value>(request).await {
            Ok(_) => Ok(false),
            Err(kube::Error::Api(status)) => {
                let message = &status.message;
                Ok(message.contains("denied the request") || message.contains("could not find the requested"))
            }
            Err(cause) => Err(cause).context("cannot probe the validator"),
        }
    }
}

fn webhooks(configuration: &Value) -> impl Iterator<Item = &Value> {
    configuration["webhooks"].as_array().into_iter().flatten()
}
