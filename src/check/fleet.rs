//! The proxies of a mesh, counted as their pods are read page by page: what is kept does not grow with their number.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::finding::{Case, Finding, Suite};
use crate::status::version;

/// What is read of a pod; all the rest is dropped while the page is parsed.
#[derive(Debug, Deserialize)]
pub struct PodBrief {
    metadata: Metadata,
    #[serde(default)]
    spec: Spec,
    #[serde(default)]
    status: Status,
}

#[derive(Debug, Deserialize)]
struct Metadata {
    #[serde(default)]
    name: String,
    #[serde(default)]
    namespace: String,
    #[serde(default)]
    labels: Option<Revision>,
    #[serde(default)]
    annotations: Option<Revision>,
}

#[derive(Debug, Default, Deserialize)]
struct Revision {
    #[serde(rename = "istio.io/rev")]
    revision: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    #[serde(default)]
    containers: Vec<Container>,
    #[serde(default)]
    init_containers: Vec<Container>,
}

#[derive(Debug, Deserialize)]
struct Container {
    name: String,
    #[serde(default)]
    image: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    #[serde(default)]
    phase: String,
    #[serde(default)]
    conditions: Vec<Condition>,
    #[serde(default)]
    container_statuses: Vec<ContainerStatus>,
    #[serde(default)]
    init_container_statuses: Vec<ContainerStatus>,
}

#[derive(Debug, Deserialize)]
struct Condition {
    #[serde(rename = "type")]
    kind: String,
    status: String,
}

#[derive(Debug, Deserialize)]
struct ContainerStatus {
    name: String,
    #[serde(default)]
    state: State,
}

#[derive(Debug, Default, Deserialize)]
struct State {
    waiting: Option<Waiting>,
}

#[derive(Debug, Deserialize)]
struct Waiting {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    message: String,
}

/// How many pods with trouble are kept by name.
const KEPT_TROUBLES: usize = 20;

/// Pods with a proxy, by what they run.
#[derive(Debug, Clone, Default)]
pub struct Fleet {
    /// By revision and version.
    pub groups: BTreeMap<(String, String), Group>,
    /// How many proxies each namespace has, by revision.
    pub namespaces: BTreeMap<(String, String), usize>,
    /// The first pods with trouble: `NAMESPACE/NAME` and what it is.
    pub troubles: Vec<(String, String)>,
    /// How many have trouble.
    pub troubled: usize,
}

/// Pods of one revision and version.
#[derive(Debug, Clone, Default)]
pub struct Group {
    /// How many.
    pub pods: usize,
    /// How many of them are ready.
    pub ready: usize,
    /// One of them, `NAMESPACE/NAME`.
    pub example: String,
}

impl Fleet {
    /// Counts a page of pods; those without a proxy are passed over.
    pub fn add(&mut self, pods: Vec<PodBrief>) {
        pods.into_iter().for_each(|pod| self.add_one(pod));
    }

    fn add_one(&mut self, pod: PodBrief) {
        const PROXY: &str = "istio-proxy";
        let PodBrief { metadata, spec, status } = pod;
        let Some(proxy) = spec.containers.iter().chain(&spec.init_containers).find(|one| one.name == PROXY) else {
            return;
        };
        // What has run to its end runs no proxy.
        if matches!(status.phase.as_str(), "Succeeded" | "Failed") {
            return;
        }
        let said = [metadata.labels, metadata.annotations].into_iter().flatten().find_map(|one| one.revision);
        let revision = said.filter(|one| !one.is_empty()).unwrap_or_else(|| "default".to_owned());
        let name = format!("{}/{}", metadata.namespace, metadata.name);
        *self.namespaces.entry((revision.clone(), metadata.namespace)).or_default() += 1;
        let ready = status.conditions.iter().any(|one| one.kind == "Ready" && one.status == "True");
        let group = self.groups.entry((revision, version::of_image(&proxy.image))).or_default();
        group.pods += 1;
        group.ready += usize::from(ready);
        if group.example.is_empty() {
            group.example.clone_from(&name);
        }
        let statuses = status.init_container_statuses.iter().chain(&status.container_statuses);
        let trouble = statuses
            .filter_map(|one| Some((&one.name, one.state.waiting.as_ref()?)))
            .find(|(_, waiting)| !matches!(waiting.reason.as_str(), "" | "PodInitializing" | "ContainerCreating"));
        if let Some((container, waiting)) = trouble {
            self.troubled += 1;
            if self.troubles.len() < KEPT_TROUBLES {
                let message = if waiting.message.is_empty() { String::new() } else { format!(": {}", waiting.message) };
                self.troubles.push((name, format!("{container}: {}{message}", waiting.reason)));
            }
        }
    }

    /// How many proxies there are.
    pub fn pods(&self) -> usize {
        self.groups.values().map(|group| group.pods).sum()
    }

    /// The proxies of a revision against the version that is wanted of it: a case a version.
    pub fn against(&self, revision: &str, version: &str) -> Vec<Case> {
        let own = self.groups.iter().filter(|((of, _), _)| of == revision);
        own.map(|((_, runs), group)| {
            let mut case = Case::new(Suite::Proxies, format!("proxies {runs} of revision {revision}"));
            if runs != version {
                let (are, pod) = if group.pods == 1 { ("runs", "pod") } else { ("run", "pods") };
                let message = format!(
                    "{} {pod} of revision {revision} {are} proxy {runs}, where {version} is wanted; one is {}",
                    group.pods, group.example
                );
                let place = group.example.split('/').next().unwrap_or_default();
                let finding = Finding::error("outdated-proxy", None, message);
                case.findings.push(finding.hint(format!("kubectl rollout restart deployment -n {place}")));
            }
            case
        })
        .collect()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn pod(name: &str, image: &str, rest: Value) -> PodBrief {
        let mut pod = json!({
            "metadata": {"name": name, "namespace": "shop", "labels": {"a": "b"}, "annotations": {"istio.io/rev": "default"}},
            "spec": {"containers": [{"name": "app", "image": "app:1"}], "initContainers": [{"name": "istio-proxy", "image": image}]},
            "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]},
        });
        if !rest.is_null() {
            pod["status"] = rest;
        }
        serde_json::from_value(pod).unwrap()
    }

    #[test]
    fn proxies_are_counted_by_revision_and_version() {
        let waiting = json!({"phase": "Pending", "containerStatuses": [
            {"name": "app", "state": {"waiting": {"reason": "ErrImagePull", "message": "no such image"}}}]});
        let mut fleet = Fleet::default();
        fleet.add(vec![
            pod("a", "proxyv2:1.30.3", Value::Null),
            pod("b", "proxyv2:1.29.1", waiting),
            pod("c", "proxyv2:1.29.1", json!({"phase": "Succeeded"})),
        ]);
        assert_eq!((fleet.pods(), fleet.troubled), (2, 1));
        assert_eq!(fleet.troubles, [("shop/b".to_owned(), "app: ErrImagePull: no such image".to_owned())]);
        let cases = fleet.against("default", "1.30.3");
        let messages: Vec<&str> =
            cases.iter().flat_map(|case| &case.findings).map(|one| one.message.as_str()).collect();
        assert_eq!(messages, ["1 pod of revision default runs proxy 1.29.1, where 1.30.3 is wanted; one is shop/b"]);
        assert!(fleet.against("canary", "1.30.3").is_empty());
    }
}
