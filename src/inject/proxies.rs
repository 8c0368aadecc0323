//! `ProxyConfig` resources: what they set of a pod's proxy, in istiod's order.
//!
//! From the weakest to the strongest: the mesh's `defaultConfig`, the resource without a selector of the root namespace,
//! that of the pod's namespace, the pod's annotation `proxy.istio.io/config`, the resource whose selector the pod's labels
//! match. Of several in one place the oldest counts. (`pilot/pkg/model/proxy_config.go` of Istio 1.30.)

use serde_json::{Map, Value};

use super::mesh::MeshConfig;
use crate::istio::label;

/// The resources that one istiod reads, the oldest first.
#[derive(Debug, Default)]
pub(super) struct ProxyConfigs(Vec<Entry>);

#[derive(Debug)]
struct Entry {
    namespace: String,
    /// None where it is for all pods; without labels it is for none.
    selector: Option<Map<String, Value>>,
    /// What it sets, as a proxy's configuration.
    sets: MeshConfig,
}

/// The resources that count for a pod, by their places: equal ones make the same configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Chosen {
    everywhere: Option<usize>,
    workload: Option<usize>,
    namespace: Option<usize>,
}

impl Chosen {
    /// Whether there is none.
    pub(super) fn is_none(self) -> bool {
        self.everywhere.is_none() && self.namespace.is_none() && self.workload.is_none()
    }
}

impl ProxyConfigs {
    /// Those among `objects` that the istiod of this revision (empty for the default one) reads.
    pub(super) fn of(objects: &[Value], revision: &str) -> Self {
        let text = |object: &Value, key: &str| object["metadata"][key].as_str().unwrap_or_default().to_owned();
        let is_read = |object: &&Value| match object["metadata"]["labels"][label::REVISION].as_str() {
            Some(of) => revision.is_empty() || of == revision,
            None => true,
        };
        let mut read: Vec<&Value> = objects.iter().filter(is_read).collect();
        read.sort_by_cached_key(|one| (text(one, "creationTimestamp"), text(one, "name"), text(one, "namespace")));
        let entry = |object: &Value| {
            let selector = object["spec"]["selector"].as_object();
            Entry {
                namespace: text(object, "namespace"),
                selector: selector
                    .map(|one| one.get("matchLabels").and_then(Value::as_object).cloned().unwrap_or_default()),
                sets: sets(&object["spec"]),
            }
        };
        Self(read.into_iter().map(entry).collect())
    }

    /// Those that count for a pod with these labels in this namespace.
    pub(super) fn chosen(&self, root: &str, namespace: &str, labels: &Value) -> Chosen {
        let for_all = |place: &str| self.0.iter().position(|one| one.namespace == place && one.selector.is_none());
        let matches = |one: &Entry| {
            let selector = one.selector.as_ref().filter(|selector| !selector.is_empty());
            selector.is_some_and(|selector| selector.iter().all(|(key, value)| labels.get(key) == Some(value)))
        };
        Chosen {
            everywhere: for_all(root).filter(|_| !root.is_empty()),
            namespace: for_all(namespace).filter(|_| namespace != root),
            workload: self.0.iter().position(|one| one.namespace == namespace && matches(one)),
        }
    }

    /// The configuration of a proxy: `base` is the mesh's, `annotation` what the pod says itself.
    ///
    /// # Errors
    /// A value of the wrong type in the annotation, with its path.
    pub(super) fn effective(
        &self,
        chosen: Chosen,
        base: &MeshConfig,
        annotation: Option<&Value>,
    ) -> Result<MeshConfig, String> {
        let set = |place: Option<usize>| place.and_then(|place| self.0.get(place)).map(|one| &one.sets);
        // Each layer is merged as protobuf writes it, so that what a layer sets to nothing is not said.
        let own = annotation.map(|annotation| MeshConfig::of(Map::new()).with_proxy(annotation)).transpose()?;
        let layers = [set(chosen.everywhere), set(chosen.namespace), own.as_ref(), set(chosen.workload)];
        layers
            .into_iter()
            .flatten()
            .try_fold(base.clone(), |below, layer| below.with_proxy(&layer.map().clone().into()))
    }
}

/// What the `spec` of a resource sets.
fn sets(spec: &Value) -> MeshConfig {
    let fields = [("concurrency", "concurrency"), ("environmentVariables", "proxyMetadata"), ("image", "image")];
    let said = fields.into_iter().filter_map(|(field, own)| {
        let value = spec.get(field).filter(|value| !value.is_null())?;
        Some((own.to_owned(), value.clone()))
    });
    // What is of the wrong type no API server has taken.
    MeshConfig::of(Map::new()).with_proxy(&Value::Object(said.collect())).unwrap_or_else(|_| MeshConfig::of(Map::new()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn resource(namespace: &str, name: &str, made: &str, spec: Value) -> Value {
        json!({"metadata": {"namespace": namespace, "name": name, "creationTimestamp": made}, "spec": spec})
    }

    fn effective(objects: &[Value], namespace: &str, labels: Value, annotation: Option<Value>) -> Value {
        let configs = ProxyConfigs::of(objects, "");
        let base = MeshConfig::of(Map::new()).with_proxy(&json!({"concurrency": 1, "proxyMetadata": {"A": "mesh"}}));
        let chosen = configs.chosen("istio-system", namespace, &labels);
        let proxy = base.and_then(|base| configs.effective(chosen, &base, annotation.as_ref()));
        Value::Object(proxy.expect("a proxy").map().clone())
    }

    #[test]
    fn the_nearest_counts_and_variables_are_merged() {
        let all = [
            resource("istio-system", "root", "2", json!({"concurrency": 2, "environmentVariables": {"R": "1"}})),
            resource("shop", "young", "9", json!({"concurrency": 9})),
            resource("shop", "all", "3", json!({"concurrency": 3, "image": {"imageType": "distroless"}})),
            resource("shop", "web", "1", json!({"selector": {"matchLabels": {"app": "web"}}, "concurrency": 0})),
            resource("shop", "none", "1", json!({"selector": {}, "concurrency": 7})),
        ];
        let distroless = json!({"imageType": "distroless"});
        let variables = json!({"A": "mesh", "R": "1"});
        let root = json!({"concurrency": 2, "proxyMetadata": variables});
        assert_eq!(effective(&all, "other", json!({}), None), root);
        assert_eq!(effective(&all, "istio-system", json!({}), None), root);
        let shop = json!({"concurrency": 3, "proxyMetadata": variables, "image": distroless});
        assert_eq!(effective(&all, "shop", json!({"app": "db"}), None), shop);
        let web = json!({"concurrency": 0, "proxyMetadata": variables, "image": distroless});
        assert_eq!(effective(&all, "shop", json!({"app": "web", "x": "y"}), None), web);
        assert_eq!(effective(&[], "shop", json!({}), None), json!({"concurrency": 1, "proxyMetadata": {"A": "mesh"}}));
    }

    /// The annotation wins over what is for all pods, and not over what selects the pod.
    #[test]
    fn the_annotation_comes_between() {
        let all = [
            resource("shop", "all", "1", json!({"concurrency": 3})),
            resource("shop", "web", "1", json!({"selector": {"matchLabels": {"app": "web"}}, "concurrency": 4})),
        ];
        let note = || Some(json!({"concurrency": 5, "statusPort": 0, "proxyMetadata": {"N": "1"}}));
        let variables = json!({"A": "mesh", "N": "1"});
        let of = |labels: Value| effective(&all, "shop", labels, note());
        assert_eq!(of(json!({})), json!({"concurrency": 5, "proxyMetadata": variables}));
        assert_eq!(of(json!({"app": "web"})), json!({"concurrency": 4, "proxyMetadata": variables}));
    }

    #[test]
    fn an_istiod_reads_those_of_its_revision() {
        let mut canary = resource("istio-system", "a", "1", json!({"concurrency": 2}));
        canary["metadata"]["labels"] = json!({"istio.io/rev": "canary"});
        let chosen = |revision: &str| {
            let configs = ProxyConfigs::of(std::slice::from_ref(&canary), revision);
            configs.chosen("istio-system", "shop", &Value::Null)
        };
        assert!(!chosen("").is_none() && !chosen("canary").is_none() && chosen("stable").is_none());
    }
}
