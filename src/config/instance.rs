//! The instances of each component and the values each of them sees.

use serde_json::{Map, Value};

use super::{Config, values};
use crate::error::Result;
use crate::yaml::Place;

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

    /// The key below `values.gateways` of a gateway component, which is also the name of its first instance.
    pub(super) const fn gateway_key(self) -> Option<&'static str> {
        match self {
            Self::IngressGateway => Some("istio-ingressgateway"),
            Self::EgressGateway => Some("istio-egressgateway"),
            _ => None,
        }
    }

    /// The path of its own values below `values`.
    pub(super) const fn values_path(self) -> &'static [&'static str] {
        match self {
            Self::Core => &["global"],
            Self::ControlPlane => &["pilot"],
            Self::IngressGateway => &["gateways", "istio-ingressgateway"],
            Self::EgressGateway => &["gateways", "istio-egressgateway"],
            Self::Cni => &["cni"],
            Self::Ztunnel => &["ztunnel"],
        }
    }

    /// Whether it is on where `components` does not mention it.
    const fn is_default(self) -> bool {
        matches!(self, Self::Core | Self::ControlPlane | Self::IngressGateway)
    }

    /// Whether its pods are a Deployment's; else a DaemonSet's, or it has none.
    pub(super) const fn is_deployment(self) -> bool {
        matches!(self, Self::ControlPlane) || self.is_gateway()
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

/// The enabled instances of a component.
pub(super) fn of(config: &Config, component: ComponentKind) -> Result<Vec<Instance>> {
    entries(config, component).into_iter().map(|(entry, at)| instance(config, component, entry, at)).collect()
}

/// The entries of `spec.components` that are enabled, each with its index where it is one of a list; a null entry stands
/// for a component that is on although nothing is written.
pub(super) fn entries(config: &Config, component: ComponentKind) -> Vec<(&Value, Option<usize>)> {
    // `values.gateways.NAME.enabled` turns all gateways of a kind on.
    let alternative = component.gateway_key().is_some_and(|key| {
        let gateway = config.spec.pointer(&format!("/values/gateways/{key}/enabled"));
        gateway.and_then(Value::as_bool).unwrap_or_default()
    });
    let enabled = |entry: &Value| alternative || entry.get("enabled").and_then(Value::as_bool).unwrap_or(true);
    match config.spec.pointer(&format!("/components/{}", component.key())) {
        Some(Value::Array(list)) if component.is_gateway() => {
            let indexed = list.iter().enumerate().filter(|(_, entry)| enabled(entry));
            indexed.map(|(index, entry)| (entry, Some(index))).collect()
        }
        Some(entry @ Value::Object(_)) if !component.is_gateway() => {
            if enabled(entry) {
                vec![(entry, None)]
            } else {
                Vec::new()
            }
        }
        _ if alternative || component.is_default() => vec![(&Value::Null, None)],
        _ => Vec::new(),
    }
}

fn instance(config: &Config, component: ComponentKind, entry: &Value, index: Option<usize>) -> Result<Instance> {
    let text = |key: &str| entry.get(key).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
    let labels = entry.get("label").and_then(Value::as_object).cloned().unwrap_or_default();
    let name = component.gateway_key().map(|default| text("name").unwrap_or_else(|| default.to_owned()));
    let mut k8s = entry.get("k8s").cloned().unwrap_or_default();
    let given = values::given(config, component, entry, name.as_deref(), &labels, &mut k8s);
    let overlays = k8s.as_object_mut().and_then(|k8s| k8s.shift_remove("overlays")).unwrap_or_default();
    let mut place = vec![Place::key("spec"), Place::key("components"), Place::key(component.key())];
    place.extend(index.map(Place::Index));
    place.extend([Place::key("k8s"), Place::key("overlays")]);
    Ok(Instance {
        component,
        name: name.unwrap_or_default(),
        namespace: text("namespace").unwrap_or_else(|| config.default_namespace().to_owned()),
        labels,
        values: values::effective(config, component, &given)?,
        given,
        k8s,
        overlays: read_overlays(config, overlays, place),
    })
}

fn read_overlays(config: &Config, overlays: Value, place: Vec<Place>) -> Vec<Overlay> {
    let Value::Array(overlays) = overlays else { return Vec::new() };
    let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let read = |(index, overlay): (usize, Value)| {
        let mut place = place.clone();
        place.push(Place::Index(index));
        let patches = overlay["patches"].as_array().into_iter().flatten();
        Overlay {
            kind: text(&overlay, "kind"),
            name: text(&overlay, "name"),
            patches: patches
                .map(|patch| Patch {
                    path: text(patch, "path"),
                    value: patch.get("value").filter(|value| !value.is_null()).cloned(),
                })
                .collect(),
            origin: config.origins().nearest(&place).unwrap_or_else(|| format!("profile {}", config.profile)),
        }
    };
    overlays.into_iter().enumerate().map(read).collect()
}
