//! What there is: the objects, who holds them, and what becomes of pods that are made now.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use cluster::Cluster;
use serde_json::{Map, Value, json};

/// Kinds that an installation may consist of, or that users have beside it, with a selector.
const KINDS: [&str; 15] = [
    "/api/v1/namespaces",
    "/api/v1/serviceaccounts",
    "/api/v1/configmaps",
    "/api/v1/secrets",
    "/api/v1/services",
    "/apis/apps/v1/deployments",
    "/apis/autoscaling/v2/horizontalpodautoscalers",
    "/apis/policy/v1/poddisruptionbudgets",
    "/apis/rbac.authorization.k8s.io/v1/roles",
    "/apis/rbac.authorization.k8s.io/v1/rolebindings",
    // Kubernetes' own are many.
    "/apis/rbac.authorization.k8s.io/v1/clusterroles?labelSelector=%21kubernetes.io%2Fbootstrapping",
    "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings?labelSelector=%21kubernetes.io%2Fbootstrapping",
    INJECTORS,
    "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
    "/apis/networking.istio.io/v1/virtualservices",
];
const INJECTORS: &str = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
/// ConfigMaps that controllers write everywhere, in their own time.
const EVERYWHERE: [&str; 3] = ["kube-root-ca.crt", "istio-ca-root-cert", "istio-ca-crl"];

/// The pods that are tried: a name, the namespace, and the label by which it asks for a revision.
pub(super) type Pod = (&'static str, Option<&'static str>);

/// One moment of a cluster.
#[derive(Debug, Clone, Default)]
pub(super) struct State {
    pub(super) objects: BTreeMap<String, Value>,
    /// The field managers of each object.
    pub(super) managers: BTreeMap<String, BTreeSet<String>>,
    pub(super) pods: Pods,
}

/// Of each pod: the revision that injects it, and how many webhooks take it.
pub(super) type Pods = BTreeMap<String, (Option<String>, usize)>;

/// `KIND NAMESPACE/NAME`.
pub(super) fn key(object: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let metadata = &object["metadata"];
    format!("{} {}/{}", text(&object["kind"]), text(&metadata["namespace"]), text(&metadata["name"]))
}

impl State {
    pub(super) fn of(cluster: &Cluster, pods: &[Pod]) -> Result<Self> {
        let lists: Vec<Result<Value>> = std::thread::scope(|scope| {
            let threads = KINDS.map(|path| scope.spawn(move || cluster.get(path)));
            threads.map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).into()
        });
        let mut state = Self::default();
        for list in lists {
            let mut list = list?;
            let kind = list["kind"].as_str().unwrap_or_default().trim_end_matches("List").to_owned();
            for mut object in list["items"].as_array_mut().map(std::mem::take).unwrap_or_default() {
                object["kind"] = kind.clone().into();
                if is_told(&object) {
                    let managers = object["metadata"]["managedFields"].as_array().into_iter().flatten();
                    let managers = managers.filter_map(|entry| entry["manager"].as_str().map(str::to_owned)).collect();
                    state.managers.insert(key(&object), managers);
                    state.objects.insert(key(&object), bare(object));
                }
            }
        }
        state.pods = self::pods(cluster, pods)?;
        Ok(state)
    }

    /// How the objects of `keys` differ from those of `before`, a line each.
    pub(super) fn changes(&self, before: &Self, keep: impl Fn(&str) -> bool) -> Vec<String> {
        let all: BTreeSet<&String> = before.objects.keys().chain(self.objects.keys()).collect();
        let mut lines = Vec::new();
        for key in all.into_iter().filter(|key| keep(key)) {
            match (before.objects.get(key), self.objects.get(key)) {
                (Some(_), None) => lines.push(format!("{key} is gone")),
                (None, Some(_)) => lines.push(format!("{key} is new")),
                (Some(was), Some(is)) if was != is => lines.push(format!("{key} has changed:{}", differences(was, is))),
                _ => {}
            }
        }
        lines
    }
}

/// What controllers write in their own time, and what mesh keeps for itself, is no part of anybody's state.
fn is_told(object: &Value) -> bool {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let metadata = &object["metadata"];
    let (name, namespace) = (text(&metadata["name"]), text(&metadata["namespace"]));
    let leads = metadata["annotations"].get("control-plane.alpha.kubernetes.io/leader").is_some();
    let is_systems = namespace.starts_with("kube-") || name.starts_with("kube-") || name.starts_with("system:");
    !(is_systems || leads || EVERYWHERE.contains(&name.as_str()) || name.starts_with("mesh.v1."))
}

/// Without what the API server counts, what istiod writes in its own time, and who was the last to write.
fn bare(mut object: Value) -> Value {
    let without = |value: &mut Value, fields: &[&str]| {
        if let Value::Object(map) = value {
            fields.iter().for_each(|field| drop(map.remove(*field)));
        }
    };
    without(&mut object, &["status", "apiVersion"]);
    without(&mut object["metadata"], &["resourceVersion", "managedFields", "generation", "creationTimestamp"]);
    let annotations = &mut object["metadata"]["annotations"];
    without(annotations, &["deployment.kubernetes.io/revision"]);
    if annotations.as_object().is_none_or(Map::is_empty) {
        without(&mut object["metadata"], &["annotations"]);
    }
    for webhook in object.get_mut("webhooks").and_then(Value::as_array_mut).into_iter().flatten() {
        without(&mut webhook["clientConfig"], &["caBundle"]);
        without(webhook, &["failurePolicy"]);
    }
    object
}

fn differences(was: &Value, is: &Value) -> String {
    fn walk(path: &str, was: &Value, is: &Value, lines: &mut String) {
        match (was, is) {
            (Value::Object(a), Value::Object(b)) => {
                let names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
                for name in names {
                    walk(&format!("{path}.{name}"), &was[name], &is[name], lines);
                }
            }
            _ if was == is => {}
            _ => {
                let short = |value: &Value| value.to_string().chars().take(120).collect::<String>();
                lines.push_str(&format!(" {path}: {} -> {};", short(was), short(is)));
            }
        }
    }
    let mut lines = String::new();
    walk("", was, is, &mut lines);
    lines
}

/// Tries the pods: as a dry run, through the webhooks that there are.
pub(super) fn pods(cluster: &Cluster, pods: &[Pod]) -> Result<Pods> {
    let injectors = cluster.list(INJECTORS)?;
    let mut found = BTreeMap::new();
    for (namespace, revision) in pods {
        let place = format!("/api/v1/namespaces/{namespace}");
        let labels = revision.map_or_else(|| json!({}), |revision| json!({"istio.io/rev": revision}));
        let of_namespace = cluster.get(&place)?["metadata"]["labels"].clone();
        let taking = injectors.iter().flat_map(|one| one["webhooks"].as_array().into_iter().flatten());
        let taking = taking.filter(|webhook| takes(webhook, &of_namespace, &labels)).count();
        let pod = json!({
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "probe", "labels": labels},
            "spec": {"containers": [{"name": "app", "image": "app"}]},
        });
        let made = cluster.create(&format!("{place}/pods?dryRun=All"), &pod);
        let name = format!("{namespace}{}", revision.map(|revision| format!(" ({revision})")).unwrap_or_default());
        let made = made.with_context(|| format!("no pod can be made in {name}"))?;
        let proxies = ["initContainers", "containers"]
            .iter()
            .flat_map(|list| made["spec"][list].as_array().into_iter().flatten())
            .filter(|container| container["name"] == "istio-proxy");
        ensure!(proxies.count() <= 1, "{name} is injected twice: {made}");
        let injected = made["metadata"]["annotations"].get("sidecar.istio.io/status").is_some();
        let by = made["metadata"]["annotations"]["istio.io/rev"].as_str().unwrap_or("default").to_owned();
        found.insert(name, (injected.then_some(by), taking));
    }
    Ok(found)
}

/// Whether a webhook's selectors take a pod of these labels.
fn takes(webhook: &Value, namespace: &Value, pod: &Value) -> bool {
    let selects = |selector: &Value, labels: &Value| {
        let equal = selector["matchLabels"].as_object().into_iter().flatten();
        let mut expressions = selector["matchExpressions"].as_array().into_iter().flatten();
        equal.into_iter().all(|(name, value)| labels.get(name) == Some(value))
            && expressions.all(|one| {
                let value = labels.get(one["key"].as_str().unwrap_or_default());
                let listed = value.is_some_and(|value| one["values"].as_array().is_some_and(|all| all.contains(value)));
                match one["operator"].as_str() {
                    Some("In") => listed,
                    Some("NotIn") => !listed,
                    Some("Exists") => value.is_some(),
                    _ => value.is_none(),
                }
            })
    };
    let on_pods = webhook["rules"].as_array().into_iter().flatten().any(|rule| rule["resources"] == json!(["pods"]));
    on_pods && selects(&webhook["namespaceSelector"], namespace) && selects(&webhook["objectSelector"], pod)
}
