//! Writing mesh configuration as protobuf's JSON writer does: fields in their declared order, no space between them.

use serde_json::{Map, Value};

use super::types::{Named, Shape};
use super::{MeshConfig, defaults};
use crate::template::go_json;

/// The JSON text of a message in canonical form; of one that the mesh API does not know, as it is.
pub(crate) fn proto_json(map: &Map<String, Value>, message: &str) -> String {
    match Named::of(message) {
        Some(message) => go_json(&ordered(map, message)),
        None => go_json(&Value::Object(map.clone())),
    }
}

/// A proxy's configuration without what every proxy has by default: pods carry only the difference.
///
/// The fields are those istiod looks at; others stay even if they are the default.
pub(crate) fn without_defaults(proxy: &MeshConfig) -> MeshConfig {
    const LOOKED_AT: [&str; 15] = [
        "configPath",
        "binaryPath",
        "controlPlaneAuthPolicy",
        "serviceCluster",
        "drainDuration",
        "terminationDrainDuration",
        "discoveryAddress",
        "envoyMetricsService",
        "envoyAccessLogService",
        "tracing",
        "proxyAdminPort",
        "statNameLength",
        "statusPort",
        "concurrency",
        "proxyMetadata",
    ];
    let defaults = defaults::proxy();
    let mut own = proxy.map().clone();
    own.retain(|key, value| {
        let same = defaults.get(key) == Some(value);
        let empty = key == "proxyMetadata" && value.as_object().is_some_and(Map::is_empty);
        !(LOOKED_AT.contains(&key.as_str()) && (same || empty))
    });
    MeshConfig::of(own)
}

fn ordered(map: &Map<String, Value>, message: &Named) -> Value {
    let fields = message.fields().iter().filter_map(|field| {
        let value = map.get(field.name)?;
        Some((field.name.to_owned(), written(value, &field.shape)))
    });
    Value::Object(fields.collect())
}

fn written(value: &Value, shape: &Shape) -> Value {
    match (shape, value) {
        (Shape::Named(message), Value::Object(map)) => ordered(map, message),
        (Shape::List(element), Value::Array(list)) => list.iter().map(|item| written(item, element)).collect(),
        (Shape::Map(inner), Value::Object(map)) => {
            let mut map: Map<String, Value> =
                map.iter().map(|(key, value)| (key.clone(), written(value, inner))).collect();
            map.sort_keys();
            Value::Object(map)
        }
        (_, other) => other.clone(),
    }
}
