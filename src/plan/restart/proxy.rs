//! The proxy of a running pod: how many of its containers are ready, and how it differs from what would be injected now.

use serde_json::{Value, json};

use crate::object::{Object, ObjectId};
use crate::plan::compare::{self, Difference};
use crate::plan::injection::Outlook;
use crate::plan::managed::Managed;

/// The name of the proxy's container.
const PROXY: &str = "istio-proxy";
const STATUS: &str = "sidecar.istio.io/status";
/// Written by the vertical pod autoscaler into pods whose resources it has set.
const RESIZED: &str = "vpaUpdates";
/// Variables of the proxy that tell of the pod and not of the mesh: other webhooks may have had their say in between.
const OF_THE_POD: [&str; 2] = ["ISTIO_METAJSON_ANNOTATIONS", "ISTIO_METAJSON_LABELS"];

/// Ready containers of a pod, and all: as `kubectl get pods` counts them, native sidecars included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Ready {
    /// How many are ready.
    pub ready: usize,
    /// How many there are.
    pub all: usize,
}

impl Ready {
    /// Of a running pod.
    pub fn of(pod: &Object) -> Self {
        let statuses = ["/status/initContainerStatuses", "/status/containerStatuses"].map(|list| pod.list(list));
        let is_ready = |name: &Value| {
            statuses.iter().flat_map(|all| all.iter()).any(|one| one["name"] == *name && one["ready"] == true)
        };
        let counted = counted(pod.value());
        Self { ready: counted.iter().filter(|name| is_ready(name)).count(), all: counted.len() }
    }

    /// Of a pod that is to be, once it is ready.
    pub fn wanted(pod: &Value) -> Self {
        let all = counted(pod).len();
        Self { ready: all, all }
    }
}

/// `1/2`.
impl std::fmt::Display for Ready {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.ready, self.all)
    }
}

/// The names of the containers that run as long as the pod does.
fn counted(pod: &Value) -> Vec<Value> {
    let list = |name: &str| pod["spec"][name].as_array().into_iter().flatten();
    let sidecars = list("initContainers").filter(|one| one["restartPolicy"] == "Always");
    list("containers").chain(sidecars).map(|one| one["name"].clone()).collect()
}

/// Whether a pod has a proxy.
pub fn has_proxy(pod: &Object) -> bool {
    counted(pod.value()).iter().any(|name| name == PROXY)
}

/// The revision that injected a pod, as it says itself.
pub fn revision(pod: &Object) -> Option<String> {
    let status: Value = serde_json::from_str(pod.annotation(STATUS)?).ok()?;
    Some(status["revision"].as_str().filter(|revision| !revision.is_empty()).unwrap_or("default").to_owned())
}

/// Why a pod is not what it would be if it were made now; none where it is. `template` is what its controller makes it
/// of; without one (a pod on its own) only the proxy's presence, revision and image are compared.
pub fn outdated(pod: &Object, template: Option<&Value>, outlook: &Outlook) -> Option<String> {
    match (has_proxy(pod), outlook.injected) {
        (false, false) => return None,
        (false, true) => {
            // A template for proxies without a container of that name (gRPC) leaves its mark all the same.
            let marked = pod.annotation(STATUS).is_some();
            let wanted = outlook.pod.as_ref().is_none_or(|wanted| counted(wanted).iter().any(|name| name == PROXY));
            if wanted || !marked {
                return Some("no proxy".to_owned());
            }
        }
        (true, false) => {
            // A pod that brings its own proxy, as gateways of other makers do, was never injected.
            pod.annotation(STATUS)?;
            return Some(format!("a proxy that it would not get now: {}", outlook.reason));
        }
        (true, true) => {}
    }
    let (has, wanted) = (revision(pod).unwrap_or_default(), outlook.revision.as_deref().unwrap_or_default());
    if has != wanted {
        return Some(format!("the proxy of revision {}, not {wanted}", if has.is_empty() { "none" } else { &has }));
    }
    let wanted = outlook.pod.as_ref()?;
    let differences = differences(pod, template, wanted);
    let image = differences.iter().find(|difference| difference.path.fields().last() == Some(&"image"));
    if let Some(Difference { wanted: Some(Value::String(wanted)), found: Some(Value::String(found)), .. }) = image {
        return Some(format!("proxy image {found}, not {wanted}"));
    }
    let first = differences.first()?;
    let more = differences.len() - 1;
    let path = first.path.to_string();
    let path = path.strip_prefix("spec.").unwrap_or(&path);
    Some(if more == 0 { format!("another {path}") } else { format!("another {path} and {more} more") })
}

/// The fields of the injected containers and volumes in which a pod differs. What others have added to them, such as the
/// API server's defaults and the mount of the service account's token, is no difference.
fn differences(pod: &Object, template: Option<&Value>, wanted: &Value) -> Vec<Difference> {
    let resized = pod.annotation(RESIZED).is_some();
    let own = |list: &str, name: &Value| {
        let named = |one: &Value| one["name"] == *name;
        template.is_some_and(|pod| pod["spec"][list].as_array().into_iter().flatten().any(named)) && *name != PROXY
    };
    let mut spec = json!({});
    let lists: &[&str] = if template.is_some() {
        &["initContainers", "containers", "volumes"]
    } else {
        &["initContainers", "containers"]
    };
    for list in lists {
        let injected = wanted["spec"][*list].as_array().into_iter().flatten();
        let injected =
            injected.filter(|one| if template.is_some() { !own(list, &one["name"]) } else { one["name"] == PROXY });
        let compared = injected.map(|one| {
            if template.is_none() {
                return json!({ "name": one["name"], "image": one["image"] });
            }
            let mut one = one.clone();
            if let Some(env) = one["env"].as_array_mut() {
                env.retain(|variable| !OF_THE_POD.iter().any(|name| variable["name"] == *name));
            }
            if resized && let Some(container) = one.as_object_mut() {
                container.shift_remove("resources");
            }
            one
        });
        spec[*list] = Value::Array(compared.collect());
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
        pod["metadata"] = json!({"name": "p", "namespace": "n", "annotations": {STATUS: "{\"revision\":\"default\"}"}});
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
            pod: injected.then(wanted),
        }
    }

    fn why(pod: Value, outlook: &Outlook) -> Option<String> {
        outdated(&Object::new(pod).unwrap(), Some(&template()), outlook)
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
    fn ready_counts_what_stays() {
        let pod = Object::new(json!({
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"},
            "spec": {
                "initContainers": [{"name": "setup"}, {"name": "istio-proxy", "restartPolicy": "Always"}],
                "containers": [{"name": "app"}],
            },
            "status": {
                "initContainerStatuses": [{"name": "setup", "ready": true}, {"name": "istio-proxy", "ready": true}],
                "containerStatuses": [{"name": "app", "ready": false}],
            },
        }))
        .unwrap();
        assert_eq!(Ready::of(&pod).to_string(), "1/2");
        assert_eq!(Ready::wanted(pod.value()).to_string(), "2/2");
        assert!(has_proxy(&pod));
    }
}
