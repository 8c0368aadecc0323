//! What an installation without a record consists of, by the labels of its objects.

use std::collections::BTreeMap;

use crate::istio::{Installation, label};
use crate::object::{Object, ObjectId};
use crate::render::InstallSet;

/// What installations without a record may have and the install set may not: looked for by labels. One id a kind.
pub(super) fn usual(namespace: &str) -> Vec<ObjectId> {
    const KINDS: [(&str, &str); 5] = [
        ("apps/v1", "Deployment"),
        ("apps/v1", "DaemonSet"),
        ("autoscaling/v2", "HorizontalPodAutoscaler"),
        ("policy/v1", "PodDisruptionBudget"),
        ("networking.k8s.io/v1", "NetworkPolicy"),
    ];
    KINDS.iter().map(|(version, kind)| ObjectId::new(version, kind, Some(namespace), "")).collect()
}

/// The objects among `others` that carry the labels of this very installation, in an order to delete them backwards:
/// what another installer, or a run whose record is lost, left of components that are off now. What is in `wanted` is somebody
/// else's.
pub(super) fn labelled(
    set: &InstallSet,
    others: &[Object],
    wanted: &BTreeMap<ObjectId, &Installation>,
) -> (Vec<ObjectId>, Vec<Object>) {
    const OWNER: [&str; 4] = [label::MANAGED, label::REVISION, label::OWNER, label::OWNER_NAMESPACE];
    let Some(sample) = set.components.iter().flat_map(|rendered| &rendered.objects).next() else {
        return (Vec::new(), Vec::new());
    };
    let is_of = |object: &&Object| {
        let component = object.label(label::COMPONENT);
        component.is_some_and(|component| component != "Base")
            && !wanted.contains_key(&object.id())
            && OWNER.iter().all(|label| object.label(label) == sample.label(label))
    };
    let mut found: Vec<Object> = others.iter().filter(is_of).cloned().collect();
    found.sort_by_key(|object| (matches!(object.kind(), "Deployment" | "DaemonSet"), object.id()));
    (found.iter().map(Object::id).collect(), found)
}
