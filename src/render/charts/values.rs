//! A chart's own values below those that are given.

use gotemplate::{Map, Value};
use serde_json::Value as Json;

/// `.Values`: what is given, and where it says nothing what the chart's `values.yaml` says. Maps are merged deeply; a null
/// that is given takes the chart's value away. All numbers are floats, as Go reads them from YAML.
pub(super) fn coalesced(defaults: &Json, given: &Json) -> Value {
    let given = match Value::from_json_floats(given) {
        Value::Map(given) => given,
        _ => Map::new(),
    };
    if let Value::Map(defaults) = Value::from_json_floats(defaults) {
        fill(&given, &defaults);
    }
    given.into()
}

fn fill(given: &Map, defaults: &Map) {
    for (key, default) in defaults.entries() {
        match (given.get(&key), default) {
            (None, default) => {
                given.insert(key, default);
            }
            (Some(Value::Nil), _) => {
                given.remove(&key);
            }
            (Some(Value::Map(given)), Value::Map(defaults)) => fill(&given, &defaults),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn given_values_win_key_by_key() {
        let defaults = json!({"a": {"b": 1, "c": [1, 2], "d": {"e": "x"}}, "f": 1_000_000, "g": "kept", "h": {"i": 1}});
        let given = json!({"a": {"c": [3], "d": {"e": null}}, "f": 2_000_000, "h": "text", "j": null});
        let values = coalesced(&defaults, &given);
        let merged = json!({"a": {"b": 1, "c": [3], "d": {}}, "f": 2_000_000, "g": "kept", "h": "text", "j": null});
        assert_eq!(values.to_json(), Ok(merged));
    }

    #[test]
    fn numbers_are_floats() {
        let values = coalesced(&json!({"chart": 1_000_000}), &json!({"given": 12_345_678}));
        let Value::Map(values) = values else { panic!("a map") };
        let shown = |key: &str| values.get(key).unwrap_or_default().to_string();
        assert_eq!((shown("chart"), shown("given")), ("1e+06".to_owned(), "1.2345678e+07".to_owned()));
    }
}
