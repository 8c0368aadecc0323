//! A Service is ready by being there; an address from outside the cluster is never waited for.

use crate::object::Object;
use crate::status::readiness::Readiness;

pub(crate) fn ready(service: &Object) -> Readiness {
    let balanced = service.text("/spec/type") == Some("LoadBalancer");
    if balanced && service.list("/status/loadBalancer/ingress").is_empty() {
        return Readiness::noted("no external address yet");
    }
    Readiness::READY
}

#[cfg(test)]
mod tests {
    use crate::status::readiness::tests::check;
    use serde_json::json;

    #[test]
    fn states() {
        check(
            "v1",
            "Service",
            &[
                (json!({"spec": {"type": "ClusterIP"}}), "ready"),
                (json!({"spec": {"type": "LoadBalancer"}}), "ready: no external address yet"),
                (
                    json!({"spec": {"type": "LoadBalancer"}, "status": {"loadBalancer": {"ingress": [{"ip": "1.2.3.4"}]}}}),
                    "ready",
                ),
            ],
        );
    }
}
