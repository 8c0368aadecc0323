//! How a pod differs from what would be injected now: its configuration has changed since, or somebody has changed the pod.

use serde::Serialize;
use serde_json::Value;

use super::world::{World, container, is_injected, proxy};
use crate::inject::Injector;
use crate::object::Object;
use crate::plan::{Context, compare};

/// Pods with a proxy, against what would be injected now.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Drift {
    /// How many pods were compared.
    pub compared: usize,
    /// How many of them differ.
    pub differ: usize,
    /// Each field that differs, with how many pods it differs in.
    pub fields: Vec<(String, usize)>,
    /// Why some could not be compared.
    pub unknown: Vec<String>,
}

/// Compares every injected pod of `pods` in one namespace.
pub(super) fn drift(world: &World, namespace: &str, pods: &[&Object]) -> Option<Drift> {
    let mut drift = Drift::default();
    let mut injectors: Vec<((String, bool), Option<Injector>)> = Vec::new();
    for pod in pods {
        let Some((_, native)) = proxy(pod).filter(|_| is_injected(pod)) else { continue };
        let revision = pod.label("istio.io/rev").or_else(|| pod.annotation("istio.io/rev")).unwrap_or("default");
        let key = (revision.to_owned(), native);
        let known = injectors.iter().position(|(known, _)| *known == key);
        let place = known.unwrap_or_else(|| {
            let made = world.control_plane(revision).and_then(|plane| plane.injector(native));
            let made = match made {
                Some(Ok(injector)) => Some(injector),
                Some(Err(error)) => {
                    drift.unknown.push(format!("the injector of revision {revision}: {error}"));
                    None
                }
                None => {
                    drift.unknown.push(format!("the injector of revision {revision} is not there"));
                    None
                }
            };
            injectors.push((key, made));
            injectors.len() - 1
        });
        let Some((_, Some(injector))) = injectors.get(place) else { continue };
        let object = world.namespace(namespace).map_or(&Value::Null, Object::value);
        match fields(injector, pod, namespace, object) {
            Ok(fields) => {
                drift.compared += 1;
                drift.differ += usize::from(!fields.is_empty());
                for field in fields {
                    match drift.fields.iter_mut().find(|(known, _)| *known == field) {
                        Some((_, count)) => *count += 1,
                        None => drift.fields.push((field, 1)),
                    }
                }
            }
            Err(why) => drift.unknown.push(format!("Pod {}: {why}", pod.name())),
        }
    }
    (drift.compared > 0 || !drift.unknown.is_empty()).then_some(drift)
}

/// The fields in which a pod differs, each with what is wanted and found.
fn fields(injector: &Injector, pod: &Object, namespace: &str, place: &Value) -> Result<Vec<String>, String> {
    // Who manages the fields of a pod says nothing here: its controller wrote them all.
    let mut live = pod.value().clone();
    for field in ["managedFields", "resourceVersion"] {
        if let Some(metadata) = live["metadata"].as_object_mut() {
            metadata.shift_remove(field);
        }
    }
    let wanted = injector.inject_pod(&live, namespace, place).map_err(|error| error.to_string())?;
    let Some(mut wanted) = wanted else { return Ok(vec!["it would not be injected now".to_owned()]) };
    wanted["apiVersion"] = "v1".into();
    wanted["kind"] = "Pod".into();
    let object = |value: Value| Object::new(value).map_err(|error| error.to_string());
    let (wanted, live) = (object(wanted)?, object(live)?);
    let mut found: Vec<String> = compare(&wanted, &live, &Context::default()).iter().map(ToString::to_string).collect();
    found.extend(more(&wanted, &live));
    Ok(found)
}

/// What an injected container has and would not get now.
fn more(wanted: &Object, live: &Object) -> Vec<String> {
    let mut found = Vec::new();
    for pointer in ["/spec/containers", "/spec/initContainers"] {
        for one in live.list(pointer).iter().filter(|one| is_of_istio(one)) {
            let name = one["name"].as_str().unwrap_or_default();
            let Some(wanted) = container(wanted.list(pointer), name) else {
                found.push(format!("container {name}: wanted nothing"));
                continue;
            };
            for variable in one["env"].as_array().into_iter().flatten() {
                let variable = variable["name"].as_str().unwrap_or_default();
                let list = wanted["env"].as_array().map_or(&[][..], Vec::as_slice);
                if container(list, variable).is_none() {
                    found.push(format!("variable {variable} of container {name}: wanted nothing"));
                }
            }
        }
    }
    found
}

fn is_of_istio(container: &Value) -> bool {
    container["name"].as_str().is_some_and(|name| name.starts_with("istio-"))
}
