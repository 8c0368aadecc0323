//! Whether traffic goes through ztunnel and a waypoint, by the labels that decide it: the object's own, else its namespace's.

use crate::istio::label::DATAPLANE_MODE as MODE;
use crate::istio::label::USE_WAYPOINT as WAYPOINT;
use crate::istio::label::USE_WAYPOINT_NAMESPACE as WAYPOINT_NAMESPACE;
use serde::Serialize;
use serde_json::Value;

use super::world::World;

/// The ambient state of an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ambient {
    /// Whether its labels put it into the ambient mesh.
    pub enrolled: bool,
    /// The label that decides, with whose it is.
    pub because: String,
    /// How many of its pods ztunnel serves by now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirected: Option<usize>,
    /// The waypoint, `NAMESPACE/NAME`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waypoint: Option<String>,
    /// Whether that waypoint is there, where it can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waypoint_exists: Option<bool>,
}

/// The state of an object with these labels in `namespace`. A pod with a sidecar is not served by ztunnel.
pub(super) fn ambient(world: &World, namespace: &str, labels: &Value, has_sidecar: bool) -> Ambient {
    let of_namespace = world.namespace(namespace).and_then(|one| one.at("/metadata/labels")).unwrap_or(&Value::Null);
    let own = labels[MODE].as_str();
    let theirs = of_namespace[MODE].as_str();
    let (enrolled, because) = match (own, theirs) {
        _ if has_sidecar => (false, "it has a sidecar".to_owned()),
        (Some(mode), _) => (mode == "ambient", format!("its label {MODE}: {mode:?}")),
        (None, Some(mode)) => (mode == "ambient", format!("label {MODE}: {mode:?} of namespace {namespace}")),
        (None, None) => (false, format!("no label {MODE}")),
    };
    let from = [labels, of_namespace].into_iter().find(|one| one[WAYPOINT].is_string());
    let waypoint = from.and_then(|from| {
        let name = from[WAYPOINT].as_str().filter(|name| *name != "none")?;
        let place = from[WAYPOINT_NAMESPACE].as_str().unwrap_or(namespace);
        Some((place.to_owned(), name.to_owned()))
    });
    let exists = waypoint.as_ref().map(|(place, name)| {
        world
            .config(super::selected::GATEWAY_API, "Gateway")
            .any(|one| one.namespace() == Some(place) && one.name() == name)
    });
    Ambient {
        enrolled,
        because,
        redirected: None,
        waypoint: waypoint.map(|(place, name)| format!("{place}/{name}")),
        waypoint_exists: exists,
    }
}
