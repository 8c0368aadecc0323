//! The mTLS mode that a workload has for requests to it, and where it comes from: the workload's own PeerAuthentication, else
//! its namespace's, else the mesh's; of several the oldest.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::world::{World, covers};
use crate::object::Object;

/// The group of Istio's security configuration.
pub(super) const SECURITY: &str = "security.istio.io";

/// The mode and its source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Mtls {
    /// `STRICT`, `PERMISSIVE` or `DISABLE`.
    pub mode: String,
    /// `PeerAuthentication NAMESPACE/NAME`, or what holds without one.
    pub source: String,
    /// Ports with a mode of their own.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub ports: BTreeMap<String, String>,
}

/// The mode of pods with these labels in `namespace`; of the namespace itself where `labels` is none.
pub(super) fn mtls(world: &World, namespace: &str, labels: Option<&Value>) -> Mtls {
    let mut all: Vec<&Object> = world.config(SECURITY, "PeerAuthentication").collect();
    all.sort_by_key(|one| (one.text("/metadata/creationTimestamp").unwrap_or_default(), one.name()));
    let selector =
        |one: &Object| one.at("/spec/selector/matchLabels").and_then(Value::as_object).cloned().unwrap_or_default();
    let own = all.iter().find(|one| {
        let selector = selector(one);
        one.namespace() == Some(namespace)
            && !selector.is_empty()
            && labels.is_some_and(|labels| covers(&selector, labels))
    });
    let of = |place: &str| all.iter().find(|one| one.namespace() == Some(place) && selector(one).is_empty());
    let mut mtls = Mtls {
        mode: "PERMISSIVE".to_owned(),
        source: "the default: there is no PeerAuthentication for it".to_owned(),
        ports: BTreeMap::new(),
    };
    let chain = [own, of(namespace).filter(|_| namespace != world.root), of(&world.root)];
    let said = chain.into_iter().flatten().find_map(|one| {
        let mode = one.text("/spec/mtls/mode").filter(|mode| *mode != "UNSET")?;
        Some((mode, one))
    });
    if let Some((mode, one)) = said {
        mode.clone_into(&mut mtls.mode);
        mtls.source = format!("PeerAuthentication {}/{}", one.namespace().unwrap_or_default(), one.name());
    }
    for (port, setting) in own.and_then(|one| one.at("/spec/portLevelMtls")?.as_object()).into_iter().flatten() {
        // A port that says nothing has the mode of the workload.
        let mode = setting["mode"].as_str().filter(|mode| *mode != "UNSET").unwrap_or(&mtls.mode).to_owned();
        mtls.ports.insert(port.clone(), mode);
    }
    mtls
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use serde_json::json;

    fn policy(namespace: &str, name: &str, time: &str, spec: Value) -> Object {
        Object::new(json!({"apiVersion": "security.istio.io/v1", "kind": "PeerAuthentication", "spec": spec,
            "metadata": {"name": name, "namespace": namespace, "creationTimestamp": time}}))
        .unwrap()
    }

    #[test]
    fn the_narrowest_that_says_something_wins_and_of_equals_the_oldest() {
        let mut world = World { root: "istio-system".to_owned(), ..World::default() };
        let labels = json!({"app": "web"});
        let mode = |world: &World| {
            let found = mtls(world, "shop", Some(&labels));
            (found.mode, found.source)
        };
        assert_eq!(mode(&world).0, "PERMISSIVE");
        let strict = json!({"mtls": {"mode": "STRICT"}});
        world.config.push(policy("istio-system", "mesh", "2026-01-01T00:00:00Z", strict.clone()));
        assert_eq!(mode(&world), ("STRICT".to_owned(), "PeerAuthentication istio-system/mesh".to_owned()));
        let disable = json!({"mtls": {"mode": "DISABLE"}});
        world.config.push(policy("shop", "young", "2026-01-03T00:00:00Z", strict));
        world.config.push(policy("shop", "old", "2026-01-02T00:00:00Z", disable));
        assert_eq!(mode(&world), ("DISABLE".to_owned(), "PeerAuthentication shop/old".to_owned()));
        let own = json!({"selector": {"matchLabels": labels}, "mtls": {"mode": "UNSET"}, "portLevelMtls": {"80": {"mode": "STRICT"}, "81": {"mode": "UNSET"}}});
        world.config.push(policy("shop", "own", "2026-01-04T00:00:00Z", own));
        let found = mtls(&world, "shop", Some(&labels));
        let ports = [found.ports["80"].as_str(), found.ports["81"].as_str()];
        assert_eq!((found.mode.as_str(), ports), ("DISABLE", ["STRICT", "DISABLE"]));
        assert_eq!(mtls(&world, "shop", None).ports.len(), 0);
        assert_eq!(mtls(&world, "other", Some(&labels)).mode, "STRICT");
    }
}
