//! How pods are injected in a cluster now: its webhooks, and the injector behind each revision.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::error::{Error, Result};
use crate::inject::{Injector, Namespace, Rule, WebhookMatch, selecting};
use crate::istio::ControlPlane;
use crate::istio::label::{DATAPLANE_MODE, INJECT, INJECTION, REVISION};
use crate::istio::plane::newer;
use crate::object::Object;

/// The first Kubernetes minor version whose kubelets run native sidecars for good: istiod's own limit.
const NATIVE_SIDECARS_SINCE: u32 = 33;

/// Whether every node runs native sidecars; istiod says yes of no nodes.
pub fn nodes_can(nodes: &[Object]) -> bool {
    nodes.iter().all(|node| {
        let version = node.text("/status/nodeInfo/kubeletVersion").unwrap_or_default();
        let mut parts = version.trim_start_matches('v').split(['.', '-', '+']).map(|part| part.parse::<u32>().ok());
        matches!((parts.next().flatten(), parts.next().flatten()), (Some(_), Some(minor)) if minor >= NATIVE_SIDECARS_SINCE)
    })
}

/// The plainest of pods, in a namespace and with these labels: what refuses it refuses every other one.
pub fn probe(namespace: &str, labels: &[(String, String)]) -> Value {
    let labels: Map<String, Value> = labels.iter().map(|(key, value)| (key.clone(), value.as_str().into())).collect();
    json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "probe", "namespace": namespace, "labels": labels},
        "spec": {"containers": [{"name": "app", "image": "app"}]},
    })
}

/// The webhooks of a cluster, and the injector behind each revision.
pub struct Injectors {
    configurations: Vec<Value>,
    injectors: BTreeMap<String, Injector>,
    roots: BTreeMap<String, i64>,
    newer: BTreeSet<String>,
}

/// What becomes of a pod that is made now.
#[derive(Debug, Clone)]
pub struct Outlook {
    /// Whether it gets a proxy.
    pub injected: bool,
    /// The rule that decides, in words.
    pub reason: String,
    /// The revision that injects it.
    pub revision: Option<String>,
    /// Since when that revision has its root certificate, where it is known.
    pub root: Option<i64>,
    /// The injected pod; none where it is not injected, or where nothing is known of that revision's injector.
    pub pod: Option<Value>,
}

impl Injectors {
    /// From MutatingWebhookConfigurations, what is known of the control planes, and the `ProxyConfig` resources.
    ///
    /// # Errors
    /// What is wrong with a control plane's configuration; see [`Injector::new`].
    pub fn of(configurations: Vec<Value>, planes: &[ControlPlane], nodes_can: bool, proxies: &[Value]) -> Result<Self> {
        let (injection, errors) = Self::as_far_as_known(configurations, planes, nodes_can, proxies);
        errors.into_iter().next().map_or(Ok(injection), Err)
    }

    /// The same without the control planes whose configuration is wrong, with what is wrong with each.
    pub fn as_far_as_known(
        configurations: Vec<Value>,
        planes: &[ControlPlane],
        nodes_can: bool,
        proxies: &[Value],
    ) -> (Self, Vec<Error>) {
        let (mut injectors, mut errors) = (BTreeMap::new(), Vec::new());
        for plane in planes.iter().filter(|plane| plane.is_known()) {
            match Injector::of(plane, plane.native_sidecars(nodes_can)) {
                Ok(injector) => {
                    injectors.insert(plane.revision.clone(), injector.with_proxy_configs(proxies));
                }
                Err(error) => errors.push(error),
            }
        }
        let roots = planes.iter().filter_map(|plane| Some((plane.revision.clone(), plane.root?))).collect();
        (Self { configurations, injectors, roots, newer: newer(planes) }, errors)
    }

    /// The same by other webhooks: a tag leads elsewhere by now, and the control planes are as they were.
    #[must_use]
    pub fn selecting_by(self, configurations: Vec<Value>) -> Self {
        Self { configurations, ..self }
    }

    /// What to say of control planes that are newer than what is known, once for each version.
    pub const fn newer(&self) -> &BTreeSet<String> {
        &self.newer
    }

    /// The webhook configurations.
    pub fn configurations(&self) -> &[Value] {
        &self.configurations
    }

    /// What becomes of `pod`, as its controller makes it in `namespace`, whose object may be given for its annotations.
    ///
    /// # Errors
    /// Where istiod refuses the pod: a wrong annotation, a template that fails.
    pub fn outlook(&self, namespace: &Namespace, object: &Value, pod: &Value) -> Result<Outlook> {
        let webhooks = selecting(&self.configurations, namespace, pod);
        let Some(WebhookMatch { revision, .. }) = webhooks.first() else {
            let reason = unselected(namespace, pod);
            return Ok(Outlook { injected: false, reason, revision: None, root: None, pod: None });
        };
        let root = self.roots.get(revision).copied();
        let revision = Some(revision.clone());
        let Some(injector) = self.injectors.get(revision.as_deref().unwrap_or_default()) else {
            let reason = Rule::Policy(crate::inject::Policy::Enabled).to_string();
            return Ok(Outlook { injected: true, reason, revision, root, pod: None });
        };
        let (injected, rule) = injector.decide(pod, &namespace.name);
        let pod = if injected { injector.inject_pod(pod, &namespace.name, object)? } else { None };
        Ok(Outlook { injected, reason: rule.to_string(), revision, root, pod })
    }

    /// What keeps [`Injectors::outlook`] from knowing a revision's proxies: revisions that webhooks name and nothing is
    /// known of.
    pub fn unknown(&self) -> Vec<&str> {
        let mut unknown: Vec<&str> = Vec::new();
        for configuration in &self.configurations {
            let revision = configuration["metadata"]["labels"][REVISION].as_str();
            unknown.extend(revision.filter(|revision| !self.injectors.contains_key(*revision)));
        }
        unknown.sort_unstable();
        unknown.dedup();
        unknown
    }
}

/// Which label it is that keeps every webhook from a pod.
fn unselected(namespace: &Namespace, pod: &Value) -> String {
    let of_namespace = |key: &str| namespace.labels.get(key).and_then(Value::as_str);
    let none = Map::new();
    let labels = pod["metadata"]["labels"].as_object().unwrap_or(&none);
    let of_pod = |key: &str| labels.get(key).and_then(Value::as_str);
    if let Some(value @ "false") = of_pod(INJECT) {
        return format!("the pod's label {INJECT}={value}");
    }
    if let Some(value) = of_namespace(INJECTION).filter(|value| *value != "enabled") {
        return format!("the namespace's label {INJECTION}={value}");
    }
    if let Some(value) = of_namespace(REVISION) {
        return format!("the namespace's label {REVISION}={value}, which no webhook answers to");
    }
    if let Some(value) = of_pod(REVISION) {
        return format!("the pod's label {REVISION}={value}, which no webhook answers to");
    }
    if let Some(value @ "ambient") = of_namespace(DATAPLANE_MODE) {
        return format!("the namespace's label {DATAPLANE_MODE}={value}: it is in the mesh without a sidecar");
    }
    Rule::NoWebhook.to_string()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]
    use super::*;
    use serde_json::json;

    #[test]
    fn native_sidecars_go_by_the_oldest_node() {
        let node = |version: &str| {
            let status = json!({"nodeInfo": {"kubeletVersion": version}});
            Object::new(json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n"}, "status": status}))
                .unwrap()
        };
        let table: [(&[&str], bool); 6] = [
            (&["v1.33.0"], true),
            (&["v1.36.1-gke.100", "v1.33.0+k3s1"], true),
            (&["v1.36.1", "v1.32.9"], false),
            (&["what"], false),
            (&["2.0.0"], false),
            (&[], true),
        ];
        for (versions, can) in table {
            let nodes: Vec<Object> = versions.iter().map(|version| node(version)).collect();
            assert_eq!(nodes_can(&nodes), can, "{versions:?}");
        }
    }

    #[test]
    fn the_label_that_decides_is_named() {
        let injection = Injectors::of(Vec::new(), &[], true, &[]).unwrap();
        let reason = |namespace: Value, labels: Value| {
            let labels_of = namespace.as_object().cloned().unwrap_or_default();
            let namespace = Namespace { name: "a".into(), labels: labels_of };
            let pod = json!({"metadata": {"labels": labels}});
            injection.outlook(&namespace, &Value::Null, &pod).unwrap().reason
        };
        assert_eq!(reason(json!({}), json!({INJECT: "false"})), "the pod's label sidecar.istio.io/inject=false");
        assert_eq!(reason(json!({INJECTION: "disabled"}), json!({})), "the namespace's label istio-injection=disabled");
        assert!(reason(json!({REVISION: "x"}), json!({})).contains("istio.io/rev=x, which no webhook"));
        assert!(reason(json!({DATAPLANE_MODE: "ambient"}), json!({})).contains("without a sidecar"));
        assert_eq!(reason(json!({}), json!({})), Rule::NoWebhook.to_string());
    }
}
