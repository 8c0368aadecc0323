//! READY of a pod: how many of its containers are ready.

use serde_json::Value;

use crate::object::Object;

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
pub(crate) fn counted(pod: &Value) -> Vec<Value> {
    let list = |name: &str| pod["spec"][name].as_array().into_iter().flatten();
    let sidecars = list("initContainers").filter(|one| one["restartPolicy"] == "Always");
    list("containers").chain(sidecars).map(|one| one["name"].clone()).collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]
    use super::*;
    use serde_json::json;

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
    }
}
