//! What `/inject` adds to a pod.

use kube::Client;
use serde_json::{Value, json};

use super::Job;

/// Injects pods.
pub(super) struct Injector {
    _client: Client,
    revision: String,
}

impl Injector {
    pub(super) fn new(client: Client, job: &Job) -> Self {
        Self { _client: client, revision: job.revision.clone() }
    }

    /// The injected pod, or `None` where the pod is left alone.
    pub(super) async fn inject(&self, _path: &str, _namespace: &str, pod: &Value) -> Result<Option<Value>, String> {
        let told = |kind: &str| pod["metadata"][kind]["sidecar.istio.io/inject"].as_str();
        let refused = told("labels").or(told("annotations")) == Some("false");
        if refused || pod["spec"]["hostNetwork"] == true {
            return Ok(None);
        }
        let mut pod = pod.clone();
        let proxy = json!({
            "name": "istio-proxy",
            "image": "auto",
            "args": ["proxy", "sidecar"],
            "ports": [{ "containerPort": 15090, "protocol": "TCP", "name": "http-envoy-prom" }],
        });
        match &mut pod["spec"]["containers"] {
            Value::Array(containers) => containers.push(proxy),
            _ => return Err("a pod without containers".to_owned()),
        }
        pod["metadata"]["annotations"]["istio.io/rev"] = json!(self.revision);
        Ok(Some(pod))
    }
}
