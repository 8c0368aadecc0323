use std::collections::HashSet;

use super::*;

fn path(text: &str) -> Vec<Place> {
    text.split('.').map(Place::key).collect()
}

#[test]
fn there_are_many_and_each_is_there_once() {
    let mut seen = HashSet::new();
    for field in all() {
        let value = match field.successor {
            Successor::Value(old, _) => old,
            _ => "",
        };
        assert!(seen.insert((field.path, value)), "{} is there twice", field.path);
        assert!((5..=26).contains(&field.since), "{}", field.path);
        assert!(!field.now().is_empty() && !field.now().ends_with('.'), "{}", field.path);
    }
    assert!(seen.len() > 180, "only {}", seen.len());
}

#[test]
fn what_is_accepted_is_no_field_of_old() {
    for known in ["spec.values.istio_cni.enabled", "spec.components.pilot", "spec.values.global.multiCluster"] {
        assert!(at(&path(known)).next().is_none(), "{known}");
    }
    let cni = at(&path("spec.values.istio_cni.cniBinDir")).next().expect("a field of old");
    assert_eq!(cni.path, "spec.values.istio_cni.*");
    let metric = [path("spec.components.ingressGateways"), vec![Place::Index(0)], path("k8s.hpaSpec.metrics")].concat();
    let metric = [metric, vec![Place::Index(3)], path("resource.targetAverageUtilization")].concat();
    assert!(at(&metric).next().is_some());
}
