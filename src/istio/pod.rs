//! A pod, or the template of one, as far as the mesh asks: all the rest is dropped while it is read, so that a page of pods
//! takes little.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::Proxy;
use crate::object::Object;

/// The brief form of a pod. It is read from the API's own.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Pod {
    #[serde(default, deserialize_with = "or_default")]
    metadata: Metadata,
    #[serde(default, deserialize_with = "or_default")]
    spec: Spec,
    #[serde(default, deserialize_with = "or_default")]
    status: Status,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    #[serde(default, deserialize_with = "or_default")]
    name: String,
    #[serde(default, deserialize_with = "or_default")]
    namespace: String,
    #[serde(default, deserialize_with = "or_default")]
    labels: BTreeMap<String, String>,
    #[serde(default, deserialize_with = "or_default")]
    annotations: Annotations,
    creation_timestamp: Option<String>,
    deletion_timestamp: Option<String>,
}

/// Only these are kept: others may be long.
#[derive(Debug, Clone, Default, Deserialize)]
struct Annotations {
    #[serde(rename = "istio.io/rev")]
    revision: Option<String>,
    #[serde(rename = "sidecar.istio.io/status")]
    status: Option<String>,
    #[serde(rename = "sidecar.istio.io/proxyImage")]
    image: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    #[serde(default, deserialize_with = "or_default")]
    containers: Vec<Container>,
    #[serde(default, deserialize_with = "or_default")]
    init_containers: Vec<Container>,
    #[serde(default, deserialize_with = "or_default")]
    host_network: bool,
}

/// A container.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Container {
    /// Its name.
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
    /// Its image.
    #[serde(default, deserialize_with = "or_default")]
    pub image: String,
    #[serde(default, deserialize_with = "or_default")]
    args: Vec<String>,
    restart_policy: Option<String>,
}

impl Container {
    /// The word that tells what a proxy is: `proxy router …`.
    pub(super) fn role(&self) -> &str {
        self.args.get(1).map_or("", String::as_str)
    }

    fn stays(&self) -> bool {
        self.restart_policy.as_deref() == Some("Always")
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    #[serde(default, deserialize_with = "or_default")]
    phase: String,
    #[serde(default, deserialize_with = "or_default")]
    conditions: Vec<Condition>,
    #[serde(default, deserialize_with = "or_default")]
    container_statuses: Vec<ContainerStatus>,
    #[serde(default, deserialize_with = "or_default")]
    init_container_statuses: Vec<ContainerStatus>,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Condition {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) status: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct ContainerStatus {
    name: String,
    #[serde(default, deserialize_with = "or_default")]
    state: State,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct State {
    running: Option<Running>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Running {
    started_at: Option<String>,
}

/// What is null is as if it were not there.
fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(from: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

impl Pod {
    /// Of an object, or of a template (its `metadata` and `spec`). What the API server would not have taken is no pod of
    /// the mesh's.
    pub fn of(pod: &Value) -> Self {
        Self::deserialize(pod).unwrap_or_default()
    }

    /// The same in a namespace, as a template comes to be.
    #[must_use]
    pub(super) fn placed(mut self, namespace: &str) -> Self {
        namespace.clone_into(&mut self.metadata.namespace);
        self
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.metadata.name
    }

    /// Its namespace; empty for a template.
    pub fn namespace(&self) -> &str {
        &self.metadata.namespace
    }

    /// `NAMESPACE/NAME`.
    pub fn path(&self) -> String {
        format!("{}/{}", self.metadata.namespace, self.metadata.name)
    }

    /// The value of a label.
    pub fn label(&self, key: &str) -> Option<&str> {
        self.metadata.labels.get(key).map(String::as_str)
    }

    /// Whether it lives: it has neither ended, as a run of a Job does, nor is it about to. What does not live is no user of
    /// anything, has no proxy that counts, and is nothing to be found fault with.
    pub fn lives(&self) -> bool {
        !matches!(self.status.phase.as_str(), "Succeeded" | "Failed") && self.metadata.deletion_timestamp.is_none()
    }

    /// Its proxy, while it lives.
    pub fn living_proxy(&self) -> Option<Proxy> {
        self.lives().then(|| Proxy::of(self)).flatten()
    }

    /// Whether it is ready.
    pub fn is_ready(&self) -> bool {
        self.status.conditions.iter().any(|one| one.kind == "Ready" && one.status == "True")
    }

    /// Whether it uses its node's network: istiod never injects such a pod.
    pub fn uses_host_network(&self) -> bool {
        self.spec.host_network
    }

    /// The containers that run as long as it does, native sidecars last, each with whether it is one.
    pub fn lasting(&self) -> impl Iterator<Item = (&Container, bool)> {
        let native = self.spec.init_containers.iter().filter(|one| one.stays()).map(|one| (one, true));
        self.spec.containers.iter().map(|one| (one, false)).chain(native)
    }

    /// The container of that name that runs as long as it does.
    pub fn container(&self, name: &str) -> Option<&Container> {
        self.lasting().find(|(one, _)| one.name == name).map(|(one, _)| one)
    }

    /// Since when a container runs, in seconds since 1970; none while it does not.
    pub fn runs_since(&self, container: &str) -> Option<i64> {
        let mut statuses = self.status.init_container_statuses.iter().chain(&self.status.container_statuses);
        let running = statuses.find(|one| one.name == container)?.state.running.as_ref()?;
        let since = running.started_at.as_ref().or(self.metadata.creation_timestamp.as_ref())?;
        since.parse::<Timestamp>().ok().map(Timestamp::as_second)
    }

    /// The revision that the injector wrote into it.
    pub(super) fn injected_by(&self) -> Option<String> {
        let noted = self.metadata.annotations.revision.clone();
        let of_status = || {
            let status: Value = serde_json::from_str(self.metadata.annotations.status.as_deref()?).ok()?;
            status["revision"].as_str().map(str::to_owned)
        };
        noted.filter(|name| !name.is_empty()).or_else(of_status).filter(|name| !name.is_empty())
    }

    /// Whether an injector has been at it; gateways bring their proxy along.
    pub fn was_injected(&self) -> bool {
        self.metadata.annotations.status.is_some()
    }

    /// The image that its annotation pins the proxy to. A name without a slash pins nothing, as istiod's templates have it.
    pub(super) fn pinned(&self) -> Option<String> {
        self.metadata.annotations.image.clone().filter(|image| image.contains('/'))
    }
}

impl From<&Object> for Pod {
    fn from(object: &Object) -> Self {
        Self::of(object.value())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_has_ended_or_is_about_to_does_not_live() {
        let table = [
            (json!({"status": {"phase": "Running"}}), true),
            (json!({"status": {"phase": "Pending"}}), true),
            (json!({"status": null, "metadata": {"labels": null}}), true),
            (json!({"status": {"phase": "Succeeded"}}), false),
            (json!({"status": {"phase": "Failed"}}), false),
            (json!({"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}, "status": {"phase": "Running"}}), false),
        ];
        for (pod, lives) in table {
            assert_eq!(Pod::of(&pod).lives(), lives, "{pod}");
        }
    }

    #[test]
    fn a_container_runs_since_its_own_start() {
        let pod = |state: Value| {
            let status = json!({"containerStatuses": [{"name": "a", "state": state}]});
            Pod::of(&json!({"metadata": {"creationTimestamp": "1970-01-01T00:01:00Z"}, "status": status}))
        };
        let since = |state: Value| pod(state).runs_since("a");
        assert_eq!(since(json!({"running": {"startedAt": "1970-01-01T00:02:00Z"}})), Some(120));
        assert_eq!(since(json!({"running": {}})), Some(60));
        assert_eq!(since(json!({"waiting": {"reason": "CrashLoopBackOff"}})), None);
        assert_eq!(pod(json!({"running": {}})).runs_since("b"), None);
    }
}
