//! Injection taken back: the pod as it was, as far as the pod itself still tells.
//!
//! An injected pod carries what is needed: the status annotation names the containers and volumes of the template, the
//! overrides annotation keeps containers that the user wrote under such a name, and the proxy's environment tells the
//! application's probes and scrape. Labels and annotations that injection writes go where they have the value that it
//! writes; with another value they are the user's.
//!
//! What a second injection would not write the same again is never taken: [`inject`](super::Injector::inject) after this
//! gives the same pod.

use serde_json::{Map, Value};

use super::containers::{self, PROXY, VALIDATION};
use super::owner::Owner;
use super::probes;
use super::prometheus::{SECURE_PORT, SECURE_PORT_ENV};
use super::workload::{WithPod, listed};
use crate::error::{Error, Result};
use crate::istio::label;
use crate::istio::label::{NETWORK, STATUS};
use crate::object::{Reading, go_form};
use crate::status::version;

const OVERRIDES: &str = "proxy.istio.io/overrides";
const TEMPLATES: &str = "inject.istio.io/templates";
const LISTS: [&str; 2] = ["containers", "initContainers"];

/// A workload without its sidecar.
#[derive(Debug, Clone)]
pub struct Uninjected {
    /// The workload; as it came where there was nothing to take out.
    pub object: Value,
    /// Whether something was taken out: of the object, or of one of a List.
    pub changed: bool,
    /// What cannot be told from the pod and so may differ from what the user wrote: `Kind/name` and a sentence.
    pub unsure: Vec<(String, String)>,
}

/// Takes the sidecar out of a workload, or out of each one of a List. Other kinds, and workloads that no injection has
/// changed, come back untouched.
///
/// # Errors
/// `wrong-type` (usage) and `bad-annotation`, where the status annotation is not what injection writes.
pub fn uninject(object: Value) -> Result<Uninjected> {
    let mut done = Uninjected { object: Value::Null, changed: false, unsure: Vec::new() };
    done.object = of_object(object, &mut done)?;
    Ok(done)
}

fn of_object(mut object: Value, done: &mut Uninjected) -> Result<Value> {
    if let Some(items) = listed(&mut object)? {
        for item in items {
            *item = of_object(item.take(), done)?;
        }
        return Ok(object);
    }
    let Some(workload) = WithPod::of(&object) else { return Ok(object) };
    let owner = workload.owner(&object);
    let name = format!("{}/{}", object["kind"].as_str().unwrap_or_default(), owner.name);
    let mut whole = object.clone();
    let Some(pod) = workload.take_pod(&mut whole) else { return Ok(object) };
    let Some(status) = pod["metadata"]["annotations"][STATUS].as_str() else { return Ok(object) };
    let status: Value = serde_json::from_str(status).ok().filter(Value::is_object).ok_or_else(|| {
        let message = format!("{name}: annotation `{STATUS}` is not the JSON that injection writes");
        Error::usage("bad-annotation", message).hint("correct it, or take the containers out by hand")
    })?;
    let mut pod = Pod { pod, status, unsure: Vec::new() };
    pod.take_back(&owner).map_err(|error| error.at(&name))?;
    done.changed = true;
    done.unsure.extend(pod.unsure.into_iter().map(|what| (name.clone(), what)));
    workload.set_pod(&mut whole, pod.pod);
    go_form(whole, workload.type_name(), Reading::Yaml).map_err(|error| error.at(&name))
}

/// A pod on its way back.
struct Pod {
    pod: Value,
    /// What injection has written of itself.
    status: Value,
    unsure: Vec<String>,
}

impl Pod {
    fn take_back(&mut self, owner: &Owner) -> Result<()> {
        let told = self.told();
        let kept: Value = match self.pod["metadata"]["annotations"][OVERRIDES].as_str() {
            Some(text) => serde_json::from_str(text).map_err(|error| {
                let message = format!("annotation `{OVERRIDES}` is not the JSON that injection writes");
                Error::usage("bad-annotation", message).caused_by(error)
            })?,
            None => Value::Null,
        };
        let cni = containers::in_list(&self.pod, "initContainers", VALIDATION).is_some();
        for list in LISTS {
            self.containers(list, &kept);
        }
        if let Some(probers) = told.probers {
            probes::restore(&mut self.pod, &probers);
        }
        self.volumes();
        self.pull_secrets();
        self.annotations(told.scrape, told.secure_port, cni);
        self.labels(owner, told.network);
        self.gateway();
        Ok(())
    }

    /// What the proxy's environment tells about the application.
    fn told(&self) -> Told {
        let variable = |name: &str| {
            let env = containers::find(&self.pod, PROXY)?["env"].as_array()?;
            env.iter().find(|variable| variable["name"] == name)?["value"].as_str()
        };
        let map = |name: &str| variable(name).and_then(|text| serde_json::from_str::<Map<String, Value>>(text).ok());
        Told {
            probers: map("ISTIO_KUBE_APP_PROBERS"),
            scrape: map("ISTIO_PROMETHEUS_ANNOTATIONS"),
            secure_port: variable(SECURE_PORT_ENV).map(str::to_owned),
            network: variable("ISTIO_META_NETWORK").map(str::to_owned),
        }
    }

    fn names(&self, list: &str) -> Vec<String> {
        let names = self.status[list].as_array().into_iter().flatten();
        names.filter_map(|name| name.as_str().map(str::to_owned)).collect()
    }

    /// Takes the template's containers out of a list; those that the user wrote come back as they were.
    fn containers(&mut self, list: &'static str, kept: &Value) {
        let injected = self.names(list);
        let Some(all) = self.pod["spec"][list].as_array_mut() else { return };
        let mut moved = Vec::new();
        let mut left = Vec::with_capacity(all.len());
        for container in std::mem::take(all) {
            let name = container["name"].as_str().unwrap_or_default();
            if !injected.iter().any(|one| one == name) {
                left.push(container);
                continue;
            }
            let own = kept[list].as_array().into_iter().flatten().find(|own| own["name"] == name);
            let Some(mut own) = own.cloned() else { continue };
            if own["image"].is_null() {
                // Kubernetes wants one; this stands for the template's.
                own["image"] = version::PLACEHOLDER.into();
            }
            // A container becomes a native sidecar by injection only if it was none before.
            if list == "initContainers" && own["restartPolicy"].is_null() && name == PROXY {
                moved.push(own);
            } else {
                left.push(own);
            }
        }
        *all = left;
        for own in moved {
            match self.pod["spec"]["containers"].as_array_mut() {
                Some(all) => all.push(own),
                None => self.pod["spec"]["containers"] = Value::Array(vec![own]),
            }
        }
        let has_own = containers::in_list(&self.pod, "containers", PROXY).is_some();
        if has_own && containers::list(&self.pod, "containers").len() > 1 {
            let what = format!("your container {PROXY} may have stood elsewhere among the containers");
            if !self.unsure.contains(&what) {
                self.unsure.push(what);
            }
        }
    }

    /// Takes the template's volumes out, but for those that a container still mounts.
    fn volumes(&mut self) {
        let injected = self.names("volumes");
        let mounted: Vec<String> = LISTS
            .into_iter()
            .flat_map(|list| containers::list(&self.pod, list))
            .flat_map(|container| container["volumeMounts"].as_array().into_iter().flatten())
            .filter_map(|mount| mount["name"].as_str().map(str::to_owned))
            .collect();
        let Some(volumes) = self.pod["spec"]["volumes"].as_array_mut() else { return };
        volumes.retain(|volume| {
            let name = volume["name"].as_str().unwrap_or_default();
            let gone = injected.iter().any(|one| one == name);
            let needed = mounted.iter().any(|one| one == name);
            if gone && needed {
                self.unsure.push(format!("volume {name} stays as injection left it: a container of yours mounts it"));
            }
            !gone || needed
        });
    }

    fn pull_secrets(&mut self) {
        let injected = self.names("imagePullSecrets");
        if let Some(secrets) = self.pod["spec"]["imagePullSecrets"].as_array_mut() {
            secrets.retain(|secret| !injected.iter().any(|one| secret["name"] == **one));
        }
    }

    fn annotations(&mut self, scrape: Option<Map<String, Value>>, secure_port: Option<String>, cni: bool) {
        let application = containers::list(&self.pod, "containers").iter().find(|one| one["name"] != PROXY);
        let application = application.map_or(Value::Null, |container| container["name"].clone());
        let revision = self.status["revision"].clone();
        let Some(notes) = self.pod["metadata"]["annotations"].as_object_mut() else { return };
        notes.shift_remove(STATUS);
        notes.shift_remove(OVERRIDES);
        let grpc = notes.get(TEMPLATES).and_then(Value::as_str).is_some_and(|names| names.contains("grpc-"));
        take(notes, label::REVISION, &revision);
        take(notes, "kubectl.kubernetes.io/default-container", &application);
        take(notes, "kubectl.kubernetes.io/default-logs-container", &application);
        if grpc {
            take(notes, "sidecar.istio.io/rewriteAppHTTPProbers", &"false".into());
        }
        restore_scrape(notes, scrape);
        if let Some(port) = secure_port {
            take(notes, SECURE_PORT, &port.into());
        }
        if cni {
            restore_redirection(notes);
        }
    }

    fn labels(&mut self, owner: &Owner, network: Option<String>) {
        let Some(labels) = self.pod["metadata"]["labels"].as_object_mut() else { return };
        take(labels, "security.istio.io/tlsMode", &"istio".into());
        take(labels, "networking.istio.io/tunnel", &"http".into());
        let first = |keys: &[&str]| {
            keys.iter().find_map(|key| labels.get(*key)?.as_str().filter(|text| !text.is_empty())).map(str::to_owned)
        };
        let name = first(&["app.kubernetes.io/name", "app"]).unwrap_or_else(|| owner.name.clone());
        let name = name.get(..63).unwrap_or(&name);
        let name = name.strip_suffix('-').unwrap_or(name).to_owned();
        let version = first(&["app.kubernetes.io/version", "version"]).unwrap_or_else(|| "latest".to_owned());
        take(labels, label::CANONICAL_NAME, &name.into());
        take(labels, "service.istio.io/canonical-revision", &version.into());
        if network.is_some_and(|network| labels.get(NETWORK).is_some_and(|label| *label == network)) {
            self.unsure.push(format!("label `{NETWORK}` stays: it may be yours"));
        }
    }

    /// The gateway's template lets the pod listen on low ports.
    fn gateway(&mut self) {
        let notes = &self.pod["metadata"]["annotations"];
        let is_gateway =
            notes[TEMPLATES].as_str().is_some_and(|names| names.split(',').any(|one| one.trim() == "gateway"));
        let Some(context) = self.pod["spec"]["securityContext"].as_object_mut().filter(|_| is_gateway) else { return };
        if let Some(sysctls) = context.get_mut("sysctls").and_then(Value::as_array_mut) {
            sysctls.retain(|one| one["name"] != "net.ipv4.ip_unprivileged_port_start");
            if sysctls.is_empty() {
                context.shift_remove("sysctls");
            }
        }
        if context.is_empty()
            && let Some(spec) = self.pod["spec"].as_object_mut()
        {
            spec.shift_remove("securityContext");
        }
    }
}

/// What the proxy's environment tells.
struct Told {
    probers: Option<Map<String, Value>>,
    scrape: Option<Map<String, Value>>,
    secure_port: Option<String>,
    network: Option<String>,
}

/// Takes an entry out where it has this value.
fn take(map: &mut Map<String, Value>, key: &str, value: &Value) {
    if map.get(key) == Some(value) {
        map.shift_remove(key);
    }
}

/// Turns the scrape back to the application, where it goes to the agent.
fn restore_scrape(notes: &mut Map<String, Value>, told: Option<Map<String, Value>>) {
    let agents = [("prometheus.io/path", "/stats/prometheus"), ("prometheus.io/scrape", "true")];
    if !agents.iter().all(|(key, value)| notes.get(*key).is_some_and(|own| own == value)) {
        return;
    }
    for key in ["prometheus.io/port", "prometheus.io/path", "prometheus.io/scrape"] {
        notes.shift_remove(key);
    }
    let mut told = told.unwrap_or_default();
    // Port and path repeat the first of several.
    if let Some(Value::Array(targets)) = told.shift_remove("targets") {
        let text = |target: &Value, field: &str| target[field].as_str().unwrap_or_default().to_owned();
        let targets = targets.iter().map(|one| format!("{}:{}", text(one, "port"), text(one, "path")));
        notes.insert("prometheus.istio.io/scrape-targets".to_owned(), targets.collect::<Vec<_>>().join(",").into());
        told.retain(|what, _| what == "scrape");
    }
    for (what, value) in told.into_iter().filter(|(_, value)| *value != "") {
        notes.insert(format!("prometheus.io/{what}"), value);
    }
}

/// Takes out what the CNI plugin was told and is no setting of the pod's own.
fn restore_redirection(notes: &mut Map<String, Value>) {
    const PREFIX: &str = "traffic.sidecar.istio.io/";
    const MULTUS: &str = "k8s.v1.cni.cncf.io/networks";
    take(notes, "sidecar.istio.io/interceptionMode", &"REDIRECT".into());
    take(notes, &format!("{PREFIX}includeOutboundIPRanges"), &"*".into());
    take(notes, &format!("{PREFIX}includeInboundPorts"), &"*".into());
    let status_port = notes.get("status.sidecar.istio.io/port").and_then(Value::as_str).unwrap_or("15020").to_owned();
    let ports = format!("{PREFIX}excludeInboundPorts");
    let without = |text: &str| text.strip_suffix(&status_port).map(|rest| rest.trim_end_matches(',').to_owned());
    match notes.get(&ports).and_then(Value::as_str).and_then(without) {
        Some(rest) if rest.is_empty() => _ = notes.shift_remove(&ports),
        Some(rest) => _ = notes.insert(ports, rest.into()),
        None => {}
    }
    let networks = notes.get(MULTUS).and_then(Value::as_str).map(str::to_owned);
    let ours = [
        ", default/istio-cni",
        ",default/istio-cni",
        "default/istio-cni",
        r#", {"name": "istio-cni", "namespace": "default"}"#,
    ];
    match networks.and_then(|text| ours.iter().find(|one| text.contains(**one)).map(|one| text.replacen(one, "", 1))) {
        Some(rest) if rest.is_empty() => _ = notes.shift_remove(MULTUS),
        Some(rest) => _ = notes.insert(MULTUS.to_owned(), rest.into()),
        None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_injection_wrote_goes_and_what_the_user_wrote_stays() -> Result<()> {
        let status = json!({"containers": ["istio-proxy"], "volumes": ["istio-data", "shared"], "revision": "default"});
        let probers = json!({"/app-health/app/readyz": {"tcpSocket": {"port": 8080}}});
        let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p",
            "labels": {"app": "web", "service.istio.io/canonical-name": "web", "service.istio.io/canonical-revision": "v7",
                "security.istio.io/tlsMode": "istio"},
            "annotations": {"sidecar.istio.io/status": status.to_string(), "istio.io/rev": "default", "mine": "x",
                "prometheus.io/path": "/stats/prometheus", "prometheus.io/port": "15020", "prometheus.io/scrape": "true"}},
            "spec": {"volumes": [{"name": "istio-data"}, {"name": "shared"}], "containers": [
                {"name": "app", "image": "a", "volumeMounts": [{"name": "shared", "mountPath": "/s"}],
                 "readinessProbe": {"httpGet": {"path": "/app-health/app/readyz", "port": 15020}, "periodSeconds": 5}},
                {"name": "istio-proxy", "env": [
                    {"name": "ISTIO_KUBE_APP_PROBERS", "value": probers.to_string()},
                    {"name": "ISTIO_PROMETHEUS_ANNOTATIONS", "value": r#"{"scrape":"","path":"","port":"9090"}"#}]}]}});
        let done = uninject(pod)?;
        let object = done.object;
        assert_eq!(object["metadata"]["labels"], json!({"app": "web", "service.istio.io/canonical-revision": "v7"}));
        assert_eq!(object["metadata"]["annotations"], json!({"mine": "x", "prometheus.io/port": "9090"}));
        assert_eq!(object["spec"]["volumes"].as_array().map(Vec::len), Some(1));
        let containers = object["spec"]["containers"].as_array();
        assert_eq!(containers.map(Vec::len), Some(1));
        let probe = &object["spec"]["containers"][0]["readinessProbe"];
        assert_eq!(*probe, json!({"tcpSocket": {"port": 8080}, "periodSeconds": 5}));
        assert_eq!(done.unsure.len(), 1, "{:?}", done.unsure);
        Ok(())
    }

    /// What is written since Istio 1.31.
    #[test]
    fn places_to_scrape_and_the_port_of_tls_are_taken_back() -> Result<()> {
        let told =
            r#"{"scrape":"","path":"/m","port":"1","targets":[{"port":"1","path":"/m"},{"port":"2","path":"/n"}]}"#;
        let pod = |secure_port: &str| {
            json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "annotations": {
                "sidecar.istio.io/status": r#"{"containers":["istio-proxy"]}"#, "prometheus.istio.io/secure-port": secure_port,
                "prometheus.io/path": "/stats/prometheus", "prometheus.io/port": "15020", "prometheus.io/scrape": "true"}},
                "spec": {"containers": [{"name": "app", "image": "a"}, {"name": "istio-proxy", "env": [
                    {"name": "ENVOY_SECURE_MERGED_METRICS_PORT", "value": "15091"},
                    {"name": "ISTIO_PROMETHEUS_ANNOTATIONS", "value": told}]}]}})
        };
        let targets = json!({"prometheus.istio.io/scrape-targets": "1:/m,2:/n"});
        assert_eq!(uninject(pod("15091"))?.object["metadata"]["annotations"], targets);
        assert_eq!(uninject(pod("1"))?.object["metadata"]["annotations"]["prometheus.istio.io/secure-port"], "1");
        Ok(())
    }

    #[test]
    fn what_was_not_injected_is_not_touched() -> Result<()> {
        for object in [
            json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"odd": 1}}),
            json!({"apiVersion": "v1", "kind": "Service", "spec": {}}),
        ] {
            let done = uninject(object.clone())?;
            assert_eq!((done.object, done.changed), (object, false));
        }
        Ok(())
    }
}
