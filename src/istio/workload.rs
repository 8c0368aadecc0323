//! What has no pod now and will have some: it uses a revision all the same. Brief forms, as lists of them may be long.

use serde::Deserialize;

use super::plane::is_discovery;
use super::pod::Condition;
use super::{Pod, Proxy, asks, label};
use crate::object::Object;

/// A Deployment, StatefulSet, DaemonSet or CronJob, as the API has it.
#[derive(Debug, Clone, Deserialize)]
pub struct Workload {
    metadata: Metadata,
    #[serde(default)]
    spec: Spec,
    #[serde(default)]
    status: Status,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct Metadata {
    name: String,
    #[serde(default)]
    namespace: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    replicas: Option<i64>,
    #[serde(default)]
    template: Pod,
    #[serde(default)]
    job_template: JobTemplate,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct JobTemplate {
    #[serde(default)]
    spec: JobSpec,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct JobSpec {
    #[serde(default)]
    template: Pod,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    #[serde(default)]
    desired_number_scheduled: i64,
    #[serde(default)]
    number_ready: i64,
    #[serde(default)]
    ready_replicas: i64,
    #[serde(default)]
    updated_replicas: i64,
    #[serde(default)]
    conditions: Option<Vec<Condition>>,
}

/// The kinds that may be without pods: version, kind, path segment.
pub const MAY_BE_IDLE: [(&str, &str, &str); 4] = [
    ("apps/v1", "Deployment", "deployments"),
    ("apps/v1", "StatefulSet", "statefulsets"),
    ("apps/v1", "DaemonSet", "daemonsets"),
    ("batch/v1", "CronJob", "cronjobs"),
];

/// A workload without pods: scaled to 0, without a node, or a CronJob, suspended or between two runs.
#[derive(Debug, Clone)]
pub struct Idle {
    /// Its kind.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// The pod that it makes, with its namespace.
    pub pod: Pod,
}

impl Workload {
    /// The same, where it has no pods; `kind` is that of the list it is from.
    pub fn idle(self, kind: &'static str) -> Option<Idle> {
        let Self { metadata: Metadata { name, namespace }, spec, status } = self;
        let (is_idle, template) = match kind {
            "CronJob" => (true, spec.job_template.spec.template),
            "DaemonSet" => (status.desired_number_scheduled == 0, spec.template),
            _ => (spec.replicas == Some(0), spec.template),
        };
        is_idle.then(|| Idle { kind, name, pod: template.placed(&namespace) })
    }
}

/// A workload that has fewer pods that are ready than it wants, or cannot make the newest.
#[derive(Debug, Clone)]
pub struct Unready {
    /// Its kind.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// The pod that it makes, with its namespace.
    pub pod: Pod,
}

impl Workload {
    /// Whether its image is istiod's: it runs a control plane, however it is labelled.
    pub fn runs_discovery(&self) -> bool {
        self.spec.template.lasting().any(|(one, _)| is_discovery(Some(&one.name), &one.image))
    }

    /// Its namespace and its name.
    pub fn place(&self) -> (&str, &str) {
        (&self.metadata.namespace, &self.metadata.name)
    }

    /// The same, where not all of its pods are ready; `kind` is that of the list it is from. A CronJob has no pods of its own.
    pub fn unready(&self, kind: &'static str) -> Option<Unready> {
        let Self { metadata: Metadata { name, namespace }, spec, status } = self;
        let cannot = status.conditions.iter().flatten().any(|one| one.kind == "ReplicaFailure" && one.status == "True");
        let wanted = spec.replicas.unwrap_or(1);
        let lacks = match kind {
            "DaemonSet" => status.number_ready < status.desired_number_scheduled,
            "Deployment" => status.ready_replicas < wanted || status.updated_replicas < wanted,
            "StatefulSet" => status.ready_replicas < wanted,
            _ => false,
        };
        (cannot || lacks).then(|| Unready { kind, name: name.clone(), pod: spec.template.clone().placed(namespace) })
    }
}

impl Unready {
    /// Whether its pods are in the mesh: they get a proxy, bring one along, or are in ambient mode. `namespace` is theirs.
    pub fn is_in_mesh(&self, namespace: Option<&Object>) -> bool {
        let ambient = |value: Option<&str>| value == Some("ambient");
        let mode = self.pod.label(label::DATAPLANE_MODE);
        let is_ambient =
            ambient(mode) || mode.is_none() && ambient(namespace.and_then(|one| one.label(label::DATAPLANE_MODE)));
        is_ambient || asks::of_pod(namespace, &self.pod).is_some() || Proxy::of(&self.pod).is_some()
    }

    /// Its namespace.
    pub fn namespace(&self) -> &str {
        self.pod.namespace()
    }
}

impl Idle {
    /// `KIND/NAMESPACE/NAME`.
    pub fn path(&self) -> String {
        format!("{}/{}/{}", self.kind, self.pod.namespace(), self.name)
    }

    /// The revision, or tag, that its pods will be of; none where they get no proxy. `namespace` is the one it is in.
    pub fn asks_for(&self, namespace: Option<&Object>) -> Option<String> {
        let own = Proxy::of(&self.pod).filter(Proxy::is_of_a_revision).map(|proxy| proxy.revision);
        own.or_else(|| asks::of_pod(namespace, &self.pod).map(str::to_owned))
    }
}

/// A Gateway of the Gateway API.
#[derive(Debug, Clone, Deserialize)]
pub struct Gateway {
    metadata: Labelled,
    #[serde(default)]
    spec: GatewaySpec,
}

#[derive(Debug, Clone, Deserialize)]
struct Labelled {
    name: String,
    #[serde(default)]
    namespace: String,
    #[serde(default)]
    labels: Option<std::collections::BTreeMap<String, String>>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct GatewaySpec {
    #[serde(default)]
    gateway_class_name: String,
}

/// A GatewayClass.
#[derive(Debug, Clone, Deserialize)]
pub struct GatewayClass {
    metadata: Metadata,
    #[serde(default)]
    spec: GatewayClassSpec,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct GatewayClassSpec {
    #[serde(default)]
    controller_name: String,
}

impl GatewayClass {
    /// Its name, where Istio's controllers serve it.
    pub fn of_istio(self) -> Option<String> {
        self.spec.controller_name.starts_with("istio.io/").then_some(self.metadata.name)
    }
}

impl Gateway {
    /// Its namespace.
    pub fn namespace(&self) -> &str {
        &self.metadata.namespace
    }

    /// `NAMESPACE/NAME`.
    pub fn path(&self) -> String {
        format!("{}/{}", self.metadata.namespace, self.metadata.name)
    }

    /// The name of its class.
    pub fn class(&self) -> &str {
        &self.spec.gateway_class_name
    }

    /// The revision, or tag, whose istiod serves it: its own label says, else its namespace's, else it is the default one.
    pub fn asks_for<'a>(&'a self, namespace: Option<&'a Object>) -> &'a str {
        let own = self.metadata.labels.as_ref().and_then(|labels| labels.get(label::REVISION)).map(String::as_str);
        let name = own.or_else(|| namespace?.label(label::REVISION));
        name.filter(|name| !name.is_empty()).unwrap_or(super::DEFAULT)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn idle(kind: &'static str, spec: Value, status: Value) -> Option<Idle> {
        let object = json!({"metadata": {"name": "w", "namespace": "n"}, "spec": spec, "status": status});
        serde_json::from_value::<Workload>(object).unwrap().idle(kind)
    }

    #[test]
    fn what_has_no_pods_now_may_ask_for_some() {
        let template = |labels: Value| json!({"metadata": {"labels": labels}, "spec": {"containers": []}});
        let asking = template(json!({"istio.io/rev": "canary"}));
        let table = [
            ("Deployment", json!({"replicas": 0, "template": asking}), json!({}), true),
            ("Deployment", json!({"replicas": 1, "template": asking}), json!({}), false),
            ("Deployment", json!({"template": asking}), json!({}), false),
            ("StatefulSet", json!({"replicas": 0, "template": asking}), json!({}), true),
            ("DaemonSet", json!({"template": asking}), json!({"desiredNumberScheduled": 0}), true),
            ("DaemonSet", json!({"template": asking}), json!({"desiredNumberScheduled": 2}), false),
            ("CronJob", json!({"suspend": true, "jobTemplate": {"spec": {"template": asking}}}), json!({}), true),
        ];
        for (kind, spec, status, is_idle) in table {
            let asks = idle(kind, spec.clone(), status).and_then(|idle| idle.asks_for(None));
            assert_eq!(asks.as_deref(), is_idle.then_some("canary"), "{kind} {spec}");
        }
        let refusing = json!({"replicas": 0, "template": template(json!({"sidecar.istio.io/inject": "false"}))});
        assert_eq!(idle("Deployment", refusing, json!({})).unwrap().asks_for(None), None);
    }

    #[test]
    fn what_lacks_pods_is_told_of_where_it_is_in_the_mesh() {
        let unready = |kind: &'static str, spec: Value, status: Value| {
            let object = json!({"metadata": {"name": "w", "namespace": "n"}, "spec": spec, "status": status});
            serde_json::from_value::<Workload>(object).unwrap().unready(kind)
        };
        let failing = json!([{"type": "ReplicaFailure", "status": "True"}]);
        let table = [
            ("Deployment", json!({}), json!({"readyReplicas": 1, "updatedReplicas": 1}), false),
            ("Deployment", json!({}), json!({"readyReplicas": 1, "updatedReplicas": 1, "conditions": failing}), true),
            ("Deployment", json!({}), json!({"readyReplicas": 1}), true),
            ("Deployment", json!({"replicas": 0}), json!({}), false),
            ("StatefulSet", json!({"replicas": 2}), json!({"readyReplicas": 1}), true),
            ("DaemonSet", json!({}), json!({"desiredNumberScheduled": 2, "numberReady": 1}), true),
            ("DaemonSet", json!({}), json!({"desiredNumberScheduled": 0}), false),
            ("CronJob", json!({}), json!({}), false),
        ];
        for (kind, spec, status, lacks) in table {
            assert_eq!(unready(kind, spec.clone(), status.clone()).is_some(), lacks, "{kind} {spec} {status}");
        }
        let place = |labels: Value| {
            let metadata = json!({"name": "n", "labels": labels});
            Object::new(json!({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})).unwrap()
        };
        let one = unready("StatefulSet", json!({"replicas": 1}), json!({})).unwrap();
        for (labels, is_in) in [
            (json!({}), false),
            (json!({"istio-injection": "enabled"}), true),
            (json!({"istio.io/rev": "canary"}), true),
            (json!({"istio.io/dataplane-mode": "ambient"}), true),
        ] {
            assert_eq!(one.is_in_mesh(Some(&place(labels.clone()))), is_in, "{labels}");
        }
    }

    #[test]
    fn a_gateway_is_served_by_the_revision_that_it_or_its_namespace_names() {
        let place = |labels: Value| {
            let metadata = json!({"name": "n", "labels": labels});
            Object::new(json!({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})).unwrap()
        };
        let table = [
            (json!({"istio.io/rev": "a"}), json!({"istio.io/rev": "b"}), "a"),
            (json!({}), json!({"istio.io/rev": "b", "istio-injection": "enabled"}), "b"),
            (json!(null), json!({}), "default"),
        ];
        for (own, of_namespace, asked) in table {
            let object = json!({"metadata": {"name": "g", "namespace": "n", "labels": own}, "spec": {"gatewayClassName": "istio"}});
            let gateway: Gateway = serde_json::from_value(object).unwrap();
            assert_eq!(gateway.asks_for(Some(&place(of_namespace))), asked);
        }
        let class = |controller: &str| {
            let object = json!({"metadata": {"name": "c"}, "spec": {"controllerName": controller}});
            serde_json::from_value::<GatewayClass>(object).unwrap().of_istio()
        };
        assert_eq!(class("istio.io/mesh-controller").as_deref(), Some("c"));
        assert_eq!(class("example.com/istio.io"), None);
    }
}
