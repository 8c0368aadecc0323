//! Values that the API server refuses, whatever the cluster: names, quantities, words of a fixed set, numbers out of range,
//! and elements of a list that are there twice. Source: the validation of each kind in Kubernetes, and the keys of the lists
//! that a server-side apply merges.

use std::fmt;

use serde_json::Value;

use super::check::of_kind;
use super::{GoStruct, Merge, Shape};
use crate::object::{Object, Quantity, names};

/// A value that cannot be.
#[derive(Debug, Clone, PartialEq)]
pub struct Wrong {
    /// Where it is, such as `spec.template.spec.containers[0].imagePullPolicy`.
    pub path: String,
    /// The field, such as `imagePullPolicy`.
    pub field: String,
    /// The value.
    pub value: Value,
    why: String,
}

/// ``spec.type: `Odd` is none of …``.
impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: `{}` {}", self.path, shown(&self.value), self.why)
    }
}

/// Types with a field of a fixed set of words; of lists each element is one of them.
const WORDS: [(&[&str], &str, &[&str]); 24] = [
    (&["Container", "EphemeralContainer"], "imagePullPolicy", &["Always", "IfNotPresent", "Never"]),
    (&["Container", "EphemeralContainer"], "terminationMessagePolicy", &["File", "FallbackToLogsOnError"]),
    (&["PodSpec"], "restartPolicy", &["Always", "OnFailure", "Never"]),
    (&["PodSpec"], "dnsPolicy", &["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"]),
    (&["PodSpec"], "preemptionPolicy", &["PreemptLowerPriority", "Never"]),
    (&["ContainerPort", "ServicePort"], "protocol", &["TCP", "UDP", "SCTP"]),
    (&["HTTPGetAction"], "scheme", &["HTTP", "HTTPS"]),
    (&["Toleration"], "operator", &["Exists", "Equal", "Lt", "Gt"]),
    (&["Toleration"], "effect", &["NoSchedule", "PreferNoSchedule", "NoExecute"]),
    (&["TopologySpreadConstraint"], "whenUnsatisfiable", &["DoNotSchedule", "ScheduleAnyway"]),
    (&["LabelSelectorRequirement"], "operator", &["In", "NotIn", "Exists", "DoesNotExist"]),
    (&["NodeSelectorRequirement"], "operator", &["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"]),
    (&["SeccompProfile"], "type", &["RuntimeDefault", "Localhost", "Unconfined"]),
    (&["DeploymentStrategy"], "type", &["RollingUpdate", "Recreate"]),
    (&["DaemonSetUpdateStrategy", "StatefulSetUpdateStrategy"], "type", &["RollingUpdate", "OnDelete"]),
    (&["ServiceSpec"], "type", &["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"]),
    (&["ServiceSpec"], "sessionAffinity", &["None", "ClientIP"]),
    (&["ServiceSpec"], "externalTrafficPolicy", &["Cluster", "Local"]),
    (&["ServiceSpec"], "internalTrafficPolicy", &["Cluster", "Local"]),
    (&["ServiceSpec"], "ipFamilyPolicy", &["SingleStack", "PreferDualStack", "RequireDualStack"]),
    (&["ServiceSpec"], "ipFamilies", &["IPv4", "IPv6"]),
    (&["PodDisruptionBudgetSpec"], "unhealthyPodEvictionPolicy", &["IfHealthyBudget", "AlwaysAllow"]),
    (&["NetworkPolicySpec"], "policyTypes", &["Ingress", "Egress"]),
    (&["MutatingWebhook", "ValidatingWebhook"], "failurePolicy", &["Fail", "Ignore"]),
];

/// Types with a number, its least and its largest value.
const NUMBERS: [(&[&str], &str, i64, i64); 11] = [
    (&["ContainerPort"], "containerPort", 1, 65535),
    (&["ContainerPort"], "hostPort", 0, 65535),
    (&["ServicePort"], "port", 1, 65535),
    (&["ServicePort"], "nodePort", 0, 65535),
    (&["ServicePort"], "targetPort", 0, 65535),
    (&["HTTPGetAction", "TCPSocketAction", "GRPCAction"], "port", 1, 65535),
    (&["DeploymentSpec", "StatefulSetSpec"], "replicas", 0, i32::MAX as i64),
    (&["DeploymentSpec", "DaemonSetSpec", "StatefulSetSpec"], "minReadySeconds", 0, i32::MAX as i64),
    (&["HorizontalPodAutoscalerSpec"], "minReplicas", 0, i32::MAX as i64),
    (&["HorizontalPodAutoscalerSpec"], "maxReplicas", 1, i32::MAX as i64),
    (&["PodSpec"], "terminationGracePeriodSeconds", 0, i64::MAX),
];

/// Types whose field is a name, the form it has to have, and how that is said.
type Form = fn(&str) -> bool;
const NAMES: [(&[&str], &str, Form, &str); 4] = [
    (&["Container", "EphemeralContainer", "Volume"], "name", names::is_label, LABEL),
    (&["ServicePort"], "name", names::is_label, LABEL),
    (&["ContainerPort"], "name", names::is_port, "is no name of a port: at most 15 lower-case letters, digits and `-`"),
    (&["ServiceSpec"], "externalName", names::is_host, SUBDOMAIN),
];

/// Maps from label to value.
const LABELS: [(&str, &str); 4] = [
    ("ObjectMeta", "labels"),
    ("LabelSelector", "matchLabels"),
    ("ServiceSpec", "selector"),
    ("PodSpec", "nodeSelector"),
];

/// What tells elements of a list apart beside the key by which a patch merges them.
const MORE_KEYS: [(&str, &str); 2] = [("protocol", "TCP"), ("whenUnsatisfiable", "")];

const LABEL: &str =
    "is no name there: lower-case letters, digits and `-`, at most 63, with a letter or digit at both ends";
const SERVICE: &str =
    "is no name of a Service: lower-case letters, digits and `-`, at most 63, with a letter first and no `-` last";
const SUBDOMAIN: &str =
    "is no DNS name: lower-case letters, digits, `-` and `.`, at most 253, with letters or digits around each dot";
const LABEL_VALUE: &str =
    "is no value of a label: letters, digits and `-_.`, at most 63, with a letter or digit at both ends";

/// What of `object` no API server takes.
pub fn wrong_values(object: &Object) -> Vec<Wrong> {
    let mut found = Found::default();
    found.name(object);
    let metadata = GoStruct::named("ObjectMeta");
    if let Some(metadata) = metadata {
        found.walk(metadata, &object.value()["metadata"], "metadata");
    }
    if let Some(root) = of_kind(object) {
        for (name, value) in object.value().as_object().into_iter().flatten() {
            let told = matches!(name.as_str(), "metadata" | "status");
            if let Some(field) = root.field(name).filter(|_| !told) {
                found.below(&field.shape, field.merge, value, name);
            }
        }
    }
    if object.kind() == "HorizontalPodAutoscaler" {
        found.limits(object);
    }
    found.0
}

#[derive(Default)]
struct Found(Vec<Wrong>);

impl Found {
    fn add(&mut self, path: &str, value: &Value, why: impl Into<String>) {
        let field = path.rsplit('.').next().unwrap_or(path);
        let field = field.split('[').next().unwrap_or(field).to_owned();
        self.0.push(Wrong { path: path.to_owned(), field, value: value.clone(), why: why.into() });
    }

    fn name(&mut self, object: &Object) {
        let id = object.id();
        let (fits, why): (bool, &str) = match (id.group.as_str(), id.kind.as_str()) {
            ("", "Service") => (names::is_service(&id.name), SERVICE),
            ("", "Namespace") => (names::is_label(&id.name), LABEL),
            ("rbac.authorization.k8s.io", _) => (names::is_segment(&id.name), "is no name of a role"),
            _ => (names::is_subdomain(&id.name), SUBDOMAIN),
        };
        if !fits {
            self.add("metadata.name", &id.name.into(), why);
        }
    }

    fn walk(&mut self, of: &GoStruct, value: &Value, path: &str) {
        for (name, value) in value.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null()) {
            let Some(field) = of.field(name) else { continue };
            let path = format!("{path}.{name}");
            self.rules(of.name, name, value, &path);
            self.below(&field.shape, field.merge, value, &path);
        }
    }

    fn below(&mut self, shape: &Shape, merge: Merge, value: &Value, path: &str) {
        match (shape, value) {
            (Shape::Struct(of), value) => self.walk(of, value, path),
            (Shape::List(element), Value::Array(items)) => {
                if let Merge::ByKey(key) = merge {
                    self.twice(key, element, items, path);
                }
                for (index, item) in items.iter().enumerate() {
                    self.below(element, Merge::Replace, item, &format!("{path}[{index}]"));
                }
            }
            (Shape::Map(element), Value::Object(map)) => {
                for (name, value) in map {
                    self.below(element, Merge::Replace, value, &format!("{path}.{name}"));
                }
            }
            (Shape::Quantity, Value::String(text)) if !Quantity::is_one(text) => {
                self.add(path, value, "is no quantity such as 100m or 2Gi");
            }
            _ => {}
        }
    }

    fn rules(&mut self, of: &str, name: &str, value: &Value, path: &str) {
        let is_of = |types: &[&str], field: &str| types.contains(&of) && field == name;
        if let Some((.., words)) = WORDS.iter().find(|(types, field, _)| is_of(types, field)) {
            let said = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
            let odd = said.iter().find(|one| one.as_str().is_some_and(|one| !one.is_empty() && !words.contains(&one)));
            if let Some(odd) = odd {
                self.add(path, odd, format!("is none of {}", words.join(", ")));
            }
        }
        if let Some((.., least, most)) = NUMBERS.iter().find(|(types, field, ..)| is_of(types, field))
            && value.as_i64().is_some_and(|number| !(*least..=*most).contains(&number))
        {
            let range =
                if *most < i64::from(i32::MAX) { format!("{least} to {most}") } else { format!("{least} or more") };
            self.add(path, value, format!("is out of range: {range}"));
        }
        if let Some((.., fits, why)) = NAMES.iter().find(|(types, field, ..)| is_of(types, field))
            && value.as_str().is_some_and(|text| !text.is_empty() && !fits(text))
        {
            self.add(path, value, *why);
        }
        if LABELS.contains(&(of, name)) {
            self.labels(value, path);
        }
    }

    fn labels(&mut self, labels: &Value, path: &str) {
        for (key, value) in labels.as_object().into_iter().flatten() {
            let path = format!("{path}[{key}]");
            if !names::is_label_key(key) {
                self.add(&path, &key.as_str().into(), "is no name of a label");
            } else if value.as_str().is_some_and(|text| !names::is_label_value(text)) {
                self.add(&path, value, LABEL_VALUE);
            }
        }
    }

    /// Elements that a server-side apply would take for one.
    fn twice(&mut self, key: &str, element: &Shape, items: &[Value], path: &str) {
        let Shape::Struct(element) = element else { return };
        let more: Vec<(&str, &str)> = MORE_KEYS.into_iter().filter(|(name, _)| element.field(name).is_some()).collect();
        let keys = |item: &Value| -> Option<Vec<Value>> {
            let first = item.get(key).filter(|value| !value.is_null())?.clone();
            let rest = more.iter().map(|(name, default)| item.get(name).cloned().unwrap_or_else(|| (*default).into()));
            Some(std::iter::once(first).chain(rest).collect())
        };
        let all: Vec<Option<Vec<Value>>> = items.iter().map(keys).collect();
        for (index, keys) in all.iter().enumerate() {
            let earlier = all[..index].iter().position(|other| keys.is_some() && other == keys);
            if let (Some(earlier), Some(keys)) = (earlier, keys) {
                let why = format!("is there twice, in {path}[{earlier}] too");
                self.add(&format!("{path}[{index}].{key}"), &keys[0], why);
            }
        }
    }

    fn limits(&mut self, autoscaler: &Object) {
        let (least, most) = (autoscaler.int("/spec/minReplicas"), autoscaler.int("/spec/maxReplicas"));
        if let (Some(least), Some(most)) = (least, most)
            && least > most
        {
            self.add("spec.minReplicas", &least.into(), format!("is more than spec.maxReplicas, {most}"));
        }
    }
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use serde_json::json;

    use super::*;

    fn wrong(api_version: &str, kind: &str, name: &str, spec: Value) -> Vec<String> {
        let object = json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, "spec": spec});
        wrong_values(&Object::new(object).unwrap()).iter().map(ToString::to_string).collect()
    }

    fn pod(container: Value) -> Value {
        json!({"template": {"spec": {"containers": [container]}}})
    }

    #[test]
    fn what_no_server_takes_is_named() {
        let port = |number: u16, protocol: &str| json!({"containerPort": number, "protocol": protocol});
        let table = [
            (
                "Deployment",
                pod(json!({"name": "a", "imagePullPolicy": "Sometimes"})),
                "imagePullPolicy: `Sometimes` is none of Always,",
            ),
            (
                "Deployment",
                pod(json!({"resources": {"limits": {"cpu": "lots"}}})),
                "resources.limits.cpu: `lots` is no quantity",
            ),
            (
                "Deployment",
                pod(json!({"ports": [port(80, "TCP"), {"containerPort": 80}]})),
                "ports[1].containerPort: `80` is there twice",
            ),
            ("Deployment", pod(json!({"ports": [port(0, "TCP")]})), "`0` is out of range: 1 to 65535"),
            ("Deployment", pod(json!({"env": [{"name": "A"}, {"name": "A"}]})), "env[1].name: `A` is there twice"),
            ("Deployment", json!({"replicas": -1}), "spec.replicas: `-1` is out of range: 0 or more"),
            (
                "Deployment",
                json!({"selector": {"matchLabels": {"a": "b c"}}}),
                "spec.selector.matchLabels[a]: `b c` is no value",
            ),
            ("Service", json!({"type": "Odd"}), "spec.type: `Odd` is none of ClusterIP,"),
            ("Service", json!({"externalName": "host:15012"}), "spec.externalName: `host:15012` is no DNS name"),
            ("Service", json!({"ipFamilies": ["IPv4", "IPv5"]}), "spec.ipFamilies: `IPv5` is none of"),
            (
                "HorizontalPodAutoscaler",
                json!({"minReplicas": 3, "maxReplicas": 2}),
                "`3` is more than spec.maxReplicas, 2",
            ),
        ];
        for (kind, spec, part) in table {
            let api_version = if kind == "Deployment" { "apps/v1" } else { "v1" };
            let found = wrong(api_version, kind, "a", spec.clone());
            assert!(found.len() == 1 && found[0].contains(part), "{spec}: {found:?}");
        }
        for (kind, name) in [("Service", "a.b"), ("Service", "1a"), ("ConfigMap", "a-"), ("Namespace", "a.b")] {
            assert!(wrong("v1", kind, name, Value::Null)[0].starts_with("metadata.name: "), "{kind} {name}");
        }
    }

    #[test]
    fn what_is_right_passes() {
        let container = json!({
            "name": "a", "imagePullPolicy": "", "resources": {"requests": {"cpu": 1, "memory": "1e3"}},
            "ports": [{"containerPort": 53, "protocol": "UDP"}, {"containerPort": 53}, {"containerPort": 80, "name": null}],
        });
        assert_eq!(wrong("apps/v1", "Deployment", "a.b", pod(container)), [""; 0]);
        let service = json!({"ports": [{"port": 443}, {"port": 443, "protocol": "UDP"}], "externalName": "a.b."});
        assert_eq!(wrong("v1", "Service", "a-b", service), [""; 0]);
        assert_eq!(wrong("rbac.authorization.k8s.io/v1", "Role", "a:B", Value::Null), [""; 0]);
        // Kinds of others share no rule with Kubernetes' own.
        assert_eq!(wrong("serving.knative.dev/v1", "Service", "a.b", json!({"type": "Odd"})), [""; 0]);
    }
}
