//! Changing hands: what Helm installed becomes ours, or Helm's again. Only who holds fields changes, and the marks of the
//! release; what runs stays as it is.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::error::{Error, Result};
pub use crate::istio::maker::{RELEASE_NAME, RELEASE_NAMESPACE};
use crate::istio::{is_component, label, maker};
use crate::object::{Object, ObjectId};
use crate::plan::filter::{ADOPTED, KEEP};
use crate::plan::managed::Managed;
use crate::plan::managers::OURS;
use crate::plan::path::{Path, Step};

/// The label Helm gives to all it makes, and asks for before it takes something over.
const MANAGED_BY: &str = "app.kubernetes.io/managed-by";
/// The Secret that says what was taken over.
pub const SECRET_NAME: &str = "mesh.adopted.v1";
/// Its type.
pub const SECRET_TYPE: &str = "mesh/adopted.v1";
/// The label by which Helm finds its releases, and what it says of one that is ours for now.
pub const OWNER: &str = "owner";
/// How the names of Helm's records begin.
pub const RECORD: &str = "sh.helm.release.v1.";
const HELM: &str = "helm";
const KEY: &str = "adopted";

/// A Helm release.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Release {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

/// An object that was taken over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Adopted {
    /// Which.
    pub id: ObjectId,
    /// From which release.
    pub release: Release,
    /// Whether Helm held it by server-side apply.
    pub applies: bool,
    /// Whether it was marked to be kept, as its release goes on with Helm.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub marked: bool,
}

impl Release {
    /// The release that `object` belongs to.
    pub fn of(object: &Object) -> Option<Self> {
        let (namespace, name) = maker::release(object)?;
        Some(Self { namespace: namespace.to_owned(), name: name.to_owned() })
    }
}

impl std::fmt::Display for Release {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

/// Whether an object is one of Istio's, by the labels of its charts.
pub fn is_istios(object: &Object) -> bool {
    let charts = ["base-", "istiod-", "cni-", "ztunnel-", "gateway-", "istio-"];
    let chart = object.label("helm.sh/chart").unwrap_or_default();
    is_component(object)
        || object.label(label::REVISION).is_some()
        || charts.iter().any(|name| chart.starts_with(name)) && object.label("istio").is_some()
}

/// A JSON patch that makes `object`, which belongs to `release`, ours; and what has to be known to undo it. Where the release
/// `goes_on` with Helm, the object is marked to be kept: Helm leaves it when its chart is taken out of the release.
pub fn take(object: &Object, release: &Release, goes_on: bool) -> (Value, Adopted) {
    let managed = Managed::of(object);
    let helms = |name: &str| matches!(name, "helm" | "Helm");
    let applies = managed.entries().iter().any(|entry| helms(&entry.manager) && entry.applies);
    let mut operations = vec![version(object)];
    if let Some(fields) = managed.handed_over(helms, OURS, true, &not_ours()) {
        operations.push(json!({"op": "replace", "path": "/metadata/managedFields", "value": fields}));
    }
    for annotation in [RELEASE_NAME, RELEASE_NAMESPACE] {
        if object.annotation(annotation).is_some() {
            operations.push(json!({"op": "remove", "path": format!("/metadata/annotations/{}", escaped(annotation))}));
        }
    }
    let marked = goes_on && object.annotation(KEEP).is_none();
    if marked {
        for (key, value) in [(KEEP, "keep"), (ADOPTED, release.name.as_str())] {
            let path = format!("/metadata/annotations/{}", escaped(key));
            operations.push(json!({"op": "add", "path": path, "value": value}));
        }
    }
    (Value::Array(operations), Adopted { id: object.id(), release: release.clone(), applies, marked })
}

/// A JSON patch that makes `object` Helm's again.
pub fn give_back(object: &Object, adopted: &Adopted) -> Value {
    let managed = Managed::of(object);
    let mut operations = vec![version(object)];
    if let Some(fields) = managed.handed_over(|name| name == OURS, HELM, adopted.applies, &[]) {
        operations.push(json!({"op": "replace", "path": "/metadata/managedFields", "value": fields}));
    }
    for mark in [KEEP, ADOPTED].into_iter().filter(|mark| adopted.marked && object.annotation(mark).is_some()) {
        operations.push(json!({"op": "remove", "path": format!("/metadata/annotations/{}", escaped(mark))}));
    }
    for (map, entries) in [
        (
            "annotations",
            vec![(RELEASE_NAME, adopted.release.name.as_str()), (RELEASE_NAMESPACE, &adopted.release.namespace)],
        ),
        ("labels", vec![(MANAGED_BY, "Helm")]),
    ] {
        let pointer = format!("/metadata/{map}");
        if !object.at(&pointer).is_some_and(Value::is_object) {
            operations.push(json!({"op": "add", "path": pointer, "value": {}}));
        }
        for (key, value) in entries {
            operations.push(json!({"op": "add", "path": format!("{pointer}/{}", escaped(key)), "value": value}));
        }
    }
    Value::Array(operations)
}

/// A JSON patch that hides a record of Helm's from Helm, or shows it again.
pub fn parked(record: &Object, parked: bool) -> Value {
    let owner = if parked { OURS } else { HELM };
    json!([version(record), {"op": "add", "path": format!("/metadata/labels/{OWNER}"), "value": owner}])
}

/// Fields that belong to nobody who installs: the API server hands them out, and one that is given up is another one.
fn not_ours() -> Vec<Path> {
    let spec = |field: &str| Path::of(&["spec", field]);
    let annotation = |name: &str| Path::of(&["metadata", "annotations"]).then(Step::Field(name.to_owned()));
    vec![
        spec("clusterIP"),
        spec("clusterIPs"),
        spec("healthCheckNodePort"),
        Path::of(&["status"]),
        annotation(RELEASE_NAME),
        annotation(RELEASE_NAMESPACE),
    ]
}

fn version(object: &Object) -> Value {
    json!({"op": "test", "path": "/metadata/resourceVersion", "value": object.text("/metadata/resourceVersion")})
}

/// A key as a part of a JSON pointer.
fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// The Secret that says what was taken over from whom.
///
/// # Errors
/// None that an input can cause.
pub fn secret(namespace: &str, label: (&str, &str), adopted: &[Adopted]) -> Result<Object> {
    let text = serde_json::to_string(adopted).map_err(|error| {
        Error::failed("state-unwritable", "what was taken over cannot be written down").caused_by(error)
    })?;
    Object::new(json!({
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": SECRET_NAME, "namespace": namespace, "labels": {label.0: label.1}},
        "type": SECRET_TYPE,
        "stringData": {KEY: text},
    }))
}

/// What such a Secret says.
///
/// # Errors
/// `state-unreadable` (failed).
pub fn read_secret(secret: &Object) -> Result<Vec<Adopted>> {
    use base64::Engine;
    let unreadable = || Error::failed("state-unreadable", format!("{} cannot be read", secret.id()));
    let text = secret.text(&format!("/data/{KEY}")).unwrap_or_default();
    let bytes =
        base64::engine::general_purpose::STANDARD.decode(text).map_err(|error| unreadable().caused_by(error))?;
    serde_json::from_slice(&bytes).map_err(|error| unreadable().caused_by(error))
}

/// The inputs that come closest to releases: `objects` are what they installed, `values` those each chart was given, by the
/// chart's name.
pub fn inputs(objects: &[Object], values: &[(String, Value)]) -> Value {
    let deployments = |label: &'static str, kind: &'static str| {
        let is_it = move |object: &&Object| object.label(label::COMPONENT) == Some(label) && object.kind() == kind;
        objects.iter().filter(is_it)
    };
    let mut components = Map::new();
    for (label, key, kind) in [("Cni", "cni", "DaemonSet"), ("Ztunnel", "ztunnel", "DaemonSet")] {
        if let Some(agent) = deployments(label, kind).next() {
            components.insert(key.to_owned(), json!({"enabled": true, "namespace": agent.namespace()}));
        }
    }
    for (label, key) in [("IngressGateways", "ingressGateways"), ("EgressGateways", "egressGateways")] {
        let gateways: Vec<Value> = deployments(label, "Deployment")
            .map(|gateway| json!({"name": gateway.name(), "namespace": gateway.namespace(), "enabled": true}))
            .collect();
        if !gateways.is_empty() {
            components.insert(key.to_owned(), gateways.into());
        }
    }
    let istiod = deployments("Pilot", "Deployment").next();
    let mut all = json!({});
    for (chart, given) in values {
        crate::config::merge(&mut all, of_chart(chart, given));
    }
    let mut spec = json!({"profile": "minimal", "components": components, "values": all});
    let revision = istiod.and_then(|istiod| istiod.label(label::REVISION)).filter(|revision| *revision != "default");
    if let Some(revision) = revision {
        spec["revision"] = revision.into();
    }
    if let Some(namespace) = istiod.and_then(Object::namespace).filter(|namespace| *namespace != "istio-system") {
        crate::config::merge(&mut spec["values"], json!({"global": {"istioNamespace": namespace}}));
    }
    let image = istiod.and_then(|istiod| istiod.text("/spec/template/spec/containers/0/image"));
    if let Some((hub, tag)) = image.and_then(|image| image.split_once("/pilot:")) {
        spec["hub"] = hub.into();
        spec["tag"] = tag.into();
    }
    json!({"metadata": {}, "spec": spec})
}

/// The values of one chart, at their place in the values of all.
fn of_chart(chart: &str, given: &Value) -> Value {
    /// What is at the root of the values of all charts.
    const SHARED: [&str; 14] = [
        "global",
        "meshConfig",
        "sidecarInjectorWebhook",
        "telemetry",
        "base",
        "revision",
        "revisionTags",
        "defaultRevision",
        "profile",
        "platform",
        "compatibilityVersion",
        "experimental",
        "istiodRemote",
        "gateways",
    ];
    let own = match chart {
        "istiod" | "istio-discovery" | "istiod-remote" => "pilot",
        "cni" | "istio-cni" => "cni",
        "ztunnel" => "ztunnel",
        "base" => "base",
        // A gateway's chart of its own has no place there.
        "gateway" => return json!({}),
        _ => return given.clone(),
    };
    let mut values = json!({});
    for (key, value) in given.as_object().into_iter().flatten() {
        if SHARED.contains(&key.as_str()) || key == own || own == "pilot" && key == "cni" {
            crate::config::merge(&mut values, json!({key.as_str(): value}));
        } else {
            crate::config::merge(&mut values, json!({own: {key.as_str(): value}}));
        }
    }
    values
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn service(managers: Value) -> Object {
        Object::new(json!({
            "apiVersion": "v1", "kind": "Service",
            "metadata": {
                "name": "istiod", "namespace": "istio-system", "resourceVersion": "7", "managedFields": managers,
                "annotations": {RELEASE_NAME: "istiod", RELEASE_NAMESPACE: "istio-system", "mine": "x"},
            },
        }))
        .unwrap()
    }

    fn entry(manager: &str, operation: &str, fields: Value) -> Value {
        json!({"manager": manager, "operation": operation, "apiVersion": "v1", "fieldsType": "FieldsV1", "fieldsV1": fields})
    }

    #[test]
    fn what_helm_held_is_ours_and_can_be_given_back() {
        let held = json!({
            "f:metadata": {"f:annotations": {".": {}, "f:meta.helm.sh/release-name": {}, "f:x": {}}},
            "f:spec": {"f:type": {}, "f:clusterIP": {}},
        });
        let live = service(json!([
            entry("helm", "Update", held),
            entry("argocd", "Update", json!({"f:spec": {"f:selector": {}}}))
        ]));
        let release = Release::of(&live).unwrap();
        assert_eq!(release.to_string(), "istio-system/istiod");
        let (patch, adopted) = take(&live, &release, false);
        assert_eq!(patch[0], json!({"op": "test", "path": "/metadata/resourceVersion", "value": "7"}));
        let fields = &patch[1]["value"];
        assert_eq!(fields.as_array().unwrap().len(), 2, "{fields}");
        let ours = fields.as_array().unwrap().iter().find(|entry| entry["manager"] == OURS).unwrap();
        assert_eq!(ours["operation"], "Apply");
        assert_eq!(ours["fieldsV1"]["f:spec"], json!({"f:type": {}}), "addresses are the server's");
        assert!(ours["fieldsV1"]["f:metadata"]["f:annotations"].get("f:x").is_some());
        assert_eq!(patch[2]["path"], "/metadata/annotations/meta.helm.sh~1release-name");
        assert!(!adopted.applies);

        let (patch, kept) = take(&live, &release, true);
        assert!(kept.marked && patch.to_string().contains("helm.sh~1resource-policy"), "{patch}");

        let mut mine = service(fields.clone());
        mine.value_mut()["metadata"].as_object_mut().unwrap().shift_remove("annotations");
        let back = give_back(&mine, &adopted);
        let managers: Vec<&str> =
            back[1]["value"].as_array().unwrap().iter().filter_map(|entry| entry["manager"].as_str()).collect();
        assert!(
            managers.contains(&"helm") && managers.contains(&"argocd") && !managers.contains(&OURS),
            "{managers:?}"
        );
        assert!(back.to_string().contains(r#""path":"/metadata/annotations","value":{}"#), "{back}");
    }

    #[test]
    fn what_was_taken_over_is_remembered() {
        let release = Release { namespace: "n".to_owned(), name: "r".to_owned() };
        let adopted =
            [Adopted { id: ObjectId::new("v1", "Service", Some("n"), "s"), release, applies: true, marked: false }];
        let mut kept = secret("n", ("mesh/revision", "default"), &adopted).unwrap();
        let text = kept.text("/stringData/adopted").unwrap().to_owned();
        use base64::Engine;
        kept.value_mut()["data"] = json!({KEY: base64::engine::general_purpose::STANDARD.encode(text)});
        assert_eq!(read_secret(&kept).unwrap(), adopted);
        assert!(read_secret(&secret("n", ("a", "b"), &[]).unwrap()).is_err());
    }

    #[test]
    fn releases_become_inputs() {
        let object = |kind: &str, name: &str, component: &str| {
            Object::new(
                json!({"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": name, "namespace": "istio-system",
                "labels": {"operator.istio.io/component": component, "istio.io/rev": "canary"}},
                "spec": {"template": {"spec": {"containers": [{"image": "r.example.com/istio/pilot:1.30.3"}]}}}}),
            )
            .unwrap()
        };
        let objects = [
            object("Deployment", "istiod", "Pilot"),
            object("Deployment", "in", "IngressGateways"),
            object("DaemonSet", "istio-cni-node", "Cni"),
        ];
        let values = [
            (
                "istiod".to_owned(),
                json!({"autoscaleMin": 2, "meshConfig": {"accessLogFile": "/x"}, "pilot": {"env": {"A": "b"}}}),
            ),
            ("cni".to_owned(), json!({"ambient": {"enabled": true}})),
            ("gateway".to_owned(), json!({"name": "edge"})),
        ];
        let found = inputs(&objects, &values);
        let spec = &found["spec"];
        assert_eq!(spec["values"]["pilot"], json!({"autoscaleMin": 2, "env": {"A": "b"}}));
        assert_eq!(spec["values"]["meshConfig"]["accessLogFile"], "/x");
        assert_eq!(spec["values"]["cni"], json!({"ambient": {"enabled": true}}));
        assert!(spec["values"].get("name").is_none());
        assert_eq!(spec["components"]["ingressGateways"][0]["name"], "in");
        assert_eq!(spec["components"]["cni"]["enabled"], true);
        assert_eq!(
            (&spec["revision"], &spec["hub"], &spec["tag"]),
            (&json!("canary"), &json!("r.example.com/istio"), &json!("1.30.3"))
        );
    }
}
