//! Of the document and its components.

use super::{Retired, Successor, beside, gone, moved};

const ADDON: &str = "addons are installed by their own charts or by Istio's samples/addons";
const MIXER: &str = "Mixer is gone; proxies do its work: Telemetry and AuthorizationPolicy objects";
const NAME: &str = "the name stands beside the key";
const CONTROL_PLANE: &str = "components are below `components`";

pub(super) const FIELDS: &[Retired] = &[
    value("apiVersion", 5, "install.istio.io/v1alpha2", "install.istio.io/v1alpha1"),
    value("kind", 5, "IstioControlPlane", "IstioOperator"),
    value("spec.profile", 5, "sds", "default"),
    value("spec.profile", 6, "separate", "default"),
    value("spec.profile", 22, "external", "remote"),
    value("spec.components.pilot.k8s.overlays[].name", 5, "istio-pilot", "istiod"),
    value("spec.values.global.pilotCertProvider", 24, "kubernetes", "istiod"),
    // IstioControlPlane, which had a part for each feature.
    moved("spec.defaultNamespace", 5, "spec.values.global.istioNamespace"),
    moved("spec.trafficManagement.components.pilot", 5, "spec.components.pilot"),
    moved("spec.trafficManagement.enabled", 5, "spec.components.pilot.enabled"),
    gone("spec.trafficManagement", 5, CONTROL_PLANE),
    element("spec.gateways.components.ingressGateway", "spec.components.ingressGateways", "istio-ingressgateway"),
    element("spec.gateways.components.egressGateway", "spec.components.egressGateways", "istio-egressgateway"),
    gone("spec.gateways.enabled", 5, "each gateway has `enabled` for itself"),
    gone("spec.gateways", 5, "gateways are in `components.ingressGateways` and `components.egressGateways`"),
    moved("spec.cni.components.cni", 5, "spec.components.cni"),
    moved("spec.cni.enabled", 5, "spec.components.cni.enabled"),
    gone("spec.cni", 5, CONTROL_PLANE),
    moved("spec.base.components.base", 5, "spec.components.base"),
    moved("spec.base.enabled", 5, "spec.components.base.enabled"),
    gone("spec.base", 5, CONTROL_PLANE),
    gone("spec.policy", 5, MIXER),
    gone("spec.telemetry", 5, MIXER),
    gone("spec.security", 5, "istiod does the work of Citadel, and the proxy's agent that of the node agent"),
    gone("spec.configManagement", 5, "istiod does the work of Galley"),
    gone("spec.autoInjection", 5, "istiod injects"),
    gone("spec.coreDNS", 5, "the proxy answers for names of the mesh: `meshConfig.defaultConfig.proxyMetadata`"),
    // IstioOperator.
    gone("status", 24, "nothing reads a status: no controller installs from objects any more"),
    gone("spec.addonComponents.kiali", 8, "Kiali is installed by its own chart or operator"),
    gone("spec.addonComponents.grafana", 8, "Grafana is installed by its own chart; dashboards are in samples/addons"),
    gone("spec.addonComponents.prometheus", 8, "Prometheus is installed by its own chart or operator"),
    gone("spec.addonComponents.prometheusOperator", 8, "the operator of Prometheus is installed by its own chart"),
    gone("spec.addonComponents.tracing", 8, "a tracing backend is installed by its own chart"),
    gone("spec.addonComponents.istiocoredns", 9, "the proxy answers for names of the mesh"),
    gone("spec.addonComponents", 8, ADDON),
    gone("spec.resourceSuffix", 24, "`revision` tells control planes apart"),
    gone("spec.defaultRevision", 21, "`values.defaultRevision` names the default one, or `mesh tag set default`"),
    gone("spec.components.citadel", 7, "istiod signs certificates"),
    gone("spec.components.galley", 7, "istiod reads and checks configuration"),
    gone("spec.components.nodeAgent", 7, "the proxy's own agent fetches certificates"),
    gone("spec.components.sidecarInjector", 7, "istiod injects"),
    gone("spec.components.injector", 7, "istiod injects"),
    gone("spec.components.proxy", 7, "`values.global.proxy` and `meshConfig.defaultConfig` are about proxies"),
    gone("spec.components.certManager", 7, "cert-manager is installed by its own chart"),
    gone("spec.components.coreDNS", 9, "the proxy answers for names of the mesh"),
    gone("spec.components.policy", 8, MIXER),
    gone("spec.components.telemetry", 8, MIXER),
    gone("spec.components.kiali", 8, ADDON),
    gone("spec.components.grafana", 8, ADDON),
    gone("spec.components.prometheus", 8, ADDON),
    gone("spec.components.tracing", 8, ADDON),
    gone("spec.components.istiocoredns", 9, "the proxy answers for names of the mesh"),
    gone("spec.components.*.spec", 24, "it never had an effect; `k8s` and `values` set up components"),
    beside("spec.components.*.k8s.env[].valueFrom.secretKeyRef.localObjectReference.name", 24, "..name", NAME),
    gone("spec.components.*.k8s.env[].valueFrom.secretKeyRef.localObjectReference", 24, NAME),
    beside("spec.components.*.k8s.env[].valueFrom.configMapKeyRef.localObjectReference.name", 24, "..name", NAME),
    gone("spec.components.*.k8s.env[].valueFrom.configMapKeyRef.localObjectReference", 24, NAME),
];

const fn value(path: &'static str, since: u8, old: &'static str, new: &'static str) -> Retired {
    Retired { path, since, successor: Successor::Value(old, new), now: "" }
}

const fn element(path: &'static str, list: &'static str, name: &'static str) -> Retired {
    let now = "gateways are a list, each with its name";
    Retired { path, since: 5, successor: Successor::Element(list, name), now }
}
