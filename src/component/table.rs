//! The rows.

use super::{Component, RunBy};
use crate::config::ComponentKind;

pub(super) static COMPONENTS: [Component; 6] = [
    Component {
        kind: ComponentKind::Core,
        name: "core",
        title: "Istio core",
        label: "Base",
        app: "istio-reader",
        chart: "base-1.0.0",
        after: &[],
        templates: "core",
        workload: None,
        awaited: &["CustomResourceDefinition"],
    },
    Component {
        kind: ComponentKind::ControlPlane,
        name: "istiod",
        title: "Istiod",
        label: "Pilot",
        app: "istiod",
        chart: "istiod-1.0.0",
        after: &["core"],
        templates: "control-plane",
        workload: Some(RunBy { kind: "Deployment", name: "istiod", container: "discovery" }),
        awaited: &["Deployment"],
    },
    Component {
        kind: ComponentKind::Cni,
        name: "cni",
        title: "CNI",
        label: "Cni",
        app: "istio-cni",
        chart: "cni-1.0.0",
        after: &["core"],
        templates: "cni",
        workload: Some(RunBy { kind: "DaemonSet", name: "istio-cni-node", container: "install-cni" }),
        awaited: &["DaemonSet"],
    },
    Component {
        kind: ComponentKind::Ztunnel,
        name: "ztunnel",
        title: "Ztunnel",
        label: "Ztunnel",
        app: "ztunnel",
        chart: "ztunnel-1.0.0",
        // It takes its certificates from istiod and its pods from the CNI node agent.
        after: &["istiod", "cni"],
        templates: "ztunnel",
        workload: Some(RunBy { kind: "DaemonSet", name: "ztunnel", container: "istio-proxy" }),
        awaited: &["DaemonSet"],
    },
    Component {
        kind: ComponentKind::EgressGateway,
        name: "egress-gateways",
        title: "Egress gateways",
        label: "EgressGateways",
        app: "istio-egressgateway",
        chart: "istio-egress-1.0.0",
        after: &["istiod"],
        templates: "gateway",
        workload: Some(RunBy { kind: "Deployment", name: "istio-egressgateway", container: "istio-proxy" }),
        awaited: &["Deployment"],
    },
    Component {
        kind: ComponentKind::IngressGateway,
        name: "ingress-gateways",
        title: "Ingress gateways",
        label: "IngressGateways",
        app: "istio-ingressgateway",
        chart: "istio-ingress-1.0.0",
        after: &["istiod"],
        templates: "gateway",
        workload: Some(RunBy { kind: "Deployment", name: "istio-ingressgateway", container: "istio-proxy" }),
        awaited: &["Deployment"],
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_kind_has_one_row() {
        for kind in ComponentKind::ALL {
            assert_eq!(COMPONENTS.iter().filter(|row| row.kind == kind).count(), 1, "{kind:?}");
            assert_eq!(Component::of(kind).kind, kind);
        }
        let names: BTreeSet<_> = COMPONENTS.iter().map(|row| row.name).collect();
        let titles: BTreeSet<_> = COMPONENTS.iter().map(|row| row.title).collect();
        let labels: BTreeSet<_> = COMPONENTS.iter().map(|row| row.label).collect();
        assert_eq!((names.len(), titles.len(), labels.len()), (COMPONENTS.len(), COMPONENTS.len(), COMPONENTS.len()));
    }

    #[test]
    fn lines_come_in_the_documented_order() {
        let titles: Vec<_> = COMPONENTS.iter().map(|row| row.title).collect();
        assert_eq!(titles, ["Istio core", "Istiod", "CNI", "Ztunnel", "Egress gateways", "Ingress gateways"]);
    }

    #[test]
    fn after_names_rows_above() {
        // A row that only names rows above it cannot be part of a cycle.
        for (index, row) in COMPONENTS.iter().enumerate() {
            for name in row.after {
                assert!(COMPONENTS[..index].iter().any(|above| above.name == *name), "{}: after {name}", row.name);
            }
        }
    }

    #[test]
    fn every_row_has_templates() {
        for row in &COMPONENTS {
            assert!(row.files().iter().any(|(name, text)| name.ends_with(".yaml") && !text.is_empty()), "{}", row.name);
        }
    }
}
