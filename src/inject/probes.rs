//! Probes of the application, answered by the proxy's agent: with mutual TLS the kubelet cannot reach the application
//! itself, so its probes go to the agent, which asks the application.

use serde_json::{Map, Value, json};

use super::annotations::parse_bool;
use super::containers::{self, PROXY};
use crate::istio::label;
use crate::object::{Reading, go_form};
use crate::template::go_json;

/// The variable that tells the agent what the probes were.
const PROBERS: &str = "ISTIO_KUBE_APP_PROBERS";

/// Sends the probes of a pod to the agent, where the pod's annotation, or else the mesh (`by_default`), wants it.
///
/// `status_port` is the mesh's; the probes go to the one of the pod's annotation, if there is one.
pub(super) fn rewrite(pod: &mut Value, by_default: bool, status_port: i64) {
    let annotation = |name: &str| pod["metadata"]["annotations"][name].as_str();
    let wanted = annotation("sidecar.istio.io/rewriteAppHTTPProbers").and_then(parse_bool).unwrap_or(by_default);
    if containers::find(pod, PROXY).is_none() || !wanted {
        return;
    }
    let injected_before = annotation(label::STATUS).is_some();
    let pod_port =
        annotation("status.sidecar.istio.io/port").map_or(status_port, |port| port.parse().unwrap_or_default());
    let probers = probers(pod, status_port);
    if let Some(proxy) = containers::find_mut(pod, PROXY).filter(|_| !probers.is_empty()) {
        tell(proxy, probers, injected_before);
    }
    for list in ["initContainers", "containers"] {
        let all = pod.get_mut("spec").and_then(|spec| spec.get_mut(list)).and_then(Value::as_array_mut);
        for container in all.into_iter().flatten().filter(|container| container["name"] != PROXY) {
            let name = container["name"].as_str().unwrap_or_default().to_owned();
            for (pointer, path) in places(&name) {
                if let Some(probe) = container.pointer_mut(pointer) {
                    redirect(probe, &path, pod_port);
                }
            }
        }
    }
}

/// Where probes stand in a container, and the path under which the agent answers each.
fn places(container: &str) -> [(&'static str, String); 5] {
    [
        ("/readinessProbe", format!("/app-health/{container}/readyz")),
        ("/livenessProbe", format!("/app-health/{container}/livez")),
        ("/startupProbe", format!("/app-health/{container}/startupz")),
        ("/lifecycle/preStop", format!("/app-lifecycle/{container}/prestopz")),
        ("/lifecycle/postStart", format!("/app-lifecycle/{container}/poststartz")),
    ]
}

/// What the agent has to ask, by path, in order of the paths.
fn probers(pod: &Value, status_port: i64) -> Map<String, Value> {
    let mut all = Map::new();
    let containers = ["initContainers", "containers"].into_iter().flat_map(|list| containers::list(pod, list));
    for container in containers.filter(|container| container["name"] != PROXY) {
        let name = container["name"].as_str().unwrap_or_default();
        for (pointer, path) in places(name) {
            let prober = container.pointer(pointer).and_then(|probe| prober(probe, container, status_port));
            if let Some(prober) = prober {
                all.insert(path, prober);
            }
        }
    }
    all.sort_keys();
    all
}

/// One probe as the agent reads it; none where it is no network probe, has a port that no name leads to, or is the
/// agent's already.
fn prober(probe: &Value, container: &Value, status_port: i64) -> Option<Value> {
    let kinds = [("httpGet", "HTTPGetAction"), ("tcpSocket", "TCPSocketAction"), ("grpc", "GRPCAction")];
    let (kind, type_name) = kinds.into_iter().find(|(kind, _)| probe[*kind].is_object())?;
    let mut action = probe[kind].clone();
    if kind != "grpc" {
        match &action["port"] {
            Value::String(port_name) => {
                let mut ports = container["ports"].as_array().into_iter().flatten();
                action["port"] = ports.rfind(|port| port["name"] == **port_name)?["containerPort"].clone();
            }
            port if port.as_i64().unwrap_or_default() == status_port => return None,
            _ => {}
        }
    }
    let mut prober = Map::new();
    prober.insert(kind.to_owned(), go_form(action, type_name, Reading::Json).ok()?);
    if let Some(timeout) = probe["timeoutSeconds"].as_i64().filter(|timeout| *timeout != 0) {
        prober.insert("timeoutSeconds".to_owned(), timeout.into());
    }
    Some(Value::Object(prober))
}

/// Tells the agent in the proxy's environment; what an earlier injection told stays.
fn tell(proxy: &mut Value, probers: Map<String, Value>, injected_before: bool) {
    let before = proxy["env"].as_array_mut().into_iter().flatten().find(|variable| variable["name"] == PROBERS);
    match before.filter(|_| injected_before) {
        None => containers::add_env(proxy, PROBERS, &go_json(&Value::Object(probers))),
        Some(variable) => {
            let told: Option<Map<String, Value>> =
                variable["value"].as_str().and_then(|text| serde_json::from_str(text).ok());
            let Some(told) = told else { return };
            let mut all = probers;
            all.extend(told);
            all.sort_keys();
            *variable = json!({"name": PROBERS, "value": go_json(&Value::Object(all))});
        }
    }
}

/// Points one probe at the agent, which is asked by HTTP whatever the probe was.
fn redirect(probe: &mut Value, path: &str, port: i64) {
    let Some(probe) = probe.as_object_mut() else { return };
    if !probe.contains_key("httpGet") {
        let hidden =
            if probe.shift_remove("tcpSocket").is_some() { true } else { probe.shift_remove("grpc").is_some() };
        if !hidden {
            return;
        }
        probe.insert("httpGet".to_owned(), json!({}));
    }
    let Some(action) = probe.get_mut("httpGet").and_then(Value::as_object_mut) else { return };
    action.insert("path".to_owned(), path.into());
    action.insert("port".to_owned(), port.into());
    if action.get("scheme").is_some_and(|scheme| scheme == "HTTPS") {
        action.insert("scheme".to_owned(), "HTTP".into());
    }
}

/// Puts the probes of an injected pod back to what the agent was told they were. Ports that had names are numbers then.
pub(super) fn restore(pod: &mut Value, probers: &Map<String, Value>) {
    for list in ["initContainers", "containers"] {
        let all = pod.get_mut("spec").and_then(|spec| spec.get_mut(list)).and_then(Value::as_array_mut);
        for container in all.into_iter().flatten() {
            let name = container["name"].as_str().unwrap_or_default().to_owned();
            for (pointer, path) in places(&name) {
                let Some(told) = probers.get(&path).and_then(Value::as_object) else { continue };
                let probe = container.pointer_mut(pointer).and_then(Value::as_object_mut);
                let Some(probe) = probe.filter(|probe| probe.get("httpGet").is_some_and(|get| get["path"] == *path))
                else {
                    continue;
                };
                let kinds = ["httpGet", "tcpSocket", "grpc"];
                if let Some((kind, action)) = kinds.into_iter().find_map(|kind| Some((kind, told.get(kind)?))) {
                    probe.shift_remove("httpGet");
                    probe.insert(kind.to_owned(), action.clone());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probes_go_to_the_agent() {
        let mut pod = json!({"metadata": {"annotations": {"status.sidecar.istio.io/port": "123"}}, "spec": {"containers": [
            {"name": "app", "ports": [{"name": "web", "containerPort": 8080}],
             "readinessProbe": {"httpGet": {"port": "web", "path": "/ok", "scheme": "HTTPS"}, "timeoutSeconds": 3},
             "livenessProbe": {"tcpSocket": {"port": 9}}, "startupProbe": {"exec": {"command": ["true"]}},
             "lifecycle": {"preStop": {"httpGet": {"port": 1}}, "postStart": {"httpGet": {"port": "none"}}}},
            {"name": "istio-proxy", "readinessProbe": {"httpGet": {"port": 15021}}},
        ]}});
        rewrite(&mut pod, true, 15020);
        let told = pod["spec"]["containers"][1]["env"][0]["value"].as_str();
        let want = r#"{"/app-health/app/livez":{"tcpSocket":{"port":9}},"#.to_owned()
            + r#""/app-health/app/readyz":{"httpGet":{"path":"/ok","port":8080,"scheme":"HTTPS"},"timeoutSeconds":3},"#
            + r#""/app-lifecycle/app/prestopz":{"httpGet":{"port":1}}}"#;
        assert_eq!(told, Some(want.as_str()));
        let app = &pod["spec"]["containers"][0];
        assert_eq!(
            app["readinessProbe"]["httpGet"],
            json!({"port": 123, "path": "/app-health/app/readyz", "scheme": "HTTP"})
        );
        assert_eq!(app["livenessProbe"], json!({"httpGet": {"path": "/app-health/app/livez", "port": 123}}));
        assert_eq!(app["startupProbe"], json!({"exec": {"command": ["true"]}}));
        assert_eq!(pod["spec"]["containers"][1]["readinessProbe"], json!({"httpGet": {"port": 15021}}));
    }

    #[test]
    fn the_annotation_wins_over_the_mesh() {
        let pod = json!({"metadata": {"annotations": {"sidecar.istio.io/rewriteAppHTTPProbers": "false"}}, "spec": {"containers": [
            {"name": "app", "readinessProbe": {"httpGet": {"port": 80}}}, {"name": "istio-proxy"}]}});
        let mut rewritten = pod.clone();
        rewrite(&mut rewritten, true, 15020);
        assert_eq!(rewritten, pod);
    }
}
