//! The labels and annotations of Istio, by what they say.

/// The revision that an object is of, or that a namespace or pod asks for.
pub const REVISION: &str = "istio.io/rev";
/// The tag that an object makes.
pub const TAG: &str = "istio.io/tag";
/// On a namespace: `enabled` asks for injection by the default revision, anything else refuses injection.
pub const INJECTION: &str = "istio-injection";
/// On a namespace or pod: `ambient` or `none`.
pub const DATAPLANE_MODE: &str = "istio.io/dataplane-mode";
/// On a pod: `"true"` or `"false"`, whatever its namespace says.
pub const INJECT: &str = "sidecar.istio.io/inject";
/// The annotation in which the injector says what it did.
pub const STATUS: &str = "sidecar.istio.io/status";
/// Every pod that was injected has it, sidecars and gateways.
pub const CANONICAL_NAME: &str = "service.istio.io/canonical-name";
/// The component that installers make an object for.
pub const COMPONENT: &str = "operator.istio.io/component";
/// Written by installers on what they made: `Reconcile`.
pub const MANAGED: &str = "operator.istio.io/managed";
/// The version of the installer that made an object.
pub const VERSION: &str = "operator.istio.io/version";
/// The `metadata.name` of the IstioOperator that an object was made for.
pub const OWNER: &str = "install.operator.istio.io/owning-resource";
/// The namespace of that IstioOperator.
pub const OWNER_NAMESPACE: &str = "install.operator.istio.io/owning-resource-namespace";
/// `true` on what goes on when its component is turned off.
pub const NOT_PRUNED: &str = "install.operator.istio.io/owning-resource-not-pruned";
/// The labels by which installers say whose an object is. A manifest that is only printed has some of them, or others.
pub const STAMPED: [&str; 7] = [MANAGED, VERSION, COMPONENT, REVISION, OWNER, OWNER_NAMESPACE, NOT_PRUNED];
/// `istiod` on control planes and their Services, `ztunnel` on ztunnels.
pub const APP: &str = "app";
/// A pod, and the objects that istiod makes for a Gateway of the Gateway API: that Gateway's name.
pub const GATEWAY_NAME: &str = "gateway.networking.k8s.io/gateway-name";
/// The annotation of a pod that names the whole image of its proxy.
pub const PROXY_IMAGE: &str = "sidecar.istio.io/proxyImage";
/// The annotation of a pod that names the variant of its proxy's image.
pub const PROXY_IMAGE_TYPE: &str = "sidecar.istio.io/proxyImageType";
/// The annotation that says whether the proxy is a native sidecar.
pub const NATIVE_SIDECAR: &str = "sidecar.istio.io/nativeSidecar";
/// The annotation by which a ztunnel's node agent says that a pod's traffic goes through it.
pub const REDIRECTION: &str = "ambient.istio.io/redirection";
/// The waypoint of a pod, Service or namespace.
pub const USE_WAYPOINT: &str = "istio.io/use-waypoint";
/// The namespace of that waypoint.
pub const USE_WAYPOINT_NAMESPACE: &str = "istio.io/use-waypoint-namespace";

/// The label of a namespace that is injected by the default revision, as to be typed.
pub fn enabled() -> String {
    format!("{INJECTION}=enabled")
}

/// The label of a namespace or pod that is injected by `revision`, or by the tag of that name; as to be typed.
pub fn of_revision(revision: &str) -> String {
    format!("{REVISION}={revision}")
}
/// The label of Secrets by which an istiod reads other clusters.
pub const REMOTE: &str = "istio/multiCluster";
/// The annotation that names the cluster of such a Secret.
pub const CLUSTER: &str = "networking.istio.io/cluster";
/// The label that names the network of a namespace of a control plane, or of a gateway between networks.
pub const NETWORK: &str = "topology.istio.io/network";
