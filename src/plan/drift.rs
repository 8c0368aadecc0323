//! How a pod differs from what would be injected now: its mesh has changed since, or its template, or somebody has changed
//! the pod. All that speaks of outdated pods asks here.

use serde_json::{Value, json};

use crate::istio::{PROXY, Pod, Proxy, label};
use crate::object::{Object, ObjectId};
use crate::plan::compare::{self, Difference};
use crate::plan::injection::Outlook;
use crate::plan::managed::Managed;
use crate::plan::restart::counted;
use crate::text;

/// Written by the vertical pod autoscaler into pods whose resources it has set.
const RESIZED: &str = "vpaUpdates";
/// Variables of the proxy that tell of the pod and not of the mesh: other webhooks may have had their say in between.
const OF_THE_POD: [&str; 2] = ["ISTIO_METAJSON_ANNOTATIONS", "ISTIO_METAJSON_LABELS"];
/// The lists that an injector adds to.
const LISTS: [&str; 3] = ["initContainers", "containers", "volumes"];

/// What a pod is not as it would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// What it has, in a few words: `1 pod has …`.
    pub why: String,
    /// Each field that differs, with what is wanted and found.
    pub fields: Vec<String>,
}

impl Drift {
    fn of(why: impl Into<String>) -> Self {
        let why = why.into();
        Self { fields: vec![why.clone()], why }
    }
}

/// How a pod is not what it would be if it were made now; none where it is. `template` is what its controller makes it of;
/// without one it is taken for what it was made of itself. `outlook` is that of the template, or of the pod.
pub fn drift(pod: &Object, template: Option<&Value>, outlook: &Outlook) -> Option<Drift> {
    let brief = Pod::from(pod);
    let proxy = Proxy::of(&brief);
    match (&proxy, outlook.injected) {
        (None, false) => return None,
        (None, true) => {
            // A template for proxies without a container of that name (gRPC) leaves its mark all the same.
            let wanted = outlook.pod.as_ref().is_none_or(|wanted| counted(wanted).iter().any(|name| name == PROXY));
            if wanted || !brief.was_injected() {
                return Some(Drift::of("no proxy"));
            }
        }
        (Some(proxy), false) => {
            // A pod that brings its own proxy, as gateways of other makers do, was never injected.
            let unwanted = format!("a proxy that it would not get now: {}", outlook.reason);
            return proxy.injected.then(|| Drift::of(unwanted));
        }
        (Some(_), true) => {}
    }
    if let Some(proxy) = proxy.filter(|proxy| !proxy.injected || !proxy.asked) {
        let has = if proxy.injected { proxy.revision.as_str() } else { "none" };
        let wanted = outlook.revision.as_deref().unwrap_or_default();
        if has != wanted {
            return Some(Drift::of(format!("the proxy of revision {has}, not {wanted}")));
        }
    }
    if outlook.root.zip(brief.runs_since(PROXY)).is_some_and(|(root, since)| since < root) {
        return Some(Drift::of("a proxy older than the root certificate of the mesh"));
    }
    let wanted = outlook.pod.as_ref()?;
    let differences = differences(pod, template, wanted);
    let mut fields: Vec<String> = differences.iter().map(ToString::to_string).collect();
    fields.extend(gone(pod, wanted));
    let image = differences.iter().find(|difference| difference.path.fields().last() == Some(&"image"));
    if let Some(Difference { wanted: Some(Value::String(wanted)), found: Some(Value::String(found)), .. }) = image {
        return Some(Drift { why: format!("proxy image {found}, not {wanted}"), fields });
    }
    let more = fields.len().checked_sub(1)?;
    let first = differences.first().map(|first| {
        let path = first.path.to_string();
        format!("another {}", path.strip_prefix("spec.").unwrap_or(&path))
    });
    let first = first.or_else(|| fields.first().cloned())?;
    let why = text::more(more).map_or_else(|| first.clone(), |more| format!("{first} {more}"));
    Some(Drift { why, fields })
}

/// What the injector put into a list of a pod, as it noted itself.
fn noted(pod: &Object) -> Value {
    let status = pod.annotation(label::STATUS).and_then(|text| serde_json::from_str(text).ok());
    status.unwrap_or_default()
}

fn has(list: &Value, name: &Value) -> bool {
    list.as_array().into_iter().flatten().any(|one| one == name)
}

fn named(list: &Value, name: &Value) -> bool {
    list.as_array().into_iter().flatten().any(|one| one["name"] == *name)
}

/// Containers that an injector put in and would not now.
fn gone(pod: &Object, wanted: &Value) -> Vec<String> {
    let noted = noted(pod);
    let lists = ["initContainers", "containers"].into_iter();
    let gone = lists.flat_map(|list| {
        let names = noted[list].as_array().cloned().unwrap_or_default();
        let is_gone = move |name: &Value| {
            // With native sidecars the proxy is in the other list.
            LISTS.iter().all(|any| !named(&wanted["spec"][*any], name)) && named(&pod.value()["spec"][list], name)
        };
        names.into_iter().filter(is_gone)
    });
    gone.map(|name| format!("container {}, which it would not get now", name.as_str().unwrap_or_default())).collect()
}

/// The fields of the injected containers and volumes in which a pod differs. What others have added to them, such as the
/// API server's defaults and the mount of the service account's token, is no difference.
fn differences(pod: &Object, template: Option<&Value>, wanted: &Value) -> Vec<Difference> {
    let resized = pod.annotation(RESIZED).is_some();
    let noted = noted(pod);
    let own = |list: &str, name: &Value| {
        let is_own = match template {
            Some(template) => named(&template["spec"][list], name),
            None => named(&pod.value()["spec"][list], name) && !has(&noted[list], name),
        };
        is_own && *name != PROXY
    };
    let mut spec = json!({});
    for list in LISTS {
        let injected = wanted["spec"][list].as_array().into_iter().flatten();
        let compared = injected.filter(|one| !own(list, &one["name"])).map(|one| {
            let mut one = one.clone();
            if let Some(env) = one["env"].as_array_mut() {
                env.retain(|variable| !OF_THE_POD.iter().any(|name| variable["name"] == *name));
            }
            if resized && let Some(container) = one.as_object_mut() {
                container.shift_remove("resources");
            }
            one
        });
        spec[list] = Value::Array(compared.collect());
    }
    let ObjectId { namespace, name, .. } = pod.id();
    let body = json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": { "name": name, "namespace": namespace }, "spec": spec,
    });
    // It has all that an object needs, just above.
    Object::new(body).map(|body| compare::fields(&body, pod, &Managed::of(pod)).differences).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]
    use super::*;

    fn template() -> Value {
        json!({"metadata": {}, "spec": {"containers": [{"name": "app", "image": "a"}], "volumes": []}})
    }

    /// What would be injected now.
    fn wanted() -> Value {
        json!({"metadata": {}, "spec": {
            "initContainers": [{"name": "istio-init", "image": "p:2"}],
            "containers": [
                {"name": "app", "image": "a"},
                {"name": "istio-proxy", "image": "p:2", "args": ["proxy"], "env": [{"name": "A", "value": "1"}, {"name": "ISTIO_METAJSON_ANNOTATIONS", "value": "{}"}],
                 "resources": {"limits": {"cpu": "2000m"}}, "securityContext": {"privileged": false}},
            ],
            "volumes": [{"name": "istio-envoy", "emptyDir": {"medium": "Memory"}}],
        }})
    }

    /// The same as the API server keeps it, with what others add.
    fn live() -> Value {
        let mut pod = wanted();
        pod["apiVersion"] = "v1".into();
        pod["kind"] = "Pod".into();
        pod["metadata"] =
            json!({"name": "p", "namespace": "n", "annotations": {(label::STATUS): "{\"revision\":\"default\"}"}});
        let proxy = &mut pod["spec"]["containers"][1];
        proxy["resources"]["limits"]["cpu"] = "2".into();
        proxy["terminationMessagePath"] = "/dev/termination-log".into();
        proxy["env"][1]["value"] = "{\"other\":\"x\"}".into();
        proxy["env"].as_array_mut().unwrap().push(json!({"name": "ADDED", "value": "x"}));
        proxy["volumeMounts"] = json!([{"name": "kube-api-access", "mountPath": "/var/run"}]);
        pod["spec"]["volumes"].as_array_mut().unwrap().push(json!({"name": "kube-api-access"}));
        pod
    }

    fn outlook(injected: bool) -> Outlook {
        Outlook {
            injected,
            reason: "because".to_owned(),
            revision: injected.then(|| "default".to_owned()),
            root: None,
            pod: injected.then(wanted),
        }
    }

    fn why(pod: Value, outlook: &Outlook) -> Option<String> {
        drift(&Object::new(pod).unwrap(), Some(&template()), outlook).map(|drift| drift.why)
    }

    #[test]
    fn what_the_server_and_others_add_is_no_difference() {
        assert_eq!(why(live(), &outlook(true)), None);
        let mut plain = live();
        plain["spec"]["containers"].as_array_mut().unwrap().pop();
        plain["metadata"]["annotations"] = json!({});
        assert_eq!(why(plain.clone(), &outlook(false)), None);
        assert_eq!(why(plain, &outlook(true)).unwrap(), "no proxy");
        assert_eq!(why(live(), &outlook(false)).unwrap(), "a proxy that it would not get now: because");
    }

    #[test]
    fn the_difference_is_named() {
        let changed = |pointer: &str, value: Value| {
            let mut pod = live();
            *pod.pointer_mut(pointer).unwrap() = value;
            why(pod, &outlook(true))
        };
        let table = [
            ("/spec/containers/1/image", json!("p:1"), "proxy image p:1, not p:2"),
            ("/spec/containers/1/env/0/value", json!("0"), "another containers[name=istio-proxy].env[name=A].value"),
            ("/spec/containers/1/args", json!(["proxy", "x"]), "another containers[name=istio-proxy].args"),
            ("/spec/initContainers/0/image", json!("p:1"), "proxy image p:1, not p:2"),
            (
                "/metadata/annotations/sidecar.istio.io~1status",
                json!("{\"revision\":\"x\"}"),
                "the proxy of revision x, not default",
            ),
            ("/spec/volumes/0/emptyDir/medium", json!(""), "another volumes[name=istio-envoy].emptyDir.medium"),
        ];
        for (pointer, value, wanted) in table {
            assert_eq!(changed(pointer, value).as_deref(), Some(wanted), "{pointer}");
        }
        // The application's own containers are its owner's.
        assert_eq!(changed("/spec/containers/0/image", json!("b")), None);
        assert!(changed("/spec/containers/1/resources/limits/cpu", json!("1")).is_some());
    }

    #[test]
    fn resources_that_an_autoscaler_has_set_are_its_own() {
        let mut pod = live();
        pod["spec"]["containers"][1]["resources"]["limits"]["cpu"] = "1".into();
        pod["metadata"]["annotations"]["vpaUpdates"] = "Pod resources updated".into();
        assert_eq!(why(pod, &outlook(true)), None);
    }

    #[test]
    fn a_pod_without_a_template_is_compared_as_a_whole_too() {
        let mut pod = live();
        let noted = json!({"revision": "default", "initContainers": ["istio-init"], "containers": ["istio-proxy"], "volumes": ["istio-envoy"]});
        pod["metadata"]["annotations"][label::STATUS] = noted.to_string().into();
        let alone =
            |pod: &Value| drift(&Object::new(pod.clone()).unwrap(), None, &outlook(true)).map(|drift| drift.why);
        assert_eq!(alone(&pod), None);
        pod["spec"]["containers"][1]["args"] = json!(["proxy", "--log=debug"]);
        assert_eq!(alone(&pod).as_deref(), Some("another containers[name=istio-proxy].args"));
        // Its own containers are its owner's.
        pod["spec"]["containers"][1]["args"] = json!(["proxy"]);
        pod["spec"]["containers"][0]["image"] = "b".into();
        assert_eq!(alone(&pod), None);
    }

    #[test]
    fn what_is_not_injected_any_more_is_a_difference() {
        let mut pod = live();
        let noted = json!({"revision": "default", "initContainers": ["istio-init", "istio-validation"]});
        pod["metadata"]["annotations"][label::STATUS] = noted.to_string().into();
        pod["spec"]["initContainers"].as_array_mut().unwrap().push(json!({"name": "istio-validation", "image": "p:2"}));
        assert_eq!(why(pod, &outlook(true)).unwrap(), "container istio-validation, which it would not get now");
    }

    #[test]
    fn a_proxy_older_than_the_root_trusts_another() {
        let started = |at: &str| {
            let mut pod = live();
            let running = json!({"name": "istio-proxy", "state": {"running": {"startedAt": at}}});
            pod["status"] = json!({ "containerStatuses": [running] });
            why(pod, &Outlook { root: Some(100), ..outlook(true) })
        };
        let old = "a proxy older than the root certificate of the mesh";
        assert_eq!(started("1970-01-01T00:01:00Z").as_deref(), Some(old));
        assert_eq!(started("1970-01-01T00:02:00Z"), None);
    }
}
