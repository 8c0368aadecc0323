//! The instances of each component and the values each of them sees.

use serde_json::{Map, Value};

use super::Config;
use crate::error::Result;

/// The components an installation is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ComponentKind {
    /// CRDs and what is shared by all revisions (`components.base`, chart `base`).
    Core,
    /// istiod (`components.pilot`, chart `istio-discovery`).
    ControlPlane,
    /// An ingress gateway (`components.ingressGateways[]`, chart `istio-ingress`).
    IngressGateway,
    /// An egress gateway (`components.egressGateways[]`, chart `istio-egress`).
    EgressGateway,
    /// The CNI node agent (`components.cni`, chart `istio-cni`).
    Cni,
    /// The ambient node proxy (`components.ztunnel`, chart `ztunnel`).
    Ztunnel,
}

impl ComponentKind {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Core, Self::ControlPlane, Self::IngressGateway, Self::EgressGateway, Self::Cni, Self::Ztunnel];

    /// Its key below `spec.components`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Core => "base",
            Self::ControlPlane => "pilot",
            Self::IngressGateway => "ingressGateways",
            Self::EgressGateway => "egressGateways",
            Self::Cni => "cni",
            Self::Ztunnel => "ztunnel",
        }
    }

    /// Whether there can be several, told apart by name and namespace.
    pub const fn is_gateway(self) -> bool {
        matches!(self, Self::IngressGateway | Self::EgressGateway)
    }
}

/// One enabled instance of a component.
#[derive(Debug, Clone)]
pub struct Instance {
    /// What it is an instance of.
    pub component: ComponentKind,
    /// A gateway's name (`istio-ingressgateway` where none is given); empty for other components.
    pub name: String,
    /// `.Release.Namespace`: where its namespaced objects go.
    pub namespace: String,
    /// A gateway's own labels (`label` in its entry); already part of `values` too.
    pub labels: Map<String, Value>,
    /// `.Values` as templates see it, all merging done: chart defaults < presets < operator level < user values, with what
    /// the reference's charts flatten flattened. Control plane: all of `pilot.*` is also at the root; cni: `cni.*` likewise;
    /// ztunnel: `ztunnel.*` and `global.*` at the root. Gateways: theirs is under `gateways.istio-ingressgateway` or
    /// `gateways.istio-egressgateway`, with this instance's `name`, `labels`, `ports`.
    pub values: Value,
    /// The values as given to the chart, before its defaults and presets were put below: the `original-values` of the
    /// `values` ConfigMap.
    pub given: Value,
    /// The `k8s` tree of the component's entry, null where there is none. Fields patched into the objects by strategic
    /// merge: affinity env hpaSpec imagePullPolicy nodeSelector podDisruptionBudget podAnnotations priorityClassName
    /// readinessProbe replicaCount resources strategy tolerations serviceAnnotations service securityContext. For a
    /// gateway `service.ports` is in `values` already and not in here.
    pub k8s: Value,
    /// `k8s.overlays`, in order, applied after the fields above.
    pub overlays: Vec<Overlay>,
}

/// Changes to one rendered object.
#[derive(Debug, Clone)]
pub struct Overlay {
    /// Kind of the object.
    pub kind: String,
    /// Name of the object.
    pub name: String,
    /// What changes, in order.
    pub patches: Vec<Patch>,
    /// Where the user wrote it (`file:line:column` or a flag), for errors.
    pub origin: String,
}

/// One change of an [`Overlay`].
#[derive(Debug, Clone)]
pub struct Patch {
    /// Such as `spec.template.spec.containers.[name:discovery].args.[30m]`.
    pub path: String,
    /// What goes there; none deletes what is there.
    pub value: Option<Value>,
}

pub(super) fn of(_config: &Config, _component: ComponentKind) -> Result<Vec<Instance>> {
    Ok(Vec::new())
}
