//! How pods differ from what would be injected now, as `restart --outdated` sees it too.

use serde::Serialize;
use serde_json::Value;

use super::selected::NETWORKING;
use super::world::World;
use crate::inject::Namespace;
use crate::istio::{Proxy, Role};
use crate::object::Object;
use crate::plan::drift;
use crate::plan::injection::Injectors;
use crate::plan::restart::{PodOwner, pod_of};

/// Pods with a proxy, against what would be injected now.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Drifted {
    /// How many pods were compared.
    pub compared: usize,
    /// How many of them differ.
    pub differ: usize,
    /// Each field that differs, with how many pods it differs in.
    pub fields: Vec<(String, usize)>,
    /// Why some could not be compared.
    pub unknown: Vec<String>,
}

impl Drifted {
    fn is_unknown(&mut self, why: String) {
        if !self.unknown.contains(&why) {
            self.unknown.push(why);
        }
    }

    fn differs(&mut self, fields: Vec<String>) {
        self.differ += 1;
        for field in fields {
            match self.fields.iter_mut().find(|(known, _)| *known == field) {
                Some((_, count)) => *count += 1,
                None => self.fields.push((field, 1)),
            }
        }
    }
}

/// Compares every injected pod of `pods` in one namespace.
pub(super) fn drift(world: &World, namespace: &str, pods: &[&Object]) -> Option<Drifted> {
    let mut found = Drifted::default();
    let place = world.namespace(namespace);
    let labels = place.map(Namespace::of).unwrap_or_default();
    let labels = Namespace { name: namespace.to_owned(), ..labels };
    let object = place.map_or(&Value::Null, Object::value);
    let mut injections: Vec<(bool, Injectors)> = Vec::new();
    for pod in pods {
        let Some(proxy) = Proxy::of_object(pod).filter(|proxy| proxy.injected) else { continue };
        if !world.sees_webhooks {
            found.is_unknown("the webhooks may not be read".to_owned());
            break;
        }
        // Where the nodes are not known, it is as it was.
        let nodes_can = world.nodes_can.unwrap_or(proxy.role == Role::NativeSidecar);
        if injections.iter().all(|(can, _)| *can != nodes_can) {
            let webhooks = world.webhooks.iter().map(|one| one.value().clone()).collect();
            let proxies: Vec<Value> = world.config(NETWORKING, "ProxyConfig").map(|one| one.value().clone()).collect();
            let (made, errors) = Injectors::as_far_as_known(webhooks, &world.control_planes, nodes_can, &proxies);
            errors.iter().for_each(|error| found.is_unknown(error.to_string()));
            injections.push((nodes_can, made));
        }
        let Some((_, injection)) = injections.iter().find(|(can, _)| *can == nodes_can) else { continue };
        let template = match PodOwner::of(pod) {
            PodOwner::Workload(id) => world.workloads.iter().flatten().find(|one| one.id() == id).map(pod_of),
            PodOwner::Other(_) => None,
        };
        match injection.outlook(&labels, object, template.as_ref().unwrap_or(pod.value())) {
            Ok(outlook) => match drift::drift(pod, template.as_ref(), &outlook) {
                Some(drift) => {
                    found.compared += 1;
                    found.differs(drift.fields);
                }
                None if outlook.injected && outlook.pod.is_none() => {
                    let revision = outlook.revision.unwrap_or_default();
                    found.is_unknown(format!("the injector of revision {revision} is not there"));
                }
                None => found.compared += 1,
            },
            Err(error) => found.is_unknown(format!("Pod {}: {error}", pod.name())),
        }
    }
    (found.compared > 0 || !found.unknown.is_empty()).then_some(found)
}
