//! What no template can say: the order of containers, the network and cluster of the proxy, the status annotation.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::containers::{self, CORE_DUMP, INIT, PROXY, Position, VALIDATION};
use crate::istio::label::{NETWORK, STATUS};
use crate::template::go_json;

/// Sets the variables that name cluster and network in the proxy, in place of those the template set.
pub(super) fn set_location(pod: &mut Value, location: &BTreeMap<String, String>) {
    let Some(proxy) = containers::find_mut(pod, PROXY).filter(|_| !location.is_empty()) else { return };
    if let Some(env) = proxy.get_mut("env").and_then(Value::as_array_mut) {
        env.retain(|variable| !location.contains_key(variable["name"].as_str().unwrap_or_default()));
    }
    for (name, value) in location {
        containers::add_env(proxy, name, value);
    }
}

/// Writes the network label, the status annotation (what `injected`, the template alone, has put there) and the
/// annotations that the configuration wants.
pub(super) fn set_metadata(
    pod: &mut Value,
    injected: &Value,
    location: &BTreeMap<String, String>,
    annotations: &BTreeMap<String, String>,
    revision: &str,
) {
    if let Some(network) = location.get("ISTIO_META_NETWORK") {
        pod["metadata"]["labels"][NETWORK] = network.as_str().into();
    }
    let names = |list: &str| -> Value {
        let all = injected["spec"][list].as_array().filter(|all| !all.is_empty());
        all.map_or(Value::Null, |all| all.iter().map(|item| item["name"].clone()).collect())
    };
    let status = json!({
        "initContainers": names("initContainers"),
        "containers": names("containers"),
        "volumes": names("volumes"),
        "imagePullSecrets": names("imagePullSecrets"),
        "revision": if revision.is_empty() { "default" } else { revision },
    });
    let all = &mut pod["metadata"]["annotations"];
    all[STATUS] = go_json(&status).into();
    for (name, value) in annotations {
        all[name.as_str()] = value.as_str().into();
    }
}

/// Orders the containers: the proxy last, so that `kubectl exec` finds the application, or first where the application
/// waits for it; traffic is redirected before a native sidecar starts, but after all other init containers.
pub(super) fn order(pod: &mut Value, proxy_first: bool) {
    containers::put(pod, "containers", PROXY, if proxy_first { Position::First } else { Position::Last });
    let moves = if containers::in_list(pod, "initContainers", PROXY).is_some() {
        [(CORE_DUMP, Position::First), (PROXY, Position::First), (VALIDATION, Position::First), (INIT, Position::First)]
    } else {
        [(VALIDATION, Position::First), (INIT, Position::Last), (CORE_DUMP, Position::Last), (PROXY, Position::First)]
    };
    for (name, place) in moves {
        containers::put(pod, "initContainers", name, place);
    }
}
