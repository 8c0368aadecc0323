//! Containers that the user wrote under a name that injection uses (`istio-proxy`): what they set wins over the template.
//! They are kept in an annotation, so that a second injection still knows them.

use serde_json::{Map, Value, json};

use super::containers::{self, INIT, PROXY, VALIDATION};
use super::mesh::MeshConfig;
use crate::error::{Error, Result};
use crate::istio::label::STATUS;
use crate::object::{Reading, go_form, strategic_merge};
use crate::status::version;
use crate::template::go_json;

const ANNOTATION: &str = "proxy.istio.io/overrides";
const LISTS: [&str; 2] = ["containers", "initContainers"];

/// The containers of the annotation, by list.
fn kept(pod: &Value) -> Result<Value> {
    let Some(text) = pod["metadata"]["annotations"][ANNOTATION].as_str() else { return Ok(json!({})) };
    let parsed: Value = serde_json::from_str(text).map_err(|error| {
        Error::usage("bad-annotation", format!("annotation `{ANNOTATION}` is not the JSON that injection writes"))
            .caused_by(error)
    })?;
    if !parsed.is_object() && !parsed.is_null() {
        let message = format!("annotation `{ANNOTATION}` has to be a map, as injection writes it, and is `{parsed}`");
        return Err(Error::usage("bad-annotation", message));
    }
    // Go takes the keys in any case.
    let mut spec = json!({});
    for (key, list) in parsed.as_object().into_iter().flatten() {
        let Some(known) = LISTS.iter().find(|known| known.eq_ignore_ascii_case(key)) else { continue };
        let containers = list.as_array().into_iter().flatten();
        let read = containers.map(|container| go_form(container.clone(), "Container", Reading::Json));
        spec[*known] = Value::Array(read.collect::<Result<_>>()?);
    }
    Ok(json!({ "spec": spec }))
}

/// The names an earlier injection put into `list`.
pub(super) fn injected_before(pod: &Value, list: &str) -> Vec<String> {
    let status = pod["metadata"]["annotations"][STATUS].as_str().unwrap_or_default();
    let status: Value = serde_json::from_str(status).unwrap_or_default();
    status[list].as_array().into_iter().flatten().filter_map(|name| name.as_str().map(str::to_owned)).collect()
}

/// Puts the user's containers back into a pod from which an earlier injection's were taken out.
///
/// # Errors
/// `bad-annotation` where the annotation that keeps them is not JSON.
pub(super) fn reinsert(pod: &mut Value) -> Result<()> {
    let kept = kept(pod)?;
    for list in LISTS {
        for container in containers::list(&kept, list) {
            let name = container["name"].as_str().unwrap_or_default();
            if containers::in_list(pod, list, name).is_none() {
                push(pod, list, container.clone());
            }
        }
    }
    Ok(())
}

fn push(pod: &mut Value, list: &str, container: Value) {
    match pod["spec"][list].as_array_mut() {
        Some(all) => all.push(container),
        None => pod["spec"][list] = Value::Array(vec![container]),
    }
}

/// What a pod says of containers that the template has too, kept while the template is merged into the pod.
pub(super) struct Own {
    /// The user's containers, each with its list.
    containers: Vec<(&'static str, Value)>,
    /// Whether no injection was here before.
    first_time: bool,
    /// User and group of the user's own istio-proxy container.
    ids: (Option<i64>, Option<i64>),
}

impl Own {
    /// Of a pod before the template is merged into it; `injected` is the template alone, with the names of containers.
    /// One that an earlier injection wrote is the user's only as far as the annotation keeps it.
    ///
    /// # Errors
    /// As [`reinsert`].
    pub(super) fn of(pod: &Value, injected: &Value) -> Result<Self> {
        let kept = kept(pod)?;
        let mut own = Vec::new();
        for list in LISTS {
            let before = injected_before(pod, list);
            for container in containers::list(injected, list) {
                let name = container["name"].as_str().unwrap_or_default();
                let found = containers::in_list(&kept, list, name).or_else(|| match list {
                    _ if before.iter().any(|known| known == name) => None,
                    "containers" => containers::in_list(pod, list, name),
                    // With native sidecars the proxy is an init container, wherever the user has written theirs.
                    _ => containers::find(pod, name),
                });
                own.extend(found.map(|found| (list, found.clone())));
            }
        }
        let context = containers::find(pod, PROXY).map(|own| &own["securityContext"]);
        let id = |key: &str| context.and_then(|context| context[key].as_i64());
        Ok(Self {
            containers: own,
            first_time: pod["metadata"]["annotations"][STATUS].is_null(),
            ids: (id("runAsUser"), id("runAsGroup")),
        })
    }

    /// Merges them over what the template has made of the pod.
    ///
    /// # Errors
    /// What the merge refuses.
    pub(super) fn apply(self, merged: &mut Value, proxy: &MeshConfig) -> Result<()> {
        let mut overrides = Map::new();
        for (list, mut own) in self.containers {
            // It stands where Kubernetes wants an image and the user wants ours.
            if own["image"] == version::PLACEHOLDER {
                _ = own.as_object_mut().and_then(|own| own.shift_remove("image"));
            }
            let own = go_form(own, "Container", Reading::Json)?;
            strategic_merge(merged, json!({"spec": {list: [&own]}}), "Pod")?;
            *merged = go_form(merged.take(), "Pod", Reading::Json)?;
            if let Value::Array(all) = overrides.entry(list).or_insert_with(|| json!([])) {
                all.push(own);
            }
        }
        if self.first_time && !overrides.is_empty() {
            merged["metadata"]["annotations"][ANNOTATION] = go_json(&Value::Object(overrides)).into();
        }
        fit_init_container(merged, self.ids, proxy);
        Ok(())
    }
}

/// Fits the container that sets up traffic to a user the pod's own istio-proxy container runs as: the proxy's own
/// traffic is told by its user.
fn fit_init_container(merged: &mut Value, (user, group): (Option<i64>, Option<i64>), proxy: &MeshConfig) {
    if user.is_none() && group.is_none() {
        return;
    }
    let found =
        [INIT, VALIDATION].into_iter().find(|name| containers::in_list(merged, "initContainers", name).is_some());
    let Some(init) = found else { return };
    let annotation = merged["metadata"]["annotations"]["sidecar.istio.io/interceptionMode"].as_str();
    let tproxy = proxy.text("interceptionMode") == "TPROXY" || annotation == Some("TPROXY");
    // Transparent redirection works for root alone.
    let root = containers::find_mut(merged, PROXY).filter(|_| tproxy && user.is_some());
    if let Some(proxy) = root {
        proxy["securityContext"]["runAsUser"] = 0.into();
    }
    let Some(init_container) = containers::in_list_mut(merged, "initContainers", init) else { return };
    if !tproxy && init == VALIDATION {
        for (field, id) in [("runAsUser", user), ("runAsGroup", group)] {
            if let Some(id) = id {
                init_container["securityContext"][field] = id.into();
            }
        }
    }
    let Some(user) = user.filter(|user| *user != 0) else { return };
    let args = init_container["args"].as_array_mut().into_iter().flatten();
    if let Some(told) = args.skip_while(|arg| **arg != "-u").nth(1) {
        *told = user.to_string().into();
    }
}
