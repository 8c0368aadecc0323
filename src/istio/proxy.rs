//! The proxy of a pod: whether it has one, what it is for, which revision it belongs to, which version it runs.

use super::{DEFAULT, Pod, label};
use crate::object::Object;
use crate::status::version;

/// The name of a proxy's container, whoever puts it there.
pub const PROXY: &str = "istio-proxy";

/// The containers that injection adds to a pod.
pub const INJECTED: [&str; 3] = [PROXY, "istio-init", "istio-validation"];

/// What a proxy is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// It stands beside an application.
    Sidecar,
    /// The same as an init container that stays.
    NativeSidecar,
    /// It lets traffic in or out.
    Gateway,
    /// It is asked on the way to Services of ambient mode.
    Waypoint,
    /// It carries the traffic of a node's pods; it follows no revision's injector.
    Ztunnel,
}

/// A proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proxy {
    /// What it is for.
    pub role: Role,
    /// Its image.
    pub image: String,
    /// Its revision: what its injector noted, else what its pod's label asks for, else `default`.
    pub revision: String,
    /// Whether only the pod's label tells the revision: that may be a tag's name.
    pub asked: bool,
    /// `NAMESPACE/NAME` of the gateway it is.
    pub gateway: Option<String>,
    /// Whether an injector put it there; gateways may bring theirs along.
    pub injected: bool,
    /// The image that the pod's own annotation pins it to, whatever the mesh is like.
    pub pinned: Option<String>,
}

impl Proxy {
    /// The proxy of a pod. One whose image an injector has still to put in is none yet.
    pub fn of(pod: &Pod) -> Option<Self> {
        let (container, native) = pod.lasting().find(|(one, _)| one.name == PROXY)?;
        if container.image == version::PLACEHOLDER {
            return None;
        }
        let role = match container.role() {
            "router" => Role::Gateway,
            "waypoint" => Role::Waypoint,
            "ztunnel" => Role::Ztunnel,
            _ if native => Role::NativeSidecar,
            _ => Role::Sidecar,
        };
        let noted = pod.injected_by();
        let asked = pod.label(label::REVISION).filter(|name| noted.is_none() && !name.is_empty()).map(str::to_owned);
        let gateway = matches!(role, Role::Gateway | Role::Waypoint).then(|| {
            let labels = [label::GATEWAY_NAME, label::CANONICAL_NAME, label::APP];
            let name = labels.iter().find_map(|label| pod.label(label)).unwrap_or(pod.name());
            format!("{}/{name}", pod.namespace())
        });
        Some(Self {
            role,
            image: container.image.clone(),
            asked: asked.is_some(),
            revision: noted.or(asked).unwrap_or_else(|| DEFAULT.to_owned()),
            gateway,
            injected: pod.was_injected(),
            pinned: pod.pinned(),
        })
    }

    /// The proxy of a pod that was read whole.
    pub fn of_object(pod: &Object) -> Option<Self> {
        Self::of(&Pod::from(pod))
    }

    /// The version of its image.
    pub fn version(&self) -> String {
        version::of_image(&self.image)
    }

    /// Whether it is a revision's: of the webhook that injected it, or of the control plane that it asks. A ztunnel is
    /// nobody's but its DaemonSet's.
    pub fn is_of_a_revision(&self) -> bool {
        self.role != Role::Ztunnel
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn proxy(metadata: Value, spec: Value) -> Option<Proxy> {
        Proxy::of(&Pod::of(&json!({"metadata": metadata, "spec": spec})))
    }

    fn container(image: &str, args: Value) -> Value {
        json!({"name": "istio-proxy", "image": image, "args": args})
    }

    #[test]
    fn what_a_proxy_is_for_is_told_by_its_container() {
        let mut native = container("p:1", json!(["proxy", "sidecar"]));
        native["restartPolicy"] = "Always".into();
        let of = |list: &str, container: Value| json!({ list: [{"name": "app", "image": "a"}, container] });
        let table = [
            (of("containers", container("p:1", json!(["proxy", "sidecar"]))), Some(Role::Sidecar)),
            (of("containers", container("mine.example.com/envoy:7", Value::Null)), Some(Role::Sidecar)),
            (of("initContainers", native), Some(Role::NativeSidecar)),
            // One that runs once and ends is none.
            (of("initContainers", container("p:1", json!(["proxy", "sidecar"]))), None),
            (of("containers", container("p:1", json!(["proxy", "router"]))), Some(Role::Gateway)),
            (of("containers", container("p:1", json!(["proxy", "waypoint"]))), Some(Role::Waypoint)),
            (of("containers", container("z:1", json!(["proxy", "ztunnel"]))), Some(Role::Ztunnel)),
            (of("containers", container("auto", json!(["proxy", "router"]))), None),
            (json!({"containers": [{"name": "proxy", "image": "proxyv2:1"}]}), None),
            (json!({}), None),
        ];
        for (spec, role) in table {
            assert_eq!(proxy(json!({}), spec.clone()).map(|one| one.role), role, "{spec}");
        }
    }

    #[test]
    fn the_revision_is_what_the_injector_noted() {
        let spec = json!({"containers": [container("p:1", Value::Null)]});
        let status = |revision: &str| json!({ "revision": revision }).to_string();
        let table = [
            (json!({}), "default", false),
            (json!({"annotations": {"istio.io/rev": "a"}, "labels": {"istio.io/rev": "tag"}}), "a", false),
            (json!({"annotations": {"sidecar.istio.io/status": status("b")}}), "b", false),
            (json!({"annotations": {"istio.io/rev": "", "sidecar.istio.io/status": status("b")}}), "b", false),
            (json!({"annotations": {"sidecar.istio.io/status": "{"}, "labels": {"istio.io/rev": "tag"}}), "tag", true),
            (json!({"labels": {"istio.io/rev": "tag"}}), "tag", true),
            (json!({"labels": {"istio.io/rev": ""}}), "default", false),
        ];
        for (metadata, revision, asked) in table {
            let found = proxy(metadata.clone(), spec.clone()).unwrap();
            assert_eq!((found.revision.as_str(), found.asked), (revision, asked), "{metadata}");
        }
    }

    #[test]
    fn a_gateway_has_a_name_and_a_pin_has_a_slash() {
        let spec = json!({"containers": [container("h/proxyv2:1.30.3", json!(["proxy", "router"]))]});
        let labels = json!({"gateway.networking.k8s.io/gateway-name": "in", "app": "x"});
        let found = proxy(json!({"name": "in-1", "namespace": "n", "labels": labels}), spec.clone()).unwrap();
        assert_eq!((found.gateway.as_deref(), found.version().as_str()), (Some("n/in"), "1.30.3"));
        for (image, pinned) in [("h/proxyv2:1.29.0", true), ("proxyv2", false)] {
            let annotations = json!({"sidecar.istio.io/proxyImage": image});
            let found = proxy(json!({ "annotations": annotations }), spec.clone()).unwrap();
            assert_eq!(found.pinned.is_some(), pinned, "{image}");
        }
    }
}
