//! Which input a value of a rendered object is from. Templates put values anywhere, so that it is looked for by what it is.

use serde_json::Value;

use super::operator::scalar_text;
use crate::yaml::Place;

/// Keys of inputs whose values become fields of other names: of overlays, and of a gateway's ports.
const ANY_FIELD: [&str; 3] = ["value", "targetPort", "port"];

/// The origin of what is written as `value` in `spec` and became a field called `name`. Of several of its name the last is
/// taken: an element that is there twice is wrong the second time. Of others there may be one only.
pub(super) fn find(
    spec: &Value,
    value: &Value,
    name: &str,
    origin: impl Fn(&[Place]) -> Option<String>,
) -> Option<String> {
    let mut found = Vec::new();
    leaves(spec, &scalar_text(value)?, &mut vec![Place::key("spec")], &mut found);
    let named: Vec<(bool, String)> = found
        .iter()
        .filter_map(|path| {
            let key = path.iter().rev().find_map(|step| match step {
                Place::Key(key) => Some(key.as_str()),
                Place::Index(_) => None,
            });
            let is_named = key.is_some_and(|key| key == name || ANY_FIELD.contains(&key));
            Some((is_named, origin(path)?))
        })
        .collect();
    match named.iter().rev().find(|(is_named, _)| *is_named) {
        Some((_, place)) => Some(place.clone()),
        None => named.first().filter(|_| named.len() == 1).map(|(_, place)| place.clone()),
    }
}

fn leaves(value: &Value, wanted: &str, path: &mut Vec<Place>, found: &mut Vec<Vec<Place>>) {
    let mut step = |place: Place, below: &Value, path: &mut Vec<Place>| {
        path.push(place);
        leaves(below, wanted, path, found);
        path.pop();
    };
    match value {
        Value::Object(map) => map.iter().for_each(|(key, below)| step(Place::key(key), below, path)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, below)| step(Place::Index(index), below, path));
        }
        leaf if scalar_text(leaf).as_deref() == Some(wanted) => found.push(path.clone()),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn by_its_name_or_alone() {
        let spec = json!({
            "values": {"a": {"cpu": "lots"}, "b": "lots"}, "x": "odd", "y": {"z": "odd"}, "list": [{"value": 80}, {"value": "80"}],
            "once": "Sometimes",
        });
        let at = |value: Value, name: &str| find(&spec, &value, name, |path| Some(Place::join(path)));
        assert_eq!(at(json!("lots"), "cpu").as_deref(), Some("spec.values.a.cpu"));
        assert_eq!(at(json!("Sometimes"), "imagePullPolicy").as_deref(), Some("spec.once"));
        assert_eq!(at(json!(80), "containerPort").as_deref(), Some("spec.list[1].value"));
        assert_eq!(at(json!("odd"), "type"), None);
        assert_eq!(at(json!("none"), "type"), None);
        assert_eq!(find(&spec, &json!("Sometimes"), "x", |_| None), None);
    }
}
